"""`osmose demo` for real: ready, again, stopped, killed; never an orphan."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from osmose.project.environment import ROOT
from tests.project.test_cli import bare_environment

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]
MARK = "OSMOSE_VAR_DIR"


def _free_port() -> int:
    """Below those that the system lends to the other tests of the moment."""
    while True:
        port = random.randrange(20000, 30000)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


class Demo:
    """A demonstration with a `var/` of its own, by which its processes are known."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *words: str) -> float:
        began = time.monotonic()
        self.port = _free_port()
        log = self.log.open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "osmose.project", "demo", "--linked", *words], cwd=ROOT, stdout=log, stderr=log,
            env=bare_environment(OSMOSE_VAR_DIR=str(self.var), PORT=str(self.port)),
        )  # fmt: skip
        log.close()
        self.until(lambda: "Ctrl-C" in self.said() or self.process.poll() is not None, seconds=200)  # type: ignore[union-attr]
        assert self.process.poll() is None, self.said()
        assert "Ctrl-C" in self.said()
        return time.monotonic() - began

    @property
    def log(self) -> Path:
        return self.var.with_suffix(".log")

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    def processes(self, *verbs: str) -> list[int]:
        """Everything that this demonstration started (PostgreSQL included), or some verbs of it."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
                environ = (entry / "environ").read_bytes()
                state = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
            except OSError:
                continue
            ours = f"{MARK}={self.var}".encode() in environ or any(str(self.var).encode() in word for word in words)
            if ours and state != "Z" and (not verbs or any(verb.encode() in words for verb in verbs)):
                found.append(int(entry.name))
        return sorted(found)

    def postgres(self) -> int:
        return int(next(self.var.glob("pg*/postmaster.pid")).read_text(encoding="utf-8").split("\n")[0])

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as page:
                return bool(page.status == 200)
        except OSError:
            return False

    @staticmethod
    def until(true: Callable[[], bool], *, seconds: float = 40) -> None:
        deadline = time.monotonic() + seconds
        while not true() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert true()

    def until_gone(self) -> None:
        """A checkpoint on a busy disk takes its time."""
        deadline = time.monotonic() + 60
        while (left := self.processes()) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not left, [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in left if Path(f"/proc/{pid}").exists()]

    def stop(self, how: int = signal.SIGINT) -> int:
        assert self.process
        self.process.send_signal(how)
        return self.process.wait(30)


@pytest.fixture
def demo(folder: Path) -> Iterator[Demo]:
    demo = Demo(folder / "var")
    yield demo
    if demo.process and demo.process.poll() is None:
        demo.stop(signal.SIGTERM)


def it_is_ready_says_so_and_ctrl_c_stops_everything(demo: Demo) -> None:
    demo.start("--light")  # the whole evening is tests/demo's
    assert "Osmose est prêt en" in demo.said()
    assert f"http://localhost:{demo.port}" in demo.said()
    assert "mot de passe : osmose" in demo.said()
    assert "agent1@osmose.fr" in demo.said()
    assert demo.answers()
    assert demo.processes("serve")
    assert demo.processes("worker")
    assert demo.postgres()
    assert demo.stop(signal.SIGINT) == 0
    demo.until_gone()


def the_second_run_finds_its_data_again_and_sigterm_stops_it(demo: Demo) -> None:
    seconds = demo.start()
    assert "hôpital de démonstration" not in demo.said()
    assert seconds < 8 or os.environ.get("CI")
    assert demo.stop(signal.SIGTERM) == 0
    demo.until_gone()


def killing_it_leaves_no_orphan(demo: Demo) -> None:
    demo.start()
    demo.stop(signal.SIGKILL)
    demo.until_gone()


def a_killed_child_or_database_comes_back(demo: Demo) -> None:
    demo.start()
    for victim in (demo.processes("serve")[0], demo.processes("worker")[0], demo.postgres()):
        os.kill(victim, signal.SIGKILL)
        demo.until(lambda: victim not in demo.processes())  # noqa: B023 - called in this turn
        demo.until(demo.answers)
    demo.until(lambda: "« PostgreSQL » s’est arrêté : redémarrage." in demo.said())
    assert "« osmose serve » s’est arrêté : redémarrage." in demo.said()
    assert "« osmose worker » s’est arrêté : redémarrage." in demo.said()
    demo.stop()
    demo.until_gone()


def reset_starts_afresh(demo: Demo) -> None:
    before = (demo.var / "keys" / "kek.json").read_bytes()
    demo.start("--reset", "--light")
    assert "hôpital de démonstration" in demo.said()
    assert (demo.var / "keys" / "kek.json").read_bytes() != before
    demo.stop()
    demo.until_gone()


def test_a_demonstration_lives_dies_and_comes_back(demo: Demo) -> None:
    """In this order: each life finds what the one before left."""
    it_is_ready_says_so_and_ctrl_c_stops_everything(demo)
    the_second_run_finds_its_data_again_and_sigterm_stops_it(demo)
    killing_it_leaves_no_orphan(demo)
    a_killed_child_or_database_comes_back(demo)
    reset_starts_afresh(demo)
