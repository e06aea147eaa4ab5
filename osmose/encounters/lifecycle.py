"""The states of a PEC and of its requests, as tables; pure Python. `docs/lifecycles.md` is printed from here."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from osmose.kernel.base.refused import Refused


class EncounterStatus(StrEnum):
    """Where a PEC stands. Codes and words; FHIR Encounter.status in the glossary."""

    ACTIVE = "active"
    EXITED = "sortie"
    CLOSED = "cloturee"
    CANCELLED = "annulee"

    @property
    def label(self) -> str:
        return ENCOUNTER_STATUS_LABELS[self]

    @property
    def tone(self) -> str:
        return ENCOUNTER_STATUS_TONES[self]


ENCOUNTER_STATUS_LABELS: Mapping[EncounterStatus, str] = {
    EncounterStatus.ACTIVE: "Active",
    EncounterStatus.EXITED: "Sortie enregistrée",
    EncounterStatus.CLOSED: "Clôturée",
    EncounterStatus.CANCELLED: "Annulée",
}
ENCOUNTER_STATUS_TONES: Mapping[EncounterStatus, str] = {
    EncounterStatus.ACTIVE: "info",
    EncounterStatus.EXITED: "warning",
    EncounterStatus.CLOSED: "neutral",
    EncounterStatus.CANCELLED: "neutral",
}


OPEN = (EncounterStatus.ACTIVE, EncounterStatus.EXITED)

# deed → from which states, to which one, and why not from the others.
TRANSITIONS: Mapping[str, tuple[tuple[EncounterStatus, ...], EncounterStatus | None, str]] = {
    "write": (OPEN, None, "La prise en charge est close\u202f: lecture seule."),
    "exit": ((EncounterStatus.ACTIVE,), EncounterStatus.EXITED, "La sortie est déjà enregistrée."),
    "cancel_exit": ((EncounterStatus.EXITED,), EncounterStatus.ACTIVE, "Aucune sortie à annuler."),
    "close": (
        (EncounterStatus.EXITED,),
        EncounterStatus.CLOSED,
        "Enregistrez d’abord la sortie, puis clôturez la prise en charge.",
    ),
    "cancel": (
        (EncounterStatus.ACTIVE,),
        EncounterStatus.CANCELLED,
        "Seule une prise en charge active peut être annulée.",
    ),
}


@dataclass(frozen=True)
class Availability:
    """May it be done now? The button, the action and the API ask the same table; the screen says why not."""

    is_possible: bool
    reason: str = ""


def availability(status: str, deed: str) -> Availability:
    """Whether a deed is possible on a PEC in this state."""
    sources, _, reason = TRANSITIONS[deed]
    if status in sources:
        return Availability(True)
    if status == EncounterStatus.CLOSED:
        reason = "La prise en charge est clôturée\u202f: lecture seule."
    elif status == EncounterStatus.CANCELLED:
        reason = "La prise en charge a été annulée\u202f: lecture seule."
    return Availability(False, reason)


def require(status: str, deed: str) -> EncounterStatus | None:
    """The state a deed leads to; `Refused` (409) says why it is not possible."""
    answer = availability(status, deed)
    if not answer.is_possible:
        raise Refused(answer.reason, code=f"lifecycle-{deed}", status=409)
    return TRANSITIONS[deed][1]


class Meaning(StrEnum):
    """What a request's status means for clocks and counts, whatever its word."""

    NONE = "none"
    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    NOT_NEEDED = "not_needed"

    @property
    def label(self) -> str:
        return MEANING_LABELS[self]


MEANING_LABELS: Mapping[Meaning, str] = {
    Meaning.NONE: "Rien n’est demandé",
    Meaning.WAITING: "Demandé, en attente",
    Meaning.RUNNING: "En cours",
    Meaning.PAUSED: "Interrompu, à reprendre",
    Meaning.DONE: "Terminé",
    Meaning.NOT_NEEDED: "Non nécessaire",
}


TONES = {
    Meaning.NONE: "neutral",
    Meaning.WAITING: "warning",
    Meaning.RUNNING: "info",
    Meaning.PAUSED: "warning",
    Meaning.DONE: "success",
    Meaning.NOT_NEEDED: "neutral",
}


@dataclass(frozen=True)
class RequestStatus:
    """One status of one kind of request: its code, its word on screen, what it means."""

    code: str
    word: str
    meaning: Meaning


