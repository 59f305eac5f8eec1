"""`alongside audit`: the attacks on the deployment of a configuration, or on a simulated one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.audit.attack import Result, try_all
from bot.audit.attacks import ATTACKS
from bot.audit.loot import Known, take
from bot.audit.report import DEPLOYMENT, SIMULATION, Kind, lines, write
from bot.clock import real_clock
from storage.database import Database
from storage.feedback.database import FeedbackDatabase

if TYPE_CHECKING:
    from bot.audit.simulate import Size


def audit(
    people_url: str,
    feedback_url: str,
    folders: Sequence[Path],
    known: Path | None,
    out: Path | None,
    say: Callable[[str], None],
    stolen: Sequence[str] = (),
) -> bool:
    """Try every attack; whether none found anything.

    Args:
        people_url: The main database.
        feedback_url: That of feedback.
        folders: Where backups, logs and the spool are.
        known: A file with words that were sent as feedback for this test, one a line.
        out: Where the report goes.
        say: Prints a line.
        stolen: The secrets that lie on the machine: a thief has them too.
    """
    words = known.read_text(encoding="utf-8").splitlines() if known is not None else None
    people, feedback = Database(people_url), FeedbackDatabase(feedback_url)
    told = Known(tuple(filter(None, words))) if words is not None else None
    loot = take(people, feedback, folders, [each.encode() for each in stolen if each], told)
    return _told(try_all(loot, ATTACKS), DEPLOYMENT, out, say)


def audit_simulated(out: Path | None, say: Callable[[str], None], size: Size | None = None) -> bool:
    """Play a fortnight through the real service and try every attack on it; whether none found anything.

    Args:
        out: Where the report goes.
        say: Prints a line.
        size: Not the usual one, for tests.
    """
    from bot.audit.simulate import Size, simulate

    return _told(simulate(size or Size(), say), SIMULATION, out, say)


def _told(results: Sequence[Result], kind: Kind, out: Path | None, say: Callable[[str], None]) -> bool:
    for line in (*lines(results), *kind.not_covered):
        say(line)
    if out is not None:
        say(f"The report: {write(out, results, real_clock(), kind)}")
    return all(each.verdict != "FOUND" for each in results)
