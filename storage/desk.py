"""A desk: everything a batch of messages needs, read with a few statements and written with a few more.

The hot path. Plain records instead of ORM objects, Core statements on the SQLModel tables, one executemany a
table. A desk is used inside one transaction and thrown away after `put_away`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table, and_, bindparam, delete, insert, literal_column, select, update

from storage.direct import Row, read, write
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
    table_of,
)

PERSON, ADDRESS, HOLDER, INVITATION = (table_of(model) for model in (Person, Address, Holder, Invitation))
CONVERSATION, MESSAGE, CHECK_IN = (table_of(model) for model in (Conversation, Message, CheckIn))
OUTBOX, INBOX = (table_of(model) for model in (OutboxItem, InboxItem))

# States that an index names are written out, not bound: only then does a database see that the index will do.
QUEUED = OUTBOX.c.state == literal_column("'queued'")
SENDING = OUTBOX.c.state == literal_column("'sending'")
ON_ITS_WAY = OUTBOX.c.state.in_((literal_column("'queued'"), literal_column("'sending'")))
OPEN = CONVERSATION.c.state == literal_column("'open'")
OF_DANGER = and_(OPEN, CONVERSATION.c.flow == literal_column("'safety'"))


def _columns(record: type, table: Table) -> list[Any]:
    return [table.c[field.name] for field in fields(record)]


@cache
def _update(table: Table, names: frozenset[str]) -> Any:
    """One statement for each set of columns that changes together; there are a handful."""
    return (
        update(table)
        .where(table.c.id == bindparam("its_id"))
        .values({name: bindparam(f"new_{name}") for name in sorted(names)})
    )


@cache
def _insert(table: Table, names: frozenset[str]) -> Any:
    """One statement for each set of columns that is given together; the others have their defaults."""
    return insert(table).values({name: bindparam(name, type_=table.c[name].type) for name in sorted(names)})


def _given_by_default(table: Table) -> dict[str, Any]:
    defaults: Any = [(column.name, column.default) for column in table.c if column.default is not None]
    return {name: default.arg for name, default in defaults}


_DEFAULTS = {
    table: _given_by_default(table)
    for table in (PERSON, ADDRESS, HOLDER, CONVERSATION, MESSAGE, OUTBOX, INBOX, CHECK_IN)
}
_USE_INVITATION = (
    update(INVITATION)
    .where(INVITATION.c.code == bindparam("its_code"), INVITATION.c.used_at.is_(None))
    .values(used_at=bindparam("now"))
    .returning(INVITATION.c.person_id, INVITATION.c.made_at)
)
_ADDRESSES_OF = (
    select(HOLDER.c.person_id, *_columns(AddressRecord, ADDRESS))
    .join(HOLDER, HOLDER.c.address_id == ADDRESS.c.id)
    .where(HOLDER.c.person_id.in_(bindparam("ids", expanding=True)))
)
_THEIRS_OPEN = and_(CONVERSATION.c.person_id == PERSON.c.id, OPEN)
# An address, who holds it, and their open conversations: one statement, because each costs more than its rows.
_EVERYTHING = (
    select(
        *_columns(AddressRecord, ADDRESS),
        *_columns(PersonRecord, PERSON),
        *_columns(ConversationRecord, CONVERSATION),
    )
    .select_from(ADDRESS)
    .outerjoin(HOLDER, HOLDER.c.address_id == ADDRESS.c.id)
    .outerjoin(PERSON, PERSON.c.id == HOLDER.c.person_id)
    .outerjoin(CONVERSATION, _THEIRS_OPEN)
    .order_by(PERSON.c.id, CONVERSATION.c.front_at, CONVERSATION.c.id)
)
_PEOPLE = (
    select(*_columns(PersonRecord, PERSON), *_columns(ConversationRecord, CONVERSATION))
    .select_from(PERSON)
    .outerjoin(CONVERSATION, _THEIRS_OPEN)
    .order_by(PERSON.c.id, CONVERSATION.c.front_at, CONVERSATION.c.id)
)
# On PostgreSQL a batch first locks its addresses, then their holders, each in id order and in one statement:
# unordered, batches die of deadlock.
_LOCK_ADDRESSES = select(ADDRESS.c.id).order_by(ADDRESS.c.id).with_for_update()
_LOCK_HOLDERS = (
    select(PERSON.c.id)
    .join(HOLDER, HOLDER.c.person_id == PERSON.c.id)
    .join(ADDRESS, ADDRESS.c.id == HOLDER.c.address_id)
    .order_by(PERSON.c.id)
    .with_for_update(of=PERSON)
)
_LOCK_PEOPLE = select(PERSON.c.id).order_by(PERSON.c.id).with_for_update()


def _among(column: Any, size: int) -> Any:
    return column.in_([bindparam(f"v{n}") for n in range(size)])


def _padded(values: Sequence[Any]) -> dict[str, Any]:
    """Parameters for `_among`, whose sizes are powers of two: so there are few statements to prepare."""
    size = 1 << (len(values) - 1).bit_length()
    return {f"v{n}": values[min(n, len(values) - 1)] for n in range(size)}


@dataclass(frozen=True)
class _Reading:
    """A query, and what is locked before it where rows have locks; the ids of the first lock begin its rows."""

    query: Any
    locks: tuple[Any, ...] = ()


@cache
def _seen(size: int) -> _Reading:
    return _Reading(select(MESSAGE.c.sender, MESSAGE.c.provider_id).where(_among(MESSAGE.c.provider_id, size)))


@cache
def _at_values(size: int) -> _Reading:
    where = _among(ADDRESS.c.value, size)
    return _Reading(_EVERYTHING.where(where), (_LOCK_ADDRESSES.where(where), _LOCK_HOLDERS.where(where)))


@cache
def _held_by(size: int) -> _Reading:
    where = ADDRESS.c.id.in_(select(HOLDER.c.address_id).where(_among(HOLDER.c.person_id, size)))
    return _Reading(_EVERYTHING.where(where), (_LOCK_ADDRESSES.where(where), _LOCK_HOLDERS.where(where)))


@cache
def _themselves(size: int) -> _Reading:
    where = _among(PERSON.c.id, size)
    return _Reading(_PEOPLE.where(where), (_LOCK_PEOPLE.where(where),))


_ADDRESS_ENDS = len(fields(AddressRecord))
_PERSON_ENDS = _ADDRESS_ENDS + len(fields(PersonRecord))
_TABLES = {PersonRecord: PERSON, AddressRecord: ADDRESS, ConversationRecord: CONVERSATION}
_WITHDRAW = (
    update(OUTBOX)
    .where(
        OUTBOX.c.address_id.in_(bindparam("ids", expanding=True)),
        ON_ITS_WAY,
        QUEUED,
        OUTBOX.c.lane >= bindparam("from_lane"),
    )
    .values(state="withdrawn", reason=bindparam("why"))
)
_MOODS = (
    select(CHECK_IN.c.mood)
    .where(
        CHECK_IN.c.person_id == bindparam("its_person"),
        CHECK_IN.c.mood.is_not(None),
        CHECK_IN.c.conversation_id.not_in(bindparam("still_open", expanding=True)),
    )
    .order_by(CHECK_IN.c.at.desc(), CHECK_IN.c.conversation_id.desc())
    .limit(bindparam("number"))
)
# Keys that come from outside can be new to two batches at once: written in one order, neither dies of deadlock.
_KEYS_FROM_OUTSIDE = {ADDRESS: ("value", "channel"), MESSAGE: ("provider_id", "sender")}
_DELETES = {
    CHECK_IN: delete(CHECK_IN).where(CHECK_IN.c.conversation_id == bindparam("its_conversation_id")),
    INBOX: delete(INBOX).where(
        INBOX.c.conversation_id == bindparam("its_conversation_id"), INBOX.c.name == bindparam("its_name")
    ),
}


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
        self._replaced: defaultdict[Table, list[dict[str, Any]]] = defaultdict(list)
        self._new: defaultdict[Table, list[dict[str, Any]]] = defaultdict(list)
        self._changed: dict[tuple[type[Record], int], tuple[Record, set[str]]] = {}
        self._new_records: set[tuple[type, int]] = set()
        self._at_the_end: dict[int, Callable[[], None]] = {}

    @property
    def connection(self) -> Connection:
        """The transaction, for what is too rare to be gathered here."""
        return self._connection

    # -- reading ---------------------------------------------------------------------------------------

    def fetch(self, values: Sequence[str], provider_ids: Sequence[str]) -> None:
        """Read all that messages from these addresses, with these provider ids, can need."""
        self._seen.update((sender, its_id) for sender, its_id in self._read(_seen, provider_ids))
        self._take_up(self._read(_at_values, values))

    def fetch_people(self, ids: Sequence[int]) -> None:
        """Read all that a message to these people can need, whether they have an address or not."""
        self._take_up(self._read(_held_by, ids))
        self._take_up_people([its_id for its_id in ids if its_id not in self._people])

    def _take_up(self, rows: Iterable[Row]) -> None:
        """Put addresses, their holders and their conversations on the desk; what is on it already stays as it is."""
        new: dict[int, AddressRecord] = {}
        taken = _Taken(self._people, self._conversations)
        for row in rows:
            address_id, channel, _, value = row[:4]
            if address_id not in new:
                if (channel, value) in self._addresses:
                    continue
                new[address_id] = self._addresses[channel, value] = AddressRecord(*row[:_ADDRESS_ENDS])
            person = taken.person(row[_ADDRESS_ENDS:_PERSON_ENDS], row[_PERSON_ENDS:])
            if person is not None and person not in self._holders[address_id]:
                self._holders[address_id].append(person)

    def _take_up_people(self, ids: Sequence[int]) -> None:
        taken, ends = _Taken(self._people, self._conversations), _PERSON_ENDS - _ADDRESS_ENDS
        for row in self._read(_themselves, ids):
            taken.person(row[:ends], row[ends:])

    def _read(self, of_size: Callable[[int], _Reading], values: Sequence[Any]) -> Iterable[Row]:
        """The rows of a reading; on PostgreSQL only of what its first lock has taken hold of."""
        if not values:
            return ()
        given = _padded(values)
        reading = of_size(len(given))
        if not self._locks or not reading.locks:
            return read(self._connection, reading.query, given)
        held, *_ = [frozenset(self._connection.execute(lock, given).scalars()) for lock in reading.locks]
        # What another batch has brought into being since then is not ours to change: writing it anew is refused,
        # and the batch runs again.
        return [row for row in read(self._connection, reading.query, given) if row[0] in held]

    def has_seen(self, sender: str, provider_id: str) -> bool:
        """Whether this message was taken in before (or earlier in this batch)."""
        return (sender, provider_id) in self._seen

    def address(self, channel: str, value: str) -> AddressRecord | None:
        """The address, if anybody has written from it."""
        return self._addresses.get((channel, value))

    def holders(self, address: AddressRecord) -> list[PersonRecord]:
        """Who can be reached there; oldest first. Nobody, where everybody has been forgotten."""
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
        others.remove(conversation)
        self.change(conversation, front_at=self._front_at(conversation.person_id))
        others.append(conversation)

    def _front_at(self, person_id: int) -> datetime:
        """Now, or just after the one in front: a batch is one moment, in which several can come to the front."""
        just_after = [each.front_at + timedelta(microseconds=1) for each in self._conversations[person_id]]
        return max([self.now, *just_after])

    def addresses_of(self, person: PersonRecord) -> list[AddressRecord]:
        """All addresses of a person; asks the database each time, so only for what is rare."""
        found = {each.id: each for each in self._addresses.values() if person in self._holders[each.id]}
        for _, *row in self._connection.execute(_ADDRESSES_OF, {"ids": [person.id]}):
            address = AddressRecord(*row)
            found[address.id] = self._addresses.setdefault((address.channel, address.value), address)
        return list(found.values())

    # -- writing ---------------------------------------------------------------------------------------

    def change(self, record: Record, **values: Any) -> None:
        """Change a row; written by `put_away`."""
        for name, value in values.items():
            setattr(record, name, value)
        self._changed.setdefault((type(record), record.id), (record, set()))[1].update(values)

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

    def use_invitation(self, code: str, if_joined_within: timedelta) -> PersonRecord | None:
        """The person an invitation was made for, once; None when there is no such invitation waiting.

        Args:
            code: What they sent.
            if_joined_within: How long it is good for if that person has joined already, and only moves.
        """
        found = self._connection.execute(_USE_INVITATION, {"its_code": code, "now": self.now}).one_or_none()
        if found is None:
            return None
        if found.person_id not in self._people:
            self._take_up_people([found.person_id])
        guest = self._people[found.person_id]
        return guest if guest.joined_at is None or self.now - found.made_at <= if_joined_within else None

    def void_invitations(self, person: PersonRecord) -> None:
        """Codes that are on their way to somebody are good for nothing any more."""
        mine = INVITATION.c.person_id == person.id, INVITATION.c.used_at.is_(None)
        self._connection.execute(update(INVITATION).where(*mine).values(used_at=self.now))

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

    def take_from_address(self, address: AddressRecord, person: PersonRecord) -> None:
        """Somebody can no longer be reached there; whoever shares it with them stays."""
        self._flush(HOLDER)
        theirs = (HOLDER.c.address_id == address.id, HOLDER.c.person_id == person.id)
        self._connection.execute(HOLDER.delete().where(*theirs))
        if person in self._holders[address.id]:
            self._holders[address.id].remove(person)
        if address.speaker_id == person.id:
            self.change(address, speaker_id=None, speaker_since=None)

    def add_conversation(self, person: PersonRecord, address: AddressRecord, flow: str) -> ConversationRecord:
        """A new conversation, in front; its place is still to be set."""
        front_at = self._front_at(person.id)
        conversation = ConversationRecord(new_id(), person.id, address.id, flow, "", "open", self.now, front_at, None)
        self._conversations[person.id].append(conversation)
        self._add_record(CONVERSATION, conversation)
        return conversation

    def add_message(self, sender: str, provider_id: str, **values: Any) -> int:
        """Keep what a person sent; from now on it counts as seen. Returns its id."""
        self._seen.add((sender, provider_id))
        row = {"id": new_id(), "sender": sender, "provider_id": provider_id, "at": self.now, **values}
        self._new[MESSAGE].append(row)
        return int(row["id"])

    def keep_words(self, message_id: int, words: str) -> None:
        """Keep other words for a message of this batch than it came with."""
        for row in self._new[MESSAGE]:
            if row["id"] == message_id:
                row["text"] = words

    def leave_out_words(self, message_id: int) -> None:
        """Keep that somebody sent a message of this batch, and not what it says; that is then never written."""
        self.keep_words(message_id, "")

    def keep_between_us(self, message_id: int) -> None:
        """Mark a message of this batch as one that was said to be for nobody of the team."""
        for row in self._new[MESSAGE]:
            if row["id"] == message_id:
                row["between_us"] = True

    def speaks_of(self, message_id: int, person_id: int) -> None:
        """Mark a message of this batch as one in which a coordinator speaks of somebody."""
        for row in self._new[MESSAGE]:
            if row["id"] == message_id:
                row["about_id"] = person_id

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
            "not_before": self.now,
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
            self._replaced[INBOX].append({"its_conversation_id": conversation_id, "its_name": name})
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
        self._replaced[CHECK_IN].append({"its_conversation_id": conversation_id})
        self._new[CHECK_IN].append({"conversation_id": conversation_id, "at": self.now, **values})

    def take_check_in_back(self, conversation_id: int) -> None:
        """Forget the check-in of a conversation: the person went BACK over how they are."""
        self._flush(CHECK_IN)
        self._replaced[CHECK_IN].append({"its_conversation_id": conversation_id})

    def last_moods(self, person: PersonRecord, number: int) -> list[int]:
        """How somebody said they were in their last check-ins, newest first.

        What they skipped does not count, nor does a check-in that is still going on.
        """
        self._flush(CHECK_IN)
        still_open = [each.id for each in self.open_conversations(person)]
        values = {"its_person": person.id, "still_open": still_open, "number": number}
        return list(self._connection.execute(_MOODS, values).scalars())

    def withdraw(self, addresses: Iterable[AddressRecord], from_lane: int, why: str) -> None:
        """Take back what waits to be sent to these addresses, in this lane and the ones below it."""
        self._flush(OUTBOX)
        ids = [address.id for address in addresses]
        self._connection.execute(_WITHDRAW, {"ids": ids, "from_lane": from_lane, "why": why})

    def forget(self, person: PersonRecord, erase: Callable[[], None]) -> None:
        """From now on nobody here knows this person; `erase` deletes what is kept, once everything is written."""
        for holders in self._holders.values():
            if person in holders:
                holders.remove(person)
        self._people.pop(person.id, None)
        self._conversations.pop(person.id, None)
        self._at_the_end[person.id] = erase

    def has_forgotten(self, person: PersonRecord) -> bool:
        """Whether `forget` was told so of this person."""
        return person.id in self._at_the_end

    def claim_messages(self, address: AddressRecord, person: PersonRecord) -> None:
        """What was kept at an address as nobody's is this person's: they have said who they are."""
        self._flush(MESSAGE)
        self._connection.execute(
            update(MESSAGE)
            .where(MESSAGE.c.person_id.is_(None), MESSAGE.c.address_id == address.id)
            .values(person_id=person.id)
        )

    def write_rows_now(self) -> None:
        """Write what was said and asked so far, so that a statement can count on it; for what is rare."""
        for table in (MESSAGE, OUTBOX, INBOX, CHECK_IN):
            self._flush(table)

    def put_away(self) -> None:
        """Write everything."""
        for record_id in self._new_records & self._changed.keys():
            del self._changed[record_id]  # its insert reads the record as it is now
        for table in (PERSON, ADDRESS, HOLDER, CONVERSATION, MESSAGE, OUTBOX, INBOX, CHECK_IN):
            self._flush(table)
        together: defaultdict[tuple[type[Record], frozenset[str]], list[Record]] = defaultdict(list)
        for (kind, _), (record, names) in self._changed.items():
            together[kind, frozenset(names)].append(record)
        for (kind, columns), records in together.items():
            rows = [_new_values(each, columns) for each in records]
            write(self._connection, _update(_TABLES[kind], columns), rows)
        self._changed.clear()
        for erase in self._at_the_end.values():
            erase()

    def _add_record(self, table: Table, record: Record) -> None:
        self._new_records.add((type(record), record.id))
        self._new[table].append({"record": record})

    def _flush(self, table: Table) -> None:
        rows = [_row(row) for row in self._new.pop(table, [])]
        if replaced := self._replaced.pop(table, None):
            self._connection.execute(_DELETES[table], replaced)
            rows = _last_of_each(rows)
        if table in _KEYS_FROM_OUTSIDE:
            rows.sort(key=itemgetter(*_KEYS_FROM_OUTSIDE[table]))
        rows = [_DEFAULTS[table] | row for row in rows]
        for names, alike in groupby(rows, key=frozenset):
            write(self._connection, _insert(table, names), list(alike))


class _Taken:
    """Puts people and their conversations on a desk, each once however many rows of a reading speak of them."""

    def __init__(
        self, people: dict[int, PersonRecord], conversations: defaultdict[int, list[ConversationRecord]]
    ) -> None:
        self._people = people
        self._on_the_desk = frozenset(people)
        self._conversations = conversations
        self._seen: set[int] = set()

    def person(self, columns: Sequence[Any], conversation: Sequence[Any]) -> PersonRecord | None:
        """The person of a row; None where the join found nobody."""
        its_id, conversation_id = columns[0], conversation[0]
        if its_id is None:
            return None
        if its_id not in self._people:
            self._people[its_id] = PersonRecord(*columns)
        if conversation_id is not None and its_id not in self._on_the_desk and conversation_id not in self._seen:
            self._seen.add(conversation_id)
            self._conversations[its_id].append(ConversationRecord(*conversation))
        return self._people[its_id]


def _last_of_each(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row for each act of a conversation, the last; rows of no conversation stay as they are."""
    acts = {
        (row["conversation_id"], row.get("name")) if row["conversation_id"] is not None else (None, row["id"]): row
        for row in rows
    }
    return list(acts.values())


def _row(row: dict[str, Any]) -> dict[str, Any]:
    record = row.get("record")
    if record is None:
        return row
    return {field: getattr(record, field) for field in record.__slots__}


def _new_values(record: Record, names: Iterable[str]) -> dict[str, Any]:
    values = {f"new_{name}": getattr(record, name) for name in names}
    values["its_id"] = record.id
    return values
