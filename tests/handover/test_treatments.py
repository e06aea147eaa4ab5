"""Treatments given: what is kept, what is asked again, who reads it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from osmose.encounters import actions as encounters
from osmose.encounters.models import Encounter
from osmose.handover.actions import give_treatment, note_effect, strike_treatment
from osmose.handover.models import FavouriteMedicine, TreatmentGiven
from osmose.handover.operations.treatments import Given, words_of
from osmose.handover.queries import medicines_like, treatments_of
from osmose.kernel.base import clock
from osmose.kernel.base.refused import NotVisible
from osmose.kernel.events import timeline
from osmose.organisations.models import CareUnit
from tests.cast import Character, Hospitals
from tests.encounters.clicks import click, fresh, last, refused
from tests.factories.encounters import encounter, exited

pytestmark = pytest.mark.django_db
LOXAPINE = {"drug": "Loxapine", "dose": Decimal(50), "dose_unit": "mg", "route": "im", "is_sedation": True}


@pytest.fixture
def pec(hospitals: Hospitals) -> Encounter:
    return encounter(unit=hospitals.sau)


def favourite(unit: CareUnit, label: str = "Loxapine", dose: int = 50, **more: Any) -> FavouriteMedicine:
    known = {"usual_dose": Decimal(dose), "dose_unit": "mg", "route": "im", "is_sedation": True, **more}
    return FavouriteMedicine.objects.create(care_unit=unit, label=label, **known)


def given(who: Character, pec: Encounter, **what: Any) -> TreatmentGiven:
    click(give_treatment, who, pec, given=Given(**{**LOXAPINE, **what}))
    return TreatmentGiven.objects.filter(encounter=pec).latest("recorded_at")


def sedation(pec: Encounter) -> str:
    """The last sedation, as the last event that changed it tells."""
    entry = timeline.last_change(pec.pk, "sedation")
    return getattr(entry.payload, "sedation", "") if entry else ""


def test_a_treatment_is_on_the_timeline_as_an_information(claire: Character, pec: Encounter) -> None:
    before = fresh(pec).version
    treatment = given(claire, pec, giver="Dr Ferrer")
    entry = timeline.of(pec.pk, limit=1)[0]
    assert entry.sentence == "Sédation donnée\u202f: Loxapine 50\u00a0mg, IM"
    assert entry.detail == "donné par Dr Ferrer · information, ne vaut pas prescription"
    assert (words_of(treatment), treatment.author_words) == ("Loxapine 50\u00a0mg, IM", f"{claire.name} · SAU")
    assert fresh(pec).version == before + 1


def test_free_text_is_enough(claire: Character, pec: Encounter) -> None:
    assert words_of(given(claire, pec, drug="Tisane de la famille", dose=None, dose_unit="", route="")) == (
        "Tisane de la famille"
    )


def test_a_thousand_times_the_usual_is_asked_again_and_never_blocked(
    claire: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    favourite(hospitals.sau)
    with refused("1\u202f000 fois la dose habituelle"):
        given(claire, pec, drug="loxapine", dose_unit="g")
    assert not TreatmentGiven.objects.exists()
    kept = given(claire, pec, drug="loxapine", dose_unit="g", is_confirmed=True)
    assert words_of(kept) == "loxapine 50\u00a0g, IM"
    assert "dose inhabituelle, confirmée" in timeline.of(pec.pk, limit=1)[0].detail


def test_the_usual_is_that_of_the_way_it_is_given(claire: Character, hospitals: Hospitals, pec: Encounter) -> None:
    favourite(hospitals.sau, "Paracétamol", 1000, route="iv")
    favourite(hospitals.sau, "Paracétamol", 10, route="po")
    given(claire, pec, drug="PARACETAMOL", dose=Decimal(1), dose_unit="g", route="iv")
    with refused("fois la dose habituelle"):
        given(claire, pec, drug="Paracétamol", dose=Decimal(1), dose_unit="g", route="po")


def test_the_last_sedation_is_the_last_given_whatever_the_order_of_writing(claire: Character, pec: Encounter) -> None:
    now = clock.now()
    given(claire, pec, drug="Midazolam", dose=Decimal(5), at=now - timedelta(minutes=5))
    given(claire, pec, drug="Loxapine", at=now - timedelta(minutes=40))
    given(claire, pec, drug="Paracétamol", dose=Decimal(1), dose_unit="g", is_sedation=False)
    assert sedation(pec) == "Midazolam 5\u00a0mg, IM"


def test_a_struck_sedation_leaves_the_one_before_and_stays_readable(claire: Character, pec: Encounter) -> None:
    now = clock.now()
    given(claire, pec, at=now - timedelta(minutes=40))
    mistaken = given(claire, pec, drug="Midazolam", at=now - timedelta(minutes=5))
    click(strike_treatment, claire, pec, treatment_id=mistaken.pk, reason="Noté sur le mauvais patient")
    assert sedation(pec) == "Loxapine 50\u00a0mg, IM"
    kept = treatments_of(pec.pk, claire.actor, clock.now())
    assert [bool(row.struck_at) for row in kept] == [True, False]
    assert last(pec, "encounters.undone").undoes == mistaken.event_uid
    assert last(pec, "handover.treatment_struck").payload["what"]["reason"] == "Noté sur le mauvais patient"
    with refused("est rayé"):
        click(note_effect, claire, pec, treatment_id=mistaken.pk, effect="Dort", at=None)


def test_an_effect_comes_later_by_somebody_else(claire: Character, ines: Character, pec: Encounter) -> None:
    treatment = given(claire, pec)
    click(note_effect, ines, pec, treatment_id=treatment.pk, effect="Calme, réveillable", at=None)
    treatment.refresh_from_db()
    assert (treatment.effect, treatment.effect_by) == ("Calme, réveillable", ines.name)
    assert treatment.effect_at is not None
    assert timeline.of(pec.pk, limit=1)[0].sentence == "Effet du traitement\u202f: Calme, réveillable"
    with refused("L’effet se voit après"):
        click(
            note_effect, ines, pec, treatment_id=treatment.pk, effect="Dort", at=treatment.given_at - timedelta(hours=1)
        )


def test_hours_that_cannot_be(claire: Character, pec: Encounter) -> None:
    with refused("dans le futur"):
        given(claire, pec, at=clock.now() + timedelta(minutes=30))
    before = pec.arrived_at - timedelta(minutes=20)
    with refused("avant l’arrivée"):
        given(claire, pec, at=before)
    assert given(claire, pec, at=before, giver="SMUR").given_at == before
    with refused("plus d’un jour avant l’arrivée"):
        given(claire, pec, at=pec.arrived_at - timedelta(days=2), giver="SMUR")


def test_a_closed_pec_takes_no_treatment(claire: Character, pec: Encounter) -> None:
    click(encounters.close_encounter, claire, exited(pec))
    with refused("lecture seule"):
        given(claire, pec)


def test_nobody_else_reads_or_writes_it(
    claire: Character, zoe: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    treatment = given(claire, pec)
    assert not treatments_of(pec.pk, zoe.actor, clock.now())
    with pytest.raises(NotVisible):
        given(zoe, pec)
    other = encounter(unit=hospitals.narbonne_sau)
    with pytest.raises(NotVisible):
        click(strike_treatment, zoe, other, treatment_id=treatment.pk, reason="D’un autre dossier")


def test_medicines_are_searched_from_three_letters(claire: Character) -> None:
    assert medicines_like("lo", claire.actor, clock.now()) == []
