"""Pieces of a page, kept: the same facts give the same piece, and nothing of one page goes to another."""

import threading
import uuid

import pytest

from osmose.kernel.web.pieces import FIELDS, SUBJECT, VISIT, Pieces, completed

ONE, TWO = uuid.uuid4(), uuid.uuid4()


def test_a_piece_is_drawn_once_for_the_same_facts() -> None:
    held, drawn = Pieces(), []
    for facts in ("a", "b", "a", "b"):
        assert held.get(facts, lambda facts=facts: drawn.append(facts) or f"<{facts}>") == f"<{facts}>"
    assert drawn == ["a", "b"]


def test_pieces_are_bounded_and_short_lived(monkeypatch: pytest.MonkeyPatch) -> None:
    held, drawn = Pieces(size=2, seconds=10), []
    for facts in ("a", "b", "c", "a"):
        held.get(facts, lambda facts=facts: drawn.append(facts) or facts)
    assert (len(held), drawn) == (2, ["a", "b", "c", "a"])
    monkeypatch.setattr("time.monotonic", lambda: 10**9)
    held.get("a", lambda: drawn.append("again") or "a")
    assert drawn[-1] == "again"


def test_threads_share_them_without_mixing() -> None:
    held, wrong = Pieces(size=4), []

    def work(seed: int) -> None:
        for number in range(300):
            facts = (seed + number) % 7
            if held.get(facts, lambda facts=facts: f"piece {facts}") != f"piece {facts}":
                wrong.append(facts)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_each_page_gets_its_address_its_visit_and_fresh_fields_in_each_form() -> None:
    piece = f"/pec/{SUBJECT}/?visit={VISIT} <form>{FIELDS}</form><form>{FIELDS}</form>"
    numbers = iter(range(9))
    whole = completed(piece, subject=ONE, visit="v1", fields=lambda: f"[{next(numbers)}]")
    assert whole == f"/pec/{ONE}/?visit=v1 <form>[0]</form><form>[1]</form>"
    assert completed(piece, subject=TWO, visit=None, fields=lambda: "[]").startswith(f"/pec/{TWO}/?visit= ")
