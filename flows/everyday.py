"""The short conversations behind the words that anybody can send at any time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flows.acts import AddANote, AskForAPerson, Begin, Pause, Speak
from flows.conversation import Talk, flow
from flows.hearing import Reading
from flows.replies import Hearing, Understood, a_date, any_words, one_of

DAYS = {"week": 7, "month": 30, "start": None}
_BEFORE_AN_END = frozenset({"filler", "polite", "please", "to", "on", "about"})


@dataclass(frozen=True)
class HowLong:
    """How long a pause is: one of the choices, or any other span or day ("2 weeks", "a fortnight", "until monday")."""

    choices: tuple[str, ...] = tuple(DAYS)

    def understand(self, text: str, hearing: Hearing) -> Understood[str | date] | None:
        """A choice goes first; a day that is not to come is no end of a pause."""
        if chosen := one_of(*self.choices).understand(text, hearing):
            return Understood(chosen.value, chosen.rest)
        reading = Reading.of(text, hearing)
        end = reading.heard.after(reading.book.skip(reading.words, 0, _BEFORE_AN_END))
        day = a_date.understand(end, hearing)
        return Understood(day.value, day.rest) if day and day.value > hearing.today else None

    def overhear(self, text: str, hearing: Hearing) -> None:
        """Never: a day among other words may be about anything."""

    def check(self, stored: Any) -> str | date | None:
        """One of today's choices, or a day written as 2026-12-05."""
        return stored if stored in self.choices else a_date.check(stored)

    def store(self, value: str | date) -> str:
        """The choice's name, or the day as 2026-12-05."""
        return value.isoformat() if isinstance(value, date) else value


how_long = HowLong()


@flow("menu", light=True)
async def menu(talk: Talk) -> None:
    """MENU: what I can do."""
    choice = await talk.ask("choice", one_of("check-in", "human", "help", "language", "pause", "more"))
    if choice is None:
        talk.say("nothing")
    elif choice == "more":
        talk.say("together")
        talk.say("yourself")
    else:
        talk.do(Begin(choice))


@flow("human", light=True, facts=("when_read",))
async def human(talk: Talk) -> None:
    """HUMAN: a person is asked at once; what it is about is theirs to say, or not."""
    talk.do(AskForAPerson("human"))
    about = await talk.ask("about", any_words, when_read=talk.facts["when_read"])
    if about:
        talk.do(AddANote(about))
    talk.say("thanks")


@flow("language", light=True)
async def language(talk: Talk) -> None:
    """LANGUAGE: which one I speak."""
    if chosen := await talk.ask("which", one_of("en", "cy")):
        talk.do(Speak(chosen))
    talk.say("done" if chosen else "unchanged")


@flow("pause", light=True)
async def pause(talk: Talk) -> None:
    """PAUSE: nothing by myself for a while; their own messages are still answered."""
    span = await talk.ask("how-long", how_long)
    if span is None:
        talk.say("unchanged")
    elif isinstance(span, date):
        talk.do(Pause(until=span))
        talk.say("paused-until", day=span)
    else:
        talk.do(Pause(DAYS[span]))
        talk.say(f"paused-{span}")
