"""Sealing words so that only the inbox's key opens them, in one size whatever was said. Nothing here is stored."""

from __future__ import annotations

import hashlib
import json
import secrets
import struct
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from storage.feedback.codes import CodeKeys

LONGEST_WORDS = 5_800  # bytes in UTF-8: a whole Telegram message of Latin letters, or any SMS
LONGEST_REPLY = 1_900  # bytes in UTF-8
LONGEST_NAME = 63  # bytes of an inbox's name in UTF-8
SEAL_BYTES = 48  # that a sealed box adds
_LONGEST_ABOUT = 260
_WORDS_INSIDE = 32 + 4 + _LONGEST_ABOUT + LONGEST_WORDS
_REPLY_INSIDE = 2 + LONGEST_REPLY
BODY_BYTES = _WORDS_INSIDE + SEAL_BYTES
_SLOT = struct.Struct(f">16s{LONGEST_NAME + 1}p?16s32s{BODY_BYTES}s")
SLOT_BYTES = _SLOT.size  # of every sealed feedback, whatever was said


class Altered(Exception):
    """This cannot be opened: it was changed, or it was never sealed to this key. Trying again does not help."""


class WordsTooLong(Exception):
    """More than fits. Cut with `what_fits` first, and say so to who wrote it."""


@dataclass(frozen=True)
class Words:
    """What goes inside the seal: nothing of this can be seen without the inbox's key."""

    text: str = field(repr=False)
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
        lookup, reply_key = self.lookup or b"", self.reply_key or b""
        if len(self.body) != BODY_BYTES or len(self.inbox.encode()) > LONGEST_NAME:
            raise ValueError("not a sealed feedback")  # a struct would cut it in silence
        return _SLOT.pack(self.id, self.inbox.encode(), bool(lookup), lookup, reply_key, self.body)

    @classmethod
    def from_bytes(cls, slot: bytes) -> Sealed:
        """What `to_bytes` made.

        Raises:
            Altered: It is of another size. Whether it is otherwise what it was shows when it is opened.
        """
        if len(slot) != SLOT_BYTES:
            raise Altered("of another size")
        its_id, inbox, has_code, lookup, reply_key, body = _SLOT.unpack(slot)
        name = inbox.decode("utf-8", "replace")
        return cls(its_id, name, body, lookup if has_code else None, reply_key if has_code else None)


def what_fits(text: str, most: int = LONGEST_WORDS) -> str:
    """As much of the beginning as a slot holds. If it is shorter than the text, tell who wrote it."""
    told = _encoded(text)
    return text if len(told) <= most else told[:most].decode("utf-8", "ignore")


def seal(words: Words, inbox: str, public_key: PublicKey, keys: CodeKeys | None) -> Sealed:
    """Seal words to an inbox (`storage.feedback.keys.public_key`), with the keys of the code that was given out.

    Raises:
        WordsTooLong: Cut them with `what_fits` first; never silently.
    """
    its_id, lookup = secrets.token_bytes(16), keys.lookup if keys else None
    reply_key = bytes(PrivateKey(keys.reply_key).public_key) if keys else None
    return Sealed(
        its_id, inbox, _boxed(_packed(words, _bound(its_id, inbox, lookup, reply_key)), public_key), lookup, reply_key
    )


def open_sealed(sealed: Sealed, private_keys: Iterable[PrivateKey]) -> Words:
    """Open it with whichever of the inbox's keys fits: the present one, or one from before a key change.

    Raises:
        Altered: None fits, or its id, inbox, code or reply key are not those it was sealed with: so nobody can have
            a reply sealed to a key of their own.
    """
    inside = _unboxed(sealed.body, private_keys)
    if len(inside) != _WORDS_INSIDE or inside[:32] != _bound(sealed.id, sealed.inbox, sealed.lookup, sealed.reply_key):
        raise Altered("not what was sealed")
    about_length, length = struct.unpack(">HH", inside[32:36])
    about, text = inside[36 : 36 + about_length], inside[36 + about_length :][:length]
    return _unpacked(text, about)


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
    told = _encoded(text)
    if len(told) > LONGEST_REPLY:
        raise WordsTooLong
    inside = (struct.pack(">H", len(told)) + told).ljust(_REPLY_INSIDE, b"\0")
    return SealedReply(
        to_sender=_boxed(inside, PublicKey(reply_key)) if reply_key else None, to_inbox=_boxed(inside, inbox_key)
    )


def open_reply_with_code(to_sender: bytes, keys: CodeKeys) -> str:
    """The reply, for whoever has the code. Raises `Altered`."""
    return open_reply_with_key(to_sender, [PrivateKey(keys.reply_key)])


def open_reply_with_key(to_inbox: bytes, private_keys: Iterable[PrivateKey]) -> str:
    """The reply, for the inbox that wrote it. Raises `Altered`."""
    inside = _unboxed(to_inbox, private_keys)
    if len(inside) != _REPLY_INSIDE:
        raise Altered("of another size")
    (length,) = struct.unpack(">H", inside[:2])
    return inside[2 : 2 + length].decode("utf-8", "replace")


def _packed(words: Words, bound: bytes) -> bytes:
    """Words in one size, with what they belong to in front."""
    about = asdict(words)
    text, said = _encoded(about.pop("text")), json.dumps(about, separators=(",", ":")).encode()
    if len(text) > LONGEST_WORDS or len(said) > _LONGEST_ABOUT:
        raise WordsTooLong
    return (bound + struct.pack(">HH", len(said), len(text)) + said + text).ljust(_WORDS_INSIDE, b"\0")


def _unpacked(text: bytes, about: bytes) -> Words:
    """What `_packed` made; anybody can seal something else, which must not stop the reading of the others."""
    try:
        words = Words(text=text.decode(), **json.loads(about))
    except (ValueError, TypeError):
        raise Altered("not what we seal") from None
    said = (words.channel, words.language, "" if words.topic is None else words.topic)
    if not all(isinstance(one, str) for one in said) or not isinstance(words.may_quote, bool):
        raise Altered("not what we seal")
    return words


def _bound(its_id: bytes, inbox: str, lookup: bytes | None, reply_key: bytes | None) -> bytes:
    """A digest of all that stands outside the seal, to go inside it."""
    outside = Sealed(its_id, inbox, bytes(BODY_BYTES), lookup, reply_key).to_bytes()
    return hashlib.sha256(b"alongside feedback " + outside).digest()


def _boxed(inside: bytes, key: PublicKey) -> bytes:
    return SealedBox(key).encrypt(inside)


def _unboxed(sealed: bytes, private_keys: Iterable[PrivateKey]) -> bytes:
    for key in private_keys:
        try:
            return SealedBox(key).decrypt(sealed)
        except CryptoError:
            continue
    raise Altered("no key fits")


def _encoded(text: str) -> bytes:
    """As UTF-8; half an emoji, which a channel can hand us, becomes a question mark."""
    return text.encode("utf-8", "replace")
