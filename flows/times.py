"""TIMES: when and how often we ask how somebody is, in their own words."""

from datetime import time

from flows.acts import AskForAPerson, SetRhythm
from flows.conversation import Talk, flow
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
    talk.do(SetRhythm(new.every_days, new.on, new.minute, new.start, new.end))
    talk.say("changed")
    _say(talk, new)
    if wish.rest:
        talk.do(AskForAPerson("times", wish.rest))
        talk.say("rest", when_read=talk.facts["when_read"])


def _say(talk: Talk, rhythm: Rhythm) -> None:
    every, about = rhythm.every_days, {"at": _clock(rhythm.minute), "day": rhythm.on}
    if every is None or rhythm.on is None:
        talk.say("never")
    elif every == 1:
        talk.say("daily", **about)
    elif every == 7:
        talk.say("weekly", **about)
    elif every % 7 == 0:
        talk.say("weeks", weeks=every // 7, **about)
    else:
        talk.say("days", days=every, **about)
    if (rhythm.end - rhythm.start) % DAY:
        talk.say("hours", start=_clock(rhythm.start), end=_clock(rhythm.end))


def _clock(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)
