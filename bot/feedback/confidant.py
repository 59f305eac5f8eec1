"""Whoever gives feedback talks to this: it hears, seals and answers from memory, and writes nothing about them.

No row, no counter, no log line and no gap remains of a message that it takes; `flows.feedback` decides which those
are. Answers go straight to the channel, past the outbox, and are tried again in memory alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from bot.channels import Channel, Incoming, Outgoing, Retry, SendFailed, Sent, TakesOut
from bot.clock import Clock
from bot.feedback.box import Box, Put
from bot.feedback.handover import Handover
from bot.feedback.hours import OpeningHour
from bot.lines import lines_of_help
from bot.logs import where
from bot.sitting import Voice
from flows import feedback
from flows.dates import WEEKDAYS
from flows.feedback import Add, Composing, Decision, Ignore, Keep, LookUp, OpenSooner, Say, Seal, Wipe
from flows.safety import TOPICS
from storage.database import Database
from storage.feedback.codes import well_formed
from storage.feedback.sealing import Words, what_fits
from storage.feedback.spool import SpoolFull
from storage.feedback.store import Answer
from storage.people import how_many_joined, language_at

log = logging.getLogger(__name__)
T = TypeVar("T")

COMPOSING_FOR = timedelta(minutes=10)
REST_OF_A_TEXT_WITHIN = timedelta(minutes=2)
SHORTEST_CUT = 60  # letters: no phone cuts a text shorter than that in two (a part holds 67 in the wider alphabet)
MOST_IN_AN_HOUR = 6  # feedbacks from one address; a box that one person fills takes nobody else's words
MOST_CODES_IN_AN_HOUR = 10  # from one address
MOST_CODES_OF_ALL = 300  # in an hour, from everybody: guessing from many phones is no faster
REMEMBERED = 10_000  # messages that were dealt with; the oldest is forgotten first
TRIES_AFTER_SECONDS = (2.0, 5.0, 15.0, 60.0, 180.0, 300.0)
STOPS_WITHIN_SECONDS = 1.0
FEW, VERY_FEW = 10, 5  # people who could have written: below these the writer is warned
_NEW: Any = object()

Who = tuple[str, str]  # the sender that was written to, and the address that wrote


class TakesFirst(Protocol):
    """What sees every message before anything is written."""

    async def take(self, message: Incoming) -> Incoming | None:
        """The message as it goes on to the store; None: it was dealt with, and nothing of it is kept."""


@dataclass
class _Writer:
    """One address that is, or was just, giving feedback; forgotten after an hour."""

    alone: asyncio.Lock = field(default_factory=asyncio.Lock)
    composing: Composing | None = None
    until: datetime | None = None
    put: Put | None = None
    more_until: datetime | None = None
    shown: list[str] = field(default_factory=list)  # the chat's numbers of what was said about it, ours and theirs
    sealed_at: deque[datetime] = field(default_factory=lambda: deque(maxlen=MOST_IN_AN_HOUR))
    asked_at: deque[datetime] = field(default_factory=lambda: deque(maxlen=MOST_CODES_IN_AN_HOUR))
    last: datetime | None = None


class NotSetUp:
    """Where there is no box: FEEDBACK and CODE are told so, and nothing of them is kept."""

    def __init__(self, voice: Voice, channels: Mapping[str, Channel]) -> None:
        self._voice = voice
        self._post = Courier(channels)

    async def take(self, message: Incoming) -> Incoming | None:
        """As `TakesFirst`."""
        asked = feedback.asks_for_us(message.text, self._voice.words) if message.kind in ("text", "edited") else None
        if asked is None:
            return message
        said = self._voice.words.sentence(self._voice.house.language, "house.no-feedback")
        self._post.send(message, [Outgoing(0, message.address, said)])
        return None

    async def settle(self) -> None:
        """Wait until everything that can be sent now has been."""
        await self._post.settle()

    async def stop(self) -> None:
        """Let go of what could not be sent."""
        await self._post.stop()


class Confidant:
    """The one that feedback is told to.

    Args:
        box: Where it goes.
        voice: The words, the house, and the ear for danger.
        clock: What time it is.
        database: Where people are, to read their language and how many there are; never written to.
        channels: By the name of the sender.
        apart: The senders where everything is feedback.
        opens: When the box is opened.
        several_processes: Whether another process may get somebody's next text: then SMS has only the form in one
            message, since the state of a conversation is in this one's memory.
        handover: What a clean stop leaves for the next start.
    """

    def __init__(
        self,
        box: Box,
        voice: Voice,
        clock: Clock,
        database: Database,
        channels: Mapping[str, Channel],
        apart: Collection[str],
        opens: OpeningHour,
        handover: Handover,
        *,
        several_processes: bool = False,
    ) -> None:
        self._box = box
        self._voice = voice
        self._clock = clock
        self._database = database
        self._apart = frozenset(apart)
        self._opens = opens
        self._handover = handover
        self._several = several_processes
        self._post = Courier(channels)
        self._writers: dict[Who, _Writer] = {}
        self._dealt_with: OrderedDict[tuple[str, str], Incoming | None] = OrderedDict()
        self._codes_asked: deque[datetime] = deque(maxlen=MOST_CODES_OF_ALL)
        self._began = clock()
        self._unsure_until: datetime | None = None

    def start(self) -> None:
        """Take up what a clean stop left. After anything else, somebody may be in the middle of feedback."""
        self._began = self._clock()
        left = self._handover.take_up()
        if left is None:
            self._unsure_until = self._began + COMPOSING_FOR if self._handover.has_run_before() else None
            return
        for who, composing, until in left:
            self._writers[who] = _Writer(composing=composing, until=until, last=self._began)

    async def stop(self) -> None:
        """Leave to the next start where everybody is."""
        await self._post.stop()
        now = self._clock()
        open_ones = [
            (who, writer.composing, writer.until)
            for who, writer in self._writers.items()
            if writer.composing is not None and writer.until is not None and now < writer.until
        ]
        await asyncio.to_thread(self._handover.leave, open_ones)

    # -- one message -----------------------------------------------------------------------------------

    async def take(self, message: Incoming) -> Incoming | None:
        """As `TakesFirst`. The same message once more has the same fate.

        Nothing is awaited before a message that has nothing to do with feedback is handed back. What goes on to the
        store does so under an id that does not count.
        """
        who = message.sender, message.address
        goes_on: Incoming | None = message
        if who in self._writers or self._may_be_ours(message):
            goes_on = await self._fate_of(message, who)
        if goes_on is None or goes_on.channel != "telegram":
            return goes_on
        return replace(goes_on, message_id=self._box.untold(message.message_id))

    async def _fate_of(self, message: Incoming, who: Who) -> Incoming | None:
        writer = self._writers.setdefault(who, _Writer())
        async with writer.alone:  # two parts of a text arrive together, and the second must find what the first did
            known = self._dealt_with.get((message.sender, message.message_id), _NEW)
            if known is not _NEW:
                return known  # type: ignore[no-any-return]
            writer.last = self._clock()
            if message.chat_message_id:
                writer.shown.append(message.chat_message_id)
            fate = await self._hear(message, writer)
        self._dealt_with[message.sender, message.message_id] = fate
        if len(self._dealt_with) > REMEMBERED:
            self._dealt_with.popitem(last=False)
        return fate

    def _may_be_ours(self, message: Incoming) -> bool:
        if message.sender in self._apart or message.kind == "reaction" or self._is_unsure():
            return True
        if message.kind == "edited" and self._is_older(message):
            return True
        words = self._voice.words
        return bool(
            feedback.asks_for_us(message.text, words)
            or (message.reply_to and feedback.answers_prompt(message.reply_to, words))
        )

    def _is_unsure(self) -> bool:
        return self._unsure_until is not None and self._clock() < self._unsure_until

    def _is_older(self, message: Incoming) -> bool:
        """Whether a changed message was written before we began: then we cannot know what it was for."""
        return message.written_at is not None and message.written_at < self._began

    async def _hear(self, message: Incoming, writer: _Writer) -> Incoming | None:
        decision = self._decide(message, writer)
        if decision is None:
            if writer.composing is not None and writer.composing.stage in ("words", "name"):
                writer.composing = None  # they have gone on to something else
            return message
        if isinstance(decision, Keep):
            writer.composing = None
            return replace(message, kind="text", text=decision.words, about="feedback" if decision.as_feedback else "")
        await self._carry_out(decision, message, writer)
        return None

    def _decide(self, message: Incoming, writer: _Writer) -> Decision | None:
        words, composing = self._voice.words, self._composing_of(writer)
        just_sent = writer.more_until is not None and self._clock() < writer.more_until
        if message.sender in self._apart:
            return feedback.hear_apart(message.text, message.kind, composing, words, just_sent=just_sent)
        asked = feedback.asks_for_us(message.text, words) is not None
        if composing is None and not asked:
            composing = feedback.answers_prompt(message.reply_to, words)
            if composing is not None and composing.stage == "sent":
                return Say("after-receipt")
            if composing is None and message.kind == "text" and self._is_unsure():
                return feedback.after_a_crash(message.text, words)
            if composing is None and message.kind == "edited" and self._is_older(message):
                return Say("changed")
        return feedback.hear(message.text, message.kind, composing, words, just_sent=just_sent)

    def _composing_of(self, writer: _Writer) -> Composing | None:
        return writer.composing if writer.until is not None and self._clock() < writer.until else None

    async def _carry_out(self, decision: Decision, message: Incoming, writer: _Writer) -> None:
        match decision:
            case Say():
                await self._say(decision, message, writer)
            case Seal():
                await self._seal(decision.words, message, writer)
            case Add():
                await self._add(decision.words, message, writer)
            case OpenSooner():
                await self._open_sooner(message, writer)
            case Wipe():
                await self._wipe(message, writer)
            case LookUp():
                await self._look_up(decision.digits, message, writer)
            case Ignore() | Keep():
                pass

    # -- what is done ----------------------------------------------------------------------------------

    async def _say(self, decision: Say, message: Incoming, writer: _Writer) -> None:
        key, then = decision.key, decision.then
        if key == "prompt" and message.channel == "sms" and self._several:
            key, then = "prompt-one", None
        self._now_composing(writer, then)
        said = [await self._sentence(message, key)]
        if then is not None and then.stage == "held":
            said = [*await self._lines_for(then.words, message), *said]
        self._answer(message, *said, asks=then is not None and then.stage in ("words", "name"))

    def _now_composing(self, writer: _Writer, composing: Composing | None) -> None:
        writer.composing, writer.until = composing, self._clock() + COMPOSING_FOR

    async def _seal(self, text: str, message: Incoming, writer: _Writer) -> None:
        now, hour_ago = self._clock(), self._clock() - timedelta(hours=1)
        if len(writer.sealed_at) == MOST_IN_AN_HOUR and writer.sealed_at[0] > hour_ago:
            self._now_composing(writer, Composing("words"))
            return self._answer(message, await self._sentence(message, "too-many"))
        fits = what_fits(text)
        language = await self._language(message)
        put = await self._kept(message, self._box.put, Words(fits, message.channel, language))
        if put is None:
            return self._now_composing(writer, Composing("words"))  # so that they can send it again as it was
        writer.put = put
        writer.sealed_at.append(now)
        may_be_cut = message.channel == "sms" and len(text) >= SHORTEST_CUT
        writer.more_until = now + REST_OF_A_TEXT_WITHIN if may_be_cut else None
        lines = await self._lines(fits, message, writer)
        receipt = [await self._sentence(message, "receipt", code=put.code)]
        if fits != text:
            receipt.append(await self._sentence(message, "cut", last=fits[-30:]))
        self._answer(message, *lines, *receipt)
        return None

    async def _add(self, text: str, message: Incoming, writer: _Writer) -> None:
        """The rest of a text that came in two parts: sealed with the first, under the same code."""
        before = writer.put
        if before is None:
            return await self._seal(text, message, writer)
        whole = what_fits(f"{before.words.text} {text}")
        put = await self._kept(message, self._box.put_instead, before, replace(before.words, text=whole))
        if put is None:
            return None
        writer.put = put
        lines = await self._lines(whole, message, writer)
        self._answer(message, *lines, await self._sentence(message, "added"))
        return None

    async def _open_sooner(self, message: Incoming, writer: _Writer) -> None:
        before = writer.put
        if before is None or self._composing_of(writer) is None:
            return self._answer(message, await self._sentence(message, "sooner-too-late"))
        put = await self._kept(message, self._box.put_instead, before, before.words, "next hour")
        if put is not None:
            writer.put = put
            self._answer(message, await self._sentence(message, "sooner"))
        return None

    async def _wipe(self, message: Incoming, writer: _Writer) -> None:
        """Take all of it out of the chat, this message too, and say nothing: nobody is to see that it was there."""
        await self._post.settle_with(message)
        shown, writer.shown = writer.shown, []
        if self._composing_of(writer) is None or not await self._post.take_out(message, shown):
            self._answer(message, await self._sentence(message, "wipe-too-late"))

    async def _kept(self, message: Incoming, put: Callable[..., Put], *what: Any) -> Put | None:
        """What the box kept; None, and they are told so, where it could not."""
        try:
            return await asyncio.to_thread(put, *what)
        except SpoolFull:
            self._answer(message, await self._sentence(message, "full"))
        except Exception as problem:
            log.error("feedback not kept", extra={"problem": where(problem)})
            self._answer(message, await self._sentence(message, "broke"))
        return None

    async def _lines(self, text: str, message: Incoming, writer: _Writer) -> list[str]:
        """After sealing, where danger is heard: the lines, and how they can say after all who they are."""
        is_danger = self._voice.danger.listen(text).tier == "act"
        may_say_one = is_danger and not self._several and message.sender not in self._apart
        self._now_composing(writer, Composing("danger" if may_say_one else "sent", text))
        lines = await self._lines_for(text, message)
        if is_danger:
            otherwise = "danger-one" if self._several else "danger"
            lines.append(await self._sentence(message, "danger-apart" if message.sender in self._apart else otherwise))
        return lines

    async def _lines_for(self, text: str, message: Incoming) -> list[str]:
        """The lines of help for what is heard in these words. Nobody is told of it."""
        heard = self._voice.danger.listen(text)
        if heard.tier is None or (heard.tier == "offer" and heard.topic not in TOPICS):
            return []
        topic = heard.topic if heard.topic in TOPICS else TOPICS[0]
        return [await self._help(message, {"act": topic, "ask": "again"}.get(heard.tier, "offer"))]

    async def _help(self, message: Incoming, key: str) -> str:
        language, short = await self._language(message), message.channel == "sms"
        words, house = self._voice.words, self._voice.house
        return words.sentence(
            language, f"safety.{key}", lines_of_help(words, house, language, short=short), short=short
        )

    async def _look_up(self, digits: str, message: Incoming, writer: _Writer) -> None:
        code = well_formed(digits)
        if code is None:
            return self._answer(message, await self._sentence(message, "code-slip"))
        now, hour_ago = self._clock(), self._clock() - timedelta(hours=1)
        for asked in (writer.asked_at, self._codes_asked):
            if len(asked) == asked.maxlen and asked[0] > hour_ago:
                return self._answer(message, await self._sentence(message, "code-slow"))
        try:
            answer = await asyncio.to_thread(self._box.answer_to, code)
        except Exception as problem:
            log.error("a code was not looked up", extra={"problem": where(problem)})
            return self._answer(message, await self._sentence(message, "broke"))
        if answer is None:
            writer.asked_at.append(now)
            self._codes_asked.append(now)
        self._answer(message, *await self._status(message, answer))
        return None

    async def _status(self, message: Incoming, answer: Answer | None) -> list[str]:
        if answer is None:
            return [await self._sentence(message, "code-nothing")]
        said = [await self._sentence(message, "code-answer", reply=reply) for reply in answer.replies]
        if answer.status == "closed":
            said.append(await self._sentence(message, "code-closed"))
        if not said:
            said.append(await self._sentence(message, "code-new" if answer.status == "new" else "code-in-hand"))
        return said

    # -- words -----------------------------------------------------------------------------------------

    async def _sentence(self, message: Incoming, key: str, **values: Any) -> str:
        house, words, language = self._voice.house, self._voice.words, await self._language(message)
        short = message.channel == "sms"
        name = f"feedback.{key}"
        wanted = words.mentions(language, name, short=short)
        known: dict[str, Any] = {
            "organisation": house.name,
            "who_reads": house.in_language(house.who_reads, language),
            "when_read": house.in_language(house.when_read, language),
            "opened": self._opened(language),
            "heading": words.sentence(language, f"feedback.{_HEADING.get(key, 'heading')}"),
        }
        if "people" in wanted:
            known["people"] = await self._people(language)
        return words.sentence(language, name, {**known, **values}, short=short)

    def _opened(self, language: str) -> str:
        words = self._voice.words
        weekday = words.sentence(language, f"replies.{WEEKDAYS[self._opens.weekday]}")
        return words.sentence(language, "feedback.opens", {"weekday": weekday})

    async def _people(self, language: str) -> str:
        """How many could have written: the fewer, the easier they are to guess."""
        number = await self._read(how_many_joined, 0)
        key = "very-few-people" if number < VERY_FEW else "few-people" if number < FEW else "many-people"
        values = {} if number < VERY_FEW else {"number": number}
        return self._voice.words.sentence(language, f"feedback.{key}", values)

    async def _language(self, message: Incoming) -> str:
        known = await self._read(lambda connection: language_at(connection, message.channel, message.address), None)
        return known or self._voice.house.language

    async def _read(self, question: Callable[[Any], T], otherwise: T) -> T:
        """Ask the database without a trace; what it can't say now must not cost anybody their words."""

        def ask() -> T:
            with self._database.reading() as connection:
                return question(connection)

        with contextlib.suppress(Exception):
            return await asyncio.to_thread(ask)
        return otherwise

    def _answer(self, message: Incoming, *texts: str, asks: bool = False) -> None:
        writer = self._writers.get((message.sender, message.address))
        answers = [Outgoing(0, message.address, text, asks_reply=asks) for text in texts]
        self._post.send(message, answers, writer.shown if writer is not None else [])

    # -- as time goes on -------------------------------------------------------------------------------

    async def tidy(self) -> None:
        """Every minute: forget what is over. What was held and never answered is sealed, so that it is not lost."""
        now = self._clock()
        for who, writer in list(self._writers.items()):
            over = writer.until is None or now >= writer.until
            if over and writer.composing is not None and not writer.alone.locked():
                composing, writer.composing, writer.put, writer.shown = writer.composing, None, None, []
                if composing.stage == "held":
                    await self._seal_unanswered(composing.words, who)
            if over and (writer.last is None or now - writer.last > timedelta(hours=1)) and not writer.alone.locked():
                self._writers.pop(who, None)

    async def _seal_unanswered(self, text: str, who: Who) -> None:
        try:
            await asyncio.to_thread(self._box.put, Words(what_fits(text), "", self._voice.house.language))
        except Exception as problem:
            log.error("feedback not kept", extra={"problem": where(problem)})
            self._writers[who].composing = Composing("held", text)

    async def settle(self) -> None:
        """Wait until everything that can be sent now has been."""
        await self._post.settle()


