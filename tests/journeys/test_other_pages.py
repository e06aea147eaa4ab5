"""Every page that no other journey opens: readable, accessible, within the policy."""

import pytest

from tests.journeys.people import Journey

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("size", ["phone", "station"])
@pytest.mark.parametrize(
    ("who", "path", "text", "status"),
    [
        ("claire", "/compte/", "Accès et traçabilité", 200),
        ("denis", "/", "Contrôle le respect des droits", 200),
        ("claire", "/compte/mot-de-passe/", "Mot de passe", 200),
        ("claire", "/doc", "Documentation d’Osmose", 200),
        ("claire", "/doc/glossary", "Glossaire", 200),
        ("claire", "/pec/00000000-0000-7000-8000-000000000000/", "n’existe pas ou ne concerne pas vos unités", 404),
    ],
)
def test_the_page_is_accessible(journey: Journey, who: str, path: str, text: str, status: int, size: str) -> None:
    person = journey.person(who, size=size)
    person.expects(status).opens(path).sees(text).is_accessible()
