"""What the handlers share: the message's hospital, patient, place and visit, in Osmose's words."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import connection, transaction

from osmose.encounters import lifecycle
from osmose.encounters.lifecycle import ArrivalMode, Destination, ExitMode
from osmose.encounters.models import Encounter
from osmose.encounters.operations import visits
from osmose.interop.hl7 import mapping
from osmose.interop.hl7.messages import Adt, ErrorCode, Hl7Problem, Identity
from osmose.kernel.access.actor import FeedActor
from osmose.kernel.base.refused import Refused
from osmose.kernel.crypto.blind import token
from osmose.organisations import queries as organisations
from osmose.organisations.models import CareUnit, Establishment, Location
from osmose.patients import operations as patients
from osmose.patients import queries as known
from osmose.patients.models import Patient, attributes_of
from osmose.patients.queries import tokens
from osmose.patients.rules import IdentityStatus, Sex, Traits
from osmose.patients.rules.registration import Identifier, IdentifierKind, Outcome, Standing

CLOCK_SKEW = timedelta(minutes=5)
_CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,19}", re.ASCII)
_KINDS = {mapping.IdentifierKind.IPP: IdentifierKind.IPP, mapping.IdentifierKind.INS: IdentifierKind.INS}


@dataclass(frozen=True, kw_only=True)
class Feed:
    """One message on its way: who sends it, for which hospital, and the clock of its transaction."""

    actor: FeedActor
    establishment: Establishment
    adt: Adt
    now: datetime


@dataclass(frozen=True)
class Placement:
    """Where PV1-3 says the patient is: the unit, its zone, and the box or bed."""

    unit: CareUnit
    zone: Location | None
    box: Location | None


def unknown(segment: str, position: int, sentence: str) -> Hl7Problem:
    """A key of the sender that we don't know (204)."""
    return Hl7Problem(sentence, segment=segment, position=position, table_code=ErrorCode.UNKNOWN_KEY_IDENTIFIER)


def feed_of(establishment: Establishment, application: str) -> FeedActor:
    """The actor of a hospital's feed: the same one for all its messages, named as the timeline shows it."""
    actor = FeedActor.named(f"hl7:{establishment.namespace}:{application}", establishment_id=establishment.pk)
    return replace(actor, name=f"Admissions {establishment.short_name}")


def establishment_of(adt: Adt, only: Establishment | None = None) -> Establishment:
    """The hospital that MSH-4 names, which bounds all that the message may touch; `only` is the source's own."""
    found = organisations.establishment_of(adt.sending_facility) if adt.sending_facility else None
    if found is None:
        raise unknown("MSH", 4, "Établissement émetteur inconnu (MSH-4).")
    if only is not None and found.pk != only.pk:
        raise unknown("MSH", 4, "Cette source n’est pas celle de cet établissement (MSH-4).")
    return found


def wait_turn(feed: Feed) -> None:
    """The messages of one patient are applied one after the other, until the end of the transaction.

    They lock patient and PEC in different orders, and would wait for each other for ever.
    """
    words = [
        token(feed.establishment.pk, "lock.feed", number.authority, number.value)
        for number in _numbers(feed)
        if number.kind is IdentifierKind.IPP
    ]
    with connection.cursor() as cursor:
        for name in sorted({int.from_bytes(word[:8], signed=True) for word in words}):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [name])


# --- where and when


def placement(feed: Feed) -> Placement | None:
    """The place of PV1-3 among those of the hospital; None where the message tells none. Hl7Problem: unknown (204)."""
    told = feed.adt.visit.location
    if told is None:
        return None
    code, room, bed = told.unit.upper(), told.room.upper(), told.bed.upper()
    hospital = feed.establishment
    # A sender that shifts its fields writes a name here: it is neither looked up nor repeated.
    if not all(_CODE.fullmatch(part) for part in (code, room, bed) if part):
        raise unknown("PV1", 3, "Localisation inconnue\u202f: illisible")
    elsewhere = told.facility not in ("", hospital.namespace) and organisations.establishment_of(told.facility)
    found = organisations.location_at(hospital.pk, unit_code=code, room=room, bed=bed, at=feed.now)
    is_precise = bool(room or bed) and not (found is not None and found.code in (room, bed))
    if elsewhere or (found is not None and is_precise and found.code == code):
        found, is_precise = None, True
    if found is not None and found.is_box:
        zone = organisations.location_at(hospital.pk, unit_code=code, at=feed.now)
        return Placement(found.care_unit, zone if zone and not zone.is_box else None, found)
    if found is not None:
        return Placement(found.care_unit, found, None)
    unit = None if is_precise else organisations.unit_of_code(hospital.pk, code, feed.now)
    if unit is None:
        raise unknown("PV1", 3, f"Localisation inconnue\u202f: {told.path}")
    return Placement(unit, None, None)


