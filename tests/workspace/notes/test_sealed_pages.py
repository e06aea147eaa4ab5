"""What was sealed is read by those who control, one by one, and each reading is journaled."""

import html

import pytest

from osmose.encounters.models import Encounter
from osmose.handover.actions import move_note, sign_note
from osmose.handover.models import HandoverNote, Misfiling
from osmose.kernel.audit.models import AccessEntry, Verb
from tests.cast import Character, Hospitals
from tests.encounters.clicks import click
from tests.factories import encounters as pecs

pytestmark = pytest.mark.django_db
SECRET = "A tenté de se pendre hier"


@pytest.fixture
def wrong(claire: Character, hospitals: Hospitals) -> Encounter:
    made = pecs.encounter(unit=hospitals.sau)
    click(sign_note, claire, made, text=SECRET)
    right = pecs.encounter(unit=hospitals.sau)
    click(move_note, claire, made, note_id=HandoverNote.objects.get().pk, right_id=right.pk)
    return made


def test_the_officer_sees_which_errors_there_were_then_reads_one_and_is_journaled(
    denis: Character, wrong: Encounter
) -> None:
    client = denis.client()
    listed = html.unescape(client.get("/erreurs-de-dossier/").content.decode())
    assert "Reprise dans un autre dossier" in listed
    assert SECRET not in listed
    read = html.unescape(client.get(f"/erreurs-de-dossier/{Misfiling.objects.get().pk}/").content.decode())
    assert SECRET in read
    line = AccessEntry.objects.latest("id")
    assert (line.verb, line.subjects, line.persons) == (Verb.READ, [wrong.pk], [wrong.patient_id])


def test_nobody_else_reads_it_not_even_who_wrote_it(
    claire: Character, samia: Character, paul: Character, zoe: Character, wrong: Encounter
) -> None:
    for who in (claire, samia, paul, zoe):
        client = who.client()
        assert client.get(f"/erreurs-de-dossier/{Misfiling.objects.get().pk}/").status_code == 404
        answer = client.get("/erreurs-de-dossier/")
        assert SECRET not in answer.content.decode()
        assert "Lire ce qui a été scellé" not in html.unescape(answer.content.decode())
