"""The journal of what is displayed: to whom, from when to when; appended before anything is sent.

A display is one session watching one stream process. Its opening line names every PEC that its screens may show from
then on; what enters later is added under it before its first row leaves, what is lost and the end are said likewise. A
change of a PEC that is named already adds nothing, nor does a heartbeat.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction

from osmose.encounters.policies import READ
from osmose.kernel.access.actor import Actor
from osmose.kernel.audit import journal
from osmose.kernel.audit.models import AccessEntry, Verb
from osmose.stream.render import Shown

SHOWN, ENDED = "flux", "flux_fin"
_NOTHING: frozenset[uuid.UUID] = frozenset()


@dataclass(eq=False)
class Display:
    """One session: its opening line, and the PECs that the journal says it shows. Touched by turns only."""

    actor: Actor
    uid: uuid.UUID | None = None
    named: frozenset[uuid.UUID] = field(default=_NOTHING)  # one set for all who see the same


def write(watched: Mapping[Display, Shown], ended: Iterable[Display]) -> None:
    """One transaction for all of them; nothing may be shown when it fails, nor is anything forgotten then."""
    lines: list[AccessEntry] = []
    opened: list[tuple[Display, uuid.UUID, frozenset[uuid.UUID]]] = []
    sets: dict[int, frozenset[uuid.UUID]] = {}
    for display, shown in watched.items():
        wanted = sets.setdefault(id(shown), frozenset(shown))
        if display.uid is not None and display.named == wanted:
            continue
        more = _compared(display, wanted, shown)
        lines += more
        opened.append((display, display.uid or more[0].uid, wanted))
    closing = [display for display in ended if display.uid is not None]
    lines += [_line(display, ENDED, ()) for display in closing]
    if lines:
        with transaction.atomic(durable=True):
            journal.append_all(lines)
    for display, uid, wanted in opened:
        display.uid, display.named = uid, wanted
    for display in closing:
        display.uid, display.named = None, _NOTHING


def _compared(display: Display, wanted: frozenset[uuid.UUID], shown: Shown) -> list[AccessEntry]:
    if display.uid is None:
        return [_line(display, SHOWN, wanted, shown)]
    lines = []
    if added := wanted - display.named:
        lines.append(_line(display, SHOWN, added, shown))
    if lost := display.named - wanted:
        lines.append(_line(display, ENDED, lost))
    return lines


def _line(
    display: Display, door: str, subjects: Iterable[uuid.UUID], shown: Mapping[uuid.UUID, object] | None = None
) -> AccessEntry:
    named = sorted(subjects)
    persons = [fact.person for pk in named if (fact := shown.get(pk)) is not None] if shown else []  # type: ignore[attr-defined]
    return journal.line(
        actor=display.actor,
        verb=Verb.LIST,
        door=door,
        policy=READ.name,
        subjects=named,
        persons=persons,
        parent=display.uid,
    )
