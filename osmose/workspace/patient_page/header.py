"""What never scrolls away, besides the identity: how urgent, why a worry, who is in charge, what else is open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from osmose.encounters.lifecycle import EncounterStatus, is_deceased
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.lifecycle.tracking import Allergies, Concern, Decision, Guardians, Known, Missing
from osmose.encounters.models import Assignment
from osmose.encounters.presenters import (
    ConcernBadge,
    SafetyBadge,
    concern_badge,
    missing_badge,
    restraint_badge,
    watch_badge,
)
from osmose.encounters.queries import Standing, scope_of
from osmose.handover.events import SEDATION, TellsSedation
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


NOBODY = "sans référent"


@dataclass(frozen=True)
class MissingBanner:
    """Nobody finds the patient: since when, what helps to look for them, and the revision that « Retrouvé » sends."""

    badge: SafetyBadge
    text: str
    revision: int


@dataclass(frozen=True)
class Header:
    """The facts and warnings of the band."""

    triage: str
    ccmu: str
    concern: ConcernBadge | None
    missing: "MissingBanner | None"
    safety: tuple[SafetyBadge, ...]
    is_deceased: bool
    keeps_secret: bool
    allergies: str
    sedation: str
    sedation_at: datetime | None
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
    guardians: Guardians | None = sight.value("guardians")
    knows_family = DataCategory.IDENTITY in scope_of(sight.encounter)
    died = is_deceased(sight.encounter.exit_mode)
    sedation = _sedation(sight)
    return Header(
        triage=triage.words if triage else "",
        ccmu=ccmu.words if ccmu else "",
        concern=None if died else concern_badge(sight.value("concern"), is_minor=sight.is_minor),
        missing=_missing(sight),
        safety=_safety(sight),
        is_deceased=died,
        keeps_secret=knows_family and guardians is not None and guardians.keeps_secret,
        allergies=allergies.words if allergies and allergies.status is not Known.UNKNOWN else "",
        sedation=sedation.sedation,
        sedation_at=sedation.sedation_at,
        passage=f"{french.ordinal(standing.number)} passage / 30 j" if standing.number > 1 else "",
        referents=_in_charge(sight, referents),
        open_elsewhere=tuple(OpenElsewhere(str(o.id), o.unit, o.arrived_at) for o in standing.open),
        shared_box=next((p.label for p in places if str(p.pk) == here and getattr(p, "is_taken", False)), ""),
        decision=_capital(decision.short) if decision else "",
        decision_words=decision.title if decision else "",
        bed_held_for=held_for(sight) if DataCategory.REQUESTS in scope else "",
    )


def _sedation(sight: Sight) -> TellsSedation:
    """What the last change of it says, where the notes are shared."""
    last = sight.last.get(SEDATION)
    return last.payload if last and isinstance(last.payload, TellsSedation) else TellsSedation()


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _missing(sight: Sight) -> MissingBanner | None:
    """While the PEC is active: an exit ends it."""
    value: Missing | None = sight.value("missing")
    if sight.encounter.status != EncounterStatus.ACTIVE or value is None:
        return None
    concern: Concern | None = sight.value("concern")
    badge = missing_badge(value, is_grave=sight.is_minor or (concern is not None and concern.is_set))
    return MissingBanner(badge, " · ".join(value.parts), sight.revision("missing")) if badge else None


def _safety(sight: Sight) -> tuple[SafetyBadge, ...]:
    """Restraint and surveillance of somebody who is here."""
    if sight.encounter.status != EncounterStatus.ACTIVE:
        return ()
    # Nobody looks at somebody who can't be found: one thing at a time.
    is_here = sight.value("missing") is None
    badges = (
        restraint_badge(sight.value("restraint")),
        watch_badge(sight.value("watch"), sight.value("watch_check")) if is_here else None,
    )
    return tuple(badge for badge in badges if badge)


def _in_charge(sight: Sight, referents: dict[Referent, Assignment]) -> tuple[str, ...]:
    """Who is in charge, by role; that nobody is, while the PEC goes on."""
    named = tuple(_who(role, referents[role]) for role in Referent if role in referents)
    return named or (() if sight.reason else (NOBODY,))


def _who(role: Referent, held: Assignment) -> str:
    """« IDE Claire Morel », « psy IDE Martin Diaz »."""
    return f"psy {held.user}" if role is Referent.PSYCHIATRY else str(held.user)
