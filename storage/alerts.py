"""Alerts and their record: raised, told, acknowledged, closed; and what a safeguarding review is handed.

Functions of a connection, inside the caller's transaction. An alert is locked before it is changed, and its
person before it, so that two coordinators who act at the same moment do so one after the other.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, exists, insert, select, update

from storage.desk import ADDRESS, CONVERSATION, HOLDER, MESSAGE, OF_DANGER, PERSON
from storage.records import AddressRecord
from storage.searching import belongs_to_one_of
from storage.tables import Alert, AlertEvent, AlertTest, new_id

ALERT: Table = Alert.__table__  # type: ignore[attr-defined]
EVENT: Table = AlertEvent.__table__  # type: ignore[attr-defined]
TEST: Table = AlertTest.__table__  # type: ignore[attr-defined]
IS_OPEN = ALERT.c.closed_at.is_(None)
ARRIVED, LOST = ("sent", "delivered"), ("failed", "withdrawn")
"""The events that say what became of a message."""
SAID = ("raised", "raised again", "more words")
"""The events that stand for words of the person."""


@dataclass(frozen=True)
class AlertRecord:
    """An alert's row; see `storage.tables.Alert`."""

    id: int
    reference: int
    person_id: int
    address_id: int
    message_id: int | None
    tier: str
    topic: str
    rule: str
    may_text: bool
    state: str
    raised_at: datetime
    since: datetime
    due_at: datetime | None
    unfollowed_since: datetime | None
    has_it: str | None
    acknowledged_at: datetime | None
    closed_at: datetime | None


_ALERT = select(*(ALERT.c[field.name] for field in fields(AlertRecord)))


# -- alerts --------------------------------------------------------------------------------------------


def open_alert(connection: Connection, person_id: int) -> AlertRecord | None:
    """A person's open alert, locked."""
    return _one(connection, _ALERT.where(ALERT.c.person_id == person_id, IS_OPEN).with_for_update())


def in_open_alerts(connection: Connection, people: Collection[int]) -> set[int]:
    """Those of these people for whom an alert is open; to look at, not locked."""
    query = select(ALERT.c.person_id).where(IS_OPEN, ALERT.c.person_id.in_(people))
    return set(connection.execute(query).scalars()) if people else set()


def open_alert_with(connection: Connection, reference: int) -> AlertRecord | None:
    """The open alert with this reference, locked, and its person's row before it."""
    wanted = ALERT.c.reference == reference
    person_id = connection.execute(select(ALERT.c.person_id).where(wanted, IS_OPEN)).scalar()
    if person_id is None:
        return None
    connection.execute(select(PERSON.c.id).where(PERSON.c.id == person_id).with_for_update())
    return _one(connection, _ALERT.where(wanted, IS_OPEN).with_for_update())


def alert_with_id(connection: Connection, alert_id: int) -> AlertRecord | None:
    """An alert, locked."""
    return _one(connection, _ALERT.where(ALERT.c.id == alert_id).with_for_update())


def alerts_with_ids(connection: Connection, ids: Sequence[int]) -> list[AlertRecord]:
    """These alerts, to look at, not locked."""
    return [AlertRecord(*row) for row in connection.execute(_ALERT.where(ALERT.c.id.in_(ids)))] if ids else []


def open_alerts(connection: Connection) -> list[AlertRecord]:
    """Every open alert, the longest open first; to look at, not locked."""
    return [AlertRecord(*row) for row in connection.execute(_ALERT.where(IS_OPEN).order_by(ALERT.c.since, ALERT.c.id))]


def conversations_of_danger(connection: Connection, since: datetime, until: datetime) -> list[Row[Any]]:
    """person_id, called, sharing, place (as JSON) and front_at of volunteers' open conversations, the last first.

    Not of those with an open alert, nor of those with whom somebody of the team writes.
    """
    about = (CONVERSATION.c.person_id, PERSON.c.called, PERSON.c.sharing, CONVERSATION.c.place, CONVERSATION.c.front_at)
    query = (
        select(*about)
        .join(PERSON, PERSON.c.id == CONVERSATION.c.person_id)
        .where(OF_DANGER, CONVERSATION.c.front_at > since, CONVERSATION.c.front_at <= until)
        .where(PERSON.c.role == "volunteer", PERSON.c.taken_over_at.is_(None))
        .where(~exists().where(ALERT.c.person_id == PERSON.c.id, IS_OPEN))
        .order_by(CONVERSATION.c.front_at.desc())
    )
    return list(connection.execute(query))


