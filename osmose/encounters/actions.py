"""What people (and the hospital's feed) do to a PEC: one function a deed."""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime

from osmose.encounters import events, lifecycle
from osmose.encounters.lifecycle import ArrivalMode, ExitMode, RequestTable
from osmose.encounters.models import Encounter, RequestKind
from osmose.encounters.operations import arrivals, exits, places, requests, rows
from osmose.encounters.policies import ASK, CLOSE, DEFINE_KINDS, IDENTIFY, REGISTER, WRITE
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import revisions, undo
from osmose.kernel.actions.deeds import action
from osmose.kernel.audit.models import Verb
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.events import timeline
from osmose.kernel.events.kinds import Payload
from osmose.kernel.events.record import record
from osmose.organisations.models import CareUnit, Location
from osmose.patients import operations as patients
from osmose.patients.models import Patient, attributes_of
from osmose.patients.rules import IdentityStatus, Sex, Traits
from osmose.patients.rules.registration import Identifier, IdentifierKind, Standing


class Unchanged(Refused):
    """What is wanted is already so: nothing to write, the screen is drawn again."""

    def __init__(self) -> None:
        super().__init__("C’est déjà le cas.", code="unchanged", status=200)


def _last(encounter: Encounter, field: str) -> Callable[[], revisions.LastChange]:
    def look() -> revisions.LastChange:
        entry = timeline.last_change(encounter.pk, field)
        return revisions.LastChange(entry.by if entry else "", entry.occurred_at if entry else None)

    return look


@action(may=REGISTER, subject="care_unit", verb=Verb.CREATE)
def open_encounter(
    *,
    actor: Actor,
    care_unit: CareUnit,
    patient: Patient | None,
    traits: Traits | None,
    motif: str,
    arrival_mode: ArrivalMode,
    now: datetime,
) -> Encounter:
    """Opens a PEC in one of the actor's units, for a known patient or one registered from these traits.

    Refused when the patient belongs to another identity domain, or already has an open PEC in the establishment.
    """
    if patient is None:
        if traits is None:
            raise Refused("Choisissez un patient, ou décrivez-le.", code="no-patient")
        patient = patients.register(actor=actor, establishment=care_unit.establishment, traits=traits, now=now)
    _require_free(patient, care_unit)
    arrival = arrivals.Arrival(
        care_unit=care_unit, patient=patient, arrived_at=now, motif=motif, arrival_mode=arrival_mode
    )
    return arrivals.arrive(actor=actor, arrival=arrival, now=now)


@action(may=REGISTER, subject="care_unit", verb=Verb.CREATE)
def open_for_unknown(
    *,
    actor: Actor,
    care_unit: CareUnit,
    sex: Sex,
    estimated_age: int | None,
    signs: str,
    motif: str,
    now: datetime,
) -> Encounter:
    """Opens a PEC for somebody nobody can name yet: a provisional identity « INCONNU H n »."""
    patient = patients.register_unknown(
        actor=actor,
        establishment=care_unit.establishment,
        sex=sex,
        estimated_age=estimated_age,
        distinctive_signs=signs,
        now=now,
    )
    arrival = arrivals.Arrival(care_unit=care_unit, patient=patient, arrived_at=now, motif=motif)
    return arrivals.arrive(actor=actor, arrival=arrival, now=now)


def _require_free(patient: Patient, care_unit: CareUnit) -> None:
    """One open PEC a patient and establishment: the patient's row is locked, so that two desks can't open two."""
    patients.lock(patient)
    if patient.establishment_id != care_unit.establishment_id:
        raise Refused("Ce patient n’est pas connu de votre établissement.", code="other-domain")
    if Encounter.objects.filter(
        patient=patient, establishment_id=care_unit.establishment_id, status__in=lifecycle.OPEN
    ).exists():
        raise Refused(
            "Ce patient a déjà une prise en charge ouverte dans votre établissement\u202f: "
            "ouvrez-la depuis la liste des prises en charge.",
            code="already-open",
            status=409,
        )


@action(may=IDENTIFY, subject="encounter")
def correct_identity(
    *,
    actor: Actor,
    encounter: Encounter,
    traits: Traits,
    identifiers: Sequence[Identifier],
    document_checked: bool,
    distinctive_signs: str,
    version: int | None,
    now: datetime,
) -> Encounter:
    """Writes the whole identity as it was shown and corrected: what is empty is emptied, but for the birth name.

    `version` is the patient's when the form was drawn: nobody's correction is silently overwritten.
    """
    patient = patients.lock(encounter.patient)
    row = rows.lock(encounter)
    if version != patient.version:
        raise Refused(
            "L’identité a été modifiée entre-temps par quelqu’un d’autre\u202f: relisez-la.",
            code="identity-stale",
            status=409,
        )
    was_unknown = patient.is_unknown
    corrected = patients.correct_identity(
        actor=actor,
        patient=patient,
        traits=traits,
        now=now,
        standing=_standing(patient, identifiers) if document_checked else None,
        identifiers=identifiers,
        distinctive_signs=distinctive_signs,
        cleared=[name for name in _EMPTIED if getattr(traits, name) in _NOTHING],
    )
    if not corrected.changed:
        raise Unchanged
    told = events.IdentityCorrected(fields=sorted(corrected.changed), was_unknown=was_unknown)
    record(told, subject=row, actor=actor, at=now, changed=["identity"])
    rows.touch_open(patient_ids=[patient.pk])
    return row


