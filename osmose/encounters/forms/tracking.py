"""The tracking of a PEC, one click or one small form a field, as the value that the field should take.

A click says « field:choice »; what was typed beside the other choices of the field stays where it still belongs.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, TypeVar, cast

from django import forms

from osmose.encounters.forms.noted import TrackingForm, text_field
from osmose.encounters.forms.safety import CHOICES as SAFETY_CHOICES
from osmose.encounters.forms.safety import TYPED as SAFETY_TYPED
from osmose.encounters.lifecycle.tracking import (
    FIELDS,
    NAME_MAX,
    Alcohol,
    AlcoholStatus,
    Allergies,
    Ccmu,
    Cognition,
    Company,
    Concern,
    ConcernReason,
    Decision,
    Known,
    Outlook,
    Substance,
    Substances,
    SubstanceSource,
    Tracked,
    Treatment,
    Triage,
)
from osmose.kernel.base import french
from osmose.kernel.base.refused import Refused
from osmose.kernel.web.fields import CleanText, MomentField

_N = french.NARROW
_T = TypeVar("_T", bound=Tracked)


def _concern(code: str, known: Concern | None) -> Concern:
    reasons = tuple(ConcernReason(r) for r in code.split(",") if r)
    return Concern(tuple(r for r in ConcernReason if r in reasons), known.text if known and reasons else "")


def _substances(code: str, known: Substances | None) -> Substances:
    """« oui:cocaine,thc:declare »: the whole wanted set."""
    status, _, rest = code.partition(":")
    named, _, source = rest.partition(":")
    taken = {Substance(s) for s in named.split(",") if s}
    return Substances(
        Known(status),
        tuple(s for s in Substance if s in taken),
        SubstanceSource(source) if source else None,
        known.other if known and Substance.OTHER in taken else "",
    )


def _alcohol(code: str, known: Alcohol | None) -> Alcohol:
    status = AlcoholStatus(code)
    return known if known and known.status is status else Alcohol(status)


def _told(kind: Callable[[Known], _T]) -> Callable[[str, Any], _T]:
    def read(code: str, known: Any) -> _T:
        status = Known(code)
        return cast("_T", known) if known is not None and known.status is status else kind(status)

    return read


def _decision(code: str, known: Decision | None) -> Decision:
    choice = Outlook(code)
    return known.changed_to(choice) if known else Decision(choice)


# For each field, what a choice makes of what is known; an unknown choice is a ValueError.
CHOICES: Mapping[str, Callable[[str, Any], Tracked]] = {
    "concern": _concern,
    "triage": lambda code, _: Triage(code),
    "ccmu": lambda code, _: Ccmu(code),
    "company": _told(Company),
    "treatment": _told(Treatment),
    "allergies": _told(Allergies),
    "cognition": lambda code, _: Cognition(code),
    "alcohol": _alcohol,
    "substances": _substances,
    "decision": _decision,
}


class ChoiceForm(TrackingForm):
    """One click: « field:choice », an empty choice to note nothing."""

    wanted = forms.CharField(max_length=120)

    def clean_wanted(self) -> str:
        self.field, _, choice = str(self.cleaned_data["wanted"]).partition(":")
        return choice

    def value(self) -> Tracked | None:
        choice = str(self.cleaned_data["wanted"])
        try:
            if not choice:
                return None
            if timed := SAFETY_CHOICES.get(self.field):
                return timed(choice, self.known, self.now)
            return CHOICES[self.field](choice, self.known)
        except (KeyError, ValueError):
            raise Refused("Ce choix n’existe pas.", field=self.field, code="choice-unknown") from None


class ConcernForm(TrackingForm):
    """Why this patient is « préoccupant », in words beside the reasons."""

    field = "concern"
    text = text_field("Précision")

    def value(self) -> Concern:
        known = self.known or Concern()
        return replace(known, text=self._joined(self.cleaned_data["text"], known.text))


class TreatmentForm(TrackingForm):
    """The treatment that the patient takes."""

    field = "treatment"
    text = text_field(
        "Traitement actuel",
        required=f"Écrivez le traitement, ou choisissez «{_N}Aucun{_N}» ou «{_N}NC{_N}».",
    )

    def value(self) -> Treatment:
        return Treatment(Known.YES, self._joined(self.cleaned_data["text"], self.known.text if self.known else ""))


class AllergiesForm(TrackingForm):
    """What the patient is allergic to."""

    field = "allergies"
    text = text_field(
        "Allergies",
        required=f"Écrivez à quoi le patient est allergique, ou choisissez «{_N}Aucune connue{_N}» ou «{_N}NC{_N}».",
    )

    def value(self) -> Allergies:
        return Allergies(Known.YES, self._joined(self.cleaned_data["text"], self.known.text if self.known else ""))


class CompanyForm(TrackingForm):
    """Who is there with the patient, and their phone."""

    field = "company"
    by = text_field("Par qui")
    phone = CleanText(
        label="Téléphone",
        required=False,
        max_length=30,
        too_long=f"Le téléphone est trop long{_N}: 30 caractères au plus.",
    )

    def value(self) -> Company:
        by, phone = self.cleaned_data["by"], self.cleaned_data["phone"]
        known = self.known or Company(Known.YES)
        if self.data.get("keep") == "both":
            by, phone = self._joined(by, known.by), phone if phone else known.phone
        return Company(Known.YES, by, phone)


class AlcoholForm(TrackingForm):
    """The rate in mg per litre of expired air, and its hour: above zero it is positive, at zero negative."""

    field = "alcohol"
    rate = forms.CharField(
        max_length=12,
        error_messages={
            "required": "Écrivez le taux mesuré, par exemple 1,28.",
            "max_length": "Écrivez le taux en mg/L, par exemple 1,28.",
        },
    )
    measured_at = MomentField(required=False)

    def clean_rate(self) -> Decimal:
        typed = str(self.cleaned_data["rate"]).replace(",", ".").removesuffix("mg/L").strip()
        try:
            rate = Decimal(typed)
        except InvalidOperation:
            rate = Decimal("NaN")
        if not rate.is_finite() or "e" in typed.lower() or "_" in typed:
            raise forms.ValidationError("Écrivez le taux en chiffres, par exemple 1,28.")
        if rate < 0:
            raise forms.ValidationError("Un taux n’est jamais négatif\u202f: écrivez ce que l’appareil affiche, ou 0.")
        return rate.quantize(Decimal("0.01"), ROUND_HALF_UP)

    def value(self) -> Alcohol:
        rate: Decimal = self.cleaned_data["rate"]
        at: datetime | None = self.cleaned_data["measured_at"]
        status = AlcoholStatus.POSITIVE if rate > 0 else AlcoholStatus.NEGATIVE
        return Alcohol(status, rate, french.time(at) if at else "")


class OtherSubstanceForm(TrackingForm):
    """Which other substance."""

    field = "substances"
    other = text_field("Autre substance", required="Écrivez quelle autre substance.")

    def value(self) -> Substances:
        known = self.known if self.known and self.known.status is Known.YES else Substances(Known.YES)
        taken = tuple(s for s in Substance if s in known.taken or s is Substance.OTHER)
        return replace(known, taken=taken, other=self._joined(self.cleaned_data["other"], known.other))


class DecisionForm(TrackingForm):
    """Where exactly, decided by whom, and what must be known of the decision already chosen."""

    field = "decision"
    where = text_field("Hôpital ou unité", most=NAME_MAX)
    decided_by = text_field("Décidée par", most=NAME_MAX)
    text = text_field("Précision")

    def value(self) -> Decision:
        if self.known is None:
            raise Refused("Choisissez d’abord la décision.", field="decision", code="decision-first")
        known, typed = self.known, self.cleaned_data
        return Decision(
            known.choice,
            typed["where"],
            typed["decided_by"],
            self._joined(typed["text"], known.text),
        )


_FORMS: tuple[type[TrackingForm], ...] = (
    ConcernForm,
    TreatmentForm,
    AllergiesForm,
    CompanyForm,
    AlcoholForm,
    OtherSubstanceForm,
    DecisionForm,
    *SAFETY_TYPED,
)
_TYPED: Mapping[str, type[TrackingForm]] = {form.field: form for form in _FORMS}


def field_of(data: Mapping[str, Any]) -> str:
    """The field of the tracking that was clicked or typed; empty where it is none."""
    field = str(data.get("field") or data.get("wanted", "").partition(":")[0])
    return field if field in FIELDS else ""


def tracking_form(data: Mapping[str, Any], *, known: Tracked | None, now: datetime) -> TrackingForm:
    """The form of what was posted: typed for `field`, else a click."""
    return _TYPED.get(str(data.get("field", "")), ChoiceForm)(data, known=known, now=now)
