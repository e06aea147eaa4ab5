"""Our worker: runs jobs, outlives PostgreSQL, and a job whose worker was killed is run again, but not for ever."""
# ruff: noqa: PT012 - a transaction and what is done in it fail together

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from osmose.kernel.access.actor import SystemActor
from osmose.kernel.db.pool import drop_dead
from osmose.kernel.tasks import actors, worker
from osmose.kernel.tasks.tasks import MAX_ATTEMPTS, retry_stalled, retry_stalled_jobs
from osmose.project.environment import ROOT
from tests.kernel.tasks.jobs import hang_once, write_line

pytestmark = pytest.mark.django_db(transaction=True)

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts worker processes on the test's database; none is left behind."""
    started: list[subprocess.Popen[str]] = []

    def begin(*arguments: str) -> "subprocess.Popen[str]":
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "osmose.project.settings.test"}
        command = [sys.executable, "-m", "tests.kernel.tasks.run_worker", *arguments]
        with (tmp_path / "worker.log").open("a") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, text=True)
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait(10)


def until(condition: Callable[[], Any], what: str, seconds: float = 60) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited in vain: {what}")


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def job_of(task: Any) -> ProcrastinateJob | None:
    return ProcrastinateJob.objects.filter(task_name=task.name).first()


def test_a_job_is_run_and_leaves_the_queue(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_line.defer(path=str(out), line="fait")
    worker.run(wait=False)
    assert lines(out) == ["fait"]
    assert job_of(write_line) is None


def test_the_queue_is_emptied_although_the_library_stopped_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    out, rounds = tmp_path / "out", []
    whole = worker._work

    async def falters(*arguments: Any, **options: Any) -> None:
        rounds.append(1)
        if len(rounds) > 1:
            await whole(*arguments, **options)

    write_line.defer(path=str(out), line="fait")
    monkeypatch.setattr(worker, "_work", falters)
    worker.run(wait=False)
    assert lines(out) == ["fait"]
    assert "stopped before the queue was empty" in caplog.text


def test_a_queue_that_nobody_empties_is_said_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def idle(*_arguments: Any, **_options: Any) -> None:
        """Stops without a word."""

    write_line.defer(path=str(tmp_path / "out"), line="jamais")
    monkeypatch.setattr(worker, "_work", idle)
    with pytest.raises(RuntimeError, match="could not be emptied"):
        worker.run(wait=False)


def test_a_job_asked_for_in_a_transaction_that_fails_never_runs(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write_line.defer(path=str(out), line="jamais")
        _ = 1 / 0
    worker.run(wait=False)
    assert lines(out) == []


def test_a_job_that_fails_is_kept_for_somebody_to_look_at(tmp_path: Path) -> None:
    write_line.defer(path=str(tmp_path / "no" / "such" / "folder"), line="x")
    worker.run(wait=False)
    job = job_of(write_line)
    assert job is not None
    assert job.status == "failed"


def test_a_job_whose_worker_was_killed_is_run_again(tmp_path: Path, start: Start) -> None:
    out = tmp_path / "out"
    hang_once.defer(path=str(out))
    killed = start()
    until(lambda: lines(out), "the job to start")
    assert retry_stalled(stalled_after=20) == 0  # its worker lives
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait(10)
    assert lines(out) == [f"run by {killed.pid}"]
    until(lambda: retry_stalled(stalled_after=1.0), "the heart to have stopped")
    worker.run(wait=False)
    assert lines(out) == [f"run by {killed.pid}", f"run by {os.getpid()}"]
    assert job_of(hang_once) is None


def _stall(attempts: int) -> ProcrastinateJob:
    """A job as a killed worker leaves it, for the `attempts`-th time."""
    from django.db import connection

    write_line.defer(path="/nowhere", line="x")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', attempts = %s", [attempts])
    job = job_of(write_line)
    assert job is not None
    return job


def test_a_job_that_kills_its_workers_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    _stall(MAX_ATTEMPTS - 2)
    assert retry_stalled() == 1
    job = job_of(write_line)
    assert job is not None
    assert (job.status, job.attempts) == ("todo", MAX_ATTEMPTS - 1)
    _stall(MAX_ATTEMPTS - 1)
    assert retry_stalled() == 0
    assert {j.status for j in ProcrastinateJob.objects.all()} == {"failed"}
    assert "given up" in caplog.text
    assert "/nowhere" not in caplog.text
    assert retry_stalled() == 0


def test_the_clock_runs_stalled_jobs_again() -> None:
    _stall(0)
    retry_stalled_jobs(timestamp=0)
    job = job_of(write_line)
    assert job is not None
    assert job.status == "todo"


def test_a_worker_outlives_a_restart_of_postgresql(
    tmp_path: Path, start: Start, owner_connection: psycopg.Connection
) -> None:
    out = tmp_path / "out"
    write_line.defer(path=str(out), line="avant")
    process = start()
    until(lambda: lines(out) == ["avant"], "the first job")
    mine = owner_connection.info.backend_pid
    from django.db import connection

    connection.close()
    cut_all_but(mine)
    write_line.defer(path=str(out), line="après")
    until(lambda: lines(out) == ["avant", "après"], "the job after the restart")
    owner_connection.execute("DELETE FROM procrastinate_periodic_defers")
    until(lambda: deferred_by_the_clock(owner_connection), "what the clock asks for, after the restart")
    assert process.poll() is None


def cut_all_but(mine: int) -> None:
    """Every connection to this database but one, as by a restart of PostgreSQL; no dead one stays in the pool."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as administrator:
        administrator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid NOT IN (pg_backend_pid(), %s)",
            [mine],
        )
    drop_dead()


def deferred_by_the_clock(owner_connection: psycopg.Connection) -> bool:
    return owner_connection.execute("SELECT EXISTS (SELECT FROM procrastinate_periodic_defers)").fetchone() == (True,)


def test_a_worker_that_ends_leaves_no_connection_for_the_next_one_to_stumble_on(
    tmp_path: Path, owner_connection: psycopg.Connection
) -> None:
    """What the clock asks for is queued by a thread that outlives the worker: once, its connection did too."""
    from django.db import connection

    worker.run(wait=False)
    connection.close()
    cut_all_but(owner_connection.info.backend_pid)
    out = tmp_path / "out"
    write_line.defer(path=str(out), line="fait")
    owner_connection.execute("DELETE FROM procrastinate_periodic_defers")
    worker.run(wait=False)
    assert lines(out) == ["fait"]
    assert deferred_by_the_clock(owner_connection)


def test_a_worker_told_to_stop_stops(tmp_path: Path, start: Start) -> None:
    out = tmp_path / "out"
    write_line.defer(path=str(out), line="fait")
    process = start()
    until(lambda: lines(out), "the job")
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0


def test_jobs_have_an_author_of_their_own() -> None:
    assert SystemActor.named("jobs").id == actors.JOBS


def test_no_job_of_the_house_takes_more_than_ids() -> None:
    """Arguments are stored in clear and logged: identifiers, instants and counts only."""
    import inspect

    from procrastinate.contrib.django import app

    allowed = re.compile(r"^(.*_id|id|recorded_at|timestamp)$")
    for name, task in app.tasks.items():
        if name.startswith(("tests.", "builtin", "procrastinate.")):
            continue
        unknown = [p for p in inspect.signature(task.func).parameters if not allowed.match(p)]
        assert not unknown, f"{name}: {unknown}"
