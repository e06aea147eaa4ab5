"""The left column: one line a control, each a group of buttons that say the wanted state."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from osmose.encounters.lifecycle import ArrivalMode, Meaning
from osmose.encounters.models import RequestKind, ServiceRequest
from osmose.encounters.presenters import toggle_tone
from osmose.encounters.queries import Course
from osmose.kernel.actions.revisions import revision
from osmose.kernel.base import french
from osmose.kernel.crypto.reading import readable
from osmose.organisations.models import Location

CHOOSE_TEAM = "Choisissez d’abord l’équipe"


@dataclass(frozen=True)
class Option:
    """One button of a group: what it sends, its word, whether it is the current state, why it can't be pressed."""

    value: str
    label: str
    current: bool = False
    tone: str = "n"
    reason: str = ""


@dataclass(frozen=True)
class Line:
    """One control: its name, its buttons, who and when, its revision and its message slot."""

    field: str
    label: str
    options: tuple[Option, ...] = ()
    more: tuple[Option, ...] = ()
    by: str = ""
    revision: int = 0
    note: str = ""
    note_revision: int = 0
    can_note: bool = False

    @property
    def slot(self) -> str:
        """The id of the element where a refusal or a conflict about this line is put."""
        return f"msg-{self.field.replace(':', '-')}"

    @property
    def kind(self) -> str:
        """The code of the request's kind; empty for the other lines."""
        return self.field.partition(":")[2]


@dataclass(frozen=True)
class Tracking:
    """All the lines, in order."""

    place: Line
    arrival_mode: Line
    requests: tuple[Line, ...] = field(default_factory=tuple)


def tracking(
    course: Course, kinds: Iterable[RequestKind], places: list[Location], reason: str, scope: frozenset[str]
) -> Tracking:
    """The lines of a PEC; `reason` says why nothing can be changed, or is empty."""
    return Tracking(
        place=_place(course, places, reason),
        arrival_mode=_mode(course, reason),
        requests=tuple(_request(course, k, reason) for k in kinds) if "requests" in scope else (),
    )


def _place(course: Course, places: list[Location], reason: str) -> Line:
    here, zones = course.place, [p for p in places if not p.is_box]
    boxes = [p for p in places if p.is_box]
    zone_options = [Option(f"{z.pk}|", z.label, str(z.pk) == here.location, reason=reason) for z in zones]
    if not any(o.current for o in zone_options):
        zone_options.insert(0, Option("|", here.location_label, current=True, reason=reason))
    none = Option(f"{here.location}|", "Aucun box", not here.box, reason=reason)
    box_options = [
        Option(f"{here.location}|{b.pk}", _box_label(b, here.box), str(b.pk) == here.box, reason=reason) for b in boxes
    ]
    return Line(
        field="place",
        label="Lieu",
        options=tuple(_kept_box(o, here.box) for o in zone_options),
        more=(none, *box_options) if boxes else (),
        revision=revision(course.encounter, "place"),
    )


def _kept_box(option: Option, box: str) -> Option:
    """Pressing the current zone again changes nothing: it names the current box too."""
    return Option(f"{option.value}{box}", option.label, True, option.tone, option.reason) if option.current else option


def _box_label(box: Location, current: str) -> str:
    is_taken = bool(getattr(box, "is_taken", False)) and str(box.pk) != current
    return f"{box.label} (occupé)" if is_taken else box.label


def _mode(course: Course, reason: str) -> Line:
    current = course.encounter.arrival_mode
    return Line(
        field="arrival_mode",
        label="Mode d’arrivée",
        options=tuple(Option(m.value, m.label, m.value == current, reason=reason) for m in ArrivalMode),
        revision=revision(course.encounter, "arrival_mode"),
    )


def _request(course: Course, kind: RequestKind, reason: str) -> Line:
    request, table = course.requests.get(kind.code), kind.table
    current = request.status if request else table.initial.code
    teams: list[dict[str, str]] = getattr(kind, "teams", [])
    options, more = [], []
    for status in table.statuses:
        is_current = status.code == current
        why = reason or ("" if is_current or table.allows(current, status.code) else "impossible depuis cet état")
        value = f"{kind.code}:{status.code}"
        if status.meaning is Meaning.WAITING and len(teams) > 1 and not is_current:
            more += [Option(f"{value}:{t['id']}", f"{status.word}\u202f: {t['short_name']}") for t in teams if not why]
            why = why or CHOOSE_TEAM
        options.append(Option(value, status.word, is_current, toggle_tone(kind, status), why))
    return Line(
        field=f"request:{kind.code}",
        label=kind.label,
        options=tuple(options),
        more=tuple(more),
        by=_by(request),
        revision=revision(course.encounter, f"request:{kind.code}"),
        note=str(readable(request, "note") or "") if request else "",
        note_revision=revision(course.encounter, f"note:{kind.code}"),
        can_note=request is not None and not reason,
    )


def _by(request: ServiceRequest | None) -> str:
    """« Demandée 13:17 · Dr Hugo Ferrer · pour Équipe mobile »."""
    if request is None:
        return ""
    unit = request.addressed_unit
    addressed = f" · pour {unit.short_name}" if unit else ""
    return (
        f"{request.state.word} {french.time(request.changed_at)} · {readable(request, 'changed_by') or ''}{addressed}"
    )