def alert_to_look_at(connection: Connection, reference: int) -> AlertRecord | None:
    """The alert with this reference, not locked: the open one, or the last that had it."""
    query = _ALERT.where(ALERT.c.reference == reference).order_by(ALERT.c.closed_at.is_(None).desc(), ALERT.c.id.desc())
    return _one(connection, query.limit(1))


def closed_alerts(connection: Connection, since: datetime, limit: int) -> list[AlertRecord]:
    """The alerts that were closed since then, the last first."""
    query = _ALERT.where(ALERT.c.closed_at >= since).order_by(ALERT.c.closed_at.desc(), ALERT.c.id).limit(limit)
    return [AlertRecord(*row) for row in connection.execute(query)]


def due_alerts(connection: Connection, now: datetime, limit: int) -> list[int]:
    """The ids of alerts of which the next person must be told, longest due first."""
    query = select(ALERT.c.id).where(ALERT.c.due_at <= now).order_by(ALERT.c.due_at).limit(limit)
    return list(connection.execute(query).scalars())


def first_due(connection: Connection) -> datetime | None:
    """When the next person must be told of an alert; None: of none."""
    query = select(ALERT.c.due_at).where(ALERT.c.due_at.is_not(None)).order_by(ALERT.c.due_at).limit(1)
    due: datetime | None = connection.execute(query).scalar()
    return due


def references(connection: Connection) -> list[int]:
    """The references of all alerts, in the order in which they were raised."""
    return list(connection.execute(select(ALERT.c.reference).order_by(ALERT.c.id)).scalars())


def _one(connection: Connection, query: Any) -> AlertRecord | None:
    row = connection.execute(query).first()
    return AlertRecord(*row) if row else None


def add_alert(connection: Connection, now: datetime, **values: Any) -> AlertRecord:
    """A new alert that is due now, with a reference that no other open one has."""
    alert = Alert(
        reference=free_reference(connection), raised_at=now, since=now, due_at=now, unfollowed_since=now, **values
    )
    record = AlertRecord(**{field.name: getattr(alert, field.name) for field in fields(AlertRecord)})
    connection.execute(insert(ALERT), {name: getattr(record, name) for name in record.__dataclass_fields__})
    return record


def free_reference(connection: Connection) -> int:
    """Four digits that neither an open alert nor a waiting test has."""
    taken = set(connection.execute(select(ALERT.c.reference).where(IS_OPEN)).scalars())
    taken.update(connection.execute(select(TEST.c.reference).where(TEST.c.acknowledged_at.is_(None))).scalars())
    return random.choice([number for number in range(1000, 10_000) if number not in taken])


def change_alert(connection: Connection, alert: AlertRecord, **values: Any) -> None:
    """Change an alert's row; what has happened is told with `record`."""
    connection.execute(update(ALERT).where(ALERT.c.id == alert.id).values(**values))


# -- the record ----------------------------------------------------------------------------------------


def record(connection: Connection, alert_id: int, at: datetime, what: str, **about: Any) -> None:
    """Add a line to an alert's record: `who`, `message_id`, `outbox_id` and `note` as they apply."""
    row = dict.fromkeys(("who", "message_id", "outbox_id", "note")) | about
    connection.execute(insert(EVENT), {"id": new_id(), "alert_id": alert_id, "at": at, "what": what, **row})


def who_was_told(connection: Connection, alert: AlertRecord) -> list[str]:
    """The coordinators who were told since the alert was last raised, first told first."""
    told = (
        select(EVENT.c.who)
        .where(EVENT.c.alert_id == alert.id, EVENT.c.what == "told", EVENT.c.at >= alert.since)
        .order_by(EVENT.c.id)
    )
    return list(dict.fromkeys(connection.execute(told).scalars()))


