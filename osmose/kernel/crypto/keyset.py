"""The one typed door to Tink: key-encryption keyset and blind-index keyset, in files wrapped by a passphrase.

`kek.json` wraps data keys (several keys, one primary; rotation adds one). `blind.json` is the pseudo-random function
behind blind indexes and digests; it isn't rotated, since every index would have to be computed again.
"""

import contextlib
import fcntl
import os
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import tink
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.conf import settings
from tink import aead, prf, secret_key_access
from tink.proto import tink_pb2

from osmose.kernel.crypto.errors import KeysetError

KEK_FILE = "kek.json"
BLIND_FILE = "blind.json"
_SALT, _NONCE = 16, 12
# scrypt N=2^15 r=8 p=3 (OWASP, 32 MiB); written before the salt, so that it can be raised one day.
_COST = (15, 8, 3)
_COSTLIEST = (20, 16, 8)  # a forged header must not freeze the process

aead.register()
prf.register()
_Keyset: Any = vars(tink_pb2)["Keyset"]  # made at run time: no type checker sees it


class Rejected(Exception):
    """Tink refuses these bytes: altered, of another key, or bound to something else."""


class _Passphrase(aead.Aead):
    """An AEAD whose key is derived from a passphrase by scrypt; Tink wraps keyset files with it."""

    def __init__(self, passphrase: str) -> None:
        if not passphrase:
            raise KeysetError("OSMOSE_KEYS_PASSPHRASE is empty: the keysets can't be opened nor created.")
        self._passphrase = passphrase.encode()

    def _derived(self, header: bytes) -> AESGCM:
        log_n, r, p = header[:3]
        if not (0 < log_n <= _COSTLIEST[0] and 0 < r <= _COSTLIEST[1] and 0 < p <= _COSTLIEST[2]):
            raise Rejected("scrypt parameters out of bounds")
        return AESGCM(Scrypt(salt=header[3:], length=32, n=2**log_n, r=r, p=p).derive(self._passphrase))

    def encrypt(self, plaintext: bytes, associated_data: bytes) -> bytes:
        header = bytes(_COST) + os.urandom(_SALT)
        nonce = os.urandom(_NONCE)
        return header + nonce + self._derived(header).encrypt(nonce, plaintext, header + associated_data)

    def decrypt(self, ciphertext: bytes, associated_data: bytes) -> bytes:
        header, rest = ciphertext[: 3 + _SALT], ciphertext[3 + _SALT :]
        if len(rest) <= _NONCE:
            raise Rejected("truncated")
        try:
            return self._derived(header).decrypt(rest[:_NONCE], rest[_NONCE:], header + associated_data)
        except InvalidTag:
            raise Rejected("wrong passphrase or altered file") from None


class WrappingKeys:
    """The key-encryption keyset: wraps and unwraps data keys, each bound to its row's id."""

    def __init__(self, handle: Any) -> None:
        info = handle.keyset_info()
        self.primary_id = int(info.primary_key_id)
        self.ids = frozenset(int(key.key_id) for key in info.key_info)
        self._primitive: Any = handle.primitive(aead.Aead)

    def wrap(self, key: bytes, *, bound_to: uuid.UUID) -> bytes:
        return bytes(self._primitive.encrypt(key, bound_to.bytes))

    def unwrap(self, wrapped: bytes, *, bound_to: uuid.UUID) -> bytes:
        """The data key; `Rejected` when the bytes aren't what `wrap` gave for this id."""
        try:
            return bytes(self._primitive.decrypt(wrapped, bound_to.bytes))
        except tink.TinkError:
            raise Rejected("not wrapped by this keyset for this id") from None

    def knows(self, wrapped: bytes) -> bool:
        """Whether these bytes name (in Tink's five-byte prefix) one of our keys."""
        return len(wrapped) > 5 and wrapped[0] == 1 and int.from_bytes(wrapped[1:5]) in self.ids


class BlindKeys:
    """The pseudo-random function from which every blind-index and digest key is derived."""

    def __init__(self, handle: Any) -> None:
        self._primitive: Any = handle.primitive(prf.PrfSet).primary()

    def derive(self, purpose: bytes) -> bytes:
        """32 bytes that nobody can guess without the keyset, always the same for one purpose."""
        return bytes(self._primitive.compute(purpose, 32))


@dataclass(frozen=True)
class Keysets:
    """Both keysets, opened."""

    wrapping: WrappingKeys
    blind: BlindKeys


