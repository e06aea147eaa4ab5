"""The addresses of the arrival: no name is ever in one of them."""

from osmose.encounters.policies import READ, REGISTER
from osmose.kernel.audit.models import Verb
from osmose.kernel.web.door import door
from osmose.patients.policies import SEARCH
from osmose.workspace.arrival import known, search, views

urlpatterns = [
    door("pec/nouvelle/", name="arrival", may=REGISTER, get=views.show),
    door(
        "pec/nouvelle/recherche/",
        name="arrival_search",
        may=SEARCH,
        post=views.search,
        post_reads=True,
        listing=search.listing,
        journal=Verb.SEARCH,
        refused=views.search_refused,
    ),
    door(
        "pec/nouvelle/identite/",
        name="arrival_create",
        may=REGISTER,
        get=views.again,
        post=views.create,
        replay=views.opened,
        refused=views.create_refused,
    ),
    door(
        "pec/nouvelle/inconnu/",
        name="arrival_unknown",
        may=REGISTER,
        get=views.again,
        post=views.unknown,
        replay=views.opened,
        refused=views.unknown_refused,
    ),
    door(
        "pec/nouvelle/<uuid:patient_id>/",
        name="arrival_known",
        may=SEARCH,
        get=views.known,
        post=views.open_known,
        subject=search.arriving,
        journal=Verb.READ,
        replay=views.known_replayed,
        refused=views.known_refused,
    ),
    door(
        "pec/nouvelle/<uuid:patient_id>/passages/",
        name="arrival_passages",
        may=READ,
        get=known.show,
        listing=known.listing,
        journal=Verb.LIST,
        fragment=True,
    ),
]