def told_of(connection: Connection, alert_ids: Sequence[int], who: str) -> set[int]:
    """Those of these alerts of which this coordinator has ever been told."""
    told = (EVENT.c.alert_id.in_(alert_ids), EVENT.c.what == "told", EVENT.c.who == who)
    return set(connection.execute(select(EVENT.c.alert_id).where(*told)).scalars())


def record_of(connection: Connection, alert: AlertRecord) -> list[Row[Any]]:
    """Every line of an alert's record, in order: at, what, who, note and the id of its message in the outbox."""
    columns = (EVENT.c.at, EVENT.c.what, EVENT.c.who, EVENT.c.note, EVENT.c.outbox_id)
    return list(connection.execute(select(*columns).where(EVENT.c.alert_id == alert.id).order_by(EVENT.c.id)))


def has_happened(connection: Connection, alert: AlertRecord, what: str, who: str) -> datetime | None:
    """When the record last says this of somebody; None: it does not."""
    query = (
        select(EVENT.c.at)
        .where(EVENT.c.alert_id == alert.id, EVENT.c.what == what, EVENT.c.who == who)
        .order_by(EVENT.c.id.desc())
        .limit(1)
    )
    found: datetime | None = connection.execute(query).scalar()
    return found


def waits_since(connection: Connection, alert: AlertRecord) -> datetime | None:
    """When the person wrote last, if nobody of the team has written, or handed them back to the bot, since then.

    None: somebody has. That the bot answers again after a day of silence is no answer of a person.
    """
    answered = ("replied", "given back", "closed")
    last = (
        select(EVENT.c.at, EVENT.c.what)
        .where(EVENT.c.alert_id == alert.id, EVENT.c.what.in_((*SAID, *answered)))
        .order_by(EVENT.c.id.desc())
        .limit(1)
    )
    row = connection.execute(last).first()
    return row.at if row is not None and row.what in SAID else None


def why_not_delivered(connection: Connection, alert: AlertRecord) -> str | None:
    """Why our last answer to the person did not arrive, in plain words; None: it is not known to be lost."""
    query = (
        select(EVENT.c.what, EVENT.c.note)
        .where(EVENT.c.alert_id == alert.id, EVENT.c.who == "them", EVENT.c.what.in_((*ARRIVED, *LOST)))
        .order_by(EVENT.c.id.desc())
        .limit(1)
    )
    last = connection.execute(query).first()
    return last.note if last is not None and last.what in LOST else None


def unread_words(connection: Connection, alert: AlertRecord, who: str) -> list[Row[Any]]:
    """The messages behind an alert that this coordinator has not been sent: id, at, text, kind; oldest first."""
    return _words(connection, alert, MESSAGE.c.id.not_in(_read_by(alert, who)))


def read_words(connection: Connection, alert: AlertRecord, who: str) -> list[Row[Any]]:
    """The messages behind an alert that this coordinator has been sent; see `unread_words`."""
    return _words(connection, alert, MESSAGE.c.id.in_(_read_by(alert, who)))


def alerts_shown(connection: Connection, shown: Mapping[int, Collection[str]], who: str) -> set[int]:
    """The open alerts of which words are among these, and that this colleague has not been recorded to have read.

    Args:
        connection: To read with.
        shown: What was shown of each person's words, by the person's id.
        who: To whom.
    """
    has_read = exists().where(EVENT.c.alert_id == ALERT.c.id, EVENT.c.what == "read", EVENT.c.who == who)
    said = EVENT.alias("said")
    query = (
        select(ALERT.c.id, ALERT.c.person_id, MESSAGE.c.text)
        .join(said, said.c.alert_id == ALERT.c.id)
        .join(MESSAGE, MESSAGE.c.id == said.c.message_id)
        .where(ALERT.c.person_id.in_(shown), IS_OPEN, said.c.what.in_(SAID), ~has_read)
    )
    return {row.id for row in connection.execute(query) if row.text and row.text in shown[row.person_id]}


def _read_by(alert: AlertRecord, who: str) -> Any:
    has_read = (EVENT.c.alert_id == alert.id, EVENT.c.what.in_(("read", "passed on")), EVENT.c.who == who)
    return select(EVENT.c.message_id).where(*has_read, EVENT.c.message_id.is_not(None))


