"""The check-in: how are you, a word about it if you wish, would you like a person."""

from datetime import timedelta

from flows.acts import AskForAPerson, RecordCheckIn
from flows.conversation import Talk, flow
from flows.replies import any_words, scale, yes_or_no_and_when

LOW = 2
"""A mood from 1 to this is a low one."""


@flow("check-in", lives_for=timedelta(days=5), facts=("name", "when_read", "low_before"))
async def check_in(talk: Talk) -> None:
    """At most two replies: the number, then one more; "2 tired no call" answers it whole.

    A low one is asked about a call. After the second in a row a person is offered, once: whoever is low again after
    that is told each time how to reach one, and is not asked any more until a check-in was not low.
    """
    mood = await talk.ask("mood", scale(1, 5), name=talk.facts["name"])
    if mood is not None:
        talk.do(RecordCheckIn(mood, None, wants_a_call=False))  # many do not answer what follows
    low = mood is not None and mood <= LOW
    call, person = await _offers(talk, talk.facts["low_before"]) if low else (None, None)
    note = talk.heard("note", any_words) if low or mood is None else await talk.ask("note", any_words)
    talk.do(RecordCheckIn(mood, note, wants_a_call=bool(call)))
    if call:
        talk.do(AskForAPerson("call", note))
        talk.say("someone-will-call", when_read=talk.facts["when_read"])
    elif person:
        talk.do(AskForAPerson("low twice", note))
        talk.say("someone-will-get-in-touch", when_read=talk.facts["when_read"])
    elif mood is None and note is None:
        talk.say("nothing-said")
    else:
        talk.say("thanks-for-telling" if low else "thanks")


async def _offers(talk: Talk, low_before: int) -> tuple[bool | None, bool | None]:
    """Whether they want a call, and whether they want a person, where that is asked or they say so themselves."""
    if low_before == 0:
        return await talk.ask("want-a-call", yes_or_no_and_when), None
    if low_before == 1:
        return None, await talk.ask("want-a-person", yes_or_no_and_when, was="want-a-call")
    return talk.heard("want-a-call", yes_or_no_and_when), talk.heard("want-a-person", yes_or_no_and_when)
