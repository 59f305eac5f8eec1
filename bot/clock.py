"""The clock is passed in: the real one, or one that tests and simulated handsets move."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

Clock: TypeAlias = Callable[[], datetime]


def real_clock() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


class MovableClock:
    """A clock that stands still until it is moved; never runs by itself."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def __call__(self) -> datetime:
        """The time it shows, in UTC."""
        return self._now

    def forward(self, by: timedelta) -> None:
        """Move it on."""
        self._now += by
