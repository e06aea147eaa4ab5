"""Reference data of the hospitals: establishments, care units, teams, locations, sharing agreements.

Nothing of a patient here: nothing is encrypted. Units and locations end, they are never deleted once used.
"""

from datetime import datetime
from typing import ClassVar

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least

from osmose.kernel.base.ids import new_id
from osmose.kernel.base.sensitivity import classify
from osmose.kernel.db.ranges import Period, Same
from osmose.kernel.events.record import EventSubject

# Two digits of the department (2A and 2B in Corsica), then seven digits (register of ANS).
FINESS = r"^[0-9][0-9AB][0-9]{7}$"
CODE = r"^[A-Z0-9][A-Z0-9-]{0,19}$"


class ReferenceEpoch(models.Model):
    """One row, whose number moves with every change of reference data: what was drawn from older ones is redrawn.

    Moved by the database itself, in the transaction of the change, whoever makes it.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    number = models.BigIntegerField(default=1)

    sensitivity = classify(plain="id number")

    class Meta:
        verbose_name = "époque des données de référence"
        constraints: ClassVar = [models.CheckConstraint(name="referenceepoch_only", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"époque {self.number}"


def moves_reference_epoch(*columns: str) -> pgtrigger.Trigger:
    """On a table of reference data that lists are drawn from: a change moves `ReferenceEpoch`.

    With `columns`, a change of one of these only: an account is written at each login.
    """
    changed = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    if columns:
        changed = pgtrigger.UpdateOf(*columns)  # type: ignore[no-untyped-call]
    return pgtrigger.Trigger(
        name="moves_reference_epoch",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=changed,
        func="""
            INSERT INTO organisations_referenceepoch AS epoch (id, number) VALUES (1, 1)
            ON CONFLICT (id) DO UPDATE SET number = epoch.number + 1;
            RETURN NULL;
        """,
    )


class Establishment(models.Model):
    """A hospital as a legal entity; its id is also the identity domain of the patients it registers."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    finess = models.CharField("numéro FINESS", max_length=9, unique=True, validators=[RegexValidator(FINESS)])
    name = models.CharField("nom", max_length=120)
    short_name = models.CharField("nom court", max_length=40)
    namespace = models.CharField("autorité d’affectation (HL7)", max_length=40, unique=True)
    oid = models.CharField("OID de l’autorité", max_length=80, blank=True)

    sensitivity = classify(plain="id finess name short_name namespace oid")

    class Meta:
        verbose_name = "établissement"
        verbose_name_plural = "établissements"
        constraints: ClassVar = [
            models.CheckConstraint(name="establishment_finess", condition=Q(finess__regex=FINESS)),
            models.CheckConstraint(name="establishment_namespace", condition=~Q(namespace="")),
        ]

    def __str__(self) -> str:
        return self.short_name


class UnitKind(models.TextChoices):
    """What a unit is for: it decides what its screens show first."""

    EMERGENCY = "emergency", "Urgences"
    PSYCHIATRY = "psychiatry", "Psychiatrie"
    WARD = "ward", "Service d’hospitalisation"
    OTHER = "other", "Autre"


