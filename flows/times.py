"""TIMES: when and how often we ask how somebody is, in their own words."""

from datetime import time
from typing import Any

from flows.acts import AskForAPerson, SetRhythm
from flows.conversation import Talk, flow
from flows.dates import Weekdays
from flows.named_days import weekdays_in, which_of_month
from flows.rhythm import DAY, Rhythm, changed
from flows.rhythm_in_words import when_and_how_often


@flow("times", light=True, facts=("rhythm", "when_read"))
async def times(talk: Talk) -> None:
    """What is set now, one question, and what is set then; words that were not understood go to a person."""
    now: Rhythm | None = talk.facts["rhythm"]
    if now is None:
        talk.say("not-here")
        return
    _say(talk, now)
    wish = await talk.ask("when", when_and_how_often)
    if wish is None:
        talk.say("unchanged")
        return
    new = changed(now, wish)
    talk.do(SetRhythm(new.every_days, new.on, new.minute, new.start, new.end, new.days, *(new.gap or ())))
    talk.say("changed")
    _say(talk, new)
    if wish.rest:
        talk.do(AskForAPerson("times", wish.rest))
        talk.say("rest", when_read=talk.facts["when_read"])


def _say(talk: Talk, rhythm: Rhythm) -> None:
    key, values = how_often(rhythm)
    talk.say(key, **values)
    hours = {"start": _clock(rhythm.start), "end": _clock(rhythm.end)}
    if rhythm.gap is not None:
        talk.say("hours-with-a-gap", **hours, gap_start=_clock(rhythm.gap[0]), gap_end=_clock(rhythm.gap[1]))
    elif (rhythm.end - rhythm.start) % DAY:
        talk.say("hours", **hours)


def how_often(rhythm: Rhythm) -> tuple[str, dict[str, Any]]:
    """The sentence of these that says how often we ask somebody how they are, and what it mentions."""
    every, about = rhythm.every_days, {"at": _clock(rhythm.minute), "day": rhythm.on}
    if every is None or rhythm.on is None:
        return "never", {}
    if rhythm.days is not None:
        which = which_of_month(rhythm.days)
        named = about | {"days": Weekdays(weekdays_in(rhythm.days))}
        return ("named" if which is None else f"{which}-of-month"), named
    if every == 1:
        return "daily", about
    if every == 7:
        return "weekly", about
    return ("weeks", about | {"weeks": every // 7}) if every % 7 == 0 else ("days", about | {"days": every})


def _clock(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)
