"""After a long silence: nothing personal is written until whoever has the phone says who they are."""

from datetime import timedelta

from flows.acts import AskForAPerson, Begin, LeaveAlone
from flows.conversation import Talk, flow
from flows.replies import any_words


@flow("still-you", lives_for=timedelta(days=14), facts=("called", "organisation"))
async def still_you(talk: Talk) -> None:
    """Asked instead of a check-in when an address has been silent for 90 days; names nobody."""
    name = await talk.ask("name", any_words, organisation=talk.facts["organisation"])
    called = talk.facts["called"]
    if name and called and name.strip().casefold() == called.strip().casefold():
        talk.do(Begin("check-in"))
    else:
        talk.do(LeaveAlone())
        talk.do(AskForAPerson("somebody else may have this number", name))
        talk.say("wrong-person")
