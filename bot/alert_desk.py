"""Alerts as the console shows them, and the orders that are given there; what an order does is in `bot.alert_orders`.

Somebody who may only see some projects sees the alerts of their people, and those of which they were told themselves.
Nobody sees their own: see `bot.own_alerts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from bot.alert_orders import ORDERS, Order, has_begun_before
from bot.alert_record import Happened, in_sentences
from bot.own_alerts import of_others
from bot.safeguarding import Safeguarding
from bot.showing import tier_and_topic
from bot.sitting import Voice
from bot.telling import THEM, will_text_by
from storage import accounts, alerts
from storage.alerts import AlertRecord
from storage.desk import Desk
from storage.searching import may_be_seen, which_may_be_seen
from storage.taking_over import Reader, who_reads

LATELY = timedelta(days=30)
MOST_CLOSED = 20
SAID = {
    "yours": "It is yours. Please read what they wrote now. They are told that you will try to text by {time}.",
    "yours-quietly": "It is yours. Please read what they wrote now. They have NOT been told, for it may not be safe to "
    "write to them.",
    "yours-stopped": "It is yours. Please read what they wrote now; their number is there. They have said STOP since, "
    "so they have NOT been told.",
    "yours-already": "You have it already.",
    "read": "Below is what they wrote, and how to reach them. That you have read it is recorded.",
    "read-quietly": "Below is what they wrote. They have NOT said that it is safe to text or ring.",
    "read-already": "You have seen everything they wrote.",
    "took": "You write with them now; the bot is silent until you give it back.",
    "reply-gone": "Your words are on their way. The bot is silent until you give it back.",
    "given-back": "The bot answers them again. The alert stays open until you close it.",
    "closed": "The alert is closed. Your reason is kept.",
}
"""What the console says when an order was carried out."""
NOT_SAID = {
    "has-already": "{name} has it, since {time}. If you must, you can take it from {name}.",
    "ack-first": "Nobody has it yet. Please acknowledge it first.",
    "reply-empty": "There is nothing to send yet. Please write your words.",
    "reply-unsafe": "It was not sent. They have not said that it is safe to text them about this. "
    "Please talk to your safeguarding lead.",
    "reply-stopped": "It was not sent. They have said STOP since. Read has their number, so that you can ring.",
    "not-taken": "Nobody has taken over, so the bot answers them.",
    "console-has": "{name} writes with them at the console, and gives it back there.",
    "close-why": "Please say what was done, and why it can be closed. Your reason is kept.",
    "close-name": "It is not closed yet. Your reason has their name in it, and is kept for good: please leave it out.",
}
"""What it says when one was not."""
DID = {
    "acknowledge": "acknowledged an alert",
    "read": "read the words of an alert",
    "take": "took over after an alert",
    "reply": "replied to somebody in danger",
    "give": "gave back to the bot after an alert",
    "close": "closed an alert",
}


@dataclass(frozen=True)
class OpenAlert:
    """An open alert, as it stands in a list.

    Attributes:
        alert: Its row.
        what: Tier and topic, in words.
        names: What they are called, if this colleague may see them; of a phone that people share, all whom they may.
        reader: Who writes with them instead of the bot; None: the bot does.
        waits_since: When they wrote last, if they wait for whoever has it; None: they do not, or nobody has it.
    """

    alert: AlertRecord
    what: str
    names: Sequence[str]
    reader: Reader | None
    waits_since: datetime | None


@dataclass(frozen=True)
class AlertPage:
    """One alert, as one of the team may see it.

    Attributes:
        alert: Its row.
        what: Tier and topic, in words.
        names: What they are called; before this colleague has read, only of whom they may see.
        numbers: Where they can be reached, once this colleague has read; otherwise empty.
        words: The messages that this colleague has read.
        unread: How many they have not.
        has_read: Whether they have read at all.
        is_mine: Whether they have it.
        is_unsafe: Whether the person has not said that it is safe to write to them.
        has_stopped: Whether they have said STOP since their last words of danger.
        reader: Who writes with them instead of the bot; None: the bot does.
        waits_since: When they wrote last, if they wait for whoever has it; None: they do not, or nobody has it.
        promised_by: By when they were told that whoever has it will try to text; None: nobody has said so, or has.
        closing: What comes of closing it for the person, and what they are told; empty: it is closed.
        record: What has happened, in order.
        person_id: Who, if this colleague may see the person's page.
    """

    alert: AlertRecord
    what: str
    names: Sequence[str]
    numbers: Sequence[str]
    words: Sequence[Row[Any]]
    unread: int
    has_read: bool
    is_mine: bool
    is_unsafe: bool
    has_stopped: bool
    reader: Reader | None
    waits_since: datetime | None
    promised_by: datetime | None
    closing: str
    record: Sequence[Happened]
    person_id: int | None


def what_it_is(alert: AlertRecord) -> str:
    """How bad it is and what it is about: "in danger now: abuse"."""
    return tier_and_topic(alert.tier, alert.topic)


def alerts_for(
    connection: Connection, care: Safeguarding, name: str, projects: frozenset[int] | None
) -> list[OpenAlert]:
    """The open alerts that somebody of the team may see: whoever waits for a person first, then the longest open."""
    found = _seen_by(connection, care, alerts.open_alerts(connection), name, projects)
    shown = [_in_a_list(connection, each, projects) for each in found]
    return sorted(shown, key=lambda each: each.alert.state == "acknowledged" and each.waits_since is None)


def _in_a_list(connection: Connection, alert: AlertRecord, projects: frozenset[int] | None) -> OpenAlert:
    return OpenAlert(
        alert=alert,
        what=what_it_is(alert),
        names=_names_for(connection, alert, projects),
        reader=who_reads(connection, alert.person_id),
        waits_since=_waits_since(connection, alert),
    )


def _waits_since(connection: Connection, alert: AlertRecord) -> datetime | None:
    return alerts.waits_since(connection, alert) if alert.state == "acknowledged" else None


def _names_for(connection: Connection, alert: AlertRecord, projects: frozenset[int] | None) -> Sequence[str]:
    """What they are called, for whoever may see them before they have read anything."""
    if not may_be_seen(connection, alert.person_id, projects):
        return ()
    return alerts.names_at(connection, alert, projects)


def closed_for(
    connection: Connection, care: Safeguarding, name: str, projects: frozenset[int] | None, now: datetime
) -> list[AlertRecord]:
    """The alerts that were closed lately, likewise; the last first."""
    return _seen_by(connection, care, alerts.closed_alerts(connection, now - LATELY, MOST_CLOSED), name, projects)


def _seen_by(
    connection: Connection, care: Safeguarding, found: list[AlertRecord], name: str, projects: frozenset[int] | None
) -> list[AlertRecord]:
    found = of_others(connection, care, found, name)
    if projects is None or not found:
        return found
    people = which_may_be_seen(connection, {each.person_id for each in found}, projects)
    told = alerts.told_of(connection, [each.id for each in found], name)
    return [each for each in found if each.person_id in people or each.id in told or each.has_it == name]


def alert_for(
    connection: Connection,
    voice: Voice,
    reference: int,
    name: str,
    now: datetime,
    projects: frozenset[int] | None = None,
) -> AlertPage | None:
    """One alert; None: there is none with this reference that they may see."""
    alert, care = alerts.alert_to_look_at(connection, reference), voice.house.safeguarding
    if alert is None or not _seen_by(connection, care, [alert], name, projects):
        return None
    order = Order(Desk(connection, now), voice, _AtTheConsole(name), alert)
    is_open, reader = alert.closed_at is None, who_reads(connection, alert.person_id)
    has_read = is_open and alerts.has_happened(connection, alert, "read", name) is not None
    names = alerts.names_at(connection, alert) if has_read else _names_for(connection, alert, projects)
    return AlertPage(
        alert=alert,
        what=what_it_is(alert),
        names=names if is_open else (),
        numbers=alerts.numbers_of(connection, alert) if has_read else (),
        words=alerts.read_words(connection, alert, name) if is_open else (),
        unread=len(alerts.unread_words(connection, alert, name)) if is_open else 0,
        has_read=has_read,
        is_mine=alert.has_it == name,
        is_unsafe=order.is_unsafe,
        has_stopped=order.has_stopped,
        reader=reader,
        waits_since=_waits_since(connection, alert),
        promised_by=_promised_by(connection, order),
        closing=_closing(order, reader) if is_open else "",
        record=in_sentences(alerts.record_of(connection, alert)),
        person_id=alert.person_id if may_be_seen(connection, alert.person_id, projects) else None,
    )


def _closing(order: Order, reader: Reader | None) -> str:
    if reader is None:
        return "They are not told that it is closed."
    if has_begun_before(order):
        return "They are not told that it is closed. You go on writing with them, as you did before the alert."
    if reader.at_console and reader.name != order.name:
        return f"They are not told that it is closed. {reader.name} goes on writing with them."
    if order.is_unsafe or order.has_stopped:
        return "The bot answers them again. They are not told so."
    return f"The bot answers them again, and they are told: “{order.sentence_to_them('computer-again')}”"


def _promised_by(connection: Connection, order: Order) -> datetime | None:
    """By when they were told that somebody will try to text, as long as nobody has."""
    alert = order.alert
    told = alerts.has_happened(connection, alert, "told who has it", THEM)
    if alert.closed_at is not None or alert.has_it is None or told is None:
        return None
    wrote = alerts.has_happened(connection, alert, "replied", alert.has_it)
    return None if wrote is not None and wrote >= told else will_text_by(told, order.person.zone)


@dataclass
class _AtTheConsole:
    """Somebody of the team who is signed in: what they are answered stands on the next page."""

    name: str
    language: str = "en"
    reads_at: int | None = None
    message_id: int | None = None
    answers: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def say(self, key: str, **values: Any) -> None:
        self.answers.append((key, values))


@dataclass(frozen=True)
class Answer:
    """What came of an order: whether it was carried out, and what to say."""

    is_done: bool
    said: str


def give_order(
    connection: Connection,
    voice: Voice,
    reference: int,
    order: str,
    name: str,
    words: str,
    now: datetime,
    projects: frozenset[int] | None = None,
) -> Answer | None:
    """Carry out an order about an open alert; what is held back is recorded too. None: there is no such alert.

    Args:
        connection: A transaction.
        voice: The words and the house.
        reference: The alert's.
        order: Of `ORDERS`.
        name: Who gives it, as volunteers know them.
        words: What goes with it: a reply, or why it is closed.
        now: What time it is.
        projects: Only what they may see of; None: all.
    """
    alert, care = alerts.open_alert_with(connection, reference), voice.house.safeguarding
    if alert is None or not _seen_by(connection, care, [alert], name, projects):
        return None
    desk, giver = Desk(connection, now), _AtTheConsole(name)
    ORDERS[order](Order(desk, voice, giver, alert, words))
    desk.put_away()
    key, values = giver.answers[-1]
    if key in NOT_SAID:
        return Answer(is_done=False, said=NOT_SAID[key].format(**values))
    accounts.record(connection, name, DID[order], now, f"alert:{alert.id}")
    return Answer(is_done=True, said=SAID[key].format(**values))
