"""Tasks: an offer with its brief, a day that is agreed, and TASKS, where each can be spoken about or handed on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flows.choosing import the_one_meant
from flows.conversation import Talk, flow
from flows.replies import Hearing, Understood, a_date, any_words, one_named, one_of, words_to_pass_on
from flows.task_acts import (
    AcceptOffer,
    AgreeOnDay,
    AnswerAboutTask,
    AskAboutTask,
    DeclineOffer,
    FinishTask,
    GoToHandOff,
    GoToOffer,
    HandBack,
    OnlyThis,
    PassTo,
    PutOffer,
    TellProgress,
    WouldHaveLiked,
)


@dataclass(frozen=True)
class Brief:
    """All that somebody needs to begin a task; `coordinator` is who looks after it, `ask` who can be asked about it."""

    name: str
    project: str
    goal: str
    first_step: str
    needed: str
    pitfalls: str
    ask: str
    takes: str
    standard: str
    coordinator: str
    day: date | None = None
    milestone: str | None = None


@dataclass(frozen=True)
class Offer:
    """A task that somebody is asked about.

    Attributes:
        id: What is stored for it.
        task: What is stored for the task.
        brief: The task.
        is_open: Whether they can still say yes, or just did.
        is_gone: Whether somebody else has it.
        giver: The volunteer who would pass it on to them; None: the team asks.
        asked: What they asked about it first.
        answer: What was answered to that.
        answered_by: By whom.
        other: What the person is called whom it was put to.
        is_accepted: Whether they have said yes.
    """

    id: int
    task: int
    brief: Brief
    is_open: bool = True
    is_gone: bool = False
    giver: str | None = None
    asked: str | None = None
    answer: str | None = None
    answered_by: str | None = None
    other: str = ""
    is_accepted: bool = False


@dataclass(frozen=True)
class MyTask:
    """A task of theirs, or one they are asked about.

    Attributes:
        task: What is stored for it.
        brief: The task.
        day: The day agreed with them.
        offer: The offer that waits for their answer; None: the task is theirs.
        others: Who else is in the project and could be asked: what is stored for them, and their names.
    """

    task: int
    brief: Brief
    day: date | None = None
    offer: int | None = None
    others: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """A question about a task: what, by whom, about which, and the answer."""

    id: int
    words: str
    name: str
    task: str
    answer: str | None = None
    answered_by: str | None = None


@dataclass(frozen=True)
class DayToCome:
    """A day that is still to come, or one of the choices: "yes" for the day that stands in the question."""

    choices: tuple[str, ...] = ()

    def understand(self, text: str, hearing: Hearing) -> Understood[str | date] | None:
        """A day goes first: "yes but friday" is Friday."""
        day = a_date.understand(text, hearing)
        if day is not None:
            return Understood(day.value, day.rest) if day.value >= hearing.today else None
        chosen = one_of(*self.choices).understand(text, hearing) if self.choices else None
        return Understood(chosen.value, chosen.rest) if chosen else None

    def overhear(self, text: str, hearing: Hearing) -> Understood[str | date] | None:
        """Only where nothing but a day was left over: "1 friday"."""
        day = a_date.understand(text, hearing)
        return Understood(day.value) if day and not day.rest and day.value >= hearing.today else None

    def check(self, stored: Any) -> str | date | None:
        """One of today's choices, or a day written as 2026-12-05."""
        return stored if stored in self.choices else a_date.check(stored)

    def store(self, value: str | date) -> str:
        """The choice's name, or the day as 2026-12-05."""
        return value.isoformat() if isinstance(value, date) else value


a_day_to_come = DayToCome()
that_day_or_another = DayToCome(("yes",))


@flow("task-offer", lives_for=timedelta(days=30), facts=("offer", "when_read"))
async def task_offer(talk: Talk) -> None:
    """The brief in short words, then yes, not for me (no reason is asked), or a question first."""
    offer: Offer = talk.facts["offer"]
    if not offer.is_open:
        _say_it_has_gone_back(talk, offer)
        return
    brief = offer.brief
    talk.do(OnlyThis())
    talk.do(PutOffer(offer.id))
    if offer.answer:
        talk.say("you-asked", words=offer.asked)
        talk.say("they-say", name=offer.answered_by, words=offer.answer)
    whom = {"name": offer.giver} if offer.giver else {"name": brief.coordinator}
    talk.say("from-volunteer" if offer.giver else "from-team", task=brief.name, project=brief.project, **whom)
    talk.say("what", goal=brief.goal, takes=brief.takes)
    if brief.day:
        talk.say("day", day=brief.day)
    answer = await talk.ask("answer", one_of("yes", "no", "ask"))
    if answer == "yes":
        await _accept(talk, offer)
    elif answer == "no":
        talk.do(DeclineOffer(offer.id, talk.heard("note", any_words)))
        talk.say("declined")
    elif answer == "ask" and (question := await talk.ask("question", words_to_pass_on, name=brief.coordinator)):
        talk.do(AskAboutTask(offer.task, question, offer.id))
        talk.say("asked", name=brief.coordinator, when_read=talk.facts["when_read"])
    else:
        talk.say("thinking")


