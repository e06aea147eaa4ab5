"""The addresses of the handover sheet: a unit and a shift, never a patient."""

from typing import Any

from osmose.handover.policies import SHEET
from osmose.kernel.audit.models import Verb
from osmose.kernel.web.door import door
from osmose.workspace.handover_sheet import page, views

_DEED: dict[str, Any] = {"may": SHEET, "subject": views.unit, "replay": views.again, "refused": views.refused}

urlpatterns = [
    door("releve/", name="handover", may=SHEET, get=views.first),
    door("releve/nouveau/", name="handover_news", may=SHEET, get=views.news),
    door(
        "releve/<uuid:unit_id>/",
        name="handover_sheet",
        may=SHEET,
        get=views.show,
        listing=page.listing,
        subject=views.unit,
        journal=Verb.LIST,
    ),
    door(
        "releve/<uuid:unit_id>/impression/",
        name="handover_paper",
        may=SHEET,
        get=views.on_paper,
        listing=page.listing,
        subject=views.unit,
        journal=Verb.PRINT,
    ),
    door("releve/<uuid:unit_id>/pris-connaissance/", name="handover_read", post=views.read, **_DEED),
    door("releve/<uuid:unit_id>/pris-connaissance/annuler/", name="handover_read_undo", post=views.undo, **_DEED),
]
