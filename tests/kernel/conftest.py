import pytest

from osmose.encounters.models import Encounter
from osmose.kernel.access.actor import Actor
from osmose.organisations.models import CareUnit
from tests.factories.organisations import CareUnitFactory
from tests.kernel.world import a_pec, member_of


@pytest.fixture
def unit(db: None) -> CareUnit:
    """An emergency department."""
    return CareUnitFactory()


@pytest.fixture
def pec(unit: CareUnit) -> Encounter:
    """A patient of that department."""
    return a_pec(unit)


@pytest.fixture
def nurse(unit: CareUnit) -> Actor:
    """Somebody of that department; an actor needs no account."""
    return member_of(unit, name="IDE Claire Morel")


@pytest.fixture
def stranger(db: None) -> Actor:
    """A nurse of another hospital."""
    return member_of(CareUnitFactory(), name="IDE Zoé Autre")
