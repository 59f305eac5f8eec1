"""The code somebody gets with their receipt: shown once, never stored, and turned into keys only with the pepper."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CodeKeys:
    """What a code stands for.

    Attributes:
        lookup: 16 bytes by which the feedback is found.
        reply_key: 32 bytes, the private key that opens the reply; only its public half is ever stored.
    """

    lookup: bytes
    reply_key: bytes


def new_code() -> str:
    """A new code of 16 digits in four groups: 14 from the system's randomness, and two that check them."""
    raise NotImplementedError


def well_formed(text: str) -> str | None:
    """The 16 digits of a code as `keys_of` takes them, or None when a digit is missing, too many or wrong.

    Blanks, hyphens and the digits of other scripts are forgiven. It tells a slip from a code; never whether a code
    is in use.
    """
    raise NotImplementedError


def keys_of(code: str, pepper: bytes) -> CodeKeys:
    """The keys of a code, the same each time. Takes some milliseconds on purpose: call it in a thread.

    Args:
        code: What `new_code` or `well_formed` returned.
        pepper: At least 32 bytes that lie neither in the database nor in its backups.
    """
    raise NotImplementedError
