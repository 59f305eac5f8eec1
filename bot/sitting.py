"""Sitting with one person over one message: their place, what is said to them, and the one message it makes.

Whatever a message leads to - a sentence, an answered question, a conversation that comes back - becomes one
outgoing message, in one transaction with the places and acts behind it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

import bot.repertoire  # noqa: F401 - what can be talked about
from bot import acts
from bot.channels.segments import in_messages
from bot.facts import Fetched
from bot.house import House
from bot.lines import council_line
from bot.places import Places
from bot.times import zone_of
from flows.conversation import FLOWS, Facts, Flow, Json, Place, Question, Reply, Turn, gone, take_turn
from flows.danger import Listener
from flows.message import write_message
from flows.replies import Hearing
from flows.words import Words
from storage.desk import Desk
from storage.records import AddressRecord, ConversationRecord, PersonRecord
from storage.tables import Lane

NOTHING: Mapping[str, Any] = MappingProxyType({})

_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class Voice:
    """What every sitting shares: the words, the facts of the house, the ear for danger, and the places that help.

    `takes_feedback` tells whether feedback without a name is set up; it is spoken of only where it is. `ballot_key`
    closes the boxes of secret votes; without it none can be called.
    """

    words: Words
    house: House
    danger: Listener = field(default_factory=Listener.load)
    places: Places = field(default_factory=Places)
    takes_feedback: bool = False
    ballot_key: bytes | None = field(default=None, repr=False)


@dataclass
class Sitting:
    """One person at one address, for the length of one message.

    Attributes:
        desk: Where everything is read and written.
        person: Who it is; somebody unknown is a person too, who has not joined.
        address: Where they are, and where the answer goes.
        voice: The words and the house.
        lane: Who goes first when it is sent.
        message_id: The row of the message they sent; None when we write first.
    """

    desk: Desk
    person: PersonRecord
    address: AddressRecord
    voice: Voice
    lane: Lane = Lane.REPLY
    message_id: int | None = None
    _parts: list[str] = field(default_factory=list)
    _choices: tuple[tuple[str, str], ...] = ()
    _asks_in: int | None = None
    _between_us: bool = False
    _speaks_of: int | None = None
    _begins: tuple[str, Mapping[str, str]] | None = None

    @property
    def language(self) -> str:
        """The language to speak with them."""
        return self.person.language or self.voice.house.language

    @property
    def today(self) -> date:
        """Their own day."""
        return self.desk.now.astimezone(zone_of(self.person.zone)).date()

    @property
    def _short(self) -> bool:
        return self.address.channel == "sms"

    # -- saying ----------------------------------------------------------------------------------------

    def say(self, key: str, **values: Any) -> None:
        """Say a sentence that belongs to no flow (`house.…`)."""
        self._parts.append(self.sentence(key, values))

    def say_text(self, text: str) -> None:
        """Say something that is not ours to word."""
        self._parts.append(text)

    def sentence(self, key: str, values: Mapping[str, Any] = NOTHING) -> str:
        """A sentence in their language, in the form for their channel."""
        house = self.voice.house
        known = {"when_read": house.in_language(house.when_read, self.language), "organisation": house.name}
        return self.voice.words.sentence(self.language, key, {**known, **values}, short=self._short)

    def council(self) -> str:
        """The council's homelessness number, or what to do without."""
        return council_line(self.voice.words, self.voice.house, self.language, short=self._short)

    def add_to_inbox(self, why: str, note: str | None = None, **values: Any) -> None:
        """Put this message in front of the coordinators."""
        self.desk.add_to_inbox(person_id=self.person.id, message_id=self.message_id, why=why, note=note, **values)

    # -- conversations ---------------------------------------------------------------------------------

    def front(self) -> ConversationRecord | None:
        """The conversation in front, whose question was asked last."""
        conversations = self.desk.open_conversations(self.person)
        return conversations[-1] if conversations else None

    def begin(self, flow_name: str, **given: Json) -> None:
        """Begin a conversation, in front of all others; a light one before it gives way.

        One that is open already is taken up again where they were, so that nothing is asked twice over.

        Args:
            flow_name: Which flow.
            **given: Answers that are known already.
        """
        waiting = None if given else self._waiting(flow_name)
        if waiting is not None:
            self.bring_to_front(waiting)
            self.come_back()
            return
        flow = FLOWS[flow_name]
        turn = take_turn(flow, Place(flow_name, given), None, self.facts(flow, given))
        front = self.front()
        if front is not None and FLOWS[front.flow].light:
            self.desk.change(front, state="ended")
        self.take(self.desk.add_conversation(self.person, self.address, flow_name), turn)

    def _waiting(self, flow_name: str) -> ConversationRecord | None:
        """An open conversation of a flow; of a light one none, it begins afresh."""
        if FLOWS[flow_name].light:
            return None
        waiting = (each for each in self.desk.open_conversations(self.person) if each.flow == flow_name)
        return next(waiting, None)

    def reply(self, conversation: ConversationRecord, reply: Reply) -> Turn:
        """What a reply would lead to; nothing is changed until `take`."""
        return self._turn(conversation, reply)

    def _turn(self, conversation: ConversationRecord, reply: Reply | None) -> Turn:
        """A turn of a conversation; its end, when what it is about is no longer kept: nobody may be stuck in it."""
        flow = FLOWS[conversation.flow]
        place = Place.from_json(json.loads(conversation.place))
        try:
            return take_turn(flow, place, reply, self.facts(flow, place.answers))
        except LookupError as why:
            if isinstance(why, KeyError | IndexError):
                raise
            return gone(place)

    def question_of(self, conversation: ConversationRecord) -> Question | None:
        """The question that a conversation waits at."""
        return self._turn(conversation, None).question

    def take(self, conversation: ConversationRecord, turn: Turn) -> None:
        """Carry a turn out: its place, its acts, its words; then whatever it leads on to."""
        self.take_in_silence(conversation, turn)
        flow = FLOWS[conversation.flow]
        if turn.outcome == "not understood" and not (flow.between_us or flow.for_others):
            self.add_to_inbox("not understood at a question")  # whatever it was, a person can read it
        written = write_message(
            turn, self.voice.words, self.language, short=self._short, conversation=f"{conversation.id:x}"
        )
        if written.text:
            self._parts.append(written.text)
            self._between_us = self._between_us or flow.between_us
        if turn.question is not None:
            self._choices, self._asks_in = written.choices, conversation.id
        elif self._begins is not None:
            following, self._begins = self._begins, None
            self.begin(following[0], **following[1])
        elif written.text and self.lane is not Lane.DANGER:
            self.come_back()  # not behind the lines for danger, nor where silence was asked for

    def take_in_silence(self, conversation: ConversationRecord, turn: Turn) -> None:
        """Carry out a turn's place and acts without a word: something more important is being said."""
        self.desk.change(
            conversation,
            place=_as_json(turn.place.to_json()),
            state="ended" if turn.ended else "open",
            address_id=self.address.id,
            asked_at=None,
        )
        for do in turn.does:
            acts.carry_out(self, conversation, do)

    def go_on_with(self, flow_name: str, **given: str) -> None:
        """Once this turn is over, begin that flow, with these answers known already."""
        self._begins = flow_name, given

    def come_back(self) -> None:
        """Put the open question of the conversation in front again, whole; nothing, where none is open."""
        front = self.front()
        if front is None:
            return
        turn = self._turn(front, None)
        if turn.question is not None and not turn.question.asks:
            return
        if turn.question is not None:
            self.say("house.back-to")
        self.take(front, turn)

    def hearing_of(self, conversation: ConversationRecord) -> Hearing:
        """What a reply to the question that a conversation waits at may lean on."""
        asked = Place.from_json(json.loads(conversation.place)).asked or ""
        question = f"{conversation.flow}.{asked.partition(':')[0]}"
        return self.voice.words.hearing(self.language, question, self.today)

    def given(self, conversation: ConversationRecord, key: str) -> Any:
        """What a conversation was begun with."""
        return Place.from_json(json.loads(conversation.place)).answers.get(key)

    def has_done(self, conversation: ConversationRecord, act: type) -> bool:
        """Whether an act of this kind was done in a conversation."""
        passed = Place.from_json(json.loads(conversation.place)).passed
        return any(name.startswith(f"do:{act.__name__}#") for names in passed.values() for name in names)

    def asks_in_secret(self) -> bool:
        """Whether the question in front is one whose answer is kept nowhere."""
        front = self.front()
        return front is not None and FLOWS[front.flow].secret

    def keep_between_us(self) -> None:
        """What was written here, and what is answered, is for nobody else of the team."""
        self._between_us = True
        if self.message_id is not None:
            self.desk.keep_between_us(self.message_id)

    def speak_of(self, person_id: int) -> None:
        """What was written here, and what is answered, is about somebody else (or `SEVERAL`): it goes when they go."""
        self._speaks_of = person_id
        if self.message_id is not None:
            self.desk.speaks_of(self.message_id, person_id)

    def is_between_us(self) -> bool:
        """Whether what is answered to the question in front is for nobody of the team."""
        front = self.front()
        return front is not None and FLOWS[front.flow].between_us

    def bring_to_front(self, conversation: ConversationRecord) -> None:
        """From now on a bare number belongs to this conversation."""
        if conversation is not self.front():
            self.desk.change(conversation, front_at=self.desk.now)
            self.desk.move_to_front(conversation)

    def close_expired(self) -> bool:
        """Close what has waited too long since its question was sent; whether the one in front was."""
        front, closed_front = self.front(), False
        for conversation in self.desk.open_conversations(self.person):
            if _has_expired(conversation, FLOWS[conversation.flow], self.desk.now):
                self.desk.change(conversation, state="expired")
                closed_front = closed_front or conversation is front
        return closed_front

    def facts(self, flow: Flow, given: Mapping[str, Any]) -> Facts:
        """The facts that a flow asked for, as they are now, for a conversation begun with what was `given`."""
        return Facts(self.language, self.today, self.voice.words, Fetched(self, given, flow.facts))

    # -- sending ---------------------------------------------------------------------------------------

    def answer(self, **timing: Any) -> bool:
        """Queue the one message that all of this makes, or several where it is long; whether anything was said."""
        if not self._parts:
            return False
        buttons = [[choice] for choice in self._choices]
        text = (" " if self._short else "\n\n").join(self._parts)
        *before, last = in_messages(text) if self._short else [text]
        for each in before:
            self._queue(each, buttons=None, conversation_id=None, **timing)
        self._queue(last, buttons=_as_json(buttons) if buttons else None, conversation_id=self._asks_in, **timing)
        return True

    def _queue(self, text: str, **values: Any) -> None:
        person_id = None if self.desk.has_forgotten(self.person) else self.person.id
        if self._between_us:
            values["between_us"] = True
        if self._speaks_of is not None:
            values["about_id"] = self._speaks_of
        self.desk.add_outgoing(self.address, person_id=person_id, lane=int(self.lane), text=text, **values)


def _has_expired(conversation: ConversationRecord, flow: Flow, now: datetime) -> bool:
    lives_for: timedelta | None = timedelta(days=1) if flow.light else flow.lives_for
    return lives_for is not None and conversation.asked_at is not None and now - conversation.asked_at > lives_for
