"""After an evening and a walk through every screen, a thief of the database or of the logs reads nobody's story."""

import logging
import re
from collections.abc import Iterable
from datetime import date
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, models, transaction
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from osmose.accounts.models import User
from osmose.demo import evening, kinds, notes, people, presence, seed, treatments
from osmose.encounters.models import Encounter
from osmose.interop.hl7.inbox import Source
from osmose.kernel.access.policy import registry as policies
from osmose.kernel.actions.deeds import registry as deeds
from osmose.kernel.base import clock
from osmose.kernel.base.sensitivity import Sensitivity
from osmose.kernel.crypto.fields import EncryptedDate, EncryptedJSON, EncryptedText
from osmose.kernel.events.kinds import all_kinds
from osmose.kernel.events.models import Event
from osmose.kernel.web.doors import doors
from osmose.patients.models import Patient
from tests.attacks.dump import Dump, Secrets, read_all, words_of
from tests.cast import Character
from tests.interop.hl7.feed import STORY, take
from tests.strict import StrictClient

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
TYPED = {
    "birth_name": "ZEPHYRINOT",
    "first_name": "Gwendoline",
    "letters": "Quasimodier",
    "motif": "Hématémèse foudroyante",
    "text": "Prélèvement d’ascite sanguinolente, <script>alert('cholangite')</script>",
    "note": "Scintigraphie myocardique",
    "signs": "Cicatrice sterno-claviculaire, boiterie",
    "draft": "Brouillon sur une phlébothrombose",
}
_IDS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ROLES = ("agent1", "agent5", "agent7", "agent9", "agent10", "agent15", "manager-sau", "manager-psych", "admin", "dpo")


def reference_words() -> set[str]:
    """Words that are no secret: the hospitals as they are before any patient, and the names that the code gives."""
    with transaction.atomic():
        made = people.create(now=clock.now())
        kinds.create(made.establishments, made.units)
        notes.create(made.units)
        treatments.create_favourites(made.units)
        presence.create(made.units)
        with connection.cursor() as cursor:
            dump = read_all(cursor)
        transaction.set_rollback(True)
    assert get_resolver().url_patterns, "the doors are declared as the addresses are loaded"
    names = [
        *policies(),
        *deeds(),
        *doors(),
        *(d.route for d in doors().values()),
        *all_kinds(),
        *(m._meta.label for m in apps.get_models()),
    ]
    values = [
        str(value)
        for model in apps.get_models()
        for column in model._meta.get_fields()
        if isinstance(column, models.Field)
        for value in (column.name, *dict(getattr(column, "base_field", column).flatchoices))
    ]
    lifecycles = [
        "cloturee sortie active annulee medecin famille ambulance pompiers police gendarmerie transfert seul smur"
    ]
    return set(dump.words()).union(*(words_of(text) for text in (*names, *values, *lifecycles)))


def secrets_of_the_database(allowed: set[str]) -> Secrets:
    """All that is encrypted, read with the keys, and what was typed without being kept."""
    words: set[str] = set()
    figures: set[str] = set()
    for model in apps.get_models():
        columns = [f for f in model._meta.get_fields() if isinstance(f, (EncryptedText, EncryptedDate, EncryptedJSON))]
        for row in model._default_manager.all() if columns else ():
            for column in columns:
                if column.sensitivity is not Sensitivity.OPERATIONAL:
                    _learn(getattr(row, column.attname), column.sensitivity, words, figures)
    for typed in TYPED.values():
        _learn(typed, Sensitivity.CLINICAL, words, figures)
    for name in (TYPED["birth_name"], TYPED["first_name"], TYPED["letters"]):
        _learn(name, Sensitivity.IDENTIFYING, words, figures)
    return Secrets(frozenset(words - allowed), frozenset(figures))


