"""Several processes that share the work; imports nothing of Django before Django is ready in each of them."""

import gc
import multiprocessing
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from typing import Any


def total(processes: int, batches: Iterable[range], *about: Any) -> int:
    """The sum of `load.write_batch(*about, batch)` over the batches."""
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), _ready) as crew:
        return sum(crew.map(_write, [(*about, batch) for batch in batches]))


def _ready() -> None:
    """The addresses of database and keys come with the parent's environment."""
    from osmose.project.cli import world

    world.ready_django()
    gc.disable()  # a batch is millions of strings and no cycle


def _write(arguments: tuple[Any, ...]) -> int:
    from bench.loading.load import write_batch

    return write_batch(*arguments)