class CareUnit(models.Model):
    """A ward of an establishment (SAU, équipe mobile…), with its own hours and patience."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    establishment = models.ForeignKey(
        Establishment, on_delete=models.PROTECT, related_name="units", verbose_name="établissement"
    )
    code = models.CharField("code", max_length=20, validators=[RegexValidator(CODE)])
    name = models.CharField("nom", max_length=120)
    short_name = models.CharField("nom court", max_length=40)
    kind = models.CharField("nature", max_length=12, choices=UnitKind.choices)
    shift_starts = ArrayField(models.TimeField(), verbose_name="heures de relève", default=list, blank=True)
    waiting_watch_minutes = models.PositiveSmallIntegerField("attente à surveiller (min)", default=120)
    waiting_over_minutes = models.PositiveSmallIntegerField("attente dépassée (min)", default=240)
    psychiatry_watch_minutes = models.PositiveSmallIntegerField(
        "attente de la psychiatrie à surveiller (min)", default=20
    )
    psychiatry_over_minutes = models.PositiveSmallIntegerField("attente de la psychiatrie dépassée (min)", default=60)
    request_watch_minutes = models.PositiveSmallIntegerField("attente d’une demande à surveiller (min)", default=30)
    request_over_minutes = models.PositiveSmallIntegerField("attente d’une demande dépassée (min)", default=90)
    relay_minutes = models.PositiveSmallIntegerField("relais sans réponse après (min)", default=15)
    unread_minutes = models.PositiveSmallIntegerField("transmission urgente relancée après (min)", default=10)
    closure_hours = models.PositiveSmallIntegerField("clôture automatique après la sortie (h)", default=24)
    lock_minutes = models.PositiveSmallIntegerField("verrouillage après inactivité (min)", default=5)
    ended_on = models.DateField("fermée le", null=True, blank=True)

    sensitivity = classify(
        operational="kind shift_starts waiting_watch_minutes waiting_over_minutes psychiatry_watch_minutes"
        " psychiatry_over_minutes request_watch_minutes request_over_minutes relay_minutes unread_minutes closure_hours"
        " lock_minutes ended_on",
        plain="id establishment code name short_name",
    )

    class Meta:
        verbose_name = "unité"
        verbose_name_plural = "unités"
        constraints: ClassVar = [
            models.UniqueConstraint(name="careunit_code", fields=["establishment", "code"]),
            models.CheckConstraint(name="careunit_code_form", condition=Q(code__regex=CODE)),
            models.CheckConstraint(name="careunit_kind", condition=Q(kind__in=UnitKind.values)),
            models.CheckConstraint(
                name="careunit_waits",
                condition=Q(waiting_watch_minutes__gt=0) & Q(waiting_over_minutes__gt=F("waiting_watch_minutes")),
            ),
            models.CheckConstraint(
                name="careunit_psychiatry_waits",
                condition=Q(psychiatry_watch_minutes__gt=0)
                & Q(psychiatry_over_minutes__gt=F("psychiatry_watch_minutes")),
            ),
            models.CheckConstraint(
                name="careunit_request_waits",
                condition=Q(request_watch_minutes__gt=0) & Q(request_over_minutes__gt=F("request_watch_minutes")),
            ),
            models.CheckConstraint(name="careunit_relay", condition=Q(relay_minutes__range=(1, 240))),
            models.CheckConstraint(name="careunit_unread", condition=Q(unread_minutes__range=(1, 120))),
            models.CheckConstraint(name="careunit_closure", condition=Q(closure_hours__range=(1, 720))),
            models.CheckConstraint(name="careunit_lock", condition=Q(lock_minutes__range=(1, 60))),
        ]
        triggers: ClassVar = [moves_reference_epoch()]

    def __str__(self) -> str:
        return self.short_name

    @property
    def label(self) -> str:
        """« SAU · Perpignan »: the unit among those of several hospitals."""
        return f"{self.short_name} · {self.establishment.short_name}"

    @property
    def is_registering(self) -> bool:
        """True where a PEC may begin: at the emergency department, or in a ward without a passage there."""
        return self.kind in (UnitKind.EMERGENCY, UnitKind.WARD)

    def event_subject(self) -> EventSubject:
        return EventSubject.of_reference(self.id)


class Team(models.Model):
    """People of a unit who work together; the care team of a patient is another thing."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    care_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField("nom", max_length=80)

    sensitivity = classify(plain="id care_unit name")

    class Meta:
        verbose_name = "équipe"
        constraints: ClassVar = [models.UniqueConstraint(name="team_name", fields=["care_unit", "name"])]

    def __str__(self) -> str:
        return self.name


