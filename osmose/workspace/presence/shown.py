"""A status, a person, a unit as screens show them: an icon, a word and a tone; never a patient, nor where one is."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from osmose.accounts.queries.presence import CalledLine, Here
from osmose.accounts.rules.presence import OnCallKind, PresenceMeaning
from osmose.kernel.base import french
from osmose.kernel.base.clock import paris
from osmose.organisations.models import CareUnit, UnitKind

TONES = {
    PresenceMeaning.AVAILABLE: "success",
    PresenceMeaning.INTERVIEW: "psy",
    PresenceMeaning.CRISIS: "psy",
    PresenceMeaning.MOVING: "info",
    PresenceMeaning.PHONE: "info",
}
# One, several.
_COUNTED = {
    PresenceMeaning.AVAILABLE: ("disponible", "disponibles"),
    PresenceMeaning.INTERVIEW: ("en entretien", "en entretien"),
    PresenceMeaning.CRISIS: ("en entretien de crise", "en entretien de crise"),
    PresenceMeaning.MOVING: ("en déplacement", "en déplacement"),
    PresenceMeaning.PHONE: ("au téléphone", "au téléphone"),
    PresenceMeaning.PAUSE: ("en pause", "en pause"),
    PresenceMeaning.ABSENT: ("absent", "absents"),
}


@dataclass(frozen=True)
class PersonShown:
    """One person and what they do. `place` is said to their own unit only, while they are with a patient."""

    name: str
    label: str
    icon: str
    tone: str
    since: datetime
    expected_at: datetime | None
    place: str
    is_crisis: bool
    is_me: bool

    @property
    def word(self) -> str:
        """« entretien de crise », as it follows a name."""
        return self.label[:1].lower() + self.label[1:]

    @property
    def until(self) -> str:
        return french.time(self.expected_at) if self.expected_at else ""


@dataclass(frozen=True)
class Group:
    """Those of a unit who do the same: one icon, one word, one tone, then each of them.

    `is_timed`: since when is said; nobody asks for how long somebody has been available.
    """

    label: str
    icon: str
    tone: str
    is_crisis: bool
    is_timed: bool
    people: tuple[PersonShown, ...]

    @property
    def is_many(self) -> bool:
        """Whether a crowded strip says how many they are, and names them to whoever points at it."""
        return len(self.people) > 1

    @property
    def first_free_at(self) -> datetime | None:
        return min((one.expected_at for one in self.people if one.expected_at), default=None)

    @property
    def until(self) -> str:
        return french.time(self.first_free_at) if self.first_free_at else ""

    @property
    def names(self) -> str:
        """« Dr Bastien Roca ~10:03, IDE Martin Diaz »."""
        return ", ".join(f"{one.name} ~{one.until}" if one.until else one.name for one in self.people)


@dataclass(frozen=True)
class Count:
    """« 1 en entretien de crise » and about when the first of them is free, « au plus tôt » where they are several."""

    meaning: PresenceMeaning
    words: str
    first_free_at: datetime | None
    is_several: bool

    @property
    def icon(self) -> str:
        return self.meaning.icon

    @property
    def tone(self) -> str:
        return TONES.get(self.meaning, "neutral")

    @property
    def until(self) -> str:
        return french.time(self.first_free_at) if self.first_free_at else ""


@dataclass(frozen=True)
class CallShown:
    """« Astreinte : Dr Lucie Roux », her number, until when (and from when where it has not begun)."""

    id: str
    kind: str
    name: str
    number: str
    starts_at: datetime
    ends_at: datetime
    is_now: bool

    @property
    def is_one_day(self) -> bool:
        """Its end needs no date of its own."""
        return paris(self.starts_at).date() == paris(self.ends_at).date()


@dataclass(frozen=True)
class UnitShown:
    """The people of one unit, in one line and one by one; who is called where nobody is on site."""

    id: str
    label: str
    people: tuple[PersonShown, ...]
    groups: tuple[Group, ...]
    counts: tuple[Count, ...]
    called: tuple[CallShown, ...]
    is_staffed: bool
    may_plan: bool = False

    @property
    def called_now(self) -> tuple[CallShown, ...]:
        return tuple(call for call in self.called if call.is_now)


def person(here: Here, *, viewer_id: uuid.UUID, viewer_units: frozenset[uuid.UUID]) -> PersonShown:
    """A box where somebody holds a psychiatric interview names the patient as surely as a name would."""
    is_place_said = here.unit_id in viewer_units or not here.meaning.is_with_a_patient
    return PersonShown(
        name=here.name,
        label=here.label,
        icon=here.meaning.icon,
        tone=TONES.get(here.meaning, "neutral"),
        since=here.since,
        expected_at=here.expected_at,
        place=here.place if is_place_said else "",
        is_crisis=here.meaning is PresenceMeaning.CRISIS,
        is_me=here.user_id == viewer_id,
    )


def counts(people: Iterable[Here]) -> tuple[Count, ...]:
    """« 1 disponible », « 1 en entretien de crise » (until ~14:40): the free first."""
    known = list(people)
    found = []
    for meaning in PresenceMeaning:
        some = [here for here in known if here.meaning is meaning]
        if some:
            one, several = _COUNTED[meaning]
            ends = [here.expected_at for here in some if here.expected_at and meaning.is_with_a_patient]
            words = f"{len(some)} {one if len(some) == 1 else several}"
            found.append(Count(meaning, words, min(ends, default=None), len(some) > 1))
    return tuple(found)


def unit(
    of: CareUnit,
    people: Sequence[Here],
    called: Sequence[CalledLine],
    *,
    viewer_id: uuid.UUID,
    viewer_units: frozenset[uuid.UUID],
    now: datetime,
    may_plan: bool = False,
) -> UnitShown:
    """One unit: whoever can't be disturbed first, then the others."""
    ordered = sorted(people, key=lambda here: not here.meaning.is_with_a_patient)
    drawn = tuple(person(here, viewer_id=viewer_id, viewer_units=viewer_units) for here in ordered)
    return UnitShown(
        id=str(of.pk),
        label=of.short_name,
        people=drawn,
        groups=_groups(drawn),
        counts=counts(people),
        called=calls(called, now),
        is_staffed=any(here.meaning.is_on_site for here in people),
        may_plan=may_plan,
    )


def _groups(people: Iterable[PersonShown]) -> tuple[Group, ...]:
    found: dict[tuple[str, str], list[PersonShown]] = {}
    for one in people:
        found.setdefault((one.label, one.icon), []).append(one)
    return tuple(
        Group(label, icon, some[0].tone, some[0].is_crisis, some[0].tone != "success", tuple(some))
        for (label, icon), some in found.items()
    )


def in_order(units: Iterable[CareUnit], acting_unit_id: uuid.UUID | None) -> list[CareUnit]:
    """The unit one works for, then psychiatry, then emergencies, then the others."""
    kinds = (UnitKind.PSYCHIATRY, UnitKind.EMERGENCY, UnitKind.WARD, UnitKind.OTHER)
    return sorted(units, key=lambda unit: (unit.pk != acting_unit_id, kinds.index(UnitKind(unit.kind))))


def calls(lines: Iterable[CalledLine], now: datetime) -> tuple[CallShown, ...]:
    """Whom to call, in the order of the lines."""
    return tuple(_call(line, now) for line in lines)


def _call(line: CalledLine, now: datetime) -> CallShown:
    return CallShown(
        id=str(line.id),
        kind=OnCallKind(line.kind).label,
        name=line.name,
        number=line.number,
        starts_at=line.starts_at,
        ends_at=line.ends_at,
        is_now=line.starts_at <= now < line.ends_at,
    )
