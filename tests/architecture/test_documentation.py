"""The printed pages say what the code does today."""

import pytest
from django.core.management import CommandError, call_command

from osmose.project.management.commands import build_docs
from tests.architecture.verdict import none


def test_the_printed_pages_are_fresh() -> None:
    none([f"docs/{name} is stale: run make docs." for name in build_docs.stale()])


def test_a_stale_page_fails_the_check_and_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    before = (build_docs.DOCS / "model.md").read_text(encoding="utf-8")
    monkeypatch.setattr(build_docs, "PRINTED", {"model.md": lambda: "# Autre\n"})
    with pytest.raises(CommandError, match=r"docs/model\.md"):
        call_command("build_docs", "--check")
    assert (build_docs.DOCS / "model.md").read_text(encoding="utf-8") == before
