"""Every table. The names here are stored names, and stored names are for ever."""

from storage.tables.alerts import Alert, AlertEvent, AlertNotice, AlertTest
from storage.tables.conversations import CheckIn, Conversation, InboxItem, Message
from storage.tables.nudges import Nudge
from storage.tables.people import Address, Holder, Invitation, Person
from storage.tables.places import PlaceShown, PlaceSource, PlaceThatHelps
from storage.tables.sending import Lane, Offset, OutboxItem
from storage.tables.types import Moment, new_id

__all__ = [
    "Address",
    "Alert",
    "AlertEvent",
    "AlertNotice",
    "AlertTest",
    "CheckIn",
    "Conversation",
    "Holder",
    "InboxItem",
    "Invitation",
    "Lane",
    "Message",
    "Moment",
    "Nudge",
    "Offset",
    "OutboxItem",
    "Person",
    "PlaceShown",
    "PlaceSource",
    "PlaceThatHelps",
    "new_id",
]
