"""One line of the tracking: a name, groups of buttons that say the wanted state, who and when, a small form."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from osmose.encounters.lifecycle.interviews import InterviewState
from osmose.encounters.lifecycle.tracking import read_value
from osmose.encounters.models import Encounter
from osmose.encounters.models import Tracking as Noted
from osmose.encounters.presenters import Coming
from osmose.encounters.queries import Course, Offers
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.revisions import revision
from osmose.kernel.base import french
from osmose.kernel.base.clock import paris
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.kernel.events.timeline import Entry

NARROW = french.NARROW
NOTHING = "–"


@dataclass(frozen=True)
class Option:
    """One button of a group: what it sends, its word, whether it is the current state, why it can't be pressed.

    `before` is read aloud before the word and not shown; `title` says more to whoever points at it.
    """

    value: str
    label: str
    current: bool = False
    tone: str = "n"
    reason: str = ""
    before: str = ""
    title: str = ""
    icon: str = ""


@dataclass(frozen=True)
class Group:
    """Buttons of which one or several are pressed; `route` is the deed, `name` the field they send."""

    label: str
    route: str
    options: tuple[Option, ...]
    revision: int
    name: str = "wanted"
    caption: str = ""

    @property
    def chosen(self) -> str:
        """What is pressed, as paper says it; nothing where nothing is."""
        said = ", ".join(f"{o.before}{o.label}" for o in self.options if o.current and o.label != NOTHING)
        return said if not said or said.startswith(self.caption) else f"{self.caption} {said}"


@dataclass(frozen=True)
class InterviewShown:
    """One professional's interview, and what this reader may do about it."""

    id: str
    kind: str
    who: str
    state: InterviewState
    said: str
    since: datetime | None
    conclusion: str
    revision: int
    can_interrupt: bool
    can_resume: bool
    can_end: bool
    can_conclude: bool

    @property
    def is_ended(self) -> bool:
        return self.state is InterviewState.ENDED

    @property
    def tone(self) -> str:
        return {"running": "psy", "paused": "warning", "ended": "neutral"}[self.state]

    @property
    def icon(self) -> str:
        return {"running": "message-square-text", "paused": "pause", "ended": "circle-check"}[self.state]

    @property
    def printed(self) -> str:
        """« IDE Martin Diaz, entretien terminé de 14:05 à 14:50 : Retour à domicile. »."""
        said = f"{self.who}, {self.state.label.lower()} {self.said}"
        return f"{said}{NARROW}: {self.conclusion}" if self.conclusion else said


@dataclass(frozen=True)
class Interviews:
    """The interviews on a line; whether this reader may begin, or name colleagues; the usual reasons to interrupt."""

    kind: str
    shown: tuple[InterviewShown, ...]
    can_begin: bool
    can_name: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Expected:
    """The states that an hour may be said with, and what is said now."""

    options: tuple[tuple[str, str], ...]
    status: str
    edit: str
    whys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One control. `text` is what was written, `badge` what must not be overlooked, `form` the template of what may
    be typed (`values` fill it), `edit` the word that opens it."""

    field: str
    label: str
    groups: tuple[Group, ...] = ()
    text: str = ""
    badge: str = ""
    by: str = ""
    note: str = ""
    revision: int = 0
    note_revision: int = 0
    can_note: bool = False
    form: str = ""
    edit: str = ""
    values: Mapping[str, str] = dataclasses.field(default_factory=dict, hash=False)
    is_open: bool = False
    is_of_safety: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    interviews: Interviews | None = None
    expected: Expected | None = None
    coming: Coming | None = None

    @property
    def form_route(self) -> str:
        """The deed of what is typed on this line."""
        return {"motif": "pec_motif", "arrived_at": "pec_arrival_time"}.get(self.form, "pec_tracking")

    @property
    def slot(self) -> str:
        """The id of the element where a refusal or a conflict about this line is put."""
        return slot_of(self.field)

    @property
    def anchor(self) -> str:
        """The id of the line itself, which the answer to a click replaces."""
        return f"line-{self.field.replace(':', '-')}"

    @property
    def kind(self) -> str:
        """The code of the request's kind; empty for the other lines."""
        return self.field.partition(":")[2]

    @property
    def printed(self) -> str:
        """The line as paper says it."""
        said = [group.chosen for group in self.groups]
        said += [one.printed for one in self.interviews.shown] if self.interviews else []
        said += [self.coming.words] if self.coming else []
        return " · ".join(part for part in (*said, self.badge, self.text, self.note) if part) or NOTHING


def slot_of(name: str) -> str:
    return f"msg-{name.replace(':', '-')}"


@dataclass(frozen=True)
class Sight:
    """What the lines are drawn from: the PEC, what is noted, who changed each field last, what may be chosen."""

    course: Course
    offers: Offers
    noted: Noted | None
    last: Mapping[str, Entry]
    actor: Actor
    now: datetime
    reason: str
    is_minor: bool

    @property
    def encounter(self) -> Encounter:
        return self.course.encounter

    @property
    def today(self) -> date:
        return paris(self.now).date()

    def value(self, name: str) -> Any:
        """What is noted of a field; None where nothing is, or where it can't be read."""
        stored = readable(self.noted, name) if self.noted else None
        return None if stored is UNREADABLE else read_value(name, stored)

    def revision(self, name: str) -> int:
        return revision(self.encounter, name)

    def by(self, name: str) -> str:
        """« IDE Claire Morel · 12:10 », the day before the hour where it is another one."""
        entry = self.last.get(name)
        return f"{entry.by} · {self.hour(entry.occurred_at)}" if entry and entry.by else ""

    def hour(self, at: datetime) -> str:
        return french.time(at) if paris(at).date() == self.today else french.day_time(at)
