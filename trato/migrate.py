"""Brings the database to the current schema (Alembic)."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from trato.database import sqlalchemy_url

_HERE = Path(__file__).parent / "migrations"


def upgrade(database_url: str) -> None:
    """Run every migration that has not run yet. Safe to call from several processes at once."""
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("sqlalchemy.url", sqlalchemy_url(database_url).replace("%", "%%"))
    command.upgrade(config, "head")
