"""What is watched over: rules that would tell too many people; nobody's name."""

from typing import ClassVar

from django.db import models

from osmose.kernel.base.ids import new_id
from osmose.kernel.base.sensitivity import classify
from osmose.kernel.db.triggers import require_actor


class Excess(models.Model):
    """On one day, how many times a notice wanted to tell more people than is allowed, and how many at worst."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    notice = models.CharField(max_length=60)
    day = models.DateField()
    times = models.PositiveIntegerField(default=0)
    most = models.PositiveIntegerField(default=0)

    sensitivity = classify(operational="notice day times most", plain="id")

    class Meta:
        verbose_name = "excès de destinataires"
        constraints: ClassVar = [models.UniqueConstraint(name="excess_once", fields=["notice", "day"])]
        triggers: ClassVar = [require_actor()]

    def __str__(self) -> str:
        return f"{self.notice} {self.day}"
