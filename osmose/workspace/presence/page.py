"""What the strip, the menu of one's status and « Équipe » show; three queries at most each, four for the page."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from osmose.accounts.policies import PLAN_ON_CALL
from osmose.accounts.queries import presence
from osmose.accounts.queries.presence import Here
from osmose.accounts.rules.presence import Status
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.roles import CLINICAL
from osmose.organisations.models import UnitKind
from osmose.workspace.presence import shown
from osmose.workspace.presence.shown import TONES, PersonShown, UnitShown

_NAMED = 3


@dataclass(frozen=True)
class Team:
    """Units with their people, and the word that changes with anything shown."""

    units: tuple[UnitShown, ...]
    version: str

    @property
    def is_crowded(self) -> bool:
        """More people than a strip names in one line of a usual screen."""
        return sum(len(unit.people) for unit in self.units) > _NAMED


@dataclass(frozen=True)
class Option:
    """One status to choose: its code, word, icon and tone, the key that chooses it, and whether it is mine now."""

    code: str
    label: str
    icon: str
    tone: str
    key: str
    usual: str
    is_current: bool


@dataclass(frozen=True)
class Mine:
    """My status (None: off duty), what else I may say, in which unit, and the word that changes with it."""

    current: PersonShown | None
    unit: str
    options: tuple[Option, ...]
    version: str


def strip(actor: Actor, now: datetime) -> Team:
    """Psychiatry, for whoever works with it; one's own unit where no psychiatric unit shares with it."""
    visible = presence.units_shown(actor, now)
    psychiatric = [unit for unit in visible if unit.kind == UnitKind.PSYCHIATRY]
    units = psychiatric or [unit for unit in visible if unit.pk == actor.acting_unit_id]
    people = presence.who_is_where((unit.pk for unit in units), now)
    called = presence.on_call((unit.pk for unit in units), now)
    own = actor.unit_ids(*CLINICAL)
    return _team(
        tuple(
            shown.unit(
                unit,
                people.get(unit.pk, []),
                called.get(unit.pk, []),
                viewer_id=actor.id,
                viewer_units=own,
                now=now,
            )
            for unit in shown.in_order(units, actor.acting_unit_id)
        )
    )


def team(actor: Actor, now: datetime) -> Team:
    """Every unit that one may see, with those who are or will be on call."""
    visible = presence.units_shown(actor, now)
    people = presence.who_is_where((unit.pk for unit in visible), now)
    called = presence.on_call_from((unit.pk for unit in visible), now)
    own = actor.unit_ids(*CLINICAL)
    return _team(
        tuple(
            shown.unit(
                unit,
                people.get(unit.pk, []),
                called.get(unit.pk, []),
                viewer_id=actor.id,
                viewer_units=own,
                now=now,
                may_plan=PLAN_ON_CALL.allows(actor, unit, now),
            )
            for unit in shown.in_order(visible, actor.acting_unit_id)
        )
    )


def mine(actor: Actor) -> Mine:
    """My own status and those that I may say: two queries."""
    unit_id = presence.working_unit(actor)
    here = presence.statuses_of_people([actor.id]).get(actor.id)
    held = actor.membership_in(unit_id, *CLINICAL)
    current = None
    if here is not None:
        current = shown.person(here, viewer_id=actor.id, viewer_units=actor.unit_ids(*CLINICAL))
    options = tuple(_option(n, status, here) for n, status in enumerate(presence.statuses_of(unit_id), start=1))
    unit = held.unit_label if held else ""
    return Mine(current, unit, options, _version((current, unit, options)))


def _option(number: int, status: Status, here: Here | None) -> Option:
    minutes = status.usual_minutes
    return Option(
        code=status.code,
        label=status.label,
        icon=status.meaning.icon,
        tone=TONES.get(status.meaning, "neutral"),
        key=str(number) if number < 10 else "",
        usual=f"{minutes}\u00a0min" if minutes else "",
        is_current=here is not None and (here.label, here.meaning) == (status.label, status.meaning),
    )


def _team(units: tuple[UnitShown, ...]) -> Team:
    return Team(units, _version(units))


def _version(said: object) -> str:
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]
