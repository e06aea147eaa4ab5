"""Over random patients: a corridor's bytes never carry, nor let anybody infer, what it must not say."""

import re
import uuid
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.template.loader import get_template
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osmose.devices.models import Screen
from osmose.devices.queries import actor_of
from osmose.devices.rules import Room
from osmose.encounters.lifecycle import Meaning
from osmose.encounters.lifecycle.tracking import Concern, ConcernReason, Missing, Triage, Watch, WatchLevel
from osmose.encounters.models import Encounter, RequestKind
from osmose.encounters.queries import OnWall
from osmose.kernel.access.models import Grant
from osmose.kernel.access.models import Source as GrantSource
from osmose.kernel.base import clock
from osmose.kernel.base.refused import Refused
from osmose.kernel.db.context import declared_transaction
from osmose.organisations.models import CareUnit, DataCategory, Establishment, UnitKind
from osmose.workspace.wall.page import Shown, Wall
from osmose.workspace.wall.row import NEUTRAL, by_place, corridor
from tests.cast import Character, Hospitals
from tests.encounters.clicks import note
from tests.factories.encounters import encounter, exited, kinds, place, request
from tests.factories.patients import REGISTRAR
from tests.factories.screens import closed, opened, paired, wall
from tests.origin import LiveOrigin
from tests.stream.client import WALL, Source, wall_ticketed

T0 = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
# Whatever of these is in the bytes tells something: words, classes and attributes alike.
FORBIDDEN = re.compile(
    r"psy|crise|suicid|préoccup|preoccup|concern|danger|surveill(?!er)|watch|contention|isol|légal|legal|SDT|SPI|"
    r"consent|substance|alcool|tox|fugue|introuvable|missing|protég|inconnu|entretien|en attente|initial|"
    r"data-(?:version|id|state|tone|tri|unit|key)|aria-label|title=",
    re.IGNORECASE,
)
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}", re.IGNORECASE)
ATTRIBUTES = re.compile(r"\s([a-z-]+)=")
unit = CareUnit(
    short_name="SAU", code="SAU", kind=UnitKind.EMERGENCY, establishment=Establishment(short_name="CH"),
    waiting_watch_minutes=120, waiting_over_minutes=240,
)  # fmt: skip
labels = st.sampled_from(
    ["Box 3", "Box 10", "SAS", "AC", "Box psy", "Chambre d’isolement", "Apaisement", "BOX PSYCHIATRIE 2", "Déchocage"]
)
asked = st.dictionaries(st.sampled_from([*NEUTRAL, "psychiatry", "somatic", "box"]), st.sampled_from(Meaning))
patients = st.builds(
    OnWall,
    id=st.uuids(),
    patient_id=st.uuids(),
    arrived_at=st.integers(0, 3000).map(lambda minutes: T0 + timedelta(minutes=minutes)),
    zone=labels,
    zone_order=st.integers(0, 5),
    box=st.just("") | labels,
    box_order=st.integers(0, 20),
    requests=asked.map(lambda found: tuple(found.items())),
)


def drawn(rows: list[OnWall]) -> str:
    screen = Screen(id=uuid.uuid4(), care_unit=unit, name="Couloir", room=Room.CORRIDOR.value, issued_at=T0)
    shown = Shown(screen=actor_of(screen), corridor=tuple(corridor(row) for row in sorted(rows, key=by_place)))
    page = get_template("workspace/wall/_rows.html").render({"wall": Wall(shown=shown, version="", now_theme="light")})
    return page.partition("<tbody>")[2]


@given(row=patients)
def test_a_line_says_nothing_forbidden_in_words_classes_or_attributes(row: OnWall) -> None:
    line = drawn([row])
    assert not FORBIDDEN.search(line), line
    assert not UUID.search(line), line
    assert set(ATTRIBUTES.findall(line)) <= {
        *("scope", "class", "datetime", "data-since", "data-soon", "data-late", "aria-hidden", "href"),
    }


@given(row=patients, others=asked)
def test_a_line_is_the_same_whatever_is_asked_of_psychiatry(row: OnWall, others: dict[str, Meaning]) -> None:
    neutral = tuple((code, meaning) for code, meaning in row.requests if code in NEUTRAL)
    more = tuple((code, meaning) for code, meaning in others.items() if code not in NEUTRAL)
    assert drawn([_with(row, (*neutral, *more))]) == drawn([_with(row, neutral)])


