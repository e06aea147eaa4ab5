"""Whatever a clinician types comes back as it was typed."""

import json
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osmose.kernel.crypto.cipher import Cipher, Refuted, bound, seal, unseal
from osmose.kernel.crypto.fields import thaw
from osmose.kernel.crypto.keys import AESGCM
from tests.kernel.crypto.models import Person

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
in_one_transaction = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@in_one_transaction
@given(name=st.text(), motif=st.none() | st.text(), born=st.none() | st.dates(), extra=JSON)
def test_any_value_comes_back(person: Person, name: str, motif: str | None, born: date | None, extra: object) -> None:
    person.name, person.motif, person.born, person.extra = name, motif, born, extra
    person.save(update_fields=["name", "motif", "born", "extra"])
    again = Person.objects.get(pk=person.pk)
    assert (again.name, again.motif, again.born, again.extra) == (name, motif, born, extra)
    assert json.dumps(thaw(again.extra), sort_keys=True) == json.dumps(extra, sort_keys=True)
    before = dict(again.__dict__)
    again.name, again.motif, again.born, again.extra = name, motif, born, extra
    assert again.__dict__ == before


@given(st.binary(), st.text(alphabet="abc.", max_size=8), st.text(alphabet="abc.", max_size=8))
def test_only_the_same_place_opens_a_ciphertext(plaintext: bytes, label: str, row: str) -> None:
    key = AESGCM(b"k" * 32)
    cipher = seal(key, plaintext, bound(label, row))
    assert unseal(key, cipher, bound(label, row)) == plaintext
    for place in (bound(label + "x", row), bound(label, row + "x"), bound(row + "x", label)):
        with pytest.raises(Refuted):
            unseal(key, cipher, place)


@given(st.binary(max_size=80), st.integers(0, 200), st.integers(1, 255))
def test_any_altered_byte_is_noticed(plaintext: bytes, position: int, change: int) -> None:
    key = AESGCM(b"k" * 32)
    raw = bytearray(seal(key, plaintext, b"place").raw)
    raw[position % len(raw)] ^= change
    with pytest.raises(Refuted):
        unseal(key, Cipher(bytes(raw)), b"place")
