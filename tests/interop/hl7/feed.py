"""Messages taken as a feed sends them, and what is there afterwards."""

from collections.abc import Iterable

from osmose.encounters.models import Encounter, Movement
from osmose.encounters.operations.rows import visit_token
from osmose.interop.hl7 import inbox
from osmose.interop.hl7.inbox import Received, Source
from osmose.interop.hl7.models import InboxMessage, MessageState
from osmose.kernel.audit.models import AccessEntry
from osmose.kernel.base import clock
from osmose.kernel.events.models import Event
from osmose.kernel.events.timeline import read
from osmose.organisations.models import Establishment
from tests.interop.hl7.samples import sample

VISIT = "V26004711"
SOURCE = Source("essai")
# In the order in which their hours and numbers tell the story.
STORY = (
    "A04_arrivee.hl7",
    "A04_patient_inconnu.hl7",
    "A02_changement_box.hl7",
    "A31_maj_identite.hl7",
    "A08_maj_venue_international.hl7",
    "Z99_maj_mouvement_FR.hl7",
    "A03_sortie.hl7",
    "A11_annulation_admission.hl7",
    "A13_annulation_sortie.hl7",
    "A40_fusion.hl7",
)


def take(raw: bytes | str, source: Source = SOURCE) -> Received:
    """One message, or the example of that name."""
    return inbox.take(sample(raw) if isinstance(raw, str) else raw, source=source, now=clock.now())


def state(raw: bytes | str) -> MessageState:
    return MessageState(take(raw).message.state)


def why(received: Received) -> tuple[str, str, str]:
    """Code, place and sentence of a refusal."""
    message = received.message
    assert message.state == MessageState.REFUSED, message.state
    return message.error_code, message.error_place, message.error_sentence


def pec(establishment: Establishment, number: str = VISIT) -> Encounter:
    return Encounter.objects.get(establishment=establishment, visit_token=visit_token(establishment.pk, number))


def places(encounter: Encounter) -> list[tuple[str, str]]:
    """Where the patient was, from when (Paris, HH:MM), in order."""
    rows = Movement.objects.filter(encounter=encounter, cancelled_at=None).order_by("starts_at", "id")
    return [(f"{clock.paris(m.starts_at):%H:%M}", m.short) for m in rows if m.ends_at != m.starts_at]


def sentences(encounter: Encounter) -> list[str]:
    """The timeline of a PEC, as it was recorded."""
    return [read(event).sentence for event in Event.objects.filter(subject_id=encounter.pk).order_by("id")]


def everything() -> list[object]:
    """All that a repeated message must leave as it was."""
    return [
        *Encounter.objects.order_by("pk").values_list("pk", "version", "status", "arrived_at", "exited_at"),
        *Movement.objects.order_by("pk").values_list("pk", "location", "box", "starts_at", "ends_at", "cancelled_at"),
        *InboxMessage.objects.order_by("pk").values_list("pk", "state", "settled_at"),
        Event.objects.count(),
        AccessEntry.objects.count(),
    ]


def acks(messages: Iterable[InboxMessage]) -> list[str]:
    """MSA-1 of each answer."""
    return [(message.answer or b"").split(b"\r")[1].split(b"|")[1].decode() for message in messages]
