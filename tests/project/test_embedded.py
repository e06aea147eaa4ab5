"""The embedded PostgreSQL: joined, shared, stopped by the last one out, and never left behind."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from osmose.project.cli import embedded
from osmose.project.cli.refusal import Refusal
from osmose.project.environment import ROOT

USER = """
import sys
from pathlib import Path
from osmose.project.cli.embedded import Server
server = Server(Path(sys.argv[1]), 18, durable=False, linked=len(sys.argv) > 2).start()
print(server.pid(), flush=True)
sys.stdin.read()
"""


def _user(folder: Path, *, linked: bool = False) -> tuple["subprocess.Popen[str]", int]:
    process = subprocess.Popen(
        [sys.executable, "-c", USER, str(folder), *(["linked"] if linked else [])],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    assert process.stdout
    return process, int(process.stdout.readline())


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _gone(pid: int, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while _is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not _is_running(pid)


def _end(process: "subprocess.Popen[str]") -> None:
    process.communicate()
    assert process.returncode == 0


def test_the_last_one_out_stops_the_server(folder: Path) -> None:
    first, pid = _user(folder / "pg")
    second, same = _user(folder / "pg")
    assert pid == same
    _end(first)
    assert _is_running(pid)
    _end(second)
    assert _gone(pid)


def test_a_killed_user_does_not_keep_the_server_for_ever(folder: Path) -> None:
    killed, pid = _user(folder / "pg")
    second, _ = _user(folder / "pg")
    killed.kill()
    killed.communicate()
    _end(second)
    assert _gone(pid)


@pytest.mark.skipif(sys.platform != "linux", reason="asks the Linux kernel")
def test_a_linked_server_dies_with_its_killed_parent_and_its_data_stays(folder: Path) -> None:
    parent, pid = _user(folder / "pg", linked=True)
    parent.kill()
    parent.communicate()
    assert _gone(pid)
    again, _ = _user(folder / "pg")
    _end(again)


def test_a_server_killed_meanwhile_starts_again(folder: Path) -> None:
    server = embedded.Server(folder / "pg", 18, durable=False).start()
    try:
        os.kill(server.pid() or 0, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while server.pid() is not None and time.monotonic() < deadline:
            time.sleep(0.02)
        server.start()
        with psycopg.connect(server.url("postgres")) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        server.leave()
    assert server.pid() is None


def test_a_server_in_use_is_not_erased(folder: Path) -> None:
    user, _ = _user(folder / "pg")
    with pytest.raises(Refusal, match="sert encore"):
        embedded.Server(folder / "pg", 18).erase()
    _end(user)
    embedded.Server(folder / "pg", 18).erase()
    assert not (folder / "pg").exists()


def test_its_log_quotes_neither_rows_nor_statements(folder: Path) -> None:
    server = embedded.Server(folder / "pg", 18, durable=False).start()
    try:
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute("CREATE TABLE essai (nom text UNIQUE CHECK (nom <> 'x'))")
            for _ in range(2):
                with contextlib.suppress(psycopg.errors.UniqueViolation):
                    connection.execute("INSERT INTO essai VALUES ('Dupont-Confidentiel')")
    finally:
        server.leave()
    log = (folder / "pg.log").read_text(encoding="utf-8")
    assert "duplicate key" in log
    assert "Confidentiel" not in log


def test_an_unknown_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OSMOSE_PG", "15")
    with pytest.raises(Refusal, match="PG vaut « 15 » ; attendu : 16 ou 18"):
        embedded.chosen_version()
