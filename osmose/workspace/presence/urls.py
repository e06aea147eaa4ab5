"""The addresses of presence. No patient behind any of them."""

from typing import Any

from osmose.accounts.policies import PLAN_ON_CALL, SAY_STATUS, SEE_TEAM
from osmose.kernel.audit.models import Verb
from osmose.kernel.web.door import by_id, door
from osmose.workspace.presence import on_call, views

_UNIT: dict[str, Any] = {
    "may": PLAN_ON_CALL,
    "subject": by_id("unit_id", "establishment"),
    "replay": on_call.planned,
    "refused": on_call.refused,
}

urlpatterns = [
    door("equipe/", name="team", may=SEE_TEAM, get=views.show_team),
    door("equipe/liste/", name="team_rows", may=SEE_TEAM, get=views.team_rows),
    door("equipe/bandeau/", name="team_strip", may=SEE_TEAM, get=views.strip),
    door(
        "equipe/statut/",
        name="presence",
        may=SAY_STATUS,
        get=views.my_status,
        post=views.say,
        replay=views.said,
        refused=views.refused,
    ),
    door("equipe/hors-service/", name="off_duty", may=SAY_STATUS, post=views.leave, replay=views.said),
    door(
        "equipe/gardes/<uuid:unit_id>/",
        name="on_call",
        get=on_call.show,
        post=on_call.plan,
        journal=Verb.READ,
        **_UNIT,
    ),
    door("equipe/gardes/<uuid:unit_id>/retrait/", name="on_call_withdraw", post=on_call.withdraw, **_UNIT),
]
