"""What is known of somebody before their PEC is opened, as far as earlier visits open it to this unit.

Somebody whose identity is protected shows nothing of it here: a search is no relation, and the PEC is one click away.
"""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from osmose.encounters.models import Encounter
from osmose.encounters.queries import passages_of
from osmose.kernel.access.policy import Policy
from osmose.kernel.base.refused import NotVisible
from osmose.kernel.web.request import Listing, StaffRequest, is_htmx
from osmose.patients.policies import SEARCH
from osmose.patients.queries import current_of
from osmose.workspace.arrival.search import Arriving, arriving
from osmose.workspace.instructions.cards import Known, cards
from osmose.workspace.patient_page.previous import FEW, passages


def known_of(request: StaffRequest, person: Arriving) -> Known:
    """The standing instructions that this unit may already read: one query, none for a protected identity."""
    if person.patient.is_protected:
        return Known()
    rows = current_of(person.patient.pk, request.actor, request.now)
    return Known(cards=cards(rows, request.now), may_read=True)


def listing(request: StaffRequest, policy: Policy[Encounter], **kwargs: Any) -> Listing:  # noqa: ARG001 - the queries'
    """The earlier PECs of the patient of the address that this reader may see, journaled before they are shown."""
    person = arriving(request, SEARCH, **kwargs)
    if person is None or person.patient.is_protected:
        raise NotVisible
    found = passages_of(person.patient.pk, request.actor, request.now)
    return Listing(
        subjects=tuple(pec.pk for pec in found[:FEW]),
        persons=tuple(pec.patient_id for pec in found[:FEW]),
        rows=(person, found),
    )


def show(request: StaffRequest, found: Listing) -> HttpResponse:
    """The last visits, in their place or as a page of their own."""
    person, rows = found.rows
    context = {
        "arriving": person,
        "passages": passages(rows[:FEW], request.actor, request.now),
        "total": len(rows),
    }
    return render(request, f"workspace/arrival/{'_' if is_htmx(request) else ''}passages.html", context)
