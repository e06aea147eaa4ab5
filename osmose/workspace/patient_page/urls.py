"""The addresses of the patient page: one to show it, one for its refreshes, one for each deed."""

from typing import Any

from django.urls import URLPattern

from osmose.encounters import policies
from osmose.encounters.models import Encounter
from osmose.encounters.queries import one
from osmose.handover.policies import SIGN
from osmose.kernel.access.policy import Policy
from osmose.kernel.audit.models import Verb
from osmose.kernel.web.door import door
from osmose.kernel.web.doors import View
from osmose.kernel.web.request import StaffRequest
from osmose.workspace.patient_page import identity_views, views


def encounter(request: StaffRequest, policy: Policy[Encounter], **kwargs: Any) -> Encounter | None:
    """The PEC of the address, where the policy gives it."""
    return one(kwargs["encounter_id"], policy, request.actor, request.now)


def deed(route: str, name: str, view: View, may: Policy[Encounter] = policies.WRITE, **options: Any) -> URLPattern:
    """The door of one deed on the page: shown again when repeated or refused."""
    return door(
        f"pec/<uuid:encounter_id>/{route}/",
        name=name,
        may=may,
        post=view,
        subject=encounter,
        **{"replay": views.after, "refused": views.refused, **options},
    )


urlpatterns = [
    door(
        "pec/<uuid:encounter_id>/",
        name="pec",
        may=policies.READ,
        get=views.show,
        subject=encounter,
        journal=Verb.READ,
    ),
    door(
        "pec/<uuid:encounter_id>/fil/",
        name="pec_live",
        may=policies.READ,
        get=views.live,
        subject=encounter,
        journal=Verb.READ,
        fragment=True,
    ),
    deed(
        "identite",
        "pec_identity",
        identity_views.correct,
        policies.IDENTIFY,
        get=identity_views.show,
        journal=Verb.READ,
        replay=identity_views.done,
        refused=identity_views.refused,
    ),
    deed("motif", "pec_motif", views.set_motif),
    deed("lieu", "pec_place", views.set_place),
    deed("mode-arrivee", "pec_arrival_mode", views.set_arrival_mode),
    deed("demandes", "pec_request", views.set_request, policies.ASK),
    deed("demandes/note", "pec_request_note", views.note_request, policies.ASK),
    deed("sortie", "pec_exit", views.exit_encounter),
    deed("sortie/annuler", "pec_cancel_exit", views.cancel_exit),
    deed("cloture", "pec_close", views.close, policies.CLOSE),
    deed("annuler", "pec_undo", views.undo),
    deed("transmissions", "pec_note", views.sign_note, SIGN, replay=views.noted),
    deed("brouillon", "pec_draft", views.save_draft, SIGN),
]
