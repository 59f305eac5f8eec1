"""What coordinators do about an alert: acknowledge, read, take over, reply, give back, close.

An order is given by somebody of the team, from the phone that the configuration names (`bot.coordinators`) or at the
console (`bot.console.alerts`); what it does and what is recorded is the same. The person's name, number and words are
in the answer to READ, once to each coordinator, and in what is passed on after TAKE; each is recorded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol

from bot.alerts import TO_A_PERSON
from bot.sitting import Voice
from bot.telling import THEM, moment_in_words, tell, tell_them, time_in_words, will_text_by
from bot.times import zone_of
from storage import alerts, taking_over
from storage.alerts import AlertRecord
from storage.desk import Desk
from storage.inbox import mark_all_done


class Giver(Protocol):
    """Whoever gives an order, and where its answer goes."""

    @property
    def name(self) -> str:
        """As the person in danger hears it, and as it is recorded."""

    @property
    def language(self) -> str:
        """The language of the answer."""

    @property
    def reads_at(self) -> int | None:
        """The person whose phone gets what is written to whoever takes over; None: it is read at the console."""

    @property
    def message_id(self) -> int | None:
        """The message that the order came with, if it came with one."""

    def say(self, key: str, **values: Any) -> None:
        """Answer with a sentence of `alerts.…`."""


@dataclass
class Order:
    """One order: who gives it, which alert it is about, and the words with it."""

    desk: Desk
    voice: Voice
    giver: Giver
    alert: AlertRecord
    words: str = ""

    @property
    def name(self) -> str:
        """Who gives it."""
        return self.giver.name

    @cached_property
    def person(self) -> Any:
        """The person in danger."""
        return alerts.person_in_danger(self.desk.connection, self.alert)

    @property
    def is_unsafe(self) -> bool:
        """Whether they have not said that it is safe to write to them, or have said that it is not."""
        return not self.alert.may_text or self.person.safe_to_text is False

    @cached_property
    def has_stopped(self) -> bool:
        """Whether they have said STOP since their last words of danger: then nothing more is written to them."""
        address = alerts.address_with_id(self.desk.connection, self.alert.address_id)
        return address is None or (address.stopped_at is not None and address.stopped_at > self.alert.since)

    def say(self, key: str, **values: Any) -> None:
        """Answer whoever gave it."""
        self.giver.say(key, reference=self.alert.reference, **values)

    def record(self, what: str, **about: Any) -> None:
        """A line in the alert's record, about whoever gave the order."""
        alerts.record(self.desk.connection, self.alert.id, self.desk.now, what, who=self.name, **about)

    def change(self, **values: Any) -> None:
        """Change the alert."""
        alerts.change_alert(self.desk.connection, self.alert, **values)
        self.alert = replace(self.alert, **values)

    def tell_them(self, key: str, what: str, **values: Any) -> int | None:
        """Write to the person, if that may be done; either way it is recorded. The message's id, if there is one."""
        if self.is_unsafe or self.has_stopped:
            why = "it may not be safe" if self.is_unsafe else "they have said STOP"
            alerts.record(self.desk.connection, self.alert.id, self.desk.now, f"not {what}: {why}", who=THEM)
            return None
        return tell_them(self.desk, self.voice, self.alert, key, what, **values)

    def sentence_to_them(self, key: str) -> str:
        """What the person would read, to look at beforehand."""
        address = alerts.address_with_id(self.desk.connection, self.alert.address_id)
        language, is_sms = (
            self.person.language or self.voice.house.language,
            address is None or address.channel == "sms",
        )
        return self.voice.words.sentence(language, f"alerts.{key}", {"name": self.name}, short=is_sms)

    def has_it(self) -> bool:
        """Whether this coordinator has the alert; if not, they are told who has. More danger is acknowledged by it."""
        if self.alert.has_it != self.name:
            self._say_who_has_it()
            return False
        if self.alert.state == "raised":
            self.take_on("acknowledged")
        return True

    def _say_who_has_it(self) -> None:
        if self.alert.has_it is None or self.alert.acknowledged_at is None:
            self.say("ack-first")
            return
        zone = self.voice.house.zone
        since = moment_in_words(self.voice.words, self.giver.language, self.alert.acknowledged_at, self.desk.now, zone)
        self.say("has-already", name=self.alert.has_it, time=since)

    def take_on(self, what: str) -> None:
        """Make the alert theirs: whoever else was told hears that they need do nothing."""
        took = self.desk.now - self.alert.since
        late = took > self.voice.house.safeguarding.acknowledge_within
        minutes = round(took.total_seconds() / 60)
        others = dict.fromkeys([*alerts.who_was_told(self.desk.connection, self.alert), self.alert.has_it])
        self.record(what, note=f"{'late: ' if late else ''}{minutes} minutes after it was raised")
        self.change(state="acknowledged", has_it=self.name, acknowledged_at=self.desk.now, due_at=None)
        for other in others:
            if other not in (None, self.name):
                tell(self.desk, self.voice, self.alert, other, "stand-down", "told who has it", name=self.name)


def acknowledge(order: Order) -> None:
    """The first has it; the person is told so, unless that may not be safe."""
    alert, again = order.alert, order.alert.has_it == order.name
    if alert.state == "acknowledged":
        order.say("yours-already") if again else order.has_it()
        return
    order.take_on("acknowledged")
    if not again or alerts.has_happened(order.desk.connection, alert, "told who has it", THEM) is None:
        _say_who_will_text(order)
    if order.is_unsafe:
        order.say("yours-quietly")
    elif order.has_stopped:
        order.say("yours-stopped")
    else:
        by = will_text_by(order.desk.now, order.voice.house.zone)
        order.say("yours", time=time_in_words(order.voice.words, order.giver.language, by))


