"""A world stricter than production: what a template, a page or a library does wrong without a word fails here."""

import logging
import re
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from types import FrameType

import pytest
from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from django.template import engines
from django.template.base import FilterExpression, Node
from django.test import Client

from osmose.kernel.crypto import fields
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


@pytest.fixture(autouse=True)
def strict_templates() -> None:
    """At each test: overriding a setting makes new engines."""
    engines["django"].engine.string_if_invalid = Undefined()


@pytest.fixture
def client() -> Client:
    """Looks at the pages as they pass; `StrictClient(enforce_csrf_checks=True)` also asks for the token of a post."""
    return StrictClient()


_IDS = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}")


class LeakError(AssertionError):
    """Text of an encrypted field was seen in clear where nothing may hold it."""


class Secrets(logging.Handler):
    """Remembers what a test encrypts, and looks for it in the logs and in what goes to the database."""

    SHORTEST = 5  # « M. » or « oui » would be found everywhere

    def __init__(self) -> None:
        super().__init__()
        # In the order in which they were met.
        self.texts: list[str] = []
        self._known: set[str] = set()
        self.leaks: list[str] = []
        # How many of them each clean text was compared with: a statement comes back a thousand times.
        self._compared: dict[str, int] = {}

    def remember(self, plaintext: bytes) -> None:
        text = plaintext.decode(errors="replace").strip().strip('"')
        if len(text) >= self.SHORTEST and text not in self._known:
            self._known.add(text)
            self.texts.append(text)

    def found_in(self, text: str) -> bool:
        compared, known = self._compared.get(text, 0), len(self.texts)
        if compared == known:
            return False
        said = _IDS.sub("", text)  # a random identifier may hold the digits of a postcode
        if any(secret in said for secret in islice(self.texts, compared, known)):
            return True
        self._compared[text] = known
        return False

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage() + str(record.exc_text or record.exc_info or "")
        if self.found_in(text):
            self.leaks.append(f"log of {record.name}")

    def watch(
        self, execute: Callable[..., object], statement: str, parameters: object, many: bool, context: object
    ) -> object:
        values = parameters.values() if isinstance(parameters, dict) else parameters or ()
        clear = [value for value in values if isinstance(value, str) and self.found_in(value)]  # type: ignore[attr-defined]
        if clear or self.found_in(statement):
            self.leaks.append(f"database: {statement[:120]}")
        return execute(statement, parameters, many, context)


@pytest.fixture(autouse=True)
def no_leak(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An identifying or clinical text in a log, or in a column that isn't encrypted, fails the test that wrote it."""
    secrets = Secrets()
    seal = fields.seal

    def remembering(key: object, plaintext: bytes, associated: bytes) -> object:
        secrets.remember(plaintext)
        return seal(key, plaintext, associated)  # type: ignore[arg-type]

    monkeypatch.setattr(fields, "seal", remembering)
    logging.getLogger().addHandler(secrets)
    with connection.execute_wrapper(secrets.watch):
        yield
    logging.getLogger().removeHandler(secrets)
    if secrets.leaks:
        raise LeakError(f"in clear: {sorted(set(secrets.leaks))}")
