"""The printed pages say what the code does today."""

import os
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from osmose.project.management.commands import build_docs


def test_the_printed_pages_are_fresh() -> None:
    """Asked of a process of its own: other tests declare doors and policies that the house doesn't have."""
    done = subprocess.run(
        [sys.executable, "-m", "osmose.project", "manage", "build_docs", "--check"],
        cwd=build_docs.DOCS.parent,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "osmose.project.settings.demo"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_stale_page_fails_the_check_and_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    before = (build_docs.DOCS / "model.md").read_text(encoding="utf-8")
    monkeypatch.setattr(build_docs, "PRINTED", {"model.md": lambda: "# Autre\n"})
    with pytest.raises(CommandError, match=r"docs/model\.md"):
        call_command("build_docs", "--check")
    assert (build_docs.DOCS / "model.md").read_text(encoding="utf-8") == before
