"""Sealing words so that only the inbox's key opens them, in one size whatever was said. Nothing here is stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nacl.public import PrivateKey, PublicKey

from storage.feedback.codes import CodeKeys

LONGEST_WORDS = 5_800  # bytes in UTF-8: a whole Telegram message of Latin letters, or any SMS
LONGEST_REPLY = 1_900  # bytes in UTF-8
SLOT_BYTES = 6_320  # of every sealed feedback, whatever was said (a test keeps the number true)


class Altered(Exception):
    """This cannot be opened: it was changed, or it was never sealed to this key. Trying again does not help."""


class WordsTooLong(Exception):
    """More than fits. Cut with `what_fits` first, and say so to who wrote it."""


@dataclass(frozen=True)
class Words:
    """What goes inside the seal: nothing of this can be seen without the inbox's key."""

    text: str
    channel: str
    language: str
    may_quote: bool = False
    topic: str | None = None


@dataclass(frozen=True)
class Sealed:
    """A sealed feedback on its way to an inbox; says nothing about who, when, where from or how long.

    Attributes:
        id: 16 random bytes; released once however often it is tried.
        inbox: The inbox's name.
        body: The sealed words, of one size.
        lookup: Where its code finds it; None without a code.
        reply_key: The public key to which a reply is sealed; None without a code.
    """

    id: bytes
    inbox: str
    body: bytes
    lookup: bytes | None
    reply_key: bytes | None

    def to_bytes(self) -> bytes:
        """Exactly `SLOT_BYTES` bytes."""
        raise NotImplementedError

    @classmethod
    def from_bytes(cls, slot: bytes) -> Sealed:
        """What `to_bytes` made.

        Raises:
            Altered: It is of another size.
        """
        raise NotImplementedError


def what_fits(text: str, most: int = LONGEST_WORDS) -> str:
    """As much of the beginning as a slot holds. If it is shorter than the text, tell who wrote it."""
    raise NotImplementedError


def seal(words: Words, inbox: str, public_key: PublicKey, keys: CodeKeys | None) -> Sealed:
    """Seal words to an inbox (`storage.feedback.keys.public_key`), with the keys of the code that was given out.

    Raises:
        WordsTooLong: Cut them with `what_fits` first; never silently.
    """
    raise NotImplementedError


def open_sealed(sealed: Sealed, private_keys: Iterable[PrivateKey]) -> Words:
    """Open it with whichever of the inbox's keys fits: the present one, or one from before a key change.

    Raises:
        Altered: None fits, or its id, inbox, code or reply key are not those it was sealed with.
    """
    raise NotImplementedError


@dataclass(frozen=True)
class SealedReply:
    """A reply sealed twice, each of one size: for who has the code (None without one), and for the inbox."""

    to_sender: bytes | None
    to_inbox: bytes


def seal_reply(text: str, reply_key: bytes | None, inbox_key: PublicKey) -> SealedReply:
    """Seal a reply both ways.

    Raises:
        WordsTooLong: Longer than `LONGEST_REPLY`.
    """
    raise NotImplementedError


def open_reply_with_code(to_sender: bytes, keys: CodeKeys) -> str:
    """The reply, for whoever has the code. Raises `Altered`."""
    raise NotImplementedError


def open_reply_with_key(to_inbox: bytes, private_keys: Iterable[PrivateKey]) -> str:
    """The reply, for the inbox that wrote it. Raises `Altered`."""
    raise NotImplementedError
