"""What an administrator does to the cibles and phrases of the units."""

from datetime import datetime

from osmose.handover.events import FocusSetUp, PhraseSetUp
from osmose.handover.models import Focus, Phrase
from osmose.handover.policies import SET_UP_FOCUSES, SET_UP_PHRASES
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions import reference
from osmose.kernel.actions.deeds import action
from osmose.kernel.audit.models import Verb
from osmose.kernel.base.refused import Refused
from osmose.kernel.events.record import record
from osmose.kernel.events.reference import ADDED, CHANGED, ENDED, RESTORED


def _focus_taken() -> Refused:
    return Refused("Cette unité propose déjà cette cible.", field="label", code="focus-label", status=409)


def _phrase_taken() -> Refused:
    return Refused("Une phrase de cette unité porte déjà ce nom.", field="label", code="phrase-label", status=409)


def _focus_named(focus: Focus) -> str:
    return f"{focus.label} ({focus.care_unit.short_name})"


def _phrase_named(phrase: Phrase) -> str:
    return f"{phrase.label} ({phrase.care_unit.short_name})"


@action(may=SET_UP_FOCUSES, subject="focus", verb=Verb.CREATE)
def add_focus(*, actor: Actor, focus: Focus, now: datetime) -> Focus:
    """A cible that the unit offers. Refused: one that it offers already."""
    added = reference.insert(focus, taken=_focus_taken())
    record(FocusSetUp(label=_focus_named(added), deed=ADDED), subject=added, actor=actor, at=now)
    return added


@action(may=SET_UP_FOCUSES, subject="focus")
def change_focus(*, actor: Actor, focus: Focus, wanted: reference.Wanted, now: datetime) -> Focus:
    """Words and order of a cible; notes keep the words that they were signed with. Refused: see `reference.revise`."""
    return _focus_revised(actor, focus, wanted, CHANGED, now)


@action(may=SET_UP_FOCUSES, subject="focus")
def end_focus(*, actor: Actor, focus: Focus, now: datetime) -> Focus:
    """The cible is no longer offered."""
    return _focus_revised(actor, focus, reference.Wanted({"ended_at": now}), ENDED, now)


@action(may=SET_UP_FOCUSES, subject="focus")
def restore_focus(*, actor: Actor, focus: Focus, now: datetime) -> Focus:
    """The cible is offered again. Refused: the unit has added the same meanwhile."""
    return _focus_revised(actor, focus, reference.Wanted({"ended_at": None}), RESTORED, now)


def _focus_revised(actor: Actor, focus: Focus, wanted: reference.Wanted, deed: str, now: datetime) -> Focus:
    fresh, changes = reference.revise(focus, wanted, taken=_focus_taken())
    told = FocusSetUp(label=_focus_named(fresh), deed=deed, changes=list(changes.values()))
    record(told, subject=fresh, actor=actor, at=now, changed=changes)
    return fresh


@action(may=SET_UP_PHRASES, subject="phrase", verb=Verb.CREATE)
def add_phrase(*, actor: Actor, phrase: Phrase, now: datetime) -> Phrase:
    """Words that the unit writes often. Refused: a name that one of its phrases has."""
    added = reference.insert(phrase, taken=_phrase_taken())
    record(PhraseSetUp(label=_phrase_named(added), deed=ADDED), subject=added, actor=actor, at=now)
    return added


@action(may=SET_UP_PHRASES, subject="phrase")
def change_phrase(*, actor: Actor, phrase: Phrase, wanted: reference.Wanted, now: datetime) -> Phrase:
    """Name, words and order of a phrase; what was written with it stays. Refused: see `reference.revise`."""
    return _phrase_revised(actor, phrase, wanted, CHANGED, now)


@action(may=SET_UP_PHRASES, subject="phrase")
def end_phrase(*, actor: Actor, phrase: Phrase, now: datetime) -> Phrase:
    """The phrase is no longer offered."""
    return _phrase_revised(actor, phrase, reference.Wanted({"ended_at": now}), ENDED, now)


@action(may=SET_UP_PHRASES, subject="phrase")
def restore_phrase(*, actor: Actor, phrase: Phrase, now: datetime) -> Phrase:
    """The phrase is offered again. Refused: another one has taken its name meanwhile."""
    return _phrase_revised(actor, phrase, reference.Wanted({"ended_at": None}), RESTORED, now)


def _phrase_revised(actor: Actor, phrase: Phrase, wanted: reference.Wanted, deed: str, now: datetime) -> Phrase:
    fresh, changes = reference.revise(phrase, wanted, taken=_phrase_taken())
    told = PhraseSetUp(label=_phrase_named(fresh), deed=deed, changes=list(changes.values()))
    record(told, subject=fresh, actor=actor, at=now, changed=changes)
    return fresh
