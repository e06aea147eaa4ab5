"""The notices that Osmose begins with, the strongest first; apps that come later register theirs the same way."""

import uuid
from dataclasses import replace

from osmose.encounters import events as pec
from osmose.encounters.lifecycle import Meaning
from osmose.encounters.operations.founding import BED
from osmose.encounters.policies import ASK, READ
from osmose.handover import events as words
from osmose.handover.policies import READ as READ_NOTES
from osmose.kernel.access.notices import NOBODY, Addressed, Happened, Need, Notice, register, registry
from osmose.kernel.access.roles import Role
from osmose.notifications.events import AlertAnswered
from osmose.notifications.queries import audiences
from osmose.organisations.models import DataCategory, UnitKind

URGENT_NOTE, MENTION, NOTE_FOR_UNIT = "urgent_note", "mention", "note_for_unit"
CONCERN, MISSING, RELAY, ANSWERED, SAED = "concern", "missing", "relay_offered", "answered", "saed_awaiting"
PASSED_ON = "passed_on"
NOTES = frozenset({words.NoteSigned.name, words.NoteRefiled.name})
_PSYCHIATRY = (UnitKind.PSYCHIATRY,)
# Whoever runs a unit is told what is urgent, not each result.
_RUNNING = frozenset({Role.MANAGER})


def _pec(happened: Happened) -> tuple[Need, ...]:
    """The PEC itself."""
    return ((READ, happened.subject_id),)


def _request(happened: Happened) -> tuple[Need, ...]:
    """The PEC, and its requests."""
    return (*_pec(happened), (ASK, happened.subject_id))


def _note(happened: Happened) -> tuple[Need, ...]:
    """The PEC, and the very note: one kept for others is not announced either."""
    told = happened.payload
    if not isinstance(told, words.NoteSigned):
        return _pec(happened)
    return (*_pec(happened), (READ_NOTES, uuid.UUID(told.note_id)))


def _ids(texts: list[str]) -> frozenset[uuid.UUID]:
    return frozenset(uuid.UUID(text) for text in texts)


def _urgent(happened: Happened) -> Addressed:
    told = happened.payload
    if not isinstance(told, words.NoteSigned) or not told.is_urgent:
        return NOBODY
    if not told.users and not told.units:
        return audiences.in_charge(happened, DataCategory.NOTES)
    return Addressed(_ids(told.users), _ids(told.units))


def _mentioned(happened: Happened) -> Addressed:
    told = happened.payload
    return Addressed(users=_ids(told.users)) if isinstance(told, words.NoteSigned) else NOBODY


def _for_unit(happened: Happened) -> Addressed:
    told = happened.payload
    return Addressed(units=_ids(told.units)) if isinstance(told, words.NoteSigned) else NOBODY


def _awaited(_happened: Happened) -> Addressed:
    """Nobody when it is signed, beyond those to whom it is addressed: the hour of its answer tells (`escalate`)."""
    return NOBODY


def _concerned(happened: Happened) -> Addressed:
    told = happened.payload
    if not isinstance(told, pec.ConcernChanged) or not told.is_set:
        return NOBODY
    found = audiences.in_charge(happened, DataCategory.TRACKING)
    return replace(found, users=found.users | audiences.with_the_patient(happened.subject_id))


def _missing(happened: Happened) -> Addressed:
    told = happened.payload
    is_fresh = isinstance(told, pec.MissingChanged) and told.words and not told.before
    return audiences.in_charge(happened, DataCategory.TRACKING) if is_fresh else NOBODY


def _relay(happened: Happened) -> Addressed:
    told = happened.payload
    answerer = audiences.answerer_of(told.relay_id) if isinstance(told, pec.RelayOffered) else None
    return Addressed(users=frozenset({answerer})) if answerer else NOBODY


def _answered(happened: Happened) -> Addressed:
    told = happened.payload
    return Addressed(users=_ids([told.to])) if isinstance(told, AlertAnswered) and told.to else NOBODY


def _psychiatry_asked(happened: Happened) -> Addressed:
    told = happened.payload
    if not isinstance(told, pec.RequestChanged) or told.meaning != Meaning.WAITING:
        return NOBODY
    request = audiences.asked(told.request_id)
    if request is None or not request.kind.is_psychiatric:
        return NOBODY
    if request.addressed_unit_id:
        return Addressed(units=frozenset({request.addressed_unit_id}))
    return Addressed(units=_psychiatric_units(happened, DataCategory.REQUESTS))


def _psychiatric_units(happened: Happened, scope: DataCategory) -> frozenset[uuid.UUID]:
    return audiences.units_taking_part(happened.subject_id, scope, happened.now, _PSYCHIATRY)


def _arrived(happened: Happened) -> Addressed:
    return Addressed(units=_psychiatric_units(happened, DataCategory.TRACKING))


def _result(happened: Happened) -> Addressed:
    told = happened.payload
    is_there = isinstance(told, pec.RequestChanged) and told.meaning == Meaning.AVAILABLE
    return audiences.in_charge(happened, DataCategory.REQUESTS) if is_there else NOBODY


