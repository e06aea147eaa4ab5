"""What was said on the phone: noted, read at both ends, linked later, never changed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection

from osmose.encounters import actions, queries
from osmose.encounters.lifecycle import Direction
from osmose.encounters.models import Encounter, PhoneCall
from osmose.encounters.operations.calls import Told
from osmose.kernel.base import clock
from osmose.kernel.base.clock import paris
from osmose.kernel.base.refused import NotVisible
from osmose.kernel.events.models import Event
from osmose.kernel.events.timeline import read
from osmose.organisations.models import CareUnit
from osmose.patients.policies import READ as READ_PATIENT
from tests.cast import Character, Hospitals
from tests.encounters.clicks import refused
from tests.factories.encounters import encounter
from tests.factories.patients import acting

pytestmark = pytest.mark.django_db


def told(**more: Any) -> Told:
    given = {
        "direction": Direction.RECEIVED,
        "caller": "Dr Fictif",
        "question": "Faut-il adresser ?",
        "advice": "Oui, ce soir",
        **more,
    }
    return Told(**given)


def noted(who: Character, unit: CareUnit, pec: Encounter | None = None, **more: Any) -> PhoneCall:
    now = clock.now()
    if pec is not None:
        return actions.note_call_on(actor=who.actor_at(now), encounter=pec, care_unit=unit, told=told(**more), now=now)
    return actions.note_call(actor=who.actor_at(now), care_unit=unit, told=told(**more), now=now)


def seen_by(who: Character) -> list[PhoneCall]:
    now = clock.now()
    return queries.calls_of(who.actor_at(now), now, paris(now).date())


def test_a_call_is_read_by_the_units_at_both_ends(
    claire: Character, martin: Character, zoe: Character, roux: Character, hospitals: Hospitals
) -> None:
    call = noted(claire, hospitals.sau, other_unit=hospitals.emp)
    assert [seen_by(who) for who in (claire, martin, zoe, roux)] == [[call], [call], [], []]
    for who in (claire, martin):
        assert not READ_PATIENT.rows(who.actor, clock.now()).exists()


def test_what_was_said_is_nowhere_in_clear(claire: Character, hospitals: Hospitals) -> None:
    noted(claire, hospitals.sau)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT jsonb_agg(c) FROM encounters_phonecall c)::text"
            " || (SELECT jsonb_agg(h) FROM encounters_phonecallhistory h)::text"
        )
        stored = cursor.fetchone()[0]
    for word in ("Fictif", "adresser", "ce soir"):
        assert word not in stored


def test_a_call_about_a_patient_is_in_the_timeline_of_the_pec(claire: Character, hospitals: Hospitals) -> None:
    pec = encounter(unit=hospitals.sau)
    noted(claire, hospitals.sau, pec, minutes=4, caller_function="psychiatre")
    entry = read(Event.objects.filter(subject_id=pec.pk).latest("id"))
    assert entry.sentence == "Appel reçu\u202f: Dr Fictif (psychiatre)"
    assert entry.detail == "Faut-il adresser ? · Réponse\u202f: Oui, ce soir · 4\u00a0min"
    assert entry.kind == "encounters.call_noted"
    version = pec.version
    pec.refresh_from_db()
    assert pec.version > version


def test_a_call_is_linked_later_once_and_told_under_the_patients_key(
    claire: Character, hugo: Character, hospitals: Hospitals
) -> None:
    call, pec, other = noted(claire, hospitals.sau), encounter(unit=hospitals.sau), encounter(unit=hospitals.sau)
    assert queries.linkable_calls(claire.actor, clock.now()) == [call]
    actions.link_call(actor=hugo.actor, encounter=pec, call=call, now=clock.now())
    event = Event.objects.filter(subject_id=pec.pk).latest("id")
    assert event.data_key_id == pec.data_key_id
    assert "Oui, ce soir" in read(event).detail
    assert queries.linkable_calls(claire.actor, clock.now()) == []
    with refused("déjà rattaché"):
        actions.link_call(actor=claire.actor, encounter=other, call=call, now=clock.now())
    assert seen_by(claire)[0].encounter == pec


def test_a_call_of_another_hospital_is_neither_linked_nor_corrected(
    zoe: Character, claire: Character, hospitals: Hospitals
) -> None:
    call, theirs = noted(claire, hospitals.sau), encounter(unit=hospitals.narbonne_sau)
    with pytest.raises(NotVisible):
        actions.link_call(actor=zoe.actor, encounter=theirs, call=call, now=clock.now())
    with pytest.raises(NotVisible):
        actions.correct_call(actor=zoe.actor, call=call, told=told(), now=clock.now())
    with pytest.raises(NotVisible):
        actions.note_call(actor=zoe.actor, care_unit=hospitals.sau, told=told(), now=clock.now())


def test_a_call_is_corrected_by_another_once_and_never_changed(claire: Character, hospitals: Hospitals) -> None:
    pec = encounter(unit=hospitals.sau)
    call = noted(claire, hospitals.sau, pec)
    right = actions.correct_call(actor=claire.actor, call=call, told=told(advice="Non, demain"), now=clock.now())
    assert (right.corrects_id, right.encounter_id) == (call.pk, pec.pk)
    with refused("déjà corrigé"):
        actions.correct_call(actor=claire.actor, call=call, told=told(), now=clock.now())
    assert PhoneCall.objects.get(pk=call.pk).advice == "Oui, ce soir"
    for change in ({"minutes": 5}, {"encounter": None}):
        with pytest.raises(IntegrityError), acting():
            PhoneCall.objects.filter(pk=call.pk).update(**change)


@pytest.mark.parametrize(
    ("minutes", "sentence"),
    [({"called_at": 10}, "dans le futur"), ({"expected_at": -30}, "déjà passée")],
)
def test_hours_that_cannot_be_are_refused(
    claire: Character, hospitals: Hospitals, minutes: dict[str, int], sentence: str
) -> None:
    hours = {name: clock.now() + timedelta(minutes=n) for name, n in minutes.items()}
    with refused(sentence):
        noted(claire, hospitals.sau, **hours)
    assert not PhoneCall.objects.exists()


def undo(who: Character, call: PhoneCall, *, later: int = 0) -> PhoneCall:
    now = clock.now() + timedelta(seconds=later)
    return actions.undo_call(actor=who.actor, call=call, now=now)


@pytest.mark.parametrize("has_pec", [True, False])
def test_a_call_noted_by_mistake_is_struck_and_kept(has_pec: bool, claire: Character, hospitals: Hospitals) -> None:
    pec = encounter(unit=hospitals.sau) if has_pec else None
    call = noted(claire, hospitals.sau, pec)
    event = Event.objects.get(kind="encounters.call_noted")
    undo(claire, call)
    assert PhoneCall.objects.get() == call
    assert [getattr(row, "is_struck", None) for row in seen_by(claire)] == [True]
    undone = Event.objects.get(undoes=event.uid)
    assert undone.subject_id == event.subject_id
    if has_pec:
        assert read(undone).sentence == "Annulé\u202f: Appel reçu", "and nobody's name"


def test_a_call_is_undone_by_its_author_in_time_and_once(
    claire: Character, ines: Character, hospitals: Hospitals
) -> None:
    pec = encounter(unit=hospitals.sau)
    noted(claire, hospitals.sau, pec)
    call = noted(claire, hospitals.sau, pec)
    with refused("Seul son auteur"):
        undo(ines, call)
    with refused("10 secondes"):
        undo(claire, call, later=13)
    undo(claire, call)
    with refused("est annulé"):
        undo(claire, call)
    assert sorted(getattr(row, "is_struck", None) for row in seen_by(claire)) == [False, True]


def test_a_call_corrected_or_linked_since_is_not_undone_and_a_struck_one_is_neither(
    claire: Character, hospitals: Hospitals
) -> None:
    pec = encounter(unit=hospitals.sau)
    corrected, linked, struck = (noted(claire, hospitals.sau) for _ in range(3))
    now = clock.now()
    said = actions.correct_call(actor=claire.actor, call=corrected, told=told(question="Autre"), now=now)
    actions.link_call(actor=claire.actor, encounter=pec, call=linked, now=now)
    undo(claire, struck)
    for call, why in ((corrected, "déjà corrigé"), (said, "ne s’annule pas"), (fresh_call(linked), "rattaché depuis")):
        with refused(why):
            undo(claire, call)
    with refused("notez-en un autre"):
        actions.correct_call(actor=claire.actor, call=struck, told=told(), now=clock.now())
    with refused("ne se rattache plus"):
        actions.link_call(actor=claire.actor, encounter=pec, call=struck, now=clock.now())
    assert struck not in queries.linkable_calls(claire.actor, clock.now())


def fresh_call(call: PhoneCall) -> PhoneCall:
    return PhoneCall.objects.select_related("encounter").get(pk=call.pk)
