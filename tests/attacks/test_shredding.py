"""A destroyed key, an altered row, a moved one: that patient is unreadable everywhere, and nobody else is."""

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta

import psycopg
import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse

from osmose.encounters import actions
from osmose.encounters.lifecycle.tracking import Triage
from osmose.encounters.models import Encounter
from osmose.handover.actions import add_to_note, give_treatment, move_click, note_effect, save_draft, sign_note
from osmose.handover.models import AdditionKind, HandoverNote, TreatmentGiven
from osmose.handover.operations.treatments import Given
from osmose.handover.rules import Recipient, Written
from osmose.kernel.base import clock, french
from osmose.kernel.crypto import keys
from osmose.kernel.crypto.errors import KeyDestroyed
from osmose.kernel.crypto.fields import EncryptedDate, EncryptedJSON, EncryptedText
from tests.attacks.dump import words_of
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click, last, note
from tests.factories import encounters as pecs
from tests.factories.instructions import an_instruction, today
from tests.factories.patients import a_patient, ipp
from tests.strict import StrictClient

pytestmark = pytest.mark.django_db(transaction=True)
MARK = "Dossier illisible"
STORY = {
    "birth_name": "DECHIQUETTE", "used_name": "PULVERISE", "first_name": "ANSELME", "motif": "Hématurie macroscopique",
    "former": "Lombalgie inflammatoire", "note": "Réveillé par la douleur", "beside": "Uroscanner injecté",
    "draft": "Rappeler sa cousine", "added": "Soulagé par le paracétamol", "number": "90123456",
    "instruction": "Appeler la pneumologue", "end": "Contresens",
    "drug": "Halopéridol décanoate", "effect": "Somnolente",
    "focus": "Contractions abdominales", "third": "Compagne redoutant son mutisme", "action": "Bouillotte apportée",
}  # fmt: skip
WORDS = {word for text in STORY.values() for word in words_of(text) if len(word) > 5} | {"90123456", "14/07/1988"}


@pytest.fixture
def browser(claire: Character) -> Iterator[Client]:
    client = StrictClient()
    client.force_login(claire.user)
    return client


@pytest.fixture
def neighbour(hospitals: Hospitals) -> Encounter:
    return pecs.encounter(unit=hospitals.sau, birth_name="VOISINE", first_name="LISIBLE", motif="Vertiges rotatoires")


@pytest.fixture
def pec(claire: Character, hugo: Character, hospitals: Hospitals, neighbour: Encounter) -> Encounter:
    """A patient of whom there is something everywhere: state, history, events, note, draft, number."""
    patient = a_patient(
        hospitals.perpignan,
        birth_name=STORY["birth_name"],
        used_name=STORY["used_name"],
        first_name=STORY["first_name"],
        identifiers=[ipp(STORY["number"])],
    )
    made = pecs.encounter(unit=hospitals.sau, patient=patient, motif=STORY["former"], now=clock.now())
    click(actions.set_motif, claire, made, motif=STORY["motif"])
    ask(hugo, made, "imaging")
    click(actions.note_request, hugo, made, kind="imaging", text=STORY["beside"])
    click(sign_note, claire, made, text=STORY["note"])
    signed = HandoverNote.objects.get(encounter=made)
    click(add_to_note, hugo, made, note_id=signed.pk, kind=AdditionKind.ADDENDUM, text=STORY["added"], at=None)
    note(claire, made, "triage", Triage.TWO)
    click(move_click, claire, made, event_uid=last(made).uid, right_id=None)
    told = Written(
        kind="focus", focus=STORY["focus"], parts={"action": STORY["action"]}, third_party=STORY["third"],
        to=(Recipient(unit_id=hospitals.sau.pk),),
    )  # fmt: skip
    click(sign_note, claire, made, written=told)
    click(save_draft, claire, made, text=STORY["draft"])
    click(give_treatment, claire, made, given=Given(drug=STORY["drug"], giver="Samu", is_sedation=True))
    treatment = TreatmentGiven.objects.get(encounter=made)
    click(note_effect, claire, made, treatment_id=treatment.pk, effect=STORY["effect"], at=None)
    an_instruction(claire, made, text=STORY["instruction"])
    ended = an_instruction(claire, made, text=STORY["instruction"])
    click(actions.end_instruction, claire, made, instruction_id=ended.pk, version=1, reason=STORY["end"])
    return made


def text_of(browser: Client, path: str, data: dict[str, str] | None = None) -> str:
    response = browser.get(path) if data is None else browser.post(path, data)
    assert response.status_code == 200, path
    return response.content.decode()