async def _accept(talk: Talk, offer: Offer) -> None:
    """It is theirs at once; then the first step, and a day, if they like."""
    brief = offer.brief
    talk.do(AcceptOffer(offer.id))
    talk.say("yours", task=brief.name)
    talk.say("first-step", first_step=brief.first_step)
    if brief.day:
        chosen = await talk.ask("that-day", that_day_or_another, day=brief.day)
        day = brief.day if chosen == "yes" else chosen
    else:
        day = await talk.ask("which-day", a_day_to_come)
    agreed = day if isinstance(day, date) else None
    talk.do(AgreeOnDay(offer.task, agreed))
    if note := talk.heard("note", any_words):
        talk.do(TellProgress(offer.task, note))
    talk.say("agreed" if agreed else "no-day", day=agreed)
    talk.say("more", ask=brief.ask)


def _say_it_has_gone_back(talk: Talk, offer: Offer) -> None:
    answer = talk.heard("answer", one_of("yes", "no", "ask"))
    if offer.is_gone:
        talk.say("gone", task=offer.brief.name)
    elif answer in ("yes", "ask"):
        talk.do(WouldHaveLiked(offer.id))
        talk.say("closed-but-told", task=offer.brief.name)
    else:
        talk.say("closed", task=offer.brief.name)


@flow("tasks", light=True, facts=("my_tasks", "asked_about", "chosen", "when_read"), for_others=True)
async def tasks(talk: Talk) -> None:
    """TASKS: what they have and are asked about; then how it goes, help, a question, handing on, done, another day."""
    _say_what_they_asked(talk)
    mine = await _which(talk, talk.facts["my_tasks"])
    if mine is None:
        return
    _say_brief(talk, mine)
    if mine.offer is not None:
        talk.do(GoToOffer(mine.offer))
        return
    item = f"{mine.task:x}"  # with each question, so that no answer is taken for one about another task
    what = await talk.ask(f"what:{item}", one_of("how", "help", "ask", "hand-on", "done", "day"))
    if what == "help":
        talk.do(GoToHandOff(mine.task))
    elif what == "hand-on":
        await _hand_on(talk, mine)
    elif what == "done":
        talk.do(FinishTask(mine.task))
        talk.say("done", name=mine.brief.coordinator)
    elif what == "day":
        day = await talk.ask(f"which-day:{item}", a_day_to_come)
        agreed = day if isinstance(day, date) else None
        talk.do(AgreeOnDay(mine.task, agreed))
        talk.say("agreed" if agreed else "no-day", day=agreed)
    elif what == "how" and (words := await talk.ask(f"how:{item}", any_words)):
        talk.do(TellProgress(mine.task, words))
        talk.say("told", name=mine.brief.coordinator, when_read=talk.facts["when_read"])
    elif what == "ask" and (words := await talk.ask(f"question:{item}", words_to_pass_on, ask=mine.brief.ask)):
        talk.do(AskAboutTask(mine.task, words))
        talk.say("asked", ask=mine.brief.ask)
    else:
        talk.say("nothing")


@flow("stuck", light=True, facts=("my_tasks", "asked_about", "chosen"))
async def stuck(talk: Talk) -> None:
    """STUCK: help with a task of theirs, without a list before it."""
    mine = await _which(talk, {key: each for key, each in talk.facts["my_tasks"].items() if each.offer is None})
    if mine is not None:
        talk.do(GoToHandOff(mine.task))


async def _which(talk: Talk, tasks: Mapping[str, MyTask]) -> MyTask | None:
    """The task that is meant; None: there is none, they skipped it, or it has gone since, which is said."""
    names = [each.brief.name for each in tasks.values()]
    shown = {
        key: each.brief.name if names.count(each.brief.name) == 1 else f"{each.brief.name}, {each.brief.project}"
        for key, each in tasks.items()
    }
    which = await the_one_meant(talk, "tasks.which", shown)
    if which is None and (tasks or not _say_what_they_asked(talk)):
        talk.say("tasks.nothing" if tasks else "tasks.none")
    elif which is None:
        return None
    elif which not in tasks:
        talk.say("tasks.gone")
    return tasks.get(which or "")