@given(row=patients, over=st.sampled_from([Meaning.DONE, Meaning.SEEN, Meaning.REFUSED, Meaning.CANCELLED]))
def test_an_exam_that_is_over_looks_like_one_never_asked(row: OnWall, over: Meaning) -> None:
    assert drawn([_with(row, (("imaging", over), ("biology", over)))]) == drawn([_with(row, ())])


@given(rows=st.lists(patients, min_size=2, max_size=8, unique_by=lambda row: row.id), turned=st.randoms())
def test_the_order_is_total_and_knows_only_places_and_arrivals(rows: list[OnWall], turned: Any) -> None:
    again = [_with(row, ()) for row in rows]
    turned.shuffle(again)
    assert [row.id for row in sorted(again, key=by_place)] == [row.id for row in sorted(rows, key=by_place)]


def _with(row: OnWall, requests: tuple[tuple[str, Meaning], ...]) -> OnWall:
    return OnWall(**{**vars(row), "requests": requests})


# Over real encounters, through the page itself


HAPPENINGS = ["psychiatry", "somatic", "box", "concern", "protected", "missing", "watch", "triage", "kind"]


@pytest.fixture
def pecs(hospitals: Hospitals) -> list[Encounter]:
    made = [encounter(unit=hospitals.sau, birth_name=f"SECRET{letter}", motif="Motif caché") for letter in "ABC"]
    for n, pec in enumerate(made, 1):
        place(pec, hospitals.place("SAS"), hospitals.place(f"BOX-{n}"))
        request(pec, "imaging")
    return made


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    chosen=st.lists(
        st.tuples(
            st.integers(0, 2),
            st.sampled_from(HAPPENINGS),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_nothing_that_happens_to_a_psychiatric_patient_moves_one_byte_of_a_corridor(
    chosen: list[tuple[int, str]], pecs: list[Encounter], hospitals: Hospitals, claire: Character, samia: Character
) -> None:
    """Not a word, not an order, not the version: what a refresh would show is what was shown."""
    name = f"Couloir {uuid.uuid4().hex[:12]}"
    browser, _ = paired(samia, hospitals.sau, name=name)
    before = _body(browser.get(wall(hospitals.sau)).content.decode())
    for n, what in chosen:
        _happens(pecs[n], what, hospitals, claire)
    after = _body(browser.get(wall(hospitals.sau)).content.decode())
    assert after == before
    assert not re.search(r"SECRET|Motif caché", after)


STEPS = st.tuples(st.integers(0, 2), st.sampled_from([*HAPPENINGS, "give", "end", "imaging", "move", "close", "open"]))


@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEPS, min_size=3, max_size=7))
def test_whatever_happens_meanwhile_a_stream_tells_a_wall_one_word_of_what_its_door_shows(
    origin: LiveOrigin,
    steps: list[tuple[int, str]],
    hospitals: Hospitals,
    claire: Character,
    samia: Character,
    denis: Character,
) -> None:
    """Patients, grants and settings change while it is open; its door, asked at each step, follows the same rules."""
    for left in Encounter.objects.filter(status="active"):  # by the example before
        exited(left)
    pecs = [encounter(unit=hospitals.sau, birth_name=f"{letter}SECRET", motif="Motif caché") for letter in "QXZ"]
    _set_room(hospitals, denis, is_open=True)
    corridor, _ = paired(samia, hospitals.sau, name=f"Couloir {uuid.uuid4().hex[:12]}")
    room, _ = paired(samia, hospitals.sau, name=f"Salle {uuid.uuid4().hex[:12]}", room=Room.STAFF_ROOM)
    shown = {browser: [_read(browser, hospitals)] for browser in (corridor, room)}
    streams = [Source(origin.port, wall_ticketed(browser, hospitals.sau), WALL) for browser in shown]
    for stream in streams:
        stream.wait("hello")
    for n, what in steps:
        _carried_out(pecs[n], what, hospitals, claire, denis)
        for browser, pages in shown.items():
            pages.append(_read(browser, hospitals))
        if what in HAPPENINGS:
            assert shown[corridor][-1] == shown[corridor][-2]
        assert not FORBIDDEN.search(_lines(shown[corridor][-1]))
        for letter, pec in zip("QXZ", pecs, strict=True):
            pec.patient.refresh_from_db()
            assert not (pec.patient.is_protected and f"{letter}.</td>" in shown[room][-1])
    place(pecs[0], hospitals.place("AC"))  # whatever was told before has come before this
    for stream, (browser, pages) in zip(streams, shown.items(), strict=True):
        pages.append(_read(browser, hospitals))
        stream.wait("wall", lambda said, last=pages[-1]: said["version"] == _word(last), seconds=10)
        stream.close()
        _tells_only_words(stream, {_word(page) for page in pages})


