"""The rows of a PEC, written one by one on the sheets of their tables."""

import functools
import os
import random
import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from bench.loading import people
from bench.loading.reference import Author, Kind, Place, Reference, Unit
from bench.loading.sheets import BYTEA, NULL, Envelope, Sealed, Sheet, text
from osmose.encounters.events import EncounterClosed, PatientArrived, PatientExited, RequestChanged
from osmose.encounters.lifecycle import ArrivalMode, EncounterStatus, Meaning, ResultFlag
from osmose.encounters.models import Assignment, Encounter, Movement, ServiceRequest, Tracking
from osmose.handover.events import NoteSigned
from osmose.handover.models import HandoverNote, NoteRecipient, Receipt
from osmose.kernel.access.models import Grant, Source
from osmose.kernel.crypto.blind import token
from osmose.kernel.crypto.models import DataKey, KeyKind
from osmose.kernel.events.kinds import Payload
from osmose.kernel.events.models import Event
from osmose.organisations.models import DataCategory
from osmose.patients.models import Patient, PatientIdentifier, SearchToken
from osmose.patients.rules import IdentityStatus, Traits

# Kinds that say the same of thousands of PECs.
_FREQUENT = (PatientArrived, PatientExited, EncounterClosed)
_SCOPE = text(list(DataCategory.values))
_NOT_BEGUN = (Meaning.NONE, Meaning.WAITING, Meaning.NOT_NEEDED)
_ENDED = (Meaning.DONE, Meaning.AVAILABLE, Meaning.SEEN)
_PERSON_FIELDS = ("birth_name", "used_name", "first_name", "birth_first_names", "birth_date", "birth_place_code")


@functools.lru_cache(256)
def moment_of(at: datetime | None) -> str:
    """An instant in COPY's format; a PEC says the same few instants many times."""
    return NULL if at is None else at.isoformat()


@functools.lru_cache(256)
def _id_prefix(at: datetime) -> str:
    """How every UUIDv7 of that instant begins."""
    moment = int(at.timestamp() * 1000)
    return f"{moment >> 16:08x}-{moment & 0xFFFF:04x}-7"


class Known(NamedTuple):
    """A patient already on the sheets."""

    id: str
    unit: Unit
    envelope: Envelope
    traits: Traits


class Visit(NamedTuple):
    """What is said of a PEC when it is written: its hours, its motif, how it ends."""

    arrived_at: datetime
    motif: str
    mode: str = ArrivalMode.ALONE.value
    exited_at: datetime | None = None
    closed_at: datetime | None = None
    exit_mode: str = ""
    version: int = 1

    @property
    def status(self) -> str:
        if self.closed_at:
            return EncounterStatus.CLOSED.value
        return EncounterStatus.EXITED.value if self.exited_at else EncounterStatus.ACTIVE.value


class Opened(NamedTuple):
    """A PEC on the sheets: what its other rows need."""

    id: str
    patient: Known
    unit: Unit
    visit: Visit

    @property
    def envelope(self) -> Envelope:
        return self.patient.envelope


