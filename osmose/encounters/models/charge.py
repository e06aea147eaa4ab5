"""Who holds a sector, and the patients that somebody hands to somebody else."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from osmose.accounts.models import User
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.lifecycle.relays import RelayOutcome, RelayStatus
from osmose.encounters.models.encounter import Encounter
from osmose.kernel.base.ids import new_id
from osmose.kernel.base.sensitivity import Sensitivity, classify
from osmose.kernel.crypto.fields import EncryptedText
from osmose.kernel.db.history import tracked
from osmose.kernel.db.models import ClinicalModel
from osmose.kernel.db.triggers import require_actor
from osmose.kernel.events.record import EventSubject
from osmose.organisations.models import Sector

_ROLES = [role.value for role in Referent]


class SectorDuty(models.Model):
    """Somebody holds a sector in a role, from and to; one person at a time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="duties")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=8)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    sensitivity = classify(operational="role starts_at ends_at", plain="id sector user")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="sectorduty_role", condition=Q(role__in=_ROLES)),
            models.CheckConstraint(
                name="sectorduty_period", condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at"))
            ),
            models.UniqueConstraint(fields=["sector", "role"], condition=Q(ends_at=None), name="sectorduty_one_holder"),
        ]
        triggers: ClassVar = [require_actor()]

    def __str__(self) -> str:
        return f"tenue de secteur {self.id}"

    @property
    def words(self) -> str:
        """« IDE »: the role in which it is held."""
        return Referent(self.role).label


class Relay(models.Model):
    """Patients offered by somebody (`giver`) to somebody else (`taker`), answered once.

    With `is_asked`, it is the taker who asks for them, and the giver who answers. No text here: what is written belongs
    to each patient's own record. `sectors` change hands with the patients.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    giver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    taker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    is_asked = models.BooleanField(default=False)
    status = models.CharField(max_length=10, default=RelayStatus.PENDING)
    sent_at = models.DateTimeField()
    due_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    duties = models.ManyToManyField(SectorDuty, related_name="+")

    sensitivity = classify(operational="is_asked status sent_at due_at settled_at", plain="id giver taker duties")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="relay_status", condition=Q(status__in=[s.value for s in RelayStatus])),
            models.CheckConstraint(name="relay_two_people", condition=~Q(giver=F("taker"))),
            models.CheckConstraint(name="relay_due", condition=Q(due_at__gt=F("sent_at"))),
            models.CheckConstraint(
                name="relay_settled",
                condition=Q(status="pending", settled_at=None)
                | (~Q(status="pending") & Q(settled_at__gte=F("sent_at"))),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["giver"], condition=Q(status="pending"), name="relay_pending_of_giver"),
            models.Index(fields=["taker"], condition=Q(status="pending"), name="relay_pending_of_taker"),
            models.Index(fields=["giver", "-settled_at"], name="relay_settled_of_giver"),
            models.Index(fields=["taker", "-settled_at"], name="relay_settled_of_taker"),
        ]
        triggers: ClassVar = [require_actor()]

    def __str__(self) -> str:
        return f"relais {self.id}"

    def event_subject(self) -> EventSubject:
        return EventSubject.of_reference(self.id)

    @property
    def sender(self) -> User:
        """Who wrote it, and may withdraw it."""
        return self.taker if self.is_asked else self.giver

    @property
    def answerer(self) -> User:
        """Who accepts or refuses it: nobody else may."""
        return self.giver if self.is_asked else self.taker


@tracked("RelayItemHistory")
class RelayItem(ClinicalModel):
    """One patient of a relay, in one role: what was written with it, and what became of it."""

    relay = models.ForeignKey(Relay, on_delete=models.PROTECT, related_name="items")
    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="relay_items")
    role = models.CharField(max_length=8)
    word = EncryptedText(sensitivity=Sensitivity.CLINICAL, null=True)
    answer = EncryptedText(sensitivity=Sensitivity.CLINICAL, null=True)
    outcome = models.CharField(max_length=10, default=RelayOutcome.PENDING)

    sensitivity = classify(operational="role outcome", plain="relay encounter")

    class Meta(ClinicalModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(name="relayitem_role", condition=Q(role__in=_ROLES)),
            models.CheckConstraint(name="relayitem_outcome", condition=Q(outcome__in=[o.value for o in RelayOutcome])),
            models.UniqueConstraint(fields=["relay", "encounter", "role"], name="relayitem_once"),
            # A patient is offered to one person at a time in a role.
            models.UniqueConstraint(
                fields=["encounter", "role"], condition=Q(outcome="pending"), name="relayitem_one_pending"
            ),
        ]

    def __str__(self) -> str:
        return f"patient d’un relais {self.id}"
