"""`alongside audit`: the attacks on the deployment of a configuration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from bot.audit.attack import try_all
from bot.audit.attacks import ATTACKS
from bot.audit.loot import Known, take
from bot.audit.report import NOT_COVERED, lines, write
from bot.clock import real_clock
from storage.database import Database
from storage.feedback.database import FeedbackDatabase


def audit(
    people_url: str,
    feedback_url: str,
    folders: Sequence[Path],
    known: Path | None,
    out: Path | None,
    say: Callable[[str], None],
) -> bool:
    """Try every attack; whether none found anything.

    Args:
        people_url: The main database.
        feedback_url: That of feedback.
        folders: Where backups, logs and the spool are.
        known: A file with words that were sent as feedback for this test, one a line.
        out: Where the report goes.
        say: Prints a line.
    """
    words = known.read_text(encoding="utf-8").splitlines() if known is not None else None
    people, feedback = Database(people_url), FeedbackDatabase(feedback_url)
    loot = take(people, feedback, folders, known=Known(tuple(filter(None, words))) if words is not None else None)
    results = try_all(loot, ATTACKS)
    for line in (*lines(results), *NOT_COVERED):
        say(line)
    if out is not None:
        say(f"The report: {write(out, results, real_clock())}")
    return all(each.verdict != "FOUND" for each in results)