def _learn(value: Any, sensitivity: Sensitivity, words: set[str], figures: set[str]) -> None:
    if isinstance(value, dict):
        for part in value.values():
            _learn(part, sensitivity, words, figures)
    elif isinstance(value, list):
        for part in value:
            _learn(part, sensitivity, words, figures)
    elif isinstance(value, date):
        figures |= {f"{value:%Y-%m-%d}", f"{value:%d/%m/%Y}", f"{value:%d.%m.%Y}", f"{value:%d%m%Y}", f"{value:%Y%m%d}"}
    elif isinstance(value, str):
        value = _IDS.sub(" ", value)
        shortest = 4 if sensitivity is Sensitivity.IDENTIFYING else 6
        words |= {word for word in words_of(value) if len(word) >= shortest}
        if sensitivity is Sensitivity.IDENTIFYING and value.isalnum() and sum(map(str.isdigit, value)) >= 8:
            figures.add(value)


def client_of(account: str) -> Client:
    client = StrictClient()
    client.force_login(User.objects.get(email=f"{account}@{people.DOMAIN}"))
    return client


def walk() -> int:
    """Every door that can be looked through, by every role, on a patient of theirs and on one of nobody's."""
    pages = 0
    encounters = list(Encounter.objects.order_by("arrived_at").values_list("pk", "patient_id"))
    for account in ROLES:
        client = client_of(account)
        for door in doors().values():
            for pec, patient in encounters[::5] if "<uuid" in door.route else encounters[:1]:
                try:
                    path = reverse(door.name, kwargs=_named(door.route, pec, patient))
                except NoReverseMatch:
                    continue
                if door.get is not None:
                    assert client.get(path).status_code in (200, 204, 302, 404)
                    pages += 1
    return pages


def _named(route: str, pec: object, patient: object) -> dict[str, object]:
    known = {"encounter_id": pec, "patient_id": patient}
    return {name: value for name, value in known.items() if f":{name}>" in route}


def click_everywhere() -> None:
    """What is typed on the screens, accepted or refused."""
    claire = client_of("agent1")
    actor = Character(User.objects.get(email=f"agent1@{people.DOMAIN}")).actor
    pec = (
        Encounter.objects.filter(care_unit_id__in=actor.unit_ids(), status="active", patient__is_unknown=False)
        .exclude(patient__birth_date=None)
        .select_related("patient")
        .latest("arrived_at")
    )
    born = pec.patient.birth_date
    assert born is not None
    here = f"/pec/{pec.pk}"
    search, day = reverse("arrival_search"), f"{born:%d/%m/%Y}"
    posts: list[tuple[str, dict[str, Any]]] = [
        (search, {"birth_date": day, "letters": pec.patient.birth_name}),
        (search, {"birth_date": day, "letters": TYPED["letters"]}),
        (search, {"number": pec.patient.identifiers.filter(kind="IPP")[0].value}),
        (search, {"letters": TYPED["letters"]}),
        (f"{here}/motif/", {"motif": TYPED["motif"], "_token": "a" * 32}),
        (f"{here}/motif/", {"motif": TYPED["motif"], "_token": "a" * 32}),
        (f"{here}/motif/", {"motif": TYPED["motif"] * 40}),
        (f"{here}/motif/?revision=0", {"motif": "Torsion testiculaire suspectée"}),
        (f"{here}/demandes/", {"wanted": "imaging:asked"}),
        (f"{here}/demandes/note/", {"kind": "imaging", "note": TYPED["note"]}),
        (f"{here}/brouillon/", {"text": TYPED["text"]}),
        (f"{here}/transmissions/", {"text": TYPED["text"]}),
        (f"{here}/brouillon/", {"text": TYPED["draft"]}),
        (reverse("arrival_unknown"), {"sex": "F", "signs": TYPED["signs"]}),
        (
            reverse("arrival_create"),
            {
                "birth_name": TYPED["birth_name"], "first_name": TYPED["first_name"], "birth_date": "14/02/1963",
                "sex": "F", "motif": TYPED["motif"], "arrival_mode": "seul",
            },
        ),
        (reverse("arrival_create"), {"birth_name": TYPED["letters"], "birth_date": "31/12/2999", "sex": "F"}),
    ]  # fmt: skip
    answers = [claire.post(path, data).status_code for path, data in posts]
    assert set(answers) <= {200, 204, 302, 409, 422}, answers
    assert Patient.objects.filter(is_unknown=True).count() >= 2
    assert [p for p in Patient.objects.all() if p.birth_name == TYPED["birth_name"]]
    told = {str(e.payload) for e in Event.objects.filter(subject_id=pec.pk)}
    assert any(TYPED["motif"] in payload for payload in told)
    assert any(TYPED["note"] in payload for payload in told)


