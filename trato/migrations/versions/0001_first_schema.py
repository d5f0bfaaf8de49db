"""The first schema, and procrastinate's own tables beside it."""

from __future__ import annotations

from pathlib import Path

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL beside this file, then procrastinate's, through the driver: both hold text that SQLAlchemy would read."""
    sql = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(sql)
    driver.execute(SchemaManager.get_schema())


def downgrade() -> None:
    """The first schema is not taken back: it would delete every debt and payment."""
    raise RuntimeError("the first schema cannot be taken back")
