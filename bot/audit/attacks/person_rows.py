"""Person rows before and after: every row of the main database, from just before a feedback to when it was answered."""

from __future__ import annotations

from bot.audit.attack import Needs
from bot.audit.loot import Loot
from bot.audit.played import changed


class PersonRows:
    """Anything whatever that feedback, a prompt or a code changes on the person's side."""

    name = "person rows before and after"
    looks_at = "every row of the main database, around each feedback, prompt, code and fault"
    chance = "0"
    needs: Needs = "played"

    def findings(self, loot: Loot) -> list[str]:
        """What changed, and over what."""
        if loot.played is None:
            return []
        steps = [*loot.played.steps, *loot.played.readings, *(each.step for each in loot.played.troubles)]
        found = {
            f"{step.what}: {what}"
            for step in steps
            for what in changed(step.before, step.after)
            if what.startswith("people.")
        }
        return sorted(found)
