"""The interviews of the psychiatric team: each professional has their own, the request follows all of them."""

import dataclasses
import uuid
from datetime import datetime

from osmose.accounts.models import Membership, User
from osmose.accounts.operations import presence
from osmose.encounters import events
from osmose.encounters.lifecycle import Meaning, interviews
from osmose.encounters.lifecycle.interviews import Interview, InterviewState, Pause
from osmose.encounters.models import Encounter, Interruption, Intervention, ServiceRequest, Tracking
from osmose.encounters.operations import coming, requests
from osmose.encounters.operations.rows import save
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.roles import CLINICAL
from osmose.kernel.actions import revisions
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base.refused import Refused
from osmose.kernel.events.record import record

REASON_MAX = 200
CONCLUSION_MAX = 1000


def field_of(intervention: Intervention) -> str:
    """The name of an interview's field among the PEC's revisions."""
    return f"intervention:{intervention.pk}"


def hours_of(intervention: Intervention) -> Interview:
    """The hours of an interview; what was undone counts for nothing."""
    pauses = [i for i in intervention.interruptions.all() if i.cancelled_at is None]
    return Interview(
        intervention.started_at,
        intervention.ended_at,
        tuple(Pause(i.starts_at, i.ends_at, i.expected_at) for i in pauses),
    )


def of(request: ServiceRequest) -> list[Intervention]:
    """The interviews of a request, the first begun first: two queries."""
    rows = Intervention.objects.filter(request=request, cancelled_at=None).select_related("professional")
    return list(rows.prefetch_related("interruptions").order_by("started_at", "id"))


def find(encounter: Encounter, intervention_id: uuid.UUID) -> Intervention:
    """An interview of this (locked) PEC, on a request that counts now; `Refused` for any other."""
    found = (
        Intervention.objects.filter(
            pk=intervention_id, cancelled_at=None, request__encounter_id=encounter.pk, request__is_current=True
        )
        .select_related("professional", "request__kind", "request__addressed_unit")
        .prefetch_related("interruptions")
        .first()
    )
    if found is None:
        raise Refused("Cet entretien n’existe plus.", code="interview-unknown", status=409)
    found.request.encounter = encounter
    return found


def team_id(request: ServiceRequest) -> uuid.UUID:
    """The unit whose professionals come: the one that is asked, else that of the PEC."""
    return request.addressed_unit_id or request.encounter.care_unit_id


def require_team(actor: Actor, request: ServiceRequest) -> None:
    """`Refused` to whoever is not of the team that is asked: an interview is its professionals’ own."""
    if team_id(request) in actor.unit_ids(*CLINICAL):
        return
    unit = request.addressed_unit or request.encounter.care_unit
    raise Refused(
        f"Les entretiens sont tenus par l’équipe demandée ({unit.short_name})\u202f: elle seule les commence, les "
        "interrompt et les termine.",
        code="interview-team",
    )


def require_member(request: ServiceRequest, user_id: uuid.UUID, now: datetime) -> User:
    """A professional of the team that is asked; `Refused` for anybody else, alike."""
    held = Membership.objects.in_force(now).filter(
        user_id=user_id, care_unit_id=team_id(request), role__in=CLINICAL, user__is_active=True
    )
    found = held.select_related("user").first()
    if found is None:
        raise Refused("Cette personne n’est pas de l’équipe demandée.", field="wanted", code="interview-member")
    return found.user


def require_free(request: ServiceRequest) -> None:
    """A one-click state never contradicts the interviews: `Refused` (409) while one is open, saying whose."""
    for intervention in of(request):
        state = hours_of(intervention).state
        if state is not InterviewState.ENDED:
            remedy = "interrompez ou terminez" if state is InterviewState.RUNNING else "reprenez ou terminez"
            raise Refused(
                f"{request.kind.label}\u202f: l’état suit les entretiens. {state.label} de "
                f"{intervention.professional}\u202f: {remedy} cet entretien.",
                field="status",
                code="interview-open",
                status=409,
            )


@operation
def start(
    *,
    actor: Actor,
    encounter: Encounter,
    request: ServiceRequest,
    professional: User,
    at: datetime,
    is_crisis: bool = False,
) -> Intervention:
    """A professional is with the patient; `Refused`: nothing is asked, or they have an interview open already.

    `is_crisis` is what the person says; their status of activity follows (`_is_with`).
    """
    if request.state.meaning in interviews.NOT_ASKED or not request.kind.is_psychiatric:
        raise Refused(
            f"{request.kind.label}\u202f: demandez-la d’abord, l’attente se compte depuis la demande.",
            code="interview-not-asked",
            status=409,
        )
    for other in of(request):
        if other.professional_id == professional.pk and other.ended_at is None:
            raise Refused(
                f"{professional} a déjà un entretien ouvert\u202f: reprenez-le ou terminez-le.",
                code="interview-twice",
                status=409,
            )
    state = requests.state_of(request)
    row = Intervention.objects.create(
        request=request, professional=professional, data_key_id=encounter.data_key_id, started_at=at
    )
    announced = coming.fulfil(encounter)
    told = events.InterventionStarted(after=str(row.pk), state=state, coming=announced, is_crisis=is_crisis)
    _tell(told, row, actor=actor, at=at)
    _is_with(row, at, is_crisis=is_crisis)
    return row


