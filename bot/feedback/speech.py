"""What is said to whoever gives feedback: sentences in their language, lines of help, and how their feedback stands.

It reads their language and how many have joined, and writes nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import textwrap
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from bot.channels import Incoming
from bot.clock import Clock
from bot.feedback.hours import OpeningHour
from bot.lines import lines_of_help
from bot.sitting import Voice
from flows.safety import TOPICS
from storage.database import Database
from storage.feedback.store import Answer
from storage.people import how_many_joined, language_at

T = TypeVar("T")
LONGEST_SMS = 1_500  # letters; Twilio takes 1,600 in one message (error 21617)
FEW, VERY_FEW = 10, 5  # people who could have written: below these the writer is warned
_HEADING = {"prompt-name": "heading-name", "receipt": "heading-receipt"}


class Speech:
    """The words of feedback without a name.

    Args:
        voice: The words, the house, and the ear for danger.
        clock: What time it is.
        database: Where people are, to read their language and how many there are; never written to.
        opens: When the box is opened.
    """

    def __init__(self, voice: Voice, clock: Clock, database: Database, opens: OpeningHour) -> None:
        self._voice = voice
        self._clock = clock
        self._database = database
        self._opens = opens

    async def sentence(self, message: Incoming, key: str, **values: Any) -> str:
        """A sentence of `feedback.…` in the language of whoever wrote."""
        house, words, language = self._voice.house, self._voice.words, await self.language(message)
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
        day = self._opens.last(self._clock()) + timedelta(days=7)
        words = self._voice.words
        return words.sentence(language, "feedback.opens", {"day": day})

    async def _people(self, language: str) -> str:
        """How many could have written: the fewer, the easier they are to guess."""
        number = await self._read(how_many_joined, 0)
        key = "very-few-people" if number < VERY_FEW else "few-people" if number < FEW else "many-people"
        values = {} if number < VERY_FEW else {"number": number}
        return self._voice.words.sentence(language, f"feedback.{key}", values)

    async def language(self, message: Incoming) -> str:
        """The language of whoever wrote; the organisation's where that is not known, or cannot be read just now."""
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

    def is_danger(self, text: str) -> bool:
        """Whether danger is heard in these words for sure."""
        return self._voice.danger.listen(text).tier == "act"

    async def lines_for(self, message: Incoming, text: str | None = None, *, act_only: bool = False) -> list[str]:
        """The lines of help for what is heard in what they wrote. Nobody is told of it."""
        heard = self._voice.danger.listen(message.text if text is None else text)
        if heard.tier is None or (heard.tier == "offer" and heard.topic not in TOPICS):
            return []
        if act_only and heard.tier != "act":
            return []
        topic = heard.topic if heard.topic in TOPICS else TOPICS[0]
        return [await self._help(message, {"act": topic, "ask": "again"}.get(heard.tier, "offer"))]

    async def _help(self, message: Incoming, key: str) -> str:
        language, short = await self.language(message), message.channel == "sms"
        words, house = self._voice.words, self._voice.house
        return words.sentence(
            language, f"safety.{key}", lines_of_help(words, house, language, short=short), short=short
        )

    async def status(self, message: Incoming, answer: Answer | None) -> list[str]:
        """How the feedback of a code stands; None: there is nothing to show."""
        if answer is None:
            return [await self.sentence(message, "code-nothing")]
        longest = LONGEST_SMS if message.channel == "sms" else None
        parts = [part for reply in answer.replies for part in _in_parts(reply, longest)]
        said = [await self.sentence(message, "code-answer", reply=part) for part in parts]
        if answer.status == "closed":
            said.append(await self.sentence(message, "code-closed"))
        if not said:
            said.append(await self.sentence(message, "code-new" if answer.status == "new" else "code-in-hand"))
        return said


def _in_parts(text: str, longest: int | None) -> list[str]:
    """A text in as many parts as a channel needs, cut between words."""
    return textwrap.wrap(text, longest, replace_whitespace=False) if longest and len(text) > longest else [text]