_HEADING = {"prompt-name": "heading-name", "receipt": "heading-receipt"}


class Courier:
    """Sends past the outbox and tries again from memory; what a stop or a crash finds unsent is lost.

    Args:
        channels: By the name of the sender.
    """

    def __init__(self, channels: Mapping[str, Channel]) -> None:
        self._channels = channels
        self._under_way: dict[asyncio.Task[None], Who] = {}

    def send(self, message: Incoming, answers: Sequence[Outgoing], shown: list[str] | None = None) -> None:
        """Send these in order, to whoever wrote, after what is still on its way to them.

        Args:
            message: What they wrote.
            answers: What they get.
            shown: The numbers of what arrived are added to it.
        """
        channel = self._channels.get(message.sender)
        if channel is None:
            return
        who = message.sender, message.address
        task = asyncio.create_task(self._send_all(channel, answers, self._before(who), shown))
        self._under_way[task] = who
        task.add_done_callback(lambda done: self._under_way.pop(done, None))

    def _before(self, who: Who) -> list[asyncio.Task[None]]:
        return [task for task, whose in self._under_way.items() if whose == who]

    async def _send_all(
        self,
        channel: Channel,
        answers: Sequence[Outgoing],
        before: list[asyncio.Task[None]],
        shown: list[str] | None,
    ) -> None:
        if before:
            await asyncio.wait(before)
        for answer in answers:
            sent = await _sent(channel, answer)
            if sent is None:
                return
            if shown is not None:
                shown.append(sent.provider_id)

    async def settle_with(self, message: Incoming) -> None:
        """Wait until what is on its way to whoever wrote has gone out."""
        if before := self._before((message.sender, message.address)):
            await asyncio.wait(before)

    async def take_out(self, message: Incoming, shown: Sequence[str]) -> bool:
        """Take messages out of a chat again; False where that cannot be done, or not with all of them."""
        channel = self._channels.get(message.sender)
        if not isinstance(channel, TakesOut):
            return False
        gone = True
        for number in shown:
            try:
                await channel.delete(message.address, number)
            except SendFailed:
                gone = False
        return gone

    async def settle(self) -> None:
        """Wait until nothing is under way."""
        while self._under_way:
            await asyncio.wait(list(self._under_way))

    async def stop(self) -> None:
        """Give what is under way a moment, then let it go."""
        if self._under_way:
            await asyncio.wait(list(self._under_way), timeout=STOPS_WITHIN_SECONDS)
        for task in list(self._under_way):
            task.cancel()


async def _sent(channel: Channel, answer: Outgoing) -> Sent | None:
    """What went out, if it did. One that was cut off is sent once more: twice is better than a code never seen."""
    for pause in (*TRIES_AFTER_SECONDS, None):
        try:
            return await channel.send(answer)
        except SendFailed as failure:
            if failure.retry is Retry.NEVER or pause is None:
                log.info("an answer from memory was not sent", extra={"reason": failure.reason.value})
                return None
            await asyncio.sleep(max(pause, failure.after_seconds or 0.0))
    return None
