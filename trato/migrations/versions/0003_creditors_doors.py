"""Creditors' own tokens for the API, and why a debt was closed."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL beside this file through the driver."""
    sql = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(sql)


def downgrade() -> None:
    """Not taken back: creditors' systems hold the tokens."""
    raise RuntimeError("the creditors' tokens cannot be taken back")