@operation
def interrupt(
    *, actor: Actor, intervention: Intervention, reason: str, expected_at: datetime | None, at: datetime
) -> None:
    """The interview stops for a while; `Refused` without a reason, or with a return in the past."""
    interviews.require(hours_of(intervention), "interrupt")
    if not reason:
        raise Refused("Dites pourquoi l’entretien est interrompu.", field="why", code="reason")
    interviews.require_coming(expected_at, at)
    state = requests.state_of(intervention.request)
    Interruption.objects.create(
        intervention=intervention,
        data_key_id=intervention.data_key_id,
        starts_at=at,
        reason=reason,
        expected_at=expected_at,
    )
    told = events.InterventionInterrupted(
        reason=reason,
        expected_at=expected_at.isoformat() if expected_at else "",
        expected_words=requests.hour_words("à", expected_at, at) if expected_at else "",
        state=state,
    )
    _tell(told, intervention, actor=actor, at=at)
    _is_free(intervention, at)


@operation
def resume(*, actor: Actor, intervention: Intervention, at: datetime) -> None:
    """The professional is back."""
    interviews.require(hours_of(intervention), "resume")
    state = requests.state_of(intervention.request)
    _close_pause(intervention, at)
    announced = coming.fulfil(intervention.request.encounter)
    _tell(events.InterventionResumed(state=state, coming=announced), intervention, actor=actor, at=at)
    _is_with(intervention, at)


@operation
def end(*, actor: Actor, intervention: Intervention, conclusion: str, at: datetime) -> None:
    """The interview is over; what was interrupted stays out of its net duration."""
    interviews.require(hours_of(intervention), "end")
    state = requests.state_of(intervention.request)
    _close_pause(intervention, at)
    intervention.ended_at, intervention.ended_by, intervention.conclusion = at, actor.name, conclusion or None
    intervention.save(update_fields=["ended_at", "ended_by", "conclusion"])
    _tell(events.InterventionEnded(after=conclusion, state=state), intervention, actor=actor, at=at)
    _is_free(intervention, at)


@operation
def conclude(*, actor: Actor, intervention: Intervention, conclusion: str, at: datetime) -> None:
    """Writes or completes the conclusion of an interview that is over."""
    before = intervention.conclusion or ""
    intervention.conclusion = conclusion or None
    intervention.save(update_fields=["conclusion"])
    _tell(events.InterventionConcluded(before=before, after=conclusion), intervention, actor=actor, at=at)


def _is_with(row: Intervention, at: datetime, *, is_crisis: bool = False) -> None:
    """Sets the status of the professional named, whoever clicked: in an interview, of crisis where they say so.

    Or where the patient is préoccupant: suicidal, violent or about to run away, he can't be left, and nobody rings for
    whoever is with him. Elsewhere « entretien »: a crisis said too easily would silence a team that can be disturbed.
    """
    presence.enter_interview(
        user_id=row.professional_id,
        unit_id=team_id(row.request),
        cause_id=row.pk,
        is_crisis=is_crisis or Tracking.objects.filter(encounter=row.request.encounter, is_of_concern=True).exists(),
        at=at,
    )


def _is_free(row: Intervention, at: datetime) -> None:
    """Their status is no more this interview's; it is another's where they have one running."""
    if not presence.leave_interview(user_id=row.professional_id, cause_id=row.pk, at=at):
        return
    paused = Interruption.objects.filter(ends_at=None, cancelled_at=None).values("intervention")
    running = Intervention.objects.filter(professional=row.professional_id, ended_at=None, cancelled_at=None)
    running = running.exclude(pk=row.pk).exclude(pk__in=paused).select_related("request__encounter")
    other = running.order_by("-started_at").first()
    if other is not None:
        _is_with(other, at)


def _close_pause(intervention: Intervention, at: datetime) -> None:
    rows = Interruption.objects.filter(intervention=intervention, ends_at=None, cancelled_at=None)
    for pause in rows:
        pause.ends_at = at
        pause.save(update_fields=["ends_at"])


def _tell(told: events.InterventionChanged, row: Intervention, *, actor: Actor, at: datetime) -> None:
    """Records what happened, once the request has followed."""
    request = row.request
    encounter = request.encounter
    follow(request, actor=actor)
    of_other = str(row.professional) if row.professional_id != actor.id else ""
    payload = dataclasses.replace(
        told,
        revision=revisions.bump(encounter, field_of(row)),
        intervention_id=str(row.pk),
        request_id=str(request.pk),
        kind=request.kind.code,
        label=request.kind.label,
        user_id=str(row.professional_id),
        professional=of_other,
        meaning=request.state.meaning,
    )
    # A state clicked on a page drawn before this would contradict it.
    revisions.bump(encounter, requests.field_of(request.kind))
    record(payload, subject=encounter, actor=actor, at=at, changed=[field_of(row)])
    save(encounter)


