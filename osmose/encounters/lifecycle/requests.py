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
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
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
    Meaning.RUNNING: "En cours",
    Meaning.PAUSED: "Interrompu, à reprendre",
    Meaning.DONE: "Terminé",
    Meaning.REFUSED: "Refusé ou impossible",
    Meaning.AVAILABLE: "Résultat disponible, à voir",
    Meaning.SEEN: "Résultat vu",
    Meaning.NOT_NEEDED: "Non nécessaire",
}


TONES = {
    Meaning.NONE: "neutral",
    Meaning.WAITING: "warning",
    Meaning.RUNNING: "info",
    Meaning.PAUSED: "warning",
    Meaning.DONE: "success",
    Meaning.REFUSED: "warning",
    Meaning.AVAILABLE: "info",
    Meaning.SEEN: "success",
    Meaning.NOT_NEEDED: "neutral",
}

# What was asked is over, though its result may still be to see: asking again is another request, with its own clocks.
ENDED = (Meaning.DONE, Meaning.REFUSED, Meaning.AVAILABLE, Meaning.SEEN, Meaning.NOT_NEEDED)
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
