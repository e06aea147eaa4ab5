"""The table, the ratio between archives, the budgets, and the same as JSON."""

from collections.abc import Iterator
from typing import Any

# « Unchanged » (design.md §10): the board behind a large archive against the same behind a small one.
FLAT = 1.2
_HEAD = (
    f"{'écran':<42}{'clôturées':>10}{'req.':>6}{'octets':>9}"
    f"{'p50':>8}{'p95':>8}{'p99':>8}{'min':>8}{'proc.':>8}  budget"
)


def lines(results: list[dict[str, Any]]) -> Iterator[str]:
    """What is printed; times in milliseconds."""
    yield from _table(results)
    yield from _ratios(results)
    yield from _throughput(results)


def _table(results: list[dict[str, Any]]) -> Iterator[str]:
    yield _HEAD
    for name in _names(results):
        for result, screen in _of(results, name):
            times = "".join(f"{screen[key]:>8.1f}" for key in ("p50", "p95", "p99", "best", "cpu"))
            counts = f"{result['closed']:>10}{screen['queries']:>6}{screen['bytes']:>9}"
            yield f"{name:<42}{counts}{times}  {_verdict(screen)}"


def _verdict(screen: dict[str, Any]) -> str:
    budget = screen["budget"]
    if budget is None:
        return ""
    asked = f"p95 ≤ {budget['p95_ms']:g} ms"
    asked += f", {budget['queries']} req." if budget["queries"] else ""
    return f"{asked} : {'tenu' if screen['is_kept'] else 'DÉPASSÉ'}"


def ratios(results: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """By screen and size of archive: its median against the smallest archive's."""
    told: dict[str, dict[str, float]] = {}
    for name in _names(results):
        rows = list(_of(results, name))
        base = rows[0][1]["p50"]
        told[name] = {str(r["closed"]): round(s["p50"] / base, 2) for r, s in rows[1:] if base}
    return {name: row for name, row in told.items() if row}


def _ratios(results: list[dict[str, Any]]) -> Iterator[str]:
    if len(results) < 2:
        return
    yield ""
    yield f"Rapport des médianes à {results[0]['closed']} clôturées (≤ {FLAT:g} : plat)"
    for name, row in ratios(results).items():
        yield f"{name:<42}" + "".join(f"{size:>10} : {ratio:.2f}" for size, ratio in row.items())


def _throughput(results: list[dict[str, Any]]) -> Iterator[str]:
    rows = [(r["closed"], t) for r in results for t in r["throughput"]]
    if not rows:
        return
    yield ""
    yield f"{'débit (HTTP, un processus)':<42}{'clôturées':>10}{'visiteurs':>10}{'rép./s':>9}{'p50':>8}{'p95':>8}"
    for closed, row in rows:
        counts = f"{closed:>10}{row['visitors']:>10}{row['per_second']:>9}"
        yield f"{row['screen']:<42}{counts}{row['p50']:>8}{row['p95']:>8}"


def _names(results: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(screen["screen"] for result in results for screen in result["screens"]))


def _of(results: list[dict[str, Any]], name: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for result in results:
        for screen in result["screens"]:
            if screen["screen"] == name:
                yield result, screen
