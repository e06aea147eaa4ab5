"""Where the time goes: a profile of a screen, and the plans of its queries."""

import cProfile
import json
import pstats
from pathlib import Path

from bench.measure import WARM_UP, Measured, Screen


def profile(screen: Screen, out: Path, *, rounds: int = 30) -> None:
    """What the calls of a screen spend their time in, by own time and by cumulated time."""
    for _ in range(WARM_UP):
        _call(screen)
    profiler = cProfile.Profile()
    for _ in range(rounds):
        if screen.before is not None:
            screen.before()
        profiler.enable()
        screen.call()
        profiler.disable()
    with out.open("w", encoding="utf-8") as file:
        file.write(f"{screen.name}, {rounds} rounds\n")
        told = pstats.Stats(profiler, stream=file)
        told.sort_stats("tottime").print_stats(40)
        told.sort_stats("cumtime").print_stats(120)


def _call(screen: Screen) -> None:
    if screen.before is not None:
        screen.before()
    screen.call()


class Plans:
    """EXPLAIN ANALYZE of what the screens read, in one file."""

    def __init__(self, out: Path) -> None:
        self.out = out
        out.write_text("", encoding="utf-8")

    def explain(self, measured: Measured) -> None:
        with self.out.open("a", encoding="utf-8") as file:
            for statement in measured.statements:
                if (
                    statement.upper().lstrip(" (\n").startswith(("SELECT", "WITH"))
                    and "FOR NO KEY UPDATE" not in statement
                ):
                    plan, summary = _plan(statement)
                    file.write(f"=== {measured.screen}: {summary}\n{statement}\n{plan}\n\n")


def _plan(statement: str) -> tuple[str, str]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement.replace('%', '%%')}")
        row = cursor.fetchone()
        told = row[0] if isinstance(row[0], list) else json.loads(row[0])
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {statement.replace('%', '%%')}")
        text = "\n".join(line for (line,) in cursor.fetchall())
    planning, execution = told[0]["Planning Time"], told[0]["Execution Time"]
    return text, f"planning {planning:.2f} ms, execution {execution:.2f} ms"
