"""What says something by itself, when the clock asks it to: what each of them is given."""

from __future__ import annotations

from collections.abc import Callable

from bot.clock import Clock
from bot.sitting import Voice
from storage.store import Store


class ByItself:
    """One of them.

    Args:
        store: Where it is committed.
        voice: The words and the house.
        clock: What time it is.
        wake: Called with the names of the senders that have something to send.
    """

    def __init__(self, store: Store, voice: Voice, clock: Clock, wake: Callable[[set[str]], None]) -> None:
        self._store = store
        self._voice = voice
        self._clock = clock
        self._wake = wake
