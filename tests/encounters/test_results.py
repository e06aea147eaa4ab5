"""Results say what they are: refused, available, seen by somebody, abnormal in a word of its own."""

import pytest

from osmose.encounters import actions
from osmose.encounters.lifecycle import ResultFlag
from osmose.encounters.models import Encounter
from osmose.kernel.base.refused import Conflict
from osmose.kernel.events import timeline
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click, current, refused, revision_of, undo
from tests.factories import encounters as pecs

pytestmark = pytest.mark.django_db


@pytest.fixture
def pec(hospitals: Hospitals) -> Encounter:
    return pecs.encounter(unit=hospitals.sau)


def test_from_the_sample_to_the_one_who_read_it(claire: Character, hugo: Character, pec: Encounter) -> None:
    for status in ("asked", "running", "available"):
        ask(claire, pec, "biology", status)
    available = current(pec, "biology")
    click(actions.set_result, claire, pec, kind="biology", result=ResultFlag.ABNORMAL)
    seen = ask(hugo, pec, "biology", "seen")
    assert (seen.flag, seen.changed_by, seen.done_at) == (ResultFlag.ABNORMAL, "Dr Hugo Ferrer", available.done_at)
    told = [entry.sentence for entry in timeline.of(pec.pk)][:5]
    assert told == [
        "Bilan biologique\u202f: résultat vu", "Bilan biologique, résultat\u202f: anormal",
        "Bilan biologique\u202f: résultat disponible", "Bilan biologique prélevé", "Bilan biologique demandé",
    ]  # fmt: skip


def test_a_result_says_something_only_once_it_is_there(claire: Character, pec: Encounter) -> None:
    for status in ("asked", "running"):
        ask(claire, pec, "biology", status)
        with refused("aucun résultat n’est encore disponible"):
            click(actions.set_result, claire, pec, kind="biology", result=ResultFlag.NORMAL)


def test_a_sample_may_be_refused_and_asked_again(claire: Character, pec: Encounter) -> None:
    ask(claire, pec, "biology")
    no = ask(claire, pec, "biology", "refused")
    assert (no.started_at, no.done_at is not None) == (None, True)
    again = ask(claire, pec, "biology")
    assert again.pk != no.pk


def test_undoing_puts_the_word_back_and_a_step_back_takes_it_away(claire: Character, pec: Encounter) -> None:
    ask(claire, pec, "imaging", "done")
    ask(claire, pec, "imaging", "available")
    click(actions.set_result, claire, pec, kind="imaging", result=ResultFlag.ABNORMAL)
    click(actions.set_result, claire, pec, kind="imaging", result=ResultFlag.NORMAL)
    undo(claire, pec)
    assert current(pec, "imaging").flag is ResultFlag.ABNORMAL
    ask(claire, pec, "imaging", "done")
    assert current(pec, "imaging").flag is None
    undo(claire, pec)
    assert current(pec, "imaging").flag is ResultFlag.ABNORMAL


def test_two_readers_who_disagree_see_each_other(claire: Character, hugo: Character, pec: Encounter) -> None:
    ask(claire, pec, "biology", "available")
    revision = revision_of(pec, "result:biology")
    click(actions.set_result, hugo, pec, kind="biology", result=ResultFlag.ABNORMAL, revision=revision)
    with pytest.raises(Conflict) as caught:
        click(actions.set_result, claire, pec, kind="biology", result=ResultFlag.NORMAL, revision=revision)
    assert (caught.value.theirs, caught.value.by) == ("Anormal", "Dr Hugo Ferrer")
