"""What is done in a passage, as plain values: who, when, what. `stage` does them."""

from dataclasses import dataclass
from datetime import datetime

from osmose.demo.case import Exit
from osmose.encounters.lifecycle import ResultFlag
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.lifecycle.tracking import Tracked
from osmose.handover.rules import Written

ADMISSIONS, JOBS = "admissions", "jobs"


@dataclass(frozen=True)
class Deed:
    """Something done at an hour by somebody: an account, the admissions' feed, or Osmose's own jobs."""

    at: datetime
    by: str


@dataclass(frozen=True)
class Arrive(Deed):
    """The admissions announce the patient."""


@dataclass(frozen=True)
class Transfer(Deed):
    """Another unit goes on with the patient."""

    unit: str


@dataclass(frozen=True)
class Track(Deed):
    """A field of the tracking is noted."""

    field: str
    value: Tracked


@dataclass(frozen=True)
class Ask(Deed):
    """A request changes state; `team` is whom a psychiatric one is addressed to."""

    kind: str
    status: str
    team: str = ""


@dataclass(frozen=True)
class Expect(Deed):
    """A request takes a state with an hour said with it, `minutes` after the deed, and why."""

    kind: str
    status: str
    minutes: int
    reason: str = ""


@dataclass(frozen=True)
class Begin(Deed):
    """A psychiatric professional begins an interview: whoever does it."""


@dataclass(frozen=True)
class Interrupt(Deed):
    """The interview stops for a while: why, and how many minutes later it is to go on (0: not said)."""

    reason: str
    minutes: int = 0


@dataclass(frozen=True)
class Resume(Deed):
    """The professional is back."""


@dataclass(frozen=True)
class Finish(Deed):
    """The interview is over."""

    conclusion: str = ""


@dataclass(frozen=True)
class Remark(Deed):
    """A word beside a request."""

    kind: str
    text: str


@dataclass(frozen=True)
class Flag(Deed):
    """What a result says."""

    kind: str
    result: ResultFlag


@dataclass(frozen=True)
class Install(Deed):
    """The patient goes to a zone and, where `box` names one, to it or another free one of the unit.

    `is_given`: it was asked for; without any free one, it goes on waiting.
    """

    zone: str
    box: str = ""
    is_given: bool = False
    shares: str = ""


@dataclass(frozen=True)
class Charge(Deed):
    """Whoever does it is in charge in this role."""

    role: Referent


@dataclass(frozen=True)
class Write(Deed):
    """A transmission is signed, for the unit of that key (« unit »: the patient's) where there is one."""

    written: Written
    to: str = ""


@dataclass(frozen=True)
class Leave(Deed):
    """The exit is recorded."""

    exit: Exit | None


@dataclass(frozen=True)
class Close(Deed):
    """The PEC is closed."""


ALONE = (Arrive, Transfer, Write, Leave, Close)


@dataclass(frozen=True)
class Hand:
    """What one person does at the bedside before somebody else comes: one transaction."""

    at: datetime
    by: str
    deeds: tuple[Deed, ...]
