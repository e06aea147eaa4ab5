"""The reference tables that an administrator edits. No clinical record here, ever."""

from osmose.accounts.models import PresenceStatus
from osmose.encounters.admin.motifs import ModeAdmin, MotifAdmin
from osmose.encounters.admin.sectors import SectorAdmin
from osmose.encounters.admin.statuses import StatusAdmin
from osmose.encounters.admin.units import LocationAdmin, UnitAdmin
from osmose.encounters.models import ModeOfArrival, Motif
from osmose.encounters.policies import DEFINE_KINDS
from osmose.kernel.web.administration.site import Section, administration
from osmose.organisations.models import CareUnit, Location, Sector

administration.register(CareUnit, UnitAdmin)
administration.register(Location, LocationAdmin)
administration.register(Sector, SectorAdmin)
administration.register(PresenceStatus, StatusAdmin)
administration.register(Motif, MotifAdmin)
administration.register(ModeOfArrival, ModeAdmin)
administration.add_page(
    Section(
        "Types de demandes",
        "request_kinds",
        "clipboard-list",
        "Les demandes faites pour un patient, leurs états et leurs mots, les équipes à qui les adresser.",
        DEFINE_KINDS,
        position=30,
    )
)

__all__ = ["LocationAdmin", "ModeAdmin", "MotifAdmin", "SectorAdmin", "StatusAdmin", "UnitAdmin", "administration"]
