"""The keys of an inbox: who may open it, with a passphrase each, and a recovery key on paper. No escrow.

An inbox has an X25519 key pair. Every coordinator has one too, whose private half is locked with Argon2id of their
passphrase; the inbox's private key is sealed to each coordinator's public key. So keys can be changed, and somebody
removed, without the others' passphrases. The recovery key is one more "coordinator", with printed digits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nacl.public import PrivateKey, PublicKey

from storage.feedback.database import FeedbackDatabase


class WrongPassphrase(Exception):
    """Wrong name or passphrase, or no such inbox; it does not say which."""


class NoSuchInbox(Exception):
    """There is no key for this inbox, so nothing can be sealed to it. `alongside inbox create` makes one."""


class CannotChangeKeys(Exception):
    """What was asked would lock everybody out, or is already so; the message says what."""


@dataclass(frozen=True)
class Created:
    """A new inbox. The recovery key is shown now and never again: print it twice, for two trustees."""

    recovery_key: str


@dataclass(frozen=True)
class InboxKeys:
    """An unlocked inbox: forget it at sign-out. The present key is the first; those before it follow."""

    inbox: str
    private_keys: tuple[PrivateKey, ...] = field(repr=False)


def create_inbox(db: FeedbackDatabase, inbox: str, coordinators: Mapping[str, str]) -> Created:
    """Make an inbox that these coordinators can open: their names, and a passphrase each.

    Raises:
        CannotChangeKeys: It exists already, nobody could open it, or a passphrase is too short.
    """
    raise NotImplementedError


def inboxes(db: FeedbackDatabase) -> list[str]:
    """The names of all inboxes, in alphabetical order."""
    raise NotImplementedError


def public_key(db: FeedbackDatabase, inbox: str) -> PublicKey:
    """The key to seal to. Raises `NoSuchInbox`."""
    raise NotImplementedError


def coordinators(db: FeedbackDatabase, inbox: str) -> list[str]:
    """The names of who can open it."""
    raise NotImplementedError


def unlock(db: FeedbackDatabase, inbox: str, coordinator: str, passphrase: str) -> InboxKeys:
    """Open an inbox. Takes about half a second on purpose: call it in a thread. Raises `WrongPassphrase`."""
    raise NotImplementedError


def unlock_with_recovery(db: FeedbackDatabase, inbox: str, recovery_key: str) -> InboxKeys:
    """Open an inbox with the printed key, however it is spaced. Raises `WrongPassphrase`."""
    raise NotImplementedError


def add_coordinator(
    db: FeedbackDatabase, keys: InboxKeys, coordinator: str, passphrase: str, *, replace: bool = False
) -> None:
    """Let somebody else open it; `replace` gives somebody who lost their passphrase a new one.

    Raises:
        CannotChangeKeys: They are there already, or the passphrase is too short.
    """
    raise NotImplementedError


def remove_coordinator(db: FeedbackDatabase, keys: InboxKeys, coordinator: str) -> InboxKeys:
    """Take somebody's access away, and change the key, so that what they kept opens nothing new.

    Raises:
        CannotChangeKeys: They are not there, or nobody would be left.
    """
    raise NotImplementedError


def change_key(db: FeedbackDatabase, keys: InboxKeys) -> InboxKeys:
    """A new key pair for the inbox. What came before stays readable: the old key is sealed to the new one."""
    raise NotImplementedError
