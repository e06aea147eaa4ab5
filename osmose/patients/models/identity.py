"""Who the patients are, in one identity domain each, and the blind index they are searched by."""

import uuid
from datetime import date
from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from osmose.kernel.base.sensitivity import Sensitivity, classify
from osmose.kernel.crypto.fields import EncryptedDate, EncryptedText
from osmose.kernel.db.history import tracked
from osmose.kernel.db.models import ClinicalModel
from osmose.kernel.db.triggers import require_actor
from osmose.kernel.events.record import EventSubject
from osmose.organisations.models import Establishment
from osmose.patients import rules
from osmose.patients.rules import IdentityAttribute, IdentityStatus, Sex
from osmose.patients.rules.registration import IdentifierKind
from osmose.patients.rules.statuses import ATTRIBUTE_LABELS, SEX_LABELS, STATUS_LABELS

UNTRUSTED = (IdentityAttribute.DOUTEUSE.value, IdentityAttribute.FICTIVE.value)


def _carries_ins_only_when_qualified() -> pgtrigger.Trigger:
    """The last line of defence of RNIV's rule: no open INS under an identity that is not « qualifiée »."""
    return pgtrigger.Trigger(
        name="ins_needs_qualification",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("OLD.identity_status = 'qualifiee' AND NEW.identity_status <> 'qualifiee'"),
        func="""
            IF EXISTS (SELECT 1 FROM patients_patientidentifier i
                       WHERE i.patient_id = NEW.id AND i.kind = 'INS' AND i.ends_at IS NULL) THEN
                RAISE EXCEPTION 'osmose: an INS needs a qualified identity' USING ERRCODE = '23514';
            END IF;
            RETURN NEW;
        """,
    )


def _merges_inside_one_domain() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="one_domain",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        condition=pgtrigger.Condition("NEW.merged_into_id IS NOT NULL"),
        func="""
            IF NOT EXISTS (SELECT 1 FROM patients_patient p WHERE p.id = NEW.merged_into_id
                           AND p.establishment_id = NEW.establishment_id AND p.merged_into_id IS NULL) THEN
                RAISE EXCEPTION 'osmose: a merge stays in one identity domain and points to the survivor'
                    USING ERRCODE = '23514';
            END IF;
            RETURN NEW;
        """,
    )


def _carries_instructions() -> pgtrigger.Trigger:
    """A merge takes the standing instructions along, and its undoing gives them back: whoever merges can't forget."""
    return pgtrigger.Trigger(
        name="carries_instructions",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("OLD.merged_into_id IS DISTINCT FROM NEW.merged_into_id"),
        func="""
            WITH RECURSIVE theirs AS (
                SELECT NEW.id AS id
                UNION SELECT p.id FROM patients_patient p JOIN theirs t ON p.merged_into_id = t.id
            )
            UPDATE patients_standinginstruction SET patient_id = COALESCE(NEW.merged_into_id, NEW.id)
            WHERE recorded_for_id IN (SELECT id FROM theirs);
            RETURN NULL;
        """,
    )


