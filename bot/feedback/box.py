"""The box that feedback goes into: sealed, waiting, released by the week, and looked up by its code.

All its methods block, for reading and writing and for Argon2id: call them in a thread.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path

from flows.conversation import Say
from storage.feedback.codes import keys_of, new_code
from storage.feedback.database import FeedbackDatabase
from storage.feedback.keys import public_key
from storage.feedback.sealing import Words, seal
from storage.feedback.spool import Spool, When
from storage.feedback.store import Answer, any_reply_in, look_up, release_waiting, said_did_in, week_of


@dataclass(frozen=True)
class Put:
    """A feedback that waits, as long as its words may still grow or be opened sooner. In memory only.

    Attributes:
        code: What its writer was given.
        words: What was sealed.
    """

    code: str = field(repr=False)
    words: Words = field(repr=False)
    when: When
    path: Path = field(repr=False)


class Box:
    """One organisation's feedback.

    Args:
        database: Where it is kept once it is released.
        spool: Where it waits until then.
        inbox: The inbox's name.
        pepper: Goes into every code; at least 32 bytes that lie neither in the database nor in its backups.
    """

    def __init__(self, database: FeedbackDatabase, spool: Spool, inbox: str, pepper: bytes) -> None:
        self.database = database
        self.spool = spool
        self.inbox = inbox
        self._pepper = pepper

    def put(self, words: Words) -> Put:
        """Seal words with a new code and keep them; when it returns, a crash of this process cannot lose them.

        Raises:
            SpoolFull: Nothing was kept.
            NoSuchInbox: Nothing was kept; somebody has to make the inbox.
        """
        code = new_code()
        sealed = seal(words, self.inbox, public_key(self.database, self.inbox), keys_of(code, self._pepper))
        return Put(code, words, "release", self.spool.put(sealed.to_bytes(), "release"))

    def put_instead(self, earlier: Put, words: Words, when: When | None = None) -> Put:
        """Seal these words in place of what waits, with the same code; if that was folded meanwhile, beside it.

        Raises as `put`; then that stays as it was.
        """
        keys, when = keys_of(earlier.code, self._pepper), when or earlier.when
        sealed = seal(words, self.inbox, public_key(self.database, self.inbox), keys)
        return Put(earlier.code, words, when, self.spool.replace(earlier.path, sealed.to_bytes(), when))

    def answer_to(self, code: str) -> Answer | None:
        """How the feedback with this code stands; None before its release, and for a code that nobody has.

        Args:
            code: What `storage.feedback.codes.well_formed` returned.
        """
        return look_up(self.database, keys_of(code, self._pepper))

    def release(self, day: date, when: When | None) -> bool:
        """Let what waits for `when` into the inbox, or all that waits, under this day's week; whether anything did."""
        return release_waiting(self.database, self.spool, week_of(day), when)

    def news(self, now: datetime) -> list[Say]:
        """What everybody hears this week, whoever they are: what was done, and answered, in the week before it."""
        week = week_of((now - timedelta(days=7)).date())
        done = [Say("feedback.said-did", {"text": text}) for text in said_did_in(self.database, week)]
        return done + ([Say("feedback.answers-waiting")] if any_reply_in(self.database, week) else [])

    def untold(self, message_id: str, *, polled: bool) -> str:
        """A provider's id as it may be stored: always the same, and saying nothing of those before and after it.

        Telegram counts a bot's updates, so that a feedback which is not kept would leave a gap that tells when it came.
        A thief of the environment has the pepper, and could try all numbers.

        Args:
            message_id: As Telegram counts.
            polled: Then the offset tells a redelivery, and a key will do that is gone when the machine is switched off.
                A webhook's redelivery may reach another machine, which has only the pepper in common.
        """
        key = self._machines_key if polled else self._pepper[:64]
        return hashlib.blake2b(message_id.encode(), key=key, digest_size=16).hexdigest()

    @cached_property
    def _machines_key(self) -> bytes:
        return self.spool.key_of_this_machine()

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()
