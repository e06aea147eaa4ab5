"""E-mails without any personal datum; a server that is down is tried again, then shown to the administrator."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from osmose.encounters.models import Encounter
from osmose.kernel.base import clock
from osmose.notifications.models import Channels, Mail
from osmose.notifications.operations import mails
from osmose.notifications.tasks import retry_mails, send_mail, send_waiting
from tests.cast import Character, Hospitals
from tests.encounters.clicks import last
from tests.factories import encounters as pecs
from tests.factories.patients import acting
from tests.notifications.telling import has_left, run, send, worry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]


@pytest.fixture
def hugo(hugo: Character) -> Character:
    """Hugo asked for e-mails."""
    with acting():
        Channels.objects.create(user_id=hugo.id, by_mail=True)
    return hugo


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mail server hangs up before it is given anything."""

    def refuse(*_: object) -> bool:
        raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed by mail.example for agent2@osmose.fr")

    monkeypatch.setattr(EmailBackend, "open", refuse)


def waiting() -> Mail:
    return Mail.objects.get()


def try_again(after: timedelta) -> None:
    send_waiting(clock.now() + after)


def test_it_says_that_something_waits_and_nothing_else(claire: Character, hugo: Character, pec: Encounter) -> None:
    event = worry(claire, pec, "A une arme")
    run(event)
    send_mail(mail_id=str(waiting().pk))
    (sent,) = mail.outbox
    assert sent.to == [hugo.email]
    assert sent.subject == "Osmose\u202f: un nouvel événement vous attend"
    for word in (
        "ABELLANOSA",
        "Rachid",
        "arme",
        "réoccupant",
        "SAU",
        str(pec.pk),
        str(event.uid),
        hugo.user.family_name,
    ):
        assert word not in f"{sent.subject} {sent.body}"
    assert waiting().sent_at is not None
    send_mail(mail_id=str(waiting().pk))
    assert len(mail.outbox) == 1


def test_only_who_asked_for_it_for_alerts_and_not_off_duty(
    claire: Character, hugo: Character, ines: Character, pec: Encounter, hospitals: Hospitals
) -> None:
    send(claire, pec, hospitals.sau)
    run(last(pec, "handover.note_signed"))
    assert not Mail.objects.exists(), "the inbox is enough"
    has_left(hugo)
    run(worry(claire, pec))
    assert not Mail.objects.exists()


def test_one_message_a_quarter_of_an_hour(claire: Character, hugo: Character, hospitals: Hospitals) -> None:
    for _ in range(5):
        run(worry(claire, pecs.encounter(unit=hospitals.sau)))
    assert Mail.objects.count() == 1


def test_what_was_read_meanwhile_is_not_sent(claire: Character, hugo: Character, pec: Encounter) -> None:
    run(worry(claire, pec))
    hugo.client().post("/notifications/tout-lu/", {"until": str(10**19 - 1)})
    send_mail(mail_id=str(waiting().pk))
    assert not mail.outbox


@pytest.mark.usefixtures("broken")
def test_a_server_that_is_down_is_tried_again_then_shown_to_the_administrator(
    claire: Character, hugo: Character, paul: Character, pec: Encounter, caplog: pytest.LogCaptureFixture
) -> None:
    run(worry(claire, pec))
    send_mail(mail_id=str(waiting().pk))
    assert (waiting().attempts, waiting().given_up_at) == (1, None)
    assert "1</b> à réessayer" in paul.client().get("/notifications/envois/").content.decode()
    try_again(timedelta(seconds=30))
    assert waiting().attempts == 1, "not before its minute"
    for after in (2, 10, 30, 60, 120):
        try_again(timedelta(minutes=after))
    row = waiting()
    assert row.attempts == mails.MOST_ATTEMPTS
    assert row.given_up_at is not None
    assert row.problem == "SMTPServerDisconnected"
    page = paul.client().get("/notifications/envois/").content.decode()
    assert "n’a pas pu partir" in page
    assert hugo.email not in page + caplog.text


def test_the_minute_tries_again_by_itself(claire: Character, hugo: Character, pec: Encounter) -> None:
    run(worry(claire, pec))
    retry_mails(timestamp=0)
    assert len(mail.outbox) == 1


def test_the_same_message_has_the_same_number_however_often_it_is_handed_over(
    claire: Character, hugo: Character, pec: Encounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(worry(claire, pec))
    handed: list[str] = []

    def full(_self: EmailBackend, messages: list[mail.EmailMessage]) -> int:
        handed.extend(str(message.message()["Message-ID"]) for message in messages)
        raise smtplib.SMTPDataError(452, b"4.2.2 Mailbox of agent2@osmose.fr is full")

    monkeypatch.setattr(EmailBackend, "send_messages", full)
    send_mail(mail_id=str(waiting().pk))
    assert (waiting().attempts, waiting().sending_at, waiting().given_up_at) == (1, None, None), "surely not taken"
    try_again(timedelta(minutes=2))
    assert len(handed) == 2
    assert len(set(handed)) == 1
    assert handed[0].startswith(f"<{waiting().pk}@")


def test_a_message_whose_answer_is_lost_may_have_left_and_is_not_sent_again(
    claire: Character, hugo: Character, paul: Character, pec: Encounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(worry(claire, pec))
    real = EmailBackend.send_messages

    def cut(self: EmailBackend, messages: list[mail.EmailMessage]) -> int:
        real(self, messages)
        raise TimeoutError("timed out")

    monkeypatch.setattr(EmailBackend, "send_messages", cut)
    send_mail(mail_id=str(waiting().pk))
    try_again(timedelta(hours=2))
    assert len(mail.outbox) == 1
    assert waiting().problem == "TimeoutError"
    page = paul.client().get("/notifications/envois/").content.decode()
    assert "1</b> sans réponse du serveur" in page
    assert "0</b> abandonnés" in page
    assert "0</b> à réessayer" in page


def test_a_server_that_says_goodbye_badly_has_taken_the_message(
    claire: Character, hugo: Character, pec: Encounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(worry(claire, pec))

    def hang_up(_self: EmailBackend) -> None:
        raise smtplib.SMTPServerDisconnected("please run connect() first")

    monkeypatch.setattr(EmailBackend, "close", hang_up)
    send_mail(mail_id=str(waiting().pk))
    assert waiting().sent_at is not None


@pytest.mark.usefixtures("broken")
def test_a_server_that_is_down_is_asked_once_a_minute(
    claire: Character, hugo: Character, ines: Character, pec: Encounter
) -> None:
    with acting():
        Channels.objects.create(user_id=ines.id, by_mail=True)
    run(worry(claire, pec))
    assert Mail.objects.count() == 2
    try_again(timedelta(0))
    assert sorted(Mail.objects.values_list("attempts", flat=True)) == [0, 1]


def test_a_nurse_sees_no_administration_of_messages(claire: Character) -> None:
    assert claire.client().get("/notifications/envois/").status_code == 404
