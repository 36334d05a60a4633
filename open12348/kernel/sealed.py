"""Sealed fields: encrypted at rest, findable only through a keyed hash (个人信息保护法 Art 51)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models


class WrongKey(ValueError):
    """What was sealed cannot be opened with the keys this machine has."""


def _raw(key: bytes) -> bytes:
    return base64.urlsafe_b64decode(key)


@lru_cache(maxsize=16)
def _name(key: bytes) -> str:
    return hashlib.sha256(b"name" + _raw(key)).hexdigest()[:8]


@lru_cache(maxsize=16)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(_raw(key))


def seal(data: bytes) -> bytes:
    """Encrypt (AES-256-GCM) under the newest key: key name (8), nonce (12), text and tag."""
    key = settings.OPEN12348_KEYS[0]
    nonce = os.urandom(12)
    return _name(key).encode() + nonce + _cipher(key).encrypt(nonce, data, None)


def unseal(data: bytes) -> bytes:
    """Open what `seal` made, under whichever of the known keys sealed it. Errors: WrongKey."""
    for key in settings.OPEN12348_KEYS:
        if data[:8] == _name(key).encode():
            try:
                return _cipher(key).decrypt(data[8:20], data[20:], None)
            except InvalidTag as fault:
                raise WrongKey("sealed data was changed") from fault
    raise WrongKey("sealed with a key that is not here")


def keyed_hash(text: str, purpose: str) -> str:
    """HMAC-SHA256 in hex, apart for each purpose, under the oldest key (which therefore never goes)."""
    key = _raw(settings.OPEN12348_KEYS[-1])
    return hmac.new(key, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()


class SealedTextField(models.TextField):
    """Text that the database holds encrypted. Cannot be searched: store a keyed_hash beside it where it must be found."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        if value in (None, ""):
            return value
        return base64.b64encode(seal(str(value).encode())).decode()

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value in (None, ""):
            return value
        return unseal(base64.b64decode(value)).decode()

    def get_lookup(self, lookup_name: str) -> Any:
        """No lookup can look inside: asking for one is a mistake, said at once."""
        if lookup_name in {"contains", "icontains", "startswith", "istartswith", "iexact", "in", "regex", "iregex"}:
            return None
        return super().get_lookup(lookup_name)
