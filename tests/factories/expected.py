"""Announced patients for tests, as the application announces them."""

from datetime import datetime, timedelta
from typing import Any

from osmose.encounters import actions
from osmose.encounters.models import ExpectedArrival
from osmose.encounters.operations.expected import Announcement
from osmose.kernel.base import clock
from osmose.organisations.models import CareUnit
from osmose.patients.models import Patient
from tests.cast import Character


def announced(
    who: Character,
    unit: CareUnit,
    patient: Patient | None = None,
    *,
    by: CareUnit | None = None,
    now: datetime | None = None,
    minutes: int = 30,
    reason: str = "Idées suicidaires",
    **more: Any,
) -> ExpectedArrival:
    """Somebody announced to `unit` by `who`, from the unit they work in unless `by` names another."""
    now = now or clock.now()
    actor = who.actor_at(now, unit=by)
    own = CareUnit.objects.get(pk=actor.acting_unit_id)
    told = Announcement(
        care_unit=unit,
        expected_at=more.pop("expected_at", now + timedelta(minutes=minutes)),
        reason=reason,
        announced_by=more.pop("announced_by", "Dr Fictif"),
        **{name: more.pop(name) for name in ("announced_from", "phone", "context") if name in more},
    )
    return actions.announce_patient(
        actor=actor, announcing_unit=own, who=actions.Expected(patient=patient, **more), told=told, now=now
    )
