"""The command line's lists and counters: before the release they must show the same whether or not anything waits."""

from __future__ import annotations

from bot.audit.attack import Needs
from bot.audit.loot import Loot


class Counters:
    """A number or a line that is there only when somebody gave feedback."""

    name = "command-line and console counters"
    looks_at = "what a coordinator is shown, in the same week with and without one feedback"
    chance = "0"
    needs: Needs = "played"

    def findings(self, loot: Loot) -> list[str]:
        """The moments at which it shows."""
        if loot.played is None:
            return []
        pairs = zip(loot.played.with_one, loot.played.without, strict=True)
        return [f"{one.when}: a list or a counter shows it" for one, other in pairs if one.desk != other.desk]