def ensure(directory: Path, passphrase: str) -> None:
    """Create the keyset files that are missing (0600, folder 0700); never touches one that exists."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    templates = {KEK_FILE: aead.aead_key_templates.AES256_GCM, BLIND_FILE: prf.prf_key_templates.HKDF_SHA256}
    with _exclusive(directory):
        for name, template in templates.items():
            if not (directory / name).exists():
                _write(directory / name, tink.new_keyset_handle(template), passphrase)


def load(directory: Path, passphrase: str) -> Keysets:
    """Open both keysets, or `KeysetError` with the remedy."""
    return Keysets(
        wrapping=WrappingKeys(_open(directory / KEK_FILE, passphrase)),
        blind=BlindKeys(_open(directory / BLIND_FILE, passphrase)),
    )


def rotate(directory: Path, passphrase: str) -> int:
    """Add a key to the key-encryption keyset and make it primary; returns its id. Then `keys.rewrap()` until 0."""
    path = directory / KEK_FILE
    with _exclusive(directory):
        keyset = _cleartext(_open(path, passphrase))
        taken = {key.key_id for key in keyset.key}
        while True:
            fresh = _cleartext(tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM))
            if fresh.primary_key_id not in taken:
                break
        keyset.key.add().CopyFrom(fresh.key[0])
        keyset.primary_key_id = fresh.primary_key_id
        _write(path, _handle(keyset), passphrase)
    return int(fresh.primary_key_id)


def retire(directory: Path, passphrase: str, *, keep: set[int]) -> None:
    """Drop the key-encryption keys that wrap nothing any more: all but the primary and those of `keep`."""
    path = directory / KEK_FILE
    with _exclusive(directory):
        keyset = _cleartext(_open(path, passphrase))
        kept = [key for key in keyset.key if key.key_id in keep | {keyset.primary_key_id}]
        smaller = _Keyset(primary_key_id=keyset.primary_key_id, key=kept)
        _write(path, _handle(smaller), passphrase)


class Place(Protocol):
    """What the deployment says of its keysets."""

    mode: str
    keys_dir: Path
    keys_passphrase: str


def _place() -> Place:
    place: Place = settings.OSMOSE  # type: ignore[misc]  # the settings are built, not listed
    return place


_lock = threading.Lock()
_opened: dict[tuple[Path, str], tuple[tuple[int, int], Keysets]] = {}


def current() -> Keysets:
    """The keysets of this process, opened once. Only demonstration and tests create the missing ones by themselves."""
    place = _place()
    held = _opened.get((place.keys_dir, place.keys_passphrase))
    return held[1] if held else refresh()


def refresh() -> Keysets:
    """The keysets as they are on disk now: opened again only if another process rotated them."""
    place = _place()
    directory, passphrase = place.keys_dir, place.keys_passphrase
    with _lock:
        if place.mode != "production" and not (directory / BLIND_FILE).exists():
            ensure(directory, passphrase)
        stamp = _stamp(directory / KEK_FILE)
        held = _opened.get((directory, passphrase))
        if held is None or held[0] != stamp:
            held = (stamp, load(directory, passphrase))
            _opened[directory, passphrase] = held
        return held[1]


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        raise KeysetError(_remedy(path)) from None
    return status.st_ino, status.st_mtime_ns


def _remedy(path: Path) -> str:
    return f"{path} is missing or not readable: mount OSMOSE_KEYS_DIR or restore its copy."


def _open(path: Path, passphrase: str) -> Any:
    try:
        text = path.read_text(encoding="ascii")
    except OSError:
        raise KeysetError(_remedy(path)) from None
    try:
        return tink.json_proto_keyset_format.parse_encrypted(text, _Passphrase(passphrase), path.name.encode())
    except (Rejected, tink.TinkError, ValueError):
        raise KeysetError(f"{path} can't be opened: another passphrase, or the file was altered.") from None


def _write(path: Path, handle: Any, passphrase: str) -> None:
    """Whole or not at all, on disk before it replaces the old one."""
    text = tink.json_proto_keyset_format.serialize_encrypted(handle, _Passphrase(passphrase), path.name.encode())
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextlib.contextmanager
def _exclusive(directory: Path) -> Iterator[None]:
    """One process at a time writes the keysets of a folder."""
    descriptor = os.open(directory / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _cleartext(handle: Any) -> Any:
    serialized = tink.proto_keyset_format.serialize(handle, secret_key_access.TOKEN)
    return _Keyset.FromString(serialized)


def _handle(keyset: Any) -> Any:
    return tink.proto_keyset_format.parse(keyset.SerializeToString(), secret_key_access.TOKEN)
