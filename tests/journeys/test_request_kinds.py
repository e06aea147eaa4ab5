"""An administrator adds a kind of request; the nurses use it at once."""

from tests.factories import encounters
from tests.journeys.people import Journey

NEW = "/administration/types-de-demande/nouveau/"


def test_a_kind_is_added_without_code_and_used_at_once(journey: Journey) -> None:
    pec = encounters.encounter(unit=journey.hospitals.sau)
    paul = journey.paul.opens("/administration/types-de-demande/")
    paul.page.get_by_text("Changer d’unité").click()
    paul.clicks("button", "SAU").sees("PEC psy").is_accessible()
    paul.clicks("link", "Ajouter un type").types("Nom court", "Social").is_accessible()
    paul.page.get_by_label("Nom", exact=True).fill("Avis social")
    paul.clicks("button", "Prévisualiser").sees("Social demandé").is_accessible()
    paul.clicks("button", "Ajouter ce type").is_at("/administration/types-de-demande/$").sees("Avis social")
    claire = journey.claire.opens(f"/pec/{pec.pk}/").sees("Avis social")
    claire.page.get_by_role("group", name="Avis social").get_by_role("button", name="Demandé", exact=True).click()
    claire.sees("Avis social", "Annuler").opens("/pec/?vue=fiches").sees("Social demandé")


def test_the_page_is_accessible_on_every_screen(journey: Journey) -> None:
    for establishment in (journey.hospitals.perpignan, journey.hospitals.thuir):
        encounters.kinds(establishment)
    paul = journey.paul.expects(422)
    paul.opens("/administration/types-de-demande/").sees("PEC psy").is_accessible_everywhere()
    paul.opens(NEW).is_accessible_everywhere().page.get_by_label("Nom", exact=True).fill("Avis social")
    paul.types("Nom court", "Social").types("Mot de l’état 1", "").clicks("button", "Prévisualiser")
    paul.sees("état de départ").is_accessible_everywhere()
