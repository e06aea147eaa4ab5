"""The search of the board: among the PECs of the question, by name, birth date or number. Nothing typed is kept.

Names and birth dates are compared in memory once decrypted, numbers by their blind tokens; neither SQL nor the
journal sees what was typed. Where an identity is protected, or not shared, neither name nor birth date finds it.
"""

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from osmose.encounters.operations.rows import visit_token
from osmose.encounters.queries import Listed, with_visit_number
from osmose.kernel.access.actor import Actor
from osmose.kernel.base.clock import paris
from osmose.kernel.base.text import clean, fold
from osmose.kernel.crypto.errors import Unreadable
from osmose.organisations.models import DataCategory
from osmose.patients import queries as patients
from osmose.patients.forms import read_birth_date
from osmose.patients.models import Patient
from osmose.patients.queries.tokens import number_tokens
from osmose.patients.rules.registration import normalise_number
from osmose.workspace.board.cache import RowCache

TYPED_MAX = 100
SHORTEST_NAME, SHORTEST_NUMBER = 2, 4
# Who is a minor today, and no birth date.
_young = RowCache(size=4000, variants=1)
_DATE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}|\d{8}", re.ASCII)


@dataclass(frozen=True, repr=False)
class Sought:
    """What was typed, understood: words of names, a birth date, a number. Its text never leaves the request."""

    words: tuple[str, ...] = ()
    born: date | None = None
    number: str = ""
    is_too_short: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.born or self.number)

    @classmethod
    def read(cls, typed: str, today: date) -> "Sought":
        """« abel ra », « 12/03/1981 », « martin 1981-03-12 », « 90000012 »."""
        words, born, number = [], None, ""
        text = clean(typed)[:TYPED_MAX]
        if (joined := normalise_number(text)).isdigit() and " " in text:
            text = joined  # a number in groups: « 1 88 07 66 136 001 23 »
        for part in text.split():
            if _DATE.fullmatch(part) and (found := _date(part, today)):
                born = found
                number = part if part.isdigit() else number  # eight figures may be either
            elif len(part) >= SHORTEST_NUMBER and any(char.isdigit() for char in part):
                number = part
            else:
                words += fold(part).split()
        too_short = not (born or number) and 0 < len("".join(words)) < SHORTEST_NAME
        return cls(tuple(words), born, number, too_short)


def _date(part: str, today: date) -> date | None:
    try:
        return read_birth_date(part, today=today)
    except ValueError:
        return None


def matching(rows: Sequence[Listed], sought: Sought, actor: Actor, now: datetime) -> list[Listed]:
    """Those of the rows that answer what is sought, in their order; three queries at most."""
    shared = [row for row in rows if DataCategory.IDENTITY in row.scope and row.is_readable]
    known = patients.visible_among(actor, now, (row.patient_id for row in shared))
    shared = [row for row in shared if row.patient_id in known]
    found = {row.id for row in shared if not row.is_protected and _answers(known[row.patient_id], sought)}
    if sought.number and not sought.words:
        found |= _numbered(shared, sought.number)
    return [row for row in rows if row.id in found]


def minors(rows: Iterable[Listed], actor: Actor, now: datetime) -> set[uuid.UUID]:
    """The PECs of those known to be under 18, where the identity is shared: one query for those not known yet.

    Kept as the drawn rows are: until the patient changes, or the day, or nobody may read them any more.
    """
    shared, today = [row for row in rows if DataCategory.IDENTITY in row.scope and row.is_readable], paris(now).date()
    if unknown := [row for row in shared if _young.get(row.patient_id, row.patient_version, today) is None]:
        known = patients.visible_among(actor, now, (row.patient_id for row in unknown))
        for patient in known.values():
            is_minor = b"minor" if _is_minor(patient, today) else b""
            _young.put(patient.pk, patient.version, today, is_minor)
    return {row.id for row in shared if _young.get(row.patient_id, row.patient_version, today)}


def _is_minor(patient: Patient, today: date) -> bool:
    try:
        return patient.is_minor_on(today)
    except Unreadable:
        return False


def _answers(patient: Patient, sought: Sought) -> bool:
    """Every word begins one of the names, and the birth date is that one; a number alone is for `_numbered`."""
    try:
        if sought.born is not None and patient.birth_date != sought.born:
            return False
        if sought.number and sought.born is None:
            return False
        names = (patient.birth_name, patient.used_name or "", patient.first_name or "")
    except Unreadable:
        return False
    parts = {part for name in names for part in (*fold(name).split(), fold(name).replace(" ", ""))}
    return all(any(part.startswith(word) for part in parts) for word in sought.words)


def _numbered(rows: Sequence[Listed], number: str) -> set[uuid.UUID]:
    """The PECs with this visit number, or whose patient holds this number, in their own establishment's domain."""
    domains = {row.establishment_id for row in rows}
    said = {number, normalise_number(number)}
    visits = [token for domain in domains for one in said if (token := visit_token(domain, one))]
    held = [token for domain in domains for token in number_tokens(domain, number)]
    holders = patients.holders_of((row.patient_id for row in rows), held)
    return with_visit_number((row.id for row in rows), visits) | {r.id for r in rows if r.patient_id in holders}
