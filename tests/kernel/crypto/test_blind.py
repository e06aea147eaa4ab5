import uuid
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from osmose.kernel.crypto import blind, keyset
from tests.kernel.crypto.conftest import PASSPHRASE, use_keysets

PERPIGNAN, THUIR = uuid.UUID(int=1), uuid.UUID(int=2)


def test_the_same_words_give_the_same_token() -> None:
    first = blind.token(PERPIGNAN, "name", "1981-03-12", "LEF")
    blind._derived.cache_clear()
    assert first == blind.token(PERPIGNAN, "name", "1981-03-12", "LEF")
    assert len(first) == 16


def test_another_domain_field_or_word_gives_another_token() -> None:
    tokens = {
        blind.token(PERPIGNAN, "name", "LEF"),
        blind.token(THUIR, "name", "LEF"),
        blind.token(PERPIGNAN, "given", "LEF"),
        blind.token(PERPIGNAN, "name", "LEG"),
        blind.token(PERPIGNAN, "name"),
        blind.token(PERPIGNAN, "name", "LEF", ""),
    }
    assert len(tokens) == 6


def test_another_keyset_gives_another_token(settings, tmp_path: Path) -> None:
    before = blind.token(PERPIGNAN, "name", "LEF")
    keyset.ensure(tmp_path, PASSPHRASE)
    use_keysets(settings, tmp_path)
    assert blind.token(PERPIGNAN, "name", "LEF") != before


@given(st.lists(st.text(max_size=5), max_size=4), st.lists(st.text(max_size=5), max_size=4))
def test_no_other_cut_of_the_parts_gives_the_same_token(one: list[str], other: list[str]) -> None:
    same = blind.token(PERPIGNAN, "name", *one) == blind.token(PERPIGNAN, "name", *other)
    assert same == (one == other)


def test_each_purpose_has_its_own_key() -> None:
    assert blind.subkey("idempotency") == blind.subkey("idempotency")
    assert len({blind.subkey("idempotency"), blind.subkey("hl7"), blind.subkey("")}) == 3
    assert len(blind.subkey("hl7")) == 32


def test_a_purpose_cannot_name_a_domains_key() -> None:
    keys = keyset.current().blind
    assert blind.subkey("blind-index") != keys.derive(b"blind-index\x00" + PERPIGNAN.bytes)