def past(feed: Feed, at: datetime, segment: str, position: int) -> datetime:
    """An hour of the message, never after now; clocks of two machines may differ by a few minutes."""
    if at > feed.now + CLOCK_SKEW:
        raise Hl7Problem(
            f"Cette heure est dans le futur ({segment}-{position}).",
            segment=segment,
            position=position,
            table_code=ErrorCode.DATA_TYPE,
        )
    return min(at, feed.now)


def arrival_mode(adt: Adt) -> ArrivalMode:
    """How the patient came: PV2-38, else a transfer said by ZFM-1."""
    transport = mapping.TRANSPORT.get(adt.visit.arrival_transport.upper())
    mode = mapping.ARRIVAL_MODES.get(transport or "", ArrivalMode.UNKNOWN)
    if mode is ArrivalMode.UNKNOWN and mapping.ENTRY_MODES.get(adt.modes.entry) == "7":
        return ArrivalMode.TRANSFER
    return mode


def exit_mode(adt: Adt) -> ExitMode | None:
    """How the patient leaves: ZFM-2, else PV1-36."""
    code = mapping.EXIT_MODES.get(adt.modes.exit) or mapping.EXIT_MODES.get(adt.visit.discharge_disposition)
    return ExitMode(code) if code else None


def exit_destination(adt: Adt) -> Destination | None:
    """Where an admitted patient goes: ZFM-4; nothing for one who goes home."""
    code = adt.modes.destination
    is_admitted = exit_mode(adt) in (ExitMode.MUTATION, ExitMode.TRANSFER)
    return Destination(code) if is_admitted and code in mapping.DESTINATIONS else None


def movement_ref(adt: Adt) -> str:
    """The sender's number of the movement (ZBE-1 and its authority); the message's own where there is none."""
    movement = adt.movement
    ref = f"{movement.id}^{movement.namespace}" if movement else f"{adt.event}:{adt.control_id}"
    return ref if len(ref) <= 80 else f"{ref[:40]}…{ref[-39:]}"


# --- who


def recognise(feed: Feed) -> tuple[Patient, Outcome]:
    """The patient of an arrival, found or created in the hospital's own identity domain.

    A stay's number (PID-18) that is somebody else's is set aside: it never holds up an arrival.
    """
    try:
        with transaction.atomic():
            return _identified(feed, _numbers(feed, with_account=True))
    except Refused as refused:
        if refused.code != "identifier_taken":
            raise
    patient, outcome = _identified(feed, _numbers(feed))
    return patient, replace(outcome, warnings=(*outcome.warnings, "Le numéro de dossier est celui d’un autre patient."))


def _identified(feed: Feed, numbers: tuple[Identifier, ...]) -> tuple[Patient, Outcome]:
    identity = feed.adt.patient
    return patients.identify(
        actor=feed.actor,
        establishment=feed.establishment,
        traits=_traits(identity),
        now=feed.now,
        identifiers=numbers,
        standing=_standing(identity),
        is_unknown=identity.is_unknown,
    )


def patient_of_number(feed: Feed) -> Patient | None:
    """The patient who holds the IPP of the message in the hospital's own domain."""
    for number in _numbers(feed):
        if number.kind is IdentifierKind.IPP:
            found = known.by_identifier(feed.establishment.pk, number.authority.upper(), number.kind, number.value)
            if found is not None:
                return found
    return None


