"""The addresses of what was sealed."""

from osmose.handover.policies import SEALED
from osmose.kernel.audit.models import Verb
from osmose.kernel.web.door import door
from osmose.workspace.sealed import views

urlpatterns = [
    door("erreurs-de-dossier/", name="sealed", may=SEALED, get=views.show, listing=views.listing, journal=Verb.LIST),
    door(
        "erreurs-de-dossier/<uuid:misfiling_id>/",
        name="sealed_one",
        may=SEALED,
        get=views.show_one,
        subject=views.load,
        journal=Verb.READ,
    ),
]
