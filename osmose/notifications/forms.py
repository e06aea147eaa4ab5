"""What one clicks and types about notifications."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from osmose.kernel.access.notices import registry
from osmose.kernel.base.moments import read_coming
from osmose.kernel.base.refused import Refused
from osmose.kernel.base.text import clean
from osmose.notifications.rules import Wanted

_MOST_IDS = 400


def arriving(posted: QueryDict, *, now: datetime) -> datetime | None:
    """The hour at which one comes, as typed (« 14:40 »); None for « je m’en occupe ». `Refused`: no hour."""
    typed = clean(posted.get("arriving", ""))
    return read_coming(typed, now=now) if typed else None


def ids_of(posted: QueryDict) -> list[uuid.UUID]:
    """The notifications named, as « id,id » or several fields; `Refused` for anything else."""
    texts = [part for value in posted.getlist("ids") for part in value.split(",") if part]
    try:
        return [uuid.UUID(text) for text in texts[:_MOST_IDS]]
    except ValueError:
        raise Refused("Cette notification n’existe plus.", code="ids", status=409) from None


def event_of(posted: QueryDict) -> uuid.UUID:
    """The answer to undo; `Refused` for anything else."""
    try:
        return uuid.UUID(posted.get("event", ""))
    except ValueError:
        raise Refused("Cette réponse n’existe plus.", code="event", status=409) from None


def cursor(posted: QueryDict, name: str) -> int:
    """A place in time, as an address carries it; 0 for anything else."""
    text = posted.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0


@dataclass(frozen=True)
class Chosen:
    """What one wants of each notice, and by which channels."""

    wanted: dict[str, Wanted]
    by_browser: bool
    by_mail: bool


def chosen(posted: QueryDict) -> Chosen:
    """The whole form of settings; what it does not say, or says wrongly, is `Refused`."""
    wanted = {}
    for name, notice in registry().items():
        try:
            wanted[name] = Wanted(posted.get(name, ""))
        except ValueError:
            raise Refused(f"Choisissez pour «\u202f{notice.label}\u202f».", field=name, code="choice") from None
    return Chosen(wanted, posted.get("by_browser") == "on", posted.get("by_mail") == "on")
