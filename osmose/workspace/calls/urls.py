"""The addresses of calls and advice."""

from osmose.encounters.policies import CALLS, NOTE_CALL, WRITE
from osmose.kernel.audit.models import Verb
from osmose.kernel.web.door import door
from osmose.workspace.calls import page, views
from osmose.workspace.patient_page import answers
from osmose.workspace.patient_page.urls import acted, deed

urlpatterns = [
    door("appels/", name="calls", may=CALLS, get=views.show, listing=page.listing, journal=Verb.LIST),
    door(
        "appels/nouveau/",
        name="call_new",
        may=NOTE_CALL,
        get=views.new,
        post=views.note,
        replay=views.noted,
        refused=views.note_refused,
    ),
    door(
        "appels/<uuid:call_id>/correction/",
        name="call_correction",
        may=CALLS,
        get=views.correction,
        post=views.correct,
        subject=views.call,
        journal=Verb.READ,
        replay=views.corrected,
        refused=views.correct_refused,
    ),
    door(
        "appels/<uuid:call_id>/annulation/",
        name="call_undo",
        may=CALLS,
        post=views.undo,
        subject=views.call,
        replay=views.undone,
        refused=views.undo_refused,
    ),
    door(
        "pec/<uuid:encounter_id>/appel/",
        name="pec_call",
        may=WRITE,
        get=views.new_on,
        post=views.note_on,
        listing=page.of_pec,
        subject=acted,
        journal=Verb.LIST,
        replay=answers.after,
        refused=views.note_on_refused,
    ),
    deed("appel/rattachement", "pec_call_link", views.link),
]
