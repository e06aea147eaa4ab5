"""How a PEC ends: RPU codes that agree, closure by a person or by the clock, opened again for a reason."""

from datetime import timedelta

import pytest

from osmose.encounters import actions
from osmose.encounters.lifecycle import Destination, EncounterStatus, ExitMode, Orientation
from osmose.encounters.models import Encounter
from osmose.encounters.operations.exits import overdue
from osmose.encounters.tasks import close_overdue
from osmose.kernel.base import clock
from osmose.kernel.base.refused import Conflict, NotVisible
from osmose.kernel.events import timeline
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click, fresh, refused, undo
from tests.factories import encounters as pecs

pytestmark = pytest.mark.django_db


@pytest.fixture
def pec(hospitals: Hospitals) -> Encounter:
    return pecs.encounter(unit=hospitals.sau)


def test_an_exit_says_its_three_codes(claire: Character, pec: Encounter) -> None:
    left = click(
        actions.exit_encounter, claire, pec, mode=ExitMode.TRANSFER, destination=Destination.PSYCHIATRY,
        orientation=Orientation.HDT, at=None,
    )  # fmt: skip
    assert (left.exit_mode, left.destination, left.orientation) == ("7", "4", "HDT")
    assert timeline.of(pec.pk)[0].detail.startswith("Transfert vers un autre établissement · Psychiatrie · Soins à la")
    undo(claire, pec)
    back = fresh(pec)
    assert (back.status, back.exit_mode, back.destination, back.orientation) == ("active", "", "", "")


@pytest.mark.parametrize(
    ("mode", "destination", "orientation", "words"),
    [
        (ExitMode.HOME, Destination.PSYCHIATRY, None, "Une destination ne se précise que"),
        (None, Destination.MCO, None, "Une destination ne se précise que"),
        (ExitMode.HOME, None, Orientation.REA, "suppose une mutation ou un transfert"),
        (ExitMode.DEATH, None, Orientation.RUNAWAY, "ne va pas avec ce mode de sortie"),
        (ExitMode.TRANSFER, Destination.PSYCHIATRY, Orientation.LEFT_UNSEEN, "ne va pas avec ce mode de sortie"),
    ],
)
def test_codes_that_contradict_one_another_are_refused(
    claire: Character,
    pec: Encounter,
    mode: ExitMode | None,
    destination: Destination | None,
    orientation: Orientation | None,
    words: str,
) -> None:
    with refused(words):
        click(actions.exit_encounter, claire, pec, mode=mode, destination=destination, orientation=orientation, at=None)
    assert fresh(pec).status == EncounterStatus.ACTIVE


@pytest.mark.parametrize("orientation", [Orientation.RUNAWAY, Orientation.AGAINST_ADVICE, Orientation.LEFT_UNSEEN])
def test_who_leaves_by_themselves_goes_home_or_nobody_knows(
    claire: Character, pec: Encounter, orientation: Orientation
) -> None:
    left = click(actions.exit_encounter, claire, pec, mode=None, orientation=orientation, at=None)
    assert left.orientation == orientation


def test_a_dialog_opened_before_somebody_elses_exit_says_who(
    claire: Character, hugo: Character, pec: Encounter
) -> None:
    click(actions.exit_encounter, hugo, pec, mode=ExitMode.HOME, at=None, revision=0)
    click(actions.cancel_exit, hugo, pec)
    with pytest.raises(Conflict) as caught:
        click(actions.exit_encounter, claire, pec, mode=ExitMode.HOME, at=None, revision=0)
    assert caught.value.by == "Dr Hugo Ferrer"


def test_closing_waits_for_the_end_of_the_interview(
    claire: Character, martin: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    ask(martin, pec, "psychiatry", "running")
    pecs.exited(pec)
    with refused("terminez ou interrompez l’entretien"):
        click(actions.close_encounter, claire, pec)
    assert pec in overdue(clock.now() + timedelta(hours=25))
    ask(martin, pec, "psychiatry", "done")
    assert click(actions.close_encounter, claire, pec).status == EncounterStatus.CLOSED


def left_ago(who: Character, hospitals: Hospitals, hours: int) -> Encounter:
    pec = pecs.encounter(unit=hospitals.sau, arrived_at=clock.now() - timedelta(hours=hours + 6))
    return click(actions.exit_encounter, who, pec, mode=ExitMode.HOME, at=clock.now() - timedelta(hours=hours))


def test_the_clock_closes_after_the_units_delay(claire: Character, hospitals: Hospitals) -> None:
    old, recent, there = (
        left_ago(claire, hospitals, 25), left_ago(claire, hospitals, 23), pecs.encounter(unit=hospitals.sau),
    )  # fmt: skip
    assert close_overdue(clock.now()) == 1
    assert [fresh(pec).status for pec in (old, recent, there)] == ["cloturee", "sortie", "active"]
    told = timeline.of(old.pk)[0]
    assert (told.by, told.sentence, told.detail) == (
        "jobs", "Prise en charge clôturée", "automatiquement, après la sortie",
    )  # fmt: skip
    assert close_overdue(clock.now()) == 0


def test_a_closed_pec_is_opened_again_for_a_reason(claire: Character, pec: Encounter) -> None:
    pecs.exited(pec)
    click(actions.close_encounter, claire, pec)
    for reason in ("", "   "):
        with refused("Dites pourquoi"):
            click(actions.reopen_encounter, claire, pec, reason=reason)
    with refused("trop long"):
        click(actions.reopen_encounter, claire, pec, reason="x" * 301)
    back = click(actions.reopen_encounter, claire, pec, reason="Résultat reçu après la clôture")
    assert (back.status, back.closed_at) == (EncounterStatus.EXITED, None)
    assert timeline.of(pec.pk)[0].detail == "Résultat reçu après la clôture"
    ask(claire, pec, "biology", "available")
    with refused("Seule une prise en charge clôturée se rouvre"):
        click(actions.reopen_encounter, claire, pec, reason="Encore")


def test_what_was_opened_again_waits_its_whole_delay_anew(claire: Character, hospitals: Hospitals) -> None:
    pec = left_ago(claire, hospitals, 30)
    assert close_overdue(clock.now()) == 1
    click(actions.reopen_encounter, claire, pec, reason="Courrier à joindre")
    assert close_overdue(clock.now()) == 0
    assert fresh(pec) not in overdue(clock.now() + timedelta(hours=23))
    assert fresh(pec) in overdue(clock.now() + timedelta(hours=25))


def test_a_partner_neither_closes_nor_opens_again(
    claire: Character, martin: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    pecs.exited(pec)
    with pytest.raises(NotVisible):
        click(actions.close_encounter, martin, pec)
    click(actions.close_encounter, claire, pec)
    with pytest.raises(NotVisible):
        click(actions.reopen_encounter, martin, pec, reason="Pour voir")
