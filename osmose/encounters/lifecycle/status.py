"""Where a PEC stands, and what is possible there."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

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
    # What was written in the wrong record leaves it, closed or not; nothing else is written there.
    "set_right": ((*OPEN, EncounterStatus.CLOSED), None, "La prise en charge est close\u202f: lecture seule."),
    "look_after": (
        (EncounterStatus.ACTIVE,),
        None,
        "Le patient est sorti\u202f: cela ne se note que d’un patient présent. Annulez la sortie s’il est encore là.",
    ),
    "exit": ((EncounterStatus.ACTIVE,), EncounterStatus.EXITED, "La sortie est déjà enregistrée."),
    "continue": (
        (EncounterStatus.ACTIVE,),
        None,
        "Le patient est sorti\u202f: annulez d’abord la sortie pour poursuivre ailleurs.",
    ),
    "cancel_exit": ((EncounterStatus.EXITED,), EncounterStatus.ACTIVE, "Aucune sortie à annuler."),
    "close": (
        (EncounterStatus.EXITED,),
        EncounterStatus.CLOSED,
        "Enregistrez d’abord la sortie, puis clôturez la prise en charge.",
    ),
    "reopen": ((EncounterStatus.CLOSED,), EncounterStatus.EXITED, "Seule une prise en charge clôturée se rouvre."),
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
    if status == EncounterStatus.CLOSED and deed != "reopen":
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
