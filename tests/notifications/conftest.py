"""A PEC of the emergency ward where the mobile team was asked, everybody at work."""

import pytest

from osmose.encounters.models import Encounter
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask
from tests.factories import encounters as pecs
from tests.notifications.telling import is_there


@pytest.fixture
def pec(claire: Character, hospitals: Hospitals) -> Encounter:
    made = pecs.encounter(unit=hospitals.sau, birth_name="ABELLANOSA", first_name="Rachid", motif="Idées délirantes")
    ask(claire, made, "psychiatry", unit=hospitals.emp)
    return made


@pytest.fixture
def at_work(
    hospitals: Hospitals, claire: Character, hugo: Character, ines: Character, martin: Character, samia: Character
) -> None:
    """Those of the emergency ward, and Martin of the mobile team."""
    for who in (claire, hugo, ines, samia):
        is_there(who, hospitals.sau)
    is_there(martin, hospitals.emp)
