"""Words that are never lost: server killed, session ended, another workstation, two tabs; and the fast ways in."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session

from osmose.encounters.models import Encounter
from osmose.handover.models import HandoverNote
from osmose.kernel.drafts.models import Draft
from tests.factories.encounters import encounter
from tests.journeys.people import Journey, Person

pytestmark = pytest.mark.django_db(transaction=True)
NOTE = "#form-note textarea"
STORED = (
    "async () => localStorage.length + sessionStorage.length + (await indexedDB.databases()).length"
    " + (await caches.keys()).length"
)


@pytest.fixture
def pec(journey: Journey) -> Encounter:
    sau = journey.hospitals.sau
    return encounter(unit=sau, birth_name="ABELLANOSA", first_name="RACHID", motif="Idées délirantes")


class Server:
    """A server of its own process on the database of this test, to be killed."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.address = f"http://localhost:{self.port}"
        self.process: Any = None

    def starts(self) -> None:
        command = [sys.executable, "-m", "osmose.project", "manage", "runserver", "--noreload", "--insecure"]
        self.process = subprocess.Popen(
            [*command, str(self.port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        wait_until(self._answers, 60)

    def is_killed(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def _answers(self) -> bool:
        with socket.socket() as found:
            return found.connect_ex(("127.0.0.1", self.port)) == 0


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.is_killed()


def wait_until(is_so: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


def kept() -> list[str]:
    return [str(draft.body) for draft in Draft.objects.filter(body__isnull=False).order_by("saved_at")]


def says(person: Person, words: str, *, seconds: int = 20) -> None:
    """Waits until the composer says it."""
    state = person.page.locator("[data-draft-state]", has_text=words).first
    state.wait_for(timeout=seconds * 1000)


def test_killed_between_keystroke_and_saving_the_server_loses_no_word(
    journey: Journey, pec: Encounter, server: Server
) -> None:
    claire = journey.claire.expects(404, 500, 502, 503)  # nor is anything pushed by that server
    claire.context.add_cookies([c | {"domain": "localhost"} for c in claire.context.cookies()])
    server.starts()
    claire.address = server.address
    claire.opens(f"/pec/{pec.pk}/")
    claire.page.fill(NOTE, "Il entend des voix depuis hier")
    server.is_killed()
    says(claire, "Non enregistré")
    claire.page.locator(NOTE).press_sequentially(", accepte l’entretien")
    says(claire, "le serveur ne répond pas")
    assert kept() == []
    assert claire.page.evaluate(STORED) == 0
    server.starts()
    says(claire, "Brouillon enregistré")
    assert kept() == ["Il entend des voix depuis hier, accepte l’entretien"]
    claire.faults.clear()  # what a browser says of a server that is gone

    # Another workstation, the next minute.
    elsewhere = journey.person("claire").opens(f"/pec/{pec.pk}/")
    says(elsewhere, "repris")
    assert elsewhere.page.input_value(NOTE) == "Il entend des voix depuis hier, accepte l’entretien"


def test_signed_after_the_session_ended_and_a_new_login(journey: Journey, pec: Encounter) -> None:
    claire = journey.claire.expects(401, 403)
    claire.opens(f"/pec/{pec.pk}/")
    claire.page.fill(NOTE, "Il se calme")
    says(claire, "Brouillon enregistré")
    Session.objects.all().delete()
    claire.page.fill(NOTE, "Il se calme, mange un peu")
    says(claire, "reconnectez-vous")
    claire.page.get_by_role("button", name="Signer la transmission").click()
    claire.sees("Votre session a pris fin.")
    assert claire.page.input_value(NOTE) == "Il se calme, mange un peu"

    # Somebody else logs in on the same workstation: these words are not theirs to sign, nor to save.
    _logs_in(claire, journey.ines.character.email)
    claire.sees("Quelqu’un d’autre s’est connecté")
    assert kept() == ["Il se calme"]
    Session.objects.all().delete()
    _logs_in(claire, claire.character.email)
    says(claire, "Brouillon enregistré")
    assert kept() == ["Il se calme, mange un peu"]
    claire.does_not_see("Quelqu’un d’autre s’est connecté")
    claire.page.get_by_role("button", name="Signer la transmission").click()
    claire.page.locator("#fil .note", has_text="Il se calme, mange un peu").wait_for()
    note = HandoverNote.objects.get()
    assert (str(note.text), note.author_id) == ("Il se calme, mange un peu", claire.character.id)
    assert kept() == []


def _logs_in(person: Person, email: str) -> None:
    """In another tab of the same browser."""
    tab = person.context.new_page()
    tab.goto(f"{person.address}/login")
    tab.fill("input[name=login]", email)
    tab.fill("input[name=password]", "osmose")
    tab.locator("main button[type=submit], form button[type=submit]").first.click()
    tab.wait_for_url("**/pec/**")
    tab.close()
    person.page.evaluate("dispatchEvent(new Event('focus'))")


def test_two_tabs_a_note_from_the_board_and_a_word_on_a_click(journey: Journey, pec: Encounter) -> None:
    claire = journey.claire
    claire.opens(f"/pec/{pec.pk}/")
    claire.page.fill(NOTE, "Il dit")
    says(claire, "Brouillon enregistré")
    second = claire.context.new_page()
    second.goto(f"{journey.address}/pec/{pec.pk}/")
    assert second.input_value(NOTE) == "Il dit"
    second.fill(NOTE, "Il dit qu’il rentre")
    second.locator("[data-draft-state]", has_text="Brouillon enregistré").wait_for()
    second.close()
    claire.page.fill(NOTE, "Il dit que ça va")
    says(claire, "à part de celui d’un autre onglet")
    assert sorted(kept()) == ["Il dit que ça va", "Il dit qu’il rentre"]
    claire.opens(f"/pec/{pec.pk}/").sees("Autre brouillon").is_accessible()

    # From the board: one click, the words, Ctrl+Enter.
    claire.opens("/pec/")
    claire.page.locator(f"#pec-{pec.pk} .row-write").click()
    claire.sees("ABELLANOSA Rachid")
    claire.page.get_by_role("textbox", name="Transmission").fill("Refuse le repas")
    claire.is_accessible()
    claire.presses("Control+Enter").sees("Transmission signée")
    claire.page.locator(f"#pec-{pec.pk}", has_text="Refuse le repas").wait_for()

    # A click, and a word on it.
    claire.opens(f"/pec/{pec.pk}/")
    claire.page.get_by_role("button", name="Demandé", exact=True).first.click()
    claire.page.locator(".toast summary", has_text="Commenter").click()
    claire.page.wait_for_selector(".toast input:focus")
    claire.page.keyboard.type("À la demande du Dr Roux")
    claire.presses("Enter")
    claire.page.locator("#fil .entry-comment", has_text="À la demande du Dr Roux").wait_for()
    claire.is_accessible()

    claire.page.locator("summary.person:not(.status)").click()
    claire.clicks("link", "Mes brouillons").sees("Il dit que ça va", "Il dit qu’il rentre").is_shown("brouillons")
    claire.page.get_by_role("link", name="Reprendre").last.click()
    claire.page.wait_for_url("**brouillon=**")
    assert claire.page.input_value(NOTE) == "Il dit qu’il rentre"
