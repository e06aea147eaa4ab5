"""Who is there, on the wall of a staff room: how many of each unit do what, and whom to call where nobody is."""

from dataclasses import dataclass
from datetime import datetime

from osmose.accounts.queries import presence
from osmose.devices.queries import ScreenActor
from osmose.organisations.models import UnitKind
from osmose.workspace.presence import shown
from osmose.workspace.presence.shown import CallShown, Count


@dataclass(frozen=True, kw_only=True)
class TeamLine:
    """« EMP : 1 disponible, 1 en entretien de crise jusqu’à ~14:40 ». Nobody at work is named; `called` is whom to call
    while nobody is on site.
    """

    label: str
    counts: tuple[Count, ...]
    called: tuple[CallShown, ...] = ()


def team(screen: ScreenActor, now: datetime) -> tuple[TeamLine, ...]:
    """The unit itself and the psychiatric ones of its hospital and partners, those with somebody first: three queries.

    Nothing in a corridor: who is free there is nobody's business but the ward's.
    """
    if not screen.shows_initials:
        return ()
    units = presence.units_on_wall(screen, now)
    ids = [unit.pk for unit in units]
    people, called = presence.who_is_where(ids, now), presence.on_call(ids, now)
    lines = []
    for unit in sorted(units, key=lambda unit: (unit.pk not in people, unit.kind != UnitKind.PSYCHIATRY)):
        on_site = [here for here in people.get(unit.pk, []) if here.meaning.is_on_site]
        lines.append(
            TeamLine(
                label=unit.short_name,
                counts=shown.counts(on_site),
                called=() if on_site else shown.calls(called.get(unit.pk, []), now),
            )
        )
    return tuple(lines)
