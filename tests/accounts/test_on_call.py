"""Gardes et astreintes: typed by the unit's manager, taken off, shown to partners."""

from datetime import datetime, timedelta

import pytest

from osmose.accounts.actions import on_call as actions
from osmose.accounts.models import OnCall
from osmose.accounts.operations.on_call import Line
from osmose.accounts.queries import presence
from osmose.accounts.rules.presence import OnCallKind
from osmose.kernel.base import clock
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.events import timeline
from tests.cast import Character, Hospitals

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return clock.now()


def line(now: datetime, **more: object) -> Line:
    wanted = {
        "kind": OnCallKind.ON_CALL,
        "number": "7 21 40",
        "starts_at": now - timedelta(hours=1),
        "ends_at": now + timedelta(hours=11),
        "words": "Psychiatre d’astreinte",
        "at": "l1-",
        **more,
    }
    return Line(**wanted)  # type: ignore[arg-type]


def plan(who: Character, hospitals: Hospitals, now: datetime, *lines: Line) -> list[OnCall]:
    return actions.plan_on_call(actor=who.actor_at(now), unit=hospitals.emp, lines=lines, now=now)


def test_several_lines_at_once_are_told_once(nadia: Character, hospitals: Hospitals, now: datetime) -> None:
    roca = hospitals.users["agent14"]
    plan(nadia, hospitals, now, line(now), line(now, user_id=roca.pk, words="", kind=OnCallKind.DUTY))
    called = presence.on_call([hospitals.emp.pk], now)[hospitals.emp.pk]
    assert {(one.kind, one.name, one.number) for one in called} == {
        (OnCallKind.ON_CALL, "Psychiatre d’astreinte", "7 21 40"),
        (OnCallKind.DUTY, "Dr Bastien Roca", "7 21 40"),
    }
    (entry,) = timeline.of(hospitals.emp.pk)
    assert "Gardes et astreintes saisies" in entry.sentence
    assert entry.by == "Cadre Nadia Ferrand"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"ends_at": timedelta(hours=-1)}, "on-call-order"),
        ({"starts_at": timedelta(hours=-9), "ends_at": timedelta(0)}, "on-call-past"),
        ({"ends_at": timedelta(days=8)}, "on-call-long"),
        ({"starts_at": timedelta(days=401), "ends_at": timedelta(days=402)}, "on-call-far"),
    ],
)
def test_hours_that_make_no_sense_are_refused_on_their_line(
    nadia: Character, hospitals: Hospitals, now: datetime, more: dict[str, timedelta], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        plan(nadia, hospitals, now, line(now), line(now, at="l2-", **{n: now + v for n, v in more.items()}))
    assert (refused.value.code, refused.value.field) == (code, "l2-ends")
    assert not OnCall.objects.exists()


def test_the_same_person_twice_at_once_is_refused(nadia: Character, hospitals: Hospitals, now: datetime) -> None:
    roca = hospitals.users["agent14"].pk
    plan(nadia, hospitals, now, line(now, user_id=roca))
    with pytest.raises(Refused) as refused:
        plan(nadia, hospitals, now, line(now, user_id=roca, starts_at=now + timedelta(hours=10)))
    assert refused.value.code == "on-call-twice"
    # Two functions may be called at the same hours, and one person on two nights.
    plan(nadia, hospitals, now, line(now, words="Interne"), line(now, words="Cadre d’astreinte"))
    tomorrow = now + timedelta(hours=11)
    plan(nadia, hospitals, now, line(now, user_id=roca, starts_at=tomorrow, ends_at=tomorrow + timedelta(hours=9)))


def test_somebody_of_another_unit_is_refused(
    nadia: Character, claire: Character, hospitals: Hospitals, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        plan(nadia, hospitals, now, line(now, user_id=claire.id))
    assert refused.value.code == "on-call-member"


def test_a_line_taken_off_is_shown_no_more_and_stays_in_the_table(
    nadia: Character, hospitals: Hospitals, now: datetime
) -> None:
    (row,) = plan(nadia, hospitals, now, line(now))
    withdrawn = {"actor": nadia.actor_at(now), "unit": hospitals.emp, "line_id": row.pk, "now": now}
    actions.withdraw_on_call(**withdrawn)
    assert presence.on_call([hospitals.emp.pk], now) == {}
    assert OnCall.objects.get().cancelled_at == now
    with pytest.raises(Refused) as refused:
        actions.withdraw_on_call(**withdrawn)
    assert refused.value.code == "on-call-gone"


@pytest.mark.parametrize("name", ["samia", "martin", "paul", "zoe"])
def test_only_the_units_own_manager_types_it(
    name: str, hospitals: Hospitals, now: datetime, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(NotVisible):
        plan(request.getfixturevalue(name), hospitals, now, line(now))
    client = request.getfixturevalue(name).client()
    assert client.get(f"/equipe/gardes/{hospitals.emp.pk}/").status_code == 404


def test_who_is_on_call_comes_before_the_manager(
    nadia: Character, martin: Character, hospitals: Hospitals, now: datetime
) -> None:
    plan(nadia, hospitals, now, line(now))
    found = presence.next_holders(martin.id, hospitals.emp.pk, now)
    assert [(h.rank, h.number) for h in found] == [(presence.Rank.ON_CALL, "7 21 40"), (presence.Rank.MANAGER, "")]


def test_a_manager_types_two_nights_in_the_form(nadia: Character, hospitals: Hospitals) -> None:
    client = nadia.client()
    address = f"/equipe/gardes/{hospitals.emp.pk}/"
    typed = {
        "l1-kind": "on_call", "l1-words": "Psychiatre", "l1-starts": "24/12/2026 20:00", "l1-ends": "08:00",
        "l1-number": "7 21 40", "l2-kind": "duty", "l2-user": str(hospitals.users["agent14"].pk),
        "l2-starts": "25/12/2026 20:00", "l2-ends": "26/12/2026 08:00", "l2-number": "06 12 34 56 78",
    }  # fmt: skip
    assert client.post(address, typed).status_code == 302
    nights = [(clock.paris(row.starts_at), clock.paris(row.ends_at)) for row in OnCall.objects.order_by("starts_at")]
    assert [(f"{a:%d %H:%M}", f"{b:%d %H:%M}") for a, b in nights] == [
        ("24 20:00", "25 08:00"),
        ("25 20:00", "26 08:00"),
    ]
    assert "06 12 34 56 78" in client.get(address).text


def test_the_number_is_typed_once_for_each_kind(nadia: Character, hospitals: Hospitals) -> None:
    client = nadia.client()
    address = f"/equipe/gardes/{hospitals.emp.pk}/"

    def night(line: int, kind: str, day: int, number: str = "") -> dict[str, str]:
        hours = {"starts": f"{day}/12/2026 20:00", "ends": f"{day + 1}/12/2026 08:00", "number": number}
        return {f"l{line}-{name}": value for name, value in {"kind": kind, "words": "Interne", **hours}.items()}

    first = night(1, "on_call", 20, "7 21 40") | night(2, "on_call", 21) | night(3, "duty", 21, "7 21 00")
    assert client.post(address, first).status_code == 302
    assert client.post(address, night(1, "on_call", 22) | night(2, "duty", 22)).status_code == 302
    told = [(row.kind, row.number) for row in OnCall.objects.order_by("kind", "starts_at")]
    assert told == [("duty", "7 21 00")] * 2 + [("on_call", "7 21 40")] * 3
    page = client.get(address).text
    assert 'garde <b class="number">7 21 00</b>' in page
    assert 'astreinte <b class="number">7 21 40</b>' in page


def test_a_line_that_is_half_filled_says_what_is_missing_and_keeps_the_rest(
    nadia: Character, hospitals: Hospitals
) -> None:
    answer = nadia.client().post(f"/equipe/gardes/{hospitals.emp.pk}/", {"l3-kind": "duty", "l3-words": "Interne"})
    assert answer.status_code == 422
    assert "Écrivez le numéro à appeler." in answer.text
    assert 'value="Interne"' in answer.text
