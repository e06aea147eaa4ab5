"""What a wall shows, to which screen, what it asks of the database and what the journal keeps of it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from osmose.devices.models import Screen
from osmose.devices.rules import Room
from osmose.encounters.lifecycle.tracking import Concern, ConcernReason
from osmose.encounters.models import Encounter
from osmose.kernel.audit.models import AccessEntry, Outcome, Verb
from osmose.kernel.base import clock
from osmose.kernel.crypto import keys
from osmose.kernel.db.context import declared_transaction
from osmose.kernel.events import timeline
from osmose.organisations.models import CareUnit
from tests.architecture.test_doors import _kwargs, _mounted
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, note
from tests.factories.encounters import encounter, exited, place, request
from tests.factories.patients import REGISTRAR, an_unknown_patient
from tests.factories.screens import closed, opened, paired, wall

pytestmark = pytest.mark.django_db
_NOT_COUNTED = ("BEGIN", "SAVEPOINT", "RELEASE", "SET TRANSACTION", "SELECT set_config", "ROLLBACK", "COMMIT")


def rows_of(unit: CareUnit) -> str:
    return reverse("wall_rows", args=[unit.pk])


def shown(browser: Client, unit: CareUnit) -> str:
    answer = browser.get(wall(unit))
    assert answer.status_code == 200
    return answer.content.decode()


def version(page: str) -> str:
    return page.partition('data-version="')[2].partition('"')[0]


def places(page: str) -> list[str]:
    return re.findall(r'<th scope="row">(?:<span class="wall-place">)?([^<]*)', page)


@pytest.fixture
def corridor(hospitals: Hospitals, samia: Character) -> tuple[Client, Screen]:
    return paired(samia, hospitals.sau)


@pytest.fixture
def staff_room(hospitals: Hospitals, samia: Character, denis: Character) -> tuple[Client, Screen]:
    opened(denis, hospitals.sau)
    return paired(samia, hospitals.sau, name="Salle de soins", room=Room.STAFF_ROOM)


def a_psychiatric_patient(hospitals: Hospitals, claire: Character) -> Encounter:
    pec = encounter(unit=hospitals.sau, birth_name="ABELLANOSA", first_name="RACHID", motif="Idées délirantes")
    place(pec, hospitals.place("SAS"), hospitals.place("BOX-3"))
    request(pec, "psychiatry", unit=hospitals.emp)
    ask(claire, pec, "biology")
    note(claire, pec, "concern", Concern((ConcernReason.SUICIDAL,)))
    return pec


# What is shown


def test_a_corridor_shows_places_waits_and_neutral_requests(
    corridor: tuple[Client, Screen], hospitals: Hospitals, claire: Character
) -> None:
    a_psychiatric_patient(hospitals, claire)
    page = shown(corridor[0], hospitals.sau)
    assert places(page) == ["Box 3"]
    assert "demandée" in page
    for word in ("ABELLANOSA", "R. A.", "sych", "Psy", "suicid", "éoccup", "délir", "data-concern", "danger"):
        assert word not in page.partition("<body")[2], word


def test_a_corridor_lists_everybody_by_place_whoever_waits_for_psychiatry(
    corridor: tuple[Client, Screen], hospitals: Hospitals, claire: Character
) -> None:
    first, second, third = (encounter(unit=hospitals.sau) for _ in range(3))
    place(first, hospitals.place("SAS"), hospitals.place("BOX-2"))
    place(second, hospitals.place("SAS"), hospitals.place("BOX-10"))
    place(third, hospitals.place("AC"))
    before = shown(corridor[0], hospitals.sau)
    assert places(before) == ["AC", "Box 2", "Box 10"]
    request(second, "psychiatry", unit=hospitals.emp)
    request(second, "somatic")
    request(second, "box")
    note(claire, second, "concern", Concern((ConcernReason.SUICIDAL,)))
    after = shown(corridor[0], hospitals.sau)
    assert (places(after), version(after)) == (places(before), version(before))


def test_who_has_left_is_not_on_the_wall_and_nobody_is_said_so(
    corridor: tuple[Client, Screen], hospitals: Hospitals
) -> None:
    exited(encounter(unit=hospitals.sau))
    assert "Aucun patient en ce moment." in shown(corridor[0], hospitals.sau)


def test_a_wall_shows_its_own_unit_and_no_other(corridor: tuple[Client, Screen], hospitals: Hospitals) -> None:
    encounter(unit=hospitals.uhcd)
    encounter(unit=hospitals.narbonne_sau)
    assert places(shown(corridor[0], hospitals.sau)) == []


@pytest.mark.parametrize("label", ["Box psy", "Chambre d’isolement", "Salon d'apaisement", "Box de crise"])
def test_a_place_whose_name_tells_is_called_by_its_zone(
    label: str, corridor: tuple[Client, Screen], hospitals: Hospitals
) -> None:
    box = hospitals.place("BOX-4")
    type(box).objects.filter(pk=box.pk).update(label=label)
    place(encounter(unit=hospitals.sau), hospitals.place("SAU"), box)
    page = shown(corridor[0], hospitals.sau)
    assert places(page) == ["SAU"]
    assert label not in page


def test_what_is_over_looks_like_what_was_never_asked(
    corridor: tuple[Client, Screen], hospitals: Hospitals, claire: Character
) -> None:
    """« Rien en attente » beside a long wait would be a psychiatric patient."""
    arrived_at = clock.now() - timedelta(hours=5)
    never, seen, psychiatric = (encounter(unit=hospitals.sau, arrived_at=arrived_at) for _ in range(3))
    for status in ("asked", "available", "seen"):
        request(seen, "imaging", status)
    request(psychiatric, "psychiatry", unit=hospitals.emp)
    for pec in (never, seen, psychiatric):
        place(pec, hospitals.place("AC"))
    lines = shown(corridor[0], hospitals.sau).split("<tr data-wall-row>")[1:]
    assert len({line.partition("</tr>")[0] for line in lines}) == 1
    assert len(lines) == 3


def test_a_staff_room_shows_initials_and_states(
    staff_room: tuple[Client, Screen], hospitals: Hospitals, claire: Character
) -> None:
    pec = a_psychiatric_patient(hospitals, claire)
    for status in ("asked", "available"):
        request(pec, "imaging", status)
    page = shown(staff_room[0], hospitals.sau)
    for word in ("R. A.", "Psy demandée", "Bilan bio. demandé", "Imagerie\u202f: résultat", "Préoccupant", "Box 3"):
        assert word in page, word
    for word in ("ABELLANOSA", "RACHID", "Rachid", "uicid", "délir"):
        assert word not in page, word


def test_a_protected_identity_never_shows(
    staff_room: tuple[Client, Screen], samia: Character, hospitals: Hospitals, claire: Character
) -> None:
    pec = a_psychiatric_patient(hospitals, claire)
    with declared_transaction(actor_id=REGISTRAR.id):
        pec.patient.refresh_from_db()
        pec.patient.is_protected = True
        pec.patient.save(update_fields=["is_protected"])
    corridor, _ = paired(samia, hospitals.sau)
    for browser in (staff_room[0], corridor):
        page = shown(browser, hospitals.sau)
        assert "Box 3" in page
        assert "R. A." not in page
        assert "ABELLANOSA" not in page


def test_an_unknown_patient_is_said_so_and_an_unreadable_one_takes_nobody_down(
    staff_room: tuple[Client, Screen], hospitals: Hospitals
) -> None:
    encounter(unit=hospitals.sau, patient=an_unknown_patient(hospitals.perpignan))
    lost = encounter(unit=hospitals.sau, birth_name="ILLISIBLE")
    keys.destroy(lost.patient.data_key_id, by=REGISTRAR.id, at=clock.now())
    page = shown(staff_room[0], hospitals.sau)
    assert "Inc." in page
    assert page.count("data-wall-row") == 2
    assert '<td class="wall-who">—</td>' in page


def test_closed_by_the_dpo_a_staff_room_shows_no_more_than_a_corridor_at_once(
    staff_room: tuple[Client, Screen], hospitals: Hospitals, claire: Character, denis: Character
) -> None:
    a_psychiatric_patient(hospitals, claire)
    before = shown(staff_room[0], hospitals.sau)
    closed(denis, hospitals.sau)
    answer = staff_room[0].get(rows_of(hospitals.sau), {"version": version(before)})
    page = answer.content.decode()
    assert "R. A." in before
    for word in ("R. A.", "Psy", "éoccup"):
        assert word not in page, word
    assert "Initiales fermées" in page


def test_a_psychiatric_unit_shows_its_patients_in_an_open_staff_room_and_nowhere_else(
    hospitals: Hospitals, nadia: Character, denis: Character, claire: Character
) -> None:
    denis.joins(hospitals.emp, role=denis.actor.memberships[0].role)
    opened(denis, hospitals.emp)
    browser, _ = paired(nadia, hospitals.emp, room=Room.STAFF_ROOM)
    a_psychiatric_patient(hospitals, claire)
    encounter(unit=hospitals.sau)
    assert places(shown(browser, hospitals.emp)) == ["Box 3"]
    closed(denis, hospitals.emp)
    page = shown(browser, hospitals.emp)
    assert "n’affiche rien" in page
    assert "data-wall-row" not in page


# Which doors


def test_no_other_door_opens_to_a_screen(
    corridor: tuple[Client, Screen], hospitals: Hospitals, claire: Character
) -> None:
    """Its cookie is carried to every door, as a thief would."""
    pec = a_psychiatric_patient(hospitals, claire)
    token = corridor[0].cookies["osmose_mur"].value
    thief, own = Client(), {"wall", "wall_rows", "wall_seen", "wall_ticket"}
    for name, (_, pattern) in _mounted().items():
        kwargs = _kwargs(pattern, pec)
        if "unit_id" in kwargs:
            kwargs["unit_id"] = hospitals.sau.pk
        path = reverse(name, kwargs=kwargs)
        for method in ("GET", "POST"):
            thief.cookies["osmose_mur"] = token
            answer = thief.generic(method, path)
            said = answer.content.decode(errors="replace")
            assert "ABELLANOSA" not in said, name
            if name in own:
                continue
            is_login = answer.status_code == 302 and answer["Location"].startswith("/login")
            assert is_login or answer.status_code == 405, (name, method, answer.status_code)


def test_a_session_does_not_open_a_wall_nor_a_screen_that_of_another_unit(
    corridor: tuple[Client, Screen], hospitals: Hospitals, samia: Character
) -> None:
    assert samia.client().get(wall(hospitals.sau)).status_code == 401
    encounter(unit=hospitals.uhcd)
    for path in (wall(hospitals.uhcd), rows_of(hospitals.uhcd), "/mur/00000000-0000-0000-0000-000000000000/"):
        corridor[0].cookies["osmose_mur"]["path"] = "/"
        answer = corridor[0].get(path)
        assert answer.status_code == 404
        assert "UHCD" not in answer.content.decode()
    assert corridor[0].post(reverse("wall_seen", args=[hospitals.uhcd.pk])).status_code == 404
    refused = AccessEntry.objects.filter(actor_id=corridor[1].pk, outcome=Outcome.REFUSED)
    assert refused.count() == 4
    assert {entry.actor_kind for entry in refused} == {"device"}


def test_a_wall_takes_no_other_post(corridor: tuple[Client, Screen], hospitals: Hospitals) -> None:
    for path in (wall(hospitals.sau), rows_of(hospitals.sau)):
        assert corridor[0].post(path).status_code == 405


def test_the_sign_of_life_asks_for_the_token_of_the_page(corridor: tuple[Client, Screen], hospitals: Hospitals) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies.update(corridor[0].cookies)
    assert strict.post(reverse("wall_seen", args=[hospitals.sau.pk])).status_code == 403


# Questions


def _asked(browser: Client, path: str, **query: str) -> tuple[int, list[str]]:
    with CaptureQueriesContext(connection) as captured:
        answer = browser.get(path, query)
    kept = [q["sql"] for q in captured.captured_queries if not q["sql"].startswith(_NOT_COUNTED)]
    return answer.status_code, kept


@pytest.mark.parametrize(("room", "more"), [("corridor", 0), ("staff_room", 3)])
def test_four_questions_at_most_whatever_the_rows_and_three_for_the_team(
    room: str, more: int, hospitals: Hospitals, claire: Character, request: pytest.FixtureRequest
) -> None:
    browser, _ = request.getfixturevalue(room)
    for _ in range(2):
        for _ in range(4):
            a_psychiatric_patient(hospitals, claire)
        keys.forget_all()
        status, asked = _asked(browser, wall(hospitals.sau))
        assert (status, len(asked)) == (200, 3 + more), asked
        encounter(unit=hospitals.sau)
        status, asked = _asked(browser, rows_of(hospitals.sau), version="another")
        assert (status, len(asked)) == (200, 4 + more), asked
        answer = browser.get(rows_of(hospitals.sau))
        same = version(answer.content.decode())
        status, asked = _asked(browser, rows_of(hospitals.sau), version=same)
        assert (status, len(asked)) == (204, 2 + more), asked


def test_a_corridor_reads_neither_the_patient_nor_anything_encrypted(
    corridor: tuple[Client, Screen], hospitals: Hospitals, claire: Character
) -> None:
    a_psychiatric_patient(hospitals, claire)
    _, asked = _asked(corridor[0], wall(hospitals.sau))
    listing = next(sql for sql in asked if "encounters_encounter" in sql)
    for name in ("patients_patient", "encounters_tracking", "birth_name", "motif", '"note"', "crypto_datakey"):
        assert name not in listing, name


# The journal


def _lines(screen: Screen) -> list[set[Any]]:
    entries = AccessEntry.objects.filter(actor_id=screen.pk, verb=Verb.LIST).order_by("id")
    return [set(entry.subjects) for entry in entries]


def test_the_journal_says_what_was_displayed_from_when_to_when(
    corridor: tuple[Client, Screen], hospitals: Hospitals
) -> None:
    browser, screen = corridor
    first = encounter(unit=hospitals.sau)
    page = shown(browser, hospitals.sau)
    assert _lines(screen) == [{first.pk}]
    browser.get(rows_of(hospitals.sau), {"version": version(page)})
    request(first, "imaging")
    changed = browser.get(rows_of(hospitals.sau), {"version": version(page)})
    assert changed.status_code == 200
    assert len(_lines(screen)) == 1  # a word changed, nobody came nor left
    second = encounter(unit=hospitals.sau)
    browser.get(rows_of(hospitals.sau), {"version": "another"})
    exited(first)
    browser.get(rows_of(hospitals.sau), {"version": "another"})
    exited(second)
    browser.get(rows_of(hospitals.sau), {"version": "another"})
    browser.get(rows_of(hospitals.sau), {"version": "another"})
    assert _lines(screen) == [{first.pk}, {first.pk, second.pk}, {second.pk}, set()]
    entry = AccessEntry.objects.filter(actor_id=screen.pk, verb=Verb.LIST).latest("id")
    assert (entry.actor_kind, entry.role, entry.unit_id) == ("device", "ecran", hospitals.sau.pk)
    assert entry.address == "127.0.0.1"


def test_a_screen_heard_of_again_says_since_when_it_was_silent(
    corridor: tuple[Client, Screen], hospitals: Hospitals
) -> None:
    browser, screen = corridor
    seen = reverse("wall_seen", args=[hospitals.sau.pk])
    assert browser.post(seen).status_code == 204
    told = [entry.sentence for entry in timeline.of(screen.pk)]
    night = clock.now() - timedelta(hours=6)
    with declared_transaction(actor_id=REGISTRAR.id):
        Screen.objects.filter(pk=screen.pk).update(seen_at=night)
    assert "Muet depuis" in _managed(hospitals)
    assert browser.post(seen).status_code == 204
    after = [entry.sentence for entry in timeline.of(screen.pk)]
    assert len(after) == len(told) + 1
    assert after[0].startswith("Écran mural de nouveau en marche")
    assert "En marche" in _managed(hospitals)


def _managed(hospitals: Hospitals) -> str:
    return Character(hospitals.users["manager-sau"]).client().get("/mur/appareils/").content.decode()


def test_the_screens_settings_reach_it_without_a_reload(
    corridor: tuple[Client, Screen], hospitals: Hospitals, samia: Character
) -> None:
    browser, screen = corridor
    page = shown(browser, hospitals.sau)
    path = reverse("wall_screen_change", args=[screen.pk])
    assert samia.client().post(path, {"name": "Couloir nord", "theme": "night"}).status_code == 302
    answer = browser.get(rows_of(hospitals.sau), {"version": version(page)})
    assert 'data-look="night"' in answer.content.decode()
    assert 'data-theme="night"' in shown(browser, hospitals.sau)
