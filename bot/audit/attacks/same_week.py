"""The same fortnight with and without somebody's feedback: rows, files, logs, and what everybody else was told."""

from __future__ import annotations

from bot.audit.attack import Needs
from bot.audit.loot import Loot
from bot.audit.played import differences

RESTART = "restart"  # how the names of looks begin that the attack on restarts is about


class SameWeek:
    """What tells the two apart, besides the released batch and the value of the polling offset."""

    name = "the same week with and without one feedback"
    looks_at = "every artefact, before the release and at the end of each week"
    chance = "0"
    needs: Needs = "played"

    def findings(self, loot: Loot) -> list[str]:
        """What differs, and when."""
        return told_apart(loot, restarts=False)


class Restart:
    """The same, around a clean stop and a crash while somebody is in the middle of feedback."""

    name = "restart in mid-feedback"
    looks_at = "every artefact on disk, around a clean stop and a crash with a prompt open"
    chance = "0"
    needs: Needs = "played"

    def findings(self, loot: Loot) -> list[str]:
        """What differs, and when."""
        return told_apart(loot, restarts=True)


def told_apart(loot: Loot, *, restarts: bool) -> list[str]:
    """What tells the looks apart that are, or are not, around a restart."""
    if loot.played is None:
        return []
    pairs = zip(loot.played.with_one, loot.played.without, strict=True)
    return [
        f"{one.when}: {what}"
        for one, other in pairs
        if one.when.startswith(RESTART) is restarts
        for what in differences(one, other)
    ]
