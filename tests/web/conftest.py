"""Undefined template variables fail here, as they do in the whole test world."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.template import engines
from playwright.sync_api import sync_playwright

from tests.chromium import launch
from tests.web.station import Station, serve


class Undefined(str):
    """What Django puts in place of an unknown variable: touching it fails the test."""

    __slots__ = ()

    def __contains__(self, other: object) -> bool:
        return other == "%s"

    def __mod__(self, name: Any) -> str:
        raise AssertionError(f"undefined template variable: {name}")


@pytest.fixture(autouse=True)
def undefined_variables_fail() -> Iterator[None]:
    engine = engines["django"].engine
    before, engine.string_if_invalid = engine.string_if_invalid, Undefined("undefined %s")
    yield
    engine.string_if_invalid = before


# Of this folder only: two Playwrights can't run at once in a thread, and the journeys have one of their own.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Any]:
    """One browser for the tests of this folder."""
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in this thread
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core, run through the DevTools protocol: the policy is never bypassed."""
    return (Path(__file__).resolve().parents[1] / "vendor" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def station() -> Iterator[Station]:
    """A server under the strict policy, empty."""
    made = Station()
    stop = serve(made)
    yield made
    stop()


@pytest.fixture
def screen(chromium: Any, station: Station) -> Iterator[Any]:
    """A page that fails the test on a policy violation, a script error or a warning of htmx.

    `screen.expected` holds the statuses that the test provokes on purpose.
    """
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="fr-FR", timezone_id="Europe/Paris")
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.add_init_script(
        "addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective))"
    )
    faults: list[str] = []
    page.expected = set()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if _is_fault(page, message) else None)
    yield page
    context.close()
    assert faults == []


def _is_fault(page: Any, message: Any) -> bool:
    if any(f"status of {status} " in message.text for status in page.expected):
        return False
    if "net::" in message.text and "network" in page.expected:
        return False
    return message.type == "error" or message.text.startswith("htmx:")
