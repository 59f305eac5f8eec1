"""What a coordinator still has to ask when a task is talked about: what the bot did not, in the guide's order."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

IN_THE_GUIDES_ORDER = (
    ("how_they_are", "How are they? Is there support that they would like? This comes first."),
    ("barrier", "Does anything get in the way, and is it in our power?"),
    (None, "Did they understand the task?"),
    (None, "Had they what they needed?"),
    (None, "Do they know what good looks like, and why?"),
    ("choice", "Would they like to try again, with support, or pass it on?"),
    ("next_time", "What would help next time?"),
)
"""What the hand-off has kept of each, if the bot asks it at all; and the coordinator's question."""


def checklist(hand_off: Row[Any]) -> list[tuple[str, str | None]]:
    """Every question in the guide's order, with what the bot has heard already; None: it is still to be asked."""
    heard = hand_off._mapping
    return [(question, heard.get(kept) if kept else None) for kept, question in IN_THE_GUIDES_ORDER]


def still_to_ask(hand_off: Row[Any] | None) -> list[str]:
    """The questions that have no answer yet; all of them where the bot has asked nothing."""
    heard = hand_off._mapping if hand_off is not None else {}
    return [question for kept, question in IN_THE_GUIDES_ORDER if kept is None or not heard.get(kept)]
