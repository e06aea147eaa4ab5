from collections.abc import Iterator

import pytest

from osmose.workspace.board import drawing
from tests.cast import Character
from tests.strict import StrictClient


@pytest.fixture(autouse=True)
def nothing_drawn() -> Iterator[None]:
    """A process that has just started."""
    drawing.cache.clear()
    yield
    drawing.cache.clear()


@pytest.fixture
def browser(claire: Character) -> StrictClient:
    client = StrictClient()
    client.force_login(claire.user)
    return client


@pytest.fixture
def at_thuir(martin: Character) -> StrictClient:
    client = StrictClient()
    client.force_login(martin.user)
    return client
