"""A database of the bench's own for each size of archive, under var/bench/<closed>, kept between two runs."""

import hashlib
import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from osmose.project.cli import embedded, world
from osmose.project.environment import ROOT

FOLDER = ROOT / "var" / "bench"
# An evening of three days ago is no evening any more.
_FRESH = timedelta(days=3)
# For the load only: nothing has to survive a crash of the machine, everything is written once.
_LOADING = {"wal_level": "minimal", "max_wal_senders": "0", "max_wal_size": "20GB", "checkpoint_timeout": "1h"}


class World:
    """The server, and what was loaded in it."""

    def __init__(self, closed: int) -> None:
        self.closed = closed
        self.folder = FOLDER / str(closed)
        self._note = self.folder / "loaded.json"
        os.environ["OSMOSE_VAR_DIR"] = str(self.folder)
        os.environ["OSMOSE_STATIC_ROOT"] = str(FOLDER / "static")
        # Its own server and its own secrets, whatever the environment names.
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "OSMOSE_KEYS_DIR"):
            os.environ.pop(name, None)
        self.version = embedded.chosen_version()

    def open(self, *, reset: bool) -> dict[str, Any]:
        """The server running as in production (durable), filled if it wasn't; what the load said."""
        told = {} if reset else self._told()
        if not told:
            told = self._fill()
        self._start(durable=True)
        world.prepare()
        world.ready_django()
        _as_in_production()
        return told

    def owner_url(self) -> str:
        return world.owner_url()

    def _start(self, *, durable: bool) -> embedded.Server:
        server = embedded.Server(embedded.folder_of("", self.version), self.version, durable=durable).start()
        world.use(server)
        world.choose_settings()
        return server

    def _told(self) -> dict[str, Any]:
        """What the last load said, where it is still good."""
        try:
            told: dict[str, Any] = json.loads(self._note.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        is_fresh = datetime.fromisoformat(told["at"]) > datetime.now().astimezone() - _FRESH
        return told if is_fresh and told["loader"] == _loader() else {}

    def _fill(self) -> dict[str, Any]:
        folder = embedded.folder_of("", self.version)
        self._note.unlink(missing_ok=True)
        embedded.Server(folder, self.version).erase()
        server = self._start(durable=False)
        world.prepare()
        _alter(server, _LOADING)
        server.leave()
        server = self._start(durable=False)
        world.ready_django()
        told = self._load(server)
        with psycopg.connect(server.url("postgres"), autocommit=True) as administrator:
            administrator.execute("ALTER SYSTEM RESET ALL")
            administrator.execute("CHECKPOINT")
        _hang_up()
        server.leave()
        self._note.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
        return told

    def _load(self, server: embedded.Server) -> dict[str, Any]:
        from bench.loading import load, readback
        from bench.loading.load import Size
        from osmose.kernel.base import clock

        now = clock.now()
        done = load.load(server.url(), Size(closed=self.closed), now)
        with done.timed("relecture"):
            opened = readback.check(load.tables())
        return {
            "at": now.isoformat(),
            "loader": _loader(),
            "rows": done.rows,
            "seconds": done.seconds,
            "opened": opened,
        }


def _hang_up() -> None:
    """Django's connections closed, the idle ones of its pool too: the server is about to stop."""
    from django.db import connections

    default: Any = connections["default"]
    default.close()
    default.close_pool()


def _alter(server: embedded.Server, values: dict[str, str]) -> None:
    with psycopg.connect(server.url("postgres"), autocommit=True) as administrator:
        for name, value in values.items():
            administrator.execute(f"ALTER SYSTEM SET {name} = '{value}'")


def _loader() -> str:
    """What the rows are made by: other code, another load."""
    digest = hashlib.sha256()
    for path in sorted((Path(__file__).parent / "loading").glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _as_in_production() -> None:
    """What a production has and a process of the bench would lack: its name, its static files with their addresses."""
    from django.conf import settings
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)
    settings.ALLOWED_HOSTS = ["testserver", "127.0.0.1"]
