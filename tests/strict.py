"""A world stricter than production: what a template, a page or a library does wrong without a word fails here."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.template import engines
from django.template.base import FilterExpression, Node
from django.test import Client

from osmose.project.environment import ROOT

_OURS = str(ROOT / "osmose")
# A filter that says what an absent value becomes.
_EXPECTING_ABSENCE = {"default", "default_if_none", "yesno"}


class UndefinedVariableError(AssertionError):
    """A template of ours shows a variable that nobody gave it."""


class Undefined(str):
    """Django's `string_if_invalid`: asked whether it is true each time a variable is missing.

    Templates of third parties (admin, allauth) get the usual empty text.
    """

    def __bool__(self) -> bool:
        expression, template = _asking()
        if template.startswith(_OURS) and expression and not _expects_absence(expression):
            raise UndefinedVariableError(f"« {expression.token} » is undefined in {Path(template).relative_to(ROOT)}")
        return False


def _asking() -> tuple[FilterExpression | None, str]:
    """The expression being resolved, and the file of the node that shows it."""
    frame: FrameType | None = sys._getframe(2)
    expression: FilterExpression | None = None
    while frame is not None:
        asking = frame.f_locals.get("self")
        if isinstance(asking, FilterExpression) and expression is None:
            expression = asking
        if isinstance(asking, Node) and getattr(asking, "origin", None) is not None:
            return expression, str(asking.origin.name)
        frame = frame.f_back
    return expression, ""


def _expects_absence(expression: FilterExpression) -> bool:
    return any(function.__name__ in _EXPECTING_ABSENCE for function, _ in expression.filters)


class ForbiddenNetworkError(AssertionError):
    """Something tried to reach another machine."""


def _is_here(address: object) -> bool:
    if isinstance(address, (str, bytes)):  # a unix socket
        return True
    host = str(address[0]) if isinstance(address, tuple) and address else ""
    return host.startswith("127.") or host in ("::1", "localhost", "", "0.0.0.0", "testserver")


def watch_network(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook of the interpreter: sees every connection that Python opens, whoever asks."""
    if event in ("socket.connect", "socket.sendto") and not _is_here(arguments[1]):
        raise ForbiddenNetworkError(f"{event} to {arguments[1]!r}")
    if event == "socket.getaddrinfo" and not _is_here((_text(arguments[0]),)):
        raise ForbiddenNetworkError(f"looking up {arguments[0]!r}")


def _text(host: object) -> str:
    return host.decode() if isinstance(host, bytes) else str(host or "")


_INLINE_HANDLER = re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE)
_INLINE_STYLE = re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE)
_POST_FORM = re.compile(r"<form\b[^>]*method=[\"']?post.*?</form>", re.IGNORECASE | re.DOTALL)
_SCRIPTS = re.compile(r"<!--.*?-->|<(script|textarea|template)\b.*?</\1>", re.IGNORECASE | re.DOTALL)


def faults_of_page(html: str) -> list[str]:
    """What the strict content policy or the CSRF guard would refuse in a browser, found in any test that renders."""
    visible = _SCRIPTS.sub("", html)
    faults = []
    if found := _INLINE_HANDLER.search(visible):
        faults.append(f"inline handler: {found.group()}")
    if found := _INLINE_STYLE.search(visible):
        faults.append(f"inline style: {found.group()}")
    faults += [
        f"form without CSRF token: {form.group()[:120]}"
        for form in _POST_FORM.finditer(html)
        if "csrfmiddlewaretoken" not in form.group()
    ]
    return faults


class StrictClient(Client):
    """Django's test client, with the CSRF guard of a real browser's visit and a look at each page it receives."""

    def request(self, **request: object) -> HttpResponse:
        response = super().request(**request)
        if not isinstance(response, StreamingHttpResponse) and "html" in response.get("Content-Type", ""):
            faults = faults_of_page(response.content.decode(response.charset))
            assert not faults, f"{request.get('PATH_INFO')}: {faults}"
        return response


@pytest.fixture(scope="session", autouse=True)
def strict_templates() -> Iterator[None]:
    engine = engines["django"].engine
    usual, engine.string_if_invalid = engine.string_if_invalid, Undefined()
    yield
    engine.string_if_invalid = usual


@pytest.fixture
def client() -> Client:
    """Looks at the pages as they pass; `StrictClient(enforce_csrf_checks=True)` also asks for the token of a post."""
    return StrictClient()
