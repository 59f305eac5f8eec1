"""The check-in: how are you, a word about it if you wish, would you like someone to call."""

from datetime import timedelta

from flows.acts import AskForAPerson, RecordCheckIn
from flows.conversation import Talk, flow
from flows.replies import any_words, scale, yes_or_no


@flow("check-in", lives_for=timedelta(days=5), facts=("name", "when_read"))
async def check_in(talk: Talk) -> None:
    """At most two replies: the number, then one more; "2 tired no call" answers it whole."""
    mood = await talk.ask("mood", scale(1, 5), name=talk.facts["name"])
    low = mood is not None and mood <= 2
    call = await talk.ask("want-a-call", yes_or_no) if low else None
    note = talk.heard("note", any_words) if low or mood is None else await talk.ask("note", any_words)
    talk.do(RecordCheckIn(mood, note, wants_a_call=bool(call)))
    if call:
        talk.do(AskForAPerson("call", note))
        talk.say("someone-will-call", when_read=talk.facts["when_read"])
    else:
        talk.say("thanks-for-telling" if low else "thanks")
