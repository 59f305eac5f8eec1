"""The fortnight that is played: who writes what, when; the same for the same seed, and for any writer left out."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, TypeAlias

OfPeople: TypeAlias = Literal["text", "feedback", "apart", "prompt", "begin", "go on", "code"]
OfTheTeam: TypeAlias = Literal["clean stop", "crash", "look", "read", "reply"]
Act: TypeAlias = OfPeople | OfTheTeam
WRITER_BY_SMS, WRITER_BY_TELEGRAM = 0, 1
"""Whose feedback the second run leaves out; they write nothing else in these weeks."""

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
OPENED = 4 * DAY + 2 * HOUR  # Friday at noon, counted from Monday at ten
STOPPED, CRASHED = 3 * DAY + 10 * HOUR, 3 * DAY + 12 * HOUR  # at night, when nobody else writes
ORDINARY = ("MENU", "2", "1", "my bus was late again", "see you on thursday", "thanks", "HUMAN can we move my shift")
ABOUT = ("kettle", "rota", "yellow room", "minibus", "front desk", "training day", "garden gate", "quiet hour")


@dataclass(frozen=True)
class Event:
    """Something that happens.

    Attributes:
        at: After the first Monday at ten.
        act: What: a "text", "feedback" in one message, a "prompt" that is then answered, ...
        who: The number of the person.
        text: What they write.
    """

    at: timedelta
    act: Act
    who: int = -1
    text: str = field(default="", repr=False)


def fortnight(people: int, a_week: int, seed: int, weeks: int = 2) -> list[Event]:
    """Ordinary traffic, feedback of others, the writers' own, and what the team does; in order."""
    dice = random.Random(seed)
    events = [*_ordinary(people, weeks, dice), *_feedback_of_others(people, a_week, weeks, dice)]
    events += [*_the_writers(), *_the_teams(weeks)]
    return sorted(events, key=lambda event: event.at)


def without_the_writers(events: list[Event]) -> list[Event]:
    """The same fortnight, in which they say nothing."""
    return [event for event in events if event.who not in (WRITER_BY_SMS, WRITER_BY_TELEGRAM)]


def _ordinary(people: int, weeks: int, dice: random.Random) -> Iterator[Event]:
    """Everybody writes about three times a week, in the daytime."""
    for who in range(2, people):
        for _ in range(3 * weeks):
            yield Event(_daytime(weeks, dice), "text", who, dice.choice(ORDINARY))


def _feedback_of_others(people: int, a_week: int, weeks: int, dice: random.Random) -> Iterator[Event]:
    for week in range(weeks):
        for number, who in enumerate(dice.sample(range(2, people), min(a_week, people - 2))):
            act: Act = ("feedback", "apart", "prompt")[number % 3]
            at = week * 7 * DAY + dice.uniform(0.01, 0.95) * OPENED
            yield Event(_whole(at), act, who, _words(dice))


def _the_writers() -> Iterator[Event]:
    """One message, a prompt, a stop and a crash in the middle, danger, and the code before and after the release."""
    by_sms, by_telegram = (random.Random(who) for who in (WRITER_BY_SMS, WRITER_BY_TELEGRAM))
    yield Event(DAY + 3 * HOUR, "feedback", WRITER_BY_SMS, _words(by_sms))
    yield Event(DAY + 4 * HOUR, "code", WRITER_BY_SMS)
    yield Event(2 * DAY + 5 * HOUR, "prompt", WRITER_BY_TELEGRAM, _words(by_telegram))
    yield Event(2 * DAY + 6 * HOUR, "apart", WRITER_BY_TELEGRAM, _words(by_telegram))
    yield Event(3 * DAY + 5 * HOUR, "feedback", WRITER_BY_TELEGRAM, f"{_words(by_telegram)} and I want to die")
    for stop in (STOPPED, CRASHED):
        for who, dice in ((WRITER_BY_SMS, by_sms), (WRITER_BY_TELEGRAM, by_telegram)):
            yield Event(stop - 2 * MINUTE, "begin", who)
            yield Event(stop + (2 + who) * MINUTE, "go on", who, _words(dice))
    yield Event(OPENED + 3 * HOUR, "code", WRITER_BY_SMS)
    yield Event(OPENED + 3 * DAY, "code", WRITER_BY_TELEGRAM)


def _the_teams(weeks: int) -> Iterator[Event]:
    yield Event(STOPPED - MINUTE, "look", text="restart: a clean stop begins")
    yield Event(STOPPED, "clean stop")
    yield Event(STOPPED + MINUTE, "look", text="restart: after a clean stop")
    yield Event(CRASHED, "crash")
    yield Event(CRASHED + MINUTE, "look", text="restart: after a crash")
    yield Event(CRASHED + 30 * MINUTE, "look", text="restart: half an hour after a crash")
    yield Event(OPENED - HOUR, "look", text="before the release")
    yield Event(OPENED + HOUR, "read")
    yield Event(OPENED + 2 * HOUR, "reply")
    for week in range(1, weeks + 1):
        yield Event(week * 7 * DAY - HOUR, "look", text=f"at the end of week {week}")


def _daytime(weeks: int, dice: random.Random) -> timedelta:
    day, hour = dice.randrange(7 * weeks), dice.uniform(0, 8)
    return _whole(day * DAY + hour * HOUR)


def _whole(at: timedelta) -> timedelta:
    """To the second, and never on the full hour, at which the team acts."""
    seconds = int(at.total_seconds())
    return timedelta(seconds=seconds + (61 if seconds % 3600 < 60 else 0))


def _words(dice: random.Random) -> str:
    return f"about the {dice.choice(ABOUT)}: nobody asked us, {dice.getrandbits(64):016x}"
