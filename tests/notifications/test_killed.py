"""Whoever is killed in the middle, each is told once: the job commits with its event, its rows with itself."""

import os
import signal
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
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
from osmose.notifications.models import Channels, Mail, Notification
from osmose.notifications.tasks import deliver, send_mail, send_waiting
from osmose.project.environment import ROOT
from tests.cast import Character, Hospitals
from tests.factories import encounters as pecs
from tests.factories.patients import acting
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

    def begin(mark: Path, *more: str) -> "subprocess.Popen[str]":
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "osmose.project.settings.test"}
        command = [sys.executable, "-m", "tests.notifications.run_stuck_worker", str(mark), *more]
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


def jobs(task: Any = deliver) -> list[str]:
    """What is asked for at once, or is tried again; a notice that can be undone waits for its seconds."""
    due = Q(scheduled_at=None) | Q(scheduled_at__lte=clock.now()) | Q(attempts__gt=0)
    wanted = ProcrastinateJob.objects.filter(due, task_name=task.name)
    return sorted(wanted.values_list("status", flat=True))


def test_a_worker_killed_after_writing_tells_once_when_another_runs_the_job_again(
    claire: Character, hugo: Character, pec: Encounter, start: Callable[..., Any], tmp_path: Path
) -> None:
    """Over five seconds: a process to start and to kill, and a heart that must have stopped."""
    event = worry(claire, pec)
    mark = tmp_path / "stuck"
    stuck = start(mark)
    until(mark.exists, "the worker to be in the middle of its job")
    assert jobs() == ["doing"]
    os.kill(stuck.pid, signal.SIGKILL)
    stuck.wait(10)
    assert not Notification.objects.exists(), "its transaction went with it"
    until(lambda: retry_stalled(stalled_after=1.0), "the heart to have stopped")
    told = Notification.objects.filter(user=hugo.id, event_uid=event.uid)
    # A delivery that fails is tried again some seconds later: another round of the worker finds it.
    until(lambda: worker.run(wait=False) or (told.exists() and not jobs()), "another worker to tell")
    assert told.count() == 1


class MailServer(socketserver.StreamRequestHandler):
    """Takes whatever it is given."""

    def handle(self) -> None:
        taken: list[str] = self.server.taken  # type: ignore[attr-defined]
        self._say("220 mail.example")
        for line in iter(self.rfile.readline, b""):
            word = line[:4].strip().upper()
            if word == b"DATA":
                self._say("354 Go on")
                text = b"".join(iter(self.rfile.readline, b".\r\n"))
                taken.append(text.decode())
            self._say("221 Bye" if word == b"QUIT" else "250 OK")
            if word == b"QUIT":
                return

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@pytest.fixture
def mail_server() -> Iterator[socketserver.ThreadingTCPServer]:
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), MailServer)
    server.daemon_threads = True
    server.taken = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join(30)
    server.server_close()


def test_a_worker_killed_after_the_mail_server_answered_never_sends_it_twice(
    claire: Character, hugo: Character, paul: Character, pec: Encounter, start: Callable[..., Any], tmp_path: Path,
    mail_server: Any,
) -> None:  # fmt: skip
    """Over five seconds: a process to start and to kill, and a heart that must have stopped."""
    with acting():
        Channels.objects.create(user_id=hugo.id, by_mail=True)
    worry(claire, pec)
    mark = tmp_path / "stuck"
    stuck = start(mark, str(mail_server.server_address[1]))
    until(mark.exists, "the message to be with the mail server")
    os.kill(stuck.pid, signal.SIGKILL)
    stuck.wait(10)
    mail = Mail.objects.get()
    assert f"Message-ID: <{mail.pk}@localhost>" in mail_server.taken[0]
    assert (mail.sent_at, mail.given_up_at) == (None, None), "nobody has written that it left"
    until(lambda: retry_stalled(stalled_after=1.0), "the heart to have stopped")
    until(lambda: worker.run(wait=False) or not jobs(send_mail), "another worker to run the job again")
    send_waiting(clock.now() + timedelta(minutes=11))
    send_waiting(clock.now() + timedelta(minutes=40))
    assert len(mail_server.taken) == 1
    page = paul.client().get("/notifications/envois/").content.decode()
    assert "1</b> sans réponse du serveur" in page
    assert "envoi interrompu" in page


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