def correct(feed: Feed, patient: Patient, *, holds_up: bool) -> tuple[bool, tuple[str, ...]]:
    """Brings the identity to what the message says; whether it changed, and what was set aside.

    What RNIV doesn't allow is first tried without status and numbers; what is left refused is a warning where the
    message is an arrival (`holds_up` False), the refusal of the message else.
    """
    identity = feed.adt.patient
    standing = _standing(identity, over=patient) if identity.reliability_codes else None
    numbers = _numbers(feed)
    if standing is None or standing.status is not IdentityStatus.QUALIFIEE:
        numbers = tuple(n for n in numbers if n.kind is not IdentifierKind.INS)
    warnings: tuple[str, ...] = ()
    for with_standing in (True, False):
        try:
            with transaction.atomic():
                corrected = patients.correct_identity(
                    actor=feed.actor,
                    patient=patient,
                    traits=_traits(identity),
                    now=feed.now,
                    standing=standing if with_standing else None,
                    identifiers=numbers if with_standing else (),
                    cleared=_CLEARABLE & identity.cleared,
                )
        except Refused as refused:
            if holds_up and not with_standing:
                raise
            warnings = (*warnings, refused.sentence)
        else:
            return bool(corrected.changed), warnings
    return False, tuple(dict.fromkeys(warnings))


_CLEARABLE = frozenset({"used_name", "birth_date", "birth_place"})


def require_same_patient(feed: Feed, encounter: Encounter) -> None:
    """Hl7Problem where the sender's number of the patient isn't that of the patient of the visit."""
    mine = {n.authority.upper(): n for n in _numbers(feed) if n.kind is IdentifierKind.IPP}
    held = [row for row in known.numbers_of([encounter.patient_id]).get(encounter.patient_id, []) if row.kind == "IPP"]
    for authority, number in mine.items():
        ours = [bytes(row.value_token) for row in held if row.authority == authority]
        word = tokens.identifier_token(feed.establishment.pk, IdentifierKind.IPP, number.normalised().value)
        if ours and word not in ours:
            raise other_patient()


def other_patient() -> Hl7Problem:
    """The visit number and the patient contradict each other."""
    return Hl7Problem(
        "Cette venue est celle d’un autre patient (PID-3, PV1-19).",
        segment="PID",
        position=3,
        table_code=ErrorCode.DUPLICATE_KEY_IDENTIFIER,
    )


def _traits(identity: Identity) -> Traits:
    used = identity.used_name
    birth = identity.birth_name
    return Traits(
        birth_name=birth.family,
        used_name=used.family if used else "",
        first_name=birth.given,
        birth_first_names=birth.given_names,
        birth_date=identity.birth_date,
        sex=identity.sex or Sex.UNDETERMINED,
        birth_place=identity.birth_place,
    )


def _numbers(feed: Feed, *, with_account: bool = False) -> tuple[Identifier, ...]:
    """IPP and INS of PID-3; the stay's number of PID-18 where asked."""
    identity, namespace = feed.adt.patient, feed.establishment.namespace
    numbers = [
        Identifier(kind=_KINDS[told.kind], value=told.value, authority=told.namespace or namespace, oid=told.oid)
        for told in identity.identifiers
        if told.kind in _KINDS
    ]
    account = identity.account
    if with_account and account is not None:
        numbers.append(
            Identifier(kind=IdentifierKind.NDA, value=account.value, authority=account.namespace or namespace)
        )
    return tuple(numbers)


def _standing(identity: Identity, *, over: Patient | None = None) -> Standing:
    """What PID-32 says; a doubt or a protection set here stays until somebody lifts it."""
    attributes, is_protected = identity.attributes, identity.is_protected
    if over is not None:
        attributes, is_protected = attributes | attributes_of(over), is_protected or over.is_protected
    return Standing(status=identity.status, attributes=attributes, is_protected=is_protected)


# --- which visit


def visit_number(feed: Feed) -> str:
    """PV1-19; the parser refused what can't do without it."""
    number = feed.adt.visit.number
    if number is None:
        raise unknown("PV1", 19, "Le numéro de venue manque (PV1-19).")
    return number.value


def lock_visit(feed: Feed, deed: str) -> Encounter:
    """The PEC of the message, locked, of the same patient, where its state allows the deed.

    Hl7Problem: no PEC has this number here (204), another patient's (205), a closed one or an impossible deed (206).
    """
    encounter = visits.lock_number(feed.establishment.pk, visit_number(feed))
    if encounter is None:
        raise unknown("PV1", 19, "Venue inconnue ou annulée\u202f: aucune prise en charge n’a ce numéro (PV1-19).")
    require_same_patient(feed, encounter)
    require_state(encounter, deed)
    return encounter


def require_state(encounter: Encounter, deed: str) -> None:
    """Hl7Problem (206) with the lifecycle's own reason."""
    answer = lifecycle.availability(encounter.status, deed)
    if not answer.is_possible:
        raise Hl7Problem(answer.reason, segment="PV1", position=19, table_code=ErrorCode.RECORD_LOCKED)