@tracked("PatientHistory")
class Patient(ClinicalModel):
    """A person as one identity domain (an establishment) knows them.

    Another hospital that registers the same person makes a patient of its own. A merged patient stays, keeps its data
    key and points to the survivor.
    """

    establishment = models.ForeignKey(Establishment, on_delete=models.PROTECT, related_name="+", editable=False)
    birth_name = EncryptedText("nom de naissance", sensitivity=Sensitivity.IDENTIFYING)
    used_name = EncryptedText("nom utilisé", sensitivity=Sensitivity.IDENTIFYING, null=True, blank=True)
    first_name = EncryptedText("premier prénom", sensitivity=Sensitivity.IDENTIFYING, null=True, blank=True)
    birth_first_names = EncryptedText(
        "prénoms de naissance", sensitivity=Sensitivity.IDENTIFYING, null=True, blank=True
    )
    birth_date = EncryptedDate("date de naissance", sensitivity=Sensitivity.IDENTIFYING, null=True, blank=True)
    estimated_age = EncryptedText("âge estimé (ans)", sensitivity=Sensitivity.IDENTIFYING, null=True, blank=True)
    estimated_on = models.DateField(null=True, blank=True)
    sex = models.CharField("sexe", max_length=1, choices=[(s.value, SEX_LABELS[s]) for s in Sex])
    birth_place_code = EncryptedText("lieu de naissance", sensitivity=Sensitivity.IDENTIFYING, null=True, blank=True)
    distinctive_signs = EncryptedText("signes distinctifs", sensitivity=Sensitivity.IDENTIFYING, null=True, blank=True)
    identity_status = models.CharField(
        "statut de l’identité",
        max_length=12,
        choices=[(s.value, STATUS_LABELS[s]) for s in IdentityStatus],
        default=IdentityStatus.PROVISOIRE.value,
    )
    attributes = ArrayField(
        models.CharField(max_length=12, choices=[(a.value, ATTRIBUTE_LABELS[a]) for a in IdentityAttribute]),
        verbose_name="attributs de l’identité",
        default=list,
        blank=True,
    )
    is_protected = models.BooleanField("identité protégée", default=False)
    # The number stays when the patient is identified: « INCONNU H 5 » is never given to somebody else.
    is_unknown = models.BooleanField("patient inconnu", default=False)
    unknown_number = models.PositiveIntegerField("numéro de patient inconnu", null=True, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, related_name="absorbed", null=True, blank=True)
    revisions: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField(default=dict, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    sensitivity = classify(
        operational="estimated_on sex identity_status attributes is_protected is_unknown unknown_number version",
        plain="id data_key establishment merged_into revisions",
    )

    class Meta(ClinicalModel.Meta):
        verbose_name = "patient"
        constraints = [
            models.CheckConstraint(name="patient_sex", condition=Q(sex__in=[s.value for s in Sex])),
            models.CheckConstraint(
                name="patient_status", condition=Q(identity_status__in=[s.value for s in IdentityStatus])
            ),
            models.CheckConstraint(
                name="patient_untrusted_stays_provisional",
                condition=Q(identity_status=IdentityStatus.PROVISOIRE.value) | ~Q(attributes__overlap=list(UNTRUSTED)),
            ),
            models.CheckConstraint(
                name="patient_attributes",
                condition=Q(attributes__contained_by=[a.value for a in IdentityAttribute]),
            ),
            models.CheckConstraint(
                name="patient_age_dated",
                condition=Q(estimated_age__isnull=True, estimated_on__isnull=True)
                | Q(estimated_age__isnull=False, estimated_on__isnull=False),
            ),
            models.CheckConstraint(
                name="patient_unknown_is_numbered", condition=Q(is_unknown=False) | Q(unknown_number__isnull=False)
            ),
            models.UniqueConstraint(name="patient_unknown_number", fields=["establishment", "unknown_number"]),
        ]
        triggers = [
            *ClinicalModel.Meta.triggers,
            _carries_ins_only_when_qualified(),
            _merges_inside_one_domain(),
            _carries_instructions(),
        ]

    pk: uuid.UUID

    def __str__(self) -> str:
        return f"patient {self.pk}"

    def event_subject(self) -> EventSubject:
        """Events about the identity are the person's, not one encounter's."""
        return EventSubject(subject_id=None, person_id=self.pk, data_key_id=self.data_key_id)

    @property
    def status(self) -> IdentityStatus:
        return IdentityStatus(self.identity_status)

    @property
    def estimated_birth_year(self) -> int | None:
        """Where only an age was given; raises `Unreadable` like any encrypted field."""
        age = self.estimated_age
        if age is None or self.estimated_on is None:
            return None
        return rules.estimated_birth_year(int(age), self.estimated_on)

    def traits(self) -> rules.Traits:
        """The identity as the rules compare it, without its numbers; raises `Unreadable`."""
        return rules.Traits(
            birth_name=self.birth_name,
            used_name=self.used_name or "",
            first_name=self.first_name or "",
            birth_first_names=self.birth_first_names or "",
            birth_date=self.birth_date,
            birth_year=self.estimated_birth_year,
            sex=Sex(self.sex),
            birth_place=self.birth_place_code or "",
        )

    def age_on(self, day: date) -> str:
        """« 4 mois », « 17 ans », « environ 40 ans », or nothing where neither date nor age is known."""
        if (born := self.birth_date) is not None:
            return rules.age_in_french(born, day)
        year = self.estimated_birth_year
        return "" if year is None else rules.estimated_age_in_french(year, day)

    def is_minor_on(self, day: date) -> bool:
        """Under 18 that day; from the estimated age where there is no date."""
        if (born := self.birth_date) is not None:
            return rules.is_minor(born, day)
        year = self.estimated_birth_year
        return year is not None and day.year - year < rules.ages.MAJORITY_YEARS


def _belongs_to_the_patients_domain() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="of_its_patient",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        declare=[("owner", "patients_patient%ROWTYPE")],
        func="""
            SELECT * INTO owner FROM patients_patient p WHERE p.id = NEW.patient_id;
            IF owner.establishment_id IS DISTINCT FROM NEW.establishment_id THEN
                RAISE EXCEPTION 'osmose: an identifier is of the domain of its patient' USING ERRCODE = '23514';
            END IF;
            IF NEW.kind = 'INS' AND NEW.ends_at IS NULL AND owner.identity_status <> 'qualifiee' THEN
                RAISE EXCEPTION 'osmose: an INS needs a qualified identity' USING ERRCODE = '23514';
            END IF;
            RETURN NEW;
        """,
    )


