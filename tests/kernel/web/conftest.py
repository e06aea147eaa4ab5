from collections.abc import Iterator

import pytest
from django.test import Client

from osmose.encounters.models import Encounter
from tests.cast import Character, Hospitals
from tests.kernel.web import urls
from tests.kernel.world import a_pec
from tests.strict import StrictClient


@pytest.fixture(autouse=True)
def doors(settings: object) -> Iterator[None]:
    settings.ROOT_URLCONF = "tests.kernel.web.urls"  # type: ignore[attr-defined]
    yield
    urls.meanwhile.clear()


@pytest.fixture
def pec(hospitals: Hospitals) -> Encounter:
    """A patient of the emergency department of Perpignan."""
    return a_pec(hospitals.sau)


def browser_of(character: Character) -> Client:
    """A logged-in browser; an error gets its page, as in production."""
    client = StrictClient(raise_request_exception=False, REMOTE_ADDR="192.0.2.7")
    client.force_login(character.user)
    client.cookies["poste"] = "poste-sau-3"
    return client


@pytest.fixture
def browser(claire: Character) -> Client:
    """Claire's."""
    return browser_of(claire)


@pytest.fixture
def other_browser(zoe: Character) -> Client:
    """Zoé's, of a hospital without any agreement."""
    return browser_of(zoe)
