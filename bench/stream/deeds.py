"""Real clicks through the web process, and the instant at which each was committed."""

import http.client
import itertools
import threading
import time
import uuid
from collections.abc import Iterator
from typing import Any, ClassVar, Self
from urllib.parse import urlencode

import psycopg


class Commits(threading.Thread):
    """Hears of every event in a thread of its own: a notification leaves at the commit."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.instants: list[int] = []
        self._is_over = threading.Event()
        self._listening = psycopg.connect(url, autocommit=True)
        self._listening.execute("LISTEN osmose_events")
        self.start()

    def run(self) -> None:
        with self._listening:
            while not self._is_over.is_set():
                for _ in self._listening.notifies(timeout=0.5):
                    self.instants.append(time.monotonic_ns())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self.join(5)

    def take(self) -> list[int]:
        taken, self.instants = self.instants, []
        return taken


class Nurse:
    """One connection to the web process, kept open; `click` changes how a patient came, to another way each time."""

    ways: ClassVar[dict[uuid.UUID, Iterator[str]]] = {}

    def __init__(self, port: int, client: Any) -> None:
        self._cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
        self._secret = client.cookies["csrftoken"].value
        self._web = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def click(self, pec: uuid.UUID) -> None:
        way = next(self.ways.setdefault(pec, itertools.cycle(("seul", "police"))))
        fields = {"csrfmiddlewaretoken": self._secret, "_token": uuid.uuid4().hex, "arrival_mode": way}
        headers = {
            "Cookie": self._cookie,
            "Content-Type": "application/x-www-form-urlencoded",
            "HX-Request": "true",
        }
        self._web.request("POST", f"/pec/{pec}/mode-arrivee/", urlencode(fields), headers)
        answer = self._web.getresponse()
        answer.read()
        if answer.status not in (200, 204, 302):
            raise RuntimeError(f"a click was answered {answer.status}")

    def get(self, path: str) -> str:
        self._web.request("GET", path, headers={"Cookie": self._cookie})
        return self._web.getresponse().read().decode()

    @property
    def cookie(self) -> str:
        return self._cookie
