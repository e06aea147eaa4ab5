"""The journeys' own guards, each tried on a planted fault."""

import pytest

from tests.journeys.people import Journey


@pytest.mark.parametrize(
    "fault",
    [
        "() => console.error('planted')",
        "() => console.warn('htmx: planted')",
        "() => { document.body.setAttribute('style', 'color: red') }",
        "() => { setTimeout(() => { throw new Error('planted') }) }",
        "() => fetch('/nulle-part/')",
    ],
)
def test_a_fault_in_any_browser_fails_the_journey(journey: Journey, fault: str) -> None:
    journey.claire.opens("/pec/").page.evaluate(fault)
    journey.claire.page.wait_for_timeout(100)
    with pytest.raises(AssertionError):
        journey.ends()
    journey.claire.faults.clear()


def test_an_expected_refusal_is_no_fault(journey: Journey) -> None:
    journey.claire.expects(404).opens("/nulle-part/").sees("n’existe pas")


def test_an_inaccessible_page_fails(journey: Journey) -> None:
    journey.claire.opens("/pec/").page.evaluate(
        "() => document.getElementById('main').insertAdjacentHTML('beforeend', '<input>')"
    )
    with pytest.raises(AssertionError, match="label"):
        journey.claire.is_accessible()


def test_each_has_a_browser_of_their_own(journey: Journey) -> None:
    journey.claire.opens("/pec/").sees("Claire Morel")
    journey.martin.opens("/pec/").sees("Martin Diaz")
    journey.claire.opens("/pec/").sees("Claire Morel")
