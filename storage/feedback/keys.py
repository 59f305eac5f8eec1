"""The keys of an inbox: who may open it, with a passphrase each, and a recovery key on paper. No escrow.

An inbox has an X25519 key pair. Every coordinator has one too, whose private half is locked with Argon2id of their
passphrase; the inbox's private key is sealed to each coordinator's public key. So keys can be changed, and somebody
removed, without the others' passphrases. The recovery key is one more "coordinator", with printed digits.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.pwhash import argon2id
from nacl.secret import SecretBox
from sqlalchemy import Connection, delete, insert, select, update

from storage.feedback.codes import checked, in_groups, with_check
from storage.feedback.database import FeedbackDatabase
from storage.feedback.sealing import LONGEST_NAME
from storage.feedback.tables import INBOX, INBOX_KEY, INBOX_KEY_WRAP

ROUNDS, MEMORY_BYTES = 4, 128 * 1024 * 1024  # 0.3 s of one core here; kept with each lock, so they may grow
SHORTEST_PASSPHRASE = 12
RECOVERY = ""  # the recovery key's name among the coordinators
RECOVERY_DIGITS = 46  # and two that check them: twelve groups of four, 152 bits
_LOCKS = (  # in one statement, so that a change of keys is seen whole or not at all
    select(INBOX_KEY_WRAP, INBOX.c.key, INBOX_KEY.c.public.label("inbox_public"))
    .join(INBOX, INBOX.c.name == INBOX_KEY_WRAP.c.inbox)
    .join(INBOX_KEY, INBOX_KEY.c.id == INBOX.c.key)
)


class WrongPassphrase(Exception):
    """Wrong name or passphrase, or no such inbox; it does not say which."""


class NoSuchInbox(Exception):
    """There is no key for this inbox, so nothing can be sealed to it. `alongside inbox create` makes one."""


class CannotChangeKeys(Exception):
    """What was asked would lock everybody out, or is already so; the message says what."""


class KeysAltered(Exception):
    """Somebody put a key into the database who could not open the inbox. Nothing was changed; ask who had access."""


@dataclass(frozen=True)
class Created:
    """A new inbox. The recovery key is shown now and never again: print it twice, for two trustees."""

    recovery_key: str = field(repr=False)


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
    recovery_key = with_check(f"{secrets.randbelow(10**RECOVERY_DIGITS):0{RECOVERY_DIGITS}}")
    _require(0 < len(inbox.encode()) <= LONGEST_NAME, f"An inbox needs a name of at most {LONGEST_NAME} letters.")
    _require(bool(coordinators), "Nobody could open it: name at least one coordinator.")
    for coordinator, passphrase in coordinators.items():
        _require_good(coordinator, passphrase)
    private = PrivateKey.generate()
    wraps = [_wrap(inbox, name, secret, private) for name, secret in {**coordinators, RECOVERY: recovery_key}.items()]
    with db.writing() as connection:
        _require(_present_key(connection, inbox) is None, "There is an inbox of that name already.")
        key = _add_key(connection, inbox, private, {})
        connection.execute(insert(INBOX), {"name": inbox, "key": key})
        connection.execute(insert(INBOX_KEY_WRAP), wraps)
    return Created(in_groups(recovery_key))


def inboxes(db: FeedbackDatabase) -> list[str]:
    """The names of all inboxes, in alphabetical order."""
    with db.reading() as connection:
        return list(connection.scalars(select(INBOX.c.name).order_by(INBOX.c.name)))


def public_key(db: FeedbackDatabase, inbox: str) -> PublicKey:
    """The key to seal to. Raises `NoSuchInbox`."""
    with db.reading() as connection:
        key = _present_key(connection, inbox)
    if key is None:
        raise NoSuchInbox("There is no key for this inbox. Run: alongside inbox create")
    return PublicKey(key.public)


def has_inbox(db: FeedbackDatabase, inbox: str) -> bool:
    """Whether there is such an inbox."""
    with db.reading() as connection:
        return _present_key(connection, inbox) is not None


def coordinators(db: FeedbackDatabase, inbox: str) -> list[str]:
    """The names of who can open it."""
    with db.reading() as connection:
        return [wrap.coordinator for wrap in _wraps(connection, inbox) if wrap.coordinator != RECOVERY]


def unlock(db: FeedbackDatabase, inbox: str, coordinator: str, passphrase: str) -> InboxKeys:
    """Open an inbox. Takes about 0.3 s on purpose: call it in a thread. Raises `WrongPassphrase`."""
    if coordinator == RECOVERY:
        raise WrongPassphrase
    return _unlock(db, inbox, coordinator, passphrase)


def unlock_with_recovery(db: FeedbackDatabase, inbox: str, recovery_key: str) -> InboxKeys:
    """Open an inbox with the printed key, however it is spaced. Raises `WrongPassphrase`."""
    digits = checked(recovery_key, RECOVERY_DIGITS + 2)
    if digits is None:
        raise WrongPassphrase
    return _unlock(db, inbox, RECOVERY, digits)


def add_coordinator(
    db: FeedbackDatabase, keys: InboxKeys, coordinator: str, passphrase: str, *, replace: bool = False
) -> None:
    """Let somebody else open it; `replace` gives somebody who lost their passphrase a new one.

    Raises:
        CannotChangeKeys: They are there already, or the passphrase is too short.
    """
    _require_good(coordinator, passphrase)
    wrap = _wrap(keys.inbox, coordinator, passphrase, keys.private_keys[0])
    with db.writing() as connection:
        _require_present(connection, keys)
        gone = connection.execute(delete(INBOX_KEY_WRAP).where(*_is(keys.inbox, coordinator))).rowcount
        _require(replace or not gone, f"{coordinator} can open it already.")
        connection.execute(insert(INBOX_KEY_WRAP), wrap)


def remove_coordinator(db: FeedbackDatabase, keys: InboxKeys, coordinator: str) -> InboxKeys:
    """Take somebody's access away, and change the key, so that what they kept opens nothing new.

    Raises:
        CannotChangeKeys: They are not there, or nobody would be left.
        KeysAltered: See there.
    """
    with db.writing() as connection:
        there = {wrap.coordinator for wrap in _wraps(connection, keys.inbox)} - {RECOVERY}
        _require(coordinator in there, f"{coordinator} cannot open it.")
        _require(len(there) > 1, "Nobody would be left to open it: add somebody first.")
        connection.execute(delete(INBOX_KEY_WRAP).where(*_is(keys.inbox, coordinator)))
        return _change_key(connection, keys)


def change_key(db: FeedbackDatabase, keys: InboxKeys) -> InboxKeys:
    """A new key pair for the inbox. What came before stays readable: the old key is sealed to the new one.

    Raises:
        KeysAltered: See there.
    """
    with db.writing() as connection:
        return _change_key(connection, keys)


def _change_key(connection: Connection, keys: InboxKeys) -> InboxKeys:
    """The new key for everybody who has the old one, the recovery key too; nobody's passphrase is needed."""
    before = _require_present(connection, keys)
    private, old = PrivateKey.generate(), keys.private_keys[0]
    sealed = {"key_before": before.id, "key_before_sealed": SealedBox(private.public_key).encrypt(bytes(old))}
    key = _add_key(connection, keys.inbox, private, sealed)
    connection.execute(update(INBOX).where(INBOX.c.name == keys.inbox).values(key=key))
    for wrap in _wraps(connection, keys.inbox):
        if not hmac.compare_digest(wrap.proof, _proof(old, keys.inbox, wrap.coordinator, wrap.public)):
            raise KeysAltered("Somebody put a key here who could not open the inbox. Nothing was changed.")
        where = _is(keys.inbox, wrap.coordinator)
        connection.execute(
            update(INBOX_KEY_WRAP).where(*where).values(_given(private, keys.inbox, wrap.coordinator, wrap.public))
        )
    return InboxKeys(keys.inbox, (private, *keys.private_keys))


