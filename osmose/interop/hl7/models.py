"""What the feeds sent: every message as it came, what became of it, and what was answered."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from osmose.kernel.base.sensitivity import Sensitivity, classify
from osmose.kernel.crypto.fields import EncryptedText
from osmose.kernel.db.models import ClinicalModel
from osmose.kernel.events.record import EventSubject

_BYTES = "latin-1"  # one letter a byte: any bytes come back as they were


class MessageState(models.TextChoices):
    """Where a message stands. Every state but the first has its answer."""

    RECEIVED = "received", "Reçu"
    APPLIED = "applied", "Appliqué"
    REFUSED = "refused", "Refusé"
    QUEUED = "queued", "En attente de relecture"


class InboxMessage(ClinicalModel):
    """One message, stored before anything else is done with it; the same one is never applied twice.

    Under the system key, since a message that can't be read belongs to nobody. The reason of a refusal is encrypted
    too: it may name a place as the sender wrote it, and a sender that shifts its fields writes anything there.
    """

    source = models.CharField(max_length=60)
    sending_application = models.CharField(max_length=120, blank=True)
    sending_facility = models.CharField(max_length=120, blank=True)
    control_id = models.CharField(max_length=200, blank=True)
    event = models.CharField(max_length=3, blank=True)
    body_digest = models.BinaryField(max_length=32)
    raw = EncryptedText(sensitivity=Sensitivity.IDENTIFYING, null=True)
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.RECEIVED)
    is_conflicting = models.BooleanField(default=False)
    ack = EncryptedText(sensitivity=Sensitivity.OPERATIONAL, null=True)
    error_code = models.CharField(max_length=3, blank=True)
    error_place = models.CharField(max_length=10, blank=True)
    error_sentence = EncryptedText(sensitivity=Sensitivity.OPERATIONAL, null=True)
    establishment_id = models.UUIDField(null=True)
    encounter_id = models.UUIDField(null=True)
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    untracked = "the text of a message is dropped after a while; its versions would keep it"
    sensitivity = classify(
        operational="source sending_application sending_facility control_id event state is_conflicting error_code"
        " error_place received_at settled_at",
        plain="id data_key body_digest establishment_id encounter_id",
    )

    class Meta(ClinicalModel.Meta):
        verbose_name = "message HL7"
        verbose_name_plural = "messages HL7"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                name="inbox_once", fields=["sending_application", "sending_facility", "control_id", "body_digest"]
            ),
            models.CheckConstraint(name="inbox_state", condition=Q(state__in=MessageState.values)),
            models.CheckConstraint(
                name="inbox_answered",
                condition=Q(state="received", settled_at=None)
                | (~Q(state="received") & Q(settled_at__isnull=False, ack__isnull=False)),
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["received_at"], condition=~Q(state="applied"), name="inbox_waiting"),
            models.Index(fields=["settled_at"], condition=Q(raw__isnull=False), name="inbox_to_forget"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"

    def event_subject(self) -> EventSubject:
        """About no patient: the events of the patient are told by the domain."""
        return EventSubject(subject_id=self.pk, person_id=None, data_key_id=self.data_key_id)

    @property
    def body(self) -> bytes | None:
        """The exact bytes received; None once they were dropped."""
        return None if self.raw is None else self.raw.encode(_BYTES)

    @property
    def answer(self) -> bytes | None:
        """The exact bytes answered, None before."""
        return None if self.ack is None else self.ack.encode(_BYTES)


def as_text(content: bytes) -> str:
    """Any bytes as the encrypted text that gives them back."""
    return content.decode(_BYTES)
