"""One line of migrations an app, its end written down, so that two branches can't each add one unseen."""

from pathlib import Path

from django.apps import apps
from django.db.migrations.loader import MigrationLoader

from tests.architecture.verdict import none


def broken_lines(leaves: dict[str, list[str]], written: dict[str, str | None]) -> list[str]:
    """Apps with several ends, or whose max_migration.txt is missing or names another one."""
    faults = []
    for app, names in leaves.items():
        if len(names) > 1:
            faults.append(f"{app}: {len(names)} ends, {', '.join(sorted(names))}.")
        elif written.get(app) != names[0]:
            faults.append(f"{app}: max_migration.txt says {written.get(app)}, the last one is {names[0]}.")
    return faults


def _leaves() -> tuple[dict[str, list[str]], dict[str, str | None]]:
    graph = MigrationLoader(None, ignore_no_migrations=True).graph
    leaves: dict[str, list[str]] = {}
    written: dict[str, str | None] = {}
    for config in apps.get_app_configs():
        names = [name for app, name in graph.leaf_nodes(config.label) if app == config.label]
        if config.name.startswith("osmose.") and names:
            leaves[config.label] = names
            end = Path(config.path) / "migrations" / "max_migration.txt"
            written[config.label] = end.read_text(encoding="utf-8").strip() if end.exists() else None
    return leaves, written


def test_migrations_are_one_line_an_app() -> None:
    leaves, written = _leaves()
    assert "patients" in leaves
    none(broken_lines(leaves, written))


def test_a_fork_and_a_missing_end_are_seen() -> None:
    assert broken_lines({"a": ["0002_x", "0002_y"]}, {"a": "0002_x"})
    assert broken_lines({"a": ["0001_initial"]}, {})
    assert broken_lines({"a": ["0002_x"]}, {"a": "0001_initial"})
    assert not broken_lines({"a": ["0002_x"]}, {"a": "0002_x"})
