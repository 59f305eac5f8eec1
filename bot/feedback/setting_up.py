"""Setting feedback up as the configuration says, if all holds that must: otherwise it is not offered."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Sequence

from bot.channels import Channel
from bot.config import Config, Secrets
from bot.feedback.box import Box
from bot.feedback.config import FeedbackConfig
from bot.feedback.handover import Handover
from bot.feedback.holds import what_does_not_hold, what_is_worth_a_look
from bot.service import Feedback
from storage.database import Database
from storage.feedback.database import FeedbackDatabase
from storage.feedback.spool import Spool, SpoolUnreadable

log = logging.getLogger(__name__)


def prepare_feedback(part: FeedbackConfig) -> None:
    """Bring a SQLite file of feedback to today's tables; on PostgreSQL `alongside migrate` does that."""
    database = FeedbackDatabase(part.url)
    try:
        if database.is_sqlite:
            database.migrate()
    finally:
        database.close()


def what_keeps_feedback_away(config: Config, secrets: Secrets, main: Database) -> list[str]:
    """Why feedback is not offered although it is set up, a sentence each; it blocks."""
    part = config.feedback
    if part is None:
        return []
    for folder in (part.memory, part.spool):
        with contextlib.suppress(OSError):  # what keeps us from making it is told below
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = FeedbackDatabase(part.url)
    try:
        found = what_does_not_hold(
            main,
            database,
            part.inbox,
            part.memory,
            part.spool,
            part.pepper_file,
            part.outer_key_file,
            secrets("feedback", "pepper").encode(),
            secrets("feedback", "outer_key").encode(),
            part.swap,
        )
    finally:
        database.close()
    return found or _waits_unreadable(part, secrets("feedback", "outer_key").encode())


def _waits_unreadable(part: FeedbackConfig, outer_key: bytes) -> list[str]:
    """Whether what waits can be opened with this key: otherwise more would be taken in and never come out."""
    try:
        Spool(part.memory, part.spool, outer_key, part.slots).waiting()
    except (SpoolUnreadable, OSError) as why:
        return [f"feedback.spool: what waits there cannot be read ({type(why).__name__}). {why}"]
    return []


def what_is_worth_a_look_about(config: Config) -> list[str]:
    """What does not keep feedback away and still should be better."""
    if config.feedback is None:
        return []
    main, ours = Database(config.database.url), FeedbackDatabase(config.feedback.url)
    try:
        return what_is_worth_a_look(main, ours)
    finally:
        main.close()
        ours.close()


def feedback_of(config: Config, secrets: Secrets, main: Database, channels: Sequence[Channel]) -> Feedback | None:
    """What the service needs for feedback; None where it is not set up, or something that must hold does not.

    Args:
        config: Checked already.
        secrets: With the pepper and the outer key.
        main: The database of everything else.
        channels: Those where everything is feedback.
    """
    part = config.feedback
    if part is None:
        return None
    if missing := what_keeps_feedback_away(config, secrets, main):
        log.error("feedback is not offered, see alongside check", extra={"count": len(missing)})
        return None
    outer_key = secrets("feedback", "outer_key").encode()
    return Feedback(
        Box(
            FeedbackDatabase(part.url),
            Spool(part.memory, part.spool, outer_key, part.slots),
            part.inbox,
            secrets("feedback", "pepper").encode(),
        ),
        part.opens(config.organisation.zone),
        Handover(part.memory, part.spool, outer_key),
        part.spool,
        tuple(channels),
    )