@tracked("PatientIdentifierHistory")
class PatientIdentifier(ClinicalModel):
    """A number of the patient: IPP of a hospital, INS, stay. Ended, never deleted.

    One patient at a time holds a number in a domain; a national number never tells one hospital about another, since
    the constraint and the token are of one identity domain.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="identifiers")
    establishment = models.ForeignKey(Establishment, on_delete=models.PROTECT, related_name="+", editable=False)
    authority = models.CharField("autorité", max_length=50)
    kind = models.CharField("nature", max_length=3, choices=[(k.value, k.label) for k in IdentifierKind])
    oid = models.CharField("OID", max_length=80, blank=True)
    value = EncryptedText("numéro", sensitivity=Sensitivity.IDENTIFYING)
    value_token = models.BinaryField(max_length=16)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    sensitivity = classify(
        operational="kind value_token starts_at ends_at", plain="id data_key patient establishment authority oid"
    )

    class Meta(ClinicalModel.Meta):
        verbose_name = "identifiant"
        constraints = [
            models.UniqueConstraint(
                name="identifier_one_patient",
                fields=["establishment", "authority", "kind", "value_token"],
                condition=Q(ends_at=None),
            ),
            models.UniqueConstraint(
                name="identifier_one_ins", fields=["patient"], condition=Q(kind="INS", ends_at=None)
            ),
            models.CheckConstraint(
                name="identifier_kind", condition=Q(kind__in=[kind.value for kind in IdentifierKind])
            ),
            models.CheckConstraint(
                name="identifier_period", condition=Q(ends_at=None) | Q(ends_at__gte=models.F("starts_at"))
            ),
        ]
        indexes = [models.Index(fields=["establishment", "value_token"], name="identifier_token")]
        triggers = [*ClinicalModel.Meta.triggers, _belongs_to_the_patients_domain()]

    pk: uuid.UUID

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class SearchToken(models.Model):
    """One line of the blind index: this patient answers to this token. It gives no name back.

    Tokens are those of `osmose.patients.queries`; the row holds nothing else, so that it needs no key.
    """

    id = models.BigAutoField(primary_key=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="tokens")
    establishment = models.ForeignKey(Establishment, on_delete=models.PROTECT, related_name="+")
    token = models.BinaryField(max_length=16)

    sensitivity = classify(operational="token", plain="id patient establishment")

    class Meta:
        verbose_name = "jeton de recherche"
        constraints: ClassVar = [models.UniqueConstraint(name="searchtoken_once", fields=["patient", "token"])]
        indexes: ClassVar = [models.Index(fields=["establishment", "token"], name="searchtoken_lookup")]
        triggers: ClassVar = [require_actor()]

    def __str__(self) -> str:
        return f"token {self.pk}"


def attributes_of(patient: Patient) -> frozenset[IdentityAttribute]:
    """The attributes as the rules name them."""
    return frozenset(IdentityAttribute(value) for value in patient.attributes)
