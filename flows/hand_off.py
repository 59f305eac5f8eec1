"""The hand-off: a supported human conversation about a task, which the bot opens and carries, and never leads.

How they are comes first, and a person is offered in the first message. What gets in the way goes to a coordinator in
their own words, and only whoever has the answer is asked whether to try again, with support, or pass it on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flows.conversation import Talk, flow
from flows.replies import AnyWords, Hearing, Understood, any_words, one_of, yes_or_no
from flows.task import Brief, a_day_to_come
from flows.task_acts import (
    AgreeOnDay,
    ChooseNext,
    ChooseWay,
    KeepNextTime,
    OnlyThis,
    TellHowTheyAre,
    TellOfABarrier,
)

STAYS_OPEN = timedelta(days=60)  # nobody is hurried; after that it may be about a task that is long over
WAYS = ("text", "ring", "leave")
JUST_WORDS = "words"
_HARD_WORDS = (
    *("fail", "fails", "failed", "failing", "failure", "late", "overdue", "missed", "deadline", "deadlines"),
    *(
        "why didn't",
        "why didnt",
        "why did you not",
        "why haven't",
        "why havent",
        "should have",
        "should've",
        "shouldve",
    ),
    *("supposed to", "your fault", "disappointed", "disappointing", "excuse", "excuses", "not good enough"),
    *("methu", "methodd", "methoch", "methiant", "hwyr", "yn hwyr", "rhy hwyr", "dyddiad cau", "pam na", "pam nad"),
    *("pam wnaethoch chi ddim", "dylech fod wedi", "dylech chi fod", "dylet ti fod", "colloch", "esgus", "siomedig"),
)
HARD_WORDS = re.compile(rf"\b(?:{'|'.join(map(re.escape, _HARD_WORDS))})\b", re.IGNORECASE)
"""Words that shame, in English and Welsh: in none of our sentences about tasks, and refused in what coordinators write
of what is still needed."""


@dataclass(frozen=True)
class TaskNow:
    """A task that a conversation is about, as it is now.

    Attributes:
        id: What is stored for it.
        brief: The task.
        is_theirs: Whether it still is a matter of theirs.
        day: The day agreed with them.
        began: Who began a hand-off: "person", "coordinator" or "day" (once after the day).
        needed: What a coordinator wrote is still needed.
        thanks: The words of a coordinator's thanks.
    """

    id: int
    brief: Brief
    is_theirs: bool = True
    day: date | None = None
    began: str = "person"
    needed: str | None = None
    thanks: str | None = None


@dataclass(frozen=True)
class Answered:
    """What somebody told of a barrier, and what a coordinator answered: we can, we cannot because, instead.

    `has_chosen` says that they have chosen how to go on.
    """

    id: int
    task: TaskNow
    barrier: str
    we_can: str | None = None
    cannot: str | None = None
    because: str | None = None
    instead: str | None = None
    has_chosen: bool = False


@dataclass(frozen=True)
class Way(AnyWords):
    """One of the ways to go on; any other words are taken for how they are, never for a mistake.

    It takes any words, so HELP, HUMAN and the others still mean us where it is asked.
    """

    choices: tuple[str, ...] = WAYS

    def understand(self, text: str, hearing: Hearing) -> Understood[str] | None:
        """A choice where it is one; otherwise all of it is words."""
        if chosen := one_of(*self.choices).understand(text, hearing):
            return chosen
        return Understood(JUST_WORDS, text.strip()) if text.strip() else None

    def overhear(self, text: str, hearing: Hearing) -> None:
        """Never: it is the first question."""

    def check(self, stored: Any) -> str | None:
        """One of the ways, or that there were only words."""
        return stored if stored in (*self.choices, JUST_WORDS) else None

    def store(self, value: str) -> str:
        """Its name."""
        return value


@flow("hand-off", lives_for=STAYS_OPEN, facts=("task", "name", "when_read"))
async def hand_off(talk: Talk) -> None:
    """How are you, and the choice: text about it, a person rings, or leave it; then what gets in the way."""
    task: TaskNow = talk.facts["task"]
    if not task.is_theirs:
        talk.say("tasks.not-yours", task=task.brief.name)
        return
    talk.do(OnlyThis())
    talk.say("hello", name=talk.facts["name"])
    talk.say(f"about-{task.began}", task=task.brief.name, day=task.day, coordinator=task.brief.coordinator)
    way = await talk.ask("how", Way(), coordinator=task.brief.coordinator)
    if words := talk.heard("how-they-are", any_words):
        talk.do(TellHowTheyAre(task.id, words))
    if way == JUST_WORDS:
        talk.say("thanks-for-telling", coordinator=task.brief.coordinator)
        way = await talk.ask("way", Way(), coordinator=task.brief.coordinator)
    barrier = await _text_about_it(talk, task) if way in ("text", JUST_WORDS) else None
    if barrier:
        talk.do(TellOfABarrier(task.id, barrier))
        talk.say("passed-on", coordinator=task.brief.coordinator, when_read=talk.facts["when_read"])
    elif way == "ring":
        talk.do(ChooseWay(task.id, "ring"))
        talk.say("will-ring", coordinator=task.brief.coordinator, when_read=talk.facts["when_read"])
    else:
        talk.do(ChooseWay(task.id, "leave"))
        talk.say("left")


async def _text_about_it(talk: Talk, task: TaskNow) -> str | None:
    talk.do(ChooseWay(task.id, "text"))
    if task.needed:
        talk.say("needed", needed=task.needed, coordinator=task.brief.coordinator)
        talk.say("standard", standard=task.brief.standard)
    return await talk.ask("barrier", any_words, coordinator=task.brief.coordinator)


@flow("hand-off-answer", lives_for=STAYS_OPEN, facts=("hand_off", "when_read"))
async def hand_off_answer(talk: Talk) -> None:
    """The answer to what gets in the way; only then: again, with support, or pass it on? What would help next time?"""
    answered: Answered = talk.facts["hand_off"]
    task = answered.task
    if not (task.is_theirs or answered.has_chosen):
        talk.say("tasks.not-yours", task=task.brief.name)
        return
    talk.do(OnlyThis())
    _say_answer(talk, answered)
    choice = await talk.ask("next", one_of("again", "support", "pass-on"), coordinator=task.brief.coordinator)
    if choice is None:
        talk.say("no-hurry")
        return
    talk.do(ChooseNext(answered.id, choice))
    if choice == "again":
        day = await talk.ask("day", a_day_to_come)
        talk.do(AgreeOnDay(task.id, day if isinstance(day, date) else None))
    talk.say(choice, task=task.brief.name, coordinator=task.brief.coordinator, when_read=talk.facts["when_read"])
    await _next_time(talk, answered)


async def _next_time(talk: Talk, answered: Answered) -> None:
    """Asked once, at the end, and kept only if they agree."""
    words = await talk.ask("next-time", any_words)
    may_keep = await talk.ask("keep", yes_or_no) if words else None
    if words and may_keep:
        talk.do(KeepNextTime(answered.id, words))
        talk.say("kept")
    else:
        talk.say("thanks")


def _say_answer(talk: Talk, answered: Answered) -> None:
    talk.say("you-told", task=answered.task.brief.name, words=answered.barrier)
    talk.say("thanks-for-telling", coordinator=answered.task.brief.coordinator)
    if answered.we_can:
        talk.say("we-can", words=answered.we_can)
    if answered.cannot:
        talk.say("cannot", words=answered.cannot, because=answered.because)
    if answered.instead:
        talk.say("instead", words=answered.instead)
