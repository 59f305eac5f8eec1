"""Error paths: what goes wrong while somebody gives feedback must not put their words, number or code into any log."""

from __future__ import annotations

from bot.audit.attack import Needs
from bot.audit.attacks.canaries import spellings
from bot.audit.loot import Loot


class ErrorPaths:
    """Everything that any logger was given, at every level and with tracebacks, while things went wrong on purpose."""

    name = "error paths"
    looks_at = "loggers of ours and of all libraries, over faults of databases, spool, channels and our own"
    chance = "0"
    needs: Needs = "played"

    def findings(self, loot: Loot) -> list[str]:
        """Over which fault something was told."""
        troubles = loot.played.troubles if loot.played is not None else ()
        found = [f"{trouble.what}: {trouble.lines} lines in the log tell when" for trouble in troubles if trouble.lines]
        return found + [
            f"{trouble.what}: a log tells who or what it was"
            for trouble in troubles
            if any(form.decode("latin-1") in trouble.logged for one in trouble.private for _, form in spellings(one))
        ]
