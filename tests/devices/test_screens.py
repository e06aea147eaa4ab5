"""Screens are declared by the manager of a unit and by nobody else; what lets them in serves once."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from osmose.devices import actions, queries
from osmose.devices.models import Screen, StaffRoomOpening
from osmose.devices.rules import ALPHABET, CODE_LENGTH, Room, read, theme_at, written
from osmose.kernel.access import policy
from osmose.kernel.access.roles import CHOICES, Role
from osmose.kernel.audit.models import AccessEntry, Outcome, Verb
from osmose.kernel.base import clock
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.db.context import declared_transaction
from osmose.kernel.events import timeline
from osmose.kernel.events.models import Event
from osmose.organisations.models import CareUnit
from tests.cast import Character, Hospitals
from tests.factories.screens import closed, issued, opened, paired, wall

pytestmark = pytest.mark.django_db
PAIRING = "/mur/"


def _tries(code: str, client: Client | None = None, **more: str) -> int:
    return (client or Client()).post(PAIRING, {"code": code}, **more).status_code  # type: ignore[arg-type]


def test_the_manager_of_the_unit_declares_a_screen_and_nobody_else_does(
    hospitals: Hospitals, samia: Character, nadia: Character, claire: Character, paul: Character, zoe: Character
) -> None:
    issued(samia, hospitals.sau)
    for stranger in (nadia, claire, paul, zoe):
        with pytest.raises(NotVisible):
            issued(stranger, hospitals.sau, name="Autre")
        client = stranger.client()
        path = reverse("wall_screen_new", args=[hospitals.sau.pk])
        assert client.post(path, {"name": "Autre", "room": "couloir", "theme": "auto"}).status_code == 404
    with pytest.raises(NotVisible):
        issued(samia, hospitals.narbonne_sau)
    assert Screen.objects.count() == 1
    assert AccessEntry.objects.filter(door="wall_screen_new", outcome=Outcome.REFUSED).count() == 4


def test_the_manager_of_another_unit_neither_renews_changes_nor_withdraws_it(
    hospitals: Hospitals, samia: Character, nadia: Character
) -> None:
    screen = issued(samia, hospitals.sau).screen
    for door in ("wall_screen_code", "wall_screen_change", "wall_screen_revoke"):
        assert nadia.client().post(reverse(door, args=[screen.pk])).status_code == 404
    screen.refresh_from_db()
    assert not screen.is_revoked
    assert "Couloir" not in nadia.client().get("/mur/appareils/").content.decode()


def test_the_code_is_shown_once_and_kept_nowhere(hospitals: Hospitals, samia: Character) -> None:
    client = samia.client()
    path = reverse("wall_screen_new", args=[hospitals.sau.pk])
    posted = {"name": "Couloir SAU", "room": "couloir", "theme": "auto", "_token": "un-seul-envoi"}
    said = client.post(path, posted).content.decode()
    code = said.partition('wall-issued-code">')[2].partition("<")[0]
    assert _is_code(code)
    for page in (client.get("/mur/appareils/"), client.post(path, posted)):  # sent again: done once
        assert page.status_code == 200
        assert code not in page.content.decode()
    assert "un code n’est montré qu’une fois" in client.post(path, posted).content.decode().lower()
    screen = Screen.objects.get()
    assert code.replace("-", "").encode() not in bytes(screen.code_digest or b"")
    told = [entry.sentence for entry in timeline.of(screen.pk)]
    assert told == ["Écran mural ajouté\u202f: Couloir SAU (SAU)"]
    assert code not in repr(list(Event.objects.values())) + repr(list(AccessEntry.objects.values()))


def _is_code(shown: str) -> bool:
    return len(read(shown)) == CODE_LENGTH and shown == written(read(shown))


def test_a_code_serves_once(hospitals: Hospitals, samia: Character) -> None:
    made = issued(samia, hospitals.sau)
    first, second = Client(), Client()
    assert _tries(f" {written(made.code).lower()} ", first) == 302
    assert _tries(made.code, second) == 422
    assert first.get(wall(hospitals.sau)).status_code == 200
    assert second.get(wall(hospitals.sau)).status_code == 401
    assert AccessEntry.objects.filter(actor_id=made.screen.pk, verb=Verb.LOGIN, outcome=Outcome.ALLOWED).count() == 1


def test_a_code_expires_after_ten_minutes_and_another_one_takes_its_place(
    hospitals: Hospitals, samia: Character
) -> None:
    late = issued(samia, hospitals.sau, now=clock.now() - timedelta(minutes=10))
    assert _tries(late.code) == 422
    now = clock.now()
    renewed = actions.renew_code(actor=samia.actor, screen=late.screen, now=now)
    again = actions.renew_code(actor=samia.actor, screen=late.screen, now=now)
    assert _tries(renewed.code) == 422
    assert _tries(again.code) == 302


def test_pairing_another_screen_with_the_same_name_puts_the_first_one_out(
    hospitals: Hospitals, samia: Character
) -> None:
    old, screen = paired(samia, hospitals.sau)
    code = actions.renew_code(actor=samia.actor, screen=screen, now=clock.now()).code
    assert old.get(wall(hospitals.sau)).status_code == 200  # until the other one is there
    new = Client()
    assert _tries(code, new) == 302
    assert old.get(wall(hospitals.sau)).status_code == 401
    assert new.get(wall(hospitals.sau)).status_code == 200


def test_guessing_is_bounded_and_the_right_code_comes_too_late(hospitals: Hospitals, samia: Character) -> None:
    made = issued(samia, hospitals.sau)
    answers = [_tries("ABCD-2345") for _ in range(11)]
    assert answers == [422] * 10 + [429]
    assert _tries(made.code) == 429
    assert _tries(made.code, REMOTE_ADDR="192.0.2.77") == 302  # a corridor is not shut by who guesses elsewhere
    refused = AccessEntry.objects.filter(door="wall_pairing", outcome=Outcome.REFUSED)
    assert refused.count() == 10
    assert {entry.address for entry in refused} == {"127.0.0.1"}


def test_guessing_from_everywhere_is_bounded_too(hospitals: Hospitals, samia: Character) -> None:
    made = issued(samia, hospitals.sau)
    answers = [_tries("ABCD-2345", REMOTE_ADDR=f"192.0.2.{n % 20}") for n in range(100)]
    assert set(answers) == {422}
    assert _tries(made.code, REMOTE_ADDR="198.51.100.1") == 429


@pytest.mark.parametrize(
    "typed", ["", "K7PX", "K7PX-3MRD-9", "OOOO-1111", "\u202e\0K7PX3MRD", "'; DROP TABLE", "É" * 400]
)
def test_what_is_no_code_is_refused_like_a_wrong_one(typed: str, hospitals: Hospitals) -> None:
    answer = Client().post(PAIRING, {"code": typed})
    assert answer.status_code == 422
    assert "n’est pas reconnu" in answer.content.decode()
    assert "osmose_mur" not in answer.cookies


def test_the_token_goes_to_the_walls_address_alone_and_to_no_script(hospitals: Hospitals, samia: Character) -> None:
    browser, screen = paired(samia, hospitals.sau)
    cookie = browser.cookies["osmose_mur"]
    assert (cookie["path"], cookie["samesite"], bool(cookie["httponly"])) == (wall(hospitals.sau), "Strict", True)
    assert int(cookie["max-age"]) == 400 * 86400
    secure = Client()
    code = actions.renew_code(actor=samia.actor, screen=screen, now=clock.now()).code
    assert secure.post(PAIRING, {"code": code}, secure=True).cookies["osmose_mur"]["secure"]
    assert cookie.value not in browser.get(wall(hospitals.sau)).content.decode()
    assert cookie.value.encode() != bytes(Screen.objects.get().token_digest or b"")


def test_a_tampered_cookie_opens_nothing(hospitals: Hospitals, samia: Character) -> None:
    browser, _ = paired(samia, hospitals.sau)
    token = browser.cookies["osmose_mur"].value
    for forged in (token[:-1] + ("A" if token[-1] != "A" else "B"), token.upper(), "", "x" * 5000, f"{token} "):
        browser.cookies["osmose_mur"] = forged
        answer = browser.get(wall(hospitals.sau))
        assert answer.status_code == 401
        assert "n’est plus autorisé" in answer.content.decode()


def test_withdrawn_a_screen_shows_nothing_from_its_next_question_on(hospitals: Hospitals, samia: Character) -> None:
    browser, screen = paired(samia, hospitals.sau)
    assert browser.get(wall(hospitals.sau)).status_code == 200
    actions.revoke_screen(actor=samia.actor, screen=screen, now=clock.now())
    for path in (wall(hospitals.sau), reverse("wall_rows", args=[hospitals.sau.pk])):
        answer = browser.get(path)
        assert answer.status_code == 401
        assert "demandez au cadre" in answer.content.decode()
    assert browser.post(reverse("wall_seen", args=[hospitals.sau.pk])).status_code == 401
    with pytest.raises(NotVisible):
        actions.renew_code(actor=samia.actor, screen=screen, now=clock.now())
    assert timeline.of(screen.pk)[0].sentence == "Écran mural retiré\u202f: Couloir (SAU)"


def test_a_closed_unit_has_no_screen_any_more(hospitals: Hospitals, samia: Character) -> None:
    browser, _ = paired(samia, hospitals.sau)
    CareUnit.objects.filter(pk=hospitals.sau.pk).update(ended_on=clock.paris(clock.now()).date())
    assert browser.get(wall(hospitals.sau)).status_code == 401


def test_two_screens_of_a_unit_never_bear_one_name(hospitals: Hospitals, samia: Character) -> None:
    first = issued(samia, hospitals.sau).screen
    with pytest.raises(Refused, match="screen-name-taken"):
        issued(samia, hospitals.sau)
    other = issued(samia, hospitals.sau, name="Accueil").screen
    with pytest.raises(Refused, match="screen-name-taken"):
        actions.change_screen(actor=samia.actor, screen=other, name="Couloir", theme="auto", now=clock.now())
    with pytest.raises(Refused, match="screen-name"):
        actions.change_screen(actor=samia.actor, screen=other, name=" \u202e ", theme="auto", now=clock.now())
    actions.revoke_screen(actor=samia.actor, screen=first, now=clock.now())
    issued(samia, hospitals.sau)


def test_the_database_keeps_what_the_journal_speaks_of(hospitals: Hospitals, samia: Character) -> None:
    screen = issued(samia, hospitals.sau).screen
    with pytest.raises(DatabaseError, match="no actor declared"), transaction.atomic():
        Screen.objects.filter(pk=screen.pk).update(name="Autre")
    with pytest.raises(IntegrityError), declared_transaction(actor_id=samia.id):
        Screen.objects.filter(pk=screen.pk).update(revoked_at=clock.now(), revoked_by=samia.id)  # the code stays
    with pytest.raises(DatabaseError), declared_transaction(actor_id=samia.id), connection.cursor() as cursor:
        cursor.execute("DELETE FROM devices_screen")


# The staff room


def test_only_the_dpo_opens_a_staff_room_and_says_why(
    hospitals: Hospitals, samia: Character, paul: Character, denis: Character
) -> None:
    for stranger in (samia, paul):
        with pytest.raises(NotVisible):
            opened(stranger, hospitals.sau)
        assert stranger.client().get("/mur/salles/").status_code == 404
    with pytest.raises(NotVisible):
        opened(denis, hospitals.narbonne_sau)
    with pytest.raises(Refused, match="staff-room-word"):
        opened(denis, hospitals.sau, word="  ")
    with pytest.raises(Refused, match="screen-staff-room"):
        issued(samia, hospitals.sau, room=Room.STAFF_ROOM)
    opened(denis, hospitals.sau, word="Salle fermée à clé")
    opening = timeline.of(hospitals.sau.pk)[0]
    assert (opening.sentence, opening.detail) == (
        "Écrans de salle de soins ouverts aux initiales\u202f: SAU",
        "Salle fermée à clé",
    )
    assert opening.by == denis.name
    issued(samia, hospitals.sau, room=Room.STAFF_ROOM)
    with pytest.raises(Refused, match="unchanged"):
        opened(denis, hospitals.sau)
    closed(denis, hospitals.sau)
    assert StaffRoomOpening.objects.filter(closed_at=None).count() == 0
    with pytest.raises(Refused, match="unchanged"):
        closed(denis, hospitals.sau)


def test_no_corridor_of_a_psychiatric_unit_has_a_screen(hospitals: Hospitals, nadia: Character) -> None:
    """Being on its list would already tell."""
    with pytest.raises(Refused, match="screen-psychiatry"):
        issued(nadia, hospitals.emp)
    page = nadia.client().get("/mur/appareils/").content.decode()
    assert "Ouvrir un écran" not in page


# The role


def test_no_account_may_hold_the_screens_role() -> None:
    assert Role.SCREEN.value not in dict(CHOICES)


def test_no_policy_of_the_staff_knows_the_screens_role() -> None:
    """And no policy of a screen knows the staff's: two doors that never meet."""
    known = {name for name, one in policy.registry().items() if Role.SCREEN in one.roles and "tests." not in name}
    walls = {"encounters.on_wall", "encounters.on_wall_asked", "encounters.on_wall_named", "accounts.team_on_wall"}
    assert known == {"devices.show", *walls}
    assert all(policy.registry()[name].roles == {Role.SCREEN} for name in known)


def test_the_night_begins_at_eight_and_ends_at_seven() -> None:
    assert [hour for hour in range(24) if theme_at("auto", hour) == "night"] == [*range(7), *range(20, 24)]
    assert {theme_at("light", hour) for hour in range(24)} == {"light"}
    assert {theme_at("night", hour) for hour in range(24)} == {"night"}


def test_a_code_has_no_letter_that_passes_for_a_digit() -> None:
    assert not set("ILO01") & set(ALPHABET)
    assert len(ALPHABET) ** CODE_LENGTH > 10**11


def test_the_dpo_sees_the_screens_of_the_hospital_and_no_other(
    hospitals: Hospitals, samia: Character, denis: Character
) -> None:
    issued(samia, hospitals.sau, name="Couloir SAU")
    assert "Couloir SAU" in denis.client().get("/mur/salles/").content.decode()
    assert not queries.overseen_screens(samia.actor, clock.now())
