"""Over random worlds, the list and the single question never disagree, and the reason is always a grant in force."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osmose.encounters.models import Encounter
from osmose.kernel.access.actor import Actor, Membership
from osmose.kernel.access.models import Grant, Source
from osmose.kernel.access.policy import Granted, InEstablishments, InUnits, Policy
from osmose.kernel.access.roles import CLINICAL, Role
from osmose.kernel.db.context import declared_transaction
from osmose.organisations.models import CareUnit
from tests.factories.organisations import CareUnitFactory, EstablishmentFactory
from tests.kernel.world import MAKER, a_pec

T0 = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # the night the clocks change
SCOPES = ("suivi", "notes")
UNITS, PECS = 4, 3
USER = UUID(int=1)


def _policy(name: str, roles: frozenset[Role], relation: object, model: object = Encounter) -> Policy:  # type: ignore[type-arg]
    return Policy(name=f"tests.agree.{name}", label="Essai", roles=roles, relation=relation, model=lambda: model)  # type: ignore[arg-type]


GRANTED = [
    (_policy(f"{scope}.{word}", roles, Granted(scope)), scope)
    for scope in SCOPES
    for word, roles in (("clinical", CLINICAL), ("manager", frozenset({Role.MANAGER})), ("all", frozenset(Role)))
]
BY_PERSON = _policy("person", CLINICAL, Granted("suivi", path="patient_id", by="person_id"))
IN_UNITS = _policy("units", CLINICAL, InUnits("care_unit_id"))
IN_UNITS_OF_KIND = _policy("kinds", CLINICAL, InUnits("care_unit_id", kinds=frozenset({"ward"})))
IN_SITES = _policy("sites", frozenset({Role.DPO}), InEstablishments())
EVERY = [*[p for p, _ in GRANTED], BY_PERSON, IN_UNITS, IN_UNITS_OF_KIND, IN_SITES]


@dataclass(frozen=True)
class GrantSpec:
    pec: int
    unit: int | None  # None: for the user
    scope: frozenset[str]
    starts: int
    lasts: int | None


@dataclass(frozen=True)
class MembershipSpec:
    unit: int
    role: Role
    starts: int
    lasts: int | None


hours = st.integers(-5, 5)
lengths = st.none() | st.integers(0, 6)
grants = st.builds(
    GrantSpec,
    pec=st.integers(0, PECS - 1),
    unit=st.none() | st.integers(0, UNITS - 1),
    scope=st.frozensets(st.sampled_from(SCOPES)),
    starts=hours,
    lasts=lengths,
)
memberships = st.builds(
    MembershipSpec, unit=st.integers(0, UNITS - 1), role=st.sampled_from(list(Role)), starts=hours, lasts=lengths
)


@pytest.fixture
def world(db: None) -> tuple[list[CareUnit], list[Encounter]]:
    sites = [EstablishmentFactory(), EstablishmentFactory()]
    units = [CareUnitFactory(establishment=sites[n % 2], kind=("emergency", "ward")[n // 2]) for n in range(UNITS)]
    pecs = [a_pec(units[n]) for n in range(PECS)]
    return units, pecs


def _at(hour: int) -> datetime:
    return T0 + timedelta(hours=hour)


def _end(spec: GrantSpec | MembershipSpec) -> datetime | None:
    return None if spec.lasts is None else _at(spec.starts + spec.lasts)


def _is_open(spec: GrantSpec | MembershipSpec, hour: int) -> bool:
    return spec.starts <= hour and (spec.lasts is None or hour < spec.starts + spec.lasts)


def _actor(units: list[CareUnit], specs: list[MembershipSpec]) -> Actor:
    held = tuple(
        Membership(
            unit_id=units[m.unit].pk,
            establishment_id=units[m.unit].establishment_id,
            role=m.role,
            unit_label="",
            unit_kind=units[m.unit].kind,
            starts_at=_at(m.starts),
            ends_at=_end(m),
        )
        for m in specs
    )
    return Actor(id=USER, name="x", memberships=held, acting=held[0] if held else None)


def _write(units: list[CareUnit], pecs: list[Encounter], specs: list[GrantSpec]) -> None:
    """This world's grants, and no other."""
    with declared_transaction(actor_id=MAKER.id):
        Grant.objects.update(starts_at=_at(-100), ends_at=_at(-99))  # grants end, they are never deleted
        Grant.objects.bulk_create(
            Grant(
                subject_id=pecs[g.pec].pk,
                person_id=pecs[g.pec].patient_id,
                unit_id=None if g.unit is None else units[g.unit].pk,
                user_id=USER if g.unit is None else None,
                scope=sorted(g.scope),
                source=Source.GUEST,
                starts_at=_at(g.starts),
                ends_at=_end(g),
            )
            for g in specs
        )


def _expected(g: list[GrantSpec], m: list[MembershipSpec], hour: int, policy: Policy, scope: str) -> set[int]:  # type: ignore[type-arg]
    """The rule again, in plain Python: an open grant, of this scope, to an open membership's unit or to the user."""
    own = {x.unit for x in m if x.role in policy.roles and _is_open(x, hour)}
    return {x.pec for x in g if own and _is_open(x, hour) and scope in x.scope and (x.unit is None or x.unit in own)}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    given_grants=st.lists(grants, max_size=6),
    held=st.lists(memberships, max_size=4),
    hour=st.integers(-6, 8),
)
def test_rows_and_allows_agree(
    world: tuple[list[CareUnit], list[Encounter]],
    given_grants: list[GrantSpec],
    held: list[MembershipSpec],
    hour: int,
) -> None:
    units, pecs = world
    now, actor = _at(hour), _actor(units, held)
    _write(units, pecs, given_grants)
    for policy in EVERY:
        rows = set(policy.rows(actor, now))
        assert rows == {pec for pec in pecs if policy.allows(actor, pec, now)}, policy.name
    for policy, scope in GRANTED:
        expected = {pecs[n] for n in _expected(given_grants, held, hour, policy, scope)}
        assert set(policy.rows(actor, now)) == expected, policy.name
