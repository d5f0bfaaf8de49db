import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from trato.embedded import DataDirLock, EmbeddedError, EmbeddedPostgres, EmbeddedRedis, reachable_database
from trato.settings import load_settings

OWNER = """
import sys, time
from pathlib import Path
from trato.embedded import DataDirLock, EmbeddedPostgres, EmbeddedRedis
folder = Path(sys.argv[1])
lock = DataDirLock(folder)
lock.acquire()
servers = EmbeddedPostgres(folder, durable=False).start(), EmbeddedRedis(folder).start()
print(*(server.pid for server in servers), flush=True)
time.sleep(600)
"""


def owner_of(folder: Path) -> tuple[subprocess.Popen[str], list[int]]:
    process = subprocess.Popen([sys.executable, "-c", OWNER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, [int(pid) for pid in process.stdout.readline().split()]


def test_postgres_keeps_its_data_over_a_restart_and_over_kill_9(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path)
    process = server.start()
    with psycopg.connect(server.url) as connection:
        connection.execute("create table kept (word text)")
        connection.execute("insert into kept values ('ÇÃO')")
        assert connection.execute("show fsync").fetchone() == ("on",)
        assert connection.execute("show listen_addresses").fetchone() == ("",)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process = server.start()
    with psycopg.connect(server.url) as connection:
        assert connection.execute("select lower(word) from kept").fetchone() == ("ção",)
    server.stop(process)
    assert not server.answers()


def test_redis_answers_at_its_url(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path)
    process = server.start()
    with redis.Redis.from_url(server.url) as client:
        assert client.ping()
    server.stop(process)
    assert not server.answers()


def test_a_very_long_data_directory_works_too(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    server = EmbeddedRedis(deep)
    process = server.start()
    assert server.answers()
    server.stop(process)


def test_a_pid_file_that_now_names_a_stranger_does_not_stop_the_start(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path, durable=False)
    server.stop(server.start())
    (tmp_path / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{tmp_path / 'postgres'}\n0\n5432\n\n\n\nready\n")
    process = server.start()
    assert server.answers()
    server.stop(process)


def test_a_second_owner_of_a_data_directory_gets_one_sentence_with_the_first_ones_pid(tmp_path: Path) -> None:
    owner, _ = owner_of(tmp_path)
    with pytest.raises(EmbeddedError, match=rf"^Another Trato \(process {owner.pid}\) already runs on [^\n]+\.$"):
        DataDirLock(tmp_path).acquire()
    owner.kill()
    owner.wait()
    DataDirLock(tmp_path).acquire()


@pytest.mark.skipif(sys.platform != "linux", reason="needs the death signal of Linux")
def test_the_servers_of_an_owner_who_was_killed_end_and_the_next_owner_starts(tmp_path: Path) -> None:
    owner, servers = owner_of(tmp_path)
    owner.kill()
    owner.wait()
    psutil.wait_procs([psutil.Process(pid) for pid in servers if psutil.pid_exists(pid)], timeout=20)
    postgres, cache = EmbeddedPostgres(tmp_path, durable=False), EmbeddedRedis(tmp_path)
    first, second = postgres.start(), cache.start()
    assert postgres.answers() and cache.answers()
    cache.stop(second)
    postgres.stop(first)


def test_a_command_uses_the_running_server_or_starts_one_for_itself(tmp_path: Path) -> None:
    settings = load_settings({"TRATO_DATA_DIR": str(tmp_path)}, tmp_path / ".env")
    with reachable_database(settings) as url, psycopg.connect(url) as connection:
        assert connection.info.dbname == "trato"
    assert not EmbeddedPostgres(tmp_path).answers()
    owner, servers = owner_of(tmp_path)
    with reachable_database(settings) as url, psycopg.connect(url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    assert psutil.pid_exists(servers[0])
    owner.kill()
    owner.wait()
