"""The addresses of the request kinds."""

from osmose.encounters import views
from osmose.encounters.policies import DEFINE_KINDS
from osmose.kernel.web.door import door

urlpatterns = [
    door("administration/types-de-demande/", name="request_kinds", may=DEFINE_KINDS, get=views.kinds),
    door(
        "administration/types-de-demande/nouveau/",
        name="request_kind_new",
        may=DEFINE_KINDS,
        get=views.new_kind,
        post=views.define_kind,
        replay=views.defined,
        refused=views.kind_refused,
    ),
]
