"""The journal of what is displayed: to whom, from when to when; appended before anything is sent.

A display is one session watching one stream process. Its opening line names every PEC that its screens may show from
then on; what enters later is added under it before its first row leaves, what is lost and the end are said likewise. A
change of a PEC that is named already adds nothing, nor does a heartbeat. A process that is killed ends nothing: it says
all along that it lives, and the worker ends for it what it no longer says (`kernel.audit.displays`).
"""

import asyncio
import logging
import uuid
from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Protocol

from django.db import connection, transaction

from osmose.encounters.policies import READ
from osmose.kernel.access.actor import Actor
from osmose.kernel.audit import displays, journal
from osmose.kernel.audit.models import AccessEntry, Verb
from osmose.kernel.base.clock import now
from osmose.stream.looking import Sight
from osmose.stream.render import Asked, Found, Shown
from osmose.stream.tickets import is_walls

SHOWN, ENDED = "flux", "flux_fin"
_NOTHING: frozenset[uuid.UUID] = frozenset()
logger = logging.getLogger(__name__)


@dataclass(eq=False)
class Display:
    """One session: its opening line, and the PECs that the journal says it shows. Touched by turns only."""

    actor: Actor
    uid: uuid.UUID | None = None
    named: frozenset[uuid.UUID] = field(default=_NOTHING)  # one set for all who see the same


class Origin(Protocol):
    """Where a screen asks from."""

    def of(self, actor: Actor) -> Actor: ...


class Hub(Protocol):
    """Whoever shows the displays."""

    process: uuid.UUID
    displays: dict[str, Display]

    def ask(self, asked: Asked) -> None: ...
    def sessions(self, user_id: uuid.UUID | None = None) -> dict[str, uuid.UUID]: ...


async def keep(hub: Hub, thread: Executor) -> None:
    """Says again and again that the process lives."""
    while True:
        await asyncio.sleep(displays.SEEN_EVERY.total_seconds())
        try:
            await say_seen(hub, thread)
        except Exception as problem:
            logger.warning("The displays that go on could not be said (%s): said again.", type(problem).__name__)


async def say_seen(hub: Hub, thread: Executor) -> None:
    """The process lives; what was taken for lost meanwhile is opened anew in the journal."""
    loop = asyncio.get_running_loop()
    lost = await loop.run_in_executor(thread, _say_seen, hub.process, dict(hub.displays))
    if again := {key: user for key, user in hub.sessions().items() if key in lost}:
        hub.ask(Asked(sessions=again))


def _say_seen(process: uuid.UUID, shown: Mapping[str, Display]) -> set[str]:
    """The sessions whose display the journal no longer holds open."""
    try:
        held = displays.seen(process=process, now=now())
    finally:
        connection.close()
    lost = {key: display for key, display in shown.items() if display.uid is not None and display.uid not in held}
    for display in lost.values():
        display.uid, display.named = None, _NOTHING
    return set(lost)


def compared(
    held: Mapping[str, Display],
    found: Found,
    shown: Mapping[Sight, Shown],
    origins: Mapping[str, Origin],
    changed: Mapping[str, Shown],
) -> tuple[dict[str, Display], dict[Display, Shown]]:
    """The displays of the sessions that were looked at, and what each may show from now on, `changed` ones included."""
    displays, watched = dict[str, Display](), dict[Display, Shown]()
    for key, viewer in found.viewers.items():
        display = held.get(key)
        if (display is None and key not in origins) or is_walls(key):
            continue  # refused, nothing is displayed; a wall shows what its own door gave it, journaled there
        display = display or Display(viewer.actor)
        display.actor = origins[key].of(viewer.actor) if key in origins else display.actor
        change = found.changes.get(viewer.sight)
        watched[display] = change.shown if change else shown[viewer.sight]
        displays[key] = display
    watched |= {held[key]: now_shown for key, now_shown in changed.items() if key in held and key not in displays}
    return displays, watched


def write(process: uuid.UUID, watched: Mapping[Display, Shown], ended: Iterable[Display]) -> None:
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
            displays.opened((uid for display, uid, _ in opened if display.uid is None), process=process, now=now())
            displays.ended(display.uid for display in closing if display.uid is not None)
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
