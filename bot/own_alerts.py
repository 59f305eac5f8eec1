"""Whose own an alert is: what somebody of the team says of danger to themselves is for the others.

They neither see it nor do anything about it, from their phone or at the console: whoever is in danger must not be the
one who says that it is over, and what colleagues write about them is not for their eyes. The same holds for whoever
shares a phone with one of the team: who it was that wrote is not known for certain.
"""

from __future__ import annotations

from sqlalchemy import Connection

from bot.safeguarding import Safeguarding
from storage.alerts import AlertRecord, address_of
from storage.own import Themselves, which_are_about


def themselves(care: Safeguarding, name: str) -> Themselves:
    """Somebody of the team, as a person of whom there may be rows."""
    coordinator = care.named(name)
    return Themselves(name, coordinator.channel, coordinator.address) if coordinator else Themselves(name)


def is_themselves(connection: Connection, care: Safeguarding, name: str, person_id: int) -> bool:
    """Whether a person is somebody of the team, or shares their phone."""
    return bool(which_are_about(connection, themselves(care, name), [person_id]))


def of_others(connection: Connection, care: Safeguarding, found: list[AlertRecord], name: str) -> list[AlertRecord]:
    """Those of these alerts that are not about them, and did not come from their phone."""
    if not found:
        return found
    them = themselves(care, name)
    own = which_are_about(connection, them, {each.person_id for each in found})
    phone = address_of(connection, them.channel, them.value) if them.channel and them.value else None
    return [each for each in found if each.person_id not in own and (phone is None or each.address_id != phone.id)]


def whose_own(connection: Connection, care: Safeguarding, alert: AlertRecord) -> set[str]:
    """The names of those whose own an alert is; they are not told of it."""
    return {each.name for each in care.people if not of_others(connection, care, [alert], each.name)}
