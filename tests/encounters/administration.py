"""What the tests of the administration share: an administrator's browser, and a form typed again as it was shown."""

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from osmose.kernel.actions.deeds import new_token
from tests.cast import Character
from tests.strict import StrictClient

HOME = "/administration/"
UNITS, LOCATIONS = f"{HOME}unites/", f"{HOME}localisations/"
MOTIFS, MODES, KINDS = f"{HOME}motifs/", f"{HOME}modes-arrivee/", f"{HOME}types-de-demande/"


class _Form(HTMLParser):
    """The fields of the form with `_seen`, or of the first one that posts to where it is."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self._is_in = False
        self._select = ""
        self._option = ""

    def handle_starttag(self, tag: str, given: Any) -> None:
        at = dict(given)
        if tag == "form":
            self._is_in = "kind-form" in (at.get("class") or "") and "admin-end" not in at["class"]
        if not self._is_in:
            return
        name = at.get("name") or ""
        if tag == "input" and name and (at.get("type") not in ("checkbox", "radio") or "checked" in at):
            self.fields.setdefault(name, []).append(at.get("value") or ("on" if at.get("type") == "checkbox" else ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in at or self._select not in self.fields):
            self.fields[self._select] = [at.get("value") or ""]

    def handle_endtag(self, tag: str) -> None:
        self._is_in = self._is_in and tag != "form"
        self._select = "" if tag == "select" else self._select


def text(response: Any, status: int = 200) -> str:
    assert response.status_code == status, (response.status_code, response.content.decode()[:800])
    return str(response.content.decode())


def fields_of(page: str) -> dict[str, list[str]]:
    """The form of a page, as a browser would send it."""
    form = _Form()
    form.feed(page)
    return {name: value for name, value in form.fields.items() if name not in ("csrfmiddlewaretoken", "_token")}


class Desk:
    """Somebody at the administration: opens a form, types, sends it."""

    def __init__(self, who: Character):
        self.client = StrictClient()
        self.client.force_login(who.user)

    def get(self, path: str, status: int = 200, **asked: str) -> str:
        return text(self.client.get(path + (f"?{urlencode(asked)}" if asked else "")), status)

    def open(self, path: str) -> dict[str, list[str]]:
        return fields_of(self.get(path))

    def send(self, path: str, shown: dict[str, list[str]], **typed: Any) -> Any:
        """Sends a form that was opened, with what was typed over it (None unticks a box)."""
        filled = {"_token": new_token(), **shown, **typed}
        return self.client.post(path, {name: value for name, value in filled.items() if value is not None})

    def type(self, path: str, **typed: Any) -> Any:
        """Opens a form, types in it, sends it."""
        return self.send(path, self.open(path), **typed)

    def ends(self, path: str, **typed: Any) -> Any:
        return self.client.post(f"{path}retirer/", {"_token": new_token(), **typed})

    def restores(self, path: str) -> Any:
        return self.client.post(f"{path}remettre/", {"_token": new_token()})


def cells(page: str) -> str:
    """The words of a page without its markup, spaces made one."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())
