"""Two nurses, one shift: a sector taken from the keyboard, somebody's asked for, patients handed over."""

from typing import Any

import pytest

from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.models import Relay, SectorDuty
from tests.factories.encounters import encounter
from tests.factories.sectors import in_charge, sector
from tests.journeys.people import Journey

pytestmark = pytest.mark.django_db(transaction=True)


def in_sector(person: Any, name: str, word: str) -> Any:
    return person.page.locator(".sector", has_text=name).get_by_role("button", name=word)


def test_a_shift_begins_and_is_handed_over(journey: Journey) -> None:
    hospitals = journey.hospitals
    first = sector(hospitals.sau, "Box 1 à 2", "BOX-1", "BOX-2")
    second = sector(hospitals.sau, "Box 8 à 9", "BOX-8", "BOX-9")
    rachid = encounter(unit=hospitals.sau, birth_name="ABELLANOSA", first_name="RACHID", box=hospitals.place("BOX-1"))
    leo = encounter(unit=hospitals.sau, birth_name="TARRIDEC", first_name="LUC", box=hospitals.place("BOX-8"))
    claire, ines = journey.claire.expects(409), journey.ines

    claire.opens("/pec/").sees("sans référent").presses("s").sees("Box 1, Box 2 · 1 patient")
    claire.is_accessible()
    in_sector(claire, "Box 1 à 2", "Prendre").first.click()
    claire.sees("Secteur Box 1 à 2 pris (IDE)")
    claire.page.locator(f"#pec-{rachid.pk}", has_text="IDE Morel").wait_for()
    assert in_charge(rachid) == "Morel"

    ines.opens("/pec/").clicks("link", "Secteurs")
    in_sector(ines, "Box 8 à 9", "Prendre").first.click()
    ines.sees("Secteur Box 8 à 9 pris (IDE)")
    claire.presses("s").sees("IDE Inès Petit")
    in_sector(claire, "Box 8 à 9", "Prendre").first.click()
    claire.sees("Box 8 à 9 est tenu par IDE Inès Petit depuis").is_accessible()
    claire.clicks("button", "Demander le relais").sees("Relais demandé à IDE Inès Petit")
    ines.sees("IDE Claire Morel vous demande le relais").clicks("link", "Répondre").is_at("/pec/relais/")
    ines.sees("TARRIDEC Luc").is_shown("relais")
    ines.clicks("button", "Accepter").sees("Relais accepté de IDE Inès Petit")
    ines.page.locator("#toast [data-undo]").click()
    ines.sees("À vous de répondre").clicks("button", "Accepter").sees("Relais accepté de IDE Inès Petit")
    claire.page.locator(f"#pec-{leo.pk}", has_text="IDE Morel").wait_for()
    assert SectorDuty.objects.get(sector=second, ends_at=None).user_id == claire.character.id

    claire.opens("/pec/relais/nouveau/").sees("TARRIDEC Luc", "ABELLANOSA Rachid").is_accessible()
    claire.page.get_by_role("checkbox", name="ABELLANOSA Rachid").uncheck()
    claire.page.get_by_label("À qui").select_option(label="IDE Inès Petit")
    claire.types("Un mot", "Attend son scanner").clicks("button", "Proposer le relais").is_at("/pec/relais/")
    claire.sees("Relais en attente")
    ines.opens("/pec/").sees("IDE Claire Morel vous propose 1 patient").clicks("link", "Répondre")
    ines.sees("Attend son scanner").expects(422).clicks("button", "Refuser").sees("Dites en un mot")
    ines.types("Un mot", "Je pars en pause").clicks("button", "Refuser").sees("Relais refusé")
    claire.sees("Réponse : Je pars en pause")
    assert (in_charge(leo), in_charge(rachid)) == ("Morel", "Morel")
    assert Relay.objects.count() == 2
    assert SectorDuty.objects.filter(sector=first, role=Referent.NURSE, ends_at=None).exists()
