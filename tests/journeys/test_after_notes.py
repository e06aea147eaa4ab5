"""A note is sent, arrives, is read, answered and put right: two people, with the same number everywhere."""

import pytest

from osmose.encounters.models import Encounter
from osmose.handover.actions import sign_note
from osmose.handover.models import HandoverNote, Misfiling, NoteAddition, Receipt
from osmose.handover.rules import Recipient, Written
from tests.encounters.clicks import click
from tests.factories.encounters import encounter
from tests.journeys.people import Journey

pytestmark = pytest.mark.django_db(transaction=True)


def sent(journey: Journey, pec: Encounter, text: str, **more: object) -> HandoverNote:
    written = Written(text=text, to=(Recipient(unit_id=journey.hospitals.sau.pk),), **more)  # type: ignore[arg-type]
    click(sign_note, journey.claire.character, pec, written=written)
    return HandoverNote.objects.filter(encounter=pec).latest("id")


def test_a_note_is_read_answered_and_put_right(journey: Journey) -> None:
    sau = journey.hospitals.sau
    pec = encounter(unit=sau, birth_name="ABELLANOSA", first_name="RACHID", box=journey.hospitals.place("BOX-1"))
    right = encounter(unit=sau, birth_name="TARRIDEC", first_name="LUC")
    note = sent(journey, pec, "A refusé le repas", is_urgent=True)
    claire, ines = journey.claire, journey.ines

    # The same number in the menu, on the row, in the list.
    ines.opens("/pec/")
    ines.page.locator(f"#unread-{pec.pk}").wait_for()
    ines.page.locator("#rail-to_read", has_text="1").wait_for()
    ines.is_accessible().clicks("link", "À lire").sees("A refusé le repas", "Urgent").is_shown("a-lire")

    # Two seconds before somebody's eyes: it is read, and the author's open page says so while she types.
    claire.opens(f"/pec/{pec.pk}/").sees("Lue par 0 de")
    claire.page.locator("textarea[name=text]").first.fill("Je suis en train d’écrire")
    ines.clicks("link", "Ouvrir la prise en charge").sees("A refusé le repas").is_accessible()
    claire.sees("Lue par 1 de")
    assert claire.page.locator("textarea[name=text]").first.input_value() == "Je suis en train d’écrire"
    assert Receipt.objects.get().note_id == note.pk
    ines.page.locator("#rail-to_read").wait_for(state="hidden")
    claire.clicks("link", "Lue par 1 de").sees("IDE Inès Petit").is_accessible().presses("Escape")

    # A result, by somebody else, later.
    ines.clicks("link", "Compléter (transmission").sees("Ce que vous ajoutez").is_accessible()
    ines.chooses("Ce que vous ajoutez", "Résultat").types("Texte", "A mangé la moitié").clicks(
        "button", "Signer l’ajout"
    ).sees("Résultat ajouté à une")
    claire.sees("A mangé la moitié")
    assert NoteAddition.objects.get().text == "A mangé la moitié"

    # It was of somebody else: she puts it right, and who had read it is told.
    claire.clicks("link", "Corriger (transmission").sees("Erreur de dossier").is_shown("corriger").expects(422)
    claire.clicks("button", "Mettre dans le bon dossier").sees("Choisissez la prise en charge du bon patient")
    claire.page.get_by_label("Le bon patient").select_option(
        label=claire.page.locator("#misfiled-right option", has_text="TARRIDEC").first.inner_text()
    )
    claire.clicks("button", "Mettre dans le bon dossier").sees("Transmission retirée")
    assert Misfiling.objects.get().right_encounter_id == right.pk
    ines.sees("Transmission retirée").does_not_see("A refusé le repas")
    ines.opens("/a-lire/").sees("était d’un autre patient", "A refusé le repas").is_accessible()
    ines.clicks("button", "J’ai compris").clicks("button", "Lu :").sees("Vous avez tout lu.")
    journey.denis.opens("/erreurs-de-dossier/").is_shown("erreurs-de-dossier").clicks(
        "link", "Lire ce qui a été scellé"
    )
    journey.denis.sees("A refusé le repas").is_accessible()
