"""A desk: everything a batch of messages needs, read with a few statements and written with a few more.

The hot path. Plain records instead of ORM objects, Core statements on the SQLModel tables, one executemany a
table. A desk is used inside one transaction and thrown away after `put_away`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, select, update
from sqlmodel import SQLModel

from storage.records import AddressRecord, ConversationRecord, PersonRecord, Record
from storage.tables import (
    Address,
    CheckIn,
    Conversation,
    Holder,
    InboxItem,
    Invitation,
    Message,
    OutboxItem,
    Person,
    new_id,
)


def _table(model: type[SQLModel]) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


PERSON, ADDRESS, HOLDER, INVITATION = (_table(model) for model in (Person, Address, Holder, Invitation))
CONVERSATION, MESSAGE, CHECK_IN = (_table(model) for model in (Conversation, Message, CheckIn))
OUTBOX, INBOX = (_table(model) for model in (OutboxItem, InboxItem))


def _columns(record: type, table: Table) -> list[Any]:
    return [table.c[field.name] for field in fields(record)]


def _update(record: type, table: Table) -> Any:
    names = [field.name for field in fields(record) if field.name not in ("id", "created_at", "began_at")]
    return (
        update(table)
        .where(table.c.id == bindparam("its_id"))
        .values({name: bindparam(f"new_{name}") for name in names})
    )


_SEEN = select(MESSAGE.c.sender, MESSAGE.c.provider_id).where(
    MESSAGE.c.provider_id.in_(bindparam("ids", expanding=True))
)
_PERSON = select(*_columns(PersonRecord, PERSON)).where(PERSON.c.id == bindparam("id"))
_ADDRESSES = select(*_columns(AddressRecord, ADDRESS)).where(ADDRESS.c.value.in_(bindparam("values", expanding=True)))
_ADDRESSES_OF = (
    select(HOLDER.c.person_id, *_columns(AddressRecord, ADDRESS))
    .join(HOLDER, HOLDER.c.address_id == ADDRESS.c.id)
    .where(HOLDER.c.person_id.in_(bindparam("ids", expanding=True)))
)
_HOLDERS = (
    select(HOLDER.c.address_id, *_columns(PersonRecord, PERSON))
    .join(PERSON, PERSON.c.id == HOLDER.c.person_id)
    .where(HOLDER.c.address_id.in_(bindparam("ids", expanding=True)))
    .order_by(PERSON.c.id)
)
# On PostgreSQL a batch locks its addresses, then its people, each in id order and in one statement:
# unordered, batches die of deadlock.
_ADDRESSES_LOCKED = _ADDRESSES.order_by(ADDRESS.c.id).with_for_update()
_ADDRESSES_OF_LOCKED = _ADDRESSES_OF.order_by(ADDRESS.c.id).with_for_update(of=ADDRESS)
_HOLDERS_LOCKED = _HOLDERS.with_for_update(of=PERSON)
_OPEN = (
    select(*_columns(ConversationRecord, CONVERSATION))
    .where(CONVERSATION.c.state == "open", CONVERSATION.c.person_id.in_(bindparam("ids", expanding=True)))
    .order_by(CONVERSATION.c.front_at, CONVERSATION.c.id)
)
_UPDATES = {
    PersonRecord: _update(PersonRecord, PERSON),
    AddressRecord: _update(AddressRecord, ADDRESS),
    ConversationRecord: _update(ConversationRecord, CONVERSATION),
}
_WITHDRAW = (
    update(OUTBOX)
    .where(
        OUTBOX.c.address_id.in_(bindparam("ids", expanding=True)),
        OUTBOX.c.state == "queued",
        OUTBOX.c.lane >= bindparam("from_lane"),
    )
    .values(state="withdrawn", reason=bindparam("why"))
)
_INSERTS = {table: insert(table) for table in (PERSON, ADDRESS, CONVERSATION, HOLDER, MESSAGE, OUTBOX, INBOX, CHECK_IN)}


class Desk:
    """The people, addresses and open conversations behind a batch, and what is to be written about them.

    Attributes:
        now: The moment of this batch, in UTC; one for all of it.
        senders: Names of the senders that have something new to send.
    """

    def __init__(self, connection: Connection, now: datetime) -> None:
        self.now = now
        self.senders: set[str] = set()
        self._connection = connection
        self._locks = connection.dialect.name != "sqlite"
        self._people: dict[int, PersonRecord] = {}
        self._addresses: dict[tuple[str, str], AddressRecord] = {}
        self._holders: defaultdict[int, list[PersonRecord]] = defaultdict(list)
        self._conversations: defaultdict[int, list[ConversationRecord]] = defaultdict(list)
        self._seen: set[tuple[str, str]] = set()
        self._new: defaultdict[Table, list[dict[str, Any]]] = defaultdict(list)
        self._changed: dict[int, Record] = {}
        self._new_ids: set[int] = set()

    # -- reading ---------------------------------------------------------------------------------------

    def fetch(self, values: Sequence[str], provider_ids: Sequence[str]) -> None:
        """Read all that messages from these addresses, with these provider ids, can need."""
        run = self._connection.execute
        self._seen.update((sender, its_id) for sender, its_id in run(_SEEN, {"ids": provider_ids}))
        for columns in run(_ADDRESSES_LOCKED if self._locks else _ADDRESSES, {"values": values}):
            address = AddressRecord(*columns)
            self._addresses[address.channel, address.value] = address
        self._fetch_people()

    def fetch_people(self, ids: Sequence[int]) -> None:
        """Read all that a message to these people can need."""
        statement = _ADDRESSES_OF_LOCKED if self._locks else _ADDRESSES_OF
        for _, *columns in self._connection.execute(statement, {"ids": ids}):
            address = AddressRecord(*columns)
            self._addresses[address.channel, address.value] = address
        self._fetch_people()

    def _fetch_people(self) -> None:
        ids = [address.id for address in self._addresses.values()]
        statement = _HOLDERS_LOCKED if self._locks else _HOLDERS
        for address_id, *columns in self._connection.execute(statement, {"ids": ids}):
            person = self._people.setdefault(columns[0], PersonRecord(*columns))
            self._holders[address_id].append(person)
        for row in self._connection.execute(_OPEN, {"ids": list(self._people)}):
            conversation = ConversationRecord(*row)
            self._conversations[conversation.person_id].append(conversation)

    def has_seen(self, sender: str, provider_id: str) -> bool:
        """Whether this message was taken in before (or earlier in this batch)."""
        return (sender, provider_id) in self._seen

    def address(self, channel: str, value: str) -> AddressRecord | None:
        """The address, if anybody has written from it."""
        return self._addresses.get((channel, value))

    def holders(self, address: AddressRecord) -> list[PersonRecord]:
        """Who can be reached there; oldest first."""
        return self._holders[address.id]

    def person(self, person_id: int) -> PersonRecord | None:
        """A person of this batch."""
        return self._people.get(person_id)

    def open_conversations(self, person: PersonRecord) -> list[ConversationRecord]:
        """The person's open conversations, the one in front last."""
        return [each for each in self._conversations[person.id] if each.state == "open"]

    def move_to_front(self, conversation: ConversationRecord) -> None:
        """Make this the last of its person's open conversations."""
        others = self._conversations[conversation.person_id]
        others.append(others.pop(others.index(conversation)))

    def addresses_of(self, person: PersonRecord) -> list[AddressRecord]:
        """All addresses of a person; asks the database, so only for what is rare."""
        found = []
        for _, *row in self._connection.execute(_ADDRESSES_OF, {"ids": [person.id]}):
            address = AddressRecord(*row)
            found.append(self._addresses.setdefault((address.channel, address.value), address))
        return found

    # -- writing ---------------------------------------------------------------------------------------

    def change(self, record: Record, **values: Any) -> None:
        """Change a row; written by `put_away`."""
        for name, value in values.items():
            setattr(record, name, value)
        self._changed[record.id] = record

    def add_person(self, **values: Any) -> PersonRecord:
        """A new person, with the table's defaults for what is not given."""
        model = Person(created_at=self.now, **values)
        person = PersonRecord(**{field.name: getattr(model, field.name) for field in fields(PersonRecord)})
        self._people[person.id] = person
        self._add_record(PERSON, person)
        return person

    def add_invitation(self, code: str, person: PersonRecord) -> None:
        """A code that makes whoever brings it this person."""
        self._connection.execute(insert(INVITATION), {"code": code, "person_id": person.id, "made_at": self.now})

    def use_invitation(self, code: str) -> PersonRecord | None:
        """The person an invitation was made for, once; None when there is no such invitation waiting."""
        waiting = select(INVITATION.c.person_id).where(INVITATION.c.code == code, INVITATION.c.used_at.is_(None))
        guest_id = self._connection.execute(waiting).scalar()
        if guest_id is None:
            return None
        used = update(INVITATION).where(INVITATION.c.code == code).values(used_at=self.now)
        self._connection.execute(used)
        row = self._connection.execute(_PERSON, {"id": guest_id}).one()
        return self._people.setdefault(guest_id, PersonRecord(*row))

    def add_address(self, channel: str, sender: str, value: str, person: PersonRecord) -> AddressRecord:
        """A new address, held by one person so far, and the one they prefer: they came to us from it."""
        address = AddressRecord(
            id=new_id(),
            channel=channel,
            sender=sender,
            value=value,
            created_at=self.now,
            last_heard_at=None,
            stopped_at=None,
            closed_at=None,
            closed_reason=None,
            speaker_id=person.id,
            speaker_since=None,
            unsettled=None,
        )
        self._addresses[channel, value] = address
        self._add_record(ADDRESS, address)
        self.add_holder(address, person)
        self.change(person, preferred_address_id=address.id)
        return address

    def add_holder(self, address: AddressRecord, person: PersonRecord) -> None:
        """One more person who can be reached at an address."""
        self._holders[address.id].append(person)
        self._new[HOLDER].append({"address_id": address.id, "person_id": person.id})

    def give_address(self, address: AddressRecord, person: PersonRecord) -> None:
        """Make an address somebody else's alone, and the one they prefer."""
        self._flush(HOLDER)
        self._connection.execute(HOLDER.delete().where(HOLDER.c.address_id == address.id))
        self._holders[address.id].clear()
        self.add_holder(address, person)
        self.change(person, preferred_address_id=address.id)

    def add_conversation(self, person: PersonRecord, address: AddressRecord, flow: str) -> ConversationRecord:
        """A new conversation, in front; its place is still to be set."""
        conversation = ConversationRecord(new_id(), person.id, address.id, flow, "", "open", self.now, self.now, None)
        self._conversations[person.id].append(conversation)
        self._add_record(CONVERSATION, conversation)
        return conversation

    def add_message(self, sender: str, provider_id: str, **values: Any) -> int:
        """Keep what a person sent; from now on it counts as seen. Returns its id."""
        self._seen.add((sender, provider_id))
        row = {"id": new_id(), "sender": sender, "provider_id": provider_id, "at": self.now, **values}
        self._new[MESSAGE].append(row)
        return int(row["id"])

    def add_outgoing(self, address: AddressRecord, **values: Any) -> int:
        """Queue a message of ours. Returns its id."""
        self.senders.add(address.sender)
        row = {
            "id": new_id(),
            "address_id": address.id,
            "sender": address.sender,
            "state": "queued",
            "attempts": 0,
            "created_at": self.now,
            "not_before": None,
            "hold_from": None,
            "hold_until": None,
            **values,
        }
        self._new[OUTBOX].append(row)
        return int(row["id"])

    def add_to_inbox(self, conversation_id: int | None = None, name: str | None = None, **values: Any) -> None:
        """Put something in front of the coordinators; the same act of a conversation replaces its item."""
        row = {
            "id": new_id(),
            "conversation_id": conversation_id,
            "name": name,
            "at": self.now,
            "note": None,
            "message_id": None,
            **values,
        }
        if conversation_id is not None:
            self._replace(INBOX, {"conversation_id": conversation_id, "name": name})
        self._new[INBOX].append(row)

    def add_note(self, conversation_id: int, note: str) -> None:
        """Add words to the inbox items of a conversation."""
        self._flush(INBOX)
        self._connection.execute(update(INBOX).where(INBOX.c.conversation_id == conversation_id).values(note=note))

    def take_back(self, conversation_id: int, names: Sequence[str]) -> None:
        """Mark inbox items of these acts as taken back; whoever has read them already sees that."""
        self._flush(INBOX)
        self._connection.execute(
            update(INBOX)
            .where(INBOX.c.conversation_id == conversation_id, INBOX.c.name.in_(names))
            .values(taken_back_at=self.now)
        )

    def add_check_in(self, conversation_id: int, **values: Any) -> None:
        """Keep a check-in; a second one of the same conversation replaces the first."""
        self._replace(CHECK_IN, {"conversation_id": conversation_id})
        self._new[CHECK_IN].append({"conversation_id": conversation_id, "at": self.now, **values})

    def withdraw(self, addresses: Iterable[AddressRecord], from_lane: int, why: str) -> None:
        """Take back what waits to be sent to these addresses, in this lane and the ones below it."""
        self._flush(OUTBOX)
        ids = [address.id for address in addresses]
        self._connection.execute(_WITHDRAW, {"ids": ids, "from_lane": from_lane, "why": why})

    def put_away(self) -> None:
        """Write everything."""
        for record_id in self._new_ids & self._changed.keys():
            del self._changed[record_id]  # its insert reads the record as it is now
        for table in (PERSON, ADDRESS, HOLDER, CONVERSATION, MESSAGE, OUTBOX, INBOX, CHECK_IN):
            self._flush(table)
        for kind, statement in _UPDATES.items():
            records = [record for record in self._changed.values() if type(record) is kind]
            if records:
                self._connection.execute(statement, [_new_values(record) for record in records])
        self._changed.clear()

    def _add_record(self, table: Table, record: Record) -> None:
        self._new_ids.add(record.id)
        self._new[table].append({"record": record})

    def _replace(self, table: Table, key: dict[str, Any]) -> None:
        """Remove an earlier row with this key, here or in the database: rare, since BACK is rare."""
        waiting = self._new[table]
        waiting[:] = [row for row in waiting if any(row[name] != value for name, value in key.items())]
        condition = [table.c[name] == value for name, value in key.items()]
        self._connection.execute(table.delete().where(*condition))

    def _flush(self, table: Table) -> None:
        rows = self._new.pop(table, [])
        if rows:
            self._connection.execute(_INSERTS[table], [_row(row) for row in rows])


def _row(row: dict[str, Any]) -> dict[str, Any]:
    record = row.get("record")
    if record is None:
        return row
    return {field: getattr(record, field) for field in record.__slots__}


def _new_values(record: Record) -> dict[str, Any]:
    values = {f"new_{field}": getattr(record, field) for field in record.__slots__}
    values["its_id"] = values.pop("new_id")
    values.pop("new_created_at", None)
    values.pop("new_began_at", None)
    return values
