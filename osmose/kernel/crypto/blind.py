"""Blind indexes: tokens equal for equal words of one domain, which give nothing back without the keyset."""

import functools
import hashlib
import hmac
import uuid

from osmose.kernel.crypto import keyset

TOKEN_BYTES = 16


def token(domain_id: uuid.UUID, field: str, *parts: str) -> bytes:
    """16 bytes for a field's parts in an identity domain; another domain, field or cut of the parts gives others."""
    key = _derived(keyset.current().blind, b"blind-index\x00" + domain_id.bytes)
    digest = hmac.new(key, digestmod=hashlib.sha256)
    for part in (field, *parts):
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(4))
        digest.update(encoded)
    return digest.digest()[:TOKEN_BYTES]


def subkey(purpose: str) -> bytes:
    """The 32-byte key of one purpose (digests of idempotency, of HL7 messages, stream tickets …)."""
    return _derived(keyset.current().blind, b"purpose\x00" + purpose.encode())


@functools.lru_cache(maxsize=1024)
def _derived(keys: keyset.BlindKeys, purpose: bytes) -> bytes:
    return keys.derive(purpose)
