"""Keys that only their holder's own words open: X25519, scrypt, HKDF, AES-256-GCM. Pure; knows no tables and no settings.

Nothing here uses a key of the server, so a database with all of the server's keys opens none of it (decision 0010).
Every blob begins with a letter for its kind and a number for its version, so that a later program knows what it reads.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import unicodedata
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from .numbers import BIDI

RING, BOX, NOTE = b"K\x01", b"B\x01", b"N\x01"

#: Cost of one guess at somebody's words: 64 MiB and a fifth of a second of this year's machine (docs/decisions/0010).
#: Written into each blob, so that it can be raised: what is there keeps opening, new words cost more.
LOG_N, R, P = 16, 8, 2
#: Above this nothing is tried: a blob that somebody changed must not take the machine's memory (2**18 * 8 * 128 = 256 MiB).
MOST_LOG_N, MOST_R, MOST_P = 18, 8, 4

#: Notes are filled up to steps of so many bytes, so that their length tells little.
STEP = 256
_NONCE, _KEY, _TAG = 12, 32, 16


class WrongWords(ValueError):
    """The words do not open this ring (or its locked half was changed: the two cannot be told apart)."""


class Tampered(ValueError):
    """A blob that is not as it was made, or belongs elsewhere."""


@dataclass(frozen=True)
class Ring:
    """A pair of keys: the open half, and the secret half locked with words."""

    public: bytes
    locked: bytes
    salt: bytes


def normal(words: str) -> str:
    """Words as they are reckoned with: the same from any keyboard (full-width signs, presentation forms, direction marks,
    several spaces); capitals stay capitals."""
    text = unicodedata.normalize("NFKC", words or "").translate(BIDI)
    return re.sub(r"\s+", " ", text).strip()


def _stretch(words: str, salt: bytes, log_n: int, r: int, p: int) -> bytes:
    return Scrypt(salt=salt, length=_KEY, n=1 << log_n, r=r, p=p).derive(normal(words).encode())


def _public_of(secret: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def make(words: str) -> Ring:
    """A new pair of keys under words."""
    return lock(words, X25519PrivateKey.generate().private_bytes_raw())


def lock(words: str, secret: bytes) -> Ring:
    """Lock a secret half with words (other words for the same keys: the old lock is simply thrown away).

    The blob: kind, version, the three costs, nonce, the secret and its tag; bound to its open half and its salt.
    """
    public, salt, nonce = _public_of(secret), os.urandom(16), os.urandom(_NONCE)
    head = RING + bytes((LOG_N, R, P))
    sealed = AESGCM(_stretch(words, salt, LOG_N, R, P)).encrypt(nonce, secret, head + public + salt)
    return Ring(public, head + nonce + sealed, salt)


def unlock(words: str, ring: Ring) -> bytes:
    """The secret half. Errors: WrongWords; Tampered for a blob that cannot be one of ours."""
    head, nonce, sealed = ring.locked[:5], ring.locked[5 : 5 + _NONCE], ring.locked[5 + _NONCE :]
    if not head.startswith(RING) or len(head) != 5 or len(sealed) != _KEY + _TAG:
        raise Tampered("not a ring of a version known here")
    log_n, r, p = head[2:]
    if not (0 < log_n <= MOST_LOG_N and 0 < r <= MOST_R and 0 < p <= MOST_P):
        raise Tampered("costs out of bounds")
    try:
        secret = AESGCM(_stretch(words, ring.salt, log_n, r, p)).decrypt(nonce, sealed, head + ring.public + ring.salt)
    except InvalidTag as fault:
        raise WrongWords from fault
    if not hmac.compare_digest(_public_of(secret), ring.public):
        raise Tampered("the halves do not belong together")
    return secret


# The key of a note, locked to an open half: only the secret half beside it opens it (a sealed box)


def new_key() -> bytes:
    """A key for one note."""
    return AESGCM.generate_key(256)


def _box_key(shared: bytes, ephemeral: bytes, public: bytes) -> bytes:
    return HKDF(SHA256(), _KEY, salt=None, info=BOX + ephemeral + public).derive(shared)


def lock_key(key: bytes, public: bytes, about: bytes) -> bytes:
    """Lock a note's key to an open half. In: `about` names what it belongs to; elsewhere it does not open. Errors: Tampered."""
    once = X25519PrivateKey.generate()
    ephemeral, nonce = once.public_key().public_bytes_raw(), os.urandom(_NONCE)
    shared = _exchange(once, public)
    sealed = AESGCM(_box_key(shared, ephemeral, public)).encrypt(nonce, key, BOX + about)
    return BOX + ephemeral + nonce + sealed


def unlock_key(box: bytes, secret: bytes, about: bytes) -> bytes:
    """The note's key out of its box. Errors: Tampered (changed, another's, or of another note)."""
    ephemeral, nonce, sealed = box[2:34], box[34 : 34 + _NONCE], box[34 + _NONCE :]
    if not box.startswith(BOX) or len(sealed) != _KEY + _TAG:
        raise Tampered("not a box of a version known here")
    shared = _exchange(X25519PrivateKey.from_private_bytes(secret), ephemeral)
    try:
        return AESGCM(_box_key(shared, ephemeral, _public_of(secret))).decrypt(nonce, sealed, BOX + about)
    except InvalidTag as fault:
        raise Tampered("the box was changed or is not for this key") from fault


def _exchange(own: X25519PrivateKey, public: bytes) -> bytes:
    try:
        return own.exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError as fault:  # wrong length, or a point that gives the same secret to everybody
        raise Tampered("not an open half") from fault


# The note itself


def lock_note(text: str, key: bytes, about: bytes) -> bytes:
    """A note under its key, filled up to a step. In: `about` binds it to its case, writer and instant."""
    body = text.encode() + b"\x80"
    body += bytes(-len(body) % STEP)
    nonce = os.urandom(_NONCE)
    return NOTE + nonce + AESGCM(key).encrypt(nonce, body, NOTE + about)


def unlock_note(blob: bytes, key: bytes, about: bytes) -> str:
    """The text of a note. Errors: Tampered."""
    if not blob.startswith(NOTE) or len(blob) < 2 + _NONCE + _TAG:
        raise Tampered("not a note of a version known here")
    try:
        body = AESGCM(key).decrypt(blob[2 : 2 + _NONCE], blob[2 + _NONCE :], NOTE + about)
    except InvalidTag as fault:
        raise Tampered("the note was changed or stands elsewhere") from fault
    return body[: body.rindex(b"\x80")].decode()


def compared(one: bytes, other: bytes) -> str:
    """Twenty digits that two people read to each other to be sure that nobody stands between their two open halves."""
    digest = hashlib.sha256(b"compared\x01" + b"".join(sorted((one, other)))).digest()
    return f"{int.from_bytes(digest, 'big') % 10**20:020d}"
