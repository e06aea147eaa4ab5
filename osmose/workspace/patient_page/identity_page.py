"""The identity of a PEC's patient, to complete or to correct: its form and what it is shown with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from osmose.encounters import lifecycle
from osmose.encounters.models import Encounter
from osmose.kernel.base import french
from osmose.kernel.base.clock import paris
from osmose.kernel.base.refused import Refused
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.kernel.web.request import StaffRequest
from osmose.patients.forms import PatientForm
from osmose.patients.models import Patient
from osmose.patients.presenters import IdentityBand, identity
from osmose.patients.queries import numbers_of

STALE = "identity-stale"
# What a rule of the identity names, and the field that it is said on.
_SAID_ON = {"identity_status": "document_checked"}


class IdentityForm(PatientForm):
    """The traits as they are known; a name is written as soon as it is given, without waiting for an age."""

    AGE_IS_REQUIRED = False

    def __init__(self, data: Mapping[str, Any] | None = None, *, patient: Patient, today: date, **options: Any) -> None:
        options["initial"] = known(patient, today)
        # Asked here, not at the arrival: the IPP is the number that the patient's own hospital gives.
        super().__init__(data, today=today, authority=patient.establishment.namespace, auto_id="identity-%s", **options)
        self.fields["birth_name"].required = not patient.is_unknown

    def _name(self, field: str) -> str:
        """A name that nobody touched stays as the admissions sent it."""
        kept = str(self.initial.get(field, ""))
        return kept if kept and self.cleaned_data.get(field) == kept else super()._name(field)

    def place(self, refusal: Refused) -> str:
        """Puts the sentence on its field; returns it where the form has no such field."""
        self.is_valid()
        field = _SAID_ON.get(refusal.field or "", refusal.field)
        if field not in self.fields:
            return refusal.sentence
        self.add_error(field, refusal.sentence)
        return ""

    def others(self) -> tuple[tuple[str, str], ...]:
        """What is written now, where something else was typed: label and value."""
        return tuple(
            (str(self.fields[name].label), value or "vide")
            for name, value in self.initial.items()
            if value != self.data.get(name, "").strip()
        )


def known(patient: Patient, today: date) -> dict[str, str]:
    """The identity as the form shows it; the number given to somebody unknown is no name."""
    traits = patient.traits()
    has_age_only = traits.birth_date is None and traits.birth_year is not None
    return {
        "birth_name": "" if patient.is_unknown else traits.birth_name,
        "used_name": traits.used_name,
        "first_name": traits.first_name,
        "birth_first_names": traits.birth_first_names,
        "birth_date": french.numeric_date(traits.birth_date) if traits.birth_date else "",
        "estimated_age": str(today.year - (traits.birth_year or 0)) if has_age_only else "",
        "sex": traits.sex.value,
        "birth_place_code": traits.birth_place,
        "distinctive_signs": patient.distinctive_signs or "",
    }


@dataclass(frozen=True, kw_only=True, repr=False)
class IdentityPage:
    """Who this is now, and the form; without one, `reason` says why nothing can be written."""

    encounter: Encounter
    band: IdentityBand
    form: IdentityForm | None
    reason: str = ""
    problem: str = ""
    others: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        return title_of(self.band)

    @property
    def has_refused_more(self) -> bool:
        """Whether something is wrong in the folded part of the form."""
        folded = ("birth_first_names", "birth_place_code", "ipp", "ins", "document_checked")
        return self.form is not None and any(name in self.form.errors for name in folded)


def title_of(band: IdentityBand) -> str:
    """What there is to do with an identity."""
    return "Compléter l’identité" if band.is_unknown or band.status.icon == "hourglass" else "Corriger l’identité"


def build(request: StaffRequest, encounter: Encounter, refusal: Refused | None = None) -> IdentityPage:
    """The page as asked, or with what was typed and why it was refused."""
    today, patient = paris(request.now).date(), encounter.patient
    band = identity(patient, today=today, numbers=numbers_of([patient.pk]).get(patient.pk, []))
    writable = lifecycle.availability(encounter.status, "write")
    if not band.is_readable or readable(patient, "distinctive_signs") is UNREADABLE:
        reason = "Dossier illisible\u202f: rien ne peut être enregistré. Prévenez l’administrateur."
        return IdentityPage(encounter=encounter, band=band, form=None, reason=reason)
    if not writable.is_possible:
        return IdentityPage(encounter=encounter, band=band, form=None, reason=writable.reason)
    typed = request.POST if request.method == "POST" else None
    form = IdentityForm(typed, patient=patient, today=today)
    problem = form.place(refusal) if refusal else ""
    others = form.others() if refusal and refusal.code == STALE else ()
    return IdentityPage(encounter=encounter, band=band, form=form, problem=problem, others=others)
