"""A minor leaves with a named adult or a written reason; after a death nothing waits, and nothing is sent any more."""

from datetime import date, timedelta

import pytest

from osmose.encounters import actions
from osmose.encounters.lifecycle import ExitMode, HandedOver, Orientation
from osmose.encounters.lifecycle.tracking import Concern, ConcernReason, Guardians, Known, Triage
from osmose.encounters.models import Encounter
from osmose.encounters.queries import may_be_contacted, open_of
from osmose.kernel.base import clock
from osmose.kernel.base.refused import NotVisible
from osmose.kernel.events import timeline
from osmose.organisations.models import DataCategory
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click, fresh, note, noted, refused, undo
from tests.factories import encounters as pecs
from tests.factories.patients import acting
from tests.workspace.patient_page.posts import page, post, said

pytestmark = pytest.mark.django_db
MOTHER = HandedOver(to="Mme Noiret, sa mère")


def years_ago(years: int) -> date:
    return clock.now().date() - timedelta(days=365 * years + years)


@pytest.fixture
def child(hospitals: Hospitals) -> Encounter:
    return pecs.encounter(unit=hospitals.ped, birth_name="NOIRET", birth_date=years_ago(14))


def leave(who: Character, pec: Encounter, mode: ExitMode | None = ExitMode.HOME, **more: object) -> Encounter:
    return click(actions.exit_encounter, who, pec, mode=mode, at=None, **more)


@pytest.fixture
def samia_at_ped(samia: Character, hospitals: Hospitals) -> Character:
    samia.joins(hospitals.ped)
    return samia


# --- minors ---


@pytest.mark.parametrize("mode", [ExitMode.HOME, None])
@pytest.mark.parametrize("orientation", [None, Orientation.AGAINST_ADVICE, Orientation.LEFT_UNSEEN])
def test_no_minor_leaves_without_an_adult_or_a_reason(
    samia_at_ped: Character, child: Encounter, mode: ExitMode | None, orientation: Orientation | None
) -> None:
    with refused("écrivez à quel adulte il est remis, ou pourquoi il part sans adulte") as caught:
        leave(samia_at_ped, child, mode, orientation=orientation, handed=HandedOver(to="  "))
    assert caught.value.field == "handed_to"
    assert fresh(child).status == "active"


@pytest.mark.parametrize(
    ("handed", "said_to_all"),
    [(MOTHER, "remis à un adulte nommé"), (HandedOver(reason="17 ans, émancipé"), "sans adulte, raison écrite")],
)
def test_the_exit_tells_with_whom_the_child_left(
    samia_at_ped: Character, child: Encounter, handed: HandedOver, said_to_all: str
) -> None:
    leave(samia_at_ped, child, handed=handed)
    assert said_to_all in timeline.of(child.pk)[0].detail
    assert "Noiret" not in timeline.of(child.pk)[0].detail, "the name is for whoever may read of the family"
    assert handed.words in page(samia_at_ped, child)


def test_a_transfer_and_a_runaway_name_nobody(samia_at_ped: Character, child: Encounter, hospitals: Hospitals) -> None:
    leave(samia_at_ped, child, ExitMode.TRANSFER)
    other = pecs.encounter(unit=hospitals.ped, birth_date=years_ago(16))
    leave(samia_at_ped, other, None, orientation=Orientation.RUNAWAY)
    assert fresh(other).orientation == "FUGUE"


def test_an_adult_leaves_as_before(claire: Character, hospitals: Hospitals) -> None:
    grown = pecs.encounter(unit=hospitals.sau, birth_date=years_ago(18) - timedelta(days=3))
    leave(claire, grown)
    unknown = pecs.encounter(unit=hospitals.sau)
    leave(claire, unknown)
    assert (fresh(grown).status, fresh(unknown).status) == ("sortie", "sortie")