def _say_what_they_asked(talk: Talk) -> bool:
    """The tasks that they asked about before they choose, and that wait for us; whether there are any."""
    waiting: Mapping[str, Brief] = talk.facts["asked_about"]
    for item, brief in waiting.items():
        talk.say(f"tasks.asked-first:{item}", task=brief.name, name=brief.coordinator)
    return bool(waiting)


def _say_brief(talk: Talk, mine: MyTask) -> None:
    brief, item = mine.brief, f"{mine.task:x}"
    talk.say(f"brief:{item}", task=brief.name, project=brief.project, goal=brief.goal)
    talk.say(f"first-step:{item}", first_step=brief.first_step)
    talk.say(f"needed:{item}", needed=brief.needed)
    talk.say(f"pitfalls:{item}", pitfalls=brief.pitfalls)
    talk.say(f"standard:{item}", standard=brief.standard)
    talk.say(f"takes:{item}", takes=brief.takes)
    if brief.milestone:
        talk.say(f"milestone:{item}", milestone=brief.milestone)
    if mine.day:
        talk.say(f"day:{item}", day=mine.day)
    talk.say(f"who:{item}", ask=brief.ask, name=brief.coordinator)


async def _hand_on(talk: Talk, mine: MyTask) -> None:
    """Back to the team, or to somebody they name, who is asked; no reason is wanted either way."""
    item = f"{mine.task:x}"
    to = await talk.ask(f"to:{item}", one_of("team", "somebody")) if mine.others else "team"
    who = await talk.ask(f"person:{item}", one_named(mine.others)) if to == "somebody" else None
    if to == "team":
        talk.do(HandBack(mine.task))
        talk.say("handed-back", task=mine.brief.name)
    elif who is not None:
        talk.do(PassTo(mine.task, int(who)))
        talk.say("passed", name=mine.others[who])
    else:
        talk.say("nothing")


@flow("task-soon", light=True, facts=("task",))
async def task_soon(talk: Talk) -> None:
    """The one nudge before the day that was agreed."""
    task = talk.facts["task"]
    if task.is_theirs:
        talk.say("soon", task=task.brief.name, day=task.day)
        talk.say("first-step", first_step=task.brief.first_step)
        talk.say("more")


@flow("task-thanks", light=True, facts=("task",))
async def task_thanks(talk: Talk) -> None:
    """What they did is confirmed, with thanks, in the words of whoever looks after it."""
    task = talk.facts["task"]
    talk.say("thanks", name=task.brief.coordinator, task=task.brief.name)
    if task.thanks:
        talk.say("words", words=task.thanks)
    talk.say("more")


@flow("task-taken", light=True, facts=("offer",))
async def task_taken(talk: Talk) -> None:
    """Somebody else was the first to say yes."""
    talk.do(OnlyThis())
    talk.say("taken", task=talk.facts["offer"].brief.name)


@flow("task-passed", light=True, facts=("offer",))
async def task_passed(talk: Talk) -> None:
    """What became of passing it to somebody, told to whoever would pass it on."""
    offer: Offer = talk.facts["offer"]
    talk.say("took-it" if offer.is_accepted else "stays", name=offer.other, task=offer.brief.name)


@flow("task-closed", light=True, facts=("task",))
async def task_closed(talk: Talk) -> None:
    """A task of theirs, or one they were asked about, is no longer needed."""
    talk.do(OnlyThis())
    talk.say("closed", task=talk.facts["task"].brief.name, name=talk.facts["task"].brief.coordinator)


@flow("task-question", lives_for=timedelta(days=14), facts=("question",), for_others=True)
async def task_question(talk: Talk) -> None:
    """A team-mate is asked; what they answer goes back, and no number is seen on either side."""
    asked: Asked = talk.facts["question"]
    talk.say("asks", name=asked.name, task=asked.task, words=asked.words)
    answer = await talk.ask("answer", words_to_pass_on, name=asked.name)
    if answer:
        talk.do(AnswerAboutTask(asked.id, answer))
        talk.say("thanks", name=asked.name)
    else:
        talk.say("left")


@flow("task-answer", light=True, facts=("question",))
async def task_answer(talk: Talk) -> None:
    """The answer to what they asked about a task."""
    asked: Asked = talk.facts["question"]
    talk.say("you-asked", task=asked.task, words=asked.words)
    talk.say("answer", name=asked.answered_by, words=asked.answer)
    talk.say("more")
