"""Encryption at rest of documents and of what people write, and the blind index by which a document is found.

AES-256-GCM with a fresh nonce; the associated data binds a sealed value to what it is, so that a row's bytes cannot be moved to
another column. Keys come from TRATO_SECRET_KEY: the first one writes, all of them read (rotation). The blind index is an HMAC under
a key derived from the *last* secret, the oldest, so that adding a new first key does not lose the debtors already stored.
"""

from __future__ import annotations

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = b"\x01"


class SealBroken(Exception):
    """A sealed value cannot be opened with any of the keys: wrong key, or changed bytes."""


def _derive(key: bytes, purpose: str) -> bytes:
    return hmac.new(key, b"trato/" + purpose.encode(), hashlib.sha256).digest()


class Vault:
    """Seals and opens values, and makes blind indexes and tokens. `keys`: 32 bytes each, at least one."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        if not keys or any(len(key) != 32 for key in keys):
            raise ValueError("a vault needs at least one key of 32 bytes")
        self._ciphers = [AESGCM(_derive(key, "seal")) for key in keys]
        self._index_key = _derive(keys[-1], "index")
        self._token_key = _derive(keys[0], "token")

    def seal(self, plain: str, what: str) -> bytes:
        """Encrypt a text; `what` names the kind of thing (`document`, `inbox`) and must be the same when opened."""
        nonce = os.urandom(12)
        return _VERSION + nonce + self._ciphers[0].encrypt(nonce, plain.encode(), what.encode())

    def open(self, sealed: bytes, what: str) -> str:
        """The text again. Raises `SealBroken`."""
        blob = bytes(sealed)
        if len(blob) < 29 or blob[:1] != _VERSION:
            raise SealBroken("not a sealed value")
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(blob[1:13], blob[13:], what.encode()).decode()
            except InvalidTag:
                continue
        raise SealBroken("none of the keys opens this value")

    def index(self, value: str) -> bytes:
        """The blind index of a document (normalised by the caller): equal for equal documents, useless without the key."""
        return hmac.new(self._index_key, value.encode(), hashlib.sha256).digest()

    def token_hash(self, token: str) -> bytes:
        """What is stored of a secret token that somebody else holds."""
        return hmac.new(self._token_key, token.encode(), hashlib.sha256).digest()