def _unlock(db: FeedbackDatabase, inbox: str, coordinator: str, passphrase: str) -> InboxKeys:
    with db.reading() as connection:
        lock = connection.execute(_LOCKS.where(*_is(inbox, coordinator))).one_or_none()
        every_key = connection.execute(select(INBOX_KEY).where(INBOX_KEY.c.inbox == inbox)).all()
    if lock is None:
        _stretched(passphrase, bytes(argon2id.SALTBYTES), ROUNDS, MEMORY_BYTES)  # the same time as a wrong one
        raise WrongPassphrase
    try:
        theirs = SecretBox(_stretched(passphrase, lock.salt, lock.rounds, lock.memory_bytes))
        private = _opened(PrivateKey(theirs.decrypt(lock.private_locked)), lock.inbox_key_sealed)
    except CryptoError:
        raise WrongPassphrase from None
    if bytes(private.public_key) != lock.inbox_public:
        raise KeysAltered("The inbox's key is not the one that was made for it. Ask who had access to the database.")
    return InboxKeys(inbox, (private, *_keys_before({key.id: key for key in every_key}, lock.key, private)))


def _keys_before(every_key: Mapping[bytes, Any], present: bytes, private: PrivateKey) -> Iterator[PrivateKey]:
    """The keys from before each change, the newest first: each is sealed to the one that followed it."""
    key = every_key[present]
    while key.key_before is not None:
        private = _opened(private, key.key_before_sealed)
        yield private
        key = every_key[key.key_before]


