"""The children of `osmose demo`: started, watched, started again when one is killed, all stopped at the end."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from types import FrameType
from urllib.parse import urlsplit

from osmose.project.cli import embedded
from osmose.project.cli.refusal import Refusal
from osmose.project.environment import ROOT

_READY_SECONDS = 60
_STOP_SECONDS = 10
_LOOK_SECONDS = 0.25
# More restarts than this within a minute: something is really wrong.
_RESTARTS = 5


class Children:
    """One process a verb. Each is told by the kernel when this one disappears, even killed."""

    def __init__(self) -> None:
        self.server: embedded.Server | None = None
        self._running: dict[tuple[str, ...], subprocess.Popen[bytes]] = {}
        self._restarts: list[float] = []
        self._asked_to_stop = False

    def stop_on_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        if self._asked_to_stop:
            return
        self._asked_to_stop = True
        raise KeyboardInterrupt

    def start(self, *words: str) -> None:
        """`osmose <words>`, in a session of its own: a Ctrl-C reaches this process only, which then stops in order."""
        self._running[words] = subprocess.Popen(
            [sys.executable, "-m", "osmose.project", *words],
            cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True,
            preexec_fn=embedded.die_with_parent(),  # noqa: PLW1509 - no thread runs here
        )  # fmt: skip

    def wait_until_ready(self, url: str) -> None:
        """Until that address answers 200."""
        deadline = time.monotonic() + _READY_SECONDS
        while time.monotonic() < deadline:
            if _answers(url):
                return
            for words, child in self._running.items():
                if child.poll() is not None:
                    raise Refusal(f"« osmose {words[0]} » s’est arrêté au démarrage (code {child.returncode}).")
            time.sleep(0.05)
        raise Refusal(f"aucune réponse de {url} après {_READY_SECONDS} s.")

    def watch(self) -> int:
        """Until told to stop; whoever dies meanwhile is started again."""
        while not self._asked_to_stop:
            time.sleep(_LOOK_SECONDS)
            if self.server and self.server.pid() is None:
                self._again("PostgreSQL")
                self.server.start()
            for words, child in list(self._running.items()):
                if child.poll() is not None:
                    self._again(f"osmose {words[0]}")
                    self.start(*words)
        return os.EX_OK

    def _again(self, name: str) -> None:
        moment = time.monotonic()
        self._restarts = [*(past for past in self._restarts if past > moment - 60), moment]
        if len(self._restarts) > _RESTARTS:
            raise Refusal(f"« {name} » s’arrête sans cesse : démonstration interrompue.")
        print(f"« {name} » s’est arrêté : redémarrage.", file=sys.stderr, flush=True)

    def stop(self) -> None:
        """Everything, children first, then the database; whoever doesn't obey in time is killed."""
        self._asked_to_stop = True
        for child in self._running.values():
            with contextlib.suppress(ProcessLookupError):
                child.terminate()
        deadline = time.monotonic() + _STOP_SECONDS
        for child in self._running.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        self._running.clear()
        if self.server:
            self.server.leave()


def _answers(url: str) -> bool:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=5)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
