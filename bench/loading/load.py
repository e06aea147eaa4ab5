"""The whole load: the demonstration's hospitals, the evening, then the archive by several processes."""

import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bench.loading import crew, reference, server
from bench.loading.archive import YEARS, Archive, Clerk
from bench.loading.evening import Evening, Shift
from bench.loading.people import remembered
from bench.loading.reference import Reference
from bench.loading.rows import Writer
from bench.loading.sheets import copy_all
from osmose.demo import kinds, people
from osmose.kernel.access.actor import SystemActor
from osmose.kernel.db.context import declared_transaction

BATCH = 2_000
_AUTHOR = SystemActor.named("banc d’essai")


@dataclass(frozen=True)
class Size:
    """How much to load."""

    closed: int
    active: int = 150
    exited: int = 30
    processes: int = field(default_factory=lambda: min(4, os.cpu_count() or 1))


@dataclass
class Loaded:
    """What was loaded, and how long each part took, in seconds."""

    rows: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, part: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[part] = round(time.perf_counter() - start, 1)


def load(url: str, size: Size, now: datetime) -> Loaded:
    """Fills a database that has its tables and nothing else; `url` is its administrator's address."""
    done = Loaded()
    _open_hospitals(now)
    known = reference.read()
    server.make_months(url, now - timedelta(days=YEARS * 365 + 62))
    with done.timed("index"), server.asleep(url, _tables(known)), done.timed("lignes"):
        previous, rows = _write_evening(url, known, Evening(size.active, size.exited, now))
        done.rows = rows + _write_archive(url, known, Archive(max(0, size.closed - previous), now), size.processes)
    done.seconds["index"] = round(done.seconds["index"] - done.seconds["lignes"], 1)
    return done


def tables() -> set[str]:
    """The tables that the load writes."""
    return set(_tables(reference.read()))


def _tables(known: Reference) -> list[str]:
    return [sheet.table for sheet in Writer(known, random.Random(0)).sheets()]


def _open_hospitals(now: datetime) -> None:
    """Hospitals, accounts and kinds of the demonstration, by its own code."""
    if people.exist():
        return
    with declared_transaction(actor_id=_AUTHOR.id):
        made = people.create(now=now - timedelta(days=YEARS * 365))
        kinds.create(made.establishments, made.units)


def _write_evening(url: str, known: Reference, evening: Evening) -> tuple[int, int]:
    writer = Writer(known, random.Random("evening"))
    shift = Shift(writer, evening)
    shift.write()
    with server.connect(url) as connection:
        return shift.previous, copy_all(writer.sheets(), connection)


def _write_archive(url: str, known: Reference, archive: Archive, processes: int) -> int:
    batches = [range(first, min(first + BATCH, archive.closed)) for first in range(0, archive.closed, BATCH)]
    if processes < 2 or len(batches) < 3:
        return sum(write_batch(url, known, archive, ranks) for ranks in batches)
    return crew.total(processes, batches, url, known, archive)


def write_batch(url: str, known: Reference, archive: Archive, ranks: range) -> int:
    """The closed PECs of these ranks; how many lines. The same ranks always tell the same story."""
    writer = Writer(known, random.Random(f"archive {ranks.start}"))
    with remembered():
        Clerk(writer, archive).write(ranks)
    with server.connect(url) as connection:
        return copy_all(writer.sheets(), connection)
