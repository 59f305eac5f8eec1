"""What somebody has said of days, gathered word by word: "every Friday", "mon + thu", "first Friday of the month"."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flows.named_days import MONTH, OF_THE_MONTH, WEEK, every_month_on, every_week_on

ORDINALS = {f"the {which}": which for which in OF_THE_MONTH}
"""What a phrase means, and which one of a month it is."""


@dataclass
class DaysSaid:
    """Days of the week as they come, and whether they are days of every week or of a month.

    Attributes:
        weekdays: Counted from Monday.
        which: Which one of a month: "first".
        of_the_month: Whether a month was spoken of.
        every_second: Whether they said so: every other one, or the second of a month.
        needs_a_month: Whether it is only understood where a month was spoken of: "last friday" is over.
    """

    weekdays: list[int] = field(default_factory=list)
    which: str | None = None
    of_the_month: bool = False
    every_second: bool = False
    needs_a_month: bool = False

    def take(self, which: str, *, behind: bool) -> bool:
        """Keep which one of a month it is, said before the day or behind it; whether nothing else was said before."""
        is_new = self.which is None
        self.which = which
        self.needs_a_month = behind or which != "first"
        return is_new

    def settled(self, every_days: int | None) -> dict[str, Any] | None:
        """What that says, as values of a `Wish`; None: it is in doubt.

        Args:
            every_days: How often, where that was said too.
        """
        if self.every_second and self.of_the_month and self.which is None:
            self.which, every_days = "second", None
        if not self.weekdays:
            return None if self.which or self.of_the_month else {}
        if self.which is not None:
            return self._of_a_month(self.which, every_days)
        if self.of_the_month:
            return None
        if len(set(self.weekdays)) == 1:
            return {"weekday": self.weekdays[0]}
        return {"named": every_week_on(self.weekdays), "every_days": None} if every_days in (None, WEEK) else None

    def _of_a_month(self, which: str, every_days: int | None) -> dict[str, Any] | None:
        of_a_month = self.of_the_month or every_days == MONTH or not self.needs_a_month
        if len(self.weekdays) != 1 or not of_a_month or every_days not in (None, WEEK, MONTH):
            return None
        return {"named": every_month_on(which, self.weekdays[0]), "every_days": None}
