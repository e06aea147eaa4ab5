"""Writes on screens; each needs an open action."""

import secrets
from datetime import datetime

from osmose.devices.models import Screen
from osmose.devices.queries import digest, is_staff_room_open
from osmose.devices.rules import ALPHABET, CODE_LENGTH, CODE_LIFE, Room
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.events import tell
from osmose.organisations.models import CareUnit, UnitKind


@operation
def lock(screen: Screen) -> Screen:
    """The fresh row; `NotVisible` where it was withdrawn meanwhile."""
    rows = Screen.objects.select_for_update(no_key=True, of=("self",)).select_related("care_unit")
    fresh = rows.filter(pk=screen.pk, revoked_at=None).first()
    if fresh is None:
        raise NotVisible
    return fresh


@operation
def look_again(screen: Screen) -> None:
    """What it may show changed, or it may show nothing more: the stream looks again, within the second."""
    tell("session", screen.pk)


@operation
def staff_rooms_look_again(unit: CareUnit) -> None:
    """The same, for every staff-room screen of the unit."""
    for screen in Screen.objects.filter(care_unit=unit, room=Room.STAFF_ROOM.value, token_digest__isnull=False):
        look_again(screen)


@operation
def new_code(screen: Screen, now: datetime) -> str:
    """A code of ten minutes, told once: only its digest stays. The one before it is worth nothing any more."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    screen.code_digest, screen.code_expires_at = digest("code", code), now + CODE_LIFE
    screen.save(update_fields=["code_digest", "code_expires_at"])
    return code


@operation
def new_token(screen: Screen, now: datetime) -> str:
    """The token of a screen just paired: the code has served, and whichever screen had it before is out."""
    token = secrets.token_urlsafe(32)
    screen.code_digest = screen.code_expires_at = None
    screen.token_digest, screen.paired_at, screen.seen_at = digest("token", token), now, now
    screen.save(update_fields=["code_digest", "code_expires_at", "token_digest", "paired_at", "seen_at"])
    return token


@operation
def require_room(unit: CareUnit, room: Room) -> None:
    """Refused: a staff room that the data protection officer has not opened; a corridor of a psychiatric unit."""
    if room is Room.STAFF_ROOM and not is_staff_room_open(unit.pk):
        raise Refused(
            "Un écran de salle de soins montre des initiales\u202f: demandez d’abord au délégué à la protection des "
            "données de l’ouvrir pour cette unité.",
            field="room",
            code="screen-staff-room",
        )
    if room is Room.CORRIDOR and unit.kind == UnitKind.PSYCHIATRY:
        raise Refused(
            "Dans le couloir d’une unité de psychiatrie, être affiché dirait déjà trop\u202f: seul un écran de salle "
            "de soins y est possible.",
            field="room",
            code="screen-psychiatry",
        )


@operation
def require_free_name(unit: CareUnit, name: str, *, but: Screen | None = None) -> None:
    """Refused: no name, or the name of another screen of the unit."""
    if not name:
        raise Refused("Donnez un nom à cet écran\u202f: «\u202fCouloir SAU\u202f».", field="name", code="screen-name")
    others = Screen.objects.filter(care_unit=unit, name=name, revoked_at=None)
    if (others.exclude(pk=but.pk) if but else others).exists():
        raise Refused("Un écran de cette unité porte déjà ce nom.", field="name", code="screen-name-taken", status=409)
