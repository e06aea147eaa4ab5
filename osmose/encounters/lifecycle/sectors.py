"""Which patients follow who takes a sector: pure rules, from who is in charge and how they came to be."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from osmose.encounters.lifecycle.people import Referent
from osmose.kernel.base import french

_PSYCHIATRY = "psychiatry"
_SHIFT = timedelta(hours=13)  # beyond, an hour alone would be taken for today's


def roles_of(unit_kind: str) -> tuple[Referent, ...]:
    """The roles in which a sector of this kind of unit is held: psychiatric ones by psychiatry alone."""
    nursed = (Referent.NURSE, Referent.PHYSICIAN)
    return (Referent.PSYCHIATRY, *nursed) if unit_kind == _PSYCHIATRY else nursed


def likely_role(function: str, unit_kind: str) -> Referent:
    """The role that somebody of this function most likely takes: what the screen offers first, never an obligation."""
    is_physician = function.casefold().rstrip(".") in ("dr", "pr", "interne", "médecin", "docteur")
    if is_physician:
        return Referent.PHYSICIAN
    return roles_of(unit_kind)[0]


@dataclass(frozen=True)
class Charge:
    """Who is in charge of a patient in a role; `is_by_sector` where a sector, and nobody by name, gave the patient."""

    user_id: uuid.UUID
    is_by_sector: bool


def follows(charge: Charge | None, *, taker_id: uuid.UUID, before_id: uuid.UUID | None) -> bool:
    """Whether the patient goes to the one who holds the sector.

    Those without anybody, those whom a sector gave, and those of the person who held it before; a patient given by name
    to somebody else stays theirs.
    """
    if charge is None:
        return True
    if charge.user_id == taker_id:
        return False
    return charge.is_by_sector or charge.user_id == before_id


def held_words(name: str, who: str, since: datetime, now: datetime) -> str:
    """« Box 1 à 5 est tenu par IDE Inès Petit depuis 14:02 », and what one may do."""
    at = french.time(since) if now - since < _SHIFT else french.day_time(since)
    return f"{name} est tenu par {who} depuis {at}. Prenez-le quand même, ou demandez-lui le relais."
