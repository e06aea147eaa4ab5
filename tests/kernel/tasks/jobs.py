"""Jobs for the tests of the queue."""

import os
import time
from pathlib import Path

from osmose.kernel.tasks.queue import background


@background("tests.write_line")
def write_line(path: str, line: str) -> None:
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")


@background("tests.hang_once")
def hang_once(path: str) -> None:
    """Says that it runs; the first time it never ends."""
    file = Path(path)
    is_first = not file.exists()
    with file.open("a", encoding="utf-8") as out:
        out.write(f"run by {os.getpid()}\n")
    if is_first:
        time.sleep(600)
