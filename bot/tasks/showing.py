"""Tasks, as a coordinator reads them in a terminal: who has each, and what waits on whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from bot.showing import on_lines
from bot.tasks.checklist import still_to_ask
from storage.desk import PERSON
from storage.hand_offs import barriers_waiting, hand_off_of, next_times_of, questions_waiting
from storage.nudges import nudges_about
from storage.strengths import who_named
from storage.tasks import events_of, offers_of, open_tasks

FOR_YOU = "Waits for you: "
NO_NAME = "somebody without a name"


class Standing(NamedTuple):
    """Something that is to be said of where a task stands.

    Attributes:
        text: In a sentence.
        waits_for_us: Whether a coordinator is next.
        how: What they can write at the command line, if it is not plain.
        is_asked_of_us: Whether somebody waits for an answer, a call or support of ours.
        is_offer: Whether somebody is asked, and has not answered yet.
    """

    text: str
    waits_for_us: bool = False
    how: str = ""
    is_asked_of_us: bool = False
    is_offer: bool = False

    @property
    def line(self) -> str:
        """As it stands in a terminal."""
        return f"{FOR_YOU if self.waits_for_us else ''}{self.text}{f' {self.how}' if self.how else ''}"


def asked_of_us(text: str, how: str = "") -> Standing:
    """Something that somebody waits for us with."""
    return Standing(text, waits_for_us=True, how=how, is_asked_of_us=True)


def task_lines(connection: Connection, now: datetime) -> list[str]:
    """Every open task, who has it, and what waits on whom."""
    tasks = open_tasks(connection)
    if not tasks:
        return ["No task is open. `alongside task example` shows how one is written."]
    lines: list[str] = []
    for task in tasks:
        lines += on_lines(f"{task.number}  {task.name}, {task.project}", "")
        lines += [line for said in standing(connection, task, now) for line in on_lines(said.line)]
    return lines


def standing(connection: Connection, task: Row[Any], now: datetime) -> list[Standing]:
    """Whose it is first; then each thing that waits, and on whom."""
    return [
        _whose(connection, task, now),
        *_offers(connection, task),
        *_questions(connection, task),
        *_hand_off(connection, task),
    ]


def shown(connection: Connection, task: Row[Any], now: datetime) -> list[str]:
    """One task: its brief, where it stands, what happened, and what a coordinator still has to ask."""
    brief = {
        "Goal": task.goal,
        "First step": task.first_step,
        "Needed": task.what_is_needed,
        "Pitfalls": task.pitfalls,
        "To ask": task.ask,
        "Looked after by": task.coordinator,
        "Takes": task.takes,
        "Well done means": task.standard,
        "A good day": _day(task.day) if task.day else None,
        "Milestone": task.milestone,
        "Suits": task.strengths,
    }
    lines = on_lines(f"{task.number}  {task.name}, {task.project}", "")
    lines += [line for name, said in brief.items() if said for line in on_lines(f"{name}: {said}")]
    lines += [line for said in _who_might_like_it(connection, task) for line in on_lines(said)]
    lines += ["", *(line for said in standing(connection, task, now) for line in on_lines(said.line))]
    lines += ["", *(line for event in events_of(connection, task.id) for line in on_lines(_event(event)))]
    hand_off = hand_off_of(connection, task.id)
    if hand_off is not None and hand_off.ended_at is None:
        lines += ["", "For your talk, in this order; the rest has been asked:"]
        lines += [line for question in still_to_ask(hand_off) for line in on_lines(f"- {question}")]
    return lines


def _who_might_like_it(connection: Connection, task: Row[Any]) -> Iterator[str]:
    """Who has named a strength like those that it suits, in their own words."""
    named = who_named(connection, task.strengths) if task.strengths else []
    if named:
        yield "Named something like it: " + "; ".join(f"{each.called or 'no name'} (“{each.words}”)" for each in named)


def barrier_lines(connection: Connection) -> list[str]:
    """What gets in people's way and waits for an answer, each with what the bot did not ask."""
    waiting = barriers_waiting(connection)
    if not waiting:
        return ["Nothing that gets in anybody's way waits for an answer."]
    lines: list[str] = []
    for each in waiting:
        lines += on_lines(f"{each.number}  {each.name}: {each.called or NO_NAME} wrote on {_day(each.barrier_at)}", "")
        lines += on_lines(f"“{each.barrier}”")
        lines += on_lines(f"How they are: “{each.how_they_are}”") if each.how_they_are else []
        lines += ["      If you talk, what the bot has not asked, in this order:"]
        lines += [line for question in still_to_ask(each) for line in on_lines(f"- {question}")]
    how = 'Answer one:  alongside task barrier 1 --we-can "..."  or  --cannot "..." --because "..." --instead "..."'
    return [*lines, "", *on_lines(how, "")]


