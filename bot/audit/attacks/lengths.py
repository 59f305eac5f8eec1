"""Lengths: what is sealed must be of one size, or a length finds its writer."""

from __future__ import annotations

from bot.audit.attack import FIXED, OF_FEEDBACK, Needs
from bot.audit.loot import Loot


class Lengths:
    """Columns of feedback in which values differ in length."""

    name = "lengths"
    looks_at = "every value of feedback and replies"
    chance = "0"
    needs: Needs = "nothing"

    def findings(self, loot: Loot) -> list[str]:
        """The columns that tell a length."""
        found = []
        for heap in (each for each in loot.on("feedback") if each.name in OF_FEEDBACK):
            for column in (name for name in heap.columns if name not in FIXED | {"xmin"}):
                sizes = {len(value) for value in heap.column(column) if isinstance(value, bytes | memoryview | str)}
                if len(sizes) > 1:
                    found.append(f"{heap.name}.{column}: values of {len(sizes)} lengths")
        return found
