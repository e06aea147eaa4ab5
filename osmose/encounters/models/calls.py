"""A call, or an advice given by phone."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from osmose.encounters.lifecycle.calls import LONGEST_MINUTES, Direction
from osmose.encounters.models.encounter import Encounter
from osmose.kernel.base.sensitivity import Sensitivity, classify
from osmose.kernel.crypto.fields import EncryptedText
from osmose.kernel.db.history import tracked
from osmose.kernel.db.models import ClinicalModel
from osmose.kernel.events.record import EventSubject
from osmose.organisations.models import CareUnit


def _is_only_ever_linked() -> pgtrigger.Trigger:
    """A call is never changed; it may be linked, once, to a PEC."""
    return pgtrigger.Trigger(
        name="immutable_but_its_link",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func="""
            IF OLD.encounter_id IS NOT NULL
                OR (to_jsonb(OLD) - 'encounter_id') IS DISTINCT FROM (to_jsonb(NEW) - 'encounter_id') THEN
                RAISE EXCEPTION 'osmose: a call is never changed, only linked once' USING ERRCODE = '23514';
            END IF;
            RETURN NEW;
        """,
    )


@tracked("PhoneCallHistory")
class PhoneCall(ClinicalModel):
    """« Appel/avis »: who called, what was asked, what was answered. Corrected by another one, never changed.

    With a PEC, it is sealed under its patient's key. Without one, it has a key of its own, owned by the call; linked
    later, its text is told again in the PEC under the patient's key.
    """

    care_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+")
    other_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+", null=True)
    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="calls", null=True)
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, related_name="corrected_by", null=True)
    direction = models.CharField(max_length=5)
    caller = EncryptedText(sensitivity=Sensitivity.IDENTIFYING)
    caller_function = EncryptedText(sensitivity=Sensitivity.IDENTIFYING, null=True)
    question = EncryptedText(sensitivity=Sensitivity.CLINICAL)
    advice = EncryptedText(sensitivity=Sensitivity.CLINICAL, null=True)
    expected_at = models.DateTimeField(null=True)
    minutes = models.PositiveSmallIntegerField(null=True)
    called_at = models.DateTimeField()
    author_id = models.UUIDField()
    author_words = EncryptedText(sensitivity=Sensitivity.OPERATIONAL)

    sensitivity = classify(
        operational="direction expected_at minutes called_at",
        plain="care_unit other_unit encounter corrects author_id",
    )

    class Meta(ClinicalModel.Meta):
        verbose_name = "appel ou avis"
        verbose_name_plural = "appels et avis"
        constraints: ClassVar = [
            models.CheckConstraint(name="call_direction", condition=Q(direction__in=[d.value for d in Direction])),
            models.CheckConstraint(
                name="call_minutes", condition=Q(minutes=None) | Q(minutes__gte=1, minutes__lte=LONGEST_MINUTES)
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-called_at", "-id"], name="call_by_day")]
        triggers: ClassVar = [
            *ClinicalModel.Meta.triggers,
            _is_only_ever_linked(),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"appel {self.id}"

    def event_subject(self) -> EventSubject:
        """The PEC's timeline, once linked; until then the call's own."""
        if self.encounter is not None:
            return self.encounter.event_subject()
        return EventSubject(subject_id=self.id, person_id=None, data_key_id=self.data_key_id)
