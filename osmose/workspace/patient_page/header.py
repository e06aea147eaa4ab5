"""What never scrolls away, besides the identity: how urgent, why a worry, who is in charge, what else is open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.lifecycle.tracking import Allergies, Decision, Known
from osmose.encounters.models import Assignment
from osmose.encounters.presenters import ConcernBadge, concern_badge
from osmose.encounters.queries import Standing
from osmose.kernel.base import french
from osmose.organisations.models import DataCategory, Location
from osmose.workspace.patient_page.course_lines import held_for
from osmose.workspace.patient_page.lines import Sight


@dataclass(frozen=True)
class OpenElsewhere:
    """Another PEC of the same patient that is open: both are never silently written."""

    id: str
    unit: str
    since: datetime


@dataclass(frozen=True)
class Header:
    """The facts and warnings of the band."""

    triage: str
    ccmu: str
    concern: ConcernBadge | None
    allergies: str
    passage: str
    referents: tuple[str, ...]
    open_elsewhere: tuple[OpenElsewhere, ...]
    shared_box: str
    decision: str
    decision_words: str
    bed_held_for: str

    @property
    def levels(self) -> str:
        """« 2 · P »."""
        return " · ".join(level for level in (self.triage, self.ccmu) if level)


def header(
    sight: Sight,
    standing: Standing,
    places: Iterable[Location],
    referents: dict[Referent, Assignment],
    scope: frozenset[str],
) -> Header:
    """The band's own part, from what the page has loaded."""
    allergies: Allergies | None = sight.value("allergies")
    triage, ccmu = sight.value("triage"), sight.value("ccmu")
    decision: Decision | None = sight.value("decision")
    here = sight.course.place.box
    return Header(
        triage=triage.words if triage else "",
        ccmu=ccmu.words if ccmu else "",
        concern=concern_badge(sight.value("concern"), is_minor=sight.is_minor),
        allergies=allergies.words if allergies and allergies.status is not Known.UNKNOWN else "",
        passage=f"{french.ordinal(standing.number)} passage / 30 j" if standing.number > 1 else "",
        referents=tuple(_who(role, referents[role]) for role in Referent if role in referents),
        open_elsewhere=tuple(OpenElsewhere(str(o.id), o.unit, o.arrived_at) for o in standing.open),
        shared_box=next((p.label for p in places if str(p.pk) == here and getattr(p, "is_taken", False)), ""),
        decision=_capital(decision.short) if decision else "",
        decision_words=decision.title if decision else "",
        bed_held_for=held_for(sight) if DataCategory.REQUESTS in scope else "",
    )


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _who(role: Referent, held: Assignment) -> str:
    """« IDE Claire Morel », « psy IDE Martin Diaz »."""
    return f"psy {held.user}" if role is Referent.PSYCHIATRY else str(held.user)
