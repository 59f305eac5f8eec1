"""Who has written: the address, and the person whom it or the code of an invitation belongs to."""

from __future__ import annotations

from datetime import timedelta

from bot.channels import Incoming
from bot.moving import GOOD_FOR, leave_others, take_along
from bot.sitting import Voice
from storage.desk import Desk
from storage.records import AddressRecord, PersonRecord

JOIN_WORDS = {"join", "ymuno", "/start"}


def whoever_wrote(desk: Desk, message: Incoming, voice: Voice) -> tuple[AddressRecord, PersonRecord | None, bool]:
    """The address, its person, and whether a code has just brought them there.

    The person is None when two share the address and it is not clear who this is.
    """
    address = desk.address(message.channel, message.address)
    code = _invitation_code(message.text)
    if address is not None and any(each.joined_at is not None for each in desk.holders(address)):
        code = None  # sent from the wrong phone, it stays good for the right one
    guest = desk.use_invitation(code, GOOD_FOR) if code else None
    if address is None:
        person = guest or desk.add_person(zone=voice.house.zone)
        address = desk.add_address(message.channel, message.sender, message.address, person)
        if guest is not None:
            _has_moved_to(desk, address, guest)
        return address, person, guest is not None
    holders = somebody_at(desk, address, voice)
    if guest is not None and len(holders) == 1 and holders[0].joined_at is None:
        take_along(desk, holders[0], guest)
        desk.give_address(address, guest)
        _has_moved_to(desk, address, guest)
        return address, guest, True
    if len(holders) == 1:
        return address, holders[0], False
    since = address.speaker_since
    recent = since is not None and desk.now - since < timedelta(hours=12)
    speaker = desk.person(address.speaker_id) if recent and address.speaker_id else None
    return address, speaker, False


def _has_moved_to(desk: Desk, address: AddressRecord, guest: PersonRecord) -> None:
    """Whoever had joined elsewhere leaves that behind; somebody who was invited has nothing to leave."""
    if guest.joined_at is not None:
        leave_others(desk, guest, address)


def somebody_at(desk: Desk, address: AddressRecord, voice: Voice) -> list[PersonRecord]:
    """Who can be reached there; somebody unknown, where whoever it was has been forgotten."""
    if not desk.holders(address):
        somebody = desk.add_person(zone=voice.house.zone, preferred_address_id=address.id)
        desk.add_holder(address, somebody)
    return desk.holders(address)


def _invitation_code(text: str) -> str | None:
    """The code in "JOIN CODE" or "/start CODE"."""
    words = text.split()
    return words[1] if len(words) == 2 and words[0].casefold() in JOIN_WORDS else None
