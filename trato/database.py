"""How the program reaches PostgreSQL: one engine a process."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine


def sqlalchemy_url(database_url: str) -> str:
    """The URL in the form that SQLAlchemy wants for psycopg 3."""
    for scheme in ("postgresql://", "postgres://"):
        if database_url.startswith(scheme):
            return "postgresql+psycopg://" + database_url[len(scheme) :]
    return database_url


def make_engine(database_url: str, *, size: int = 10) -> AsyncEngine:
    """An engine whose connections fail early rather than hang: a lock wait of over 15 s is a fault."""
    return create_async_engine(
        sqlalchemy_url(database_url),
        pool_size=size,
        max_overflow=size,
        pool_pre_ping=True,
        connect_args={"options": "-c lock_timeout=15000 -c timezone=UTC -c application_name=trato", "prepare_threshold": 5},
    )
