"""Drafts: what is being typed, kept on the server so that a lock, a crash or a lost network loses nothing."""

from django.db import models

from osmose.kernel.base.ids import new_id
from osmose.kernel.base.sensitivity import Sensitivity, classify
from osmose.kernel.crypto.fields import EncryptedText
from osmose.kernel.db.triggers import require_actor


class Draft(models.Model):
    """One text of one user about one subject; sealed under the person's data key, no history.

    `tab` is the open page that wrote it last, `number` counts that page's savings (an older one that arrives late
    changes nothing), `revision` those of the draft. The body goes when the text is signed or emptied; the row stays
    two days longer, so that a saving still on its way does not bring it back. A body dies after 30 days.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user_id = models.UUIDField()
    subject_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    data_key_id = models.UUIDField()
    body = EncryptedText(sensitivity=Sensitivity.CLINICAL, null=True)
    saved_at = models.DateTimeField()
    tab = models.UUIDField(null=True)
    number = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=0)

    sensitivity = classify(operational="kind saved_at number revision", plain="id user_id subject_id data_key_id tab")

    class Meta:
        indexes = [
            models.Index(fields=["saved_at"], name="draft_age"),
            models.Index(fields=["user_id", "subject_id"], name="draft_by_author"),
        ]
        triggers = [require_actor()]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
