"""The addresses of the patient page: one to show it, one for its refreshes, one for each deed."""

from typing import Any

from django.urls import URLPattern

from osmose.encounters import policies
from osmose.encounters.models import Encounter
from osmose.encounters.queries import acted_on, one
from osmose.handover.policies import SIGN
from osmose.kernel.access.policy import Policy
from osmose.kernel.audit.models import Verb
from osmose.kernel.web.door import door
from osmose.kernel.web.doors import View
from osmose.kernel.web.request import StaffRequest
from osmose.workspace.patient_page import (
    answers,
    exit_views,
    identity_views,
    interview_views,
    notes_views,
    previous,
    referents,
    tracking_views,
    views,
)


def encounter(request: StaffRequest, policy: Policy[Encounter], **kwargs: Any) -> Encounter | None:
    """The PEC of the address, where the policy gives it."""
    return one(kwargs["encounter_id"], policy, request.actor, request.now)


def acted(request: StaffRequest, policy: Policy[Encounter], **kwargs: Any) -> Encounter | None:
    """The PEC of the address for a deed, where the policy gives it."""
    return acted_on(kwargs["encounter_id"], policy, request.actor, request.now)


def deed(route: str, name: str, view: View, may: Policy[Encounter] = policies.WRITE, **options: Any) -> URLPattern:
    """The door of one deed on the page: shown again when repeated or refused.

    One that has a dialog is loaded as the page is: what it shows depends on what its reader may see.
    """
    return door(
        f"pec/<uuid:encounter_id>/{route}/",
        name=name,
        may=may,
        post=view,
        subject=encounter if "get" in options else acted,
        **{"replay": answers.after, "refused": answers.refused, **options},
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
    door(
        "pec/<uuid:encounter_id>/fil/entrees/",
        name="pec_thread",
        may=policies.READ,
        get=views.thread,
        subject=encounter,
        journal=Verb.READ,
        fragment=True,
    ),
    door(
        "pec/<uuid:encounter_id>/fil/cibles/",
        name="pec_focuses",
        may=policies.READ,
        get=views.focuses,
        subject=encounter,
        journal=Verb.READ,
        fragment=True,
    ),
    door(
        "pec/<uuid:encounter_id>/fil/recherche/",
        name="pec_search",
        may=policies.READ,
        post=views.search,
        subject=encounter,
        journal=Verb.READ,
        fragment=True,
        post_reads=True,
    ),
    door(
        "pec/<uuid:encounter_id>/passages/",
        name="pec_previous",
        may=policies.READ,
        get=previous.show,
        listing=previous.listing,
        journal=Verb.LIST,
        fragment=True,
    ),
    door(
        "pec/<uuid:encounter_id>/impression/",
        name="pec_sheet",
        may=policies.READ,
        get=views.sheet,
        subject=encounter,
        journal=Verb.PRINT,
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
    deed("motif", "pec_motif", tracking_views.set_motif),
    deed("lieu", "pec_place", tracking_views.set_place),
    deed("mode-arrivee", "pec_arrival_mode", tracking_views.set_arrival_mode),
    deed("heure-arrivee", "pec_arrival_time", tracking_views.set_arrival_time),
    deed("suivi", "pec_tracking", tracking_views.set_tracking),
    deed(
        "referents",
        "pec_referent",
        tracking_views.assign,
        get=referents.show,
        journal=Verb.READ,
        fragment=True,
    ),
    deed("demandes", "pec_request", tracking_views.set_request, policies.ASK),
    deed("demandes/resultat", "pec_result", tracking_views.set_result, policies.ASK),
    deed("demandes/heure", "pec_expected", interview_views.expect, policies.ASK),
    deed(
        "entretiens",
        "pec_intervention",
        interview_views.start,
        policies.ASK,
        get=interview_views.colleagues,
        journal=Verb.READ,
        fragment=True,
    ),
    deed("entretiens/interruption", "pec_interruption", interview_views.interrupt, policies.ASK),
    deed("entretiens/reprise", "pec_resumption", interview_views.resume, policies.ASK),
    deed("entretiens/fin", "pec_conclusion", interview_views.end, policies.ASK),
    deed("demandes/note", "pec_request_note", tracking_views.note_request, policies.ASK),
    deed(
        "sortie",
        "pec_exit",
        exit_views.exit_encounter,
        get=exit_views.show_exit,
        journal=Verb.READ,
        fragment=True,
        refused=exit_views.exit_refused,
    ),
    deed(
        "poursuivre",
        "pec_continue",
        exit_views.go_on,
        policies.CONTINUE,
        refused=exit_views.exit_refused,
    ),
    deed("sortie/annuler", "pec_cancel_exit", exit_views.cancel_exit),
    deed("cloture", "pec_close", exit_views.close, policies.CLOSE),
    deed(
        "reouverture",
        "pec_reopen",
        exit_views.reopen,
        policies.CLOSE,
        get=exit_views.show_reopening,
        journal=Verb.READ,
        fragment=True,
        refused=exit_views.reopening_refused,
    ),
    deed("annuler", "pec_undo", views.undo),
    deed("heure", "pec_retime", views.retime),
    deed("commentaire", "pec_comment", views.comment, policies.COMMENT),
    deed(
        "transmissions",
        "pec_note",
        notes_views.sign,
        SIGN,
        replay=notes_views.signed,
        refused=notes_views.refused,
    ),
    deed(
        "transmissions/forme",
        "pec_note_form",
        notes_views.change_form,
        SIGN,
        get=notes_views.show,
        journal=Verb.READ,
        fragment=True,
        post_reads=True,
    ),
    door(
        "pec/<uuid:encounter_id>/transmissions/destinataires/",
        name="pec_recipients",
        may=SIGN,
        get=notes_views.recipients,
        subject=encounter,
        journal=Verb.READ,
        fragment=True,
    ),
    deed("brouillon", "pec_draft", notes_views.save_draft, SIGN),
]
