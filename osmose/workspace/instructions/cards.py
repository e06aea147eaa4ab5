"""Standing instructions as they are read: what counts first, whether it still holds, who says so."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from osmose.encounters import lifecycle, queries
from osmose.encounters.models import Encounter
from osmose.kernel.base import french
from osmose.kernel.base.clock import paris
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.organisations.models import DataCategory
from osmose.patients.models import StandingInstruction
from osmose.patients.rules.instructions import PARTS, InstructionKind, InstructionState, Part, state_on

_ORDER = list(InstructionKind)
_AT_ONCE = 3
# What doesn't hold today is read after what does.
_LATER = (InstructionState.EXPIRED, InstructionState.UPCOMING, InstructionState.ENDED)


@dataclass(frozen=True, repr=False)
class Text:
    """One part of an instruction that has something in it."""

    label: str
    text: str
    is_meanwhile: bool = False


@dataclass(frozen=True, repr=False)
class Card:
    """One instruction: `first` is read at once, `more` on demand; `warning` says why not to follow it blindly."""

    id: str
    kind: InstructionKind
    state: InstructionState
    first: tuple[Text, ...]
    more: tuple[Text, ...]
    warning: str
    written: str
    validity: str
    version: int
    is_readable: bool
    end_reason: str = ""

    @property
    def holds(self) -> bool:
        """Whether it is to be taken into account today."""
        return self.state not in _LATER

    @property
    def can_be_reviewed(self) -> bool:
        return self.state is InstructionState.TO_REVIEW and self.is_readable


@dataclass(frozen=True, repr=False)
class Known:
    """What stands first on the page of a patient who is known: the instructions, and that there were other visits."""

    cards: tuple[Card, ...] = ()
    may_read: bool = False
    can_write: bool = False
    has_passed: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.cards

    @property
    def first(self) -> tuple[Card, ...]:
        """What is read without a click: today's work must stay in sight below."""
        return self.cards[:_AT_ONCE]

    @property
    def others(self) -> tuple[Card, ...]:
        return self.cards[_AT_ONCE:]

    @property
    def holding(self) -> int:
        """How many are to be taken into account today."""
        return sum(card.holds for card in self.cards)


def known(encounter: Encounter, scope: frozenset[str], now: datetime, *, has_passed: bool) -> Known:
    """From what a PEC loaded by `queries.one` carries, where its own grant opens instructions: no query."""
    may_read = DataCategory.INSTRUCTIONS in scope
    return Known(
        cards=cards(queries.instructions_in(encounter), now) if may_read else (),
        may_read=may_read,
        can_write=may_read and lifecycle.availability(encounter.status, "write").is_possible,
        has_passed=has_passed,
    )


def cards(rows: Iterable[StandingInstruction], now: datetime) -> tuple[Card, ...]:
    """In the order in which they are read."""
    made = [card(row, now) for row in rows]
    return tuple(sorted(made, key=lambda c: (c.state in _LATER, _ORDER.index(c.kind))))


def card(row: StandingInstruction, now: datetime) -> Card:
    """One instruction as of today; an unreadable one says so and keeps its place."""
    today, kind = paris(now).date(), InstructionKind(row.kind)
    state = state_on(
        today,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        review_on=row.review_on,
        is_ended=row.ended_at is not None,
    )
    parts = readable(row, "parts")
    texts = [] if parts is UNREADABLE else [(part, parts[part.name]) for part in PARTS[kind] if parts.get(part.name)]
    shown = [(part, _text(part, text)) for part, text in texts]
    first = tuple(text for part, text in shown if part.is_first)
    more = tuple(text for part, text in shown if not part.is_first)
    return Card(
        id=str(row.pk),
        kind=kind,
        state=state,
        first=first or more,
        more=more if first else (),
        warning=_warning(state, row),
        written=_written(row),
        validity=_validity(row),
        version=row.version,
        is_readable=parts is not UNREADABLE,
        end_reason=str(readable(row, "end_reason") or "") if state is InstructionState.ENDED else "",
    )


def _text(part: Part, text: str) -> Text:
    return Text(part.label, text, is_meanwhile=part.name == "meanwhile")


def _written(row: StandingInstruction) -> str:
    """« IDE Claire Morel · SAU, 12/03/2026 »."""
    by = readable(row, "written_by")
    return f"{'auteur illisible' if by is UNREADABLE else by}, {_day(paris(row.written_at).date())}"


def _validity(row: StandingInstruction) -> str:
    until = f"valable jusqu’au {_day(row.valid_until)} · " if row.valid_until else ""
    return f"{until}à relire avant le {_day(row.review_on)}"


def _warning(state: InstructionState, row: StandingInstruction) -> str:
    if state is InstructionState.TO_REVIEW:
        return f"Relecture prévue le {_day(row.review_on)}\u202f: vérifiez qu’elle vaut encore avant de la suivre."
    if state is InstructionState.EXPIRED and row.valid_until:
        return f"Échue depuis le {_day(row.valid_until)}\u202f: ne la suivez pas sans l’avoir vérifiée."
    return f"Valable à partir du {_day(row.valid_from)}." if state is InstructionState.UPCOMING else ""


def _day(day: date) -> str:
    return french.numeric_date(day)