def pages_of(browser: Client, pec: Encounter) -> dict[str, str]:
    """Every screen that shows this patient."""
    return {
        "board": text_of(browser, "/pec/"),
        "rows": text_of(browser, "/pec/lignes/"),
        "page": text_of(browser, f"/pec/{pec.pk}/"),
        "live": text_of(browser, f"/pec/{pec.pk}/fil/"),
        "search": text_of(browser, reverse("arrival_search"), {"birth_date": "14/07/1988", "letters": "PULVERISE"}),
        "known": text_of(browser, reverse("arrival_known", args=[pec.patient_id])),
        "instructions": text_of(browser, f"/pec/{pec.pk}/consignes/"),
        "visits": text_of(browser, f"/pec/{pec.pk}/passages/"),
        "sheet": text_of(browser, f"/pec/{pec.pk}/impression/"),
        "handover": text_of(browser, reverse("handover_sheet", args=[pec.care_unit_id])),
        "paper": text_of(browser, reverse("handover_paper", args=[pec.care_unit_id])),
        "treatments": text_of(browser, reverse("pec_treatment", args=[pec.pk])),
    }


def sealed_rows(key_id: uuid.UUID) -> Iterator[tuple[models.Model, str]]:
    """Every encrypted value under a key, in every table that has some."""
    for model in apps.get_models():
        columns = [f for f in model._meta.get_fields() if isinstance(f, (EncryptedText, EncryptedDate, EncryptedJSON))]
        if columns and any(f.name in ("data_key", "data_key_id") for f in model._meta.get_fields()):
            for row in model._default_manager.filter(data_key_id=key_id):
                yield from ((row, column.attname) for column in columns if row.__dict__.get(column.attname) is not None)


def test_before_anything_everything_is_there(browser: Client, pec: Encounter) -> None:
    pages = pages_of(browser, pec)
    assert all(STORY["birth_name"] in pages[name] for name in ("board", "page", "search", "known"))
    assert all(STORY["instruction"] in pages[name] for name in ("page", "known", "instructions", "sheet"))
    assert all(STORY[word] in pages["page"] for word in ("note", "focus", "third", "action"))


def test_a_destroyed_key_leaves_nothing_of_the_patient_anywhere(
    browser: Client, pec: Encounter, neighbour: Encounter
) -> None:
    keys.destroy(pec.data_key_id, by=uuid.uuid4(), at=clock.now())
    held: dict[str, int] = {}
    for row, name in sealed_rows(pec.data_key_id):
        with pytest.raises(KeyDestroyed):
            getattr(row, name)
        held[row._meta.model_name or ""] = held.get(row._meta.model_name or "", 0) + 1
    assert {
        "patient", "patienthistory", "patientidentifier", "encounter", "encounterhistory", "servicerequest",
        "handovernote", "noterecipient", "noteaddition", "noteadditionhistory", "misfiling", "event", "draft",
        "standinginstruction", "standinginstructionhistory", "treatmentgiven", "treatmentgivenhistory",
    } <= set(held), held  # fmt: skip

    pages = pages_of(browser, pec)
    for name, page in pages.items():
        # What is typed in the search; on paper, the neighbour is born the same day.
        typed = {"search": {"14/07/1988", "PULVERISE"}, "paper": {"14/07/1988"}}.get(name, set())
        assert not [word for word in WORDS - typed if word in page or word in words_of(page)], name
    assert all(MARK in pages[name] for name in ("board", "page", "search", "known")), list(pages)
    assert "VOISINE" in pages["board"]
    assert "Vertiges rotatoires" in pages["board"]
    assert "Vertiges rotatoires" in text_of(browser, f"/pec/{neighbour.pk}/")


def test_a_destroyed_record_takes_no_more_writing(browser: Client, pec: Encounter) -> None:
    keys.destroy(pec.data_key_id, by=uuid.uuid4(), at=clock.now())
    before = Encounter.objects.filter(pk=pec.pk).values_list("version")[0]
    for path, data in (
        ("motif", {"motif": "Autre motif"}),
        ("transmissions", {"text": "Une note"}),
        ("demandes", {"wanted": "biology:asked"}),
        ("consignes/nouvelle/conduct", {"text": "Une consigne", "valid_from": "01/01/2026", "review_on": LATER}),
    ):
        response = browser.post(f"/pec/{pec.pk}/{path}/", data)
        assert response.status_code in (409, 422), path
        assert "illisible" in response.content.decode(), path
    assert Encounter.objects.filter(pk=pec.pk).values_list("version")[0] == before


LATER = french.numeric_date(today() + timedelta(days=90))
Damage = Callable[[psycopg.Connection, Encounter, Encounter], None]


