"""Rows as plain records, for the hot path: the same fields as the tables, without an ORM behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(slots=True)
class PersonRecord:
    """A person's row; see `storage.tables.Person`."""

    id: int
    role: str
    called: str | None
    language: str | None
    zone: str
    created_at: datetime
    joined_at: datetime | None
    invited_by: str | None
    preferred_address_id: int | None
    safe_to_text: bool | None
    sharing: str | None
    offered_help_at: datetime | None
    paused_until: datetime | None
    quiet_from_minute: int
    quiet_until_minute: int
    check_in_every_days: int | None
    check_in_minute: int
    check_in_on: date | None
    check_in_due_at: datetime | None
    check_in_waits_for: str | None
    taken_over_by: int | None
    taken_over_at: datetime | None
    check_in_days: str | None
    break_from_minute: int | None
    break_until_minute: int | None


@dataclass(slots=True)
class AddressRecord:
    """An address's row; see `storage.tables.Address`."""

    id: int
    channel: str
    sender: str
    value: str
    created_at: datetime
    last_heard_at: datetime | None
    stopped_at: datetime | None
    closed_at: datetime | None
    closed_reason: str | None
    speaker_id: int | None
    speaker_since: datetime | None
    unsettled: str | None


@dataclass(slots=True)
class ConversationRecord:
    """A conversation's row; see `storage.tables.Conversation`."""

    id: int
    person_id: int
    address_id: int
    flow: str
    place: str
    state: str
    began_at: datetime
    front_at: datetime
    asked_at: datetime | None


Record = PersonRecord | AddressRecord | ConversationRecord
