"""Sectors for tests, of the demonstration's places, and who holds them."""

from osmose.encounters import actions
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.models import Assignment, Encounter, SectorDuty
from osmose.kernel.base import clock
from osmose.organisations.models import CareUnit, Location, Sector
from osmose.organisations.operations import open_sector
from tests.cast import Character
from tests.factories.patients import acting


def sector(unit: CareUnit, name: str, *codes: str) -> Sector:
    """A range of the unit's places, by code: `sector(sau, "Box 1 à 5", "BOX-1", "BOX-2")`."""
    with acting():
        places = list(Location.objects.filter(care_unit=unit, code__in=codes))
        assert len(places) == len(codes)
        return open_sector(unit=unit, name=name, order=Sector.objects.count(), locations=places)


def take(who: Character, of: Sector, role: Referent = Referent.NURSE, *, is_confirmed: bool = False) -> SectorDuty:
    """« Prendre » on the sector's line."""
    now = clock.now()
    return actions.take_sector(actor=who.actor_at(now), sector=of, role=role, is_confirmed=is_confirmed, now=now)


def in_charge(pec: Encounter, role: Referent = Referent.NURSE) -> str:
    """Who is in charge now, by family name; empty for nobody."""
    held = Assignment.objects.filter(encounter=pec, role=role, ends_at=None).select_related("user").first()
    return held.user.family_name if held else ""


def assign(who: Character, pec: Encounter, to: Character | None = None, role: Referent = Referent.NURSE) -> Encounter:
    """« Moi » on the patient's page, or somebody else."""
    now = clock.now()
    return actions.assign(
        actor=who.actor_at(now), encounter=pec, role=role, user_id=(to or who).id, revision=None, now=now
    )
