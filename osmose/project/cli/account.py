"""Whose process the embedded PostgreSQL is: it refuses to run as root, so root lends it an account of its own."""

import os
import pwd
import stat
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from osmose.project.cli.refusal import Refusal

_SYSTEM_USER = "osmose-pg"


@dataclass(frozen=True)
class Account:
    """Whose process the server is: PostgreSQL refuses to run as root."""

    uid: int
    gid: int
    switch: bool

    @classmethod
    def of(cls, folder: Path, programs: Path) -> "Account":
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid(), switch=False)
        owner = folder.stat() if folder.exists() else None
        if owner and owner.st_uid != 0:
            account = cls(owner.st_uid, owner.st_gid, switch=True)
        else:
            entry = _system_user()
            account = cls(entry.pw_uid, entry.pw_gid, switch=True)
        _open_the_way(folder.parent, programs)
        return account

    @property
    def user(self) -> int | None:
        return self.uid if self.switch else None

    @property
    def group(self) -> int | None:
        return self.gid if self.switch else None

    @property
    def extra_groups(self) -> list[str | int] | None:
        return [] if self.switch else None

    def give(self, path: Path) -> None:
        if self.switch:
            os.chown(path, self.uid, self.gid)


def _system_user() -> pwd.struct_passwd:
    with suppress(KeyError):
        return pwd.getpwnam(_SYSTEM_USER)
    try:
        subprocess.run(
            ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", _SYSTEM_USER],
            check=True, capture_output=True,
        )  # fmt: skip
        return pwd.getpwnam(_SYSTEM_USER)
    except (OSError, subprocess.CalledProcessError, KeyError) as error:
        raise Refusal(
            "PostgreSQL ne s’exécute pas sous le compte root, et le compte "
            f"« {_SYSTEM_USER} » n’a pas pu être créé : lancez Osmose sous un autre compte."
        ) from error


def _open_the_way(*paths: Path) -> None:
    """As root only: let the server's account pass through (not list) the folders above its own and its programs."""
    for path in paths:
        for folder in (path, *path.parents):
            mode = folder.stat().st_mode
            if not mode & stat.S_IXOTH:
                folder.chmod(mode | stat.S_IXOTH)
    programs = paths[-1]
    if not (programs / "postgres").stat().st_mode & stat.S_IXOTH:
        for file in programs.parent.rglob("*"):
            mode = file.stat().st_mode
            file.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if file.is_dir() or mode & stat.S_IXUSR else 0))
