"""One screen, many times: server time in process, queries and bytes of an answer."""

import gc
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

Call = Callable[[], Any]
WARM_UP = 8
# One screen is measured in so many seconds at most, but so many times at least.
SECONDS, FEWEST = 20, 20
_CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SET TRANSACTION", "ROLLBACK")


@dataclass(frozen=True)
class Budget:
    """What design.md §10 allows."""

    p95_ms: float
    queries: int | None = None


@dataclass(frozen=True)
class Screen:
    """What is measured. `before` is done, untimed, before each call; `rounds` is how many timed calls."""

    name: str
    call: Call
    budget: Budget | None = None
    before: Call | None = None
    rounds: int = 100
    expects: int = 200


@dataclass(frozen=True)
class Measured:
    """Times in milliseconds; `cpu` is the median of what the process itself computed, the database's work apart."""

    screen: str
    status: int
    queries: int
    bytes: int
    p50: float
    p95: float
    p99: float
    best: float
    cpu: float
    budget: Budget | None = None
    statements: list[str] = field(default_factory=list)

    @property
    def is_kept(self) -> bool | None:
        """Whether the budget is kept; None where there is none."""
        if self.budget is None:
            return None
        are_few = self.budget.queries is None or self.queries <= self.budget.queries
        return are_few and self.p95 <= self.budget.p95_ms

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "is_kept": self.is_kept}


class Unexpected(RuntimeError):
    """A screen answered something else than what is measured."""


def measure(screen: Screen) -> Measured:
    """Warm-up, one call whose queries are counted, then the timed ones; the collector sleeps meanwhile."""
    for _ in range(WARM_UP):
        _once(screen)
    queries, answer = _counted(screen)
    gc.collect()
    gc.freeze()
    spent = _many(screen)
    times, processor = sorted(wall for wall, _ in spent), sorted(cpu for _, cpu in spent)
    gc.unfreeze()
    return Measured(
        screen=screen.name,
        status=answer.status_code,
        queries=len(queries),
        bytes=len(answer.content),
        p50=_percentile(times, 0.50),
        p95=_percentile(times, 0.95),
        p99=_percentile(times, 0.99),
        best=round(times[0], 2),
        cpu=_percentile(processor, 0.50),
        budget=screen.budget,
        statements=queries,
    )


def _many(screen: Screen) -> list[tuple[float, float]]:
    """As many calls as the screen asks for, fewer where they take too long."""
    until = time.monotonic() + SECONDS
    spent: list[tuple[float, float]] = []
    while len(spent) < screen.rounds and (len(spent) < FEWEST or time.monotonic() < until):
        cpu = time.process_time()
        wall, _ = _once(screen)
        spent.append((wall, (time.process_time() - cpu) * 1000))
    return spent


def _once(screen: Screen) -> tuple[float, Any]:
    if screen.before is not None:
        screen.before()
    start = time.perf_counter()
    answer = screen.call()
    spent = (time.perf_counter() - start) * 1000
    if answer.status_code != screen.expects:
        raise Unexpected(f"{screen.name}: {answer.status_code}, {screen.expects} expected")
    return spent, answer


def _counted(screen: Screen) -> tuple[list[str], Any]:
    """The statements of one call, as the database got them."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    if screen.before is not None:
        screen.before()
    with CaptureQueriesContext(connection) as captured:
        answer = screen.call()
    asked = [query["sql"] for query in captured.captured_queries]
    return [statement for statement in asked if not statement.upper().startswith(_CONTROL)], answer


def _percentile(times: list[float], share: float) -> float:
    return round(times[min(len(times) - 1, int(len(times) * share))], 2)
