"""Folders for embedded servers: pytest closes its own temporary folders to the account that runs PostgreSQL."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    """With a space and an accent in its name."""
    place = Path(tempfile.mkdtemp(prefix="osmose à part "))
    yield place
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="module")
def module_folder() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="osmose à part "))
    yield place
    shutil.rmtree(place, ignore_errors=True)
