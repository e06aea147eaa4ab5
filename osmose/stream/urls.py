"""The addresses of the stream that Django answers: tickets, and who has a record open."""

from typing import Any

from osmose.accounts.policies import OWN
from osmose.encounters.models import Encounter
from osmose.encounters.policies import READ
from osmose.encounters.queries import acted_on
from osmose.kernel.access.policy import Policy
from osmose.kernel.web.door import door
from osmose.kernel.web.request import StaffRequest
from osmose.stream import views


def _named(request: StaffRequest, policy: Policy[Encounter], **kwargs: Any) -> Encounter | None:
    return acted_on(kwargs["encounter_id"], policy, request.actor, request.now)


urlpatterns = [
    door("flux/billet/", name="stream_ticket", may=OWN, post=views.give_ticket),
    door("flux/ici/<uuid:encounter_id>/", name="stream_here", may=READ, post=views.be_here, subject=_named),
]