def _words(connection: Connection, alert: AlertRecord, where: Any) -> list[Row[Any]]:
    said = select(EVENT.c.message_id).where(EVENT.c.alert_id == alert.id, EVENT.c.what.in_(SAID))
    columns = (MESSAGE.c.id, MESSAGE.c.at, MESSAGE.c.text, MESSAGE.c.kind)
    return list(connection.execute(select(*columns).where(MESSAGE.c.id.in_(said), where).order_by(MESSAGE.c.id)))


# -- the people behind it -----------------------------------------------------------------------------


def address_of(connection: Connection, channel: str, value: str) -> AddressRecord | None:
    """An address, read without a lock: to write to, not to change."""
    return _address(connection, (ADDRESS.c.channel == channel) & (ADDRESS.c.value == value))


def address_with_id(connection: Connection, address_id: int) -> AddressRecord | None:
    """An address, read without a lock: to write to, not to change."""
    return _address(connection, ADDRESS.c.id == address_id)


def _address(connection: Connection, which: Any) -> AddressRecord | None:
    row = connection.execute(select(*(ADDRESS.c[field.name] for field in fields(AddressRecord))).where(which)).first()
    return AddressRecord(*row) if row else None


def person_in_danger(connection: Connection, alert: AlertRecord) -> Row[Any]:
    """What must be known to write to them.

    Returns:
        called, joined_at, language, zone, safe_to_text, taken_over_by and taken_over_at.
    """
    columns = ("called", "joined_at", "language", "zone", "safe_to_text", "taken_over_by", "taken_over_at")
    query = select(*(PERSON.c[name] for name in columns)).where(PERSON.c.id == alert.person_id)
    return connection.execute(query).one()


def names_at(connection: Connection, alert: AlertRecord, projects: frozenset[int] | None = None) -> list[str]:
    """What the person is called; where they wrote from a phone that two people share, both.

    With `projects`, only of people who belong to one of these; None: everybody.
    """
    query = (
        select(PERSON.c.called)
        .join(HOLDER, HOLDER.c.person_id == PERSON.c.id)
        .where(HOLDER.c.address_id == alert.address_id, PERSON.c.called.is_not(None))
        .where(belongs_to_one_of(projects))
        .order_by(PERSON.c.id)
    )
    return list(connection.execute(query).scalars())


def numbers_of(connection: Connection, alert: AlertRecord) -> list[str]:
    """Where the person can be reached: first where they last wrote from, then any phone number of theirs."""
    query = (
        select(ADDRESS.c.id, ADDRESS.c.channel, ADDRESS.c.value)
        .join(HOLDER, HOLDER.c.address_id == ADDRESS.c.id)
        .where(HOLDER.c.person_id == alert.person_id)
    )
    found = sorted(connection.execute(query), key=lambda row: row.id != alert.address_id)
    return [
        row.value if row.channel == "sms" else row.channel.capitalize()
        for row in found
        if row.channel == "sms" or row.id == alert.address_id
    ]


# -- for a review --------------------------------------------------------------------------------------


def alerts_for_review(
    connection: Connection, reference: int | None = None, since: datetime | None = None
) -> list[tuple[AlertRecord, list[Row[Any]]]]:
    """Alerts, oldest first, each with its whole record; all of them, or those asked for.

    A reference can come back once its alert is closed: every alert that ever had it is given.
    """
    query = _ALERT.order_by(ALERT.c.raised_at, ALERT.c.id)
    if reference is not None:
        query = query.where(ALERT.c.reference == reference)
    if since is not None:
        query = query.where(ALERT.c.raised_at >= since)
    alerts = [AlertRecord(*row) for row in connection.execute(query)]
    events = select(EVENT.c.at, EVENT.c.what, EVENT.c.who, EVENT.c.message_id, EVENT.c.outbox_id, EVENT.c.note)
    return [
        (alert, list(connection.execute(events.where(EVENT.c.alert_id == alert.id).order_by(EVENT.c.id))))
        for alert in alerts
    ]
