"""Handing patients over: offered, accepted or refused with a word, each patient for itself."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from osmose.accounts.models import User
from osmose.encounters import actions
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.lifecycle.relays import RelayOutcome, Standing, cannot_receive
from osmose.encounters.models import Assignment, Encounter, Relay, RelayItem, SectorDuty
from osmose.encounters.operations.relays import Patient
from osmose.kernel.base import clock
from osmose.kernel.base.ids import new_id
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.events.models import Event
from tests.cast import Character, Hospitals
from tests.encounters.clicks import fresh, last, move, refused
from tests.factories.encounters import encounter, exited, request
from tests.factories.sectors import assign, in_charge, sector, take

pytestmark = pytest.mark.django_db
NURSE = Referent.NURSE


def mine(who: Character, hospitals: Hospitals, count: int = 1) -> list[Encounter]:
    """Patients of the SAU whose nurse is that person."""
    pecs = [encounter(unit=hospitals.sau) for _ in range(count)]
    for pec in pecs:
        assign(who, pec)
    return pecs


def offer(who: Character, to: Character, pecs: list[Encounter], *, role: Referent = NURSE, **more: Any) -> Relay:
    return actions.offer_relay(
        actor=who.actor,
        taker_id=to.id,
        patients=[Patient(pec.pk, role) for pec in pecs],
        duty_ids=more.get("duty_ids", ()),
        word=more.get("word", ""),
        now=clock.now(),
    )


def accept(who: Character, relay: Relay, word: str = "") -> Relay:
    return actions.accept_relay(actor=who.actor, relay=relay, word=word, now=clock.now())


def outcomes(relay: Relay) -> dict[Any, str]:
    return dict(RelayItem.objects.filter(relay=relay).values_list("encounter_id", "outcome"))


def kinds(pec: Encounter) -> list[str]:
    rows = Event.objects.filter(subject_id=pec.pk, kind__startswith="encounters.relay").order_by("id")
    return [kind.removeprefix("encounters.relay_") for kind in rows.values_list("kind", flat=True)]


def test_who_cannot_receive_and_why() -> None:
    unit, other = new_id(), new_id()

    def who(**facts: Any) -> Standing:
        return Standing(
            **{"user_id": new_id(), "is_active": True, "has_clinical_role": True, "unit_ids": {unit}, **facts}
        )

    here = frozenset({unit})
    assert cannot_receive(who(), here) == ""
    assert "fermé" in cannot_receive(who(is_active=False), here)
    assert "soins" in cannot_receive(who(has_clinical_role=False, unit_ids=frozenset()), here)
    assert "aucune unité" in cannot_receive(who(unit_ids=frozenset({other})), here)
    assert "sorti" in cannot_receive(who(), here, is_active=False)


def test_an_offer_changes_nobody_until_it_is_accepted(claire: Character, ines: Character, hospitals: Hospitals) -> None:
    first, second = mine(claire, hospitals, 2)
    relay = offer(claire, ines, [first, second], word="Famille à rappeler")
    assert (in_charge(first), in_charge(second)) == ("Morel", "Morel")
    accept(ines, relay, word="Merci")
    assert (in_charge(first), in_charge(second)) == ("Petit", "Petit")
    assert kinds(first) == kinds(second) == ["offered", "accepted"]
    told = last(first, "encounters.relay_accepted").payload["what"]
    assert (told["before"], told["after"], told["role"]) == (str(claire.id), str(ines.id), "ide")
    item = RelayItem.objects.get(relay=relay, encounter=first)
    assert (item.word, item.answer) == ("Famille à rappeler", "Merci")


def test_what_is_written_is_on_no_event(claire: Character, ines: Character, hospitals: Hospitals) -> None:
    pec = mine(claire, hospitals)[0]
    offer(claire, ines, [pec], word="Mot gardé entre nous")
    assert "Mot gardé" not in str([e.payload for e in Event.objects.filter(subject_id=pec.pk)])


def test_an_exception_stays_with_who_offers_the_others(
    claire: Character, ines: Character, hospitals: Hospitals
) -> None:
    given, kept = mine(claire, hospitals, 2)
    accept(ines, offer(claire, ines, [given]))
    assert (in_charge(given), in_charge(kept)) == ("Petit", "Morel")


def test_a_refusal_needs_a_word_and_leaves_the_patients(
    claire: Character, ines: Character, hospitals: Hospitals
) -> None:
    pec = mine(claire, hospitals)[0]
    relay = offer(claire, ines, [pec])
    with refused("Dites en un mot"):
        actions.refuse_relay(actor=ines.actor, relay=relay, word="", now=clock.now())
    actions.refuse_relay(actor=ines.actor, relay=relay, word="Déjà six patients", now=clock.now())
    assert in_charge(pec) == "Morel"
    assert kinds(pec) == ["offered", "refused"]
    assert RelayItem.objects.get(relay=relay).answer == "Déjà six patients"


def test_accepting_twice_is_said_in_words(claire: Character, ines: Character, hospitals: Hospitals) -> None:
    relay = offer(claire, ines, mine(claire, hospitals))
    accept(ines, relay)
    with refused("déjà été accepté") as caught:
        accept(ines, relay)
    assert "IDE Inès Petit" in caught.value.sentence
    assert caught.value.status == 409


def test_accepting_after_the_withdrawal_says_who_withdrew_it(
    claire: Character, ines: Character, hospitals: Hospitals
) -> None:
    pec = mine(claire, hospitals)[0]
    relay = offer(claire, ines, [pec])
    actions.withdraw_relay(actor=claire.actor, relay=relay, now=clock.now())
    with refused("retiré") as caught:
        accept(ines, relay)
    assert "IDE Claire Morel" in caught.value.sentence
    assert in_charge(pec) == "Morel"
    assert kinds(pec) == ["offered", "withdrawn"]


def test_after_a_patient_left_the_others_still_go_through(
    claire: Character, ines: Character, hospitals: Hospitals
) -> None:
    malik = Character(hospitals.users["agent7"])
    malik.joins(hospitals.sau)
    here, gone, given = mine(claire, hospitals, 3)
    relay = offer(claire, ines, [here, gone, given])
    exited(gone)
    assign(claire, given, malik)
    accept(ines, relay)
    assert outcomes(relay) == {here.pk: "taken", gone.pk: "left", given.pk: "changed"}
    assert (in_charge(here), in_charge(gone), in_charge(given)) == ("Petit", "Morel", "Belkacem")
    assert RelayOutcome.LEFT.label == "Sorti avant la réponse"


def test_a_relay_whose_patients_all_left_ends_without_harm(
    claire: Character, ines: Character, hospitals: Hospitals
) -> None:
    pec = mine(claire, hospitals)[0]
    relay = offer(claire, ines, [pec])
    exited(pec)
    accept(ines, relay)
    assert outcomes(relay) == {pec.pk: "left"}


def test_it_is_checked_before_sending_and_nothing_is_sent(
    claire: Character, martin: Character, hospitals: Hospitals
) -> None:
    shared, ours = mine(claire, hospitals, 2)
    request(shared, "psychiatry", unit=hospitals.emp)
    with pytest.raises(actions.CannotReceive) as caught:
        offer(claire, martin, [shared, ours])
    reasons = {patient.encounter_id: why for patient, why in caught.value.reasons.items()}
    assert reasons == {ours.pk: "Ne travaille dans aucune unité de cette prise en charge."}
    assert "1 de ces patients" in caught.value.sentence
    assert not Relay.objects.exists()
    accept(martin, offer(claire, martin, [shared]))
    assert in_charge(shared) == "Diaz"


@pytest.mark.parametrize("who", ["zoe", "paul", "denis"])
def test_nobody_elsewhere_nor_without_care_can_be_chosen(
    request: pytest.FixtureRequest, who: str, claire: Character, hospitals: Hospitals
) -> None:
    with pytest.raises(actions.CannotReceive):
        offer(claire, request.getfixturevalue(who), mine(claire, hospitals))


def test_a_closed_account_receives_nobody(claire: Character, ines: Character, hospitals: Hospitals) -> None:
    User.objects.filter(pk=ines.id).update(is_active=False)
    with pytest.raises(actions.CannotReceive) as caught:
        offer(claire, ines, mine(claire, hospitals))
    assert list(caught.value.reasons.values()) == ["Son compte est fermé."]


def test_one_offers_one_s_own_patients_to_somebody_else_once(
    claire: Character, ines: Character, hugo: Character, hospitals: Hospitals
) -> None:
    pec = mine(claire, hospitals)[0]
    with pytest.raises(actions.CannotReceive):
        offer(hugo, ines, [pec])
    with refused("quelqu’un d’autre que vous"):
        offer(claire, claire, [pec])
    with refused("au moins un patient"):
        offer(claire, ines, [])
    offer(claire, ines, [pec])
    with pytest.raises(actions.CannotReceive) as caught:
        offer(claire, hugo, [pec])
    assert "déjà en attente" in next(iter(caught.value.reasons.values()))


def test_nobody_but_the_receiver_answers_and_nobody_but_the_author_withdraws(
    claire: Character, ines: Character, hugo: Character, zoe: Character, hospitals: Hospitals
) -> None:
    relay = offer(claire, ines, mine(claire, hospitals))
    with refused("Seul IDE Inès Petit"):
        accept(claire, relay)
    with refused("Seul son auteur"):
        actions.withdraw_relay(actor=ines.actor, relay=relay, now=clock.now())
    for stranger in (hugo, zoe):
        with pytest.raises(NotVisible):
            accept(stranger, relay)


def test_a_sector_goes_with_its_patients(claire: Character, ines: Character, hospitals: Hospitals) -> None:
    boxes = sector(hospitals.sau, "Box 1 à 2", "BOX-1", "BOX-2")
    given, kept = (encounter(unit=hospitals.sau, box=hospitals.place(f"BOX-{n}")) for n in (1, 2))
    duty = take(claire, boxes)
    accept(ines, offer(claire, ines, [given], duty_ids=[duty.pk]))
    held = SectorDuty.objects.get(sector=boxes, ends_at=None)
    assert held.user_id == ines.id
    assert (in_charge(given), in_charge(kept)) == ("Petit", "Morel"), "the exception stays"
    assert in_charge(encounter(unit=hospitals.sau, box=hospitals.place("BOX-1"), now=clock.now())) == "Petit"


def test_a_sector_is_not_offered_to_who_may_not_hold_it(
    claire: Character, martin: Character, hospitals: Hospitals
) -> None:
    boxes = sector(hospitals.sau, "Box 1", "BOX-1")
    pec = encounter(unit=hospitals.sau, box=hospitals.place("BOX-1"))
    request(pec, "psychiatry", unit=hospitals.emp)
    duty = take(claire, boxes)
    with refused("sans le secteur"):
        offer(claire, martin, [pec], duty_ids=[duty.pk])


def test_a_relay_is_asked_of_who_holds_the_sector(claire: Character, ines: Character, hospitals: Hospitals) -> None:
    boxes = sector(hospitals.sau, "Box 1", "BOX-1")
    pec = encounter(unit=hospitals.sau, box=hospitals.place("BOX-1"))
    take(ines, boxes)
    asked = actions.ask_relay(actor=claire.actor, sector=boxes, role=NURSE, word="", now=clock.now())
    with refused("Seul IDE Inès Petit"):
        accept(claire, asked)
    accept(ines, asked)
    assert in_charge(pec) == "Morel"
    assert SectorDuty.objects.get(sector=boxes, ends_at=None).user_id == claire.id
    with refused("prenez-le"):
        actions.ask_relay(actor=claire.actor, sector=boxes, role=NURSE, word="", now=clock.now())


def test_unanswered_after_the_minutes_of_the_unit(claire: Character, ines: Character, hospitals: Hospitals) -> None:
    hospitals.sau.relay_minutes = 5
    hospitals.sau.save(update_fields=["relay_minutes"])
    relay = offer(claire, ines, mine(claire, hospitals))
    assert (relay.due_at - relay.sent_at).total_seconds() == 300


def test_the_version_of_each_patient_moves(claire: Character, ines: Character, hospitals: Hospitals) -> None:
    pec = mine(claire, hospitals)[0]
    before = fresh(pec).version
    relay = offer(claire, ines, [pec])
    accept(ines, relay)
    assert fresh(pec).version == before + 2


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_and_one_of_them_is_told(claire: Character, ines: Character, hospitals: Hospitals) -> None:
    pec = mine(claire, hospitals)[0]
    relay = offer(claire, ines, [pec])
    start, said = threading.Barrier(2), []

    def answer() -> None:
        try:
            actor = ines.actor
            start.wait()
            actions.accept_relay(actor=actor, relay=relay, word="", now=clock.now())
            said.append("accepted")
        except Refused as refusal:
            said.append(refusal.code)
        finally:
            connection.close()

    screens = [threading.Thread(target=answer) for _ in range(2)]
    for screen in screens:
        screen.start()
    for screen in screens:
        screen.join(timeout=20)
    assert sorted(said) == ["accepted", "relay-accepted"]
    assert kinds(pec) == ["offered", "accepted"]


def undo(who: Character, relay: Relay, *, later: int = 0) -> Relay:
    now = clock.now() + timedelta(seconds=later)
    return actions.undo_relay(actor=who.actor, relay=relay, now=now)


def test_an_acceptance_is_taken_back_and_the_relay_waits_again(
    claire: Character, ines: Character, hospitals: Hospitals
) -> None:
    first, second = mine(claire, hospitals, 2)
    relay = accept(ines, offer(claire, ines, [first, second], word="Famille à rappeler"), word="Merci")
    undo(ines, relay)
    assert (in_charge(first), in_charge(second)) == ("Morel", "Morel")
    assert set(outcomes(relay).values()) == {"pending"}
    told = last(first, "encounters.relay_accepted")
    undone = last(first)
    assert (undone.kind, undone.undoes, undone.changed) == ("encounters.undone", told.uid, ["assignment:ide"])
    item = RelayItem.objects.get(relay=relay, encounter=first)
    assert (item.word, item.answer) == ("Famille à rappeler", None)
    accept(ines, relay)
    assert (in_charge(first), in_charge(second)) == ("Petit", "Petit")


def test_the_sector_comes_back_with_its_patients(claire: Character, ines: Character, hospitals: Hospitals) -> None:
    boxes = sector(hospitals.sau, "Box 1", "BOX-1")
    pec = encounter(unit=hospitals.sau, box=hospitals.place("BOX-1"))
    take(ines, boxes)
    asked = actions.ask_relay(actor=claire.actor, sector=boxes, role=NURSE, word="", now=clock.now())
    accept(ines, asked)
    undo(ines, asked)
    held = SectorDuty.objects.get(sector=boxes, ends_at=None)
    assert held.user_id == ines.id
    assert Assignment.objects.get(encounter=pec, ends_at=None).duty_id == held.pk
    accept(ines, asked)
    assert SectorDuty.objects.get(sector=boxes, ends_at=None).user_id == claire.id


def test_an_acceptance_is_undone_by_who_gave_it_in_time_and_once(
    claire: Character, ines: Character, hospitals: Hospitals
) -> None:
    pec = mine(claire, hospitals)[0]
    relay = offer(claire, ines, [pec])
    with refused("rien à annuler"):
        undo(ines, relay)
    accept(ines, relay)
    with refused("Seul IDE Inès Petit"):
        undo(claire, relay)
    with refused("10 secondes"):
        undo(ines, relay, later=13)
    undo(ines, relay)
    with refused("rien à annuler"):
        undo(ines, relay)


@pytest.mark.parametrize("since", ["another", "relay", "exit", "back"])
def test_an_acceptance_stays_once_anything_else_was_written(
    since: str, claire: Character, ines: Character, hospitals: Hospitals
) -> None:
    kept, touched = mine(claire, hospitals, 2)
    relay = accept(ines, offer(claire, ines, [kept, touched]))
    if since == "relay":
        offer(ines, claire, [touched])
    elif since == "exit":
        exited(touched)
    else:
        assign(claire, touched)
        if since == "back":
            assign(claire, touched, ines)
    held = in_charge(touched)
    with refused("Autre chose a changé depuis"):
        undo(ines, relay)
    assert (in_charge(kept), in_charge(touched)) == ("Petit", held)


def test_an_acceptance_stays_once_somebody_came_in_the_sector(
    claire: Character, ines: Character, hospitals: Hospitals
) -> None:
    boxes = sector(hospitals.sau, "Box 1 et 2", "BOX-1", "BOX-2")
    encounter(unit=hospitals.sau, box=hospitals.place("BOX-1"))
    take(ines, boxes)
    asked = actions.ask_relay(actor=claire.actor, sector=boxes, role=NURSE, word="", now=clock.now())
    accept(ines, asked)
    came = encounter(unit=hospitals.sau)
    move(claire, came, None, hospitals.place("BOX-2"))
    assert in_charge(came) == "Morel"
    with refused("Autre chose a changé depuis"):
        undo(ines, asked)
