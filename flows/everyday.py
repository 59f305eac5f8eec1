"""The short conversations behind the words that anybody can send at any time."""

from flows.acts import AddANote, AskForAPerson, Begin, Pause, Speak
from flows.conversation import Talk, flow
from flows.replies import any_words, one_of

DAYS = {"week": 7, "month": 30, "start": None}


@flow("menu", light=True)
async def menu(talk: Talk) -> None:
    """MENU: what I can do."""
    choice = await talk.ask("choice", one_of("check-in", "human", "help", "language", "pause"))
    if choice is None:
        talk.say("nothing")
    else:
        talk.do(Begin(choice))


@flow("human", light=True, facts=("when_read",))
async def human(talk: Talk) -> None:
    """HUMAN: a person is asked at once; what it is about is theirs to say, or not."""
    talk.do(AskForAPerson("human"))
    about = await talk.ask("about", any_words, when_read=talk.facts["when_read"])
    if about:
        talk.do(AddANote(about))
    talk.say("thanks")


@flow("language", light=True)
async def language(talk: Talk) -> None:
    """LANGUAGE: which one I speak."""
    if chosen := await talk.ask("which", one_of("en", "cy")):
        talk.do(Speak(chosen))
    talk.say("done" if chosen else "unchanged")


@flow("pause", light=True)
async def pause(talk: Talk) -> None:
    """PAUSE: nothing by myself for a while; their own messages are still answered."""
    span = await talk.ask("how-long", one_of("week", "month", "start"))
    if span:
        talk.do(Pause(DAYS[span]))
    talk.say(f"paused-{span}" if span else "unchanged")
