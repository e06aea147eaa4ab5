"""The addresses of treatments given. No drug is ever in one of them."""

from osmose.handover.policies import FIND_MEDICINES, GIVE
from osmose.kernel.audit.models import Verb
from osmose.kernel.web.door import door
from osmose.workspace.patient_page.urls import deed
from osmose.workspace.treatments import views

urlpatterns = [
    deed(
        "traitements",
        "pec_treatment",
        views.give,
        GIVE,
        get=views.show,
        journal=Verb.READ,
        fragment=True,
        refused=views.give_refused,
    ),
    deed("traitements/effet", "pec_treatment_effect", views.effect, GIVE),
    deed("traitements/rayer", "pec_treatment_strike", views.strike, GIVE),
    door("medicaments/", name="medicines", may=FIND_MEDICINES, post=views.find, post_reads=True),
]