class Writer:
    """Sheets of every table of a PEC; one writer for a batch, emptied by `loading.server`."""

    def __init__(self, reference: Reference, dice: random.Random) -> None:
        self.reference, self.dice = reference, dice
        self._serial, self._noise = 0, os.urandom(6).hex()
        self._written: Counter[str] = Counter()
        own = ("id", "data_key_id")
        self.keys = Sheet(DataKey, "id", "owner_id", "kind", "wrapped", "wrapping_key_id", "created_at")
        self.patients = Sheet(
            Patient, *own, "establishment_id", *_PERSON_FIELDS, "sex", "identity_status", "is_protected"
        )
        self.identifiers = Sheet(
            PatientIdentifier, *own, "patient_id", "establishment_id", "authority", "kind", "value", "value_token",
            "starts_at",
        )  # fmt: skip
        self.tokens = Sheet(SearchToken, "patient_id", "establishment_id", "token")
        self.encounters = Sheet(
            Encounter, *own, "establishment_id", "care_unit_id", "patient_id", "visit_number", "visit_token", "status",
            "motif", "arrival_mode", "arrived_at", "exited_at", "exit_mode", "closed_at", "version",
        )  # fmt: skip
        self.grants = Sheet(
            Grant, "id", "subject_id", "person_id", "unit_id", "scope", "source", "agreement_id", "cause_id",
            "starts_at", "ends_at",
        )  # fmt: skip
        self.movements = Sheet(Movement, *own, "encounter_id", "location_id", "box_id", "starts_at", "ends_at")
        self.tracking = Sheet(
            Tracking, *own, "encounter_id", "is_of_concern", "concern", "triage", "ccmu", "company", "treatment",
            "allergies", "cognition", "alcohol", "substances",
        )  # fmt: skip
        self.requests = Sheet(
            ServiceRequest, *own, "encounter_id", "kind_id", "status", "note", "result", "addressed_unit_id",
            "is_current", "requested_at", "requested_by", "started_at", "started_by", "done_at", "done_by",
            "changed_at", "changed_by",
        )  # fmt: skip
        self.assignments = Sheet(Assignment, *own, "encounter_id", "user_id", "role", "starts_at")
        self.notes = Sheet(
            HandoverNote, *own, "encounter_id", "kind", "text", "focus", "parts", "author_id", "author_words",
            "care_unit_id", "occurred_at", "recorded_at",
        )  # fmt: skip
        self.recipients = Sheet(NoteRecipient, *own, "note_id", "care_unit_id", "words")
        self.receipts = Sheet(Receipt, "note_id", "reader_id", "care_unit_id", "seen_at")
        self.events = Sheet(
            Event, "uid", "xid", "kind", "subject_id", "person_id", "actor_id", "unit_id", "changed", "occurred_at",
            "recorded_at", "data_key_id", "payload",
        )  # fmt: skip

    def id_at(self, at: datetime) -> str:
        """A UUIDv7 of that instant: a number that grows, and the noise of this writer."""
        self._serial += 1
        serial = f"{self._serial:06x}"
        return f"{_id_prefix(at)}{serial[:3]}-8{serial[3:]}-{self._noise}"

    def count(self, pec: Opened) -> int:
        """How many events that PEC has by now."""
        return self._written[pec.id]

    def sheets(self) -> list[Sheet]:
        return [value for value in vars(self).values() if isinstance(value, Sheet)]

    def patient(self, unit: Unit, traits: Traits, ipp: str, at: datetime, *, is_protected: bool = False) -> Known:
        """A person with a data key, an IPP and search tokens."""
        patient_id, key_id, domain = self.id_at(at), self.id_at(at), unit.establishment_id
        envelope = Envelope(key_id, uuid.UUID(key_id).bytes, os.urandom(32))
        since = moment_of(at)
        self.keys.add(
            key_id,
            patient_id,
            KeyKind.PERSON.value,
            BYTEA + envelope.wrapped.hex(),
            str(envelope.wrapping_key_id),
            since,
        )
        values: dict[str, Any] = {
            "birth_name": traits.birth_name,
            "used_name": traits.used_name or None,
            "first_name": traits.first_name,
            "birth_first_names": traits.birth_first_names,
            "birth_date": traits.birth_date,
            "birth_place_code": traits.birth_place,
        }
        sealed = (column.text(envelope, patient_id, values[name]) for name, column in _person_columns())
        status = IdentityStatus.VALIDEE if self.dice.random() < 0.8 else IdentityStatus.PROVISOIRE
        self.patients.add(
            patient_id, key_id, domain, *sealed, traits.sex.value, status.value, text(is_protected)
        )  # fmt: skip
        number_id = self.id_at(at)
        self.identifiers.add(
            number_id, key_id, patient_id, domain, unit.namespace, "IPP",
            _sealed(PatientIdentifier, "value").text(envelope, number_id, ipp),
            BYTEA + people.number_token(domain, ipp).hex(), since,
        )  # fmt: skip
        for word in people.index(domain, traits):
            self.tokens.add(patient_id, domain, BYTEA + word.hex())
        return Known(patient_id, unit, envelope, traits)

    def encounter(self, patient: Known, unit: Unit, visit: Visit, number: str) -> Opened:
        """The PEC and its owner's grant."""
        encounter_id = self.id_at(visit.arrived_at)
        domain = uuid.UUID(unit.establishment_id)
        self.encounters.add(
            encounter_id, patient.envelope.id, unit.establishment_id, unit.id, patient.id,
            _sealed(Encounter, "visit_number").text(patient.envelope, encounter_id, number),
            BYTEA + token(domain, "visit", number).hex(), visit.status,
            _sealed(Encounter, "motif").text(patient.envelope, encounter_id, visit.motif),
            visit.mode, moment_of(visit.arrived_at), moment_of(visit.exited_at), visit.exit_mode,
            moment_of(visit.closed_at), str(visit.version),
        )  # fmt: skip
        opened = Opened(encounter_id, patient, unit, visit)
        self.grant(opened, unit, Source.OWNER, visit.arrived_at)
        return opened

    def grant(self, pec: Opened, unit: Unit, source: Source, at: datetime, *, cause: str = NULL) -> None:
        agreement = NULL if unit.establishment_id == pec.unit.establishment_id else self.reference.agreement_id
        self.grants.add(
            self.id_at(at), pec.id, pec.patient.id, unit.id, _SCOPE, source.value, agreement, cause, moment_of(at), NULL
        )  # fmt: skip

    def movement(self, pec: Opened, zone: Place, box: Place | None, at: datetime, until: datetime | None) -> None:
        self.movements.add(
            self.id_at(at), pec.envelope.id, pec.id, zone.id, box.id if box else NULL, moment_of(at), moment_of(until)
        )  # fmt: skip

    def track(self, pec: Opened, at: datetime, *, triage: str = "", ccmu: str = "", **values: Any) -> None:
        """What is noted of the patient; encrypted fields by name, as their values' JSON (or its bytes).

        A concern that is given has a reason.
        """
        row_id = self.id_at(at)
        sealed = {name: column.text(pec.envelope, row_id, values.get(name)) for name, column in _tracking_columns()}
        is_of_concern = values.get("concern") is not None
        self.tracking.add(
            row_id, pec.envelope.id, pec.id, text(is_of_concern), sealed["concern"], triage, ccmu, sealed["company"],
            sealed["treatment"], sealed["allergies"], sealed["cognition"], sealed["alcohol"], sealed["substances"],
        )  # fmt: skip

    def request(
        self,
        pec: Opened,
        kind: Kind,
        meaning: Meaning,
        author: Author,
        at: datetime,
        *,
        team: Unit | None = None,
        note: str | None = None,
        flag: ResultFlag | None = None,
        is_told: bool = True,
    ) -> None:
        """A request in the state of that meaning since `at`, with its team's grant and (`is_told`) its event."""
        code, word = kind.statuses[meaning]
        row_id, moment, has_begun = self.id_at(at), moment_of(at), meaning not in _NOT_BEGUN
        has_ended = meaning in _ENDED
        self.requests.add(
            row_id, pec.envelope.id, pec.id, kind.id, code,
            _sealed(ServiceRequest, "note").text(pec.envelope, row_id, note),
            _sealed(ServiceRequest, "result").text(pec.envelope, row_id, flag.value if flag else None),
            team.id if team else NULL, "t", moment, author.id,
            moment if has_begun else NULL, author.id if has_begun else NULL,
            moment if has_ended else NULL, author.id if has_ended else NULL, moment,
            _sealed(ServiceRequest, "changed_by").text(pec.envelope, row_id, author.name),
        )  # fmt: skip
        if team is not None:
            self.grant(pec, team, Source.GUEST, at, cause=row_id)
        if not is_told:
            return
        told = RequestChanged(
            after=code,
            kind=kind.code,
            label=kind.label,
            word=word,
            meaning=meaning.value,
            unit=team.name if team else "",
            request_id=row_id,
            kind_icon=kind.icon,
        )
        self.event(pec, told, author, at, f"request:{kind.code}")

    def assign(self, pec: Opened, author: Author, role: str, at: datetime) -> None:
        self.assignments.add(self.id_at(at), pec.envelope.id, pec.id, author.id, role, moment_of(at))

    def note(self, pec: Opened, author: Author, words: str, at: datetime, *, focus: str = "") -> str:
        """A signed transmission, a cible without its result where it has a `focus`, and its line of the timeline."""
        note_id = self.id_at(at)
        who = f"{author.name} · {author.unit}"
        parts = _sealed(HandoverNote, "parts").dump({"data": words, "action": words}) if focus else None
        self.notes.add(
            note_id, pec.envelope.id, pec.id, "focus" if focus else "plain",
            _sealed(HandoverNote, "text").text(pec.envelope, note_id, "" if focus else words),
            _sealed(HandoverNote, "focus").text(pec.envelope, note_id, focus or None),
            _sealed(HandoverNote, "parts").text(pec.envelope, note_id, parts),
            author.id, _sealed(HandoverNote, "author_words").text(pec.envelope, note_id, who), author.unit_id,
            moment_of(at), moment_of(at),
        )  # fmt: skip
        self.event(pec, NoteSigned(note_id=note_id), author, at)
        return note_id

    def handed(self, pec: Opened, note_id: str, team: Unit, readers: Sequence[Author], at: datetime) -> None:
        """A transmission addressed to a team, and by whom it was read."""
        row_id = self.id_at(at)
        words = _sealed(NoteRecipient, "words").text(pec.envelope, row_id, team.name)
        self.recipients.add(row_id, pec.envelope.id, note_id, team.id, words)
        for reader in readers:
            self.receipts.add(note_id, reader.id, reader.unit_id, moment_of(at))

    def event(self, pec: Opened, payload: Payload, author: Author, at: datetime, changed: str = "") -> None:
        uid, moment = self.id_at(at), moment_of(at)
        self._written[pec.id] += 1
        column = _sealed(Event, "payload")
        plaintext = _frequent(payload, author) if isinstance(payload, _FREQUENT) else _told(payload, author)
        self.events.add(
            uid, "1", payload.name, pec.id, pec.patient.id, author.id, author.unit_id,
            f'{{"{changed}"}}' if changed else "{}", moment, moment, pec.envelope.id,
            column.text(pec.envelope, uid, plaintext),
        )  # fmt: skip


@functools.cache
def _sealed(model: Any, name: str) -> Sealed:
    return Sealed(model, name)


@functools.cache
def _person_columns() -> tuple[tuple[str, Sealed], ...]:
    return tuple((name, _sealed(Patient, name)) for name in _PERSON_FIELDS)


@functools.cache
def _tracking_columns() -> tuple[tuple[str, Sealed], ...]:
    names = ("concern", "company", "treatment", "allergies", "cognition", "alcohol", "substances")
    return tuple((name, _sealed(Tracking, name)) for name in names)


def _told(payload: Payload, author: Author) -> bytes:
    """An event's payload as `record` seals it."""
    told = {"by": author.name, "unit": author.unit, "what": payload.as_json()}
    return _sealed(Event, "payload").dump(told)


_frequent = functools.cache(_told)
