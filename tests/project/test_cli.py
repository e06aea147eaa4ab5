"""The `osmose` command: what it says when it can't."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from osmose.project.cli.main import VERBS
from osmose.project.environment import ROOT
from osmose.project.settings import testing_database

_FROM_TESTS = ("DATABASE_", "OSMOSE_", "DJANGO_", "PYTEST_")


def bare_environment(**more: str) -> dict[str, str]:
    """The environment of somebody who just opened a terminal."""
    return {**{k: v for k, v in os.environ.items() if not k.startswith(_FROM_TESTS)}, **more}


def osmose(*words: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "osmose.project", *words],
        cwd=ROOT, env=bare_environment(**environ), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def test_help_names_every_verb() -> None:
    shown = osmose("--help")
    assert shown.returncode == 0
    assert all(verb in shown.stdout for verb in VERBS)


def test_every_verb_has_its_module() -> None:
    assert all((ROOT / "osmose" / "project" / "cli" / f"{verb}.py").exists() for verb in VERBS)


def test_an_unknown_verb_is_refused() -> None:
    assert osmose("danse").returncode == 2


def _refused(result: "subprocess.CompletedProcess[str]") -> str:
    """The one sentence of a refusal: no trace, exit code 1."""
    assert result.returncode == 1, result.stderr
    assert "Traceback" not in result.stderr
    assert result.stderr.startswith("osmose : ")
    return result.stderr


def test_a_busy_port_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        sentence = _refused(osmose("demo", PORT=str(port), OSMOSE_VAR_DIR=str(tmp_path / "var")))
    assert f"le port {port} est déjà utilisé ; essayez « make demo PORT={port + 1} »" in sentence
    assert not (tmp_path / "var").exists()


def test_a_port_that_is_none_is_refused() -> None:
    assert "PORT vaut « http »" in _refused(osmose("demo", PORT="http"))


def test_the_demonstration_is_refused_in_production() -> None:
    assert "refusés hors du mode demo" in _refused(osmose("demo", OSMOSE_MODE="production", PORT="0999"))


@pytest.mark.parametrize("verb", ["demo", "serve", "worker", "prepare"])
@pytest.mark.parametrize("url", ["mysql://osmose@127.0.0.1/osmose", "postgresql://osmose@127.0.0.1:1/osmose"])
def test_a_wrong_database_is_refused_by_every_verb(verb: str, url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    sentence = _refused(osmose(verb, DATABASE_URL=url, PORT=str(port)))
    assert "n’est pas une adresse PostgreSQL" in sentence or "ne répond pas" in sentence


def test_resetting_never_touches_a_database_of_somebody_else() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    sentence = _refused(osmose("demo", "--reset", DATABASE_URL="postgresql://h.invalid/osmose", PORT=str(port)))
    assert "RESET=1 n’efface que la base embarquée" in sentence


def test_production_without_a_database_is_refused() -> None:
    assert "DATABASE_URL manque" in _refused(osmose("serve", OSMOSE_MODE="production"))


def test_an_unsafe_production_does_not_start() -> None:
    url = os.environ[testing_database.SERVER]
    sentence = _refused(osmose("serve", OSMOSE_MODE="production", DATABASE_URL=url))
    assert "osmose.E001" in sentence
    assert "osmose.E007" in sentence
    assert "osmose.E010" in sentence  # an administrator's login


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert "Écriture impossible" in _refused(osmose("demo", OSMOSE_VAR_DIR=str(closed / "var"), PORT=str(port)))
