"""Every page that no other journey opens: readable, accessible, within the policy."""

import pytest

from tests.factories.encounters import encounter
from tests.journeys.people import Journey

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("who", "path", "text", "status"),
    [
        ("claire", "/compte/", "Accès et traçabilité", 200),
        ("denis", "/compte/", "Contrôle le respect des droits", 200),
        ("claire", "/compte/mot-de-passe/", "Mot de passe", 200),
        ("claire", "/doc", "Documentation d’Osmose", 200),
        ("claire", "/doc/glossary", "Glossaire", 200),
        ("claire", "/pec/00000000-0000-7000-8000-000000000000/", "n’existe pas ou ne concerne pas vos unités", 404),
    ],
)
def test_the_page_is_accessible(journey: Journey, who: str, path: str, text: str, status: int) -> None:
    getattr(journey, who).expects(status).opens(path).sees(text).is_accessible().resizes("phone").is_accessible()


def test_an_unknown_patient_gets_a_name(journey: Journey) -> None:
    pec = encounter(unit=journey.hospitals.sau)
    claire = journey.claire.opens(f"/pec/{pec.pk}/identite/").is_accessible()
    claire.resizes("phone").is_accessible()
    claire.page.locator("[name=used_name]").fill("MARTINEZ")
    claire.clicks("button", "Enregistrer l’identité").is_at(f"/pec/{pec.pk}/").sees("MARTINEZ").is_accessible()
    claire.resizes("station").is_accessible()