def test_the_dialog_asks_of_a_minor_only_and_keeps_what_was_typed(
    samia_at_ped: Character, child: Encounter, claire: Character, hospitals: Hospitals
) -> None:
    address = f"/pec/{child.pk}/sortie/"
    assert 'name="handed_to"' in samia_at_ped.client().get(address).content.decode()
    grown = pecs.encounter(unit=hospitals.sau, birth_date=years_ago(40))
    assert 'name="handed_to"' not in claire.client().get(f"/pec/{grown.pk}/sortie/").content.decode()
    answer = post(samia_at_ped, child, "sortie", exit_mode="8", orientation="")
    assert answer.status_code == 422
    assert "Patient mineur\u202f: écrivez à quel adulte" in said(answer)
    answer = post(samia_at_ped, child, "sortie", exit_mode="8", handed_to="x" * 301)
    assert "300 caractères au plus" in said(answer)
    assert post(samia_at_ped, child, "sortie", exit_mode="8", handed_to="Mme Noiret").status_code == 302


def test_parental_authority_is_of_the_identity_and_stays_closed_without_it(
    claire: Character, martin: Character, hospitals: Hospitals
) -> None:
    with acting():
        categories = [c for c in hospitals.agreement.categories if c != DataCategory.IDENTITY]
        type(hospitals.agreement).objects.filter(pk=hospitals.agreement.pk).update(categories=categories)
    pec = pecs.encounter(unit=hospitals.sau, birth_date=years_ago(15))
    note(claire, pec, "guardians", Guardians("M. et Mme Secrétan", Known.YES, keeps_secret=True))
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    assert "Secrétan" in page(claire, pec)
    assert "Le mineur demande le secret" in page(claire, pec)
    shown = page(martin, pec)
    assert "Secrétan" not in shown
    assert "Autorité parentale" not in shown
    assert "Le mineur demande le secret" not in shown
    with pytest.raises(NotVisible):
        note(martin, pec, "guardians", None, revision=0)
    assert noted(pec, "guardians").names == "M. et Mme Secrétan"


def test_parental_authority_is_asked_of_minors_only(
    samia_at_ped: Character, child: Encounter, claire: Character, hospitals: Hospitals
) -> None:
    assert "Autorité parentale" in page(samia_at_ped, child)
    assert "Autorité parentale" not in page(claire, pecs.encounter(unit=hospitals.sau, birth_date=years_ago(44)))


# --- death ---


@pytest.fixture
def deceased(claire: Character, hospitals: Hospitals) -> Encounter:
    pec = pecs.encounter(unit=hospitals.sau)
    note(claire, pec, "concern", Concern((ConcernReason.SUICIDAL,)))
    note(claire, pec, "triage", Triage.ONE)
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    return leave(claire, pec, ExitMode.DEATH)


def test_after_a_death_nobody_waits_and_nobody_worries(claire: Character, deceased: Encounter) -> None:
    (row,) = open_of(claire.actor, clock.now())
    assert row.is_deceased
    assert not row.is_of_concern
    assert (row.waits.psychiatry, row.waits.other, row.psychiatry) == (None, None, frozenset())
    assert timeline.of(deceased.pk)[0].sentence == "Décès"
    shown = page(claire, deceased)
    assert "Décédé" in shown
    assert "badge-solid" not in shown
    assert 'aria-pressed="true" data-on="d"' not in shown, "no red, no alert"


def test_nothing_is_sent_to_somebody_who_died(claire: Character, deceased: Encounter, hospitals: Hospitals) -> None:
    answer = may_be_contacted(deceased.patient_id)
    assert (answer.is_possible, answer.reason) == (False, "Patient décédé\u202f: rien ne lui est envoyé.")
    assert may_be_contacted(pecs.encounter(unit=hospitals.sau).patient_id).is_possible
    click(actions.close_encounter, claire, deceased)
    assert not may_be_contacted(deceased.patient_id).is_possible, "closed or not"


def test_a_death_recorded_by_mistake_is_undone_whole(claire: Character, deceased: Encounter) -> None:
    undo(claire, deceased)
    assert may_be_contacted(deceased.patient_id).is_possible
    (row,) = open_of(claire.actor, clock.now())
    assert row.is_of_concern
    assert row.waits.psychiatry is not None


def test_somebody_merged_with_who_died_is_sent_nothing_either(deceased: Encounter, hospitals: Hospitals) -> None:
    survivor = pecs.encounter(unit=hospitals.sau).patient
    with acting():
        deceased.patient.merged_into = survivor
        deceased.patient.save(update_fields=["merged_into"])
    assert not may_be_contacted(survivor.pk).is_possible
