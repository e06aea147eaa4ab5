"""The left column: all the lines, in the order of the two panels."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.models import Assignment
from osmose.encounters.operations.founding import BED, TRANSPORT
from osmose.organisations.models import DataCategory, Location
from osmose.workspace.patient_page import care_lines, course_lines, safety_lines, status_lines
from osmose.workspace.patient_page.lines import Line, Sight

NO_LONGER_OFFERED = "cette demande n’est plus proposée"


@dataclass(frozen=True)
class Typed:
    """What was typed on one line, and refused."""

    field: str
    values: Mapping[str, str]

    def on(self, line: Line) -> Line:
        """The line with its form open on what was typed."""
        known = {name: self.values[name] for name in line.values if name in self.values}
        if line.field != self.field or not known:
            return line
        return replace(line, values={**line.values, **known}, is_open=True)


@dataclass(frozen=True)
class Tracking:
    """« Statut du patient », « Sécurité » and « Suivi de la prise en charge »."""

    status: tuple[Line, ...]
    safety: tuple[Line, ...]
    care: tuple[Line, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        return (*self.status, *self.safety, *self.care)

    def line(self, field: str) -> Line | None:
        """The line of a field; None where this reader has none."""
        return next((line for line in self.lines if line.field == field), None)


def tracking(
    sight: Sight,
    places: list[Location],
    referents: dict[Referent, Assignment],
    scope: frozenset[str],
    typed: Typed | None = None,
) -> Tracking:
    """The lines of a PEC, as far as the reader's agreement opens them; what was typed and refused stays typed."""
    drawn = _lines(sight, places, referents, scope)
    if typed is None:
        return drawn
    return Tracking(*(tuple(map(typed.on, lines)) for lines in (drawn.status, drawn.safety, drawn.care)))


def _asked(sight: Sight) -> tuple[Line, ...]:
    """The kinds in use, then what was asked of a kind that is offered no more: shown, and changed by nobody."""
    known = {kind.code for kind in sight.offers.kinds}
    ended = [request.kind for code, request in sight.course.requests.items() if code not in known]
    still = replace(sight, reason=sight.reason or NO_LONGER_OFFERED)
    return (
        *(status_lines.request_line(sight, kind) for kind in sight.offers.kinds),
        *(status_lines.request_line(still, kind) for kind in ended),
    )


_AFTER = tuple(f"request:{code}" for code in (BED, TRANSPORT))


def _before(asked: tuple[Line, ...]) -> tuple[Line, ...]:
    """What is asked to know more: the decision comes after it."""
    return tuple(line for line in asked if line.field not in _AFTER)


def _after(sight: Sight, asked: tuple[Line, ...]) -> tuple[Line, ...]:
    """What follows from the decision; a bed obtained for a former one says so."""
    lines = tuple(line for line in asked if line.field in _AFTER)
    former = course_lines.bed_badge(course_lines.held_for(sight))
    return tuple(replace(line, badge=former) if line.field == _AFTER[0] else line for line in lines)


def _lines(
    sight: Sight, places: list[Location], referents: dict[Referent, Assignment], scope: frozenset[str]
) -> Tracking:
    asked = _asked(sight) if DataCategory.REQUESTS in scope else ()
    # Who comes along has a name and a phone: it is shared with the identity.
    knows_family = DataCategory.IDENTITY in scope
    company = (care_lines.company_line(sight),) if knows_family else ()
    is_theirs = sight.is_minor or sight.value("guardians") is not None
    guardians = (safety_lines.guardians_line(sight),) if knows_family and is_theirs else ()
    return Tracking(
        status=(
            status_lines.place_line(sight, places),
            *_before(asked),
            course_lines.decision_line(sight),
            *_after(sight, asked),
            status_lines.concern_line(sight),
            status_lines.triage_line(sight),
            status_lines.ccmu_line(sight),
        ),
        safety=(
            safety_lines.missing_line(sight),
            safety_lines.watch_line(sight),
            safety_lines.restraint_line(sight),
            safety_lines.belongings_line(sight),
            *guardians,
        ),
        care=(
            care_lines.motif_line(sight),
            care_lines.mode_line(sight),
            care_lines.arrival_line(sight),
            *company,
            care_lines.treatment_line(sight),
            care_lines.allergies_line(sight),
            care_lines.cognition_line(sight),
            care_lines.alcohol_line(sight),
            care_lines.substances_line(sight),
            care_lines.referents_line(sight, referents),
        ),
    )
