"""Whoever is killed in the middle, each is told once: the job commits with its event, its rows with itself."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db.models import Q
from procrastinate.contrib.django.models import ProcrastinateJob

from osmose.encounters.models import Encounter
from osmose.kernel.audit import journal
from osmose.kernel.base import clock
from osmose.kernel.events import CHANNEL
from osmose.kernel.tasks import worker
from osmose.kernel.tasks.tasks import retry_stalled
from osmose.notifications.models import Notification
from osmose.notifications.tasks import deliver
from osmose.project.environment import ROOT
from tests.cast import Character, Hospitals
from tests.factories import encounters as pecs
from tests.notifications.telling import is_there, worry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pec(hospitals: Hospitals, claire: Character, hugo: Character) -> Encounter:
    is_there(claire, hospitals.sau)
    is_there(hugo, hospitals.sau)
    made = pecs.encounter(unit=hospitals.sau)
    until(lambda: worker.run(wait=False) or not jobs(), "what the arrival tells to be told")
    return made


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """A worker process that stops for ever in the middle of telling, once it has written; none is left behind."""
    started: list[subprocess.Popen[str]] = []

    def begin(mark: Path) -> "subprocess.Popen[str]":
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "osmose.project.settings.test"}
        command = [sys.executable, "-m", "tests.notifications.run_stuck_worker", str(mark)]
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


def jobs() -> list[str]:
    """What is asked for at once; a notice that can be undone waits for its seconds."""
    due = Q(scheduled_at=None) | Q(scheduled_at__lte=clock.now())
    return sorted(ProcrastinateJob.objects.filter(due, task_name=deliver.name).values_list("status", flat=True))


def test_a_worker_killed_after_writing_tells_once_when_another_runs_the_job_again(
    claire: Character, hugo: Character, pec: Encounter, start: Callable[..., Any], tmp_path: Path
) -> None:
    event = worry(claire, pec)
    mark = tmp_path / "stuck"
    stuck = start(mark)
    until(mark.exists, "the worker to be in the middle of its job")
    assert jobs() == ["doing"]
    os.kill(stuck.pid, signal.SIGKILL)
    stuck.wait(10)
    assert not Notification.objects.exists(), "its transaction went with it"
    until(lambda: retry_stalled(stalled_after=1.0), "the heart to have stopped", 20)
    worker.run(wait=False)
    assert Notification.objects.filter(user=hugo.id, event_uid=event.uid).count() == 1
    assert jobs() == []


class PowerCut(BaseException):
    """What no code catches."""


def test_a_web_process_that_dies_before_its_commit_tells_nobody(
    claire: Character, hugo: Character, pec: Encounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(**_: object) -> None:
        assert jobs() == ["todo"], "the job was asked for"
        raise PowerCut

    monkeypatch.setattr(journal, "append", cut)  # the last thing that a deed writes
    with pytest.raises(PowerCut):
        worry(claire, pec)
    monkeypatch.undo()
    assert jobs() == []
    worker.run(wait=False)
    assert not Notification.objects.exists()


def test_live_screens_hear_of_the_inbox_with_an_id_only(
    claire: Character, hugo: Character, pec: Encounter, app_connection: psycopg.Connection
) -> None:
    app_connection.execute(f"LISTEN {CHANNEL}")
    worry(claire, pec)
    worker.run(wait=False)
    heard = {notice.payload for notice in app_connection.notifies(timeout=2)}
    assert f"inbox:{hugo.id}" in heard
    assert all(len(payload) < 120 for payload in heard)
