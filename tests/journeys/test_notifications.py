"""Told without noise: the alert on the screen, one click to the record, the one silent line and its answer."""

import os
from pathlib import Path

import pytest

from osmose.encounters.models import Encounter
from osmose.notifications.models import Notification
from tests.cast import Hospitals
from tests.encounters.clicks import ask
from tests.factories import encounters as pecs
from tests.journeys.people import Journey, Person
from tests.notifications.telling import has_left, is_in_crisis, is_there, run_all, send, worry

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = os.environ.get("OSMOSE_PICTURES", "")
_ASKS = "() => document.querySelectorAll('[data-counts]').forEach((one) => htmx.trigger(one, 'counts'))"


def looked_at(person: Person, name: str) -> None:
    """No fault of accessibility; a picture, for whoever asks for them."""
    person.is_accessible()
    if PICTURES:
        person.photographs(Path(PICTURES) / f"{name}.png", full=False)


def learns(person: Person, pec: Encounter) -> None:
    """The worker runs; the badge asks again, as the stream will have it do at once."""
    run_all(pec)
    person.page.evaluate(_ASKS)


@pytest.fixture
def rachid(journey: Journey, hospitals: Hospitals) -> Encounter:
    made = pecs.encounter(unit=hospitals.sau, birth_name="ABELLANOSA", first_name="Rachid", motif="Idées délirantes")
    ask(journey.claire.character, made, "psychiatry", unit=hospitals.emp)
    run_all(made)
    is_there(journey.claire.character, hospitals.sau)
    return made


def test_an_alert_shows_and_one_click_opens_the_record(
    journey: Journey, rachid: Encounter, hospitals: Hospitals
) -> None:
    is_there(journey.hugo.character, hospitals.sau)
    hugo = journey.hugo.opens("/pec/")
    hugo.page.locator("#rail-notifications").wait_for(state="attached")
    worry(journey.claire.character, rachid)
    learns(hugo, rachid)
    hugo.page.locator(".notice-toast", has_text="Patient préoccupant").wait_for()
    hugo.sees("ABELLANOSA")
    looked_at(hugo, "notifications-alerte")
    hugo.page.locator(".notice-toast").get_by_role("button", name="Ouvrir").click()
    hugo.is_at(f"/pec/{rachid.pk}/")
    hugo.page.locator("#rail-notifications[hidden]").wait_for(state="attached")


def test_the_inbox_is_one_line_a_patient_and_is_read_by_keyboard(
    journey: Journey, rachid: Encounter, hospitals: Hospitals
) -> None:
    is_there(journey.hugo.character, hospitals.sau)
    other = pecs.encounter(unit=hospitals.sau)
    for pec in (rachid, other):
        send(journey.claire.character, pec, journey.hugo.character, is_urgent=True)
        worry(journey.claire.character, pec)
        run_all(pec)
    hugo = journey.hugo.opens("/notifications/").sees("2 changements", "Tout marquer comme lu")
    looked_at(hugo, "notifications-boite")
    hugo.page.get_by_role("button", name="Lu").first.focus()
    hugo.presses("Enter")
    hugo.page.locator(".inbox-one[data-row]").nth(1).wait_for(state="detached")
    hugo.clicks("button", "Tout marquer comme lu").sees("Rien de nouveau.")
    assert not Notification.objects.filter(user=hugo.character.id, read_at=None).exists()
    hugo.opens("/notifications/reglages/").sees("Comment me prévenir")
    looked_at(hugo, "notifications-reglages")
    hugo.chooses("Lit obtenu", "Alerte discrète").clicks("button", "Enregistrer mes choix")
    hugo.sees("Réglages enregistrés.")


def test_in_a_crisis_interview_one_line_is_answered_in_one_click_and_everybody_sees_it(
    journey: Journey, rachid: Encounter, hospitals: Hospitals
) -> None:
    is_in_crisis(journey.martin.character, hospitals.emp, minutes=25)
    martin = journey.martin.opens("/pec/")
    martin.page.locator("#rail-notifications[data-quiet]").wait_for()
    worry(journey.claire.character, rachid)
    learns(martin, rachid)
    martin.page.locator(".notice-line", has_text="ABELLANOSA").wait_for()
    assert not martin.page.locator(".notice-toast").count(), "nothing else"
    looked_at(martin, "notifications-ligne")
    claire = journey.claire.opens(f"/pec/{rachid.pk}/")
    learns(claire, rachid)
    claire.page.locator(".notice-toast", has_text="est en entretien de crise").wait_for()
    looked_at(claire, "notifications-transmis")
    martin.page.get_by_role("button", name="Vu, j’arrive vers").click()
    martin.page.locator(".notice-line").wait_for(state="detached")
    claire.sees("Vu, j’arrive vers")
    learns(claire, rachid)
    claire.page.locator(".notice-toast", has_text="Réponse à votre alerte").wait_for()


@pytest.mark.parametrize("size", ["phone", "wide"])
def test_it_reads_on_a_phone_at_night_and_without_scripts(
    journey: Journey, rachid: Encounter, hospitals: Hospitals, size: str
) -> None:
    has_left(journey.hugo.character)
    worry(journey.claire.character, rachid)
    run_all(rachid)
    night = journey.person("hugo", size=size, theme="night").opens("/notifications/")
    night.sees("Vous n’êtes pas en service", "ABELLANOSA")
    looked_at(night, f"notifications-boite-{size}-nuit")
    bare = journey.person("hugo", size=size, scripts=False).opens("/notifications/")
    bare.clicks("button", "Ouvrir")
    bare.is_at(f"/pec/{rachid.pk}/")
