"""Alembic's entry: one synchronous connection, one transaction for all steps."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

config = context.config
url = config.get_main_option("sqlalchemy.url")
assert url is not None
engine = create_engine(url, poolclass=NullPool)
with engine.connect() as connection:
    # Two processes may start at once on several machines: the second waits, then finds nothing to do.
    connection.execute(text("select pg_advisory_lock(782364)"))
    connection.commit()
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.execute(text("select pg_advisory_unlock(782364)"))
    connection.commit()
engine.dispose()
