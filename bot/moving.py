"""Moving to another phone, or between SMS and Telegram: a code makes whoever sends it from there the same person."""

from __future__ import annotations

import secrets
from datetime import timedelta

from bot.sitting import Sitting

GOOD_FOR = timedelta(days=1)  # a code that somebody else could find on an old phone must not work for ever


def give_a_code(sitting: Sitting) -> None:
    """MOVE: tell them what to send from the other phone."""
    code = secrets.token_hex(4)
    sitting.desk.add_invitation(code, sitting.person)
    sitting.say("house.move", code=code)
    sitting.come_back()


def has_moved(sitting: Sitting) -> None:
    """They have sent it: from now on they are written to there, and what was open goes on."""
    sitting.say("house.moved")
    sitting.come_back()
