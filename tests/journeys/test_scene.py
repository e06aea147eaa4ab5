"""The scene that Osmose was thought of for, in three browsers: a crisis interview, a fourth visit, and no phone call.

Polls are an hour apart: what each one sees of the others was pushed, and no page is loaded again.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest

from osmose.encounters.events import ConcernChanged, RequestChanged, UnitInvited
from osmose.encounters.models import Encounter, PhoneCall
from osmose.handover.events import NoteSigned
from osmose.kernel.audit.models import AccessEntry, Verb
from osmose.kernel.events.models import Event
from osmose.notifications.events import AlertAnswered
from osmose.notifications.models import Notification
from osmose.patients.rules import Sex
from osmose.workspace.board import drawing
from tests.cast import Character, Hospitals
from tests.encounters.clicks import last
from tests.factories.encounters import encounter, request
from tests.journeys.people import Journey, Person
from tests.journeys.test_live import at_board, is_live, live, row
from tests.journeys.test_patient_page import button, pressed
from tests.journeys.visits import CONCLUSION, MEANWHILE, TO_DO, VALID, fourth_visit, three_visits
from tests.notifications.telling import is_there, run, send

pytestmark = pytest.mark.django_db(transaction=True)
SOON = 20_000  # milliseconds: far less than a poll
SEEN = re.compile("Vu, j’arrive vers")


@pytest.fixture(autouse=True)
def rare_polls(settings: Any) -> None:
    settings.POLL_SECONDS = 3600
    drawing.cache.clear()


@pytest.fixture
def rachid(journey: Journey, hospitals: Hospitals) -> Encounter:
    """Whom psychiatry is about to see; and everybody at work, Dr Roux with the mobile team tonight."""
    pec = encounter(
        unit=hospitals.sau,
        birth_name="ABELLANOSA",
        first_name="RACHID",
        used_name="",
        birth_first_names="RACHID",
        sex=Sex.MALE,
        birth_date=date(1979, 3, 2),
        standing=VALID,
        motif="Crise suicidaire",
        box=hospitals.place("BOX-3"),
    )
    request(pec, "psychiatry", unit=hospitals.emp)
    roux = Character(hospitals.users["agent10"])
    roux.joins(hospitals.emp)
    for name, unit in (("ines", hospitals.sau), ("samia", hospitals.sau), ("martin", hospitals.emp)):
        is_there(getattr(journey, name).character, unit)
    is_there(roux, hospitals.emp)
    return pec


def test_a_crisis_interview_a_fourth_visit_and_nobody_phones(
    journey: Journey, hospitals: Hospitals, rachid: Encounter
) -> None:
    aline = three_visits(hospitals)
    martin, ines = live(journey.martin, f"/pec/{rachid.pk}/"), at_board(journey.ines)
    with never_reloaded(martin):
        with never_reloaded(ines):
            a_crisis_interview_begins(martin, ines)
            pec = fourth_visit(hospitals, aline)
            row(ines.page, pec).wait_for(timeout=SOON)
        known_in_one_click(ines, pec)
        samia = live(journey.samia, f"/pec/{pec.pk}/")
        with never_reloaded(ines):
            she_grows_restless(ines, martin, pec)
        at_board(ines)
        with never_reloaded(ines), never_reloaded(samia):
            one_silent_line(martin, journey.claire.character, rachid)
            answered_in_one_click(martin, ines, samia, pec)
        the_interview_ends(martin, rachid)
    martin.clicks("link", "Voir le bilan").is_at("/notifications/").sees("PERALTOU Aline", "ABELLANOSA Rachid")
    martin.is_shown("scene-bilan")
    nobody_phoned(journey, pec)


@contextmanager
def never_reloaded(person: Person) -> Iterator[None]:
    """The page that is open stays the same to the end of the block."""
    person.page.evaluate("() => { window.isTheSame = true }")
    yield
    assert person.page.evaluate("() => window.isTheSame === true")


def a_crisis_interview_begins(martin: Person, ines: Person) -> None:
    """One click: his bell is silent, and the emergency ward reads until about when."""
    martin.clicks("button", "Je commence un entretien de crise")
    martin.page.locator("#rail-notifications[data-quiet]").wait_for(timeout=SOON)
    martin.page.locator("#top-presence summary", has_text="Entretien de crise").wait_for(timeout=SOON)
    said = ines.page.locator("#team-strip .status-person", has_text="Entretien de crise")
    said.get_by_text("IDE Martin Diaz").wait_for(timeout=SOON)
    assert re.search(r"jusqu’à ~\d\d:\d\d", said.text_content())
    martin.is_shown("scene-entretien")
    ines.is_shown("scene-bandeau")


def known_in_one_click(ines: Person, pec: Encounter) -> None:
    """History, standing instruction and what to do meanwhile; psychiatry is asked, and its bell stays silent."""
    row(ines.page, pec).locator("a.row-name").click()
    ines.is_at(f"/pec/{pec.pk}/").sees("4 passages", CONCLUSION, TO_DO, MEANWHILE)
    assert ines.page.locator("#passages-body .passage").count() == 4
    is_live(ines.page)
    ines.is_shown("scene-quatrieme-passage")
    ines.clicks("button", "Demandée\u202f: Équipe mobile")
    pressed(ines, "PEC psy", "Demandée")


def she_grows_restless(ines: Person, martin: Person, pec: Encounter) -> None:
    """Préoccupante: the author learns at once that he is in a crisis interview, and who was told instead."""
    run(last(pec, RequestChanged.name))
    assert Notification.objects.filter(user=martin.character.id, subject_id=pec.pk).exists()
    is_silent(martin)
    button(ines, "Préoccupant", "Violence").click()
    pressed(ines, "Préoccupant", "Violence")
    run(last(pec, ConcernChanged.name))
    away = ines.page.locator(".notice-toast", has_text="IDE Martin Diaz est en entretien de crise")
    away.get_by_text("transmis à Dr Lucie Roux").wait_for(timeout=SOON)


def is_silent(martin: Person) -> None:
    """Neither an alert nor a line, now nor in a moment."""
    martin.page.wait_for_timeout(600)
    assert martin.page.locator(".notice-toast, .notice-line").count() == 0


def one_silent_line(martin: Person, claire: Character, rachid: Encounter) -> None:
    """And one only, even when somebody else writes to him urgently."""
    line = martin.page.locator(".notice-line")
    line.get_by_text("PERALTOU").wait_for(timeout=SOON)
    send(claire, rachid, martin.character, is_urgent=True)
    run(last(rachid, NoteSigned.name))
    martin.page.wait_for_timeout(600)
    assert line.count() == 1
    assert martin.page.locator(".notice-toast").count() == 0
    martin.is_shown("scene-ligne")


def answered_in_one_click(martin: Person, ines: Person, samia: Person, pec: Encounter) -> None:
    """Everybody reads that he comes, and about when: on the row, on the line of psychiatry, in the timeline."""
    answer = martin.page.locator(".notice-line").get_by_role("button", name=SEEN)
    hour = answer.get_attribute("value")
    answer.click()
    martin.page.locator(".notice-line").wait_for(state="detached", timeout=SOON)
    coming = f"IDE Diaz arrive vers {hour}"
    row(ines.page, pec).locator(".row-psy .psy-coming", has_text=re.compile(rf"IDE Diaz.*vers {hour}")).wait_for(
        timeout=SOON
    )
    samia.page.locator("#line-request-psychiatry .badge", has_text=coming).wait_for(timeout=SOON)
    told = samia.page.locator("#fil .entry", has_text=f"Vu, j’arrive vers {hour}")
    told.get_by_text("IDE Martin Diaz").first.wait_for(timeout=SOON)
    ines.is_shown("scene-reponse")
    run(last(pec, AlertAnswered.name))
    ines.page.locator(".notice-toast", has_text="Réponse à votre alerte").wait_for(timeout=SOON)


def the_interview_ends(martin: Person, rachid: Encounter) -> None:
    """What had waited is summed up, in one line."""
    mine = martin.page.locator("li.interview", has_text="Martin Diaz")
    mine.locator("summary", has_text="Terminer").click()
    mine.get_by_label(re.compile("Conclusion")).fill("Alliance possible, revu demain au CMP.")
    mine.get_by_role("button", name="Terminer l’entretien").click()
    martin.page.get_by_text("Pendant votre entretien de crise").wait_for(timeout=SOON)
    martin.page.locator("#top-presence summary", has_text="Disponible").wait_for(timeout=SOON)
    assert martin.page.locator("#rail-notifications[data-quiet]").count() == 0


def nobody_phoned(journey: Journey, pec: Encounter) -> None:
    """No call was noted; who said what, and who read what, is written."""
    ines, martin, samia = (getattr(journey, name).character.id for name in ("ines", "martin", "samia"))
    assert not PhoneCall.objects.exists()
    told = Event.objects.filter(subject_id=pec.pk).order_by("id").values_list("kind", "actor_id")
    assert [one for one in told if one[1] in (ines, martin, samia)] == [
        (RequestChanged.name, ines),
        (UnitInvited.name, ines),
        (ConcernChanged.name, ines),
        (AlertAnswered.name, martin),
    ]
    journal = AccessEntry.objects.filter(subjects__contains=[pec.pk])
    verbs = {(one.actor_id, one.verb) for one in journal}
    assert {(ines, Verb.LIST), (ines, Verb.READ), (ines, Verb.CHANGE), (samia, Verb.READ)} <= verbs
    # What named the patient to him: the silent line, then the summary; and his answer.
    assert {(martin, Verb.LIST), (martin, Verb.CREATE)} <= verbs
    assert (martin, Verb.READ) not in verbs, "he answered without leaving his patient"
