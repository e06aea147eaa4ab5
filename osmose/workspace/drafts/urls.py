"""The addresses of drafts, and of the quick note of the board."""

from typing import Any

from osmose.accounts.policies import OWN
from osmose.encounters.models import Encounter
from osmose.encounters.queries import one
from osmose.handover.policies import SIGN
from osmose.kernel.access.policy import Policy
from osmose.kernel.audit.models import Verb
from osmose.kernel.web.door import door
from osmose.kernel.web.request import StaffRequest
from osmose.workspace.drafts import page, views


def encounter(request: StaffRequest, policy: Policy[Encounter], **kwargs: Any) -> Encounter | None:
    """The PEC of the address, where the policy gives it."""
    return one(kwargs["encounter_id"], policy, request.actor, request.now)


urlpatterns = [
    door("brouillons/", name="drafts", may=OWN, get=views.show, listing=page.listing, journal=Verb.LIST),
    door("brouillons/<uuid:draft_id>/suppression/", name="draft_discard", may=OWN, post=views.discard),
    door(
        "pec/<uuid:encounter_id>/note/",
        name="quick_note",
        may=SIGN,
        get=views.write,
        post=views.sign,
        subject=encounter,
        journal=Verb.READ,
        replay=views.signed,
        refused=views.refused,
    ),
    door("pec/<uuid:encounter_id>/note/brouillon/", name="quick_draft", may=SIGN, post=views.save, subject=encounter),
]