def _tells_only_words(stream: Source, words: set[str]) -> None:
    """And no word but those of pages that its door gives: what a wall does not show sends nothing."""
    for event in stream.events:
        assert event.name in ("hello", "wall", "hb")
        assert set(event.data) <= {"now", "version"}
        assert event.name == "hb" or event.data["version"] in words
    assert not re.search(r"SECRET|Motif caché|[0-9a-f]{8}-[0-9a-f]{4}", stream.raw.decode())


def _read(browser: Client, hospitals: Hospitals) -> str:
    page = _body(browser.get(wall(hospitals.sau)).content.decode())
    assert not re.search(r"SECRET|Motif caché", page)
    return page


def _word(page: str) -> str:
    return page.partition('data-version="')[2].partition('"')[0]


def _lines(page: str) -> str:
    return page.partition("<tbody>")[2].partition("</tbody>")[0]


def _carried_out(pec: Encounter, what: str, hospitals: Hospitals, claire: Character, denis: Character) -> None:
    now = clock.now()
    held = Grant.objects.in_force(now).of(pec.pk).filter(unit_id=hospitals.ped.pk)
    if what in HAPPENINGS:
        _happens(pec, what, hospitals, claire)
    elif what == "imaging":
        request(pec, "imaging")
    elif what == "move":
        place(pec, hospitals.place("AV"))
    elif what in ("close", "open"):
        _set_room(hospitals, denis, is_open=what == "open")
    elif what == "end":
        with declared_transaction(actor_id=REGISTRAR.id):
            Grant.objects.in_force(now).of(pec.pk).exclude(unit_id=hospitals.sau.pk).update(ends_at=now)
    elif not held.exists():
        with declared_transaction(actor_id=REGISTRAR.id):
            Grant.objects.create(
                subject_id=pec.pk, person_id=pec.patient_id, unit_id=hospitals.ped.pk, scope=list(DataCategory.values),
                source=GrantSource.GUEST, starts_at=now - timedelta(seconds=1),
            )  # fmt: skip


def _set_room(hospitals: Hospitals, denis: Character, *, is_open: bool) -> None:
    with suppress(Refused):  # it is so already
        (opened if is_open else closed)(denis, hospitals.sau)


def _body(page: str) -> str:
    return page.partition('<div id="wall-rows"')[2]


def _happens(pec: Encounter, what: str, hospitals: Hospitals, claire: Character) -> None:
    pec.refresh_from_db()
    if what in ("somatic", "box", "psychiatry"):
        request(pec, what, unit=hospitals.emp if what == "psychiatry" else None)
    elif what == "kind":  # a kind of the hospital's own, not said to be psychiatric
        _own_kind(pec, hospitals)
    elif what == "protected":
        _protect(pec)
    else:
        with suppress(Refused):  # said twice, or of somebody who can't be found: nothing changes
            note(claire, pec, what, _noted(what))


def _noted(what: str) -> Any:
    now = clock.now()
    return {
        "concern": Concern((ConcernReason.SUICIDAL, ConcernReason.RUNAWAY)),
        "missing": Missing(since=now),
        "watch": Watch(WatchLevel.QUARTERLY, now),
        "triage": Triage.ONE,
    }[what]


def _own_kind(pec: Encounter, hospitals: Hospitals) -> None:
    box = kinds(hospitals.perpignan)["box"]
    known = RequestKind.objects.filter(establishment=hospitals.perpignan, code="addicto")
    if not known.exists():
        RequestKind.objects.create(
            establishment=hospitals.perpignan, code="addicto", label="Avis addictologie", short_label="Addicto",
            statuses=box.statuses, transitions=box.transitions,
        )  # fmt: skip
    request(pec, "addicto")


def _protect(pec: Encounter) -> None:
    with declared_transaction(actor_id=REGISTRAR.id):
        pec.patient.refresh_from_db()
        pec.patient.is_protected, pec.patient.version = True, pec.patient.version + 1
        pec.patient.save(update_fields=["is_protected", "version"])
