"""Boletos: what a charge must remember of one, and what its bank adds to a late payment."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL beside this file through the driver: it holds text that SQLAlchemy would read."""
    sql = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(sql)


def downgrade() -> None:
    """Not taken back: boletos that people hold would be forgotten."""
    raise RuntimeError("the boletos' columns cannot be taken back")
