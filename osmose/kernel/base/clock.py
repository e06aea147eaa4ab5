"""The only clock of the house: everything that needs « now » asks here."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return datetime.now(UTC)


def paris(at: datetime) -> datetime:
    """The same instant on the wall clock of a French ward."""
    return at.astimezone(PARIS)
