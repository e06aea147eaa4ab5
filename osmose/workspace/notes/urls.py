"""The addresses of what happens to a note after it was signed."""

from osmose.encounters.policies import READ
from osmose.handover.policies import SIGN
from osmose.kernel.audit.models import Verb
from osmose.kernel.web.door import door
from osmose.workspace.notes import page, views
from osmose.workspace.patient_page.urls import acted, deed, encounter

urlpatterns = [
    door("pec/<uuid:encounter_id>/lectures/", name="pec_receipts", may=READ, post=views.mark_read, subject=acted),
    door(
        "pec/<uuid:encounter_id>/transmissions/lectures/",
        name="pec_readings",
        may=SIGN,
        get=views.show_readings,
        subject=encounter,
        journal=Verb.READ,
        fragment=True,
    ),
    deed(
        "transmissions/complement",
        "pec_addition",
        views.add,
        SIGN,
        get=views.show_addition,
        journal=Verb.READ,
        fragment=True,
        refused=views.addition_refused,
    ),
    deed(
        "transmissions/cible-close",
        "pec_focus_closed",
        views.close,
        SIGN,
        get=views.show_closure,
        journal=Verb.READ,
        fragment=True,
        refused=views.closure_refused,
    ),
    deed("transmissions/recu", "pec_acknowledged", views.acknowledge, SIGN),
    door(
        "pec/<uuid:encounter_id>/transmissions/correction/",
        name="pec_correction",
        may=SIGN,
        get=views.show_correction,
        listing=page.candidates,
        journal=Verb.LIST,
        fragment=True,
    ),
    deed("transmissions/rature", "pec_struck", views.strike, SIGN, refused=views.correction_refused),
    deed("transmissions/erreur-de-dossier", "pec_misfiled", views.move, SIGN, refused=views.correction_refused),
    door(
        "pec/<uuid:encounter_id>/actions/erreur-de-dossier/",
        name="pec_misfiled_click",
        may=READ,
        get=views.show_click,
        listing=page.candidates,
        journal=Verb.LIST,
        fragment=True,
    ),
    deed("actions/retrait", "pec_click_moved", views.move_click, refused=views.click_refused),
]
