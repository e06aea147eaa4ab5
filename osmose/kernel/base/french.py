"""Dates, durations and numbers as a French reader expects them."""

from datetime import date, datetime, timedelta

from osmose.kernel.base.clock import paris

NARROW = "\u202f"  # narrow no-break space, before ; : ! ? and inside numbers
_DAYS = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
_MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")


def elapsed(span: timedelta) -> str:
    """« 25 min », « 2 h 10 », « 3 j 4 h »; never negative."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 60:
        return f"{minutes}\u00a0min"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return f"{hours}\u00a0h\u00a0{rest:02d}"
    days, hours = divmod(hours, 24)
    return f"{days}\u00a0j\u00a0{hours}\u00a0h"


def time(at: datetime) -> str:
    """« 14:05 », Paris time."""
    return f"{paris(at):%H:%M}"


def day(at: datetime) -> str:
    """« lun. 23 nov. », Paris time."""
    local = paris(at)
    number = "1er" if local.day == 1 else str(local.day)
    return f"{_DAYS[local.weekday()]} {number} {_MONTHS[local.month - 1]}"


def day_time(at: datetime) -> str:
    """« lun. 23 nov. 14:05 », Paris time."""
    return f"{day(at)} {time(at)}"


def numeric_date(value: date) -> str:
    """« 12/03/1981 »; of an instant, its day in Paris."""
    if isinstance(value, datetime):
        value = paris(value)
    return f"{value:%d/%m/}{value.year:04d}"


def ordinal(number: int, *, feminine: bool = False) -> str:
    """« 1er », « 1re », « 4ᵉ »."""
    if number == 1:
        return "1re" if feminine else "1er"
    return f"{number}ᵉ"
