"""The addresses of the stream that Django answers: tickets for people and walls, and who has a record open."""

from typing import Any

from osmose.accounts.policies import OWN
from osmose.devices.policies import SHOW
from osmose.encounters.models import Encounter
from osmose.encounters.policies import READ
from osmose.encounters.queries import acted_on
from osmose.kernel.access.policy import Policy
from osmose.kernel.web.door import door
from osmose.kernel.web.request import StaffRequest
from osmose.stream import views
from osmose.workspace.wall.visitors import SCREENS, own_screen


def _named(request: StaffRequest, policy: Policy[Encounter], **kwargs: Any) -> Encounter | None:
    return acted_on(kwargs["encounter_id"], policy, request.actor, request.now)


urlpatterns = [
    door("flux/billet/", name="stream_ticket", may=OWN, post=views.give_ticket),
    # Below the address of the wall, where the screen's own cookie goes.
    door(
        "mur/<uuid:unit_id>/billet/",
        name="wall_ticket",
        may=SHOW,
        visitors=SCREENS,
        post=views.give_wall_ticket,
        subject=own_screen,
    ),
    door("flux/ici/<uuid:encounter_id>/", name="stream_here", may=READ, post=views.be_here, subject=_named),
]
