"""`manage build_docs`: prints the parts of the documentation that the code knows best."""

from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from osmose.project import docs_access, docs_lifecycles, docs_model
from osmose.project.environment import ROOT

DOCS = ROOT / "docs"
PRINTED: Mapping[str, Callable[[], str]] = {
    "access-matrix.md": docs_access.render,
    "lifecycles.md": docs_lifecycles.render,
    "model.md": docs_model.render,
}


def stale() -> dict[str, str]:
    """The pages that no longer say what the code does, with what they should say."""
    printed = {name: render() for name, render in PRINTED.items()}
    return {name: text for name, text in printed.items() if _written(name) != text}


def _written(name: str) -> str:
    path = DOCS / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


class Command(BaseCommand):
    """Writes what changed; with --check, says what is stale and changes nothing."""

    help = "Engendre docs/access-matrix.md, docs/lifecycles.md et docs/model.md depuis le code."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="échoue si une page est périmée, sans rien écrire")

    def handle(self, *_arguments: Any, check: bool = False, **_options: Any) -> None:
        pages = stale()
        if check and pages:
            names = ", ".join(f"docs/{name}" for name in pages)
            raise CommandError(
                f"Documentation périmée\u202f: {names}. Lancez « make docs » et relisez ce qui a changé."
            )
        for name, text in pages.items():
            (DOCS / name).write_text(text, encoding="utf-8")
            self.stdout.write(f"docs/{name} réécrit.")
        if not pages:
            self.stdout.write("La documentation dit ce que fait le code.")