def in_logs(secrets: Secrets, records: Iterable[logging.LogRecord]) -> list[str]:
    """The secrets met in messages, their arguments and tracebacks."""
    logs = Dump()
    shown = logging.Formatter()
    for record in records:
        logs.add(f"log of {record.name}", f"{shown.format(record)} {record.args!r}")
    return secrets.found(logs)


def test_nothing_of_a_patient_is_readable_without_the_keys(
    caplog: pytest.LogCaptureFixture, owner_connection: psycopg.Connection
) -> None:
    caplog.set_level(logging.DEBUG)
    allowed = reference_words()
    # The file's cases and one passage in six of the others: each word that is written is looked for in each row.
    told = enumerate(evening.scenes())
    seed.prepare(clock.now()).play([s for n, s in told if s.is_told or n % 6 == 0])
    for message in STORY:
        take(message, Source("gam"))
    click_everywhere()
    assert walk() > 150

    secrets = secrets_of_the_database(allowed)
    assert {"ESCALAIS", "MORVAN", "LARQUIER", "HEMATEMESE", "CLAVICULAIRE", "PHLEBOTHROMBOSE"} <= secrets.words
    assert len(secrets.words) > 700
    assert len(secrets.figures) > 150
    with owner_connection.cursor() as cursor:
        dump = read_all(cursor)
    places = {place.partition(".")[0] for place, _ in (*dump.texts, *dump.blobs)}
    assert {"encounters_encounterhistory", "actions_idempotencykey", "django_session", "drafts_draft"} <= places
    assert any(place.startswith("events_event_") for place in places), "partitions are read"
    assert dump.rows > 1500
    leaks = secrets.found(dump)
    assert leaks == [], leaks
    assert in_logs(secrets, caplog.records) == []
    _require_that_planted_ones_are_found(secrets, owner_connection, caplog)


def _require_that_planted_ones_are_found(
    secrets: Secrets, owner: psycopg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    """The thief's eyes are tried too: a name, a clinical word, a date and a number, each where it might slip."""
    born = next(p.birth_date for p in Patient.objects.all() if p.birth_date)
    number = max(secrets.figures, key=len)
    owner.execute("UPDATE organisations_location SET label = 'Box de Maëlys Escalais' WHERE code = 'BOX-1'")
    owner.execute("UPDATE organisations_location SET label = %s WHERE code = 'BOX-2'", [f"né le {born:%d/%m/%Y}"])
    owner.execute("UPDATE organisations_careunit SET shift_starts = '{}', name = %s WHERE code = 'PED'", [number])
    owner.execute("UPDATE actions_idempotencykey SET body_digest = 'une hématémèse'::text::bytea")
    owner.execute("UPDATE actions_idempotencykey SET door = 'pec/scintigraphie'")
    store = SessionStore()
    store["vu"] = ["larquier"]
    store.save()
    with owner.cursor() as cursor:
        met = {line.partition(": ")[0] for line in secrets.found(read_all(cursor, but="events_event"))}
    assert met == {
        "organisations_location.label", "organisations_careunit.name", "actions_idempotencykey.body_digest",
        "actions_idempotencykey.door", "django_session.decoded",
    }  # fmt: skip
    word = "Escalais"
    logging.getLogger("osmose.essai").info("vu %s", word)
    caught = in_logs(secrets, caplog.records)
    caplog.clear()
    assert caught == ["log of osmose.essai: ESCALAIS"]
