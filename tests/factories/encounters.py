"""PECs for tests, opened and changed as the application does: grants, places, events included."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from osmose.encounters.lifecycle import ArrivalMode, ExitMode
from osmose.encounters.models import Encounter, RequestKind, ServiceRequest
from osmose.encounters.operations import arrivals, exits, places, requests, rows
from osmose.encounters.operations.founding import create_founding_kinds
from osmose.kernel.access.actor import Actor
from osmose.kernel.base import clock
from osmose.organisations.models import CareUnit, Establishment, Location, UnitKind
from osmose.organisations.queries import agreements_of
from osmose.patients.models import Patient
from tests.factories.patients import REGISTRAR, a_patient, acting

_names = iter(range(10**6))


def kinds(establishment: Establishment) -> dict[str, RequestKind]:
    """The request kinds of an establishment by code (box, imaging, biology, psychiatry), made when missing.

    Psychiatric requests go to the psychiatric units of the establishments it shares with.
    """
    known = {kind.code: kind for kind in RequestKind.objects.filter(establishment=establishment)}
    if known:
        return known
    partners = {establishment.pk}
    for agreement in agreements_of(establishment.pk, clock.now()):
        partners |= {agreement.first_id, agreement.second_id}
    teams = CareUnit.objects.filter(establishment_id__in=partners, kind=UnitKind.PSYCHIATRY).order_by("code")
    with acting():
        return create_founding_kinds(establishment, teams)


def encounter(
    *,
    unit: CareUnit,
    patient: Patient | None = None,
    motif: str = "Douleur thoracique",
    mode: ArrivalMode = ArrivalMode.UNKNOWN,
    arrived_at: datetime | None = None,
    location: Location | None = None,
    box: Location | None = None,
    visit_number: str | None = None,
    actor: Actor = REGISTRAR,
    now: datetime | None = None,
    **traits: Any,
) -> Encounter:
    """A PEC opened an hour ago in `unit`, for `patient` or for one registered from `traits` (a name of its own)."""
    arrived_at = arrived_at or (now or clock.now()) - timedelta(hours=1)
    now = now or arrived_at
    kinds(unit.establishment)
    if patient is None:
        patient = a_patient(unit.establishment, now=now, **{"birth_name": _name(), **traits})
    arrival = arrivals.Arrival(
        care_unit=unit,
        patient=patient,
        arrived_at=arrived_at,
        motif=motif,
        arrival_mode=mode,
        location=location,
        box=box,
        visit_number=visit_number,
    )
    with acting(actor):
        return arrivals.arrive(actor=actor, arrival=arrival, now=now)


def _name() -> str:
    """« FICTIVE AAB »: letters only, as names are."""
    number, letters = next(_names), ""
    for _ in range(3):
        number, letter = divmod(number, 26)
        letters = chr(ord("A") + letter) + letters
    return f"FICTIVE {letters}"


@contextmanager
def changing(pec: Encounter, actor: Actor = REGISTRAR) -> Iterator[Encounter]:
    """The fresh row, locked, in an open action of that actor: for calling operations directly."""
    with acting(actor):
        yield rows.lock(pec)


def request(
    pec: Encounter,
    kind: str,
    status: str = "asked",
    *,
    unit: CareUnit | None = None,
    at: datetime | None = None,
    actor: Actor = REGISTRAR,
) -> ServiceRequest:
    """Puts a request in a state, as a click does: `request(pec, "psychiatry", unit=hospitals.emp)`."""
    now = clock.now()
    with changing(pec, actor) as row:
        chosen = requests.kind_of(row, kind)
        return requests.change(
            actor=actor,
            encounter=row,
            current=requests.current_request(row, chosen),
            wanted=requests.Wanted(chosen, status, unit),
            at=at or now,
            now=now,
        )


def place(
    pec: Encounter, location: Location | None, box: Location | None = None, *, at: datetime | None = None
) -> Encounter:
    """Moves the patient."""
    with changing(pec) as row:
        places.move(actor=REGISTRAR, encounter=row, location=location, box=box, at=at or clock.now())
    return row


def exited(pec: Encounter, mode: ExitMode | None = ExitMode.HOME) -> Encounter:
    """The patient left."""
    now = clock.now()
    with changing(pec) as row:
        return exits.leave(actor=REGISTRAR, encounter=row, mode=mode, at=now, now=now)
