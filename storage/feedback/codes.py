"""The code somebody gets with their receipt: shown once, never stored, and turned into keys only with the pepper.

A code has 14 random digits (46 bits). Somebody who stole the database, and not the pepper, can try none of them;
with the pepper, each guess costs them `ROUNDS` passes of Argon2id over `MEMORY_BYTES`, and shows them a reply, never
who wrote.
"""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from dataclasses import dataclass, field

from nacl.pwhash import argon2id

DIGITS = 14
ROUNDS, MEMORY_BYTES = 2, 8 * 1024 * 1024  # 10 ms of one core here; a feedback may cost 20 ms in all
LEAST_SECRET = 32  # bytes
FORGIVEN = " -–.\u00a0"


@dataclass(frozen=True)
class CodeKeys:
    """What a code stands for.

    Attributes:
        lookup: 16 bytes by which the feedback is found.
        reply_key: 32 bytes, the private key that opens the reply; only its public half is ever stored.
    """

    lookup: bytes
    reply_key: bytes = field(repr=False)


def with_check(digits: str) -> str:
    """These digits and two more, by which every wrong digit and every swap of neighbours is noticed (ISO 7064)."""
    return f"{digits}{98 - int(digits) * 100 % 97:02}"


def checked(text: str, length: int) -> str | None:
    """The digits of a text when there are just so many and the last two fit; None for any slip."""
    found = "".join(str(unicodedata.decimal(sign, sign)) for sign in text if sign not in FORGIVEN)
    if len(found) != length or not (found.isascii() and found.isdecimal()) or int(found) % 97 != 1:
        return None
    return found


def in_groups(digits: str) -> str:
    """Digits in groups of four, as people read them aloud."""
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def new_code() -> str:
    """A new code of 16 digits in four groups: 14 from the system's randomness, and two that check them."""
    return in_groups(with_check(f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"))


def well_formed(text: str) -> str | None:
    """The 16 digits of a code as `keys_of` takes them, or None when a digit is missing, too many or wrong.

    Blanks, hyphens and the digits of other scripts are forgiven. It tells a slip from a code; never whether a code
    is in use.
    """
    return checked(text, DIGITS + 2)


def keys_of(code: str, pepper: bytes) -> CodeKeys:
    """The keys of a code, the same each time. Takes some milliseconds on purpose: call it in a thread.

    Args:
        code: What `new_code` or `well_formed` returned.
        pepper: At least 32 bytes that lie neither in the database nor in its backups.
    """
    digits = well_formed(code)
    if digits is None or len(pepper) < LEAST_SECRET:
        raise ValueError("not a code" if digits is None else f"the pepper needs {LEAST_SECRET} bytes")
    peppered = _mac(pepper, b"code " + digits.encode())
    salt = _mac(pepper, b"salt")[: argon2id.SALTBYTES]
    stretched = argon2id.kdf(32, peppered, salt, ROUNDS, MEMORY_BYTES)
    return CodeKeys(_expanded(stretched, b"lookup")[:16], _expanded(stretched, b"reply key"))


def _expanded(key: bytes, info: bytes) -> bytes:
    """The first 32 bytes of HKDF-Expand with SHA-256 (RFC 5869)."""
    return _mac(key, b"alongside feedback " + info + b"\x01")


def _mac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")
