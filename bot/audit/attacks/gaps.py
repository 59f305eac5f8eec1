"""Counters about people in which a number is missing: something came there that was not kept."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import pairwise
from typing import Any

from bot.audit.attack import Needs
from bot.audit.loot import Heap, Loot

ENOUGH = 10  # values, before they may be called a counter
LARGEST_GAP = 50
DENSE = 0.6  # of the steps are by one
_NUMBER = re.compile(r"[a-zA-Z_-]{0,4}(\d{1,18})")


class Gaps:
    """Ids that count, ours or a provider's, with some missing."""

    name = "ids and gaps"
    looks_at = "every number in the main database"
    chance = "0"
    needs: Needs = "nothing"

    def findings(self, loot: Loot) -> list[str]:
        """The counters in which something is missing."""
        found = []
        for heap in loot.on("people"):
            for column in (name for name in heap.columns if name == "id" or name.endswith("_id")):
                for sender, numbers in _numbers(heap, column).items():
                    if missing := gaps(numbers):
                        found.append(f"{heap.name}.{column}{sender}: {missing} numbers are missing from a counter")
        return found


def _numbers(heap: Heap, column: str) -> dict[str, set[int]]:
    senders = heap.column("sender") or [None] * len(heap.rows)
    found: defaultdict[str, set[int]] = defaultdict(set)
    for sender, value in zip(senders, heap.column(column), strict=True):
        if (number := _number(value)) is not None:
            found[f" of {sender}" if sender else ""].add(number)
    return found


def _number(value: Any) -> int | None:
    if isinstance(value, int):
        return value
    counted = _NUMBER.fullmatch(value) if isinstance(value, str) else None
    return int(counted[1]) if counted else None


def gaps(numbers: set[int]) -> int:
    """How many are missing from what is nearly a counter; 0 where it is none."""
    steps = [after - before for before, after in pairwise(sorted(numbers))]
    if len(numbers) < ENOUGH or sum(step == 1 for step in steps) < DENSE * len(steps):
        return 0
    return sum(step - 1 for step in steps if 1 < step <= LARGEST_GAP)
