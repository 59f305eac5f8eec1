"""When the box of feedback is opened: once a week, by the clock, whether or not anything came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class OpeningHour:
    """The full hour of the week at which everything that waits is released.

    Attributes:
        weekday: 0 is Monday.
        hour: 0 to 23, by the organisation's clock.
        zone: The organisation's.
    """

    weekday: int = 4
    hour: int = 12
    zone: str = "Europe/London"

    def last(self, now: datetime) -> date:
        """The day of the latest opening that is not after now."""
        local = now.astimezone(ZoneInfo(self.zone))
        day = local.date() - timedelta(days=(local.weekday() - self.weekday) % 7)
        return day - timedelta(days=7) if day == local.date() and local.hour < self.hour else day
