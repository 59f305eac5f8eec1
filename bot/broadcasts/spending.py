"""What broadcasts may cost, and when two must agree on one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Spending:
    """What an organisation has set for broadcasts.

    Attributes:
        pence_per_part: What a part of a text message costs.
        monthly_budget_pounds: What all texts of a calendar month may cost before broadcasts wait; None: no limit.
        confirm_above: A broadcast to more people than this needs more than one click.
    """

    pence_per_part: float = 4.0
    monthly_budget_pounds: float | None = None
    confirm_above: int = 100
