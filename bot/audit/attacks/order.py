"""The order in which feedback lies, against the order in which it was written.

SQLite keeps the order of arrival in rowids even under random keys: only a shuffled batch removes it.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from math import sqrt

from bot.audit.attack import Needs
from bot.audit.loot import Loot

SURE = 4.0  # standard deviations: by chance in one audit of 15,000


class Order:
    """Kendall's test of rows against arrival, within each week; all weeks together."""

    name = "order of rows and pages"
    looks_at = "the feedback table, as it lies on the disk"
    chance = "1 in 15,000"
    needs: Needs = "arrived"

    def findings(self, loot: Loot) -> list[str]:
        """Whether the order tells something."""
        arrived = {its_id: at for at, its_id in enumerate(loot.known.arrived if loot.known else ())}
        weeks: defaultdict[str, list[int]] = defaultdict(list)
        for heap in loot.on("feedback"):
            if heap.name == "feedback":
                for its_id, week in zip(heap.column("id"), heap.column("release_week"), strict=True):
                    if bytes(its_id) in arrived:
                        weeks[week].append(arrived[bytes(its_id)])
        away = deviations(list(weeks.values()))
        return ["feedback lies in the order in which it came"] if abs(away) > SURE else []


def deviations(orders: list[list[int]]) -> float:
    """How far from random these orders are, in standard deviations."""
    score = sum((1 if one < other else -1) for order in orders for one, other in combinations(order, 2))
    variance = sum(n * (n - 1) * (2 * n + 5) / 18 for n in map(len, orders))
    return score / sqrt(variance) if variance else 0.0
