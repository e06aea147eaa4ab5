"""To whom a note goes: those who may read it, and those whom its author lets in for it."""

from dataclasses import dataclass
from datetime import datetime

from osmose.accounts.rules import Profession, profession_of
from osmose.encounters.models import Encounter
from osmose.encounters.operations.participation import grant_unit
from osmose.encounters.policies import ASK
from osmose.handover.models import HandoverNote, NoteRecipient
from osmose.handover.queries import people
from osmose.handover.rules import Recipient, Written
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base.refused import Refused
from osmose.kernel.events import tell
from osmose.organisations.models import CareUnit
from osmose.organisations.queries import units_named


class NoAccess(Refused):
    """A recipient who can't read this PEC; `units` are those that may be invited for them, by id and name."""

    def __init__(self, sentence: str, units: list[CareUnit]):
        super().__init__(sentence, field="to", code="no-access", status=409)
        self.units = tuple((str(unit.pk), unit.short_name) for unit in units)


@dataclass(frozen=True)
class _Sending:
    """A note on its way: by whom, on which PEC, what was wanted."""

    actor: Actor
    encounter: Encounter
    note: HandoverNote
    written: Written
    now: datetime


@operation
def address(
    *, actor: Actor, encounter: Encounter, note: HandoverNote, written: Written, now: datetime
) -> list[NoteRecipient]:
    """One row for each recipient, those invited by this note let in first.

    `NoAccess` for somebody who can't read the PEC and whose unit isn't invited; `Refused` for somebody unknown, and
    for one whom the note's confidentiality leaves out.
    """
    sending = _Sending(actor, encounter, note, written, now)
    readers = {unit.pk for unit in people.reading_units(encounter.pk, now)}
    made = []
    for one in dict.fromkeys(written.to):
        unit, words = _known(one)
        homes = [unit] if unit else people.units_of_person(one.user_id, now) if one.user_id else []
        _require_inside(sending, one, homes, words)
        if not any(home.pk in readers for home in homes) and not _reads_by_name(sending, one):
            readers.add(_let_in(sending, homes, words).pk)
        made.append(
            NoteRecipient(note=note, data_key_id=note.data_key_id, care_unit=unit, user_id=one.user_id, words=words)
        )
    for whom in {recipient.care_unit_id or recipient.user_id for recipient in made}:
        if whom is not None:
            tell("unread", whom)
    return NoteRecipient.objects.bulk_create(made)


def _known(one: Recipient) -> tuple[CareUnit | None, str]:
    """The unit (None for a person), and how it or the person is named."""
    if one.unit_id is not None:
        unit = units_named([one.unit_id]).get(one.unit_id)
        if unit is not None:
            return unit, unit.short_name
    elif one.user_id is not None:
        user = people.person(one.user_id)
        if user is not None:
            return None, str(user)
    raise Refused("Ce destinataire n’existe plus\u202f: retirez-le.", field="to", code="recipient-unknown")


def _reads_by_name(sending: _Sending, one: Recipient) -> bool:
    return one.user_id is not None and people.reads_by_name(sending.encounter.pk, one.user_id, sending.now)


def _require_inside(sending: _Sending, one: Recipient, homes: list[CareUnit], words: str) -> None:
    """A note kept for some is not addressed to others."""
    kept_for = ""
    if sending.written.for_unit and sending.actor.acting_unit_id not in {home.pk for home in homes}:
        kept_for = sending.actor.unit_label
    elif sending.written.category and one.user_id:
        user = people.person(one.user_id)
        if user is not None and profession_of(user.function) != sending.written.category:
            kept_for = f"la catégorie «\u202f{Profession(sending.written.category).label}\u202f»"
    if kept_for:
        raise Refused(
            f"Cette transmission est réservée à {kept_for}\u202f: {words} ne pourrait pas la lire. "
            "Retirez ce destinataire, ou ouvrez-la à tous.",
            field="to",
            code="recipient-left-out",
        )


def _let_in(sending: _Sending, homes: list[CareUnit], words: str) -> CareUnit:
    """The unit that the author invites, let in because the note is addressed to it."""
    invited = next((home for home in homes if home.pk in sending.written.invites), None)
    if invited is None:
        raise NoAccess(_without_access(sending, homes, words), homes)
    if not ASK.allows(sending.actor, sending.encounter, sending.now):
        raise Refused(
            "Votre unité ne peut pas inviter d’autre équipe sur cette prise en charge\u202f: demandez-le au service "
            "responsable.",
            field="to",
            code="may-not-invite",
        )
    grant_unit(
        actor=sending.actor,
        encounter=sending.encounter,
        unit=invited,
        cause_id=sending.note.pk,
        now=sending.now,
    )
    return invited


def _without_access(sending: _Sending, homes: list[CareUnit], words: str) -> str:
    is_unit = any(home.short_name == words for home in homes)
    if not homes:
        return f"{words} n’a plus d’unité\u202f: retirez ce destinataire. Rien n’est signé."
    if any(people.has_left(sending.encounter.pk, home.pk, sending.now) for home in homes):
        names = " et ".join(home.short_name for home in homes)
        return (
            f"{names} ne participe plus à cette prise en charge\u202f: invitez de nouveau cette unité, ou retirez "
            "ce destinataire. Rien n’est signé."
        )
    whose = "cette unité" if is_unit else "son unité"
    return (
        f"{words} n’a pas accès à cette prise en charge\u202f: invitez {whose}, ou retirez ce destinataire. "
        "Rien n’est signé."
    )
