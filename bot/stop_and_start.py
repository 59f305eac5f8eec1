"""STOP and START: they hold everywhere, and no ordinary message undoes STOP."""

from __future__ import annotations

from bot.heard import Heard
from bot.hearing_danger import NEEDS_A_QUESTION
from bot.sitting import Sitting
from bot.words_of_ours import OF_THEIR_DATA
from storage.tables import Lane


def told_by_the_provider(heard: Heard) -> bool:
    """The provider says that they stopped us, or let us write again; it has answered them itself."""
    if heard.message.kind == "opted out":
        _stop(heard.sitting)
    elif heard.message.kind == "opted in":
        _start(heard.sitting)
    return heard.message.kind in ("opted out", "opted in")


def stop_or_start(heard: Heard) -> bool:
    """STOP and START and their family, before anything else that could take the words."""
    keyword, sitting = heard.keyword, heard.sitting
    if keyword is None or keyword.name not in ("STOP", "START"):
        return False
    stopped = sitting.address.stopped_at is not None
    if keyword.typed in NEEDS_A_QUESTION and heard.fits_a_question():
        return False
    if keyword.name == "STOP":
        _stop(sitting)
        sitting.say("house.stopped")
    elif stopped or keyword.typed != "YES":
        _start(sitting)
        if sitting.person.joined_at is None and sitting.front() is None:
            sitting.begin("joining")
        else:
            sitting.say("house.started")
            sitting.come_back()
    else:
        return False
    return True


def said_stop(heard: Heard) -> bool:
    """They have said STOP and still write: a person reads it, and STOP holds."""
    if heard.sitting.address.stopped_at is None or _is_about_their_data(heard):
        return False
    heard.sitting.add_to_inbox("wrote after STOP")
    heard.sitting.say("house.stopped-still")
    return True


def _stop(sitting: Sitting) -> None:
    """STOP holds everywhere: on every address of theirs, for all that waits, and for open conversations."""
    desk, addresses = sitting.desk, sitting.desk.addresses_of(sitting.person) or [sitting.address]
    for address in addresses:
        desk.change(address, stopped_at=address.stopped_at or desk.now)
    for conversation in desk.open_conversations(sitting.person):
        desk.change(conversation, state="ended")
    desk.withdraw(addresses, Lane.REPLY, "they said STOP")
    desk.void_invitations(sitting.person)


def _start(sitting: Sitting) -> None:
    """START undoes STOP and PAUSE, and answers an open question of how long the pause shall be."""
    for conversation in sitting.desk.open_conversations(sitting.person):
        if conversation.flow == "pause":
            sitting.desk.change(conversation, state="ended")
    sitting.desk.change(sitting.address, stopped_at=None)
    sitting.desk.change(sitting.person, paused_until=None, preferred_address_id=sitting.address.id)


def _is_about_their_data(heard: Heard) -> bool:
    """MYDATA, FORGET, or an answer to what these ask."""
    if heard.keyword is not None and heard.keyword.name in OF_THEIR_DATA:
        return True
    front = heard.sitting.front()
    fits = front is not None and front.flow in OF_THEIR_DATA.values() and heard.turn(front).outcome == "answered"
    return fits and heard.message.kind in ("text", "button")
