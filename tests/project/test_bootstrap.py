"""`scripts/bootstrap.sh` on machines that lack something: one clear sentence, exit code 1, nothing left behind."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from osmose.project.environment import ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The files that the bootstrap needs, in a folder with a space; no environment yet."""
    place = tmp_path / "mon dossier"
    shutil.copytree(ROOT / "scripts", place / "scripts")
    shutil.copytree(ROOT / "requirements", place / "requirements")
    return place


def _programs(tmp_path: Path, **scripts: str) -> str:
    """A PATH with only the shell's own tools and these programs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in ("sh", "mkdir", "rm", "cat", "cksum", "id"):
        found = shutil.which(tool)
        assert found
        (folder / tool).symlink_to(found)
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return str(folder)


def _bootstrap(checkout: Path, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["sh", "scripts/bootstrap.sh", "base"], cwd=checkout, env={"PATH": os.environ["PATH"], **environ},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def _refused(result: "subprocess.CompletedProcess[str]") -> str:
    assert result.returncode == 1
    assert result.stderr.startswith("osmose : ")
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_without_python(checkout: Path, tmp_path: Path) -> None:
    assert "Python est introuvable" in _refused(_bootstrap(checkout, PATH=_programs(tmp_path)))


def test_with_an_old_python(checkout: Path, tmp_path: Path) -> None:
    path = _programs(tmp_path, python3='[ "$1" = --version ] && echo "Python 3.9.2" && exit 0; exit 1')
    assert "Python est trop ancien (Python 3.9.2)" in _refused(_bootstrap(checkout, PATH=path))


def test_with_a_chosen_python_that_is_not_there(checkout: Path) -> None:
    assert "PYTHON vaut « /nulle/part »" in _refused(_bootstrap(checkout, PYTHON="/nulle/part"))


def test_with_a_chosen_python_that_is_old(checkout: Path, tmp_path: Path) -> None:
    path = _programs(tmp_path, vieux="exit 1")
    assert "« vieux » est trop ancien" in _refused(_bootstrap(checkout, PATH=path, PYTHON="vieux"))


def test_without_venv_and_without_apt(checkout: Path, tmp_path: Path) -> None:
    python = 'case "$2" in *version_info\\ *) exit 0;; *print*) echo 3.12;; *) exit 1;; esac'
    sentence = _refused(_bootstrap(checkout, PATH=_programs(tmp_path, python3=python)))
    assert "apt-get install python3.12-venv" in sentence


def test_in_a_folder_that_cannot_be_written(checkout: Path) -> None:
    (checkout / "var").write_text("a file where a folder should be", encoding="utf-8")
    assert "n’est pas accessible en écriture" in _refused(_bootstrap(checkout))


def test_what_is_installed_is_not_installed_again(checkout: Path) -> None:
    """The stamp is the checksum of the lock; development's covers what runs Osmose."""
    subprocess.run(
        [shutil.which("python3") or "python3", "-m", "venv", "--without-pip", ".venv"], cwd=checkout, check=True
    )
    stamp = subprocess.run(
        "cksum < requirements/dev.txt", shell=True, cwd=checkout, capture_output=True, text=True, check=True
    ).stdout
    (checkout / ".venv" / ".installed-dev").write_text(stamp, encoding="utf-8")
    done = _bootstrap(checkout)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
