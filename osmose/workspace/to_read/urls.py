"""The addresses of what one has to read."""

from osmose.encounters.policies import READ as OPEN
from osmose.handover.policies import READ
from osmose.kernel.audit.models import Verb
from osmose.kernel.web.door import door
from osmose.workspace.patient_page.urls import acted
from osmose.workspace.to_read import page, views

urlpatterns = [
    door("a-lire/", name="to_read", may=READ, get=views.show, listing=page.listing, journal=Verb.LIST),
    door(
        "a-lire/liste/",
        name="to_read_rows",
        may=READ,
        get=views.rows,
        listing=page.listing,
        journal=Verb.LIST,
        fragment=True,
    ),
    door("a-lire/compte/", name="to_read_count", may=READ, get=views.count),
    door("a-lire/<uuid:encounter_id>/lu/", name="to_read_done", may=OPEN, post=views.mark_read, subject=acted),
    door("a-lire/avis/", name="misfiling_known", may=READ, post=views.know),
]
