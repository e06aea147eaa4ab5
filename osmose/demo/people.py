"""The demonstration's hospitals, units, places and accounts. Everybody here is invented.

Perpignan and Thuir share under an agreement; Narbonne shares with nobody. Every account has the password `osmose`,
which `osmose check --deploy` refuses in production.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.contrib.auth.hashers import make_password

from osmose.accounts import operations as accounts
from osmose.accounts.models import User
from osmose.kernel.access.roles import Role
from osmose.organisations import operations as organisations
from osmose.organisations.models import (
    CareUnit,
    DataCategory,
    Establishment,
    LegalBasis,
    Location,
    SharingAgreement,
    UnitKind,
)

PASSWORD = "osmose"  # noqa: S105 - the demonstration's, refused in production
DOMAIN = "osmose.fr"
SHIFTS = (time(7), time(14), time(21))


@dataclass(frozen=True)
class Hospital:
    key: str
    finess: str
    name: str
    short_name: str
    namespace: str


@dataclass(frozen=True)
class Unit:
    hospital: str
    code: str
    name: str
    short_name: str
    kind: UnitKind
    waits: tuple[int, int] = (120, 240)


@dataclass(frozen=True)
class Place:
    code: str
    label: str
    is_box: bool = False


@dataclass(frozen=True)
class Person:
    account: str
    function: str
    given_name: str
    family_name: str
    role: Role
    units: tuple[str, ...]

    @property
    def email(self) -> str:
        return f"{self.account}@{DOMAIN}"


HOSPITALS = (
    Hospital("perpignan", "999999991", "Centre Hospitalier de Perpignan", "CH Perpignan", "CH-A"),
    Hospital("thuir", "999999992", "Centre Hospitalier de Thuir", "CH Thuir", "CH-B"),
    Hospital("narbonne", "999999993", "Centre Hospitalier de Narbonne (fictif)", "CH Narbonne", "CH-C"),
)
# By « hospital/code ».
UNITS = (
    Unit("perpignan", "SAU", "Service d’accueil des urgences", "SAU", UnitKind.EMERGENCY),
    Unit("perpignan", "PED", "Urgences pédiatriques", "Urgences pédiatriques", UnitKind.EMERGENCY, (90, 180)),
    Unit("perpignan", "UHCD", "Unité d’hospitalisation de courte durée", "UHCD", UnitKind.WARD, (240, 720)),
    Unit("thuir", "EMP", "Équipe mobile de psychiatrie", "Équipe mobile", UnitKind.PSYCHIATRY, (60, 120)),
    Unit("thuir", "PSYLI", "Psychiatrie de liaison", "Psychiatrie de liaison", UnitKind.PSYCHIATRY, (120, 240)),
    Unit("narbonne", "SAU", "Service d’accueil des urgences", "SAU", UnitKind.EMERGENCY),
)


def _boxes(count: int, label: str) -> tuple[Place, ...]:
    return tuple(Place(f"BOX-{n}", f"{label} {n}", is_box=True) for n in range(1, count + 1))


# The code of a box or bed is room and bed of an HL7 place: `SAU^BOX^3` is BOX-3, `UHCD^CH2^1` is CH2-1.
PLACES: Mapping[str, tuple[Place, ...]] = {
    "perpignan/SAU": (
        *(Place(code, code) for code in ("NC", "AV", "AC", "SAS", "SAU")),
        *_boxes(10, "Box"),
        Place("DECHOCAGE", "Déchocage", is_box=True),
    ),
    "perpignan/PED": (Place("PED", "PED"), *_boxes(5, "Box péd.")),
    "perpignan/UHCD": (
        Place("UHCD", "UHCD"),
        *(Place(f"CH{r}-{b}", f"Chambre {r}, lit {b}", is_box=True) for r in (1, 2) for b in (1, 2)),
    ),
    "narbonne/SAU": (Place("SAU", "SAU"), *_boxes(4, "Box")),
}
# Ranges of places that somebody takes at the start of a shift.
SECTORS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "perpignan/SAU": {
        "Box 1 à 5": tuple(f"BOX-{n}" for n in range(1, 6)),
        "Box 6 à 10": tuple(f"BOX-{n}" for n in range(6, 11)),
        "Accueil et SAS": ("NC", "AV", "SAS"),
        "AC, SAU et déchocage": ("AC", "SAU", "DECHOCAGE"),
    },
    "perpignan/PED": {"Box péd. 1 à 5": ("PED", *(f"BOX-{n}" for n in range(1, 6)))},
    "perpignan/UHCD": {"Chambre 1": ("CH1-1", "CH1-2"), "Chambre 2": ("CH2-1", "CH2-2", "UHCD")},
    "narbonne/SAU": {"Urgences": ("SAU", *(f"BOX-{n}" for n in range(1, 5)))},
}
_A, _M = Role.AGENT, Role.MANAGER
PEOPLE = (
    Person("admin", "Admin.", "Paul", "Garnier", Role.ADMINISTRATOR, ("perpignan/SAU", "thuir/EMP")),
    Person("manager-psych", "Cadre", "Nadia", "Ferrand", _M, ("thuir/EMP", "thuir/PSYLI")),
    Person("manager-sau", "Cadre", "Samia", "Haddad", _M, ("perpignan/SAU", "perpignan/UHCD")),
    Person("dpo", "DPO", "Denis", "Roche", Role.DPO, ("perpignan/SAU",)),
    Person("agent1", "IDE", "Claire", "Morel", _A, ("perpignan/SAU",)),
    Person("agent2", "Dr", "Hugo", "Ferrer", _A, ("perpignan/SAU",)),
    Person("agent3", "IDE", "Inès", "Petit", _A, ("perpignan/SAU",)),
    Person("agent4", "AS", "Théo", "Lambert", _A, ("perpignan/SAU",)),
    Person("agent5", "IDE", "Anaïs", "Bonnet", _A, ("perpignan/PED",)),
    Person("agent6", "Dr", "Élise", "Marchand", _A, ("perpignan/PED",)),
    Person("agent7", "IDE", "Malik", "Belkacem", _A, ("perpignan/UHCD",)),
    Person("agent8", "Dr", "Sophie", "Vidal", _A, ("perpignan/SAU", "perpignan/UHCD")),
    Person("agent9", "IDE", "Martin", "Diaz", _A, ("thuir/EMP",)),
    Person("agent10", "Dr", "Lucie", "Roux", _A, ("thuir/PSYLI",)),
    Person("agent11", "IDE", "Julien", "Castel", _A, ("thuir/EMP",)),
    Person("agent12", "Psychologue", "Maud", "Serra", _A, ("thuir/EMP", "thuir/PSYLI")),
    Person("agent13", "IDE", "Camille", "Pons", _A, ("thuir/PSYLI",)),
    Person("agent14", "Dr", "Bastien", "Roca", _A, ("thuir/EMP",)),
    Person("agent15", "IDE", "Zoé", "Lacroix", _A, ("narbonne/SAU",)),
)


@dataclass(frozen=True)
class Created:
    """What `create` made: establishments by key, units by « hospital/code », users by account."""

    establishments: Mapping[str, Establishment]
    units: Mapping[str, CareUnit]
    users: Mapping[str, User]
    agreement: SharingAgreement


def exist() -> bool:
    """True when the demonstration's people are already there."""
    return Establishment.objects.filter(finess=HOSPITALS[0].finess).exists()


