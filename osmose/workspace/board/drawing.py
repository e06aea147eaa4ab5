"""From rows to bytes: those that this process has already drawn for this audience, and the others, in one query."""

import uuid
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime

from django.template.loader import get_template

from osmose.encounters.models import Encounter
from osmose.encounters.queries import Audience, Listed, drawn_requests, to_draw
from osmose.handover.queries import last_note_of, with_last_note
from osmose.kernel.access.actor import Actor
from osmose.kernel.base.clock import paris
from osmose.workspace.board.cache import RowCache
from osmose.workspace.board.filters import CARDS
from osmose.workspace.board.row import RowFacts, board_row

cache = RowCache()
# Where it goes in a row; no text of anybody can hold it, since templates escape « < ».
UNREAD = b"<!--unread-%s-->"


def _key(row: Listed, today: date, density: str) -> tuple[uuid.UUID, Hashable, Hashable]:
    """The PEC, its state this day, and for whom and how it is drawn."""
    return row.id, (row.state, today), (row.variant, density)


def render(facts: RowFacts, audience: Audience, density: str) -> bytes:
    """The bytes of one row: the same for everybody of an audience."""
    template = get_template(f"workspace/board/_{'card' if density == CARDS else 'row'}.html")
    return template.render({"row": board_row(facts, audience)}).encode()


def draw(rows: Sequence[Listed], actor: Actor, now: datetime, density: str) -> list[bytes]:
    """The rows in their order, whatever is missing loaded in one query; who lost access meanwhile is left out."""
    drawn = drawn_of(rows, actor, now, density)
    return [drawn[row.id][0] for row in rows if row.id in drawn]


def drawn_of(
    rows: Sequence[Listed], actor: Actor, now: datetime, *densities: str
) -> dict[uuid.UUID, tuple[bytes, ...]]:
    """The bytes of each PEC in each density, whatever is missing loaded in one query; who lost access is left out."""
    today = paris(now).date()
    drawn = {row.id: [cache.get(*_key(row, today, density)) for density in densities] for row in rows}
    missing = [row for row in rows if None in drawn[row.id]]
    loaded = {e.pk: e for e in _load(missing, actor, now)} if missing else {}
    for row in missing:
        if row.id in loaded:
            drawn[row.id] = [
                found or _drawn(row, loaded[row.id], today, density)
                for found, density in zip(drawn[row.id], densities, strict=True)
            ]
    return {
        pk: tuple(found for found in parts if found is not None) for pk, parts in drawn.items() if None not in parts
    }


def beside(body: bytes, unread: Mapping[uuid.UUID, int]) -> bytes:
    """What is the reader's own, put beside the rows: how many notes each PEC has for them. Nothing of it is kept."""
    template = get_template("workspace/board/_unread.html")
    for pk, count in unread.items():
        place = UNREAD % str(pk).encode()
        if place in body:
            body = body.replace(place, template.render({"id": pk, "count": count}).strip().encode(), 1)
    return body


def _load(rows: Iterable[Listed], actor: Actor, now: datetime) -> list[Encounter]:
    return list(with_last_note(to_draw([row.id for row in rows], actor, now)))


def _drawn(row: Listed, encounter: Encounter, today: date, density: str) -> bytes:
    facts = RowFacts(
        listed=row,
        encounter=encounter,
        requests=tuple(drawn_requests(encounter)),
        last_note=last_note_of(encounter),
        today=today,
    )
    found = render(facts, row.audience, density)
    # Changed since it was listed: shown, since it is true, but not kept under the state of before.
    if (encounter.version, encounter.patient.version) == (row.version, row.patient_version):
        cache.put(*_key(row, today, density), found)
    return found
