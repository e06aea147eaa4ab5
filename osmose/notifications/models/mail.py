"""E-mails to send: to whom, when, how many times it failed. There is nothing to keep of what they say."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from osmose.accounts.models import User
from osmose.kernel.base.ids import new_id
from osmose.kernel.base.sensitivity import classify
from osmose.kernel.db.triggers import require_actor


class Mail(models.Model):
    """« Un nouvel événement vous attend »: sent, to be tried again at `due_at`, or given up.

    `sending_at` is written before the mail server is given anything, and taken back where it surely took nothing: a
    message that has one is never handed over again, since it may have left. `problem` is the kind of the last failure,
    never the server's words, which may quote an address.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sending_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=60, default="", blank=True)

    sensitivity = classify(
        operational="asked_at due_at attempts sending_at sent_at given_up_at problem", plain="id user"
    )

    class Meta:
        verbose_name = "message électronique"
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(sent_at=None, given_up_at=None), name="mail_to_send"),
            models.Index(fields=["user", "-asked_at"], name="mail_of_user"),
        ]
        triggers: ClassVar = [require_actor()]

    def __str__(self) -> str:
        return f"message {self.id}"