@dataclass(frozen=True)
class RequestTable:
    """The statuses of a kind, in order, and which one may follow which. The first one is the initial one."""

    statuses: tuple[RequestStatus, ...]
    transitions: Mapping[str, tuple[str, ...]]

    @classmethod
    def from_json(cls, statuses: list[dict[str, Any]], transitions: dict[str, list[str]]) -> "RequestTable":
        return cls(
            tuple(RequestStatus(s["code"], s["word"], Meaning(s["meaning"])) for s in statuses),
            {source: tuple(targets) for source, targets in transitions.items()},
        )

    @property
    def initial(self) -> RequestStatus:
        return self.statuses[0]

    def status(self, code: str) -> RequestStatus:
        """The status of that code; `Refused` when the kind has none."""
        for status in self.statuses:
            if status.code == code:
                return status
        raise Refused("Cet état n’existe pas pour cette demande.", field="status", code="request-unknown-status")

    def allows(self, source: str, target: str) -> bool:
        return target in self.transitions.get(source, ())

    def require(self, source: str, target: str, *, label: str) -> RequestStatus:
        """The wanted status, where it may follow the current one; `Refused` says what may follow instead."""
        wanted = self.status(target)
        if not self.allows(source, target):
            current = self.status(source)
            possible = [f"«\u202f{self.status(code).word}\u202f»" for code in self.transitions.get(source, ())]
            after = f" Possible\u202f: {', '.join(possible)}." if possible else ""
            raise Refused(
                f"{label}\u202f: impossible de passer de «\u202f{current.word}\u202f» "
                f"à «\u202f{wanted.word}\u202f».{after}",
                field="status",
                code="request-transition",
                status=409,
            )
        return wanted


def table_problems(table: RequestTable) -> list[str]:
    """What is wrong with a table, in French; empty when it can be saved."""
    problems = []
    codes = [s.code for s in table.statuses]
    if len(codes) < 2:
        return ["Il faut au moins deux états."]
    if len(set(codes)) != len(codes):
        problems.append("Deux états portent le même code.")
    if len({s.word.casefold() for s in table.statuses}) != len(codes):
        problems.append("Deux états portent le même mot.")
    if table.initial.meaning is not Meaning.NONE:
        problems.append("Le premier état signifie que rien n’est encore demandé.")
    unknown = {c for s, targets in table.transitions.items() for c in (s, *targets)} - set(codes)
    if unknown:
        problems.append("Un passage mène à un état qui n’existe pas.")
    reachable, frontier = {table.initial.code}, [table.initial.code]
    while frontier:
        for target in table.transitions.get(frontier.pop(), ()):
            if target not in reachable:
                reachable.add(target)
                frontier.append(target)
    problems += [
        f"L’état «\u202f{s.word}\u202f» ne peut jamais être atteint." for s in table.statuses if s.code not in reachable
    ]
    return problems


@dataclass(frozen=True)
class Place:
    """Where a patient is: a zone and, where there is one, a box or bed; ids as they are posted."""

    location: str = ""
    location_code: str = "NC"
    location_label: str = "NC"
    box: str = ""
    box_code: str = ""
    box_label: str = ""

    @classmethod
    def from_json(cls, stored: dict[str, Any] | None) -> "Place":
        return cls(**{k: v for k, v in (stored or {}).items() if v is not None})

    @property
    def code(self) -> str:
        """« location id|box id », as events and forms name a place."""
        return f"{self.location}|{self.box}"

    @property
    def words(self) -> str:
        """« SAU · Box 3 »."""
        return f"{self.location_label} · {self.box_label}" if self.box else self.location_label


class ArrivalMode(StrEnum):
    """Mode d’arrivée (words of the founding hospitals; RPU TRANSPORT in the mapping of the connectors)."""

    UNKNOWN = "nc"
    ALONE = "seul"
    FAMILY = "famille"
    AMBULANCE = "ambulance"
    FIRE_BRIGADE = "pompiers"
    SMUR = "smur"
    POLICE = "police"
    GENDARMERIE = "gendarmerie"
    TRANSFER = "transfert"

    @property
    def label(self) -> str:
        return ARRIVAL_MODE_LABELS[self]


ARRIVAL_MODE_LABELS: Mapping[ArrivalMode, str] = {
    ArrivalMode.UNKNOWN: "NC",
    ArrivalMode.ALONE: "Seul",
    ArrivalMode.FAMILY: "Famille, tiers",
    ArrivalMode.AMBULANCE: "Ambulance",
    ArrivalMode.FIRE_BRIGADE: "Pompiers",
    ArrivalMode.SMUR: "SMUR",
    ArrivalMode.POLICE: "Police",
    ArrivalMode.GENDARMERIE: "Gendarmerie",
    ArrivalMode.TRANSFER: "Transfert",
}


class ExitMode(StrEnum):
    """Mode de sortie; values are the RPU's MODE_SORTIE codes (arrêté of 24 July 2013, format RPU 2006)."""

    MUTATION = "6"
    TRANSFER = "7"
    HOME = "8"
    DEATH = "9"

    @property
    def label(self) -> str:
        return EXIT_MODE_LABELS[self]


EXIT_MODE_LABELS: Mapping[ExitMode, str] = {
    ExitMode.MUTATION: "Mutation dans l’établissement",
    ExitMode.TRANSFER: "Transfert vers un autre établissement",
    ExitMode.HOME: "Retour à domicile",
    ExitMode.DEATH: "Décès",
}