def _bed(happened: Happened) -> Addressed:
    told = happened.payload
    is_there = isinstance(told, pec.RequestChanged) and told.kind == BED and told.meaning == Meaning.DONE
    return audiences.in_charge(happened, DataCategory.REQUESTS) if is_there else NOBODY


def _interview_ended(happened: Happened) -> Addressed:
    return audiences.in_charge(happened, DataCategory.REQUESTS)


def _alerts() -> list[Notice]:
    """What interrupts, unless somebody wants otherwise."""
    return [
        Notice(
            name=URGENT_NOTE, label="Transmission urgente", icon="siren", kinds=NOTES, to=_urgent, needs=_note,
            hint="Adressée à vous, à votre unité ou, sans destinataire, aux référents du patient. Non lue, elle passe "
            "aux suivants, puis au cadre.",
            is_alert=True, is_pressing=True, is_hasty=True, is_owed=True, is_answerable=True,
        ),
        Notice(
            name=CONCERN, label="Patient préoccupant", icon="triangle-alert",
            kinds=frozenset({pec.ConcernChanged.name}), to=_concerned, needs=_pec,
            hint="Un patient en entretien avec vous, dont vous êtes référent, ou sans référent dans votre unité, est "
            "signalé préoccupant.",
            is_alert=True, is_pressing=True, is_hasty=True, is_owed=True, is_answerable=True,
        ),
        Notice(
            name=MISSING, label="Patient introuvable", icon="user-round-search",
            kinds=frozenset({pec.MissingChanged.name}), to=_missing, needs=_pec,
            hint="Personne ne trouve un patient dont vous êtes référent, ou sans référent dans votre unité.",
            is_alert=True, is_hasty=True, is_owed=True, is_answerable=True,
        ),
        Notice(
            name=ANSWERED, label="Réponse à votre alerte", icon="check-check",
            kinds=frozenset({AlertAnswered.name}), to=_answered, needs=_pec,
            hint="Quelqu’un a vu ce que vous avez signalé, et dit quand il arrive.",
            is_alert=True, is_hasty=True, is_owed=True,
        ),
        Notice(
            name=SAED, label="SAED en attente de réponse", icon="hourglass", kinds=NOTES, to=_awaited, needs=_note,
            hint="L’heure de la réponse attendue est passée sans que personne l’ait dit reçu.",
            is_alert=True, is_hasty=True, is_owed=True, is_answerable=True,
        ),
        Notice(
            name=MENTION, label="Transmission qui m’est adressée", icon="at-sign", kinds=NOTES, to=_mentioned,
            needs=_note, hint="Vous êtes nommé parmi les destinataires, ou par « @ ».",
            is_alert=True, is_owed=True,
        ),
        Notice(
            name=RELAY, label="Relais proposé ou demandé", icon="arrow-left-right",
            kinds=frozenset({pec.RelayOffered.name}), to=_relay, needs=_pec,
            hint="On vous propose des patients, ou on vous en demande.", is_alert=True, is_owed=True,
        ),
    ]  # fmt: skip


def _quiet() -> list[Notice]:
    """What waits in the inbox, unless somebody wants otherwise."""
    requests = frozenset({pec.RequestChanged.name})
    return [
        Notice(
            name="psychiatry_asked", label="Psychiatrie demandée", icon="brain", kinds=requests,
            to=_psychiatry_asked, needs=_request, hint="Une prise en charge psychiatrique est demandée à votre unité.",
        ),
        Notice(
            name="arrival_for_psychiatry", label="Arrivée pour la psychiatrie", icon="footprints",
            kinds=frozenset({pec.PatientArrived.name}), to=_arrived, needs=_pec,
            hint="Un patient arrive, et votre unité de psychiatrie prend part à sa prise en charge.",
            off_for=_RUNNING,
        ),
        Notice(
            name=NOTE_FOR_UNIT, label="Transmission adressée à mon unité", icon="message-square-text", kinds=NOTES,
            to=_for_unit, needs=_note, hint="Une transmission non urgente, pour une de vos unités.",
        ),
        Notice(
            name="result_available", label="Résultat disponible", icon="flask-conical", kinds=requests, to=_result,
            needs=_request, hint="Un bilan ou une imagerie d’un patient dont vous êtes référent peut être lu.",
            off_for=_RUNNING,
        ),
        Notice(
            name="bed_obtained", label="Lit obtenu", icon="bed", kinds=requests, to=_bed, needs=_request,
            hint="Un lit d’aval est trouvé pour un patient dont vous êtes référent.",
        ),
        Notice(
            name="interview_ended", label="Entretien terminé", icon="circle-check",
            kinds=frozenset({pec.InterventionEnded.name}), to=_interview_ended, needs=_request,
            hint="L’entretien psychiatrique d’un patient dont vous êtes référent est terminé.",
            off_for=_RUNNING,
        ),
    ]  # fmt: skip


def notices() -> list[Notice]:
    """In order of strength: somebody whom several reach is told by the first."""
    return [*_alerts(), *_quiet()]


def declare() -> None:
    """Registers them, once."""
    for notice in notices():
        if notice.name not in registry():
            register(notice)
