"""Somebody else in charge: the people of the units that take part, by unit."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from osmose.accounts.queries import staff_of_units
from osmose.encounters import lifecycle, queries
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.models import Encounter
from osmose.kernel.access.roles import CLINICAL
from osmose.kernel.actions.revisions import revision
from osmose.kernel.web.request import StaffRequest, is_htmx
from osmose.organisations.queries import by_label, units_named
from osmose.workspace.instructions.page import band_of


@dataclass(frozen=True)
class Choice:
    """One role: who may be chosen, by unit, and the revision that the choice is made on."""

    role: Referent
    current: str
    revision: int
    units: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def show(request: StaffRequest, encounter: Encounter) -> HttpResponse:
    """Who may be in charge in each role, in its dialog or as a page of its own."""
    writable = lifecycle.availability(encounter.status, "write")
    context: dict[str, Any] = {
        "encounter": encounter,
        "reason": writable.reason,
        "choices": _choices(request, encounter) if writable.is_possible else (),
    }
    if is_htmx(request):
        return render(request, "workspace/patient_page/_referents.html", context)
    context["identity"] = band_of(encounter, request.now)
    return render(request, "workspace/patient_page/referents.html", context)


def _choices(request: StaffRequest, encounter: Encounter) -> tuple[Choice, ...]:
    asked = queries.course_of(encounter).requests.values()
    ids = {encounter.care_unit_id, request.actor.acting_unit_id, *(r.addressed_unit_id for r in asked)}
    units = by_label(units_named(i for i in ids if i).values())
    staff = staff_of_units([u.pk for u in units], request.now, *CLINICAL)
    people = [(u.short_name, staff.get(u.pk, [])) for u in units]
    held = queries.referents_of(encounter)
    return tuple(
        Choice(
            role=role,
            current=f"{role.value}:{held[role].user_id}" if role in held else "",
            revision=revision(encounter, f"assignment:{role.value}"),
            units=tuple((name, tuple((f"{role.value}:{p.pk}", str(p)) for p in staff)) for name, staff in people),
        )
        for role in Referent
    )
