"""« Erreur de dossier », as the timelines of both records tell it: the wrong one says nothing of what it held."""

from dataclasses import dataclass

from osmose.handover.events.notes import NoteSigned
from osmose.kernel.events.kinds import Payload, Purge, event


@event("handover.note_misfiled", purge=Purge.WITH_PERSON, icon="file-x")
@dataclass(frozen=True)
class NoteMisfiled(Payload):
    """A note of somebody else was withdrawn from this record; the neutral line stands in its place."""

    misfiling_id: str = ""

    def sentence(self) -> str:
        return "Transmission retirée\u202f: erreur de dossier"


@event("handover.click_misfiled", purge=Purge.WITH_PERSON, icon="file-x")
@dataclass(frozen=True)
class ClickMisfiled(Payload):
    """An action on somebody else was withdrawn from this record; the neutral line stands in its place."""

    misfiling_id: str = ""

    def sentence(self) -> str:
        return "Action retirée\u202f: erreur de dossier"


@event("handover.note_refiled", purge=Purge.WITH_PERSON, icon="message-square-text")
@dataclass(frozen=True)
class NoteRefiled(NoteSigned):
    """A note that had been written in another record by mistake is in this one from now on."""

    def sentence(self) -> str:
        kept = f" réservée à {self.confidential_unit}" if self.confidential_unit else ""
        return f"Transmission{kept}, reprise d’un autre dossier"
