"""Which database and keys a test process uses: the server is shared, the rest is the process's own."""

import atexit
import os
import shutil
import tempfile
from urllib.parse import urlsplit, urlunsplit

from osmose.kernel.db.roles import WEB_LOGIN
from osmose.project.cli import embedded

# Set by the first process (the controller of pytest-xdist, or the only one) and inherited by the others.
SERVER = "OSMOSE_TEST_SERVER"
_CHOSEN = "OSMOSE_TEST_DATABASE"
PREFIX = "osmose_test"


def choose() -> None:
    """Set the addresses of this process's database in its environment; start the embedded server when none is given.

    A process started by a test (a worker, a command) inherits the choice; another pytest process makes its own.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    if SERVER not in os.environ:
        os.environ[SERVER] = os.environ.get("DATABASE_OWNER_URL") or os.environ.get("DATABASE_URL") or _start()
    if os.environ.get(_CHOSEN, "").partition(":")[0] == worker:
        return
    name = f"{PREFIX}_{os.getpid()}_{worker}"
    os.environ[_CHOSEN] = f"{worker}:{name}"
    os.environ["DATABASE_OWNER_URL"] = at(os.environ[SERVER], name)
    keys = tempfile.mkdtemp(prefix="osmose-keys-")
    atexit.register(shutil.rmtree, keys, ignore_errors=True)
    os.environ["OSMOSE_KEYS_DIR"] = keys
    os.environ["DATABASE_URL"] = at(os.environ[SERVER], name, user=WEB_LOGIN if is_embedded() else None)


def name() -> str:
    """The name of this process's database."""
    return os.environ[_CHOSEN].partition(":")[2]


def is_embedded() -> bool:
    return os.environ[SERVER].startswith("postgresql://postgres@/")


def at(url: str, database: str, *, user: str | None = None) -> str:
    """The same server, another database (and another login)."""
    parts = urlsplit(url)
    place = f"{user}@{parts.netloc.rpartition('@')[2]}" if user else parts.netloc
    return urlunsplit(parts._replace(netloc=place, path=f"/{database}"))


def _start() -> str:
    return embedded.start("test", durable=False).url("postgres")
