"""The factories make what the application makes: grants, places and events included."""

import pytest

from osmose.encounters.policies import READ
from osmose.kernel.base import clock
from tests.cast import Character, Hospitals
from tests.factories import encounters as pecs


@pytest.mark.django_db
def test_a_made_encounter_belongs_to_its_unit_and_to_nobody_else(
    claire: Character, martin: Character, zoe: Character, hospitals: Hospitals
) -> None:
    pec = pecs.encounter(unit=hospitals.sau, motif="Idées suicidaires")
    assert list(READ.rows(claire.actor, clock.now())) == [pec]
    assert not READ.rows(martin.actor, clock.now())
    pecs.request(pec, "psychiatry", unit=hospitals.emp)
    assert list(READ.rows(martin.actor, clock.now())) == [pec]
    assert not READ.rows(zoe.actor, clock.now())
