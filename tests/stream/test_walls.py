"""The screens on walls: told one word, that of what they would show, by a ticket of their own; and never what it is."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import groupby

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from osmose.accounts.actions.presence import Wanted, say_status
from osmose.devices import actions
from osmose.devices.models import Screen
from osmose.devices.rules import Room
from osmose.kernel.audit.models import AccessEntry
from osmose.kernel.base import clock
from osmose.kernel.base.clock import PARIS
from osmose.kernel.db.context import declared_transaction
from osmose.organisations.models import CareUnit
from osmose.stream import displayed, tickets, walls
from tests.cast import Character, Hospitals
from tests.factories import encounters as make
from tests.factories.patients import REGISTRAR
from tests.factories.screens import closed, opened, paired, wall
from tests.origin import LiveOrigin
from tests.stream.client import WALL, Refused, Source, ticketed, wall_ticketed
from tests.stream.conftest import Listen, quiet

Hang = Callable[[Client, CareUnit], Source]


@pytest.fixture
def hang(origin: LiveOrigin) -> Iterator[Hang]:
    """`hang(browser, unit)`: a screen opens its stream, and has been greeted."""
    open_ones: list[Source] = []

    def start(browser: Client, unit: CareUnit) -> Source:
        source = Source(origin.port, wall_ticketed(browser, unit), WALL)
        open_ones.append(source)
        source.wait("hello")
        return source

    yield start
    for source in open_ones:
        source.close()


def _word(browser: Client, unit: CareUnit) -> str:
    """What the screen shows, as its own page writes it."""
    page = browser.get(wall(unit)).content.decode()
    return page.partition('data-version="')[2].partition('"')[0]


def _words(stream: Source) -> list[str]:
    """The words it was told, each time another one; it may be greeted again, with the same."""
    told = [event.data["version"] for event in list(stream.events) if event.name in ("hello", "wall")]
    return [word for word, _ in groupby(told)]


def _status(origin: LiveOrigin, cookie: str, path: str = WALL) -> int:
    with pytest.raises(Refused) as refused:
        Source(origin.port, cookie, path)
    return refused.value.status


def _staff_room(hospitals: Hospitals, samia: Character, denis: Character) -> tuple[Client, Screen]:
    opened(denis, hospitals.sau)
    return paired(samia, hospitals.sau, name="Salle de soins", room=Room.STAFF_ROOM)


# What it is told


def test_a_change_is_told_by_the_word_that_its_own_door_then_knows(
    hospitals: Hospitals, samia: Character, hang: Hang
) -> None:
    browser, _ = paired(samia, hospitals.sau)
    stream = hang(browser, hospitals.sau)
    assert _words(stream) == [_word(browser, hospitals.sau)]
    pec = make.encounter(unit=hospitals.sau)
    stream.wait("wall", lambda _: _words(stream)[-1] == _word(browser, hospitals.sau))
    before = _words(stream)[-1]
    make.exited(pec)
    stream.wait("wall", lambda said: said["version"] != before)
    refreshed = browser.get(reverse("wall_rows", args=[hospitals.sau.pk]), {"version": _words(stream)[-1]})
    assert refreshed.status_code == 204


def test_what_happens_elsewhere_or_is_not_shown_sends_nothing(
    hospitals: Hospitals, samia: Character, claire: Character, hang: Hang, listen: Listen
) -> None:
    pec = make.encounter(unit=hospitals.sau)
    browser, _ = paired(samia, hospitals.sau)
    stream, beside = hang(browser, hospitals.sau), listen(claire)
    make.request(pec, "psychiatry", unit=hospitals.emp)
    make.encounter(unit=hospitals.narbonne_sau)
    quiet(claire, beside)
    assert stream.of("wall") == []
    make.request(pec, "imaging")
    stream.wait("wall")
    assert _words(stream) == [_words(stream)[0], _word(browser, hospitals.sau)]
    assert set(stream.names) <= {"hello", "wall", "hb"}
    assert str(pec.pk) not in stream.raw.decode()


def test_who_is_there_reaches_the_staff_room_and_no_corridor(
    hospitals: Hospitals,
    samia: Character,
    denis: Character,
    claire: Character,
    martin: Character,
    hang: Hang,
    listen: Listen,
) -> None:
    corridor, staff_room = paired(samia, hospitals.sau)[0], _staff_room(hospitals, samia, denis)[0]
    told, silent, beside = hang(staff_room, hospitals.sau), hang(corridor, hospitals.sau), listen(claire)
    say_status(actor=martin.actor, wanted=Wanted(code="interview"), now=clock.now())
    told.wait("wall", lambda said: said["version"] == _word(staff_room, hospitals.sau))
    quiet(claire, beside)
    make.encounter(unit=hospitals.sau)
    silent.wait("wall")
    assert len(_words(silent)) == 2


# What it may show


def test_withdrawn_it_is_put_out_within_the_second_and_comes_back_no_more(
    origin: LiveOrigin, hospitals: Hospitals, samia: Character, hang: Hang
) -> None:
    browser, screen = paired(samia, hospitals.sau)
    make.encounter(unit=hospitals.sau)
    stream, cookie = hang(browser, hospitals.sau), wall_ticketed(browser, hospitals.sau)
    actions.revoke_screen(actor=samia.actor, screen=screen, now=clock.now())
    assert stream.wait("bye", seconds=1).data == {"why": "logout"}
    stream.wait_until_over(1)
    assert stream.of("gone") == []
    assert _status(origin, cookie) == 403


def test_paired_anew_the_screen_it_was_before_is_out(
    origin: LiveOrigin, hospitals: Hospitals, samia: Character, hang: Hang
) -> None:
    browser, screen = paired(samia, hospitals.sau)
    stream = hang(browser, hospitals.sau)
    code = actions.renew_code(actor=samia.actor, screen=screen, now=clock.now()).code
    other = Client()
    other.post(reverse("wall_pairing"), {"code": code})
    assert stream.wait("bye", seconds=1).data == {"why": "logout"}
    hang(other, hospitals.sau)


def test_a_staff_room_that_closes_is_told_so_within_the_second(
    hospitals: Hospitals, samia: Character, denis: Character, hang: Hang
) -> None:
    """The word begins with the room: the screen takes off what it shows before it has anything else."""
    browser, screen = _staff_room(hospitals, samia, denis)
    stream = hang(browser, hospitals.sau)
    assert _words(stream)[0].startswith("soins-")
    closed(denis, hospitals.sau)
    stream.wait("wall", lambda said: said["version"].startswith("couloir-"), seconds=1)
    opened(denis, hospitals.sau)
    stream.wait("wall", lambda said: said["version"].startswith("soins-"), seconds=1)
    actions.change_screen(actor=samia.actor, screen=screen, name=screen.name, theme="night", now=clock.now())
    stream.wait("wall", lambda said: said["version"] == _word(browser, hospitals.sau) != _words(stream)[0])


def test_a_unit_that_closes_has_no_screen_from_that_day(hospitals: Hospitals, samia: Character, db: None) -> None:
    _, screen = paired(samia, hospitals.sau)
    screen.refresh_from_db()
    key = tickets.wall_key(bytes(screen.token_digest or b""))
    day = (clock.now() + timedelta(days=3)).astimezone(PARIS).date()
    with declared_transaction(actor_id=REGISTRAR.id):
        CareUnit.objects.filter(pk=hospitals.sau.pk).update(ended_on=day)
    (viewer,) = walls.look({key: screen.pk}, clock.now()).values()
    assert viewer.until == datetime.combine(day, datetime.min.time(), PARIS)
    assert walls.look({key: screen.pk}, viewer.until) == {}


# Tickets


def test_a_ticket_goes_to_the_stream_alone_and_opens_nothing_of_the_staffs(
    origin: LiveOrigin, hospitals: Hospitals, samia: Character, claire: Character
) -> None:
    browser, screen = paired(samia, hospitals.sau)
    cookie = wall_ticketed(browser, hospitals.sau)
    given = browser.cookies[tickets.WALL_COOKIE]
    assert (given["path"], given["httponly"], given["samesite"]) == ("/flux/", True, "Strict")
    assert browser.cookies["osmose_mur"].value not in given.value
    assert _status(origin, cookie, tickets.PATH) == 403
    assert _status(origin, ticketed(claire.client())) == 403
    assert samia.client().post(reverse("wall_ticket", args=[hospitals.sau.pk])).status_code == 401
    as_session = f"osmose={tickets.wall_key(b'')}; {tickets.COOKIE}={given.value}"
    assert _status(origin, as_session, tickets.PATH) == 403
    assert not AccessEntry.objects.filter(actor_id=screen.pk, door="wall_ticket").exists()


def test_an_expired_altered_or_misnamed_ticket_is_refused(
    origin: LiveOrigin, hospitals: Hospitals, samia: Character
) -> None:
    _, screen = paired(samia, hospitals.sau)
    _, other = paired(samia, hospitals.sau, name="Autre couloir")
    screen.refresh_from_db()
    digest, now = bytes(screen.token_digest or b""), clock.now()
    named = {"unit_id": hospitals.sau.pk, "token_digest": digest}
    late = tickets.issue_to_wall(screen_id=screen.pk, now=now - tickets.LIFE - timedelta(seconds=1), **named)
    swapped = tickets.issue_to_wall(screen_id=other.pk, now=now, **named)
    good = tickets.issue_to_wall(screen_id=screen.pk, now=now, **named)
    elsewhere = signing.Signer(salt="elsewhere").sign_object([str(screen.pk), "", "", 2**31])
    for wrong in (late, swapped, good[:-2] + ("AA" if good[-2:] != "AA" else "BB"), elsewhere, ""):
        assert _status(origin, f"{tickets.WALL_COOKIE}={wrong}") == 403
    with Source(origin.port, f"{tickets.WALL_COOKIE}={good}", WALL) as stream:
        stream.wait("hello")


# The journal and the questions


def test_the_journal_of_a_screen_is_what_its_door_gave(hospitals: Hospitals, samia: Character, hang: Hang) -> None:
    """The stream shows nothing: what was displayed, from when to when, is said where it is given."""
    browser, screen = paired(samia, hospitals.sau)
    first = make.encounter(unit=hospitals.sau)
    stream = hang(browser, hospitals.sau)
    rows = reverse("wall_rows", args=[hospitals.sau.pk])
    browser.get(wall(hospitals.sau))
    second = make.encounter(unit=hospitals.sau)
    stream.wait("wall")
    browser.get(rows, {"version": _words(stream)[0]})
    lines = AccessEntry.objects.filter(actor_id=screen.pk, verb="list").order_by("id")
    assert [set(line.subjects) for line in lines] == [{first.pk}, {first.pk, second.pk}]
    assert not lines.filter(door__in=(displayed.SHOWN, displayed.ENDED)).exists()


def test_walls_of_a_unit_ask_one_question_whatever_their_number(
    hospitals: Hospitals, samia: Character, denis: Character, db: None
) -> None:
    for n in range(3):
        make.encounter(unit=hospitals.sau)
        paired(samia, hospitals.sau, name=f"Couloir {n}")
    _staff_room(hospitals, samia, denis)
    screens = {screen.pk: bytes(screen.token_digest or b"") for screen in Screen.objects.all()}
    viewers = walls.look({tickets.wall_key(digest): pk for pk, digest in screens.items()}, clock.now())
    sights = [viewer.sight for viewer in viewers.values() if isinstance(viewer.sight, walls.WallSight)]
    with CaptureQueriesContext(connection) as captured:
        found = walls.hung(sights, clock.now())
    assert len(found) == 4
    assert len(captured) == 6, [q["sql"][:80] for q in captured]  # the screens, a corridor, a staff room, its team (3)
