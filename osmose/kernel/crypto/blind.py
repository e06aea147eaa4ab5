"""Blind indexes: tokens equal for equal words of one domain, which give nothing back without the keyset."""

import functools
import hmac
import uuid

from osmose.kernel.crypto import keyset

TOKEN_BYTES = 16


def token(domain_id: uuid.UUID, field: str, *parts: str) -> bytes:
    """16 bytes for a field's parts in an identity domain; another domain, field or cut of the parts gives others."""
    encoded = [part.encode() for part in (field, *parts)]
    digest = _keyed(keyset.current().blind, b"blind-index\x00" + domain_id.bytes).copy()
    digest.update(b"".join([len(part).to_bytes(4) + part for part in encoded]))
    return digest.digest()[:TOKEN_BYTES]


def subkey(purpose: str) -> bytes:
    """The 32-byte key of one purpose (digests of idempotency, of HL7 messages, stream tickets …)."""
    return _derived(keyset.current().blind, b"purpose\x00" + purpose.encode())


@functools.lru_cache(maxsize=1024)
def _derived(keys: keyset.BlindKeys, purpose: bytes) -> bytes:
    return keys.derive(purpose)


@functools.lru_cache(maxsize=1024)
def _keyed(keys: keyset.BlindKeys, purpose: bytes) -> hmac.HMAC:
    """The HMAC of a key before any message: copied, never updated."""
    return hmac.new(_derived(keys, purpose), digestmod="sha256")
