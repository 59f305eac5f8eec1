"""What coordinators can send about an alert, from the address that the configuration names: ACK 4821, READ, TAKE, ...

To everybody else these are ordinary words. The person's name, number and words are in the answer to READ, once
to each coordinator, and in what is passed on after TAKE; each is recorded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from bot.sitting import Sitting
from bot.telling import THEM, moment_in_words, tell, tell_them, time_in_words, will_text_by
from bot.times import zone_of
from storage import alerts, taking_over
from storage.alert_tests import acknowledge_test
from storage.alerts import AlertRecord
from storage.tables import Lane

# Phones put "ask", "act" or "back" where somebody typed ACK in a hurry.
_COMMAND = re.compile(
    r"\W*(ack|acknowledged?|ask|act|back|ok|read|take|reply|give|give back|close)\W*(\d{4})(?!\d)[\s.,:;-]*(.*)",
    re.IGNORECASE | re.DOTALL,
)
_ACK_ALONE = re.compile(r"\W*ack(?:nowledged?)?\W*", re.IGNORECASE)
_ACK = {"ack", "acknowledge", "acknowledged", "ask", "act", "back", "ok"}


def is_for_us(text: str, sitting: Sitting) -> bool:
    """Whether this is something that only a coordinator can send, from the address of one.

    Asked before danger is listened for: the words of REPLY and CLOSE are about somebody else.
    """
    return _coordinator(sitting) is not None and is_command(text)


def is_command(text: str) -> bool:
    """Whether this is ACK or another word about an alert, if a coordinator sends it."""
    return bool(_COMMAND.fullmatch(text) or _ACK_ALONE.fullmatch(text))


def coordinator_said(text: str, sitting: Sitting) -> bool:
    """Carry out what a coordinator sent about an alert; False where it is nothing of the kind."""
    if not is_for_us(text, sitting):
        return False
    sitting.lane = Lane.DANGER
    found = _COMMAND.fullmatch(text)
    if found is None:
        sitting.say("alerts.which")
        return True
    word, reference, words = found[1].casefold(), int(found[2]), found[3].strip()
    desk = sitting.desk
    if word in _ACK and acknowledge_test(desk.connection, sitting.address.id, reference, desk.now):
        sitting.say("alerts.test-thanks")
        return True
    alert = alerts.open_alert_with(desk.connection, reference)
    if alert is None:
        sitting.say("alerts.no-such", reference=reference)
    else:
        _COMMANDS.get(word, _acknowledge)(_Order(sitting, _coordinator(sitting) or "", alert, words))
    return True


def _coordinator(sitting: Sitting) -> str | None:
    found = sitting.voice.house.safeguarding.at(sitting.address.channel, sitting.address.value)
    return found.name if found else None


@dataclass
class _Order:
    """One command: who sent it, which alert it is about, and the words after it."""

    sitting: Sitting
    name: str
    alert: AlertRecord
    words: str

    @cached_property
    def person(self) -> Any:
        """The person in danger."""
        return alerts.person_in_danger(self.sitting.desk.connection, self.alert)

    @property
    def is_unsafe(self) -> bool:
        """Whether they have not said that it is safe to write to them, or have said that it is not."""
        return not self.alert.may_text or self.person.safe_to_text is False

    @cached_property
    def has_stopped(self) -> bool:
        """Whether they have said STOP since their last words of danger: then nothing more is written to them."""
        address = alerts.address_with_id(self.sitting.desk.connection, self.alert.address_id)
        return address is None or (address.stopped_at is not None and address.stopped_at > self.alert.since)

    def say(self, key: str, **values: Any) -> None:
        """Answer the coordinator."""
        self.sitting.say(f"alerts.{key}", reference=self.alert.reference, **values)

    def record(self, what: str, **about: Any) -> None:
        """A line in the alert's record, about this coordinator."""
        desk = self.sitting.desk
        alerts.record(desk.connection, self.alert.id, desk.now, what, who=self.name, **about)

    def change(self, **values: Any) -> None:
        """Change the alert."""
        alerts.change_alert(self.sitting.desk.connection, self.alert, **values)
        self.alert = replace(self.alert, **values)

    def tell_them(self, key: str, what: str, **values: Any) -> int | None:
        """Write to the person, if that may be done; either way it is recorded. The message's id, if there is one."""
        desk = self.sitting.desk
        if self.is_unsafe or self.has_stopped:
            why = "it may not be safe" if self.is_unsafe else "they have said STOP"
            alerts.record(desk.connection, self.alert.id, desk.now, f"not {what}: {why}", who=THEM)
            return None
        return tell_them(desk, self.sitting.voice, self.alert, key, what, **values)

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
        voice, house, now = self.sitting.voice, self.sitting.voice.house, self.sitting.desk.now
        since = moment_in_words(voice.words, self.sitting.language, self.alert.acknowledged_at, now, house.zone)
        self.say("has-already", name=self.alert.has_it, time=since)

    def take_on(self, what: str) -> None:
        """Make the alert theirs: whoever else was told hears that they need do nothing."""
        desk, voice, alert = self.sitting.desk, self.sitting.voice, self.alert
        took = desk.now - alert.since
        late = took > voice.house.safeguarding.acknowledge_within
        minutes = round(took.total_seconds() / 60)
        others = dict.fromkeys([*alerts.who_was_told(desk.connection, alert), alert.has_it])
        self.record(what, note=f"{'late: ' if late else ''}{minutes} minutes after it was raised")
        self.change(state="acknowledged", has_it=self.name, acknowledged_at=desk.now, due_at=None)
        for other in others:
            if other not in (None, self.name):
                tell(desk, voice, self.alert, other, "stand-down", "told who has it", name=self.name)


