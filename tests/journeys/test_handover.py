"""A shift is handed over: a treatment is given and its effect seen, then the next team takes note of each patient."""

import pytest

from osmose.encounters.lifecycle.tracking import Allergies, Known
from osmose.handover.models import FavouriteMedicine, ReadBack, TreatmentGiven
from tests.encounters.clicks import note
from tests.factories.encounters import encounter
from tests.factories.sectors import sector, take
from tests.journeys.people import Journey

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_sedation_is_given_then_handed_over(journey: Journey) -> None:
    hospitals = journey.hospitals
    FavouriteMedicine.objects.create(
        care_unit=hospitals.sau, label="Loxapine", usual_dose=50, dose_unit="mg", route="im", is_sedation=True
    )
    claire, ines = journey.claire.expects(422), journey.ines
    boxes = sector(hospitals.sau, "Box 1 à 2", "BOX-1", "BOX-2")
    rachid, luc = (
        encounter(unit=hospitals.sau, birth_name=name, first_name=first, box=hospitals.place(box))
        for name, first, box in (("ABELLANOSA", "RACHID", "BOX-1"), ("TARRIDEC", "LUC", "BOX-2"))
    )
    take(ines.character, boxes)
    note(claire.character, rachid, "allergies", Allergies(Known.YES, "Pénicilline"))

    claire.opens(f"/pec/{rachid.pk}/").clicks("link", "Traitements").sees("Allergies\u202f: Pénicilline")
    claire.page.get_by_text("Loxapine 50\u00a0mg, IM").first.click()
    claire.types("Dose", "50000").clicks("button", "Noter ce traitement").sees("1\u202f000 fois la dose habituelle")
    claire.is_shown("traitements")
    claire.page.get_by_label("Dose").first.fill("50")
    claire.clicks("button", "Noter ce traitement").sees("Dernière sédation", "Sédation donnée")
    claire.clicks("link", "Traitements").sees("Déjà donnés")
    claire.page.get_by_text("Noter l’effet").first.click()
    claire.page.locator("#treatments-body").get_by_label("Effet").fill("Dort, réveillable")
    claire.clicks("button", "Noter l’effet").sees("Effet du traitement")
    assert TreatmentGiven.objects.get().effect == "Dort, réveillable"

    ines.opens("/releve/").is_at(f"/releve/{hospitals.sau.pk}/").sees("ABELLANOSA Rachid", "Dort, réveillable")
    ines.is_shown("releve")
    ines.page.locator(f"#b-{luc.pk}").get_by_label("Inclure").uncheck()
    ines.clicks("button", "Pris connaissance des patients cochés").sees("Pris connaissance de 1 patient")
    ines.page.locator(f"#ack-{rachid.pk}", has_text="IDE Inès Petit").wait_for()
    ines.page.locator(f"#ack-{luc.pk}").get_by_role("button", name="Pris connaissance").click()
    ines.page.locator(f"#ack-{luc.pk}", has_text="IDE Inès Petit").wait_for()
    ines.clicks("button", "Annuler").sees("Prise de connaissance annulée")
    ines.page.locator(f"#ack-{luc.pk}", has_text="Personne n’en a encore").wait_for()
    assert [row.encounter_id for row in ReadBack.objects.filter(cancelled_at=None)] == [rachid.pk]
    claire.opens("/releve/").sees("IDE Inès Petit").is_accessible()

    night = journey.person("samia", size="phone", theme="night")
    night.opens("/releve/").sees("ABELLANOSA Rachid").is_accessible()
    night.opens(f"/pec/{rachid.pk}/traitements/").sees("Loxapine 50\u00a0mg, IM").is_accessible()
