"""What was given this evening, what each unit gives often, and who took note of whom at the handover."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from osmose.demo.stage import Stage
from osmose.encounters.models import Encounter
from osmose.handover import actions, queries
from osmose.handover.models import FavouriteMedicine, TreatmentGiven
from osmose.handover.operations.treatments import Given
from osmose.organisations.models import CareUnit
from osmose.organisations.rules import handed_over


@dataclass(frozen=True)
class Usual:
    """A favourite: its name, usual dose and unit, way, whether it sedates."""

    label: str
    dose: str
    unit: str
    route: str
    is_sedation: bool = False


@dataclass(frozen=True)
class Dose:
    """Given in a passage so many minutes ago by an account; what it did, noted later; or why it was struck."""

    key: str
    by: str
    minutes: int
    given: Given
    effect: str = ""
    effect_minutes: int = 0
    struck: str = ""


LOXAPINE_IM = Usual("Loxapine", "50", "mg", "im", is_sedation=True)
LOXAPINE = Usual("Loxapine", "50", "mg", "po", is_sedation=True)
CYAMEMAZINE = Usual("Cyamémazine", "25", "mg", "po", is_sedation=True)
DIAZEPAM = Usual("Diazépam", "10", "mg", "po", is_sedation=True)
HYDROXYZINE = Usual("Hydroxyzine", "25", "mg", "po")
PARACETAMOL_IV = Usual("Paracétamol", "1", "g", "iv")
PARACETAMOL = Usual("Paracétamol", "1", "g", "po")
MORPHINE = Usual("Morphine", "5", "mg", "iv")
THIAMINE = Usual("Vitamine B1", "500", "mg", "iv")
FAVOURITES: Mapping[str, tuple[Usual, ...]] = {
    "perpignan/SAU": (
        *(LOXAPINE_IM, LOXAPINE, CYAMEMAZINE, DIAZEPAM, HYDROXYZINE),
        *(PARACETAMOL_IV, PARACETAMOL, MORPHINE, THIAMINE),
    ),
    "perpignan/UHCD": (LOXAPINE, CYAMEMAZINE, HYDROXYZINE, PARACETAMOL, THIAMINE),
    "thuir/EMP": (LOXAPINE, CYAMEMAZINE, HYDROXYZINE),
    "thuir/PSYLI": (LOXAPINE, CYAMEMAZINE, HYDROXYZINE),
}


def _given(usual: Usual, giver: str = "") -> Given:
    return Given(
        drug=usual.label,
        dose=Decimal(usual.dose),
        dose_unit=usual.unit,
        route=usual.route,
        is_sedation=usual.is_sedation,
        giver=giver,
    )


GIVEN = (
    Dose("D15", "agent3", 176, _given(LOXAPINE), "Plus calme, accepte de rester en box", 118),
    Dose("D10", "agent1", 92, _given(LOXAPINE_IM), "Endormi, réveillable à la voix, saturation 97 %", 55),
    Dose("D07", "agent1", 64, _given(DIAZEPAM)),
    Dose("D22", "agent3", 38, _given(CYAMEMAZINE)),
    Dose("D02", "agent1", 190, _given(THIAMINE)),
    Dose("D24", "agent3", 70, _given(PARACETAMOL), "Douleurs moins fortes, EVA 4", 30),
    Dose("A04", "agent1", 150, _given(MORPHINE, "Dr Ferrer"), "EVA 3, respire bien", 125),
    Dose("A08", "agent3", 80, _given(PARACETAMOL_IV)),
    Dose("A12", "agent1", 45, _given(MORPHINE), struck="Noté sur le mauvais patient"),
)


def create_favourites(units: Mapping[str, CareUnit]) -> None:
    """Before any patient."""
    for key, known in FAVOURITES.items():
        for order, usual in enumerate(known):
            FavouriteMedicine.objects.create(
                care_unit=units[key],
                label=usual.label,
                usual_dose=Decimal(usual.dose),
                dose_unit=usual.unit,
                route=usual.route,
                is_sedation=usual.is_sedation,
                order=order * 10,
            )


def play(stage: Stage, pecs: Mapping[str, Encounter]) -> None:
    """After the passages; then the first patients of the SAU are taken note of."""
    for dose in GIVEN:
        actor, pec, at = stage.actors[dose.by], pecs[dose.key], stage.now - timedelta(minutes=dose.minutes)
        actions.give_treatment(actor=actor, encounter=pec, given=replace(dose.given, at=at), now=at)
        treatment = TreatmentGiven.objects.filter(encounter=pec).latest("given_at", "id")
        if dose.effect:
            seen = stage.now - timedelta(minutes=dose.effect_minutes)
            actions.note_effect(
                actor=actor, encounter=pec, treatment_id=treatment.pk, effect=dose.effect, at=seen, now=seen
            )
        if dose.struck:
            actions.strike_treatment(
                actor=actor,
                encounter=pec,
                treatment_id=treatment.pk,
                reason=dose.struck,
                now=at + timedelta(minutes=2),
            )
    _read(stage)


def _read(stage: Stage) -> None:
    unit, actor, now = stage.units["perpignan/SAU"], stage.actors["agent3"], stage.now - timedelta(minutes=4)
    shift = handed_over(unit.shift_starts, stage.now)
    first = [pk for pk, _ in queries.sheet_ids(unit, now, actor, now)[:3]]
    actions.read_back(actor=actor, care_unit=unit, shift=shift, encounter_ids=first, now=now)