def _wrap(inbox: str, coordinator: str, passphrase: str, private: PrivateKey) -> dict[str, Any]:
    """A row that lets a coordinator open the inbox with a passphrase."""
    theirs, salt = PrivateKey.generate(), secrets.token_bytes(argon2id.SALTBYTES)
    locked = SecretBox(_stretched(passphrase, salt, ROUNDS, MEMORY_BYTES)).encrypt(bytes(theirs))
    public = bytes(theirs.public_key)
    about = {"salt": salt, "rounds": ROUNDS, "memory_bytes": MEMORY_BYTES, "public": public, "private_locked": locked}
    return {"inbox": inbox, "coordinator": coordinator, **about, **_given(private, inbox, coordinator, public)}


def _given(private: PrivateKey, inbox: str, coordinator: str, public: bytes) -> dict[str, bytes]:
    """The inbox's key for one coordinator, and the proof that we know whose public key that is."""
    sealed = SealedBox(PublicKey(public)).encrypt(bytes(private))
    return {"inbox_key_sealed": sealed, "proof": _proof(private, inbox, coordinator, public)}


def _proof(private: PrivateKey, inbox: str, coordinator: str, public: bytes) -> bytes:
    """Only who can open the inbox can compute it: so a thief cannot add a key of theirs and wait for a change."""
    key = hashlib.blake2b(bytes(private), digest_size=32, person=b"alongside proof").digest()
    return hmac.digest(key, repr((inbox, coordinator)).encode() + public, "sha256")


def _stretched(passphrase: str, salt: bytes, rounds: int, memory_bytes: int) -> bytes:
    typed = unicodedata.normalize("NFKC", passphrase).encode("utf-8", "replace")  # whatever the keyboard
    return argon2id.kdf(SecretBox.KEY_SIZE, typed, salt, rounds, memory_bytes)


def _opened(private: PrivateKey, sealed: bytes) -> PrivateKey:
    return PrivateKey(SealedBox(private).decrypt(sealed))


def _add_key(connection: Connection, inbox: str, private: PrivateKey, before: Mapping[str, bytes]) -> bytes:
    its_id = secrets.token_bytes(16)
    connection.execute(insert(INBOX_KEY), {"id": its_id, "inbox": inbox, "public": bytes(private.public_key), **before})
    return its_id


def _present_key(connection: Connection, inbox: str) -> Any:
    return connection.execute(
        select(INBOX_KEY).join(INBOX, INBOX.c.key == INBOX_KEY.c.id).where(INBOX.c.name == inbox)
    ).one_or_none()


def _require_present(connection: Connection, keys: InboxKeys) -> Any:
    """The key's row, if it is still the inbox's: somebody may have changed it since it was unlocked."""
    present = connection.execute(select(INBOX).where(INBOX.c.name == keys.inbox).with_for_update()).one()
    key = connection.execute(select(INBOX_KEY).where(INBOX_KEY.c.id == present.key)).one()
    _require(key.public == bytes(keys.private_keys[0].public_key), "The key was changed meanwhile: open it again.")
    return key


def _wraps(connection: Connection, inbox: str) -> list[Any]:
    wanted = select(INBOX_KEY_WRAP).where(INBOX_KEY_WRAP.c.inbox == inbox)
    return list(connection.execute(wanted.order_by(INBOX_KEY_WRAP.c.coordinator)))


def _is(inbox: str, coordinator: str) -> tuple[Any, Any]:
    return INBOX_KEY_WRAP.c.inbox == inbox, INBOX_KEY_WRAP.c.coordinator == coordinator


def _require_good(coordinator: str, passphrase: str) -> None:
    _require(bool(coordinator.strip()), "A coordinator needs a name.")
    _require(
        len(passphrase) >= SHORTEST_PASSPHRASE,
        f"A passphrase needs at least {SHORTEST_PASSPHRASE} letters: four or five words that nobody would guess.",
    )


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise CannotChangeKeys(otherwise)
