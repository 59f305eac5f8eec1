"""Whoever gives feedback talks to this: it hears, seals and answers from memory, and writes nothing about them.

No row, no counter, no log line and no gap remains of a message that it takes; `flows.feedback` decides which those
are. Answers go straight to the channel, past the outbox, and are tried again in memory alone.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.channels import Channel, Incoming, Outgoing
from bot.clock import Clock
from bot.coordinators import is_command
from bot.feedback.box import Box, Put
from bot.feedback.courier import Courier, Who
from bot.feedback.handover import Handover
from bot.feedback.hours import OpeningHour
from bot.feedback.speech import Speech
from bot.logs import where
from bot.reply_by_text import is_order
from bot.sitting import Voice
from flows import feedback
from flows.feedback import Add, Composing, Decision, Keep, LookUp, OpenSooner, Say, Seal, Wipe
from storage.database import Database
from storage.feedback.codes import well_formed
from storage.feedback.sealing import Words, what_fits
from storage.feedback.spool import SpoolFull

log = logging.getLogger(__name__)

WRITING_FOR = timedelta(minutes=10)  # so long the next words are the feedback without being asked about
UNSURE_FOR = timedelta(hours=1)  # so long they may belong to it, and are asked about; also "1" after danger, and SOONER
CHANGED_WITHIN = timedelta(hours=48)  # so long Telegram lets somebody change a message
REST_OF_A_TEXT_WITHIN = timedelta(minutes=2)
SHORTEST_CUT = 60  # letters: no phone cuts a text shorter than that in two (a part holds 67 in the wider alphabet)
MOST_IN_AN_HOUR = 6  # feedbacks from one address
MOST_ANSWERS_IN_AN_HOUR = 40  # to one address: a machine that answers machines comes to an end
MOST_CODES_IN_AN_HOUR = 10  # from one address
MOST_CODES_OF_ALL = 300  # in an hour, from everybody: guessing from many phones is no faster
REMEMBERED = 10_000  # messages that were dealt with; the oldest is forgotten first


@dataclass
class _Writer:
    """One address that is, or was just, giving feedback; forgotten an hour after that."""

    last: datetime  # when we were last asked to remember something of them
    alone: asyncio.Lock = field(default_factory=asyncio.Lock)
    composing: Composing | None = None
    since: datetime | None = None
    put: Put | None = None
    answered_at: deque[datetime] = field(default_factory=lambda: deque(maxlen=MOST_ANSWERS_IN_AN_HOUR))
    more_until: datetime | None = None
    shown: list[str] = field(default_factory=list)  # the chat's numbers of what was said about it, ours and theirs
    sealed_at: deque[datetime] = field(default_factory=lambda: deque(maxlen=MOST_IN_AN_HOUR))
    asked_at: deque[datetime] = field(default_factory=lambda: deque(maxlen=MOST_CODES_IN_AN_HOUR))


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
        self._apart = frozenset(apart)
        self._speech = Speech(voice, clock, database, opens)
        self._handover = handover
        self._several = several_processes
        self._post = Courier(channels)
        self._writers: dict[Who, _Writer] = {}
        self._dealt_with: OrderedDict[Who, tuple[datetime, Incoming | None]] = OrderedDict()
        self._unkept: OrderedDict[tuple[str, str, str], datetime] = OrderedDict()  # as their chats number them
        self._codes_asked: deque[datetime] = deque(maxlen=MOST_CODES_OF_ALL)
        self._began = clock()
        self._unsure_until: datetime | None = None

    def start(self) -> None:
        """Take up what a clean stop left. After anything else, somebody may be in the middle of feedback."""
        self._began = self._clock()
        has_run_before, left = self._handover.has_run_before(), self._handover.take_up()
        if left is None:
            self._unsure_until = self._began + WRITING_FOR if has_run_before else None
            return
        for who, composing, since in left:
            self._writers[who] = _Writer(self._began, composing=composing, since=max(since, self._began - WRITING_FOR))

    async def stop(self) -> None:
        """Leave to the next start where everybody is."""
        await self._post.stop()
        left = [
            (who, writer.composing, writer.since)
            for who, writer in self._writers.items()
            if writer.composing is not None and writer.since is not None
        ]
        try:
            if not self._several:  # another process would overwrite it, and could not take it up
                await asyncio.to_thread(self._handover.leave, left)
            await asyncio.to_thread(self._box.spool.fold)  # whether or not anything came: the machine may go down
        except Exception as problem:
            log.error("feedback was not handed over", extra={"problem": where(problem)})

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
        return replace(goes_on, message_id=self._box.untold(message.message_id, polled=message.offset is not None))

    async def _fate_of(self, message: Incoming, who: Who) -> Incoming | None:
        writer = self._writers.setdefault(who, _Writer(self._clock()))
        async with writer.alone:  # two parts of a text arrive together, and the second must find what the first did
            known = self._dealt_with.get((message.sender, message.message_id))
            if known is not None:
                return known[1]
            fate = await self._hear(message, writer)
            self._remember(message, fate, writer)
        return fate

    def _remember(self, message: Incoming, fate: Incoming | None, writer: _Writer) -> None:
        self._dealt_with[message.sender, message.message_id] = self._clock(), fate
        if message.chat_message_id and fate is None and message.chat_message_id not in writer.shown:
            writer.shown.append(message.chat_message_id)
            self._unkept.setdefault((message.sender, message.address, message.chat_message_id), self._clock())
        for remembered in (self._dealt_with, self._unkept):
            if len(remembered) > REMEMBERED:
                remembered.popitem(last=False)

    def _may_be_ours(self, message: Incoming) -> bool:
        if message.sender in self._apart or message.kind == "reaction" or self._is_unsure():
            return True
        if message.kind == "edited" and self._may_have_been_ours(message):
            return True
        words = self._voice.words
        return bool(
            feedback.asks_for_us(message.text, words)
            or (message.reply_to and feedback.answers_prompt(message.reply_to, words))
        )

    def _is_unsure(self) -> bool:
        """Whether we came back from a fault just now, so that anybody may be in the middle of feedback."""
        return self._unsure_until is not None and self._clock() < self._unsure_until

    def _may_have_been_ours(self, changed: Incoming) -> bool:
        """Whether a changed message was not kept, or was written before we began, so that nobody knows."""
        unkept = (changed.sender, changed.address, changed.chat_message_id) in self._unkept
        return unkept or (changed.written_at is not None and changed.written_at < self._began)

    async def _hear(self, message: Incoming, writer: _Writer) -> Incoming | None:
        decision = self._decide(message, writer)
        if decision is None:
            await self._go_on_elsewhere(message, writer)
            return message
        if isinstance(decision, Keep):
            writer.composing = None
            return replace(message, kind="text", text=decision.words, about="feedback" if decision.as_feedback else "")
        writer.last = self._clock()
        await self._carry_out(decision, message, writer)
        return None

    async def _go_on_elsewhere(self, message: Incoming, writer: _Writer) -> None:
        """Their "1" is about something else from now on; what they write may still belong to feedback for a while."""
        composing = self._composing_of(message, writer)
        leaves = composing is None or message.kind in ("opted out", "opted in")
        writer.composing = None if leaves else Composing("sent")
        if composing is not None and composing.stage == "held":
            await self._seal_unanswered(composing.words, writer)

    def _decide(self, message: Incoming, writer: _Writer) -> Decision | None:
        words, text = self._voice.words, message.text
        composing = self._composing_of(message, writer)
        just_sent = writer.more_until is not None and self._clock() < writer.more_until
        if message.sender in self._apart:  # before all else: nothing that comes there may go on to the store
            return feedback.hear_apart(text, message.kind, composing, words, just_sent=just_sent)
        if self._is_for_staff(message, composing):
            return None
        answered = feedback.answers_prompt(message.reply_to, words)
        if answered is not None and (composing is None or answered.stage != "sent"):
            composing = answered
        if composing is None and feedback.asks_for_us(text, words) is None:
            if message.kind == "text" and self._is_unsure():
                return feedback.hear_when_unsure(text, words)
            if message.kind == "edited" and self._may_have_been_ours(message):
                return feedback.changed(None)
        return feedback.hear(text, message.kind, composing, words, just_sent=just_sent)

    def _is_for_staff(self, message: Incoming, composing: Composing | None) -> bool:
        """What a coordinator sends about others is theirs wherever they are, but not where everything is feedback.

        "Give us more time" is what they were asked for, if they were, and stays without a name.
        """
        is_staff = self._voice.house.safeguarding.at(message.channel, message.address) is not None
        was_asked = composing is not None and composing.stage in ("words", "name")
        return is_staff and (is_command(message.text) or is_order(message.text, or_to_give=not was_asked))

    def _composing_of(self, message: Incoming, writer: _Writer) -> Composing | None:
        """Where they were when they wrote this, which may be before it got here."""
        if writer.composing is None or writer.since is None:
            return None
        took = (message.written_at or self._clock()) - writer.since
        if took >= UNSURE_FOR:
            return None
        late = took >= WRITING_FOR and writer.composing.stage in ("words", "name")
        composing = Composing("sent") if late else writer.composing
        return None if self._several and composing.stage in ("sent", "danger", "held") else composing

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
            case _:
                pass

    # -- what is done ----------------------------------------------------------------------------------

    async def _say(self, decision: Say, message: Incoming, writer: _Writer) -> None:
        key, then = decision.key, decision.then
        if then is not None and message.channel == "sms" and self._several:
            key, then = "prompt-one", None
        self._now_composing(writer, then)
        said = [
            *await self._speech.lines_for(message, act_only=key != "held"),
            await self._speech.sentence(message, key),
        ]
        self._answer(message, *said, asks=then is not None and then.stage in ("words", "name"))

    def _now_composing(self, writer: _Writer, composing: Composing | None) -> None:
        writer.composing, writer.since = composing, self._clock()

    async def _seal(self, text: str, message: Incoming, writer: _Writer) -> None:
        now, hour_ago = self._clock(), self._clock() - timedelta(hours=1)
        lines, fits = await self._speech.lines_for(message, text), what_fits(text)
        if len(writer.sealed_at) == MOST_IN_AN_HOUR and writer.sealed_at[0] > hour_ago:
            self._now_composing(writer, Composing("words"))
            return self._answer(message, *lines, await self._speech.sentence(message, "too-many"))
        words = Words(fits, message.channel, await self._speech.language(message))
        put = await self._kept(message, lines, self._box.put, words)
        if put is None:
            return self._now_composing(writer, Composing("words"))  # so that they can send it again as it was
        self._remember(message, None, writer)  # whatever breaks from here on, it is not sealed twice
        writer.put = put
        writer.sealed_at.append(now)
        may_be_cut = message.channel == "sms" and len(text) >= SHORTEST_CUT and not self._several
        writer.more_until = now + REST_OF_A_TEXT_WITHIN if may_be_cut else None
        await self._acknowledge("receipt", text, message, writer, lines)
        return None

    async def _add(self, text: str, message: Incoming, writer: _Writer) -> None:
        """The rest of a text that came in two parts: sealed with the first, under the same code."""
        before = writer.put
        if before is None:
            return await self._seal(text, message, writer)
        whole = f"{before.words.text} {text}"
        lines = await self._speech.lines_for(message, whole)
        put = await self._kept(
            message, lines, self._box.put_instead, before, replace(before.words, text=what_fits(whole))
        )
        if put is not None:
            writer.put = put
            self._remember(message, None, writer)
            await self._acknowledge("added", whole, message, writer, lines)
        return None

    async def _acknowledge(self, key: str, text: str, message: Incoming, writer: _Writer, lines: Sequence[str]) -> None:
        """The receipt, after the lines where danger was heard; and how they can say after all who they are."""
        put = writer.put
        if put is None:
            return
        is_danger, apart = self._speech.is_danger(text), message.sender in self._apart
        may_say_one = is_danger and not self._several and not apart
        self._now_composing(writer, Composing("danger", text) if may_say_one else Composing("sent"))
        said = list(lines)
        if is_danger:
            otherwise = "danger-one" if self._several else "danger"
            said.append(await self._speech.sentence(message, "danger-apart" if apart else otherwise))
        said.append(await self._speech.sentence(message, key, **({"code": put.code} if key == "receipt" else {})))
        if put.words.text != text:
            said.append(await self._speech.sentence(message, "cut", last=put.words.text[-30:]))
        self._answer(message, *said, always=True)

    async def _open_sooner(self, message: Incoming, writer: _Writer) -> None:
        before = writer.put
        if before is None:
            return self._answer(message, await self._speech.sentence(message, "sooner-too-late"))
        put = await self._kept(message, [], self._box.put_instead, before, before.words, "next hour")
        if put is not None:
            writer.put = put
            self._answer(message, await self._speech.sentence(message, "sooner"))
        return None

    async def _wipe(self, message: Incoming, writer: _Writer) -> None:
        """Take all of it out of the chat, this message too, and say nothing: nobody is to see that it was there."""
        await self._post.settle_with(message)
        shown, writer.shown = writer.shown, []
        shown.append(message.chat_message_id)
        if len(shown) < 2 or not await self._post.take_out(message, shown):
            self._answer(message, await self._speech.sentence(message, "wipe-too-late"))

    async def _kept(self, message: Incoming, lines: Sequence[str], put: Callable[..., Put], *what: Any) -> Put | None:
        """What the box kept; None, and they are told so, where it could not."""
        try:
            return await asyncio.to_thread(put, *what)
        except SpoolFull:
            why = "full"
        except Exception as problem:
            log.error("feedback not kept", extra={"problem": where(problem)})
            why = "broke"
        self._answer(message, *lines, await self._speech.sentence(message, why), always=True)
        return None

    async def _look_up(self, digits: str, message: Incoming, writer: _Writer) -> None:
        lines = await self._speech.lines_for(message, act_only=True)  # whatever stands behind the code
        self._answer(message, *lines, *await self._looked_up(digits, message, writer), always=bool(lines))

    async def _looked_up(self, digits: str, message: Incoming, writer: _Writer) -> Sequence[str]:
        code = well_formed(digits)
        if code is None:
            return [await self._speech.sentence(message, "code-slip")]
        now, hour_ago = self._clock(), self._clock() - timedelta(hours=1)
        for asked in (writer.asked_at, self._codes_asked):
            if len(asked) == asked.maxlen and asked[0] > hour_ago:
                return [await self._speech.sentence(message, "code-slow")]
        try:
            answer = await asyncio.to_thread(self._box.answer_to, code)
        except Exception as problem:
            log.error("a code was not looked up", extra={"problem": where(problem)})
            return [await self._speech.sentence(message, "broke")]
        if answer is None:
            writer.asked_at.append(now)
            self._codes_asked.append(now)
        return await self._speech.status(message, answer)

    def _answer(self, message: Incoming, *texts: str, asks: bool = False, always: bool = False) -> None:
        """Answer from memory; after very many answers in an hour only what must be said."""
        writer, now = self._writers[message.sender, message.address], self._clock()
        often = len(writer.answered_at) == MOST_ANSWERS_IN_AN_HOUR and now - writer.answered_at[0] < timedelta(hours=1)
        if often and not always:
            return
        writer.answered_at.append(now)
        answers = [Outgoing(0, message.address, text, asks_reply=asks) for text in texts]
        self._post.send(message, answers, writer.shown)

    # -- as time goes on -------------------------------------------------------------------------------

    async def tidy(self) -> None:
        """Every minute: forget what is over. What was held and never answered is sealed, so that it is not lost."""
        now = self._clock()
        for who, writer in list(self._writers.items()):
            if not writer.alone.locked():
                await self._forget_what_is_over(who, writer, now)
        while self._dealt_with and now - next(iter(self._dealt_with.values()))[0] >= UNSURE_FOR:
            self._dealt_with.popitem(last=False)
        while self._unkept and now - next(iter(self._unkept.values())) >= CHANGED_WITHIN:
            self._unkept.popitem(last=False)

    async def _forget_what_is_over(self, who: Who, writer: _Writer, now: datetime) -> None:
        composing, since = writer.composing, writer.since or writer.last
        if composing is not None and composing.stage == "held" and now - since >= WRITING_FOR:
            writer.composing = Composing("sent")
            await self._seal_unanswered(composing.words, writer)  # where that fails it stays held, and is tried again
        elif now - since >= UNSURE_FOR:
            writer.composing, writer.put, writer.shown = None, None, []
            if now - writer.last >= UNSURE_FOR:
                self._writers.pop(who, None)

    async def _seal_unanswered(self, text: str, writer: _Writer) -> None:
        try:
            await asyncio.to_thread(self._box.put, Words(what_fits(text), "", self._voice.house.language))
        except Exception as problem:
            log.error("feedback not kept", extra={"problem": where(problem)})
            writer.composing = Composing("held", text)

    async def settle(self) -> None:
        """Wait until everything that can be sent now has been."""
        await self._post.settle()
