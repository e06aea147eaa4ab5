"""One passage as the demonstration tells it, from the arrival on: the same shape for the file's and the drawn ones."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from osmose.encounters.lifecycle import ArrivalMode, Destination, ExitMode, Orientation
from osmose.encounters.lifecycle.tracking import Tracked
from osmose.patients.rules import IdentityStatus, Sex

NARROW = "\u202f"


@dataclass(frozen=True)
class Step:
    """What happens `t` minutes after the arrival; `kind` is an event type of the file, or one of `script.STATES`."""

    t: int
    kind: str
    detail: str = ""


@dataclass(frozen=True)
class Note:
    """A transmission; a confidential one stays in its author's unit.

    `by` as the situations say it: IDE, AS, MED of the patient's unit; PSY, PSYCHIATRE of the psychiatric team. `to` is
    « team » (the psychiatric one), « unit » (the patient's) or nobody in particular.
    """

    t: int
    by: str
    text: str
    is_confidential: bool = False
    kind: str = "plain"
    stage: str = ""
    focus: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    to: str = ""
    answer_minutes: int = 0

    @property
    def words(self) -> str:
        """All that it says."""
        return "\n".join(part for part in (self.focus, self.text, *(text for _, text in self.parts)) if part)


@dataclass(frozen=True)
class Noted:
    """A field of the tracking, as it is said at that minute."""

    t: int
    field: str
    value: Tracked


@dataclass(frozen=True)
class Exit:
    """How the patient leaves, in the RPU's three codes."""

    mode: ExitMode
    destination: Destination | None = None
    orientation: Orientation | None = None


@dataclass(frozen=True)
class Person:
    """Whose passage it is. `age` in years (in months with `is_baby`); None: nobody knows who it is."""

    key: str
    birth_name: str
    first_name: str
    sex: Sex
    age: int | None
    used_name: str = ""
    is_baby: bool = False
    estimated_age: int | None = None
    status: IdentityStatus = IdentityStatus.VALIDEE

    @property
    def is_minor(self) -> bool:
        return self.is_baby or (self.age is not None and self.age < 18)


@dataclass(frozen=True)
class Case:
    """A whole passage, whatever part of it has already happened.

    `snapshot` is the minute at which the file's story stops; `stretch` by how much the hours as told were stretched.
    """

    key: str
    person: Person
    motif: str
    zone: str = "AV"
    mode: ArrivalMode = ArrivalMode.ALONE
    steps: tuple[Step, ...] = ()
    notes: tuple[Note, ...] = ()
    noted: tuple[Noted, ...] = ()
    remarks: Mapping[str, str] = field(default_factory=dict)
    leaving: Exit | None = None
    snapshot: int | None = None
    stretch: float = 1.0

    @property
    def unit(self) -> str:
        """Every minor is cared for by the paediatric unit, every adult by the others."""
        return "PED" if self.person.is_minor else "SAU"

    @property
    def exit_minute(self) -> int:
        """When the patient leaves; a `StopIteration` for a passage told without its end."""
        return next(step.t for step in self.steps if step.kind == "sortie")

    def with_steps(self, *steps: Step) -> "Case":
        """The same passage, in which this happens too."""
        return replace(self, steps=tuple(sorted((*self.steps, *steps), key=lambda step: step.t)))

    def with_notes(self, *notes: Note) -> "Case":
        return replace(self, notes=(*self.notes, *notes))


def read_steps(told: str, *, stretch: float = 1.0) -> Iterator[Step]:
    """« 5 bio_demandee; 12 box_attribue Box 2 », its hours stretched together so that their order is kept."""
    yield Step(0, "arrivee")
    for part in filter(None, (p.strip() for p in told.split(";"))):
        minute, kind, *detail = part.split(" ", 2)
        yield Step(round(int(minute) * stretch), kind, french(detail[0]) if detail else "")


def read_exit(told: str) -> Exit:
    """« TRANSFERT 4 HDT », « DOMICILE - PSA »."""
    mode, destination, orientation = (*told.split(" "), "", "")[:3]
    return Exit(
        ExitMode(_EXITS[mode]),
        Destination(destination) if destination.isdigit() else None,
        Orientation(orientation) if orientation else None,
    )


_EXITS = {"MUTATION": "6", "TRANSFERT": "7", "DOMICILE": "8", "DECES": "9"}


def focused(t: int, by: str, *told: str, is_confidential: bool = False) -> Note:
    """Cible, données, actions, résultats; what has a cible alone is a plain text."""
    focus, *said = (french(words) for words in told)
    parts = tuple((name, words) for name, words in zip(("data", "action", "response"), said, strict=False) if words)
    if not parts:
        return Note(t, by, focus, is_confidential)
    to = "unit" if by in ("PSY", "PSYCHIATRE") and not is_confidential else ""
    return Note(t, by, "", is_confidential, kind="focus", focus=focus, parts=parts, to=to)


def french(text: str) -> str:
    """French typography: curly apostrophes, narrow spaces before double punctuation and inside « »."""
    text = text.replace("'", "’").replace("« ", f"«{NARROW}").replace(" »", f"{NARROW}»")
    for mark in ":;!?%":
        text = text.replace(f" {mark}", f"{NARROW}{mark}")
    return text
