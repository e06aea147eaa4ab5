"""One PEC, and the smallest policy, event kind and deeds about it: what the kernel's own tests act on."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from osmose.encounters.models import Encounter
from osmose.encounters.operations import arrivals
from osmose.kernel.access.actor import Actor, Membership, SystemActor
from osmose.kernel.access.models import Grant, Source
from osmose.kernel.access.policy import Everywhere, Granted, Policy
from osmose.kernel.access.roles import CLINICAL, Role
from osmose.kernel.actions.deeds import action, operation, personal_action
from osmose.kernel.audit.models import AccessEntry
from osmose.kernel.base import clock
from osmose.kernel.base.ids import new_id
from osmose.kernel.base.refused import Refused
from osmose.kernel.db.context import declared_transaction
from osmose.kernel.events.kinds import Payload, Purge, event
from osmose.kernel.events.models import Event
from osmose.kernel.events.record import record
from osmose.organisations.models import CareUnit, DataCategory
from tests.factories.organisations import SINCE
from tests.factories.patients import a_patient

MAKER = SystemActor.named("tests")

READ: Policy[Encounter] = Policy(
    name="tests.read",
    label="Lire (essai)",
    roles=CLINICAL,
    relation=Granted(DataCategory.TRACKING),
    model=lambda: Encounter,
)
STAFF: Policy[Encounter] = Policy(
    name="tests.staff", label="Être du personnel (essai)", roles=frozenset(Role), relation=Everywhere()
)


@event("tests.noted", purge=Purge.WITH_PERSON)
@dataclass(frozen=True)
class Noted(Payload):
    text: str = ""
    at: datetime | None = None
    day: date | None = None
    others: tuple[uuid.UUID, ...] = ()
    scores: dict[str, int] = field(default_factory=dict)

    def sentence(self) -> str:
        return f"Essai : {self.text}"


@event("tests.counted", purge=Purge.KEEP)
@dataclass(frozen=True)
class Counted(Payload):
    number: int = 0

    def sentence(self) -> str:
        return f"Compté : {self.number}"


@action(may=READ, subject="encounter")
def note(*, actor: Actor, encounter: Encounter, text: str, now: datetime, then: Any = None) -> Encounter:
    """Writes the motif and tells it; `then` is called before the end."""
    Encounter.objects.filter(pk=encounter.pk).update(version=encounter.version + 1)
    record(Noted(text=text), subject=encounter, actor=actor, at=now, changed=["motif"])
    if then is not None:
        then()
    return encounter


@action(may=READ, subject="encounter")
def change_in_silence(*, actor: Actor, encounter: Encounter, now: datetime) -> Encounter:
    """Forgets to tell what it did."""
    Encounter.objects.filter(pk=encounter.pk).update(version=99)
    return encounter


@action(may=READ, subject="encounter")
def refuse(*, actor: Actor, encounter: Encounter, now: datetime) -> Encounter:
    """Writes, tells, and is then refused by a rule."""
    Encounter.objects.filter(pk=encounter.pk).update(version=98)
    record(Noted(text="jamais"), subject=encounter, actor=actor, at=now)
    raise Refused("Ce n’est pas possible ici.", field="motif")


@operation
def set_version(*, encounter: Encounter, version: int) -> None:
    Encounter.objects.filter(pk=encounter.pk).update(version=version)


@personal_action()
def prefer(*, actor: Actor, now: datetime, then: Any) -> Any:
    return then()


@contextmanager
def writing(actor: Actor = MAKER) -> Iterator[Actor]:
    """An open deed of that actor."""
    with declared_transaction(actor_id=actor.id, request_id=actor.request_id):
        yield actor


def a_pec(unit: CareUnit, *, motif: str = "Idées noires", now: datetime | None = None) -> Encounter:
    """A patient who arrived in this unit an hour ago."""
    now = now or clock.now()
    patient = a_patient(unit.establishment, now=now)
    with writing() as actor:
        arrival = arrivals.Arrival(care_unit=unit, patient=patient, arrived_at=now - timedelta(hours=1), motif=motif)
        return arrivals.arrive(actor=actor, arrival=arrival, now=now - timedelta(minutes=1))


def member_of(unit: CareUnit, *, role: Role = Role.AGENT, name: str = "IDE Essai", **period: datetime) -> Actor:
    """A member of the unit, seen from a workstation."""
    membership = Membership(
        unit_id=unit.pk,
        establishment_id=unit.establishment_id,
        role=role,
        unit_label=unit.short_name,
        unit_kind=str(unit.kind),
        **{"starts_at": SINCE, **period},
    )
    actor = Actor(id=new_id(), name=name, memberships=(membership,), acting=membership)
    return actor.seen_from(address="192.0.2.1", workstation="poste-essai", request_id=new_id())


def invite(pec: Encounter, unit: CareUnit, **given: Any) -> Grant:
    """The unit takes part as a guest."""
    usual = {
        "unit_id": unit.pk,
        "scope": list(DataCategory.values),
        "source": Source.GUEST,
        "starts_at": clock.now() - timedelta(minutes=1),
    }
    with writing():
        return Grant.objects.create(subject_id=pec.id, person_id=pec.patient_id, **{**usual, **given})


def lines(**wanted: Any) -> list[AccessEntry]:
    """The journal's lines, oldest first."""
    return list(AccessEntry.objects.filter(**wanted).order_by("id"))


def told(pec: Encounter) -> list[Event]:
    """The events of tests about this PEC, oldest first."""
    return list(Event.objects.filter(subject_id=pec.pk, kind__startswith="tests.").order_by("id"))


def version_of(pec: Encounter) -> int:
    return Encounter.objects.values_list("version", flat=True).get(pk=pec.pk)