def create(*, now: datetime) -> Created:
    """The three hospitals, their units and places, the agreement Perpignan–Thuir, every account.

    Needs an open transaction; opens none.
    """
    since = now - timedelta(days=365)
    establishments = {
        h.key: Establishment.objects.create(
            finess=h.finess, name=h.name, short_name=h.short_name, namespace=h.namespace
        )
        for h in HOSPITALS
    }
    units = {f"{u.hospital}/{u.code}": _unit(u, establishments[u.hospital]) for u in UNITS}
    for key, places in PLACES.items():
        for order, place in enumerate(places):
            organisations.open_location(
                unit=units[key],
                code=place.code,
                label=place.label,
                order=order * 10,
                is_box=place.is_box,
                capacity=1 if place.is_box else None,
            )
    return Created(establishments, units, _accounts(units, since), _agreement(establishments, since))


def create_sectors(units: Mapping[str, CareUnit]) -> None:
    """The ranges of places of each unit. Needs an open transaction."""
    for key, ranges in SECTORS.items():
        known = {place.code: place for place in Location.objects.filter(care_unit=units[key])}
        for order, (name, codes) in enumerate(ranges.items()):
            places = [known[code] for code in codes]
            organisations.open_sector(unit=units[key], name=name, order=order * 10, locations=places)


def _unit(unit: Unit, establishment: Establishment) -> CareUnit:
    return organisations.open_unit(
        establishment=establishment,
        code=unit.code,
        name=unit.name,
        short_name=unit.short_name,
        kind=unit.kind,
        shift_starts=SHIFTS,
        waits=unit.waits,
    )


def _agreement(establishments: Mapping[str, Establishment], since: datetime) -> SharingAgreement:
    return organisations.sign_agreement(
        first=establishments["perpignan"],
        second=establishments["thuir"],
        host=establishments["perpignan"],
        terms=organisations.AgreementTerms(
            legal_basis=LegalBasis.CARE_TEAM,
            reference="CONV-DEMO-2025-01",
            categories=list(DataCategory),
            valid_from=since,
        ),
    )


def _accounts(units: Mapping[str, CareUnit], since: datetime) -> dict[str, User]:
    """One hash for all: nineteen would take seconds, and this password is no secret."""
    users = {}
    for person in PEOPLE:
        user = accounts.open_account(
            email=person.email,
            password=None,
            given_name=person.given_name,
            family_name=person.family_name,
            function=person.function,
        )
        for key in person.units:
            accounts.open_membership(user=user, care_unit=units[key], role=person.role, starts_at=since)
        users[person.account] = user
    encoded = make_password(PASSWORD)
    for user in users.values():
        user.password = encoded
    User.objects.bulk_update(users.values(), ["password"])
    return users