_EMPTIED = ("used_name", "first_name", "birth_first_names", "birth_date", "birth_year", "sex", "birth_place")
_NOTHING = ("", None, Sex.UNDETERMINED)


def _standing(patient: Patient, identifiers: Sequence[Identifier]) -> Standing | None:
    """What a checked document makes of the identity; a qualified one stays so unless a strict trait changes."""
    status = IdentityStatus.VALIDEE
    if any(number.kind is IdentifierKind.INS for number in identifiers):
        status = IdentityStatus.QUALIFIEE
    elif patient.status is IdentityStatus.QUALIFIEE:
        return None
    return Standing(status=status, attributes=attributes_of(patient), is_protected=patient.is_protected)


@action(may=WRITE, subject="encounter")
def set_motif(*, actor: Actor, encounter: Encounter, motif: str, revision: int | None, now: datetime) -> Encounter:
    """Writes the reason for coming; a conflict shows both texts."""
    row = rows.lock(encounter)
    before = row.motif
    revisions.require(row, "motif", revision, mine=motif, theirs=before, last=_last(row, "motif"), label="Motif")
    if motif == before:
        raise Unchanged
    row.motif = motif
    changed = events.MotifChanged(before=before, after=motif, revision=revisions.bump(row, "motif"))
    record(changed, subject=row, actor=actor, at=now, changed=["motif"])
    return rows.save(row, "motif")


@action(may=WRITE, subject="encounter")
def set_arrival_mode(
    *, actor: Actor, encounter: Encounter, mode: ArrivalMode, revision: int | None, now: datetime
) -> Encounter:
    """Says how the patient came."""
    row = rows.lock(encounter)
    before = ArrivalMode(row.arrival_mode)
    revisions.require(
        row,
        "arrival_mode",
        revision,
        mine=mode.label,
        theirs=before.label,
        last=_last(row, "arrival_mode"),
        label="Mode d’arrivée",
    )
    if mode == before:
        raise Unchanged
    row.arrival_mode = mode
    revision = revisions.bump(row, "arrival_mode")
    changed = events.ArrivalModeChanged(before=before, after=mode, revision=revision, word=mode.label)
    record(changed, subject=row, actor=actor, at=now, changed=["arrival_mode"])
    return rows.save(row, "arrival_mode")


@action(may=WRITE, subject="encounter")
def set_place(*, actor: Actor, encounter: Encounter, place: str, revision: int | None, now: datetime) -> Encounter:
    """Moves the patient to a zone and box of the unit (« location id|box id »)."""
    row = rows.lock(encounter)
    current = places.current_movement(row)
    location, box = _place(row, place)
    before = places.place_code(current.location, current.box) if current else "|"
    wanted = places.place_code(location, box)
    words = " · ".join(p.label for p in (location, box) if p) or "NC"
    revisions.require(
        row,
        "place",
        revision,
        mine=words,
        theirs=current.words if current else "NC",
        last=_last(row, "place"),
        label="Lieu",
    )
    if wanted == before:
        raise Unchanged
    places.move(actor=actor, encounter=row, location=location, box=box, at=now)
    return row


def _place(encounter: Encounter, code: str) -> tuple[Location | None, Location | None]:
    """The zone and box of a code, among those of the PEC's establishment that are still open."""
    location_id, box_id = places.read_place(code)
    wanted = {i for i in (location_id, box_id) if i}
    found = {
        place.pk: place
        for place in Location.objects.filter(pk__in=wanted, ended_at=None, care_unit_id=encounter.care_unit_id)
    }
    if len(found) != len(wanted):
        raise Refused("Ce lieu n’existe pas ou plus\u202f: choisissez-en un autre.", field="place", code="place-gone")
    location = found[location_id] if location_id else None
    box = found[box_id] if box_id else None
    if (box is not None and not box.is_box) or (location is not None and location.is_box):
        raise Refused("Ce lieu n’existe pas.", field="place", code="place-unknown")
    return location, box


@action(may=ASK, subject="encounter")
def set_request(
    *,
    actor: Actor,
    encounter: Encounter,
    kind: str,
    status: str,
    unit: CareUnit | None,
    revision: int | None,
    now: datetime,
) -> Encounter:
    """Puts the request of a kind (by code) in the wanted state; an impossible transition is refused in words."""
    row = rows.lock(encounter)
    chosen = requests.kind_of(row, kind)
    current = requests.current_request(row, chosen)
    state = chosen.table.status(current.status) if current else chosen.table.initial
    wanted = chosen.table.status(status)
    field = requests.field_of(chosen)
    revisions.require(
        row, field, revision, mine=wanted.word, theirs=state.word, last=_last(row, field), label=chosen.label
    )
    if wanted.code == state.code:
        raise Unchanged
    target = requests.Wanted(chosen, status, unit)
    requests.change(actor=actor, encounter=row, current=current, wanted=target, at=now, now=now)
    return row