def follow(request: ServiceRequest, *, actor: Actor) -> None:
    """Puts the request where its interviews are: state, since when, first meeting, end, nearest return."""
    now_is = interviews.standing(map(hours_of, of(request)))
    if now_is is None:
        return
    status = request.kind.table.meaning(now_is.meaning)
    if status is None:
        word = {Meaning.PAUSED: "interrompue", Meaning.DONE: "terminée"}.get(now_is.meaning, "en cours")
        raise Refused(
            f"{request.kind.label}\u202f: ce type de demande n’a pas d’état «\u202f{word}\u202f».",
            code="interview-no-state",
            status=409,
        )
    if status.code != request.status or request.changed_at != now_is.since:
        request.status, request.changed_at, request.changed_by = status.code, now_is.since, actor.name
    request.started_at = min(request.started_at or now_is.started_at, now_is.started_at)
    request.started_by = request.started_by or actor.id
    is_done = now_is.meaning is Meaning.DONE
    request.done_at, request.done_by = (now_is.since, request.done_by or actor.id) if is_done else (None, None)
    request.expected_at, request.reason, request.result = now_is.expected_at, None, None
    request.save(update_fields=requests.STATE_FIELDS)


@operation
def restore(*, actor: Actor, encounter: Encounter, told: events.InterventionChanged, now: datetime) -> None:
    """Puts an interview back where an event found it; the request follows those that are left."""
    row = find(encounter, uuid.UUID(told.intervention_id))
    if isinstance(told, events.InterventionStarted):
        row.cancelled_at = now
        row.save(update_fields=["cancelled_at"])
        presence.put_back(user_id=row.professional_id, cause_id=row.pk, is_with_a_patient=True)
    elif isinstance(told, events.InterventionInterrupted):
        pause = Interruption.objects.get(intervention=row, ends_at=None, cancelled_at=None)
        pause.cancelled_at = now
        pause.save(update_fields=["cancelled_at"])
        presence.put_back(user_id=row.professional_id, cause_id=row.pk, is_with_a_patient=False)
    elif isinstance(told, events.InterventionConcluded):
        row.conclusion = told.before or None
        row.save(update_fields=["conclusion"])
    else:
        again = Intervention.objects.filter(request=row.request, professional_id=row.professional_id, ended_at=None)
        if again.filter(cancelled_at=None).exclude(pk=row.pk).exists():
            raise Refused("Un autre entretien a été commencé depuis.", code="undo-stale", status=409)
        last = Interruption.objects.filter(intervention=row, cancelled_at=None).order_by("-starts_at").first()
        # Ended while interrupted, or resumed: the interruption goes on.
        is_resumption = isinstance(told, events.InterventionResumed)
        is_interrupted = last is not None and (is_resumption or last.ends_at == row.ended_at)
        if last is not None and is_interrupted:
            last.ends_at = None
            last.save(update_fields=["ends_at"])
        if is_resumption or not is_interrupted:
            presence.put_back(user_id=row.professional_id, cause_id=row.pk, is_with_a_patient=is_resumption)
        row.ended_at, row.ended_by, row.conclusion = None, None, told.before or None
        row.save(update_fields=["ended_at", "ended_by", "conclusion"])
    revisions.bump(encounter, field_of(row))
    coming.restore(encounter, told.coming)
    if told.state:
        requests.put_back(row.request, told.state)
        row.request.save(update_fields=requests.STATE_FIELDS)
    follow(row.request, actor=actor)
    revisions.bump(encounter, requests.field_of(row.request.kind))


@operation
def shift(
    *, actor: Actor, encounter: Encounter, told: events.InterventionChanged, before: datetime, at: datetime
) -> None:
    """Moves the hour that a click wrote from `before` to `at`; `Refused` against the other hours of the interview."""
    row = find(encounter, uuid.UUID(told.intervention_id))
    request = row.request
    if isinstance(told, events.InterventionStarted):
        if request.requested_at and at < request.requested_at:
            raise Refused("L’entretien n’a pu commencer avant la demande.", field="at", code="interview-order")
        request.started_at = None if request.started_at == row.started_at else request.started_at
        row.started_at = at
        row.save(update_fields=["started_at"])
    elif isinstance(told, events.InterventionEnded):
        Interruption.objects.filter(intervention=row, ends_at=row.ended_at, cancelled_at=None).update(ends_at=at)
        row.ended_at = at
        row.save(update_fields=["ended_at"])
    else:
        name = "starts_at" if isinstance(told, events.InterventionInterrupted) else "ends_at"
        for pause in Interruption.objects.filter(intervention=row, cancelled_at=None, **{name: before}):
            setattr(pause, name, at)
            pause.save(update_fields=[name])
    if not hours_of(find(encounter, row.pk)).is_in_order():
        raise Refused(
            "Cette heure contredit les autres heures de l’entretien\u202f: commencé, interrompu, repris, puis terminé.",
            field="at",
            code="interview-order",
        )
    follow(request, actor=actor)
