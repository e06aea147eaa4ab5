"""What lists need not read again: held for one version of a PEC and one epoch of the reference data, never beyond."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osmose.accounts.models import User
from osmose.encounters import actions, queries
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.queries.board import bodies
from osmose.encounters.queries.bodies import Bodies, Row
from osmose.kernel.base import clock
from osmose.organisations.models import Location
from tests.cast import Character, Hospitals
from tests.encounters.clicks import click, move
from tests.factories.encounters import encounter

ONE, TWO = uuid.UUID(int=1), uuid.UUID(int=2)


def row(pk: uuid.UUID = ONE, version: int = 1, *, epoch: int = 0, body: str | None = None) -> Row:
    return Row(pk, version, epoch, "[]", body, 0)


def test_a_body_serves_again_while_its_version_and_epoch_stand() -> None:
    held = Bodies()
    assert held.complete("claire", [row(body="first")]) == [(row(body="first"), "first")]
    known = held.known_to("claire")
    assert (str(ONE) in known.versions, known.epoch) == (True, 0)
    assert held.complete("claire", [row()]) == [(row(), "first")]
    assert held.complete("claire", [row(version=2, body="second")]) == [(row(version=2, body="second"), "second")]


def test_another_epoch_forgets_everything_for_everybody() -> None:
    held = Bodies()
    held.complete("claire", [row(body="first")])
    held.complete("martin", [row(TWO, epoch=1, body="other")])
    assert held.known_to("claire").versions == "{}"
    assert held.complete("claire", [row(epoch=1)]) is None


def test_a_body_that_another_request_replaced_meanwhile_is_asked_for_again() -> None:
    held = Bodies()
    held.complete("claire", [row(body="first")])
    held.complete("martin", [row(version=2, body="second")])
    assert held.complete("claire", [row(version=1)]) is None
    assert held.known_to("claire").versions == "{}"


def test_it_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("osmose.encounters.queries.bodies._MOST", 2)
    held = Bodies()
    held.complete("claire", [row(uuid.UUID(int=number), body="b") for number in range(3)])
    assert held.complete("claire", [row(uuid.UUID(int=0))]) is None
    assert held.complete("claire", [row(uuid.UUID(int=2))]) is not None


@pytest.mark.django_db
def test_what_is_held_is_not_read_again_and_what_moved_is(claire: Character, hospitals: Hospitals) -> None:
    pec, other = encounter(unit=hospitals.sau), encounter(unit=hospitals.sau)
    bodies.clear()
    actor = claire.actor
    first = {r.id: r for r in queries.open_of(actor, clock.now())}
    with CaptureQueriesContext(connection) as captured:
        again = {r.id: r for r in queries.open_of(actor, clock.now())}
    assert len(captured) == 1
    assert again == first
    move(claire, pec, hospitals.place("SAS"))
    moved = {r.id: r for r in queries.open_of(actor, clock.now())}
    assert moved[pec.pk].place.location_code == "SAS"
    assert moved[other.pk] == first[other.pk]


@pytest.mark.django_db
def test_a_place_or_a_person_that_changes_name_does_so_on_every_list(claire: Character, hospitals: Hospitals) -> None:
    pec = encounter(unit=hospitals.sau)
    place = hospitals.place("SAS")
    move(claire, pec, place)
    click(actions.assign, claire, pec, role=Referent.NURSE, user_id=claire.user.pk)
    assert queries.open_of(claire.actor, clock.now())[0].in_charge[0].family_name == claire.user.family_name
    Location.objects.filter(code="SAS", care_unit=hospitals.sau).update(label="Sas d’entrée")
    User.objects.filter(pk=claire.user.pk).update(family_name="Nouveau")
    seen = queries.open_of(claire.actor, clock.now())[0]
    assert (seen.place.location_label, seen.in_charge[0].family_name) == ("Sas d’entrée", "Nouveau")
