"""Feedback for a test: a separate database on SQLite and on PostgreSQL, an inbox, and quick passphrases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from storage.feedback import keys as inbox_keys
from storage.feedback.codes import CodeKeys, keys_of, new_code
from storage.feedback.database import FeedbackDatabase
from storage.feedback.keys import InboxKeys, create_inbox, public_key, unlock
from storage.feedback.sealing import Sealed, Words, seal

PEPPER = b"p" * 32
BO, SAM = "five kind words in row", "another set of five words"


@pytest.fixture(autouse=True)
def quick_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """The smallest Argon2id there is; its true cost is in the bench."""
    monkeypatch.setattr(inbox_keys, "ROUNDS", 1)
    monkeypatch.setattr(inbox_keys, "MEMORY_BYTES", 8192)


@pytest.fixture
def feedback_db(empty_url: str) -> Iterator[FeedbackDatabase]:
    """A fresh feedback database."""
    database = FeedbackDatabase(empty_url)
    database.migrate()
    yield database
    database.close()


@dataclass
class Inbox:
    """An inbox that Bo and Sam can open."""

    db: FeedbackDatabase
    name: str
    recovery_key: str

    @property
    def keys(self) -> InboxKeys:
        """Opened by Bo."""
        return unlock(self.db, self.name, "Bo", BO)

    def sealed(self, text: str, code: CodeKeys | None = None, **values: object) -> Sealed:
        """Words on their way to it."""
        words = Words(**{"text": text, "channel": "sms", "language": "en", **values})  # type: ignore[arg-type]
        return seal(words, self.name, public_key(self.db, self.name), code)


@pytest.fixture
def inbox(feedback_db: FeedbackDatabase) -> Inbox:
    """The organisation's inbox."""
    return Inbox(
        feedback_db, "organisation", create_inbox(feedback_db, "organisation", {"Bo": BO, "Sam": SAM}).recovery_key
    )


def a_code() -> CodeKeys:
    """The keys of a new code."""
    return keys_of(new_code(), PEPPER)
