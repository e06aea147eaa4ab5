"""Who is called for a unit, and when: typed by its manager, taken off, never deleted."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from osmose.accounts.models import OnCall, User
from osmose.accounts.queries import staff_of
from osmose.accounts.rules.presence import OnCallKind
from osmose.kernel.access.roles import CLINICAL
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base import french
from osmose.kernel.base.refused import Refused
from osmose.kernel.events.telling import tell
from osmose.organisations.models import CareUnit

LONGEST = timedelta(days=7)
FURTHEST = timedelta(days=400)


@dataclass(frozen=True)
class Line:
    """One line to type: what it is, who (somebody of the unit, or a function in words), which number, from and to.

    `at` is where it stands on the form, so that a refusal finds its way there.
    """

    kind: OnCallKind
    number: str
    starts_at: datetime
    ends_at: datetime
    user_id: uuid.UUID | None = None
    words: str = ""
    at: str = ""


@operation
def plan(*, unit: CareUnit, lines: Sequence[Line], now: datetime) -> list[OnCall]:
    """Adds the lines, all of them or none.

    `Refused`, on its line: over before it begins, already over, longer than a week, more than a year ahead, somebody
    who is not of the unit, or the same person twice at the same hours.
    """
    # One manager at a time: the database refuses the same person twice, here it gets a sentence.
    CareUnit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    staff = {user.pk: user for user in staff_of(unit.pk, now, *CLINICAL)}
    added = [_add(unit, line, staff, now) for line in lines]
    tell("presence", unit.pk)
    return added


@operation
def withdraw(*, unit: CareUnit, line_id: uuid.UUID, now: datetime) -> OnCall:
    """Takes a line off. `Refused` (409): it is not there, or not any more."""
    row = (
        OnCall.objects.select_for_update(of=("self",)).select_related("user").filter(care_unit=unit, pk=line_id).first()
    )
    if row is None or row.cancelled_at is not None:
        raise Refused("Cette ligne est déjà retirée.", code="on-call-gone", status=409)
    row.cancelled_at = now
    row.save(update_fields=["cancelled_at"])
    tell("presence", unit.pk)
    return row


def said(row: OnCall) -> str:
    """« Astreinte : Dr Lucie Roux, lun. 23 nov. 20:00 à mar. 24 nov. 08:00, 7 21 40 »."""
    hours = f"{french.day_time(row.starts_at)} à {french.day_time(row.ends_at)}"
    return f"{OnCallKind(row.kind).label}{french.NARROW}: {row}, {hours}, {row.number}"


def _add(unit: CareUnit, line: Line, staff: dict[uuid.UUID, User], now: datetime) -> OnCall:
    _require_sound(line, now)
    user = staff.get(line.user_id) if line.user_id is not None else None
    if line.user_id is not None and user is None:
        raise Refused("Cette personne n’est pas de l’unité.", field=f"{line.at}user", code="on-call-member")
    if (
        user is not None
        and OnCall.objects.filter(
            care_unit=unit, user=user, cancelled_at=None, starts_at__lt=line.ends_at, ends_at__gt=line.starts_at
        ).exists()
    ):
        raise Refused(
            f"{user} est déjà de garde ou d’astreinte à ces heures\u202f: retirez d’abord l’autre ligne.",
            field=f"{line.at}user",
            code="on-call-twice",
            status=409,
        )
    return OnCall.objects.create(
        care_unit=unit,
        kind=line.kind.value,
        user=user,
        words=line.words,
        number=line.number,
        starts_at=line.starts_at,
        ends_at=line.ends_at,
    )


def _require_sound(line: Line, now: datetime) -> None:
    faults = (
        (line.ends_at <= line.starts_at, "La fin doit suivre le début.", "on-call-order"),
        (line.ends_at <= now, "Ces heures sont déjà passées.", "on-call-past"),
        (line.ends_at - line.starts_at > LONGEST, "Une ligne dure une semaine au plus.", "on-call-long"),
        (line.starts_at - now > FURTHEST, "Cette date est trop lointaine.", "on-call-far"),
    )
    for is_wrong, sentence, code in faults:
        if is_wrong:
            raise Refused(sentence, field=f"{line.at}ends", code=code)
