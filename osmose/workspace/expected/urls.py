"""The addresses of the announced patients: no name is ever in one of them."""

from typing import Any

from django.urls import URLPattern

from osmose.encounters.models import ExpectedArrival
from osmose.encounters.policies import ANNOUNCE, EXPECTED, RECEIVE
from osmose.kernel.access.policy import Policy
from osmose.kernel.audit.models import Verb
from osmose.kernel.web.door import door
from osmose.kernel.web.doors import View
from osmose.patients.policies import SEARCH
from osmose.workspace.arrival.search import arriving
from osmose.workspace.expected import page, views


def deed(route: str, name: str, view: View, may: Policy[ExpectedArrival] = EXPECTED, **options: Any) -> URLPattern:
    """The door of one deed on an announcement."""
    return door(
        f"pec/attendus/<uuid:expected_id>/{route}/",
        name=name,
        may=may,
        post=view,
        subject=views.expected,
        **{"replay": views.back, "refused": views.refused, **options},
    )


urlpatterns = [
    door("pec/attendus/", name="expected", may=EXPECTED, get=views.show, listing=page.listing, journal=Verb.LIST),
    door(
        "pec/attendus/lignes/",
        name="expected_rows",
        may=EXPECTED,
        get=views.rows,
        listing=page.listing,
        journal=Verb.LIST,
        fragment=True,
    ),
    door(
        "pec/attendus/nouveau/",
        name="expected_new",
        may=ANNOUNCE,
        get=views.new,
        post=views.announce,
        replay=views.back,
        refused=views.announce_refused,
    ),
    door(
        "pec/attendus/nouveau/<uuid:patient_id>/",
        name="expected_known",
        may=SEARCH,
        get=views.new_known,
        post=views.announce_known,
        subject=arriving,
        journal=Verb.READ,
        replay=views.back,
        refused=views.announce_refused,
    ),
    deed("arrivee", "expected_received", views.receive, RECEIVE, replay=views.received),
    deed("rattachement", "expected_linked", views.link, replay=views.received),
    deed("detachement", "expected_detached", views.detach),
    deed("annulation", "expected_cancelled", views.cancel),
    deed("retablissement", "expected_restored", views.restore),
]
