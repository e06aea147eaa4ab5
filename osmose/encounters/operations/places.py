"""One place behind every screen."""

import uuid
from datetime import datetime

from osmose.encounters import events
from osmose.encounters.lifecycle import EncounterStatus
from osmose.encounters.models import Encounter, Movement
from osmose.encounters.operations import sectors
from osmose.encounters.operations.rows import save
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import revisions
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base.refused import Refused
from osmose.kernel.events.record import record
from osmose.organisations.models import CareUnit, Location


def first_zone(unit: CareUnit) -> Location | None:
    """Where somebody is before anybody said so: the unit's first zone (« NC » at the SAU)."""
    return Location.objects.filter(care_unit=unit, is_box=False, ended_at=None).order_by("order", "code").first()


def current_movement(encounter: Encounter) -> Movement | None:
    """Where the patient is now."""
    return (
        Movement.objects.filter(encounter_id=encounter.pk, ends_at=None, cancelled_at=None)
        .select_related("location", "box")
        .first()
    )


def place_code(location: Location | None, box: Location | None) -> str:
    """A place as events and forms name it: « location id|box id »."""
    return f"{location.pk if location else ''}|{box.pk if box else ''}"


def read_place(code: str) -> tuple[uuid.UUID | None, uuid.UUID | None]:
    """The ids of a place code; `Refused` when it is none."""
    location, _, box = code.partition("|")
    try:
        return uuid.UUID(location) if location else None, uuid.UUID(box) if box else None
    except ValueError:
        raise Refused("Ce lieu n’existe pas.", field="place", code="place-unknown") from None


@operation
def require_box(*, encounter: Encounter, box: Location, reason: str) -> None:
    """`Refused` where somebody else holds the box and no reason is given; two desks can't both find it free.

    The PECs of the others move too: their pages say that the box is shared.
    """
    Location.objects.select_for_update(no_key=True).get(pk=box.pk)
    held = Movement.objects.filter(box=box, ends_at=None, cancelled_at=None, encounter__status=EncounterStatus.ACTIVE)
    others = [m.encounter_id for m in held.exclude(encounter_id=encounter.pk).only("encounter_id")]
    if others and not reason:
        raise Refused(
            f"{box.label} est occupé par un autre patient. Choisissez un autre box, ou dites pourquoi vous l’y "
            "installez aussi.",
            field="place",
            code="box-taken",
            status=409,
        )
    # One that is being changed at this instant moves by itself: never waited for, or two desks would wait for ever.
    for other in Encounter.objects.filter(pk__in=others).select_for_update(skip_locked=True, no_key=True):
        save(other)


@operation
def move(
    *,
    actor: Actor,
    encounter: Encounter,
    location: Location | None,
    box: Location | None,
    at: datetime,
    source_ref: str = "",
    reason: str = "",
) -> Movement:
    """Ends the current place and opens the next one, in order of `at` whatever the order of arrival, and tells it."""
    movement, previous = settle(encounter=encounter, location=location, box=box, at=at, source_ref=source_ref)
    changed = events.PlaceChanged(
        before=place_code(previous.location, previous.box) if previous else "|",
        after=place_code(location, box),
        revision=revisions.revision(encounter, "place"),
        words=movement.words,
        previous_words=previous.words if previous else "",
        reason=reason,
    )
    record(changed, subject=encounter, actor=actor, at=movement.starts_at, changed=["place"])
    if movement.ends_at is None:
        sectors.follow(actor=actor, encounter=encounter, movement=movement, at=movement.starts_at)
    save(encounter)
    return movement


@operation
def settle(
    *, encounter: Encounter, location: Location | None, box: Location | None, at: datetime, source_ref: str = ""
) -> tuple[Movement, Movement | None]:
    """The movement alone, and the one before it: who calls tells it, and saves the PEC.

    A movement that happened before the current one (messages out of order) takes its place in the past.
    """
    at = max(at, encounter.arrived_at)
    following = (
        Movement.objects.filter(encounter=encounter, cancelled_at=None, starts_at__gt=at).order_by("starts_at").first()
    )
    previous = (
        Movement.objects.filter(encounter=encounter, cancelled_at=None, starts_at__lte=at)
        .order_by("-starts_at", "-id")
        .select_related("location", "box")
        .first()
    )
    if previous is not None:
        previous.ends_at = at
        previous.save(update_fields=["ends_at"])
    movement = Movement.objects.create(
        encounter=encounter,
        data_key_id=encounter.data_key_id,
        location=location,
        box=box,
        starts_at=at,
        ends_at=following.starts_at if following else None,
        source_ref=source_ref,
    )
    revisions.bump(encounter, "place")
    return movement, previous


@operation
def strike(*, movement: Movement, now: datetime) -> Movement | None:
    """Strikes a movement out and returns the one before it, which goes on until the one after it."""
    previous = (
        Movement.objects.filter(encounter_id=movement.encounter_id, cancelled_at=None)
        .filter(starts_at__lte=movement.starts_at)
        .exclude(pk=movement.pk)
        .order_by("-starts_at", "-id")
        .select_related("location", "box")
        .first()
    )
    movement.cancelled_at = now
    movement.save(update_fields=["cancelled_at"])
    if previous is not None:
        previous.ends_at = movement.ends_at
        previous.save(update_fields=["ends_at"])
    return previous