def _acknowledge(order: _Order) -> None:
    """ACK: the first has it; the person is told so, unless that may not be safe."""
    alert, again = order.alert, order.alert.has_it == order.name
    if alert.state == "acknowledged":
        order.say("yours-already") if again else order.has_it()
        return
    order.take_on("acknowledged")
    desk, voice = order.sitting.desk, order.sitting.voice
    if not again or alerts.has_happened(desk.connection, alert, "told who has it", THEM) is None:
        _say_who_will_text(order)
    if order.is_unsafe:
        order.say("yours-quietly")
    elif order.has_stopped:
        order.say("yours-stopped")
    else:
        by = will_text_by(desk.now, voice.house.zone)
        order.say("yours", time=time_in_words(voice.words, order.sitting.language, by))


def _say_who_will_text(order: _Order) -> None:
    words, house = order.sitting.voice.words, order.sitting.voice.house
    language = order.person.language or house.language
    time = time_in_words(words, language, will_text_by(order.sitting.desk.now, order.person.zone))
    order.tell_them("told", "told who has it", name=order.name, time=time)


def _read(order: _Order) -> None:
    """READ: name, number and words, once to each coordinator, and what has come since."""
    if not order.has_it():
        return
    connection = order.sitting.desk.connection
    new = alerts.unread_words(connection, order.alert, order.name)
    if not new and alerts.has_happened(connection, order.alert, "read", order.name) is not None:
        order.say("read-already")
        return
    order.say(
        "read-quietly" if order.is_unsafe else "read",
        name=" / ".join(alerts.names_at(connection, order.alert)) or order.sitting.sentence("alerts.no-name"),
        number=", ".join(alerts.numbers_of(connection, order.alert)),
        words="\n".join(_as_written(order, message) for message in new),
    )
    for message in new:
        order.record("read", message_id=message.id)
    if not new:
        order.record("read")


def _as_written(order: _Order, message: Any) -> str:
    house, words = order.sitting.voice.house, order.sitting.voice.words
    at = time_in_words(words, order.sitting.language, message.at.astimezone(zone_of(house.zone)))
    return f"{at}: {message.text or order.sitting.sentence('alerts.no-words', {'kind': message.kind})}"


def _take(order: _Order) -> None:
    """TAKE: the alert and the conversation are theirs, also where somebody else had it before."""
    if order.alert.has_it != order.name or order.alert.state == "raised":
        order.take_on("acknowledged by taking over")
    order.record("taken over")
    told = order.tell_them("takes-over", "told who reads here", name=order.name)
    taking_over.take_over(
        order.sitting.desk, order.alert.person_id, order.name, order.sitting.person.id, outbox_id=told
    )
    order.say("took")


def _reply(order: _Order) -> None:
    """REPLY: their words go to the person where they last wrote from, and what comes back goes to the coordinator."""
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
        desk, voice = order.sitting.desk, order.sitting.voice
        what = "words of a coordinator"
        said = tell_them(desk, voice, order.alert, "from-person", what, name=order.name, words=order.words)
        taking_over.has_replied(desk, order.alert.person_id, order.name, order.sitting.person.id, said)
        order.record("replied", message_id=order.sitting.message_id)
        order.say("reply-gone")


def _give(order: _Order) -> None:
    """GIVE: the bot answers the person again; the alert stays theirs and open."""
    if not order.has_it():
        return
    if not _stop_reading(order):
        reader = taking_over.who_reads(order.sitting.desk.connection, order.alert.person_id)
        order.say("console-has", name=reader.name) if reader else order.say("not-taken")
        return
    order.record("given back")
    order.say("given-back")


def _close(order: _Order) -> None:
    """CLOSE: over, with what was done and why."""
    if not order.has_it():
        return
    if not order.words:
        order.say("close-why")
        return
    _stop_reading(order)
    order.change(state="closed", closed_at=order.sitting.desk.now, due_at=None, unfollowed_since=None)
    order.record("closed", note=order.words)
    order.say("closed")


def _stop_reading(order: _Order) -> bool:
    """The bot answers again; whether a coordinator had taken over by phone. Who reads at the console goes on."""
    if order.person.taken_over_by is None:
        return False
    told = order.tell_them("computer-again", "told that the computer is back", name=order.name)
    taking_over.give_back(order.sitting.desk, order.alert.person_id, order.name, outbox_id=told)
    return True


_COMMANDS: Mapping[str, Callable[[_Order], None]] = {
    "read": _read,
    "take": _take,
    "reply": _reply,
    "give": _give,
    "give back": _give,
    "close": _close,
}
