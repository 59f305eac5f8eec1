"""What people write back to a broadcast: gathered under it, for a person to read."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from storage.broadcasts import REPLY, broadcast_answered, reply_name

if TYPE_CHECKING:
    from bot.sitting import Sitting

ANSWERS_FOR = timedelta(days=3)  # after that, words that answer nothing else are not taken for an answer to it


def answers_broadcast(sitting: Sitting) -> bool:
    """Put words that answer no question of ours under the broadcast that they got in these days, if they got one."""
    desk = sitting.desk
    found = broadcast_answered(desk.connection, sitting.address.id, desk.now - ANSWERS_FOR)
    if found is None:
        return False
    broadcast_id, number = found
    sitting.add_to_inbox(REPLY, f"broadcast {number}", name=reply_name(broadcast_id))
    sitting.say("broadcasts.reply")
    return True
