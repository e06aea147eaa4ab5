"""Leaving, and opening again: what the dialog shows, fresh when it opens and again when it is refused."""

from collections.abc import Mapping
from dataclasses import dataclass

from osmose.encounters import lifecycle, queries
from osmose.encounters.events import Undone
from osmose.encounters.lifecycle import Destination, EncounterStatus, ExitMode, Orientation
from osmose.encounters.lifecycle.continuing import goes_on, is_pending
from osmose.encounters.lifecycle.exits import DEPARTURES
from osmose.encounters.lifecycle.tracking import Decision, Guardians, Missing, Restraint, Tracked, read_value
from osmose.encounters.models import Encounter, Tracking
from osmose.encounters.policies import CONTINUE
from osmose.encounters.queries.continuing import wards_for
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.revisions import revision
from osmose.kernel.base import french
from osmose.kernel.base.clock import paris
from osmose.kernel.base.moments import write_moment
from osmose.kernel.base.refused import Conflict, Refused
from osmose.kernel.crypto.errors import Unreadable
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.kernel.events import timeline
from osmose.kernel.events.thread import thread
from osmose.kernel.web.request import StaffRequest
from osmose.organisations.models import CareUnit, DataCategory
from osmose.workspace.patient_page.shown import Shown

_MOST_NEWS = 3
# What a rule names, and the field of the form that it is said on.
_SAID_ON = {"exited_at": "at"}


@dataclass(frozen=True)
class ExitPage:
    """The dialog of a deed (`exit` or `reopen`): what others did meanwhile, why it is not possible, what was typed."""

    encounter: Encounter
    reason: str
    news: tuple[str, ...]
    revision: int
    unit_revision: int
    wards: tuple[CareUnit, ...]
    waits_for: str
    typed: Mapping[str, str]
    errors: Mapping[str, str]
    problem: str
    is_minor: bool
    guardians: str
    missing: str
    restraint: str
    exit_modes: tuple[tuple[str, str], ...] = tuple((m.value, m.label) for m in ExitMode)
    destinations: tuple[tuple[str, str], ...] = tuple((d.value, d.label) for d in Destination)
    admissions: tuple[tuple[str, str], ...] = tuple((o.value, o.label) for o in Orientation if o.is_admission)
    departures: tuple[tuple[str, str], ...] = tuple((o.value, o.label) for o in Orientation if not o.is_admission)
    vanishings: tuple[tuple[str, str], ...] = tuple((o.value, o.label) for o in DEPARTURES)


FIELDS = ("exit_mode", "destination", "orientation", "at", "reason", "handed_to", "handed_reason")


def build(request: StaffRequest, encounter: Encounter, deed: str, refusal: Refused | None = None) -> ExitPage:
    """The dialog as the PEC stands now; `vu` in the address is the last entry that its page had shown."""
    possible = lifecycle.availability(encounter.status, deed)
    seen = request.GET.get("vu", "")
    wards, waits_for = _goes_on(request, encounter) if deed == "exit" and possible.is_possible else ((), "")
    field = _SAID_ON.get(refusal.field or "", refusal.field or "") if refusal else ""
    known = queries.tracking_of(encounter)
    missing = _noted(known, "missing") if encounter.status == EncounterStatus.ACTIVE else None
    restraint = _noted(known, "restraint")
    knows_family = DataCategory.IDENTITY in queries.scope_of(encounter)
    guardians = _noted(known, "guardians") if knows_family else None
    return ExitPage(
        encounter=encounter,
        reason="" if possible.is_possible else f"{possible.reason}{_last_said(encounter)}",
        news=_news(encounter, request.actor, int(seen)) if seen.isascii() and seen.isdigit() else (),
        revision=revision(encounter, "status"),
        unit_revision=revision(encounter, "care_unit"),
        wards=wards,
        waits_for=waits_for,
        typed=_typed(request, missing),
        # A partner who doesn't know the age is told by the refusal only: the child's safety comes first.
        is_minor=(knows_family and _is_minor(encounter, request)) or field in ("handed_to", "handed_reason"),
        guardians=guardians.words if isinstance(guardians, Guardians) else "",
        missing=missing.words if isinstance(missing, Missing) else "",
        restraint=restraint.words if isinstance(restraint, Restraint) and restraint.is_set else "",
        errors={field: refusal.sentence} if refusal and field in FIELDS else {},
        problem=_problem(refusal) if refusal and field not in FIELDS and possible.is_possible else "",
    )


def _goes_on(request: StaffRequest, encounter: Encounter) -> tuple[tuple[CareUnit, ...], str]:
    """The wards where the PEC may go on, and in words what it goes on for; none where it ends here."""
    if not CONTINUE.allows(request.actor, encounter, request.now):
        return (), ""
    noted = queries.tracking_of(encounter)
    stored = readable(noted, "decision") if noted else None
    outlook = Decision.from_json(stored).choice if stored else None
    asked = queries.course_of(encounter).requests.values()
    psychiatry = [r for r in asked if r.kind.is_psychiatric]
    if not goes_on([r.state.meaning for r in psychiatry], outlook):
        return (), ""
    pending = [f"{r.kind.label} {lower_first(r.state.word)}" for r in psychiatry if is_pending([r.state.meaning])]
    decided = f"Décision {outlook.label}" if outlook else ""
    return tuple(wards_for(encounter, request.now)), ", ".join(pending) or decided


def lower_first(word: str) -> str:
    """« En cours » inside a sentence."""
    return f"{word[:1].lower()}{word[1:]}"


def _typed(request: StaffRequest, missing: Tracked | None) -> dict[str, str]:
    """What was typed; before anything is, what an exit of somebody introuvable most often says."""
    if request.method == "POST" or not isinstance(missing, Missing):
        return {name: request.POST.get(name, "") for name in FIELDS}
    proposed = {"orientation": Orientation.RUNAWAY.value, "at": write_moment(missing.from_when)}
    return {**dict.fromkeys(FIELDS, ""), **proposed}


def _noted(known: Tracking | None, field: str) -> Tracked | None:
    """What is noted of a field; None where nothing is, or where it can't be read."""
    stored = readable(known, field) if known is not None else None
    return None if stored is UNREADABLE else read_value(field, stored)


def _is_minor(encounter: Encounter, request: StaffRequest) -> bool:
    try:
        return encounter.patient.is_minor_on(paris(request.now).date())
    except Unreadable:
        return False


def _problem(refusal: Refused) -> str:
    """What no field is to blame for; who was faster, in a conflict."""
    if not isinstance(refusal, Conflict):
        return refusal.sentence
    hour = f", {french.day_time(refusal.at)}" if refusal.at else ""
    return f"{refusal.sentence} {refusal.by}{hour}\u202f: {refusal.theirs}. Vérifiez, puis envoyez de nouveau."


def _last_said(encounter: Encounter) -> str:
    """« Dr Hugo Ferrer, 14:03 »: who was faster."""
    last = timeline.last_change(encounter.pk, "status")
    return f" {last.sentence} par {last.by}, {french.day_time(last.occurred_at)}." if last and last.by else ""


def _news(encounter: Encounter, actor: Actor, seen: int) -> tuple[str, ...]:
    """What others did since the page was drawn."""
    kinds = queries.offers_of(encounter).kinds
    selection = Shown().selection(queries.scope_of(encounter), kinds)
    told = thread(encounter.pk, undo=Undone.name, selection=selection, limit=20, is_whole=False)
    news = [e for e in told.entries if e.id > seen and e.actor_id != actor.id]
    return tuple(f"{e.sentence} · {e.by}, {french.time(e.occurred_at)}" for e in news[:_MOST_NEWS])
