"""An opaque ciphertext, and the only two functions that make and open one.

Bytes: format (1) ‖ nonce (12) ‖ AES-256-GCM ciphertext and tag. The associated data bind it to a field and a row.
"""

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT: Final = b"\x01"
_NONCE = 12
_TAG = 16


class Cipher:
    """Encrypted bytes; shows only its length, and never becomes text by accident."""

    __slots__ = ("raw",)

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def __repr__(self) -> str:
        return f"<Cipher {len(self.raw)} bytes>"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Cipher) and other.raw == self.raw

    def __hash__(self) -> int:
        return hash(self.raw)


class Refuted(Exception):
    """The ciphertext wasn't made by this key for this field and row."""


def bound(label: str, row_id: str) -> bytes:
    """The associated data of a field of a row; labels hold no NUL, so no two pairs give the same bytes."""
    return FORMAT + label.encode() + b"\x00" + row_id.encode()


def seal(key: AESGCM, plaintext: bytes, associated: bytes) -> Cipher:
    nonce = os.urandom(_NONCE)
    return Cipher(FORMAT + nonce + key.encrypt(nonce, plaintext, associated))


def unseal(key: AESGCM, cipher: Cipher, associated: bytes) -> bytes:
    """The plaintext bytes, or `Refuted`."""
    raw = cipher.raw
    if raw[:1] != FORMAT or len(raw) < 1 + _NONCE + _TAG:
        raise Refuted
    try:
        return key.decrypt(raw[1 : 1 + _NONCE], raw[1 + _NONCE :], associated)
    except InvalidTag:
        raise Refuted from None
