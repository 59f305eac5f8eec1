"""The conversation that every contender has: a check-in with five questions, many people interleaved."""

from __future__ import annotations

from flows.acts import RecordCheckIn
from flows.conversation import FLOWS, Talk, flow
from flows.replies import any_words, scale, yes_or_no

PEOPLE = 5_000
ANSWERS = ("3", "bit tired but ok", "yes", "4", "nothing else")
TO_A_COMMIT = 100


if "bench" not in FLOWS:

    @flow("bench")
    async def bench(talk: Talk) -> None:
        mood = await talk.ask("mood", scale(1, 5))
        note = await talk.ask("note", any_words)
        call = await talk.ask("call", yes_or_no)
        await talk.ask("sleep", scale(1, 5))
        await talk.ask("more", any_words)
        talk.do(RecordCheckIn(mood, note, wants_a_call=bool(call)))
        talk.say("thanks")


WORDS = """
[bench]
thanks = "Thank you. It is good to hear from you."
[bench.mood]
text = "How are you today, from 1 (very hard) to 5 (good)?"
[bench.note]
text = "Would you like to say a word about it?"
[bench.call]
text = "Would you like someone to call?"
[bench.sleep]
text = "How did you sleep, from 1 to 5?"
[bench.more]
text = "Anything else?"
"""
