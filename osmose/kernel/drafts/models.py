"""Drafts: what is being typed, kept on the server so that a lock, a crash or a lost network loses nothing."""

from django.db import models

from osmose.kernel.base.ids import new_id
from osmose.kernel.base.sensitivity import Sensitivity, classify
from osmose.kernel.crypto.fields import EncryptedText
from osmose.kernel.db.triggers import require_actor


class Draft(models.Model):
    """One text of one user about one subject; sealed under the person's data key, no history.

    Dies when signed, or after 30 days.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user_id = models.UUIDField()
    subject_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    data_key_id = models.UUIDField()
    body = EncryptedText(sensitivity=Sensitivity.CLINICAL)
    saved_at = models.DateTimeField()

    sensitivity = classify(operational="kind saved_at", plain="id user_id subject_id data_key_id")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user_id", "subject_id", "kind"], name="draft_one_per_kind")]
        indexes = [models.Index(fields=["saved_at"], name="draft_age")]
        triggers = [require_actor()]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
