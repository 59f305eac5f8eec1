"""What texts have cost this month, and what is left of the month's money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.broadcasts.spending import Spending
from bot.house import House
from bot.times import zone_of
from storage.broadcasts import parts_since


@dataclass(frozen=True)
class Purse:
    """The month's money for texts.

    Attributes:
        spending: What is set.
        parts: How many SMS parts this month has come to, with what is still to leave.
    """

    spending: Spending
    parts: int

    def pence(self, parts: int) -> float:
        """What so many parts cost."""
        return parts * self.spending.pence_per_part

    @property
    def left_pence(self) -> float | None:
        """What is left of the month's money; None: there is no limit."""
        pounds = self.spending.monthly_budget_pounds
        return None if pounds is None else pounds * 100 - self.pence(self.parts)

    @property
    def parts_left(self) -> int | None:
        """How many parts can still be paid for; None: there is no limit."""
        left, price = self.left_pence, self.spending.pence_per_part
        return None if left is None or price == 0 else max(0, int(left / price + 1e-9))


def purse(connection: Connection, house: House, now: datetime) -> Purse:
    """The money of this calendar month."""
    first = now.astimezone(zone_of(house.zone)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    parts = parts_since(connection, first) if house.spending.monthly_budget_pounds is not None else 0
    return Purse(house.spending, parts)


def pounds(pence: float) -> str:
    """An amount, as it is written: "£1.20"."""
    return f"£{pence / 100:.2f}"
