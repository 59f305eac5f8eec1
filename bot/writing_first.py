"""Writing first: whether we may write to somebody by ourselves now, and if not, when and why.

Nobody is woken, nobody's conversation is interrupted, and STOP and PAUSE hold; whatever holds a message back has a
reason that a coordinator can read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.times import after_quiet_hours, next_quiet_hours
from storage.desk import Desk
from storage.records import AddressRecord, PersonRecord

LEFT_IN_PEACE = timedelta(days=1)  # how long a conversation is not interrupted
AT_LEAST = timedelta(hours=1)  # the same, where what we would say comes too late otherwise: a meeting this afternoon
IN_CONVERSATION = "a conversation under way"
NOT_A_GOOD_MOMENT = "this is not a good moment for them"
SILENT_FOR = timedelta(days=90)  # after that, nothing personal before they have said who they are


@dataclass(frozen=True)
class Held:
    """We may not write now.

    Attributes:
        why: In words for a coordinator.
        until: When to look again; None: nobody knows.
    """

    why: str
    until: datetime | None = None


def where_to_write(desk: Desk, person: PersonRecord, left_in_peace: timedelta = LEFT_IN_PEACE) -> AddressRecord | Held:
    """The address to write to now, or what holds it back.

    Args:
        desk: With this person on it.
        person: Whom we would write to.
        left_in_peace: How long a question of ours may wait for their answer before anything else is said. What is
            about their safety is left in peace for a day in any case.
    """
    address = _open_address(desk, person)
    if address is None:
        return Held("said STOP, or cannot be reached")
    if person.safe_to_text is False:
        return Held("it is not safe to text them")
    if person.paused_until is not None and person.paused_until > desk.now:
        return Held("paused", person.paused_until)
    if after_quiet_hours(desk.now, person) > desk.now:
        return Held("quiet hours", after_quiet_hours(desk.now, person))
    if person.taken_over_at is not None:
        return Held("a person writes with them", after_quiet_hours(desk.now + LEFT_IN_PEACE, person))
    if _in_conversation(desk, person, left_in_peace):
        return Held(IN_CONVERSATION, after_quiet_hours(desk.now + left_in_peace, person))
    return address


def in_a_hard_moment(desk: Desk, person: PersonRecord) -> Held:
    """Somebody looks after their safety: what is not about that waits. No more is said of why."""
    return Held(NOT_A_GOOD_MOMENT, after_quiet_hours(desk.now + LEFT_IN_PEACE, person))


def is_long_silent(desk: Desk, address: AddressRecord) -> bool:
    """Whether so long nothing was heard from there that somebody else may have the number by now."""
    return desk.now - (address.last_heard_at or address.created_at) > SILENT_FOR


def outside_quiet_hours(desk: Desk, person: PersonRecord) -> dict[str, Any]:
    """For `Sitting.answer`: what cannot leave before their quiet hours waits for their end."""
    quiet = next_quiet_hours(desk.now, person)
    return {"hold_from": quiet[0], "hold_until": quiet[1]} if quiet else {}


def _open_address(desk: Desk, person: PersonRecord) -> AddressRecord | None:
    open_ones = [a for a in desk.addresses_of(person) if a.stopped_at is None and a.closed_at is None]
    open_ones.sort(key=lambda address: address.id != person.preferred_address_id)
    return open_ones[0] if open_ones else None


def _in_conversation(desk: Desk, person: PersonRecord, left_in_peace: timedelta) -> bool:
    return any(
        desk.now - (conversation.asked_at or conversation.front_at)
        < (LEFT_IN_PEACE if conversation.flow == "safety" else left_in_peace)
        for conversation in desk.open_conversations(person)
    )
