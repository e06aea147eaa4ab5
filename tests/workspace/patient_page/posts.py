"""The patient page as a browser without scripts uses it, and as htmx does."""

import html
import re
from typing import Any

from osmose.encounters.models import Encounter
from osmose.kernel.actions.revisions import revision
from osmose.kernel.events.models import Event
from tests.cast import Character

HTMX = {"HX-Request": "true"}


def page(who: Character, pec: Encounter, query: str = "") -> str:
    answer = who.client().get(f"/pec/{pec.pk}/{query}")
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def post(who: Character, pec: Encounter, route: str, *, htmx: bool = False, **fields: Any) -> Any:
    """One post, on a fresh page unless it says which revision it was drawn from."""
    return who.client().post(f"/pec/{pec.pk}/{route}/", fields, headers=HTMX if htmx else None)


def said(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def revision_of(pec: Encounter, field: str) -> int:
    return revision(Encounter.objects.get(pk=pec.pk), field)


def pressed(text: str, group: str) -> list[str]:
    """The pressed buttons of a group, by what a screen reader says."""
    found = re.search(rf'role="group" aria-label="{re.escape(group)}">(.*?)</span></span>', text, re.DOTALL)
    assert found, f"no group {group!r}"
    buttons = re.findall(r'<button[^>]*aria-pressed="true"[^>]*>(.*?)</button>', found[1], re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", button).split()) for button in buttons]


def is_pressed(text: str, group: str, word: str) -> bool:
    """A group that is not shown has nothing pressed."""
    return f'role="group" aria-label="{group}"' in text and word in pressed(text, group)


def events(pec: Encounter, kind: str = "") -> list[Event]:
    rows = Event.objects.filter(subject_id=pec.pk).order_by("id")
    return list(rows.filter(kind=kind) if kind else rows)
