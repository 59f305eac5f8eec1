"""Joining: what this is, what it keeps, who reads it; then what to call you, and how to reach you well."""

from datetime import timedelta

from flows.acts import AskForAPerson, CallThem, Join, SetTimeOfDay, ShareDanger, Speak
from flows.conversation import Talk, flow
from flows.names import NO_NAME, a_name, a_name_after_all
from flows.replies import one_of, yes_or_no


@flow(
    "joining", lives_for=timedelta(days=30), facts=("invited_by", "organisation", "who_reads", "when_read", "watched")
)
async def joining(talk: Talk) -> None:
    """Invited by a coordinator, by a word they texted, or by a Telegram link; every question can be skipped.

    Where nobody watches for danger nobody is told of it, so whether somebody may be told is not asked.
    """
    facts = talk.facts
    talk.say("welcome", organisation=facts["organisation"])
    if facts["invited_by"] and not await talk.ask("join", yes_or_no, invited_by=facts["invited_by"]):
        talk.do(AskForAPerson("declined to join"))
        talk.say("no-thanks")
        return
    talk.say("keeps", who_reads=facts["who_reads"], when_read=facts["when_read"])
    if name := await _name(talk):
        talk.do(CallThem(name))
    if language := await talk.ask("language", one_of("en", "cy")):
        talk.do(Speak(language))
    if part := await talk.ask("times", one_of("morning", "afternoon", "evening")):
        talk.do(SetTimeOfDay(part))
    safe = await talk.ask("safe", yes_or_no)
    if facts["watched"] and (sharing := await talk.ask("sharing", one_of("always", "ask", "life"))):
        talk.do(ShareDanger(sharing))
    talk.do(Join(safe_to_text=safe))
    talk.say("only-replies" if safe is False else "joined")


async def _name(talk: Talk) -> str | None:
    """What to call them; asked once more where no name can be seen, and then none is used."""
    name = await talk.ask("name", a_name)
    if name == NO_NAME:
        talk.say("why-a-name")
        name = await talk.ask("name:again", a_name_after_all)
        if name == NO_NAME:
            talk.say("no-name")
    return name
