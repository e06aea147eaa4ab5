"""Where the patient is."""

from datetime import datetime

from osmose.encounters.models import Encounter, Movement
from osmose.encounters.operations import places, rows
from osmose.encounters.operations.revised import Unchanged, last_change
from osmose.encounters.policies import WRITE
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import revisions
from osmose.kernel.actions.deeds import action
from osmose.kernel.base.refused import Refused
from osmose.organisations.models import Location


@action(may=WRITE, subject="encounter")
def set_place(
    *, actor: Actor, encounter: Encounter, place: str, revision: int | None, now: datetime, reason: str = ""
) -> Encounter:
    """Moves the patient to a zone and box of the unit (« location id|box id »).

    A box that another patient holds is refused (409, `box-taken`) unless `reason` says why they share it.
    """
    row = rows.lock(encounter)
    current = places.current_movement(row)
    location, box = _place(row, place, current)
    before = places.place_code(current.location, current.box) if current else "|"
    wanted = places.place_code(location, box)
    words = " · ".join(p.label for p in (location, box) if p) or "NC"
    revisions.require(
        row,
        "place",
        revision,
        mine=words,
        theirs=current.words if current else "NC",
        last=last_change(row, "place"),
        label="Lieu",
    )
    if wanted == before:
        raise Unchanged
    is_new_box = box is not None and (current is None or current.box_id != box.pk)
    if box is not None and is_new_box:
        places.require_box(encounter=row, box=box, reason=reason)
    places.move(actor=actor, encounter=row, location=location, box=box, at=now, reason=reason if is_new_box else "")
    return row


def _place(encounter: Encounter, code: str, current: Movement | None) -> tuple[Location | None, Location | None]:
    """The zone and box of a code, among those of the PEC's unit that are open, or where the patient is already.

    A zone closed while somebody is in it holds nobody back from getting a box.
    """
    location_id, box_id = places.read_place(code)
    wanted = {i for i in (location_id, box_id) if i}
    found = {
        place.pk: place
        for place in Location.objects.filter(pk__in=wanted, care_unit_id=encounter.care_unit_id)
        if place.ended_at is None or (current is not None and place.pk in (current.location_id, current.box_id))
    }
    if len(found) != len(wanted):
        raise Refused("Ce lieu n’existe pas ou plus\u202f: choisissez-en un autre.", field="place", code="place-gone")
    location = found[location_id] if location_id else None
    box = found[box_id] if box_id else None
    if (box is not None and not box.is_box) or (location is not None and location.is_box):
        raise Refused("Ce lieu n’existe pas.", field="place", code="place-unknown")
    return location, box
