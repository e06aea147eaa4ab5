"""Going on elsewhere: the patient leaves the emergency department, the PEC and its clocks go on."""

from datetime import timedelta

import pytest

from osmose.encounters import actions
from osmose.encounters.lifecycle import EncounterStatus, ExitMode, Meaning
from osmose.encounters.lifecycle.continuing import goes_on
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.lifecycle.tracking import Outlook
from osmose.encounters.models import Assignment, Encounter
from osmose.encounters.operations import participation, places
from osmose.encounters.policies import READ
from osmose.encounters.queries.continuing import wards_for
from osmose.kernel.access.models import Grant, Source
from osmose.kernel.access.roles import Role
from osmose.kernel.base import clock
from osmose.kernel.base.refused import Conflict, NotVisible
from osmose.kernel.events import timeline
from osmose.kernel.events.models import Event
from osmose.organisations import operations as organisations
from osmose.organisations.models import CareUnit, UnitKind
from osmose.patients.rules import Sex
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click, current, fresh, last, move, refused, retime, revision_of, undo
from tests.factories import encounters as pecs
from tests.factories.patients import REGISTRAR

pytestmark = pytest.mark.django_db


@pytest.fixture
def malik(hospitals: Hospitals) -> Character:
    """IDE of the short-stay unit."""
    return Character(hospitals.users["agent7"])


@pytest.fixture
def pec(claire: Character, hospitals: Hospitals) -> Encounter:
    """In box 3 at the SAU, the mobile team asked."""
    made = pecs.encounter(unit=hospitals.sau)
    move(claire, made, hospitals.place("SAU"), hospitals.place("BOX-3"))
    ask(claire, made, "psychiatry", unit=hospitals.emp)
    return made


def surgery(hospitals: Hospitals) -> CareUnit:
    """Another ward of the house, where nobody works yet."""
    unit: CareUnit = organisations.open_unit(
        establishment=hospitals.perpignan, code="CHIR", name="Chirurgie", short_name="Chirurgie", kind=UnitKind.WARD
    )
    return unit


def go_on(who: Character, pec: Encounter, unit: CareUnit, **more: object) -> Encounter:
    return click(actions.go_on, who, pec, unit=unit, **more)


def sees(who: Character, pec: Encounter) -> bool:
    return READ.allows(who.actor, pec, clock.now())


def owner(pec: Encounter) -> Grant:
    return Grant.objects.in_force(clock.now()).of(pec.pk).get(source=Source.OWNER)


