"""contract.ini holds the house as it is, and refuses each fault planted in a copy of it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from osmose.project.environment import ROOT
from tests.architecture.guards import writing
from tests.architecture.tree import CONTRACT

_RUN = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command as run; run()"


def _lint(folder: Path) -> tuple[bool, str]:
    done = subprocess.run(
        [sys.executable, "-c", _RUN, "--config", "contract.ini"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": "", "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode == 0, done.stdout + done.stderr


def _fault(said: str) -> str:
    """What follows the list of contracts: why they are broken."""
    return said.partition("Broken contracts")[2]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The Python files of the house and its contract, in a folder of their own."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(CONTRACT, folder)
    for path in (ROOT / "osmose").rglob("*.py"):
        there = folder / path.relative_to(ROOT)
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, there)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_the_house_keeps_its_contract(copy: Path) -> None:
    is_kept, said = _lint(copy)
    assert is_kept, _fault(said) or said


def test_no_import_is_ignored() -> None:
    assert not writing.ignored_imports(CONTRACT.read_text(encoding="utf-8"))


def test_an_ignored_import_is_seen() -> None:
    assert writing.ignored_imports("[importlinter]\nignore_imports = a -> b\n")


FAULTS = {
    "a room named helpers": ("osmose/patients/helpers.py", "", "osmose.patients.helpers"),
    "an app on no floor": ("osmose/billing/__init__.py", "", "osmose.billing"),
    "an app that knows one above": (
        "osmose/organisations/scoring.py",
        "import osmose.encounters.lifecycle\n",
        "osmose.organisations.scoring -> osmose.encounters.lifecycle",
    ),
    "an app that knows one beside": (
        "osmose/handover/scoring.py",
        "import osmose.assessments\n",
        "osmose.handover.scoring -> osmose.assessments",
    ),
    "a kernel that knows a hospital": (
        "osmose/kernel/base/planted.py",
        "import osmose.organisations.models\n",
        "osmose.kernel.base.planted -> osmose.organisations.models",
    ),
    "a kernel that climbs": (
        "osmose/kernel/crypto/planted.py",
        "import osmose.kernel.audit.models\n",
        "osmose.kernel.crypto.planted -> osmose.kernel.audit.models",
    ),
    "another app's views": (
        "osmose/workspace/planted.py",
        "import osmose.accounts.views\n",
        "osmose.workspace.planted -> osmose.accounts.views",
    ),
    "another app's forms": (
        "osmose/demo/planted.py",
        "import osmose.encounters.forms\n",
        "osmose.demo.planted -> osmose.encounters.forms",
    ),
    "a rule that knows the screen": (
        "osmose/accounts/scoring.py",
        "import osmose.kernel.web.request\n",
        "osmose.accounts.scoring -> osmose.kernel.web.request",
    ),
    "a room that climbs": (
        "osmose/handover/lifecycle.py",
        "import osmose.handover.actions\n",
        "osmose.handover.lifecycle -> osmose.handover.actions",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_contract_refuses(copy: Path, fault: str) -> None:
    path, text, evidence = FAULTS[fault]
    planted = copy / path
    assert not planted.exists(), f"{path} exists now: plant this fault elsewhere."
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(text, encoding="utf-8")
    try:
        is_kept, said = _lint(copy)
    finally:
        planted.unlink()
        if not any(planted.parent.iterdir()):
            planted.parent.rmdir()
    assert not is_kept
    assert evidence in said


def test_the_contract_refuses_a_cycle(copy: Path) -> None:
    """Two folders of one app that import each other: no floor tells them apart."""
    planted = [copy / "osmose/interop/first", copy / "osmose/interop/second"]
    for folder, other in zip(planted, ("second", "first"), strict=True):
        folder.mkdir()
        (folder / "__init__.py").write_text("", encoding="utf-8")
        (folder / "loop.py").write_text(f"import osmose.interop.{other}.loop\n", encoding="utf-8")
    try:
        is_kept, said = _lint(copy)
    finally:
        for folder in planted:
            shutil.rmtree(folder)
    assert not is_kept
    assert "osmose.interop" in _fault(said)
    assert "No cycles among siblings, at any depth BROKEN" in said
