"""Following a broadcast on a terminal, with a bar that grows."""

from __future__ import annotations

import time
from collections.abc import Callable

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.broadcasts.progress import Progress as HowFar

LOOK_AGAIN_SECONDS = 1.0


def follow(
    look: Callable[[], HowFar], console: Console | None = None, rest: Callable[[float], None] = time.sleep
) -> None:
    """Show how far it is until nothing more happens by itself; then the numbers."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    seen = look()
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(f"Broadcast {seen.number}", total=seen.in_all)
        while True:
            bar.update(task, total=seen.in_all, completed=seen.gone, description=_said(seen))
            if seen.is_over or seen.state != "going":
                break
            rest(LOOK_AGAIN_SECONDS)
            seen = look()
    (console or Console()).print("\n".join(seen.lines()), markup=False, highlight=False)


def _said(seen: HowFar) -> str:
    went_wrong = seen.people.get("failed", 0) + seen.people.get("unknown", 0)
    return f"Broadcast {seen.number}: {seen.state}" + (f", {went_wrong} failed or unknown" if went_wrong else "")
