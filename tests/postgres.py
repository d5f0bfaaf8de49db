"""One PostgreSQL for the whole test run, and a fresh database for whoever asks."""

from __future__ import annotations

import contextlib
import itertools
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from trato.embedded import EmbeddedPostgres


@contextlib.contextmanager
def embedded_postgres(prepare: Callable[[str], None] | None = None) -> Iterator[Callable[[], str]]:
    """Starts a server and yields a function that makes a database and returns its URL.

    `prepare` (say `trato.migrate.upgrade`) is called once with the URL of the template, on first use; every database
    is a copy of that template, which takes some tens of milliseconds.
    """
    with tempfile.TemporaryDirectory(prefix="trato-test-") as folder:
        server = EmbeddedPostgres(Path(folder), database="template_trato", durable=False)
        process = server.start()
        numbers = itertools.count(1)
        prepared = prepare is None

        def fresh() -> str:
            nonlocal prepared
            if prepare is not None and not prepared:
                prepare(server.url)
                prepared = True
            name = f"test_{next(numbers)}"
            with psycopg.connect(server.url_of("postgres"), autocommit=True) as connection:
                statement = sql.SQL("create database {} template template_trato strategy file_copy")
                connection.execute(statement.format(sql.Identifier(name)))
            return server.url_of(name)

        try:
            yield fresh
        finally:
            server.stop(process)
