"""The named cast, in a world of three hospitals: Perpignan and Thuir share, Narbonne shares with nobody.

Claire and Inès (IDE SAU), Martin (IDE psy mobile), Dr Roux (psychiatre), Samia (cadre SAU), Paul (administrateur),
Denis (DPO), Zoé (IDE of the third hospital). A test that asks for `claire` gets the whole world; ask for
`hospitals` to name units and places.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from osmose.accounts import operations, queries
from osmose.accounts.models import Membership, User
from osmose.demo import people
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.roles import Role
from osmose.kernel.base import clock
from osmose.kernel.base.ids import new_id
from osmose.organisations.models import CareUnit, Establishment, Location, SharingAgreement
from tests.replay import Replay

ACCOUNTS = {
    "claire": "agent1",
    "hugo": "agent2",
    "ines": "agent3",
    "martin": "agent9",
    "roux": "agent10",
    "samia": "manager-sau",
    "nadia": "manager-psych",
    "paul": "admin",
    "denis": "dpo",
    "zoe": "agent15",
}


@dataclass(frozen=True)
class Hospitals:
    """The three hospitals, those of the demonstration."""

    perpignan: Establishment
    thuir: Establishment
    narbonne: Establishment
    sau: CareUnit
    ped: CareUnit
    uhcd: CareUnit
    emp: CareUnit
    psyli: CareUnit
    narbonne_sau: CareUnit
    agreement: SharingAgreement
    users: dict[str, User] = field(repr=False)

    def place(self, code: str, unit: CareUnit | None = None) -> Location:
        """A place by its code (« BOX-3 », « SAS »); of the SAU unless another unit is given."""
        return Location.objects.get(care_unit=unit or self.sau, code=code)


@dataclass(frozen=True)
class Character:
    """One member of the cast: an account, the actor it is at this instant, and a browser without JavaScript."""

    user: User

    @property
    def id(self) -> uuid.UUID:
        return self.user.pk

    @property
    def name(self) -> str:
        return str(self.user)

    @property
    def email(self) -> str:
        return self.user.email

    @property
    def actor(self) -> Actor:
        return self.actor_at(clock.now())

    def actor_at(self, at: datetime, *, unit: CareUnit | None = None) -> Actor:
        actor = queries.actor_for(self.user, acting_unit_id=unit.pk if unit else None, now=at)
        return actor.seen_from(address="192.0.2.1", workstation="poste-essai", request_id=new_id())

    def client(self, **options: Any) -> Client:
        """A logged-in client; CSRF is checked as in production when asked."""
        client = Client(**options)
        client.force_login(self.user)
        return client

    def joins(self, unit: CareUnit, role: Role = Role.AGENT, **period: datetime) -> Membership:
        """One more membership, in force for long unless a period is given."""
        starts_at = period.pop("starts_at", self.user.memberships.earliest("starts_at").starts_at)
        with transaction.atomic():
            return operations.open_membership(user=self.user, care_unit=unit, role=role, starts_at=starts_at, **period)

    def leaves(self, unit: CareUnit, at: datetime | None = None) -> None:
        """The memberships in this unit end."""
        with transaction.atomic():
            for membership in Membership.objects.filter(user=self.user, care_unit=unit):
                operations.end_membership(membership=membership, at=at or clock.now())


_first: list[tuple[people.Created, Replay]] = []


def build() -> Hospitals:
    """The world, written in the open database; for fixtures and for journeys of a live server."""
    now = clock.now()
    with transaction.atomic():
        if _first:
            return _again(now)
        made: list[people.Created] = []
        written = Replay.of(lambda: made.append(people.create(now=now)), now)
    _first.append((made[0], written))
    return _hospitals(made[0])


def _again(now: datetime) -> Hospitals:
    made, written = _first[0]
    id_of = written.again(now)
    establishments = Establishment.objects.in_bulk()
    units = CareUnit.objects.select_related("establishment").in_bulk()
    users = User.objects.in_bulk()
    return _hospitals(
        people.Created(
            {key: establishments[id_of(first.pk)] for key, first in made.establishments.items()},
            {key: units[id_of(first.pk)] for key, first in made.units.items()},
            {account: users[id_of(first.pk)] for account, first in made.users.items()},
            SharingAgreement.objects.get(pk=id_of(made.agreement.pk)),
        )
    )


def _hospitals(made: people.Created) -> Hospitals:
    return Hospitals(
        **made.establishments,
        sau=made.units["perpignan/SAU"],
        ped=made.units["perpignan/PED"],
        uhcd=made.units["perpignan/UHCD"],
        emp=made.units["thuir/EMP"],
        psyli=made.units["thuir/PSYLI"],
        narbonne_sau=made.units["narbonne/SAU"],
        agreement=made.agreement,
        users=dict(made.users),
    )


@pytest.fixture
def hospitals(db: None) -> Hospitals:
    return build()


def _of(name: str) -> Callable[[Hospitals], Character]:
    def character(hospitals: Hospitals) -> Character:
        return Character(hospitals.users[ACCOUNTS[name]])

    character.__doc__ = f"{name.capitalize()}, of the demonstration."
    return character


claire = pytest.fixture(name="claire")(_of("claire"))
hugo = pytest.fixture(name="hugo")(_of("hugo"))
ines = pytest.fixture(name="ines")(_of("ines"))
martin = pytest.fixture(name="martin")(_of("martin"))
roux = pytest.fixture(name="roux")(_of("roux"))
samia = pytest.fixture(name="samia")(_of("samia"))
nadia = pytest.fixture(name="nadia")(_of("nadia"))
paul = pytest.fixture(name="paul")(_of("paul"))
denis = pytest.fixture(name="denis")(_of("denis"))
zoe = pytest.fixture(name="zoe")(_of("zoe"))
