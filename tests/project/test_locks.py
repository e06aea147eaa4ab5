"""Locked dependencies: one version of each, hashed, explained; nothing of the machine that locked them."""

import re

import pytest

from osmose.project.environment import ROOT

REQUIREMENTS = ROOT / "requirements"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)
_DIRECT = re.compile(r"^([A-Za-z0-9._-]+)", re.MULTILINE)


def _pins(lock: str) -> dict[str, str]:
    return dict(_PIN.findall((REQUIREMENTS / lock).read_text(encoding="utf-8")))


def _direct(source: str) -> list[str]:
    lines = (REQUIREMENTS / source).read_text(encoding="utf-8").splitlines()
    return [found.group(1) for line in lines if not line.startswith(("#", "-")) and (found := _DIRECT.match(line))]


def test_development_installs_what_production_runs() -> None:
    development = _pins("dev.txt")
    assert {name: development.get(name) for name in _pins("base.txt")} == _pins("base.txt")


@pytest.mark.parametrize("lock", ["base.txt", "dev.txt"])
def test_every_pin_has_its_hashes_and_no_address(lock: str) -> None:
    text = (REQUIREMENTS / lock).read_text(encoding="utf-8")
    entries = re.split(r"^(?=\S)", text, flags=re.MULTILINE)
    assert all("--hash=sha256:" in entry for entry in entries if _PIN.match(entry))
    assert "://" not in text


@pytest.mark.parametrize("source", ["base.in", "dev.in"])
def test_every_direct_dependency_is_locked_and_explained(source: str) -> None:
    pins = {name.lower().replace("_", "-") for name in _pins(source.replace(".in", ".txt"))}
    explained = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    for name in _direct(source):
        assert name.lower().replace("_", "-") in pins, name
        assert f"| {name} |" in explained, f"{name} is missing from docs/dependencies.md"
