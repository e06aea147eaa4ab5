"""The states of a request: data of each kind, and what they mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from osmose.kernel.base.refused import Refused


class Meaning(StrEnum):
    """What a request's status means for clocks and counts, whatever its word."""

    NONE = "none"
    WAITING = "waiting"
    ACKNOWLEDGED = "acknowledged"
    DEFERRED = "deferred"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    ADVISED = "advised"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    AVAILABLE = "available"
    SEEN = "seen"
    NOT_NEEDED = "not_needed"

    @property
    def label(self) -> str:
        return MEANING_LABELS[self]


MEANING_LABELS: Mapping[Meaning, str] = {
    Meaning.NONE: "Rien n’est demandé",
    Meaning.WAITING: "Demandé, en attente",
    Meaning.ACKNOWLEDGED: "Pris en compte, quelqu’un viendra",
    Meaning.DEFERRED: "Impossible pour l’instant, à reprendre plus tard",
    Meaning.RUNNING: "En cours",
    Meaning.PAUSED: "Interrompu, à reprendre",
    Meaning.DONE: "Terminé",
    Meaning.ADVISED: "Avis rendu à distance",
    Meaning.CANCELLED: "Annulé avant d’avoir commencé",
    Meaning.REFUSED: "Refusé ou impossible",
    Meaning.AVAILABLE: "Résultat disponible, à voir",
    Meaning.SEEN: "Résultat vu",
    Meaning.NOT_NEEDED: "Non nécessaire",
}


TONES = {
    Meaning.NONE: "neutral",
    Meaning.WAITING: "warning",
    Meaning.ACKNOWLEDGED: "info",
    Meaning.DEFERRED: "neutral",
    Meaning.RUNNING: "info",
    Meaning.PAUSED: "warning",
    Meaning.DONE: "success",
    Meaning.ADVISED: "success",
    Meaning.CANCELLED: "neutral",
    Meaning.REFUSED: "warning",
    Meaning.AVAILABLE: "info",
    Meaning.SEEN: "success",
    Meaning.NOT_NEEDED: "neutral",
}

# What was asked is over, though its result may still be to see: asking again is another request, with its own clocks.
ENDED = (
    *(Meaning.DONE, Meaning.ADVISED, Meaning.CANCELLED),
    *(Meaning.REFUSED, Meaning.AVAILABLE, Meaning.SEEN, Meaning.NOT_NEEDED),
)
BEGUN = (Meaning.RUNNING, Meaning.PAUSED, Meaning.DONE, Meaning.AVAILABLE, Meaning.SEEN)
# Where a result can be said normal or abnormal.
WITH_RESULT = (Meaning.AVAILABLE, Meaning.SEEN)


class ResultFlag(StrEnum):
    """What a result says, in one word; apart from its status, so that « vu » never hides « anormal »."""

    NORMAL = "normal"
    ABNORMAL = "anormal"

    @property
    def label(self) -> str:
        return {"normal": "Sans anomalie", "anormal": "Anormal"}[self.value]


@dataclass(frozen=True)
class RequestStatus:
    """One status of one kind of request: its code, its word on screen, what it means.

    `hour` is the word before an hour that may be said with it (« vers 14:30 », « avant 16:00 »); empty where none may.
    """

    code: str
    word: str
    meaning: Meaning
    hour: str = ""


@dataclass(frozen=True)
class RequestTable:
    """The statuses of a kind, in order, and which one may follow which. The first one is the initial one."""

    statuses: tuple[RequestStatus, ...]
    transitions: Mapping[str, tuple[str, ...]]

    @classmethod
    def from_json(cls, statuses: list[dict[str, Any]], transitions: dict[str, list[str]]) -> "RequestTable":
        return cls(
            tuple(RequestStatus(s["code"], s["word"], Meaning(s["meaning"]), s.get("hour", "")) for s in statuses),
            {source: tuple(targets) for source, targets in transitions.items()},
        )

    def to_json(self) -> tuple[list[dict[str, str]], dict[str, list[str]]]:
        """The statuses and the transitions, as a kind keeps them."""
        statuses = [
            {"code": s.code, "word": s.word, "meaning": s.meaning.value, **({"hour": s.hour} if s.hour else {})}
            for s in self.statuses
        ]
        return statuses, {source: list(targets) for source, targets in self.transitions.items()}

    @property
    def initial(self) -> RequestStatus:
        return self.statuses[0]

    def meaning(self, wanted: Meaning) -> RequestStatus | None:
        """The first status that means this; None where the kind has none."""
        return next((status for status in self.statuses if status.meaning is wanted), None)

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
