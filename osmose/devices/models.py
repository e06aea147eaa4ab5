"""The screens of a unit, and the word of the data protection officer that opens a staff room to initials."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from osmose.devices.rules import NAME_MAX, THEMES, WORD_MAX, Room
from osmose.kernel.base.ids import new_id
from osmose.kernel.base.sensitivity import classify
from osmose.kernel.db.triggers import require_actor
from osmose.kernel.events.record import EventSubject
from osmose.organisations.models import CareUnit

DIGEST = 32
_ROOMS = [(room.value, room.label) for room in Room]


class Screen(models.Model):
    """One screen on a wall, let in by a code that serves once, then by a token that only the screen holds.

    Of both, only keyed digests are here. `seen_at` is when it was last heard of; revoked, it is never deleted, since
    the journal speaks of it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    care_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="screens", verbose_name="unité")
    name = models.CharField("nom", max_length=NAME_MAX)
    room = models.CharField("emplacement", max_length=10, choices=_ROOMS, default=Room.CORRIDOR.value)
    theme = models.CharField("affichage", max_length=5, choices=list(THEMES.items()), default="auto")
    issued_at = models.DateTimeField("déclaré le")
    issued_by = models.UUIDField("déclaré par")
    code_digest = models.BinaryField(max_length=DIGEST, null=True, unique=True)
    code_expires_at = models.DateTimeField(null=True)
    token_digest = models.BinaryField(max_length=DIGEST, null=True, unique=True)
    paired_at = models.DateTimeField("raccordé le", null=True)
    seen_at = models.DateTimeField("vu pour la dernière fois", null=True)
    revoked_at = models.DateTimeField("retiré le", null=True)
    revoked_by = models.UUIDField("retiré par", null=True)

    never_deleted = True
    sensitivity = classify(
        operational="room theme issued_at code_expires_at paired_at seen_at revoked_at",
        plain="id care_unit name issued_by code_digest token_digest revoked_by",
    )

    class Meta:
        verbose_name = "écran mural"
        verbose_name_plural = "écrans muraux"
        constraints: ClassVar = [
            models.CheckConstraint(name="screen_name", condition=~Q(name="")),
            models.CheckConstraint(name="screen_room", condition=Q(room__in=[room.value for room in Room])),
            models.CheckConstraint(name="screen_theme", condition=Q(theme__in=list(THEMES))),
            models.CheckConstraint(
                name="screen_code",
                condition=Q(code_digest=None, code_expires_at=None)
                | Q(code_digest__isnull=False, code_expires_at__isnull=False),
            ),
            models.CheckConstraint(name="screen_paired", condition=Q(token_digest=None) | Q(paired_at__isnull=False)),
            # Revoked, nothing lets it in any more.
            models.CheckConstraint(
                name="screen_revoked",
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__gte=F("issued_at"), revoked_by__isnull=False, token_digest=None, code_digest=None),
            ),
            models.UniqueConstraint(name="screen_once", fields=["care_unit", "name"], condition=Q(revoked_at=None)),
        ]
        triggers: ClassVar = [require_actor()]

    pk: uuid.UUID

    def __str__(self) -> str:
        return self.name

    @property
    def is_revoked(self) -> bool:
        return self.revoked_at is not None

    def awaits_code(self, at: datetime) -> bool:
        """True while the code that was shown still lets it in."""
        return self.code_expires_at is not None and at < self.code_expires_at

    def event_subject(self) -> EventSubject:
        return EventSubject.of_reference(self.id)


class StaffRoomOpening(models.Model):
    """The data protection officer lets the staff-room screens of a unit show initials and states, and says why."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    care_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+", verbose_name="unité")
    word = models.CharField("motif", max_length=WORD_MAX)
    opened_at = models.DateTimeField("ouverte le")
    opened_by = models.UUIDField("ouverte par")
    closed_at = models.DateTimeField("fermée le", null=True)
    closed_by = models.UUIDField("fermée par", null=True)

    never_deleted = True
    sensitivity = classify(operational="opened_at closed_at", plain="id care_unit word opened_by closed_by")

    class Meta:
        verbose_name = "ouverture de la salle de soins"
        constraints: ClassVar = [
            models.CheckConstraint(name="staffroom_word", condition=~Q(word="")),
            models.CheckConstraint(
                name="staffroom_closed",
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__gte=F("opened_at"), closed_by__isnull=False),
            ),
            models.UniqueConstraint(name="staffroom_once", fields=["care_unit"], condition=Q(closed_at=None)),
        ]
        triggers: ClassVar = [require_actor()]

    def __str__(self) -> str:
        return f"salle de soins · {self.care_unit}"

    def event_subject(self) -> EventSubject:
        return EventSubject.of_reference(self.care_unit_id)
