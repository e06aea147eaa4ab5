"""The hospitals, units, places, request kinds and accounts of the demonstration, as ids that travel to processes."""

from dataclasses import dataclass
from typing import Any

from osmose.accounts.models import Membership
from osmose.encounters.lifecycle import Meaning
from osmose.encounters.models import RequestKind
from osmose.organisations.models import CareUnit, Location, SharingAgreement

PERPIGNAN = "999999991"
NARBONNE = "999999993"
MOBILE_TEAM = ("999999992", "EMP")


@dataclass(frozen=True)
class Author:
    """Who did something, as events and notes keep it."""

    id: str
    name: str
    unit_id: str
    unit: str


@dataclass(frozen=True)
class Place:
    """A zone or a box, and its words."""

    id: str
    label: str


@dataclass(frozen=True)
class Unit:
    """A unit, its establishment, its places and the people who work there."""

    id: str
    code: str
    name: str
    establishment_id: str
    establishment: str
    namespace: str
    zones: tuple[Place, ...]
    boxes: tuple[Place, ...]
    staff: tuple[Author, ...]


@dataclass(frozen=True)
class Kind:
    """A request kind: the code, word and meaning of each of its statuses."""

    id: str
    code: str
    label: str
    icon: str
    is_psychiatric: bool
    statuses: dict[Meaning, tuple[str, str]]

    def ending(self, wanted: Meaning) -> Meaning:
        """That meaning where the kind has it, else how its requests end: seen where results are, or done."""
        known = (wanted, Meaning.SEEN, Meaning.DONE)
        return next(meaning for meaning in known if meaning in self.statuses)


@dataclass(frozen=True)
class Reference:
    """All of it; units by « finess/code », kinds by FINESS then code."""

    units: dict[str, Unit]
    kinds: dict[str, dict[str, Kind]]
    agreement_id: str

    @property
    def mobile_team(self) -> Unit:
        return self.units["/".join(MOBILE_TEAM)]


def read() -> Reference:
    """What the demonstration's people and kinds made, from the database."""
    units = {}
    for row in CareUnit.objects.select_related("establishment").order_by("code"):
        places = list(Location.objects.filter(care_unit=row, ended_at=None).order_by("order"))
        units[f"{row.establishment.finess}/{row.code}"] = Unit(
            id=str(row.pk),
            code=row.code,
            name=row.short_name,
            establishment_id=str(row.establishment_id),
            establishment=row.establishment.finess,
            namespace=row.establishment.namespace,
            zones=tuple(Place(str(p.pk), p.label) for p in places if not p.is_box),
            boxes=tuple(Place(str(p.pk), p.label) for p in places if p.is_box),
            staff=_staff(row),
        )
    kinds: dict[str, dict[str, Kind]] = {}
    for kind in RequestKind.objects.select_related("establishment").order_by("order"):
        kinds.setdefault(kind.establishment.finess, {})[kind.code] = _kind(kind)
    return Reference(units, kinds, str(SharingAgreement.objects.get().pk))


def _staff(unit: CareUnit) -> tuple[Author, ...]:
    held = Membership.objects.filter(care_unit=unit, role="agent").select_related("user").order_by("user__email")
    return tuple(Author(str(m.user_id), str(m.user), str(unit.pk), unit.short_name) for m in held)


def _kind(kind: RequestKind) -> Kind:
    statuses: dict[Meaning, Any] = {}
    for status in kind.table.statuses:
        statuses.setdefault(status.meaning, (status.code, status.word))
    return Kind(str(kind.pk), kind.code, kind.label, kind.icon, kind.is_psychiatric, statuses)
