"""The inboxes that are open in the console: their keys, in this process's memory and nowhere else.

Kept by the hash of a session's token. Let go when its holder locks the inbox or signs out, when the session is locked
or ends in whatever way, when the inbox was left alone for twenty minutes, and when this process ends. With several
processes each asks for the passphrase itself. Python can't wipe memory: whoever controls the running server could look
for a key that was let go, and we don't defend against them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.console.passwords import wait_after
from bot.projects.keeping import NotDone
from storage.accounts import hashed
from storage.feedback.keys import InboxKeys

LET_GO_AFTER = timedelta(minutes=20)


@dataclass
class _Open:
    keys: InboxKeys = field(repr=False)
    used_at: datetime
    said: str = field(default="", repr=False)
    done: set[str] = field(default_factory=set, repr=False)


@dataclass
class OpenInboxes:
    """Who has which inbox open here; any thread may ask."""

    _open: dict[str, _Open] = field(default_factory=dict, repr=False)
    _tries: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __len__(self) -> int:
        """How many are open."""
        return len(self._open)

    def open(self, token: str, who: str, now: datetime, unlock: Callable[[], InboxKeys]) -> None:
        """Open an inbox for a session; wrong tries by one name make the next wait.

        They are counted in memory: a row for each try would tell when somebody opened the inbox. One is opened at a
        time, since each takes 128 MB for a moment.

        Raises:
            NotDone: There were too many wrong tries; or whatever `unlock` raises.
        """
        with self._one_at_a_time:
            tries, last = self._tries.get(who, (0, now))
            if tries and last + wait_after(tries) > now:
                raise NotDone("That was wrong too often. Please wait some minutes, then try again.")
            self._tries[who] = tries + 1, now
            keys = unlock()
            del self._tries[who]
        with self._lock:
            self._open[hashed(token)] = _Open(keys, now)

    def keys(self, token: str, now: datetime) -> InboxKeys | None:
        """The keys that a session may use now; None: it has none, or not any more."""
        with self._lock:
            found = self._open.get(hashed(token))
            if found is None:
                return None
            if now - found.used_at > LET_GO_AFTER:
                del self._open[hashed(token)]
                return None
            found.used_at = now
            return found.keys

    def say(self, token: str, said: str) -> None:
        """Leave a sentence for the inbox's next page: here, since a session's row is in the ordinary database."""
        with self._lock:
            if found := self._open.get(hashed(token)):
                found.said = said

    def said(self, token: str) -> str:
        """What was left for this page, once."""
        with self._lock:
            found = self._open.get(hashed(token))
            if found is None:
                return ""
            said, found.said = found.said, ""
            return said

    @contextmanager
    def once(self, token: str, form: str) -> Iterator[bool]:
        """Whether this form was not sent before: kept here and in no database, where it would tell when it was.

        What is not done after all can be sent again.
        """
        with self._lock:
            found = self._open.get(hashed(token))
            is_first = found is None or not form or form not in found.done
            if found is not None:
                found.done.add(form)
        try:
            yield is_first
        except BaseException:
            with self._lock:
                if found is not None:
                    found.done.discard(form)
            raise

    def let_go(self, token: str) -> None:
        """Forget a session's keys."""
        with self._lock:
            self._open.pop(hashed(token), None)

    def tidy(self, now: datetime, still_signed_in: Callable[[Collection[str]], Collection[str]]) -> None:
        """Forget the keys of whoever has gone.

        Args:
            now: What time it is.
            still_signed_in: Of these hashes of tokens, those whose sessions are open; if it fails, all are let go.
        """
        with self._lock:
            held = set(self._open)
        try:
            staying = set(still_signed_in(held)) if held else set()
        except Exception:
            staying = set()
        with self._lock:
            for each in held:
                found = self._open.get(each)
                if found is not None and (each not in staying or now - found.used_at > LET_GO_AFTER):
                    del self._open[each]
