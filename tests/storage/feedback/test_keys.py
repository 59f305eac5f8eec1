"""Who can open an inbox: those with a passphrase, the paper in two drawers, and nobody else."""

from __future__ import annotations

import pytest
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox
from sqlalchemy import select, update

from storage.feedback import keys as inbox_keys
from storage.feedback.keys import (
    CannotChangeKeys,
    KeysAltered,
    NoSuchInbox,
    WrongPassphrase,
    add_coordinator,
    change_key,
    coordinators,
    create_inbox,
    inboxes,
    public_key,
    remove_coordinator,
    unlock,
    unlock_with_recovery,
)
from storage.feedback.sealing import Altered, open_sealed
from storage.feedback.store import read, release
from storage.feedback.tables import INBOX_KEY, INBOX_KEY_WRAP
from tests.storage.feedback.conftest import BO, SAM

NEW = "a passphrase nobody had"


def test_each_coordinator_opens_it_with_their_own_passphrase(inbox):
    opened = [unlock(inbox.db, inbox.name, name, words) for name, words in (("Bo", BO), ("Sam", SAM))]

    assert opened[0] == opened[1]
    assert bytes(opened[0].private_keys[0].public_key) == bytes(public_key(inbox.db, inbox.name))
    assert coordinators(inbox.db, inbox.name) == ["Bo", "Sam"]
    assert inboxes(inbox.db) == ["organisation"]


@pytest.mark.parametrize(
    ("name", "who", "passphrase"),
    [
        ("organisation", "Bo", SAM),
        ("organisation", "Kim", BO),
        ("another", "Bo", BO),
        ("organisation", "", BO),
        ("organisation", "Bo", ""),
    ],
)
def test_a_wrong_name_passphrase_or_inbox_opens_nothing_and_does_not_say_which(inbox, name, who, passphrase):
    with pytest.raises(WrongPassphrase) as refused:
        unlock(inbox.db, name, who, passphrase)

    assert str(refused.value) == ""


def test_a_wrong_name_takes_the_same_work_as_a_wrong_passphrase(inbox, monkeypatch):
    worked = []
    stretched = inbox_keys._stretched
    monkeypatch.setattr(inbox_keys, "_stretched", lambda *a: worked.append(a[2:]) or stretched(*a))
    for who in ("Bo", "nobody"):
        with pytest.raises(WrongPassphrase):
            unlock(inbox.db, inbox.name, who, "not it")

    assert worked[0] == worked[1]


def test_a_passphrase_may_be_typed_on_any_keyboard(inbox):
    add_coordinator(inbox.db, inbox.keys, "Dee", "tŷ bach ar y bryn")

    assert unlock(inbox.db, inbox.name, "Dee", "ty\u0302 bach ar y bryn") == inbox.keys


def test_the_paper_opens_it_however_it_is_typed(inbox):
    groups = inbox.recovery_key.split(" ")
    assert [len(group) for group in groups] == [4] * 12

    for typed in (inbox.recovery_key, "".join(groups), "-".join(groups), f" {inbox.recovery_key}\u00a0"):
        assert unlock_with_recovery(inbox.db, inbox.name, typed) == inbox.keys


def test_another_paper_opens_nothing(inbox):
    other = create_inbox(inbox.db, "another", {"Bo": BO}).recovery_key
    slip = inbox.recovery_key[:-1] + str((int(inbox.recovery_key[-1]) + 1) % 10)
    for typed in (other, slip, "", "1234"):
        with pytest.raises(WrongPassphrase):
            unlock_with_recovery(inbox.db, inbox.name, typed)
    with pytest.raises(WrongPassphrase):
        unlock(inbox.db, inbox.name, "", inbox.recovery_key.replace(" ", ""))


def test_who_lost_their_passphrase_gets_a_new_one_with_the_paper(inbox):
    release(inbox.db, [inbox.sealed("from before")], "2026-W19")
    keys = unlock_with_recovery(inbox.db, inbox.name, inbox.recovery_key)

    add_coordinator(inbox.db, keys, "Bo", NEW, replace=True)

    assert [one.words.text for one in read(inbox.db, unlock(inbox.db, inbox.name, "Bo", NEW))] == ["from before"]
    with pytest.raises(WrongPassphrase):
        unlock(inbox.db, inbox.name, "Bo", BO)


def test_nobody_is_replaced_by_accident(inbox):
    with pytest.raises(CannotChangeKeys, match="already"):
        add_coordinator(inbox.db, inbox.keys, "Sam", NEW)

    assert unlock(inbox.db, inbox.name, "Sam", SAM) == inbox.keys


def test_after_a_change_everybody_and_the_paper_open_old_and_new(inbox):
    keys = inbox.keys
    texts = []
    for number in range(3):
        texts.append(f"feedback {number}")
        release(inbox.db, [inbox.sealed(texts[-1])], "2026-W19")
        keys = change_key(inbox.db, keys)

    for opened in (
        inbox.keys,
        unlock(inbox.db, inbox.name, "Sam", SAM),
        unlock_with_recovery(inbox.db, inbox.name, inbox.recovery_key),
    ):
        assert opened == keys
        assert len(opened.private_keys) == 4
        assert sorted(one.words.text for one in read(inbox.db, opened)) == texts


