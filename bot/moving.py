"""Moving to another phone, or between SMS and Telegram: a code makes whoever sends it from there the same person."""

from __future__ import annotations

import secrets
from datetime import timedelta

from bot.sitting import Sitting
from storage.desk import Desk
from storage.moving import become_one, go_on_without
from storage.records import AddressRecord, PersonRecord

GOOD_FOR = timedelta(days=1)  # a code that somebody else could find on an old phone must not work for ever


def give_a_code(sitting: Sitting) -> None:
    """MOVE: tell them what to send from the other phone."""
    code = secrets.token_hex(4)
    sitting.desk.add_invitation(code, sitting.person)
    sitting.say("house.move", code=code)
    sitting.come_back()


def take_along(desk: Desk, stranger: PersonRecord, guest: PersonRecord) -> None:
    """Somebody wrote from their new phone before they said who they are: all of that is theirs, an alert above all."""
    for conversation in desk.open_conversations(stranger):
        desk.change(conversation, state="ended")
    if stranger.taken_over_at is not None:
        desk.change(guest, taken_over_by=stranger.taken_over_by, taken_over_at=stranger.taken_over_at)
    become_one(desk.connection, stranger.id, guest.id)


def leave_others(desk: Desk, person: PersonRecord, address: AddressRecord) -> None:
    """They have moved to this address: no other is theirs, and nothing is said there, not even that they moved.

    An old phone may be in the hands of somebody who must not learn of us. Whoever writes from it is a stranger.
    """
    for other in desk.addresses_of(person):
        if other.id != address.id:
            desk.write_rows_now()
            go_on_without(desk.connection, person.id, other.id, address.id)
            desk.take_from_address(other, person)


def has_moved(sitting: Sitting) -> None:
    """They have sent it: from now on they are written to there, and what was open goes on."""
    sitting.say("house.moved")
    sitting.come_back()
