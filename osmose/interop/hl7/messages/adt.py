"""An ADT message as Osmose understands it: frozen, typed, in Python's words.

What identifies a person has no `repr`, so that no log or traceback can quote it.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from osmose.interop.hl7.mapping import IDENTIFIER_KINDS, INS_OIDS, PROTECTED, IdentifierKind, MovementAction
from osmose.patients.rules import IdentityAttribute, IdentityStatus, Sex, is_unknown_name


@dataclass(frozen=True, kw_only=True, repr=False)
class Identifier:
    """A number and who gave it (data type CX)."""

    value: str
    namespace: str = ""
    universal_id: str = ""  # OID where `universal_id_type` is ISO; in France often a FINESS with another type
    universal_id_type: str = ""
    type_code: str = ""

    @property
    def oid(self) -> str:
        """The authority's OID, "" where it is named otherwise."""
        return self.universal_id if self.universal_id_type == "ISO" else ""

    @property
    def kind(self) -> IdentifierKind:
        """What the number is for us; an INS is told by its authority, whatever type the sender wrote."""
        if self.oid in INS_OIDS:
            return IdentifierKind.INS
        return IDENTIFIER_KINDS.get(self.type_code, IdentifierKind.OTHER)


@dataclass(frozen=True, kw_only=True, repr=False)
class Name:
    """A person's name (XPN): first given name apart, all given names of the civil register in `given_names`."""

    family: str
    given: str = ""
    given_names: str = ""
    type_code: str = ""


@dataclass(frozen=True, kw_only=True)
class Location:
    """Where (PL): unit, room, bed, facility, in the sender's codes."""

    unit: str = ""
    room: str = ""
    bed: str = ""
    facility: str = ""

    @property
    def path(self) -> str:
        """« UHCD/CH2/1 »: how a message to staff names it."""
        return "/".join(part for part in (self.unit, self.room, self.bed) if part)


@dataclass(frozen=True, kw_only=True)
class FunctionalUnit:
    """A unité fonctionnelle (XON): its code, the sender's label for it, the authority."""

    code: str
    label: str = ""
    namespace: str = ""


@dataclass(frozen=True, kw_only=True)
class Movement:
    """The French movement segment ZBE. `id` with `namespace` is the key for corrections, never the time."""

    id: str
    namespace: str
    start: datetime
    end: datetime | None
    action: MovementAction
    is_historic: bool
    original_event: str
    medical_unit: FunctionalUnit | None
    care_unit: FunctionalUnit | None
    nature: str


@dataclass(frozen=True, kw_only=True, repr=False)
class RawSegment:
    """A Z segment kept as it was sent, separators and escape sequences included."""

    name: str
    text: str


@dataclass(frozen=True, kw_only=True, repr=False)
class Identity:
    """PID: who.

    A trait the message doesn't tell is empty (None, "" or an empty tuple). One that it asks to delete (HL7's `""`)
    is empty too and its name is in `cleared`: on an update keep the first, erase the second.
    """

    identifiers: tuple[Identifier, ...]
    birth_name: Name
    used_name: Name | None = None
    birth_date: date | None = None
    birth_date_is_interpreted: bool = False  # day or month made up by RNIV's rule for partial dates
    sex: Sex | None = None
    birth_place: str = ""  # INSEE code of commune or country
    account: Identifier | None = None  # PID-18, NDA
    unknown_flag: bool = False  # PID-31
    reliability_codes: tuple[str, ...] = ()  # PID-32
    status: IdentityStatus = IdentityStatus.PROVISOIRE
    attributes: frozenset[IdentityAttribute] = frozenset()
    cleared: frozenset[str] = frozenset()

    def of_kind(self, kind: IdentifierKind) -> tuple[Identifier, ...]:
        """Its identifiers of one kind."""
        return tuple(identifier for identifier in self.identifiers if identifier.kind is kind)

    @property
    def ins(self) -> Identifier | None:
        """The matricule INS, not checked."""
        return next(iter(self.of_kind(IdentifierKind.INS)), None)

    @property
    def ipp(self) -> Identifier | None:
        """The sender's permanent number of the patient."""
        return next(iter(self.of_kind(IdentifierKind.IPP)), None)

    @property
    def is_unknown(self) -> bool:
        """A patient without identity: said by PID-31, or by « INCONNU » for a name with no birth date."""
        return self.unknown_flag or (self.birth_date is None and is_unknown_name(self.birth_name.family))

    @property
    def is_protected(self) -> bool:
        """Hidden or anonymous: the name is not for shared screens."""
        return not PROTECTED.isdisjoint(self.reliability_codes)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """PV1 and PV2: which stay, where, from when to when."""

    number: Identifier | None = None  # PV1-19
    patient_class: str = ""  # PV1-2: E emergency, I inpatient, O outpatient, N not a visit
    location: Location | None = None  # PV1-3
    prior_location: Location | None = None  # PV1-6
    discharge_disposition: str = ""  # PV1-36
    account_status: str = ""  # PV1-41
    admitted_at: datetime | None = None  # PV1-44
    discharged_at: datetime | None = None  # PV1-45
    arrival_transport: str = ""  # PV2-38


@dataclass(frozen=True, kw_only=True)
class PmsiModes:
    """ZFM: how the stay begins and ends, in PMSI codes."""

    entry: str = ""
    exit: str = ""
    provenance: str = ""
    destination: str = ""


@dataclass(frozen=True, kw_only=True, repr=False)
class Adt:
    """One ADT message, checked for all that can be checked without a database."""

    control_id: str
    sending_application: str
    sending_facility: str
    receiving_application: str
    receiving_facility: str
    event: str
    sent_at: datetime  # MSH-7
    recorded_at: datetime | None  # EVN-2
    event_at: datetime | None  # EVN-6
    processing_id: str
    version: str
    charset: str
    patient: Identity
    visit: Visit = field(default_factory=Visit)
    movement: Movement | None = None
    modes: PmsiModes = field(default_factory=PmsiModes)
    prior_identifiers: tuple[Identifier, ...] = ()  # MRG-1: the patient that disappears in an A40
    z_segments: tuple[RawSegment, ...] = ()
    warnings: tuple[str, ...] = ()  # French, quoting no value: what was set aside without refusing the message

    @property
    def occurred_at(self) -> datetime:
        """When it happened: EVN-6, else the start of a movement being inserted, else EVN-2, else MSH-7."""
        inserted = self.movement.start if self.movement and self.movement.action is MovementAction.INSERT else None
        return self.event_at or inserted or self.recorded_at or self.sent_at
