"""A browser's EventSource, in a thread: connects with cookies, reads what comes, remembers when."""

import contextlib
import http.client
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from django.test import Client
from django.urls import reverse

from osmose.organisations.models import CareUnit
from osmose.stream import tickets


@dataclass(frozen=True)
class Event:
    """One event as the page gets it, with the instant of its arrival."""

    name: str
    data: dict[str, Any]
    id: int
    at: float


class Refused(AssertionError):
    """The stream answered something else than 200."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


class Source:
    """One open stream; `with` closes it."""

    def __init__(self, port: int, cookie: str, path: str = tickets.PATH) -> None:
        self.events: list[Event] = []
        self.raw = b""
        self._heard = threading.Condition()
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._connection.request("GET", path, headers={"Cookie": cookie, "Accept": "text/event-stream"})
        self._socket = self._connection.sock
        self.answer = self._connection.getresponse()
        if self.answer.status != 200:
            self._connection.close()
            raise Refused(self.answer.status)
        self.is_over = False
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        said: dict[str, str] = {}
        try:
            while line := self.answer.readline():
                self.raw += line
                text = line.decode().rstrip("\n")
                if text:
                    name, _, value = text.partition(": ")
                    said[name] = value
                    continue
                event = Event(said["event"], json.loads(said["data"]), int(said["id"]), time.monotonic())
                said = {}
                with self._heard:
                    self.events.append(event)
                    self._heard.notify_all()
        except (OSError, ValueError, http.client.HTTPException, AttributeError):
            pass
        with self._heard:
            self.is_over = True
            self._heard.notify_all()

    def wait(self, name: str, where: Callable[[dict[str, Any]], bool] = lambda _: True, seconds: float = 30) -> Event:
        """The first event of that name that is so."""

        def found() -> Event | None:
            return next((e for e in self.events if e.name == name and where(e.data)), None)

        with self._heard:
            assert self._heard.wait_for(lambda: found() or self.is_over, seconds), f"no {name}: {self.names}"
            event = found()
        assert event is not None, f"no {name}: {self.names}"
        return event

    def wait_until_over(self, seconds: float = 30) -> Self:
        with self._heard:
            assert self._heard.wait_for(lambda: self.is_over, seconds), "still open"
        return self

    def of(self, name: str) -> list[dict[str, Any]]:
        with self._heard:
            return [event.data for event in self.events if event.name == name]

    @property
    def names(self) -> list[str]:
        return [event.name for event in self.events]

    def close(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(2)
        self._connection.close()
        self._thread.join(2)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


WALL = "/flux/?mur"


def ticketed(client: Client) -> str:
    """The cookies of a logged-in client that has just asked for a ticket."""
    answer = client.post("/flux/billet/")
    assert answer.status_code == 200, answer.status_code
    return _cookies(client)


def wall_ticketed(client: Client, unit: CareUnit) -> str:
    """The cookies of a screen that has just asked for one."""
    answer = client.post(reverse("wall_ticket", args=[unit.pk]))
    assert answer.status_code == 204, answer.status_code
    return _cookies(client)


def _cookies(client: Client) -> str:
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
