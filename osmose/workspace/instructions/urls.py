"""The addresses of the instructions, under the PEC where they are read and written."""

from typing import Any

from django.urls import URLPattern

from osmose.encounters.policies import INSTRUCT
from osmose.kernel.audit.models import Verb
from osmose.kernel.web.door import door
from osmose.kernel.web.doors import View
from osmose.workspace.instructions import views


def deed(route: str, name: str, view: View, **options: Any) -> URLPattern:
    """The door of one deed on an instruction: its page again when refused."""
    return door(
        f"pec/<uuid:encounter_id>/consignes/{route}/",
        name=name,
        may=INSTRUCT,
        post=view,
        **{"subject": views.chosen, "replay": views.decided, "refused": views.refused, **options},
    )


urlpatterns = [
    door(
        "pec/<uuid:encounter_id>/consignes/",
        name="pec_instructions",
        may=INSTRUCT,
        get=views.show_all,
        subject=views.encounter,
        journal=Verb.READ,
    ),
    deed(
        "nouvelle/<slug:nature>",
        "pec_instruction_new",
        views.write,
        get=views.show,
        subject=views.new,
        journal=Verb.READ,
        replay=views.written,
    ),
    deed(
        "<uuid:instruction_id>",
        "pec_instruction",
        views.correct,
        get=views.show,
        journal=Verb.READ,
        replay=views.written,
    ),
    deed("<uuid:instruction_id>/relecture", "pec_instruction_review", views.review),
    deed("<uuid:instruction_id>/fin", "pec_instruction_end", views.end),
    deed("<uuid:instruction_id>/reprise", "pec_instruction_resume", views.resume),
]
