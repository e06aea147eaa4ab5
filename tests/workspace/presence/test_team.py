"""The strip, one's own status, « Équipe »: whom it shows, what it never says, what it costs."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osmose.accounts.actions import presence as actions
from osmose.accounts.actions.on_call import plan_on_call
from osmose.accounts.actions.presence import Wanted
from osmose.accounts.operations.on_call import Line
from osmose.accounts.policies import SEE_TEAM
from osmose.accounts.rules.presence import OnCallKind
from osmose.kernel.base import clock
from osmose.kernel.db.context import declared_transaction
from osmose.organisations import operations as organisations
from osmose.organisations.models import CareUnit
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, begin
from tests.factories import encounters as pecs

pytestmark = pytest.mark.django_db
STRIP, STATUS, TEAM, ROWS = "/equipe/bandeau/", "/equipe/statut/", "/equipe/", "/equipe/liste/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def now() -> datetime:
    return clock.now()


def say(who: Character, code: str, at: datetime, **more: Any) -> None:
    actions.say_status(actor=who.actor_at(at), wanted=Wanted(code=code, **more), now=at)


def text(who: Character, address: str = STRIP) -> str:
    answer = who.client().get(address)
    assert answer.status_code == 200
    return " ".join(answer.text.replace("&nbsp;", " ").split())


# Whom it shows


def test_the_triage_nurse_sees_at_once_that_psychiatry_is_in_a_crisis_interview_until_about_when(
    claire: Character, martin: Character, hospitals: Hospitals, now: datetime
) -> None:
    maud = Character(hospitals.users["agent12"])
    actions.say_status(actor=maud.actor_at(now, unit=hospitals.emp), wanted=Wanted("available"), now=now)
    until = now + timedelta(minutes=35)
    say(martin, "crisis", now, is_usual=False, until=until)
    shown = text(claire)
    hour = f"{clock.paris(until):%H:%M}"
    assert "1 disponible, 1 en entretien de crise jusqu’à ~" + hour in shown
    assert '<span class="status-word">Entretien de crise</span><span class="status-one"><b>IDE Martin Diaz</b>' in shown
    assert f'data-over="{until.isoformat()}"' in shown


def test_of_several_in_crisis_interviews_the_first_to_be_free_is_said_to_be(
    claire: Character, martin: Character, hospitals: Hospitals, now: datetime
) -> None:
    roca = Character(hospitals.users["agent14"])
    for who, minutes in ((martin, 35), (roca, 20)):
        say(who, "crisis", now, is_usual=False, until=now + timedelta(minutes=minutes))
    hour = f"{clock.paris(now + timedelta(minutes=20)):%H:%M}"
    for address in (STRIP, TEAM):
        assert f"2 en entretien de crise jusqu’à ~{hour} au plus tôt" in text(claire, address)


def test_another_hospital_sees_nobody_of_it(zoe: Character, martin: Character, now: datetime) -> None:
    say(martin, "crisis", now)
    for address in (STRIP, TEAM, ROWS):
        assert "Diaz" not in text(zoe, address)


def test_a_partner_sees_nobody_from_the_instant_the_agreement_ends(
    claire: Character, martin: Character, hospitals: Hospitals, now: datetime
) -> None:
    say(martin, "crisis", now)
    assert "Diaz" in text(claire)
    with declared_transaction(actor_id=claire.id):
        organisations.end_agreement(agreement_id=hospitals.agreement.pk, at=clock.now())
    assert "Diaz" not in text(claire)


@pytest.mark.parametrize("address", [STRIP, STATUS, TEAM, ROWS])
@pytest.mark.parametrize("name", ["paul", "denis"])
def test_who_gives_no_care_sees_no_team(name: str, address: str, request: pytest.FixtureRequest) -> None:
    assert request.getfixturevalue(name).client().get(address).status_code == 404


@pytest.mark.parametrize("is_ended", [False, True])
def test_the_list_of_units_and_the_question_about_one_never_disagree(
    hospitals: Hospitals, now: datetime, *, is_ended: bool
) -> None:
    if is_ended:
        with declared_transaction(actor_id=hospitals.users["agent1"].pk):
            organisations.end_agreement(agreement_id=hospitals.agreement.pk, at=now)
    units = list(CareUnit.objects.all())
    for user in hospitals.users.values():
        actor = Character(user).actor_at(now)
        seen = set(SEE_TEAM.rows(actor, now).values_list("pk", flat=True))
        assert seen == {unit.pk for unit in units if SEE_TEAM.allows(actor, unit, now)}, user


# What it never says


def test_neither_the_patient_nor_the_record_nor_the_box_of_an_interview_is_shown_to_a_partner(
    claire: Character, martin: Character, nadia: Character, hospitals: Hospitals, now: datetime
) -> None:
    pec = pecs.encounter(unit=hospitals.sau)
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    say(martin, "crisis", now, place="Box 3")
    interview = begin(martin, pec)
    for address in (STRIP, TEAM, ROWS):
        shown = text(claire, address)
        assert "Diaz" in shown
        assert "Box 3" not in shown
        assert str(pec.pk) not in shown
        assert str(interview.pk) not in shown
        assert pec.patient.birth_name not in shown
    assert "Box 3" in text(nadia, ROWS)  # their own unit knows where to find them


def test_a_place_that_names_nobody_is_shown_to_all(claire: Character, martin: Character, now: datetime) -> None:
    say(martin, "moving", now, place="CMP")
    assert "CMP" in text(claire)


# Nobody on site


def test_who_is_on_call_is_shown_when_nobody_is_on_site(
    claire: Character, martin: Character, nadia: Character, hospitals: Hospitals, now: datetime
) -> None:
    assert "personne sur place" in text(claire)
    assert "garde ou astreinte non saisie" in text(claire)
    line = Line(OnCallKind.ON_CALL, "7 21 40", now - timedelta(hours=1), now + timedelta(hours=9), words="Psychiatre")
    plan_on_call(actor=nadia.actor_at(now), unit=hospitals.emp, lines=[line], now=now)
    assert "7 21 40" in text(claire)
    say(martin, "absent", now)
    assert "7 21 40" in text(claire)  # absent is not on site
    say(martin, "pause", now)
    assert "7 21 40" not in text(claire)


# One click


def test_one_click_changes_my_status_and_tells_the_page(martin: Character) -> None:
    client = martin.client()
    answer = client.post(STATUS, {"status": "crisis"}, headers=HTMX)
    assert answer.status_code == 200
    assert "Entretien de crise" in answer.text
    assert "presence-said" in answer.headers["HX-Trigger"]
    assert "data-off-duty" not in answer.text
    assert "data-off-duty" in client.post("/equipe/hors-service/", headers=HTMX).text


def test_without_scripts_the_page_does_all_of_it(martin: Character) -> None:
    client = martin.client()
    assert client.post(STATUS, {"status": "pause", "until": "20 min"}).headers["Location"] == TEAM
    page = client.get(TEAM).text
    assert "pause depuis" in page
    assert 'action="/equipe/hors-service/"' in page
    wrong = client.post(STATUS, {"status": "pause", "until": "demain", "place": "Salle"})
    assert wrong.status_code == 422
    assert 'value="demain"' in wrong.text


def test_a_status_that_was_withdrawn_meanwhile_is_refused_in_words(martin: Character) -> None:
    answer = martin.client().post(STATUS, {"status": "nothing"}, headers=HTMX)
    assert answer.status_code == 409
    assert "n’est plus proposé" in answer.text


# What it costs


@pytest.mark.parametrize("address", [STRIP, STATUS, ROWS])
def test_a_fragment_that_has_not_changed_is_not_drawn(martin: Character, address: str, now: datetime) -> None:
    say(martin, "crisis", now)
    client = martin.client()
    version = client.get(address).text.partition("?version=")[2][:16]
    assert client.get(f"{address}?version={version}").status_code == 204
    say(martin, "pause", now + timedelta(seconds=1))
    assert client.get(f"{address}?version={version}").status_code == 200


@pytest.mark.parametrize(("address", "most"), [(STRIP, 3), (STATUS, 2), (ROWS, 3), (TEAM, 5)])
def test_its_queries_are_few_and_do_not_grow_with_people(
    claire: Character, hospitals: Hospitals, now: datetime, address: str, most: int
) -> None:
    client = claire.client()
    client.get(address)
    before = _reads(client, address)
    for account in ("agent2", "agent3", "agent4", "agent9", "agent10", "agent11", "agent13", "agent14"):
        say(Character(hospitals.users[account]), "available", now)
    after = _reads(client, address)
    assert len(after) == len(before) == most, after


def _reads(client: Any, address: str) -> list[str]:
    """What the page asks besides session and account."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    asked = [query["sql"] for query in captured if query["sql"].startswith("SELECT")]
    return [sql for sql in asked if "django_session" not in sql and not sql.startswith('SELECT "accounts_membership"')]


def test_the_board_asks_for_the_strip_after_the_page_and_not_within_it(
    claire: Character, martin: Character, now: datetime
) -> None:
    say(martin, "crisis", now)
    board = claire.client().get("/pec/").text
    assert 'hx-get="/equipe/bandeau/" hx-trigger="load' in board
    assert "Diaz" not in board
