"""Whether somebody of the team may write to a person now, where, and if not, why: in words that they can act upon.

For what colleagues write at the console, and for what is said of it: STOP holds, nobody is put at risk, and a number
that may be somebody else's by now gets nothing personal.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.channels import REASONS, Reason
from bot.not_joined import until_they_join
from bot.writing_first import SILENT_FOR

THEN_WRITE = "Once they have joined or written to us, you can write to them."


def where_they_wrote_from(theirs: Sequence[Any], preferred_address_id: int | None) -> Any:
    """Which of these addresses somebody last wrote from, of what is open; else the one they prefer, or any.

    None: they have none.
    """
    is_open = [each for each in theirs if each.stopped_at is None and each.closed_at is None]
    latest = [each for each in is_open or theirs if each.last_heard_at is not None]
    if latest:
        return max(latest, key=lambda each: (each.last_heard_at, each.id))
    return max(is_open or theirs, key=lambda each: (each.id == preferred_address_id, each.id), default=None)


def why_not_to_write(person: Any, address: Any, alert: Any, now: datetime) -> str | None:
    """Why nothing may be written to somebody there now, as a kind sentence; None: it may.

    Args:
        person: Their row or record.
        address: That of where they would be written to; None: there is none.
        alert: That of their open alert; None: there is none.
        now: What time it is.
    """
    if address is None:
        return "We have no number and no chat of theirs."
    if address.stopped_at is not None:
        return "They have said STOP, and only they can undo it, with START. Nothing is written to them until then."
    if person.safe_to_text is False:
        return "They have said that it is not safe to text them on this phone, so nothing is written to them here."
    if alert is not None and not alert.may_text:
        return (
            "They have not said that it is safe to text them about what they told us. "
            "Please talk to your safeguarding lead first."
        )
    if address.closed_at is not None:
        why = address.closed_reason
        return f"Nothing arrives there. {REASONS[Reason(why)] if why in list(Reason) else ''}".strip()
    if address.last_heard_at is None and person.joined_at is None:
        return until_they_join([person.called], THEN_WRITE)
    if now - (address.last_heard_at or address.created_at) > SILENT_FOR:
        return (
            "Nothing has come from there for 90 days, so the number may be somebody else's by now. "
            "We ask who it is first, with their next check-in."
        )
    return None
