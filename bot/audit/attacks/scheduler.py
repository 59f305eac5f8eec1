"""A scheduler's store: APScheduler's pickles the arguments of its jobs, and with them whom they are about."""

from __future__ import annotations

from pathlib import PurePath

from bot.audit.attack import Needs
from bot.audit.loot import Loot

_TRACES = (b"apscheduler_jobs", b"apscheduler.job", b"apscheduler.triggers")


class SchedulerStore:
    """Tables and files that a scheduler keeps its jobs in; ours keeps none."""

    name = "scheduler store"
    looks_at = "every table and file"
    chance = "0"
    needs: Needs = "nothing"

    def findings(self, loot: Loot) -> list[str]:
        """Where jobs are kept."""
        found = [f"{heap.side}: the table {heap.name} keeps jobs" for heap in loot.heaps if "apscheduler" in heap.name]
        return found + [
            f"{PurePath(path).name}: jobs are kept in this file"
            for path, content in loot.files.items()
            if any(trace in content for trace in _TRACES)
        ]
