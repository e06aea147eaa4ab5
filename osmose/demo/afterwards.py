"""What happened to the notes of the evening once signed: read, completed, answered, struck, put in the right record."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from osmose.demo.stage import Stage
from osmose.encounters.lifecycle import EncounterStatus
from osmose.encounters.models import Encounter
from osmose.encounters.policies import READ as OPEN
from osmose.handover.actions import (
    acknowledge_note,
    add_to_note,
    mark_read,
    move_note,
    sign_note,
    strike_note,
)
from osmose.handover.models import AdditionKind, HandoverNote, NoteKind
from osmose.handover.operations.additions import require_addressed
from osmose.handover.queries import is_open_focus, is_unanswered, open_notes
from osmose.handover.rules import Written
from osmose.kernel.access.actor import Actor
from osmose.kernel.base.refused import Refused

# Those at work who read as they go, and the notes of the last minutes, that nobody has had the time to read.
READERS = ("agent1", "agent2", "agent3", "agent9", "manager-sau")
_FRESH, _LATER = timedelta(minutes=25), timedelta(minutes=20)
_NURSE, _AIDE, _COLLEAGUE = "agent1", "agent4", "agent3"
RESULT = "Plus calme depuis qu’un soignant reste à côté\u202f; accepte de boire et de parler."
ADDENDUM = "Sa sœur a rappelé\u202f: elle peut l’héberger cette nuit."


def play(stage: Stage, played: list[Encounter]) -> None:
    """After the patients of the evening: in open PECs only, by accounts that take part in them."""
    pecs = [pec for pec in _fresh(played) if pec.status in (EncounterStatus.ACTIVE, EncounterStatus.EXITED)]
    mine = [pec for pec in pecs if OPEN.allows(stage.actors[_NURSE], pec, stage.now)]
    _complete(stage, mine)
    _acknowledge(stage, mine)
    _strike(stage, mine[0])
    wrong = _misfiled(stage, mine[1])
    for account in READERS:
        _read(stage, stage.actors[account], pecs)
    note = HandoverNote.objects.get(encounter=mine[1], occurred_at=wrong)
    when = stage.now - timedelta(minutes=12)
    move_note(actor=stage.actors[_COLLEAGUE], encounter=mine[1], note_id=note.pk, right_id=mine[2].pk, now=when)


def _fresh(played: list[Encounter]) -> list[Encounter]:
    """The PECs as they are at the end of the evening, in the order of their arrivals."""
    rows = Encounter.objects.filter(pk__in=[pec.pk for pec in played])
    return list(rows.select_related("patient", "care_unit").order_by("arrived_at", "id"))


def _complete(stage: Stage, pecs: list[Encounter]) -> None:
    """One cible has its result, another note its addendum; the other cibles stay open."""
    actor = stage.actors[_NURSE]
    waiting = [note for note in open_notes([pec.pk for pec in pecs], actor, stage.now) if is_open_focus(note)]
    for note, kind, text in zip(
        waiting[::3], (AdditionKind.RESULT, AdditionKind.ADDENDUM), (RESULT, ADDENDUM), strict=False
    ):
        at = min(note.occurred_at + _LATER, stage.now - timedelta(minutes=2))
        add_to_note(actor=actor, encounter=note.encounter, note_id=note.pk, kind=kind, text=text, at=None, now=at)


def _acknowledge(stage: Stage, pecs: list[Encounter]) -> None:
    """The first SAED is acknowledged by whoever it was sent to; the next one still waits."""
    reader = stage.actors[_NURSE]
    sent = [note for note in open_notes([pec.pk for pec in pecs], reader, stage.now) if is_unanswered(note)]
    for note in sent[:1]:
        for actor in _addressed(stage, note):
            at = min(note.occurred_at + timedelta(minutes=6), stage.now)
            acknowledge_note(actor=actor, encounter=note.encounter, note_id=note.pk, now=at)
            break


def _addressed(stage: Stage, note: HandoverNote) -> Iterator[Actor]:
    for account in sorted(stage.actors):
        try:
            require_addressed(note, stage.actors[account])
        except Refused:
            continue
        if OPEN.allows(stage.actors[account], note.encounter, stage.now):
            yield stage.actors[account]


def _strike(stage: Stage, pec: Encounter) -> None:
    """A slip of the keyboard, struck at once and written again."""
    actor = stage.actors[_AIDE]
    at = max(pec.arrived_at + timedelta(minutes=1), stage.now - timedelta(minutes=40))
    for minutes, text in ((0, "Glycémie 9,8 g/l."), (2, "Glycémie 0,98 g/l.")):
        written = Written(text=text)
        sign_note(actor=actor, encounter=pec, written=written, now=min(at + timedelta(minutes=minutes), stage.now))
    note = HandoverNote.objects.get(encounter=pec, occurred_at=at, kind=NoteKind.PLAIN)
    strike_note(actor=actor, encounter=pec, note_id=note.pk, reason="Erreur de frappe sur la virgule", now=stage.now)


def _misfiled(stage: Stage, pec: Encounter) -> datetime:
    """A note written in the neighbour's record; the hour that it says."""
    at = max(pec.arrived_at + timedelta(minutes=1), stage.now - timedelta(minutes=45))
    written = Written(text="Sa fille viendra le chercher vers 22 h, elle a les clés de l’appartement.")
    sign_note(actor=stage.actors[_COLLEAGUE], encounter=pec, written=written, now=at)
    return at


def _read(stage: Stage, actor: Actor, pecs: list[Encounter]) -> None:
    """All but what was written in the last minutes."""
    at = stage.now - timedelta(minutes=15)
    for pec in pecs:
        if OPEN.allows(actor, pec, at):
            old = HandoverNote.objects.filter(encounter=pec, occurred_at__lt=stage.now - _FRESH).order_by("id")
            ids = list(old.values_list("pk", flat=True))
            if ids:
                mark_read(actor=actor, encounter=pec, note_ids=ids, now=at)