class Location(models.Model):
    """A place where a patient can be: a zone (NC, AV, SAS…) or a box or bed. Data, not code."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    care_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="locations", verbose_name="unité")
    code = models.CharField("code", max_length=20, validators=[RegexValidator(CODE)])
    label = models.CharField("libellé", max_length=40)
    order = models.PositiveSmallIntegerField("ordre", default=0)
    is_box = models.BooleanField("box ou lit", default=False)
    capacity = models.PositiveSmallIntegerField("capacité", null=True, blank=True)
    ended_at = models.DateTimeField("fermée le", null=True, blank=True)

    sensitivity = classify(operational="order is_box capacity ended_at", plain="id care_unit code label")

    class Meta:
        verbose_name = "localisation"
        verbose_name_plural = "localisations"
        ordering: ClassVar = ["order", "code"]
        constraints: ClassVar = [
            # An ended code may be given again to another place of the unit.
            models.UniqueConstraint(name="location_code", fields=["care_unit", "code"], condition=Q(ended_at=None)),
            models.CheckConstraint(name="location_code_form", condition=Q(code__regex=CODE)),
            models.CheckConstraint(name="location_capacity", condition=Q(capacity=None) | Q(capacity__gt=0)),
        ]
        triggers: ClassVar = [moves_reference_epoch()]

    def __str__(self) -> str:
        return self.label

    def event_subject(self) -> EventSubject:
        return EventSubject.of_reference(self.id)


class Sector(models.Model):
    """A named range of places of a unit, which somebody takes for a shift: « Box 1 à 5 », « Filière couchée »."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    care_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="sectors", verbose_name="unité")
    name = models.CharField("nom", max_length=40)
    order = models.PositiveSmallIntegerField("ordre", default=0)
    locations = models.ManyToManyField(Location, related_name="sectors", verbose_name="localisations")
    ended_at = models.DateTimeField("retiré le", null=True, blank=True)

    sensitivity = classify(operational="order ended_at", plain="id care_unit name locations")

    class Meta:
        verbose_name = "secteur"
        verbose_name_plural = "secteurs"
        ordering: ClassVar = ["order", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="sector_name", fields=["care_unit", "name"], condition=Q(ended_at=None)),
            models.CheckConstraint(name="sector_named", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name

    def event_subject(self) -> EventSubject:
        return EventSubject.of_reference(self.id)


class LegalBasis(models.TextChoices):
    """Why two establishments may share (CSP L1110-4 III, L1110-12): decided by both DPOs, never by the code."""

    CARE_TEAM = "equipe_de_soins", "Équipe de soins"
    CONSENT = "consentement_requis", "Consentement du patient requis"


class DataCategory(models.TextChoices):
    """What an agreement opens to the partner; the scope of a guest's grant is made of these."""

    IDENTITY = "identity", "Identité"
    TRACKING = "tracking", "Suivi et localisation"
    REQUESTS = "requests", "Demandes"
    NOTES = "notes", "Transmissions"
    INSTRUCTIONS = "instructions", "Consignes permanentes"
    ASSESSMENTS = "assessments", "Évaluations"


class SharingAgreement(models.Model):
    """A signed convention between two establishments; its end takes effect at once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    first = models.ForeignKey(Establishment, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Establishment, on_delete=models.PROTECT, related_name="+")
    host = models.ForeignKey(Establishment, on_delete=models.PROTECT, related_name="+", verbose_name="domaine hôte")
    legal_basis = models.CharField("fondement", max_length=24, choices=LegalBasis.choices)
    reference = models.CharField("référence de la convention signée", max_length=120)
    categories = ArrayField(models.CharField(max_length=24, choices=DataCategory.choices), verbose_name="catégories")
    enters_on_request = models.BooleanField("entre sur demande", default=True)
    enters_by_motif = models.BooleanField("entre selon le motif", default=False)
    enters_if_followed = models.BooleanField("entre si le patient est suivi", default=False)
    motifs = ArrayField(models.CharField(max_length=80), verbose_name="motifs d’entrée", default=list, blank=True)
    valid_from = models.DateTimeField("en vigueur depuis")
    valid_to = models.DateTimeField("jusqu’au", null=True, blank=True)

    sensitivity = classify(
        operational="legal_basis categories enters_on_request enters_by_motif enters_if_followed motifs valid_from"
        " valid_to",
        plain="id first second host reference",
    )

    class Meta:
        verbose_name = "convention de partage"
        constraints: ClassVar = [
            models.CheckConstraint(name="agreement_two_sides", condition=~Q(first=F("second"))),
            models.CheckConstraint(name="agreement_host", condition=Q(host=F("first")) | Q(host=F("second"))),
            models.CheckConstraint(name="agreement_basis", condition=Q(legal_basis__in=LegalBasis.values)),
            models.CheckConstraint(name="agreement_reference", condition=~Q(reference="")),
            models.CheckConstraint(
                name="agreement_categories",
                condition=Q(categories__len__gt=0) & Q(categories__contained_by=DataCategory.values),
            ),
            models.CheckConstraint(name="agreement_motifs", condition=Q(enters_by_motif=False) | Q(motifs__len__gt=0)),
            models.CheckConstraint(
                name="agreement_period", condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from"))
            ),
            # One agreement at a time for a pair, whichever of the two is named first.
            ExclusionConstraint(
                name="agreement_no_overlap",
                expressions=[
                    (Same(Least("first", "second")), RangeOperators.OVERLAPS),
                    (Same(Greatest("first", "second")), RangeOperators.OVERLAPS),
                    (Period("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"Convention {self.reference}"

    def is_in_force(self, at: datetime) -> bool:
        """True from the start, included, to the end, excluded."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)
