"""Calls and advice, read through their policy."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from osmose.encounters.events import CallStruck
from osmose.encounters.models import PhoneCall
from osmose.encounters.policies import CALLS, NOTE_CALL, READ
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.policy import Policy
from osmose.kernel.base.clock import PARIS
from osmose.kernel.events.models import Event
from osmose.kernel.events.timeline import CLOCKS_APART
from osmose.organisations.models import CareUnit
from osmose.organisations.queries import partner_units, units_of

MOST = 300
# A patient whose coming was told by phone comes within the day.
LINKABLE, OFFERED = timedelta(hours=24), 10


def calls_of(actor: Actor, now: datetime, day: date, unit_id: uuid.UUID | None = None) -> list[PhoneCall]:
    """The calls of a day, Paris time, the last one first; of one unit where it is named: one query."""
    begins, ends = (
        datetime.combine(day + timedelta(days=n), time(), tzinfo=PARIS) for n in (0, 1)
    )  # a day of 23 or 25 hours is one too
    rows = _read(CALLS.rows(actor, now)).filter(called_at__gte=begins, called_at__lt=ends)
    if unit_id is not None:
        rows = rows.filter(care_unit_id=unit_id) | rows.filter(other_unit_id=unit_id)
    return list(rows.order_by("-called_at", "-pk")[:MOST])


def linkable_calls(actor: Actor, now: datetime) -> list[PhoneCall]:
    """The last calls that no PEC has yet, and that were not corrected: one query."""
    rows = _read(CALLS.rows(actor, now)).filter(encounter=None, corrected_by=None, called_at__gt=now - LINKABLE)
    rows = rows.filter(~_struck())
    return list(rows.order_by("-called_at", "-pk")[:OFFERED])


def call(call_id: uuid.UUID, policy: Policy[PhoneCall], actor: Actor, now: datetime) -> PhoneCall | None:
    """One call, through a policy's rows: one query."""
    return _read(policy.rows(actor, now)).filter(pk=call_id).first()


def _struck() -> Exists:
    since = OuterRef("called_at") - CLOCKS_APART
    return Exists(Event.objects.filter(subject_id=OuterRef("pk"), kind=CallStruck.name, recorded_at__gte=since))


def _read(rows: QuerySet[PhoneCall]) -> QuerySet[PhoneCall]:
    """With what a list shows, and `is_struck`: whether its author took it back."""
    return rows.annotate(is_struck=_struck()).select_related(
        "data_key", "care_unit__establishment", "other_unit__establishment", "encounter", "corrected_by"
    )


def readable_among(encounter_ids: Iterable[uuid.UUID], actor: Actor, now: datetime) -> set[uuid.UUID]:
    """Those of these PECs whose page the actor may open: one query, none without any."""
    wanted = set(encounter_ids)
    return set(READ.rows(actor, now).filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()


def noting_unit(actor: Actor, now: datetime) -> CareUnit | None:
    """The unit that one works in, whose call it is."""
    if actor.acting_unit_id is None:
        return None
    rows = NOTE_CALL.rows(actor, now).filter(pk=actor.acting_unit_id)
    return rows.select_related("establishment").first()


def units_at_the_other_end(actor: Actor, now: datetime) -> list[CareUnit]:
    """The units of the hospital and of its partners, but one's own: two or three queries."""
    acting = actor.acting
    if acting is None:
        return []
    units = [*units_of(acting.establishment_id, now), *partner_units(acting.establishment_id, now)]
    return [unit for unit in units if unit.pk != acting.unit_id]
