"""The inbox: one line a patient, one click to the record, marks, mutes and choices that are one's own."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osmose.accounts.models import PresencePeriod
from osmose.accounts.operations.presence import Said, leave, say
from osmose.accounts.queries.presence import statuses_of
from osmose.accounts.rules.presence import PresenceMeaning
from osmose.encounters.models import Encounter
from osmose.kernel.audit.models import AccessEntry, Verb
from osmose.kernel.base import clock
from osmose.notifications.models import Channels, Choice, Notification
from osmose.notifications.operations import delivery, opening
from osmose.notifications.operations.founding import notices as founding
from osmose.notifications.rules import Manner, Wanted
from osmose.notifications.tasks import drop_old
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, last
from tests.factories import encounters as pecs
from tests.factories.patients import acting
from tests.notifications.telling import notices, row_of, run, run_all, send, told, worry
from tests.workspace.patient_page.posts import HTMX

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]


def page(who: Character) -> str:
    answer = who.client().get("/notifications/")
    assert answer.status_code == 200
    return answer.content.decode()


def badge(who: Character) -> str:
    return who.client().get("/notifications/compte/", headers=HTMX).content.decode()


@pytest.fixture
def ten(claire: Character, hospitals: Hospitals, pec: Encounter) -> Encounter:
    """Ten things said of one patient."""
    for number in range(8):
        send(claire, pec, hospitals.sau, hospitals.emp, text=f"Note {number}")
    worry(claire, pec)
    ask(claire, pec, "biology")
    ask(claire, pec, "biology", "available")
    run_all(pec)
    return pec


def test_ten_changes_on_one_patient_are_one_line(hugo: Character, ten: Encounter) -> None:
    assert len(told(hugo)) == 10
    shown = page(hugo)
    assert "10 changements" in shown
    assert shown.count('class="panel to-read-one inbox-one"') == 1
    assert ">1<" in badge(hugo)
    assert "Patient préoccupant" in shown, "the most pressing speaks for all"


def test_the_page_journals_whom_it_names(hugo: Character, ten: Encounter) -> None:
    page(hugo)
    line = AccessEntry.objects.filter(actor_id=hugo.id, verb=Verb.LIST).latest("id")
    assert line.door == "notifications"
    assert line.subjects == [ten.pk]


def test_one_click_opens_the_record_and_what_was_unread_of_it_is_read(hugo: Character, ten: Encounter) -> None:
    first = told(hugo)[0].row
    answer = hugo.client().post(f"/notifications/{first.pk}/ouvrir/")
    assert answer["Location"] == f"/pec/{ten.pk}/"
    assert "hidden" in badge(hugo)
    assert "Rien de nouveau." in page(hugo)


def test_how_long_it_waited_is_told_to_who_counts_without_anybody(
    claire: Character, hugo: Character, pec: Encounter, hospitals: Hospitals, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[object, timedelta]] = []
    monkeypatch.setattr(opening, "_watchers", [])
    opening.whenever_opened(lambda unit, delay, _at: heard.append((unit, delay)))
    run(worry(claire, pec))
    row = row_of(hugo)
    with acting():
        Notification.objects.filter(pk=row.pk).update(told_at=clock.now() - timedelta(seconds=45))
    hugo.client().post(f"/notifications/{row.pk}/ouvrir/")
    hugo.client().post(f"/notifications/{row.pk}/ouvrir/")  # read already: not a second opening
    ((unit, delay),) = heard
    assert unit == hospitals.sau.pk
    assert timedelta(seconds=45) <= delay < timedelta(minutes=5)


def test_somebody_else_s_notification_does_not_exist(
    claire: Character, hugo: Character, ines: Character, pec: Encounter
) -> None:
    run(worry(claire, pec))
    row = row_of(hugo)
    for deed in ("ouvrir", "reponse", "sourdine"):
        assert ines.client().post(f"/notifications/{row.pk}/{deed}/").status_code == 404
    ines.client().post("/notifications/lu/", {"ids": str(row.pk)})
    row.refresh_from_db()
    assert row.read_at is None


def test_marking_some_and_marking_all(hugo: Character, claire: Character, ten: Encounter, hospitals: Hospitals) -> None:
    rows = [one.row for one in told(hugo)]
    hugo.client().post("/notifications/lu/", {"ids": f"{rows[0].pk},{rows[1].pk}"})
    assert sum(one.is_unread for one in told(hugo)) == 8
    shown = page(hugo)
    until = shown.split('name="until" value="')[1].split('"')[0]
    other = pecs.encounter(unit=hospitals.sau)
    run(worry(claire, other))
    hugo.client().post("/notifications/tout-lu/", {"until": until})
    assert [one.encounter.pk for one in told(hugo) if one.is_unread] == [other.pk], "what came meanwhile stays"


def test_a_muted_patient_rings_no_more_but_for_what_is_owed(
    claire: Character, hugo: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    send(claire, pec, hugo)
    run(last(pec, "handover.note_signed"))
    row = row_of(hugo)
    hugo.client().post(f"/notifications/{row.pk}/sourdine/", {"wanted": "on"})
    with acting():
        Choice.objects.create(user_id=hugo.id, notice="note_for_unit", wanted=Wanted.ALERT.value)
    send(claire, pec, hospitals.sau)
    run(last(pec, "handover.note_signed"))
    assert row_of(hugo, "note_for_unit").manner == Manner.INBOX
    run(worry(claire, pec))
    assert row_of(hugo, "concern").manner == Manner.ALERT
    assert "En sourdine" in page(hugo)
    hugo.client().post("/notifications/reglages/", {"unmute": "1"})
    assert "En sourdine" not in page(hugo)


def settings(**changed: str) -> dict[str, str]:
    default = {n.name: (Wanted.ALERT if n.is_alert else Wanted.INBOX).value for n in founding()}
    return {**default, **changed}


def test_each_one_tunes_what_rings(claire: Character, hugo: Character, pec: Encounter, hospitals: Hospitals) -> None:
    client = hugo.client()
    answer = client.post("/notifications/reglages/", settings(note_for_unit="alert", result_available="off"))
    assert answer.status_code == 302
    assert "Réglages enregistrés" in client.get(answer["Location"]).content.decode()
    assert Choice.objects.filter(user=hugo.id).count() == 2, "what is the default is not written"
    send(claire, pec, hospitals.sau)
    ask(claire, pec, "biology")
    ask(claire, pec, "biology", "available")
    run_all(pec)
    assert notices(hugo) == ["note_for_unit"]
    assert row_of(hugo).manner == Manner.ALERT


def test_what_is_owed_cannot_be_turned_off(claire: Character, hugo: Character, pec: Encounter) -> None:
    hugo.client().post("/notifications/reglages/", settings(concern="off"))
    run(worry(claire, pec))
    assert notices(hugo) == ["concern"]


def test_a_form_of_settings_that_lacks_a_choice_is_refused(hugo: Character) -> None:
    answer = hugo.client().post("/notifications/reglages/", settings(concern="fort"))
    assert answer.status_code == 422
    assert "Patient préoccupant" in answer.content.decode()
    assert not Channels.objects.exists()


def test_an_alert_shows_once_on_the_page_that_is_open(claire: Character, hugo: Character, pec: Encounter) -> None:
    before = badge(hugo).split("vu=")[1].split('"')[0]
    assert hugo.client().get(f"/notifications/compte/?vu={before}", headers=HTMX).status_code == 204
    run(worry(claire, pec))
    moved = hugo.client().get(f"/notifications/compte/?vu={before}", headers=HTMX).content.decode()
    address = moved.split('hx-get="/notifications/annonce/')[1].split('"')[0].replace("&amp;", "&")
    toast = hugo.client().get(f"/notifications/annonce/{address}", headers=HTMX).content.decode()
    assert "Patient préoccupant" in toast
    assert "ABELLANOSA" in toast
    assert "data-notify" not in toast, "the browser's own only where asked for"
    after = moved.split("vu=")[1].split('"')[0]
    assert hugo.client().get(f"/notifications/compte/?vu={after}", headers=HTMX).status_code == 204


def test_the_browser_s_own_says_the_same_words_of_everybody(claire: Character, hugo: Character, pec: Encounter) -> None:
    with acting():
        Channels.objects.create(user_id=hugo.id, by_browser=True)
    before = badge(hugo).split("vu=")[1].split('"')[0]
    run(worry(claire, pec))
    moved = hugo.client().get(f"/notifications/compte/?vu={before}", headers=HTMX).content.decode()
    address = moved.split('hx-get="/notifications/annonce/')[1].split('"')[0].replace("&amp;", "&")
    toast = hugo.client().get(f"/notifications/annonce/{address}", headers=HTMX).content.decode()
    assert re.findall('data-notify="([^"]*)"', toast) == ["Osmose\u202f: un nouvel événement vous attend"]


def queries_of(who: Character, path: str) -> int:
    client = who.client()
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(path).status_code == 200
    control = ("SAVEPOINT", "RELEASE", "SET TRANSACTION", "BEGIN", "COMMIT", "ROLLBACK")
    return sum(not query["sql"].startswith(control) for query in caught.captured_queries)


def test_the_inbox_costs_the_same_with_ten_patients_as_with_one(
    claire: Character, hugo: Character, ten: Encounter, hospitals: Hospitals
) -> None:
    one = queries_of(hugo, "/notifications/")
    for _ in range(9):
        other = pecs.encounter(unit=hospitals.sau)
        send(claire, other, hospitals.sau)
        ask(claire, other, "biology")
        ask(claire, other, "biology", "available")
        run_all(other)
    assert queries_of(hugo, "/notifications/") == one
    assert one <= 16


def test_the_badge_asks_two_questions_beyond_who_asks(hugo: Character, ten: Encounter, monkeypatch: object) -> None:
    """Session, account with its memberships; then the status and the notifications."""
    assert queries_of(hugo, "/notifications/compte/") <= 4


def test_who_runs_the_unit_is_not_told_each_result_unless_they_ask(
    claire: Character, hugo: Character, samia: Character, pec: Encounter
) -> None:
    ask(claire, pec, "biology")
    ask(claire, pec, "biology", "available")
    run_all(pec)
    assert notices(hugo) == ["result_available"]
    assert not notices(samia)
    samia.client().post("/notifications/reglages/", settings(result_available="inbox", interview_ended="off"))
    assert Choice.objects.get(user=samia.id, notice="result_available").wanted == Wanted.INBOX
    assert not Choice.objects.filter(user=samia.id, notice="interview_ended").exists(), "the default of her role"
    ask(claire, pec, "imaging")
    ask(claire, pec, "imaging", "available")
    run_all(pec)
    assert "result_available" in notices(samia)


def test_what_is_old_is_forgotten(claire: Character, hugo: Character, pec: Encounter) -> None:
    run(worry(claire, pec))
    row = row_of(hugo)
    with acting():
        Notification.objects.filter(pk=row.pk).update(told_at=clock.now() - timedelta(days=31))
    drop_old(timestamp=0)
    assert not Notification.objects.filter(pk=row.pk).exists()
    assert Notification.objects.exists()


def test_no_column_holds_a_word_about_anybody() -> None:
    """Ids, codes and hours: sentences are drawn from the event, under today's rights."""
    texts = {f.name for f in Notification._meta.fields if f.get_internal_type() in ("CharField", "TextField")}
    assert texts == {"notice", "manner"}


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 11, 26, 23, 0, tzinfo=UTC),  # midnight in Paris
        datetime(2027, 10, 31, 1, 0, tzinfo=UTC),  # 02:00, for the second time
        datetime(2027, 3, 28, 1, 0, tzinfo=UTC),  # 03:00, an hour early
    ],
)
def test_a_shift_that_ends_at_midnight_or_in_a_clock_night_mutes_from_that_instant(
    claire: Character, hugo: Character, hospitals: Hospitals, pec: Encounter, at: datetime
) -> None:
    before, after = worry(claire, pec), worry(claire, pecs.encounter(unit=hospitals.sau))
    with acting():
        leave(user_id=hugo.id, at=clock.now())
        status = next(one for one in statuses_of(hospitals.sau.pk) if one.meaning is PresenceMeaning.AVAILABLE)
        PresencePeriod.objects.filter(user=hugo.id).delete()
        say(user_id=hugo.id, unit_id=hospitals.sau.pk, said=Said(status), at=at - timedelta(hours=8))
    with acting():
        delivery.deliver(event=before, now=at - timedelta(seconds=1), has_waited=False)
        leave(user_id=hugo.id, at=at)
        delivery.deliver(event=after, now=at + timedelta(seconds=1), has_waited=False)
    manners = dict(Notification.objects.filter(user=hugo.id).values_list("event_uid", "manner"))
    assert manners == {before.uid: Manner.ALERT, after.uid: Manner.INBOX}