def _say_who_will_text(order: Order) -> None:
    words, house = order.voice.words, order.voice.house
    language = order.person.language or house.language
    time = time_in_words(words, language, will_text_by(order.desk.now, order.person.zone))
    order.tell_them("told", "told who has it", name=order.name, time=time)


def read(order: Order) -> None:
    """Name, number and words, once to each coordinator, and what has come since."""
    if not order.has_it():
        return
    connection = order.desk.connection
    new = alerts.unread_words(connection, order.alert, order.name)
    if not new and alerts.has_happened(connection, order.alert, "read", order.name) is not None:
        order.say("read-already")
        return
    order.say(
        "read-quietly" if order.is_unsafe else "read",
        name=" / ".join(alerts.names_at(connection, order.alert)) or _sentence(order, "alerts.no-name"),
        number=", ".join(alerts.numbers_of(connection, order.alert)),
        words="\n".join(_as_written(order, message) for message in new),
    )
    for message in new:
        order.record("read", message_id=message.id)
    if not new:
        order.record("read")


def _as_written(order: Order, message: Any) -> str:
    at = time_in_words(order.voice.words, order.giver.language, message.at.astimezone(zone_of(order.voice.house.zone)))
    return f"{at}: {message.text or _sentence(order, 'alerts.no-words', kind=message.kind)}"


def _sentence(order: Order, key: str, **values: Any) -> str:
    return order.voice.words.sentence(order.giver.language, key, values)


def take(order: Order) -> None:
    """The alert and the conversation are theirs, also where somebody else had it before."""
    if order.alert.has_it != order.name or order.alert.state == "raised":
        order.take_on("acknowledged by taking over")
    order.record("taken over")
    told = order.tell_them("takes-over", "told who reads here", name=order.name)
    taking_over.take_over(order.desk, order.alert.person_id, order.name, order.giver.reads_at, outbox_id=told)
    order.say("took")


def reply(order: Order) -> None:
    """Their words go to the person where they last wrote from, and what comes back goes to the coordinator."""
    if not order.has_it():
        return
    if not order.words:
        order.say("reply-empty")
    elif not order.alert.may_text:
        order.record("reply held back: it may not be safe")
        order.say("reply-unsafe")
    elif order.has_stopped:
        order.record("reply held back: they have said STOP")
        order.say("reply-stopped")
    else:
        what, them = "words of a coordinator", order.alert.person_id
        said = tell_them(order.desk, order.voice, order.alert, "from-person", what, name=order.name, words=order.words)
        taking_over.has_replied(order.desk, them, order.name, order.giver.reads_at, said)
        mark_all_done(order.desk.connection, them, TO_A_PERSON, order.desk.now)
        order.record("replied", message_id=order.giver.message_id)
        order.say("reply-gone")


def give(order: Order) -> None:
    """The bot answers the person again; the alert stays theirs and open."""
    if not order.has_it():
        return
    if not _stop_reading(order):
        reader = taking_over.who_reads(order.desk.connection, order.alert.person_id)
        order.say("console-has", name=reader.name) if reader else order.say("not-taken")
        return
    order.record("given back")
    order.say("given-back")


def close(order: Order) -> None:
    """Over, with what was done and why."""
    if not order.has_it():
        return
    if not order.words:
        order.say("close-why")
        return
    if _names_them(order):
        order.say("close-name")
        return
    if not has_begun_before(order):
        _stop_reading(order)
    order.change(state="closed", closed_at=order.desk.now, due_at=None, unfollowed_since=None)
    order.record("closed", note=order.words)
    order.say("closed")


def _names_them(order: Order) -> bool:
    """Whether the reason has their name in it, or a part that is written like a name: "Leo" of "Leo Green"."""
    names = [each for each in alerts.names_at(order.desk.connection, order.alert) if len(each) > 1]
    parts = [part for name in names for part in name.split() if len(part) > 1 and part[0].isupper()]
    words = order.words
    return any(_is_said(name.casefold(), words.casefold()) for name in names) or any(
        _is_said(part, words) for part in parts
    )


def _is_said(name: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words) is not None


def has_begun_before(order: Order) -> bool:
    """Whether whoever closes it writes with them at the console, and did so before the alert: then they go on."""
    connection, alert = order.desk.connection, order.alert
    reader = taking_over.who_reads(connection, alert.person_id)
    if reader is None or not reader.at_console or reader.name != order.name:
        return False
    return taking_over.had_taken_over(connection, alert.person_id, order.name, alert.raised_at)


def _stop_reading(order: Order) -> bool:
    """The bot answers again; whether they, or a coordinator on their phone, had taken over.

    What a colleague took over at the console is theirs to give back.
    """
    reader = taking_over.who_reads(order.desk.connection, order.alert.person_id)
    if reader is None:
        return False
    is_theirs = reader.name == order.name and (order.giver.reads_at is None or reader.by_text)
    if reader.at_console and not is_theirs:
        return False
    told = order.tell_them("computer-again", "told that the computer is back", name=order.name)
    taking_over.give_back(order.desk, order.alert.person_id, order.name, outbox_id=told)
    return True


ORDERS: Mapping[str, Callable[[Order], None]] = {
    "acknowledge": acknowledge,
    "read": read,
    "take": take,
    "reply": reply,
    "give": give,
    "close": close,
}
