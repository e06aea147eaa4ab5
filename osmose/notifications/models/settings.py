"""What each person wants: one choice a notice, the channels, the patients of whom they want no alert."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from osmose.accounts.models import User
from osmose.kernel.base.ids import new_id
from osmose.kernel.base.sensitivity import classify
from osmose.kernel.db.triggers import require_actor
from osmose.notifications.rules import Wanted


class Choice(models.Model):
    """What somebody wants of one notice, where it is not the default."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    notice = models.CharField(max_length=60)
    wanted = models.CharField(max_length=8)

    sensitivity = classify(operational="notice wanted", plain="id user")

    class Meta:
        verbose_name = "choix de notification"
        constraints: ClassVar = [
            models.UniqueConstraint(name="choice_once", fields=["user", "notice"]),
            models.CheckConstraint(name="choice_wanted", condition=Q(wanted__in=[w.value for w in Wanted])),
        ]
        triggers: ClassVar = [require_actor()]

    def __str__(self) -> str:
        return f"{self.notice}: {self.wanted}"


class Channels(models.Model):
    """By which ways an alert may also come: the browser while a page is open, e-mail. Neither unless asked for."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, primary_key=True, related_name="+")
    by_browser = models.BooleanField(default=False)
    by_mail = models.BooleanField(default=False)

    sensitivity = classify(operational="by_browser by_mail", plain="user")

    class Meta:
        verbose_name = "canaux de notification"
        triggers: ClassVar = [require_actor()]

    def __str__(self) -> str:
        return f"canaux {self.pk}"


class Mute(models.Model):
    """Somebody wants no alert of one PEC; its notifications still come to their inbox."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    subject_id = models.UUIDField()
    since = models.DateTimeField()

    sensitivity = classify(operational="since", plain="id user subject_id")

    class Meta:
        verbose_name = "patient en sourdine"
        constraints: ClassVar = [models.UniqueConstraint(name="mute_once", fields=["user", "subject_id"])]
        triggers: ClassVar = [require_actor()]

    def __str__(self) -> str:
        return f"sourdine {self.id}"
