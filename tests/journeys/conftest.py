"""A live server of one origin, a browser, and the cast in front of it: `journey`."""

import inspect
import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from tests.cast import Hospitals
from tests.chromium import launch
from tests.journeys.people import PICTURES, Journey
from tests.origin import LiveOrigin


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "journey" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    if PICTURES:
        items[:] = [item for item in items if isinstance(item, pytest.Function) and _shows(item)]


def _shows(item: pytest.Function) -> bool:
    """The journey has a picture to take."""
    return ".is_shown(" in inspect.getsource(item.function)


# Not of the whole session: two Playwrights can't run at once in a thread, and tests/web has one of its own.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Any]:
    """One browser for the journeys."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's loop runs in this thread, where the tests also ask the database.
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def journey(chromium: Any, origin: LiveOrigin, hospitals: Hospitals) -> Iterator[Journey]:
    """The three hospitals and their staff, committed, behind a real server."""
    made = Journey(chromium, origin.url, hospitals)
    yield made
    made.ends()