@action(may=ASK, subject="encounter")
def note_request(
    *, actor: Actor, encounter: Encounter, kind: str, text: str, revision: int | None, now: datetime
) -> Encounter:
    """Writes a word beside a request's status; a conflict shows both texts."""
    row = rows.lock(encounter)
    chosen = requests.kind_of(row, kind)
    current = requests.current_request(row, chosen)
    before = (current.note or "") if current else ""
    field = f"note:{chosen.code}"
    revisions.require(
        row, field, revision, mine=text, theirs=before, last=_last(row, field), label=f"{chosen.label}, note"
    )
    if text == before:
        raise Unchanged
    requests.note(actor=actor, encounter=row, kind=chosen, text=text, now=now)
    return row


@action(may=WRITE, subject="encounter")
def exit_encounter(
    *, actor: Actor, encounter: Encounter, mode: ExitMode | None, at: datetime | None, now: datetime
) -> Encounter:
    """Records that the patient left."""
    row = rows.lock(encounter, deed="exit")
    return exits.leave(actor=actor, encounter=row, mode=mode, at=at or now, now=now)


@action(may=WRITE, subject="encounter")
def cancel_exit(*, actor: Actor, encounter: Encounter, now: datetime) -> Encounter:
    """The patient had not left: the PEC is active again."""
    row = rows.lock(encounter, deed="cancel_exit")
    return exits.come_back(actor=actor, encounter=row, now=now)


@action(may=CLOSE, subject="encounter")
def close_encounter(*, actor: Actor, encounter: Encounter, now: datetime) -> Encounter:
    """Closes a PEC after its exit: read-only from now on."""
    row = rows.lock(encounter, deed="close")
    row.status, row.closed_at = str(lifecycle.require(row.status, "close")), now
    revisions.bump(row, "status")
    record(events.EncounterClosed(), subject=row, actor=actor, at=now, changed=["status"])
    return rows.save(row, "status", "closed_at")


@action(may=WRITE, subject="encounter")
def undo_event(*, actor: Actor, encounter: Encounter, event_uid: uuid.UUID, now: datetime) -> Encounter:
    """Undoes one's own click of the last ten seconds, unless somebody changed the same field since."""
    row = rows.lock(encounter)
    event = undo.require_undoable(timeline.by_uid(row.pk, event_uid), actor=actor, now=now)
    told = timeline.read(event)
    if not isinstance(told.payload, events.FieldChanged):
        raise Refused("Cette action ne s’annule pas.", code="undo-kind", status=409)
    if isinstance(told.payload, events.RequestChanged | events.RequestNoted) and not ASK.allows(actor, row, now):
        raise NotVisible
    field = event.changed[0]
    undo.require_unchanged(revisions.revision(row, field), told.payload.revision)
    fields = _restore(row, told.payload, actor=actor, now=now)
    undone = events.Undone(what=told.sentence)
    record(undone, subject=row, actor=actor, at=now, changed=[field], undoes=event.uid)
    return rows.save(row, *fields)


def _restore(row: Encounter, told: Payload, *, actor: Actor, now: datetime) -> tuple[str, ...]:
    """Puts back what the event changed, exempt from the transition tables; returns the fields left to save."""
    if isinstance(told, events.RequestChanged):
        requests.restore(actor=actor, encounter=row, told=told, now=now)
    elif isinstance(told, events.RequestNoted):
        requests.restore_note(encounter=row, told=told)
    elif isinstance(told, events.PlaceChanged):
        _restore_place(row, now=now)
    elif isinstance(told, events.PatientExited):
        exits.come_back(actor=actor, encounter=row, now=now, note=False)
    elif isinstance(told, events.FieldChanged):
        setattr(row, told.field, told.before)
        revisions.bump(row, told.field)
        return (told.field,)
    return ()


def _restore_place(row: Encounter, *, now: datetime) -> None:
    """Strikes out the last movement: the one before it goes on."""
    last = row.movements.filter(cancelled_at=None).order_by("-starts_at", "-id").first()
    if last is not None:
        places.strike(movement=last, now=now)
    revisions.bump(row, "place")


@action(may=DEFINE_KINDS, subject="kind", verb=Verb.CREATE)
def define_request_kind(*, actor: Actor, kind: RequestKind, addressees: list[CareUnit], now: datetime) -> RequestKind:
    """Adds a kind of request to an establishment: words and transitions are checked, no code is needed."""
    problems = lifecycle.table_problems(RequestTable.from_json(kind.statuses, kind.transitions))
    if problems:
        raise Refused(" ".join(problems), field="statuses", code="kind-table")
    # A colleague may add the same code at the same instant: the database decides.
    RequestKind.objects.bulk_create([kind], ignore_conflicts=True)
    if not RequestKind.objects.filter(pk=kind.pk).exists():
        raise Refused("Ce code existe déjà dans votre établissement.", field="code", code="kind-code")
    kind.addressees.set(addressees)
    record(events.RequestKindDefined(label=kind.label), subject=kind, actor=actor, at=now)
    return kind
