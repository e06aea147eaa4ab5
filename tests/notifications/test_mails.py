"""E-mails without any personal datum; a server that is down is tried again, then shown to the administrator."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from osmose.encounters.models import Encounter
from osmose.kernel.base import clock
from osmose.kernel.db.context import declared_transaction
from osmose.kernel.tasks.actors import JOBS
from osmose.notifications.channels import post
from osmose.notifications.models import Channels, Mail
from osmose.notifications.operations import mails
from osmose.notifications.tasks import every_minute, send_mail
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
    """The mail server refuses."""

    def refuse(*_: object) -> int:
        raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed by mail.example for agent2@osmose.fr")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)


def waiting() -> Mail:
    return Mail.objects.get()


def try_again(after: timedelta) -> None:
    with declared_transaction(actor_id=JOBS):
        for pk in mails.due(clock.now() + after):
            mails.send(mail_id=pk, post=post, now=clock.now() + after)


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
    every_minute(timestamp=0)
    assert len(mail.outbox) == 1


def test_a_nurse_sees_no_administration_of_messages(claire: Character) -> None:
    assert claire.client().get("/notifications/envois/").status_code == 404