def test_what_was_sealed_before_a_change_and_released_after_it_can_be_read(inbox):
    waiting = inbox.sealed("it waited")
    change_key(inbox.db, inbox.keys)
    release(inbox.db, [waiting], "2026-W19")

    assert read(inbox.db, inbox.keys)[0].words.text == "it waited"


def test_who_was_removed_opens_nothing_and_what_they_kept_opens_nothing_new(inbox):
    kept = unlock(inbox.db, inbox.name, "Sam", SAM)

    remove_coordinator(inbox.db, inbox.keys, "Sam")

    with pytest.raises(WrongPassphrase):
        unlock(inbox.db, inbox.name, "Sam", SAM)
    with pytest.raises(Altered):
        open_sealed(inbox.sealed("after"), kept.private_keys)
    assert open_sealed(inbox.sealed("after"), inbox.keys.private_keys).text == "after"
    assert coordinators(inbox.db, inbox.name) == ["Bo"]
    unlock_with_recovery(inbox.db, inbox.name, inbox.recovery_key)


def test_the_last_one_cannot_be_removed_nor_anybody_who_is_not_there(inbox):
    keys = remove_coordinator(inbox.db, inbox.keys, "Sam")
    for who, why in (("Bo", "Nobody would be left"), ("Sam", "cannot open"), ("", "cannot open")):
        with pytest.raises(CannotChangeKeys, match=why):
            remove_coordinator(inbox.db, keys, who)

    assert inbox.keys == keys


def test_keys_from_before_a_change_cannot_add_anybody(inbox):
    stale = inbox.keys
    change_key(inbox.db, stale)
    for act in (
        lambda: add_coordinator(inbox.db, stale, "Kim", NEW),
        lambda: change_key(inbox.db, stale),
        lambda: remove_coordinator(inbox.db, stale, "Sam"),
    ):
        with pytest.raises(CannotChangeKeys, match="meanwhile"):
            act()

    assert coordinators(inbox.db, inbox.name) == ["Bo", "Sam"]


def test_a_thief_who_puts_a_key_of_theirs_among_the_wraps_is_given_nothing(inbox):
    thief = PrivateKey.generate()
    before = inbox.keys
    with inbox.db.writing() as connection:
        its = INBOX_KEY_WRAP.c.coordinator == "Sam"
        connection.execute(update(INBOX_KEY_WRAP).where(its).values(public=bytes(thief.public_key)))

    with pytest.raises(KeysAltered):
        change_key(inbox.db, before)

    assert inbox.keys == before
    with inbox.db.reading() as connection:
        for sealed in connection.scalars(select(INBOX_KEY_WRAP.c.inbox_key_sealed)):
            with pytest.raises(CryptoError):
                SealedBox(thief).decrypt(sealed)


def test_an_inbox_key_that_somebody_exchanged_is_noticed_when_it_is_opened(inbox):
    with inbox.db.writing() as connection:
        connection.execute(update(INBOX_KEY).values(public=bytes(PrivateKey.generate().public_key)))

    with pytest.raises(KeysAltered):
        unlock(inbox.db, inbox.name, "Bo", BO)


@pytest.mark.parametrize(
    ("name", "people", "why"),
    [
        ("organisation", {"Bo": BO}, "already"),
        ("another", {}, "Nobody could open"),
        ("another", {"Bo": "short"}, "at least 12"),
        ("another", {" ": BO}, "needs a name"),
        ("", {"Bo": BO}, "needs a name"),
        ("x" * 64, {"Bo": BO}, "needs a name"),
    ],
)
def test_an_inbox_that_would_not_work_is_not_made(inbox, name, people, why):
    before = public_key(inbox.db, inbox.name)

    with pytest.raises(CannotChangeKeys, match=why):
        create_inbox(inbox.db, name, people)

    assert inboxes(inbox.db) == ["organisation"]
    assert public_key(inbox.db, inbox.name) == before


def test_without_a_key_nothing_can_be_sealed(feedback_db):
    with pytest.raises(NoSuchInbox, match="alongside inbox create"):
        public_key(feedback_db, "organisation")


def test_neither_passphrases_nor_keys_lie_in_the_database_or_are_printed(inbox):
    private = inbox.keys.private_keys[0]
    with inbox.db.reading() as connection:
        rows = [
            value
            for table in (INBOX_KEY, INBOX_KEY_WRAP)
            for row in connection.execute(select(table))
            for value in row
            if isinstance(value, bytes)
        ]
    for secret in (bytes(private), BO.encode(), SAM.encode(), inbox.recovery_key.replace(" ", "").encode()):
        assert not any(secret in value for value in rows)
    assert repr(bytes(private)) not in repr(inbox.keys)
    assert "private" not in repr(inbox.keys)
