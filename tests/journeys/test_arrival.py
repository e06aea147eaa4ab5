"""New PEC."""

from tests.journeys.people import Journey


def test_probe(journey: Journey) -> None:
    journey.claire.opens("/pec/").sees("Aucune prise en charge").is_accessible()
