"""What a door may answer to whom."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Knock:
    """One knock at one door. `is_theirs`: the subject concerns the knocker; `is_anonymous`: nobody is logged in."""

    door: str
    method: str
    who: str
    status: int
    body: str = ""
    location: str = ""
    has_view: bool = True
    has_subject: bool = False
    is_theirs: bool = False
    is_anonymous: bool = False
    has_role: bool = True
    is_listing: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.door} as {self.who}"


def wrong_answers(knocks: Iterable[Knock], secrets: Iterable[str]) -> list[str]:
    """Never 500; nobody logged in: the login page; a stranger: 404, and not one word of the patient."""
    words, faults = tuple(secrets), []
    for knock in knocks:
        if knock.status >= 500:
            faults.append(f"{knock}: {knock.status}.")
        if not knock.is_theirs:
            faults += [f"{knock}: shows « {word} »." for word in words if word in knock.body]
        if not knock.has_view:
            wanted = knock.status == 405
        elif knock.is_anonymous:
            wanted = knock.status == 401 or (knock.status == 302 and knock.location.startswith("/login"))
        elif knock.is_listing and not knock.has_role:
            wanted = knock.status in (200, 204, 404)  # an empty list, or none at all
        elif (knock.has_subject and not knock.is_theirs) or not knock.has_role:
            wanted = knock.status == 404
        else:
            wanted = knock.status != 404 and (knock.method == "POST" or knock.status < 400)
        if not wanted:
            faults.append(f"{knock}: {knock.status} is not the answer.")
    return faults


def unjournaled(knocks: Iterable[Knock], refused: Iterable[tuple[str, str]]) -> list[str]:
    """Every refusal of a subject has its line; `refused` holds the (who, door) of the journal's refusals."""
    lines = list(refused)
    faults = []
    for knock in knocks:
        if knock.status == 404 and knock.has_view and not knock.is_anonymous:
            if (knock.who, knock.door) in lines:
                lines.remove((knock.who, knock.door))
            else:
                faults.append(f"{knock}: refused, and the journal says nothing.")
    return faults
