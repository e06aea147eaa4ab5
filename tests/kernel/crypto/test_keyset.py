import stat
from pathlib import Path

import pytest

from osmose.kernel.base.ids import new_id
from osmose.kernel.crypto import keyset
from osmose.kernel.crypto.errors import KeysetError
from tests.kernel.crypto.conftest import PASSPHRASE, use_keysets


def test_the_files_are_for_their_owner_only(tmp_path: Path) -> None:
    keyset.ensure(tmp_path / "keys", PASSPHRASE)
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    for name in (keyset.KEK_FILE, keyset.BLIND_FILE, ".lock"):
        assert stat.S_IMODE((tmp_path / "keys" / name).stat().st_mode) == 0o600


def test_ensuring_again_changes_no_file(own_keysets: Path) -> None:
    before = {path.name: path.read_bytes() for path in own_keysets.iterdir()}
    keyset.ensure(own_keysets, "another passphrase")
    assert before == {path.name: path.read_bytes() for path in own_keysets.iterdir()}


def test_another_passphrase_opens_nothing(own_keysets: Path) -> None:
    with pytest.raises(KeysetError, match="another passphrase"):
        keyset.load(own_keysets, "another passphrase")


def test_an_empty_passphrase_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeysetError, match="empty"):
        keyset.ensure(tmp_path, "")


@pytest.mark.parametrize(
    "spoiled",
    [
        "",
        "{}",
        "not json",
        '{"encryptedKeyset": "AAAA"}',
        '{"encryptedKeyset": "////////////////////////////////////////////////////"}',
    ],
)
def test_an_altered_file_is_refused_in_words(own_keysets: Path, spoiled: str) -> None:
    (own_keysets / keyset.KEK_FILE).write_text(spoiled)
    with pytest.raises(KeysetError, match="altered"):
        keyset.load(own_keysets, PASSPHRASE)


def test_one_file_cannot_be_given_for_the_other(own_keysets: Path) -> None:
    (own_keysets / keyset.KEK_FILE).replace(own_keysets / keyset.BLIND_FILE)
    with pytest.raises(KeysetError):
        keyset.load(own_keysets, PASSPHRASE)


def test_the_keyset_file_holds_no_key_in_clear(own_keysets: Path) -> None:
    opened = keyset._cleartext(keyset._open(own_keysets / keyset.KEK_FILE, PASSPHRASE))
    assert opened.key[0].key_data.value not in (own_keysets / keyset.KEK_FILE).read_bytes()


def test_production_never_makes_a_keyset_by_itself(settings, tmp_path: Path) -> None:
    use_keysets(settings, tmp_path / "absent", mode="production")
    with pytest.raises(KeysetError, match="missing"):
        keyset.current()
    assert not (tmp_path / "absent").exists()


def test_the_demonstration_makes_its_keysets(settings, tmp_path: Path) -> None:
    use_keysets(settings, tmp_path / "fresh", mode="demo")
    assert keyset.current().wrapping.primary_id in keyset.current().wrapping.ids


def test_a_wrapped_key_opens_only_for_its_own_row(own_keysets: Path) -> None:
    wrapping, row = keyset.current().wrapping, new_id()
    wrapped = wrapping.wrap(b"k" * 32, bound_to=row)
    assert wrapping.unwrap(wrapped, bound_to=row) == b"k" * 32
    assert wrapping.knows(wrapped)
    with pytest.raises(keyset.Rejected):
        wrapping.unwrap(wrapped, bound_to=new_id())
    with pytest.raises(keyset.Rejected):
        wrapping.unwrap(wrapped[:-1] + bytes([wrapped[-1] ^ 1]), bound_to=row)


def test_rotation_keeps_what_older_keys_wrapped(own_keysets: Path) -> None:
    row = new_id()
    before = keyset.current().wrapping
    wrapped = before.wrap(b"k" * 32, bound_to=row)
    fresh_id = keyset.rotate(own_keysets, PASSPHRASE)
    after = keyset.refresh().wrapping
    assert after.primary_id == fresh_id != before.primary_id
    assert after.ids == before.ids | {fresh_id}
    assert after.unwrap(wrapped, bound_to=row) == b"k" * 32
    assert stat.S_IMODE((own_keysets / keyset.KEK_FILE).stat().st_mode) == 0o600


def test_retiring_drops_the_older_keys_only(own_keysets: Path) -> None:
    old = keyset.current().wrapping.primary_id
    first, second = keyset.rotate(own_keysets, PASSPHRASE), keyset.rotate(own_keysets, PASSPHRASE)
    keyset.retire(own_keysets, PASSPHRASE, keep={first})
    assert keyset.refresh().wrapping.ids == {first, second}
    assert old not in {first, second}


def test_the_blind_keyset_survives_a_rotation(own_keysets: Path) -> None:
    before = keyset.current().blind.derive(b"x")
    keyset.rotate(own_keysets, PASSPHRASE)
    assert keyset.refresh().blind.derive(b"x") == before
