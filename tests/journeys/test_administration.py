"""An administrator sets the hospital up; the staff see it at once."""

import pytest

from osmose.encounters.operations.founding_lists import create_founding_modes, create_founding_motifs
from tests.factories import encounters
from tests.journeys.people import Journey

HOME = "/administration/"


@pytest.fixture(autouse=True)
def _lists(journey: Journey) -> None:
    create_founding_motifs(journey.hospitals.perpignan)
    create_founding_modes(journey.hospitals.perpignan)
    encounters.kinds(journey.hospitals.perpignan)


def test_a_threshold_a_place_and_a_motif_are_set(journey: Journey) -> None:
    hospitals = journey.hospitals
    pec = encounters.encounter(unit=hospitals.sau, location=hospitals.place("SAU"), box=hospitals.place("BOX-3"))
    paul = journey.paul.opens("/").is_at(f"{HOME}$").is_accessible()

    paul.clicks("link", "Unités").is_accessible().clicks("link", "Service d’accueil des urgences").is_accessible()
    paul.types("Attente à surveiller (min)", "30").types("Attente dépassée (min)", "60")
    paul.clicks("button", "Prévisualiser").sees("rien n’est encore enregistré").is_accessible()
    presence = paul.page.locator("#apercu td:nth-child(2)")
    assert presence.locator("[data-band=late]").count() == 2
    assert presence.locator("[data-band=soon]").count() == 1
    paul.clicks("button", "Enregistrer").sees("déjà visible des soignants", "30 / 60")

    paul.opens(f"{HOME}localisations/").clicks("link", "Box 3").sees("Aperçu").is_accessible()
    paul.clicks("link", "Retirer cette localisation").sees("y reste").is_accessible().expects(409)
    paul.clicks("button", "Retirer cette localisation").sees("Cochez la case").is_accessible()
    paul.page.get_by_label("je le retire quand même").check()
    paul.clicks("button", "Retirer cette localisation").is_at(f"{HOME}localisations/").sees("Hors service")

    paul.opens(f"{HOME}motifs/").clicks("link", "Ajouter un motif").is_accessible()
    paul.types("Libellé", "Vu par le maire").types("Ordre", "1")
    paul.page.get_by_label("Favori").check()
    paul.clicks("button", "Prévisualiser").sees("rien n’est encore enregistré").is_accessible()
    assert paul.page.locator(".toggle[aria-current=true]").inner_text() == "Vu par le maire"
    paul.clicks("button", "Ajouter un motif").is_at(f"{HOME}motifs/").sees("Vu par le maire")

    journey.claire.opens(f"/pec/{pec.pk}/").sees("Box 3 (fermé)")


def test_every_page_is_accessible_on_every_screen(journey: Journey) -> None:
    """Eleven pages, three screens, two themes: more than five seconds."""
    hospitals = journey.hospitals
    paul = journey.paul.expects(422)
    kind = encounters.kinds(hospitals.perpignan)["imaging"]
    for path in (
        "",
        "unites/",
        f"unites/{hospitals.sau.pk}/",
        "localisations/",
        f"localisations/{hospitals.place('BOX-3').pk}/",
        f"localisations/{hospitals.place('BOX-3').pk}/retirer/",
        "motifs/",
        "motifs/?etat=fin",
        "modes-arrivee/nouveau/",
        "types-de-demande/",
        f"types-de-demande/{kind.pk}/",
    ):
        paul.opens(HOME + path).is_accessible_everywhere()
    paul.opens(f"{HOME}unites/{hospitals.sau.pk}/").types("Attente dépassée (min)", "1").clicks("button", "Enregistrer")
    paul.sees("plus de 120 min").is_accessible_everywhere()


def test_it_works_without_scripts(journey: Journey) -> None:
    paul = journey.person("paul", scripts=False).opens(f"{HOME}unites/{journey.hospitals.sau.pk}/")
    paul.types("Nom court", "Urgences").clicks("button", "Prévisualiser").sees("rien n’est encore enregistré")
    paul.clicks("button", "Enregistrer").sees("déjà visible des soignants", "Urgences")
