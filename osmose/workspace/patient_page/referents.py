"""Somebody else in charge: the people of the units that take part, by unit."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from osmose.accounts.models import User
from osmose.accounts.queries import staff_of_units
from osmose.encounters import lifecycle, queries
from osmose.encounters.lifecycle.people import Referent, may_be
from osmose.encounters.models import Assignment, Encounter
from osmose.kernel.access.roles import CLINICAL
from osmose.kernel.actions.revisions import revision
from osmose.kernel.web.request import StaffRequest, is_htmx
from osmose.organisations.queries import by_label, units_named
from osmose.workspace.instructions.page import band_of

# Of each unit, the people, and the kinds of the units where each of them cares.
_People = Sequence[tuple[str, Sequence[tuple[User, set[str]]]]]


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
    kinds: dict[uuid.UUID, set[str]] = {}
    for unit in units:
        for person in staff.get(unit.pk, ()):
            kinds.setdefault(person.pk, set()).add(unit.kind)
    people = [(unit.short_name, [(p, kinds[p.pk]) for p in staff.get(unit.pk, ())]) for unit in units]
    held = queries.referents_of(encounter)
    return tuple(_choice(encounter, role, held.get(role), people) for role in Referent)


def _choice(encounter: Encounter, role: Referent, held: Assignment | None, people: _People) -> Choice:
    """Those whose profession is the role's, and whoever holds it now."""
    found = []
    for unit, staff in people:
        able = [p for p, kinds in staff if may_be(role, p.function, kinds, encounter.care_unit.kind)]
        if able:
            found.append((unit, tuple((f"{role.value}:{p.pk}", str(p)) for p in able)))
    current = f"{role.value}:{held.user_id}" if held else ""
    if held is not None and current not in {code for _, those in found for code, _ in those}:
        found.insert(0, ("En charge", ((current, str(held.user)),)))
    return Choice(role, current, revision(encounter, f"assignment:{role.value}"), tuple(found))
