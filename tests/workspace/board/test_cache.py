"""Drawn once, shown while it is true, and gone with what it showed."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osmose.encounters import actions
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.models import Encounter
from osmose.kernel.base import clock
from osmose.kernel.crypto import keys
from osmose.organisations.models import SharingAgreement
from osmose.workspace.board import drawing
from osmose.workspace.board.cache import RowCache
from tests.cast import Character, Hospitals
from tests.encounters.clicks import click
from tests.factories.encounters import encounter, request
from tests.strict import StrictClient
from tests.workspace.board.reading import board

ONE, TWO = uuid.UUID(int=1), uuid.UUID(int=2)


def test_a_row_is_found_again_for_its_audience_and_no_other() -> None:
    cache = RowCache()
    cache.put(ONE, "v1", "ours", b"name")
    assert cache.get(ONE, "v1", "ours") == b"name"
    assert cache.get(ONE, "v1", "theirs") is None
    assert cache.get(TWO, "v1", "ours") is None


def test_another_state_drops_what_was_drawn_for_every_audience() -> None:
    cache = RowCache()
    cache.put(ONE, "v1", "ours", b"name")
    cache.put(ONE, "v1", "theirs", b"no name")
    assert cache.get(ONE, "v2", "ours") is None
    assert cache.get(ONE, "v1", "theirs") is None
    assert len(cache) == 0


def test_it_is_bounded_and_short_lived(monkeypatch: pytest.MonkeyPatch) -> None:
    cache = RowCache(size=2, variants=2, seconds=10)
    for number in range(3):
        cache.put(uuid.UUID(int=number), "v", "a", b"x")
    assert [cache.get(uuid.UUID(int=number), "v", "a") for number in range(3)] == [None, b"x", b"x"]
    for variant in range(3):
        cache.put(TWO, "v", variant, b"y")
    assert [cache.get(TWO, "v", variant) for variant in range(3)] == [None, b"y", b"y"]
    monkeypatch.setattr("time.monotonic", lambda: 10**9)
    assert cache.get(TWO, "v", 2) is None


def test_threads_share_it_without_mixing() -> None:
    cache, wrong = RowCache(size=8, variants=3), []

    def work(seed: int) -> None:
        for step in range(3000):
            pk, state, variant = uuid.UUID(int=(step * seed) % 16), step % 5, step % 4
            cache.put(pk, state, variant, f"{pk}{state}{variant}".encode())
            found = cache.get(pk, state, variant)
            if found not in (None, f"{pk}{state}{variant}".encode()):
                wrong.append(found)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in (1, 3, 7, 11)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(cache) <= 8


def drawn(client: StrictClient, query: str = "") -> int:
    """How many rows this answer had to load (one query) and draw."""
    with CaptureQueriesContext(connection) as captured:
        seen = board(client, query)
    loads = [q["sql"] for q in captured.captured_queries if "current_requests" in q["sql"]]
    assert len(loads) <= 1
    asked = loads[0].split('"encounters_encounter"."id" IN (')[-1].count("::uuid") if loads else 0
    return min(asked, len(seen.rows)) if loads else 0


@pytest.mark.django_db
def test_what_changed_is_drawn_again_and_nothing_else(
    browser: StrictClient, claire: Character, hospitals: Hospitals
) -> None:
    pecs = [encounter(unit=hospitals.sau) for _ in range(3)]
    board(browser)
    assert drawn(browser) == 0
    click(actions.set_motif, claire, pecs[1], motif="Fièvre au retour de voyage")
    assert drawn(browser) == 1
    assert "Fièvre au retour de voyage" in board(browser).words_of(pecs[1])
    assert drawn(browser) == 0


@pytest.mark.django_db
def test_a_change_of_reference_data_draws_everything_again(browser: StrictClient, hospitals: Hospitals) -> None:
    pec = encounter(unit=hospitals.sau, location=hospitals.place("SAS"))
    board(browser)
    place = hospitals.place("SAS")
    place.label = "Sas d’entrée"
    place.save(update_fields=["label"])
    assert "Sas d’entrée" in board(browser).row(pec)


@pytest.mark.django_db
def test_a_new_day_draws_ages_again(
    browser: StrictClient, hospitals: Hospitals, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    pec = encounter(unit=hospitals.sau, birth_date=clock.paris(now).date() - timedelta(days=60))
    assert "1 mois" in board(browser).words_of(pec)
    monkeypatch.setattr("osmose.kernel.web.guard.now", lambda: now + timedelta(days=60))
    assert "3 mois" in board(browser).words_of(pec)


@pytest.mark.django_db
def test_who_is_in_charge_is_told_under_today_s_name(
    browser: StrictClient, claire: Character, hugo: Character, hospitals: Hospitals
) -> None:
    pec = encounter(unit=hospitals.sau)
    click(actions.assign, claire, pec, role=Referent.PHYSICIAN, user_id=hugo.id, revision=None)
    assert "Dr Ferrer" in board(browser).words_of(pec)
    hugo.user.family_name = "Ferrer-Puig"
    hugo.user.save(update_fields=["family_name"])
    assert "Dr Ferrer-Puig" in board(browser).words_of(pec)


@pytest.mark.django_db
def test_a_partner_never_receives_what_was_drawn_for_the_owner(
    browser: StrictClient, at_thuir: StrictClient, hospitals: Hospitals
) -> None:
    SharingAgreement.objects.filter(pk=hospitals.agreement.pk).update(categories=["tracking"])
    pec = encounter(unit=hospitals.sau, birth_name="ABELLANOSA")
    request(pec, "psychiatry", unit=hospitals.emp)
    for first, second in ((browser, at_thuir), (at_thuir, browser)):
        drawing.cache.clear()
        board(first)
        board(second)
        assert "ABELLANOSA" in board(browser).words
        assert "ABELLANOSA" not in board(at_thuir).html


@pytest.mark.django_db
def test_an_access_that_ended_shows_nothing_of_what_is_kept(
    browser: StrictClient, claire: Character, hospitals: Hospitals
) -> None:
    pec = encounter(unit=hospitals.sau)
    assert pec in board(browser)
    claire.leaves(hospitals.sau)
    assert browser.get("/pec/").content.decode().count(str(pec.pk)) == 0


@pytest.mark.django_db(transaction=True)
def test_a_destroyed_key_takes_the_drawn_row_with_it(browser: StrictClient, hospitals: Hospitals) -> None:
    pec: Encounter = encounter(unit=hospitals.sau, birth_name="DECHIQUETTE", motif="Vertiges rotatoires")
    neighbour = encounter(unit=hospitals.sau, birth_name="VOISINE")
    assert "DECHIQUETTE" in board(browser).words
    keys.destroy(pec.data_key_id, by=uuid.uuid4(), at=clock.now())
    seen = board(browser)
    assert "Dossier illisible" in seen.words_of(pec)
    assert "DECHIQUETTE" not in seen.html
    assert "Vertiges" not in seen.html
    assert "VOISINE" in seen.words_of(neighbour)
    held = b"".join(b"".join(entry[2].values()) for entry in drawing.cache._held.values())
    assert b"DECHIQUETTE" not in held
