"""An instant as people type it, on the wall clock of a French ward: « 23/11/2026 14:05 », or « 14:05 » alone."""

import re
from datetime import UTC, date, datetime, time, timedelta

from osmose.kernel.base import french
from osmose.kernel.base.clock import PARIS, paris
from osmose.kernel.base.refused import Refused

_TYPED = re.compile(
    r"(?:(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})\s+(?:à\s+)?)?"
    r"(?P<hour>[0-9]{1,2})\s*[:h]\s*(?P<minute>[0-9]{2})"
    r"(?:\s+\(?(?P<season>été|ete|hiver)\)?)?",
    re.IGNORECASE,
)
_SUMMER = timedelta(hours=2)
_DAY, _MISTAKEN = timedelta(days=1), timedelta(hours=6)
_N = french.NARROW


def read_moment(typed: str, *, now: datetime) -> datetime:
    """The instant in UTC. Without a day, the last such hour that is not in the future.

    The night the clocks go back, an hour that happened twice says which: « 02:30 été » (before), « 02:30 hiver »
    (after). `Refused` says how to write it: nonsense, an hour that does not exist or happened twice.
    """
    found = _TYPED.fullmatch(" ".join(typed.split()))
    if found is None:
        raise _refused(f"Écrivez l’heure comme 14:05, ou le jour et l’heure comme {_example(now)}.")
    try:
        at = time(int(found["hour"]), int(found["minute"]))
    except ValueError:
        raise _refused(f"Cette heure n’existe pas{_N}: écrivez-la de 00:00 à 23:59.") from None
    season = (found["season"] or "").lower().replace("ete", "été")
    if found["day"] is None:
        return _last(at, season, now)
    try:
        day = date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        raise _refused(f"Cette date n’existe pas{_N}: écrivez-la comme {_example(now)}.") from None
    return _only(_instants(day, at), day, at, season)


def read_coming(typed: str, *, now: datetime) -> datetime:
    """The instant in UTC of an hour that is announced: without a day, the nearest such hour.

    One that was on the clock less than six hours ago is that one, in the past, rather than tomorrow's: a wrong hour is
    seen at once. `Refused` as `read_moment`.
    """
    if _TYPED.fullmatch(" ".join(typed.split())) is None or "/" in typed:
        return read_moment(typed, now=now)
    ahead = read_moment(typed, now=now + _DAY)
    if ahead - now < _DAY - _MISTAKEN:
        return ahead
    return read_moment(typed, now=now)


def write_moment(at: datetime) -> str:
    """The instant as `read_moment` reads it back: « 23/11/2026 14:05 », the season where the hour happens twice."""
    local = paris(at)
    text = f"{french.numeric_date(local.date())} {local:%H:%M}"
    if len(_instants(local.date(), local.time().replace(second=0, microsecond=0, fold=0))) < 2:
        return text
    return f"{text} {'été' if local.utcoffset() == _SUMMER else 'hiver'}"


def _last(at: time, season: str, now: datetime) -> datetime:
    today = paris(now).date()
    for day in (today, today - timedelta(days=1)):
        instants = _instants(day, at)
        was_skipped = not instants and datetime.combine(day, at) <= paris(now).replace(tzinfo=None)
        past = [instant for instant in instants if instant <= now]
        if past or was_skipped:
            return _only(past, day, at, season)
    raise _refused(f"Écrivez aussi le jour, comme {_example(now)}.")


def _instants(day: date, at: time) -> list[datetime]:
    """When this hour was on the clock that day: once; never or twice the nights the clocks change."""
    wall = datetime.combine(day, at)
    both = {wall.replace(tzinfo=PARIS, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(instant for instant in both if paris(instant).replace(tzinfo=None) == wall)


def _only(instants: list[datetime], day: date, at: time, season: str) -> datetime:
    hour = f"{at:%H:%M}"
    if not instants:
        raise _refused(
            f"{hour} n’existe pas le {french.numeric_date(day)}{_N}: l’horloge passe de 02:00 à 03:00. "
            f"Écrivez 03:{at:%M} si vous lisiez une pendule déjà à l’heure d’été, 01:{at:%M} sinon."
        )
    wanted = [i for i in instants if not season or (paris(i).utcoffset() == _SUMMER) is (season == "été")]
    if not wanted:
        raise _refused(f"Ce jour-là, {hour} n’était pas à l’heure d’{season}{_N}: écrivez {hour}.")
    if len(wanted) > 1:
        raise _refused(
            f"{hour} a eu lieu deux fois cette nuit-là{_N}: écrivez «{_N}{hour} été{_N}» avant le changement d’heure, "
            f"«{_N}{hour} hiver{_N}» après."
        )
    return wanted[0]


def _example(now: datetime) -> str:
    return f"{french.numeric_date(paris(now).date())} 14:05"


def _refused(sentence: str) -> Refused:
    return Refused(sentence, field="at", code="moment")