def what_would_help(connection: Connection, person_id: int, name: str) -> Iterator[str]:
    """What somebody said would help them next time, for whoever prepares a task for them."""
    for words in next_times_of(connection, person_id):
        yield from on_lines(f"{name} said that this would help: “{words}”")


def _whose(connection: Connection, task: Row[Any], now: datetime) -> Standing:
    if task.holder_id is not None:
        agreed = f", agreed for {_day(task.agreed_on)}" if task.agreed_on else ", no day agreed"
        paused = connection.execute(select(PERSON.c.paused_until).where(PERSON.c.id == task.holder_id)).scalar()
        resting = "; they have paused, so nothing is sent to them" if paused is not None and paused > now else ""
        return Standing(f"{task.holder or NO_NAME} has it since {_day(task.held_since)}{agreed}{resting}.")
    if task.done_at is not None:
        how = f"Say thank you: alongside task thank {task.number}"
        return Standing(f"{task.doer or NO_NAME} has done it.", waits_for_us=True, how=how)
    return Standing("nobody has it.", waits_for_us=True)


def _offers(connection: Connection, task: Row[Any]) -> Iterator[Standing]:
    for each in offers_of(connection, task.id):
        who = each.called or NO_NAME
        if each.state == "waiting" and each.put_at is None:
            held = [row.why for row in nudges_about(connection, f"task-offer:{each.id}") if row.why]
            why = f": {held[0]}" if held else ", as soon as it suits them"
            yield Standing(f"{who} is to be asked{why}.", is_offer=True)
        elif each.state == "waiting":
            said = f"{who} was asked on {_day(each.put_at)} and can answer until {_day(each.close_at)}."
            yield Standing(said, is_offer=True)
        elif each.state == "closed":
            yield Standing(f"{who} did not answer. Nobody is chased.")
        elif each.state == "not for them":
            yield Standing(f"Not for {who}.")


def _questions(connection: Connection, task: Row[Any]) -> Iterator[Standing]:
    how = f' alongside task answer {task.number} "..."'
    for each in questions_waiting(connection, task.id):
        who = each.called or NO_NAME
        if each.to_id:
            yield Standing(f"{who} asked {each.to_called}, who has not answered yet: “{each.words}”", how=how)
        else:
            yield asked_of_us(f"{who} asks: “{each.words}”", how)


def _hand_off(connection: Connection, task: Row[Any]) -> Iterator[Standing]:
    each = hand_off_of(connection, task.id)
    if each is None or each.ended_at is not None:
        return
    who = each.called or NO_NAME
    if each.barrier and each.answered_at is None:
        yield asked_of_us(f"something gets in {who}'s way.", "alongside task barriers")
    elif each.choice == "support":
        yield asked_of_us(f"{who} goes on, and would like support.")
    elif each.answered_at is not None:
        yield Standing(f"{who} has your answer; it waits for {who} to choose.")
    elif each.way == "ring":
        how = f"alongside task show {task.number} has your checklist."
        yield asked_of_us(f"{who} would like to be rung.", how)
    elif each.way == "leave":
        yield Standing(f"{who} would rather leave it for now.")
    elif each.needed:
        yield Standing(f"You wrote what is still needed; it waits for {who}.")


def _event(event: Row[Any]) -> str:
    who = f" {event.called}" if event.called else ""
    return f"{_day(event.at)}:{who} {event.what}" + (f": “{event.words}”" if event.words else "")


def _day(day: date | datetime) -> str:
    return f"{day:%a %d %b}"
