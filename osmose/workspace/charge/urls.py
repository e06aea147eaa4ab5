"""The addresses of sectors and relais."""

from typing import Any

from osmose.encounters.policies import HOLD_SECTOR, RELAY
from osmose.kernel.audit.models import Verb
from osmose.kernel.web.door import by_id, door
from osmose.workspace.charge import relays, sectors

_SECTOR: dict[str, Any] = {
    "may": HOLD_SECTOR,
    "subject": by_id("sector_id", "care_unit"),
    "replay": sectors.after,
    "refused": sectors.refused,
}
_RELAY: dict[str, Any] = {
    "may": RELAY,
    "subject": relays.relay,
    "replay": relays.to_relays,
    "refused": relays.answer_refused,
}

urlpatterns = [
    door("pec/secteurs/", name="sectors", may=HOLD_SECTOR, get=sectors.show),
    door("pec/secteurs/<uuid:sector_id>/prise/", name="sector_take", post=sectors.take, **_SECTOR),
    door("pec/secteurs/<uuid:sector_id>/retour/", name="sector_leave", post=sectors.leave, **_SECTOR),
    door("pec/secteurs/<uuid:sector_id>/annulation/", name="sector_undo", post=sectors.undo, **_SECTOR),
    door("pec/secteurs/<uuid:sector_id>/relais/", name="sector_ask", post=sectors.ask, **_SECTOR),
    door("pec/relais/", name="relays", may=RELAY, get=relays.show, listing=relays.listing, journal=Verb.LIST),
    door(
        "pec/relais/lignes/",
        name="relays_rows",
        may=RELAY,
        get=relays.rows,
        listing=relays.listing,
        journal=Verb.LIST,
        fragment=True,
    ),
    door(
        "pec/relais/nouveau/",
        name="relay_new",
        may=RELAY,
        get=relays.new,
        listing=relays.offers,
        journal=Verb.LIST,
        post=relays.offer,
        replay=relays.to_relays,
        refused=relays.offer_refused,
    ),
    door("pec/relais/<uuid:relay_id>/reponse/", name="relay_answer", post=relays.answer, **_RELAY),
    door("pec/relais/<uuid:relay_id>/annulation/", name="relay_undo", post=relays.undo, **_RELAY),
    door("pec/relais/<uuid:relay_id>/retrait/", name="relay_withdraw", post=relays.withdraw, **_RELAY),
]
