"""Read receipts: a coordinator who reads, and somebody who looks up their code, change nothing at all."""

from __future__ import annotations

from bot.audit.attack import Needs
from bot.audit.loot import Loot
from bot.audit.played import changed


class ReadReceipts:
    """Anything that reading or looking up writes down."""

    name = "read receipts"
    looks_at = "every row of both databases, around reading and CODE"
    chance = "0"
    needs: Needs = "played"

    def findings(self, loot: Loot) -> list[str]:
        """What changed, and over what."""
        steps = loot.played.readings if loot.played is not None else ()
        return sorted({f"{step.what}: {what}" for step in steps for what in changed(step.before, step.after)})
