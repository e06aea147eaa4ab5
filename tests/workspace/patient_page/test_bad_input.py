"""What the patient page does with what it should not be given."""

import re
import threading
import uuid
from typing import Any

import pytest
from django.db import connections

from osmose.encounters.models import Encounter
from osmose.handover.models import HandoverNote
from osmose.kernel.audit.models import AccessEntry
from osmose.kernel.crypto import keys
from tests.cast import Character, Hospitals
from tests.factories.encounters import encounter, exited, request

SCRIPT = '<script>alert(1)</script><img src=x onerror=alert(1)>" onmouseover="alert(1)'
ODD = "Ré\u202eactif\u0000 😀 عربي\u2066 fin\u0007"
pytestmark = pytest.mark.django_db


@pytest.fixture
def pec(hospitals: Hospitals) -> Encounter:
    made = encounter(unit=hospitals.sau, birth_name="ABELLANOSA", first_name="RACHID", motif="Idées délirantes")
    request(made, "biology")
    return made


def post(who: Character, pec: Encounter, route: str, **fields: Any) -> Any:
    return who.client().post(f"/pec/{pec.pk}/{route}/", fields)


@pytest.mark.parametrize(
    ("route", "field", "others"),
    [
        ("motif", "motif", {"revision": 0}),
        ("demandes/note", "note", {"kind": "biology", "revision": 0}),
        ("transmissions", "text", {}),
    ],
)
def test_html_and_script_are_shown_as_they_were_typed(
    claire: Character, pec: Encounter, route: str, field: str, others: dict[str, Any]
) -> None:
    assert post(claire, pec, route, **{field: SCRIPT}, **others).status_code == 302
    page = claire.client().get(f"/pec/{pec.pk}/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert '" onmouseover="alert' not in page


@pytest.mark.parametrize(
    ("route", "field", "size", "sentence"),
    [
        ("motif", "motif", 100_000, "Le motif est trop long"),
        ("demandes/note", "note", 301, "La note est trop longue"),
        ("transmissions", "text", 20_001, "La transmission est trop longue"),
    ],
)
def test_what_is_too_long_is_refused_in_words_and_kept(
    claire: Character, pec: Encounter, route: str, field: str, size: int, sentence: str
) -> None:
    typed = "a" * size
    answer = post(claire, pec, route, **{field: typed, "kind": "biology"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    assert typed in page
    pec.refresh_from_db()
    assert pec.motif == "Idées délirantes"
    assert not HandoverNote.objects.exists()


@pytest.mark.parametrize(("route", "field"), [("motif", "motif"), ("transmissions", "text")])
def test_emoji_and_arabic_stay_control_and_direction_characters_go(
    claire: Character, pec: Encounter, route: str, field: str
) -> None:
    assert post(claire, pec, route, **{field: ODD}).status_code == 302
    pec.refresh_from_db()
    written = pec.motif if field == "motif" else HandoverNote.objects.get().text
    assert written == "Réactif 😀 عربي fin"


def test_an_empty_note_says_what_to_do(claire: Character, pec: Encounter) -> None:
    answer = post(claire, pec, "transmissions", text="  \u200b\u0000 ".replace("\u200b", ""))
    assert answer.status_code == 422
    assert "Écrivez la transmission avant de la signer." in answer.content.decode()


def test_a_stale_revision_shows_both_values_and_writes_nothing(
    claire: Character, hugo: Character, pec: Encounter
) -> None:
    assert post(hugo, pec, "motif", motif="Menace de fugue", revision=0).status_code == 302
    answer = post(claire, pec, "motif", motif="Rupture de soins", revision=0)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Rupture de soins" in page
    assert "Menace de fugue" in page
    pec.refresh_from_db()
    assert pec.motif == "Menace de fugue"


@pytest.mark.parametrize(
    ("route", "fields", "sentence"),
    [
        ("lieu", {"place": "ailleurs|"}, "Ce lieu n’existe pas"),
        ("lieu", {"place": "01890000-0000-7000-8000-000000000000|"}, "Ce lieu n’existe pas ou plus"),
        ("mode-arrivee", {"arrival_mode": "fusée"}, "Ce mode d’arrivée n’existe pas"),
        ("demandes", {"wanted": "inconnue:asked"}, "Ce type de demande n’existe pas"),
        ("demandes", {"wanted": "biology:perdu"}, "Cet état n’existe pas"),
        ("demandes", {"wanted": "biology:done:pas-une-équipe"}, "Cette équipe n’existe pas."),
        (
            "demandes",
            {"wanted": "psychiatry:done"},
            "impossible de passer de «\u202fNon demandée\u202f» à «\u202fTerminée\u202f»",
        ),
        ("demandes", {"wanted": "psychiatry:asked"}, "choisissez l’équipe"),
        ("sortie", {"exit_mode": "42"}, "Ce mode de sortie n’existe pas."),
        ("annuler", {"event": "hier"}, "Cette action n’existe plus."),
        ("cloture", {}, "Enregistrez d’abord la sortie"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    claire: Character, pec: Encounter, route: str, fields: dict[str, str], sentence: str
) -> None:
    answer = post(claire, pec, route, **fields)
    assert answer.status_code in (409, 422)
    assert sentence in answer.content.decode()


def test_an_unknown_pec_and_another_hospitals_look_the_same_and_are_journaled(zoe: Character, pec: Encounter) -> None:
    unknown, theirs = (zoe.client().get(f"/pec/{i}/") for i in (uuid.uuid4(), pec.pk))
    assert unknown.status_code == theirs.status_code == 404
    assert "n’existe pas ou ne concerne pas vos unités" in theirs.content.decode()
    said, other = (re.sub(r'(content|value)="[^"]{20,}"', "", page.content.decode()) for page in (unknown, theirs))
    assert said == other
    refused = AccessEntry.objects.filter(actor_id=zoe.id, outcome="refused", subjects__contains=[pec.pk])
    assert refused.count() == 1
    assert post(zoe, pec, "motif", motif="x").status_code == 404


def test_a_closed_pec_is_read_only_in_words(claire: Character, pec: Encounter) -> None:
    exited(pec)
    assert post(claire, pec, "cloture").status_code == 302
    for route, fields in [("motif", {"motif": "x"}), ("transmissions", {"text": "x"}), ("lieu", {"place": "|"})]:
        answer = post(claire, pec, route, **fields)
        assert answer.status_code == 409
        assert "lecture seule" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_identical_submissions_at_once_sign_one_note(claire: Character, pec: Encounter) -> None:
    token, answers = uuid.uuid4().hex, []

    def send() -> None:
        answers.append(post(claire, pec, "transmissions", text="Une seule fois", _token=token).status_code)
        connections.close_all()

    clients = [threading.Thread(target=send) for _ in range(4)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    assert answers == [302] * 4
    assert HandoverNote.objects.count() == 1


def test_the_same_token_with_another_body_is_refused_and_the_text_kept(claire: Character, pec: Encounter) -> None:
    token = uuid.uuid4().hex
    assert post(claire, pec, "transmissions", text="Premier", _token=token).status_code == 302
    answer = post(claire, pec, "transmissions", text="Second texte", _token=token)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Ce formulaire a déjà été envoyé avec un autre contenu" in page
    assert "Second texte" in page
    assert HandoverNote.objects.count() == 1


def test_a_destroyed_record_says_so_and_the_list_stands(
    claire: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    encounter(unit=hospitals.sau, birth_name="LARQUIER", first_name="CORALIE")
    keys.destroy(pec.data_key_id, by=claire.id, at=pec.arrived_at)
    page = claire.client().get(f"/pec/{pec.pk}/")
    assert page.status_code == 200
    assert "Dossier illisible" in page.content.decode()
    board = claire.client().get("/pec/").content.decode()
    assert "Dossier illisible" in board
    assert "LARQUIER Coralie" in board


def test_a_partner_sees_only_what_the_agreement_opens(martin: Character, hospitals: Hospitals, pec: Encounter) -> None:
    hospitals.agreement.categories = ["tracking", "requests"]
    hospitals.agreement.save(update_fields=["categories"])
    request(pec, "psychiatry", unit=hospitals.emp)
    for path in ("/pec/", f"/pec/{pec.pk}/"):
        page = martin.client().get(path).content.decode()
        assert "ABELLANOSA" not in page
        assert "Identité non partagée" in page
    assert "Signer la transmission" not in page


def test_a_draft_on_a_destroyed_record_is_refused_in_words(claire: Character, pec: Encounter) -> None:
    keys.destroy(pec.data_key_id, by=claire.id, at=pec.arrived_at)
    answer = post(claire, pec, "brouillon", text="Ce que j’écrivais")
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Dossier illisible" in page
    assert "Ce que j’écrivais" in page