def test_the_pec_and_its_clocks_go_on_in_the_ward(
    claire: Character, malik: Character, martin: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    asked, arrived, told = current(pec, "psychiatry"), pec.arrived_at, Event.objects.count()
    assert not sees(malik, pec)
    go_on(claire, pec, hospitals.uhcd)
    row, request = fresh(pec), current(pec, "psychiatry")
    assert (row.care_unit_id, row.status, row.arrived_at) == (hospitals.uhcd.pk, EncounterStatus.ACTIVE, arrived)
    assert (request.pk, request.requested_at, request.changed_at) == (asked.pk, asked.requested_at, asked.changed_at)
    assert sees(malik, pec)
    assert sees(martin, pec), "psychiatry keeps the patient"
    assert sees(claire, pec), "the emergency department still reads what it began"
    assert owner(pec).unit_id == hospitals.uhcd.pk
    here = places.current_movement(pec)
    assert here is not None
    assert here.words == "UHCD"
    assert Event.objects.count() == told + 1
    entry = timeline.of(pec.pk)[0]
    assert entry.sentence == "Prise en charge poursuivie\u202f: UHCD"
    assert "auparavant SAU" in entry.detail
    assert "lieu\u202f: UHCD" in entry.detail


def test_who_stays_at_the_sau_is_no_longer_in_charge_and_psychiatry_is(
    claire: Character, martin: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    vidal = hospitals.users["agent8"]  # works at the SAU and at the UHCD
    people = ((Referent.NURSE, claire.id), (Referent.PHYSICIAN, vidal.pk), (Referent.PSYCHIATRY, martin.id))
    for role, user_id in people:
        click(actions.assign, claire, pec, role=role, user_id=user_id)
    go_on(claire, pec, hospitals.uhcd)
    held = dict(Assignment.objects.filter(encounter=pec, ends_at=None).values_list("role", "user_id"))
    assert held == {Referent.PHYSICIAN: vidal.pk, Referent.PSYCHIATRY: martin.id}
    assert "référents à désigner" in timeline.of(pec.pk)[0].detail


def test_it_is_undone_as_if_the_patient_had_never_left(
    claire: Character, malik: Character, martin: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    click(actions.assign, claire, pec, role=Referent.NURSE, user_id=claire.id)
    before = places.current_movement(pec)
    go_on(claire, pec, hospitals.uhcd)
    undo(claire, pec)
    assert fresh(pec).care_unit_id == owner(pec).unit_id == hospitals.sau.pk
    assert places.current_movement(pec) == before
    assert not sees(malik, pec)
    assert sees(martin, pec)
    nurse = Assignment.objects.get(encounter=pec, role=Referent.NURSE)
    assert (nurse.user_id, nurse.ends_at) == (claire.id, None)
    held = Grant.objects.in_force(clock.now()).of(pec.pk).filter(unit_id=hospitals.sau.pk)
    assert [grant.source for grant in held] == [Source.OWNER]


def test_a_ward_that_saw_the_patient_before_still_does_once_it_is_undone(
    claire: Character, malik: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    for unit in (hospitals.uhcd, hospitals.sau):
        with pecs.changing(pec) as row:
            participation.transfer_owner(actor=REGISTRAR, encounter=row, unit=unit, at=clock.now(), now=clock.now())
    assert sees(malik, pec)
    go_on(claire, pec, hospitals.uhcd)
    undo(claire, pec)
    assert sees(malik, pec)
    assert owner(pec).unit_id == hospitals.sau.pk


def test_it_is_not_undone_once_the_ward_settled_the_patient_or_the_patient_left(
    claire: Character, malik: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    go_on(claire, pec, hospitals.uhcd)
    event = last(pec)
    move(malik, pec, hospitals.place("UHCD", hospitals.uhcd), hospitals.place("CH1-1", hospitals.uhcd))
    with refused("Le patient est déjà installé dans l’autre unité"):
        undo(claire, pec, event)
    assert fresh(pec).care_unit_id == hospitals.uhcd.pk
    other = pecs.encounter(unit=hospitals.sau)
    go_on(claire, other, hospitals.uhcd)
    event = last(other)
    pecs.exited(other)
    with refused("Le patient est sorti"):
        undo(claire, other, event)


def test_somebody_put_in_charge_since_stays_in_charge(
    claire: Character, malik: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    click(actions.assign, claire, pec, role=Referent.NURSE, user_id=claire.id)
    go_on(claire, pec, hospitals.uhcd)
    event = last(pec)
    click(actions.assign, malik, pec, role=Referent.NURSE, user_id=malik.id)
    undo(claire, pec, event)
    held = Assignment.objects.get(encounter=pec, role=Referent.NURSE, ends_at=None)
    assert held.user_id == malik.id


def test_the_hour_of_the_move_is_put_right_and_never_before_the_place_before(
    claire: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    pecs.place(pec, hospitals.place("SAU"), at=pec.arrived_at + timedelta(minutes=10))
    other = pecs.encounter(unit=hospitals.sau)
    pecs.place(other, hospitals.place("SAU"), at=other.arrived_at + timedelta(minutes=10))
    go_on(claire, other, hospitals.uhcd)
    event = last(other)
    with refused("Le patient n’était arrivé au lieu précédent qu’à"):
        retime(claire, other, other.arrived_at + timedelta(minutes=5), event)
    at = other.arrived_at + timedelta(minutes=30)
    retime(claire, other, at, event)
    here = places.current_movement(other)
    assert here is not None
    assert here.starts_at == last(other).occurred_at == at


def test_two_people_who_send_the_patient_to_two_wards_see_each_other(
    claire: Character, hugo: Character, malik: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    chir = surgery(hospitals)
    malik.joins(chir)
    seen = revision_of(pec, "care_unit")
    go_on(hugo, pec, hospitals.uhcd, revision=seen)
    with pytest.raises(Conflict) as caught:
        go_on(claire, pec, chir, revision=seen)
    assert (caught.value.mine, caught.value.theirs, caught.value.by) == ("Chirurgie", "UHCD", hugo.name)
    with pytest.raises(actions.Unchanged):
        go_on(claire, pec, hospitals.uhcd, revision=seen)


def test_an_exit_dialog_opened_before_the_move_does_not_let_the_patient_out(
    claire: Character, hugo: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    seen = revision_of(pec, "care_unit")
    go_on(hugo, pec, hospitals.uhcd)
    with pytest.raises(Conflict) as caught:
        click(actions.exit_encounter, claire, pec, mode=ExitMode.HOME, at=None, unit_revision=seen)
    assert caught.value.theirs == "UHCD"
    assert fresh(pec).status == EncounterStatus.ACTIVE


def test_whoever_has_left_does_not_go_on(claire: Character, hospitals: Hospitals, pec: Encounter) -> None:
    pecs.exited(pec)
    with refused("Le patient est sorti\u202f: annulez d’abord la sortie"):
        go_on(claire, pec, hospitals.uhcd)


def test_only_a_ward_of_the_house_where_somebody_works_goes_on(
    claire: Character, malik: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    chir = surgery(hospitals)
    assert wards_for(pec, clock.now()) == [hospitals.uhcd]
    for unit in (chir, hospitals.ped, hospitals.emp, hospitals.narbonne_sau):
        with refused("Cette unité ne peut pas poursuivre la prise en charge"):
            go_on(claire, pec, unit)
    malik.joins(chir, Role.ADMINISTRATOR)
    assert wards_for(pec, clock.now()) == [hospitals.uhcd], "an administrator cares for nobody"
    malik.joins(chir)
    assert wards_for(pec, clock.now()) == [chir, hospitals.uhcd]
    go_on(claire, pec, hospitals.uhcd)
    assert wards_for(fresh(pec), clock.now()) == [chir]
    malik.leaves(chir)
    assert wards_for(fresh(pec), clock.now()) == []


def test_psychiatry_of_another_hospital_and_strangers_move_nobody(
    martin: Character, zoe: Character, malik: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    for who in (martin, zoe, malik):
        with pytest.raises(NotVisible):
            go_on(who, pec, hospitals.uhcd)
    assert fresh(pec).care_unit_id == hospitals.sau.pk


@pytest.mark.parametrize(
    ("psychiatry", "outlook", "offered"),
    [
        ([], None, False),
        ([Meaning.WAITING], None, True),
        ([Meaning.PAUSED], Outlook.HOME, True),
        ([Meaning.DONE], None, False),
        ([Meaning.DONE], Outlook.SHORT_STAY, True),
        ([Meaning.DONE], Outlook.REVIEW, True),
        ([Meaning.DONE], Outlook.VOLUNTARY, False),
        ([Meaning.NONE, Meaning.RUNNING], None, True),
    ],
)
def test_going_on_is_offered_while_psychiatry_is_pending_or_a_bed_of_the_house_is_decided(
    psychiatry: list[Meaning], outlook: Outlook | None, *, offered: bool
) -> None:
    assert goes_on(psychiatry, outlook) is offered


def test_a_ward_asks_psychiatry_for_a_patient_without_a_passage_at_the_sau(
    malik: Character, claire: Character, martin: Character, hospitals: Hospitals
) -> None:
    pecs.kinds(hospitals.perpignan)
    made: Encounter = actions.open_for_unknown(
        actor=malik.actor,
        care_unit=hospitals.uhcd,
        sex=Sex.MALE,
        estimated_age=40,
        signs="",
        motif="Agitation",
        now=clock.now(),
    )
    ask(malik, made, "psychiatry", unit=hospitals.emp)
    assert sees(martin, made)
    assert not sees(claire, made)
    assert current(made, "psychiatry").state.meaning is Meaning.WAITING