def _sql(statement: str) -> Damage:
    def damage(owner: psycopg.Connection, pec: Encounter, neighbour: Encounter) -> None:
        with owner.transaction():
            owner.execute("SELECT set_config('osmose.actor', %s, true)", [str(uuid.uuid4())])
            done = owner.execute(
                statement,
                {
                    "pec": pec.pk, "patient": pec.patient_id, "key": pec.data_key_id,
                    "other": neighbour.pk, "other_patient": neighbour.patient_id, "other_key": neighbour.data_key_id,
                },
            )  # fmt: skip
            assert done.rowcount == 1
        keys.forget_all()

    return damage


IDENTITY = {
    "altered name": _sql(
        "UPDATE patients_patient SET birth_name = set_byte(birth_name, length(birth_name) - 1,"
        " get_byte(birth_name, length(birth_name) - 1) # 1) WHERE id = %(patient)s"
    ),
    "name of another column": _sql("UPDATE patients_patient SET birth_name = first_name WHERE id = %(patient)s"),
    "name of another row": _sql(
        "UPDATE patients_patient SET birth_name ="
        " (SELECT birth_name FROM patients_patient WHERE id = %(other_patient)s) WHERE id = %(patient)s"
    ),
    "key of another": _sql("UPDATE patients_patient SET data_key_id = %(other_key)s WHERE id = %(patient)s"),
    "key wrapped by nobody": _sql("UPDATE crypto_datakey SET wrapped = wrapped || '\\x00' WHERE id = %(key)s"),
    "key that was another's": _sql(
        "UPDATE crypto_datakey SET wrapped = (SELECT wrapped FROM crypto_datakey WHERE id = %(other_key)s)"
        " WHERE id = %(key)s"
    ),
}
MOTIF = {
    "altered motif": _sql("UPDATE encounters_encounter SET motif = motif || '\\x00' WHERE id = %(pec)s"),
    "motif of another row": _sql(
        "UPDATE encounters_encounter SET motif = (SELECT motif FROM encounters_encounter WHERE id = %(other)s)"
        " WHERE id = %(pec)s"
    ),
    "empty motif": _sql("UPDATE encounters_encounter SET motif = '\\x' WHERE id = %(pec)s"),
}


@pytest.mark.parametrize("damage", IDENTITY.values(), ids=IDENTITY.keys())
def test_a_damaged_identity_is_said_so_and_takes_no_list_down(
    browser: Client, pec: Encounter, neighbour: Encounter, owner_connection: psycopg.Connection, damage: Damage
) -> None:
    damage(owner_connection, pec, neighbour)
    pages = pages_of(browser, pec)
    for name in ("board", "page", "search", "known"):
        assert MARK in pages[name], name
        assert STORY["birth_name"] not in pages[name], name
    assert "VOISINE" in pages["board"]
    assert pages["board"].count("VOISINE") == text_of(browser, "/pec/lignes/").count("VOISINE") > 0
    assert "VOISINE" not in pages["page"], "what was moved here is not shown under another's name"


@pytest.mark.parametrize("damage", MOTIF.values(), ids=MOTIF.keys())
def test_a_damaged_motif_is_said_so_on_the_page_and_on_the_board(
    browser: Client, pec: Encounter, neighbour: Encounter, owner_connection: psycopg.Connection, damage: Damage
) -> None:
    damage(owner_connection, pec, neighbour)
    board, page = text_of(browser, "/pec/"), text_of(browser, f"/pec/{pec.pk}/")
    assert MARK in page
    assert STORY["birth_name"] in page
    assert "illisible" in board, "an empty motif would pass for one that nobody wrote"
    assert board.count(">Vertiges rotatoires<") == 1
    assert "Vertiges rotatoires" not in page


def test_a_damaged_note_and_event_are_said_so_in_the_timeline(
    browser: Client, pec: Encounter, neighbour: Encounter, owner_connection: psycopg.Connection
) -> None:
    owner_connection.execute("ALTER TABLE handover_handovernote DISABLE TRIGGER USER")
    owner_connection.execute("ALTER TABLE events_event DISABLE TRIGGER USER")
    try:
        for column, kind in (("text", "plain"), ("parts", "focus")):
            _sql(
                f"UPDATE handover_handovernote SET {column} = {column} || '\\x00'"
                f" WHERE encounter_id = %(pec)s AND kind = '{kind}'"
            )(owner_connection, pec, neighbour)
        _sql(
            "UPDATE events_event SET payload = payload || '\\x00'"
            " WHERE subject_id = %(pec)s AND kind = 'encounters.motif_changed'"
        )(owner_connection, pec, neighbour)
    finally:
        owner_connection.execute("ALTER TABLE handover_handovernote ENABLE TRIGGER USER")
        owner_connection.execute("ALTER TABLE events_event ENABLE TRIGGER USER")
    page = text_of(browser, f"/pec/{pec.pk}/")
    assert page.count("Transmission illisible") == 2
    assert "Entrée illisible" in page
    assert not [word for word in ("note", "focus", "action", "third") if STORY[word] in page]
    assert STORY["motif"] in page
