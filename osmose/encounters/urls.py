"""The addresses of the administration: the reference tables, and the request kinds, whose form is made by hand."""

from osmose.encounters import views
from osmose.encounters.admin import administration
from osmose.encounters.policies import DEFINE_KINDS
from osmose.kernel.audit.models import Verb
from osmose.kernel.web.door import by_id, door
from osmose.organisations.policies import SET_UP_UNITS

KINDS = "administration/types-de-demande/"

urlpatterns = [
    *administration.doors(name="administration", may=SET_UP_UNITS),
    door(KINDS, name="request_kinds", may=DEFINE_KINDS, get=views.kinds),
    door(
        f"{KINDS}nouveau/",
        name="request_kind_new",
        may=DEFINE_KINDS,
        get=views.new_kind,
        post=views.define_kind,
        replay=views.defined,
        refused=views.kind_refused,
    ),
    door(
        f"{KINDS}<uuid:kind_id>/",
        name="request_kind",
        may=DEFINE_KINDS,
        subject=by_id("kind_id", "establishment"),
        get=views.show_kind,
        post=views.change_kind,
        journal=Verb.READ,
        replay=views.defined,
        refused=views.change_refused,
    ),
    door(
        f"{KINDS}<uuid:kind_id>/offre/",
        name="request_kind_offer",
        may=DEFINE_KINDS,
        subject=by_id("kind_id", "establishment"),
        post=views.offer_kind,
        replay=views.defined,
        refused=views.change_refused,
    ),
]
