"""ASK: words go to a team-mate and their answer comes back, and neither sees the other's number unless both say yes.

The team does not read these words; danger is listened for in them as in all others, and then they are not passed on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from flows.acts import AgreeToBeAsked, AskForAPerson, AskTeamMate, BlockAsker, PassAnswer, ShareNumber
from flows.choosing import choose
from flows.conversation import Talk, flow
from flows.in_one_message import after_a_name
from flows.projects import Card
from flows.replies import words_to_pass_on, yes_or_no

TEAM = "team"
NO_MORE = "3"
ENOUGH = 5
"""So many questions from one person reach another within a day."""
ANSWERED_WITHIN = timedelta(days=2)
"""So long after it was sent what they write is taken for the answer."""


@dataclass(frozen=True)
class Carried:
    """A question on its way between two people.

    Attributes:
        id: What is stored for it.
        project: The group both belong to.
        asker: What the one who asks is called, and `asked` the other.
        words: The question.
        answer: None: there is none yet.
        too_late: Whether the time for an answer has passed.
        can_share: Whether both have a number that could be shared.
        asker_is_team: Whether the one who asks is from the team, and `asked_is_team` the other: of everybody else it is
            said that they are a volunteer, whatever they call themselves.
        other: The other one's name and number, once both have agreed; None: not so far.
    """

    id: str
    project: str
    asker: str
    asked: str
    words: str
    answer: str | None = None
    too_late: bool = False
    can_share: bool = True
    asker_is_team: bool = False
    asked_is_team: bool = False
    other: tuple[str, str] | None = None


@flow("may-be-asked", lives_for=timedelta(days=5), facts=("project",))
async def may_be_asked(talk: Talk) -> None:
    """Being somebody that others can ask is everybody's own choice."""
    card: Card = talk.facts["project"]
    agrees = await talk.ask("agree", yes_or_no, project=card.name)
    talk.do(AgreeToBeAsked(card.id, bool(agrees)))
    talk.say("thanks" if agrees else "left")


ABOUT_MATES = ("team_mates", "called_mates", "asked_enough", "our_team", "chosen", "when_read")


@flow("ask", lives_for=timedelta(days=2), facts=ABOUT_MATES, for_others=True, between_us=True)
async def ask(talk: Talk) -> None:
    """Whom, and what; where whom they chose can't be asked any more, their words go to nobody else."""
    mates: Mapping[str, str] = talk.facts["team_mates"]
    said = talk.heard("said", words_to_pass_on)
    named = after_a_name(said, talk.facts["called_mates"]) if said else None
    whom, words = named or (await choose(talk, "whom", mates), said)
    if whom is not None and whom not in mates:
        talk.say("gone")
        return
    if whom is not None and whom in talk.facts["asked_enough"]:
        talk.say("enough", name=mates[whom])
        return
    called = {**mates, TEAM: talk.facts["our_team"]}
    words = await _what_to_ask(talk, whom, called[whom], words) if whom else None
    if whom is None or words is None:
        talk.say("nothing")
    elif whom == TEAM:
        talk.do(AskForAPerson("asked the team", words))
        talk.say("with-team", when_read=talk.facts["when_read"])
    else:
        talk.do(AskTeamMate(whom, words))
        talk.say("passed-on", name=mates[whom])


async def _what_to_ask(talk: Talk, whom: str, name: str, words: str | None) -> str | None:
    """What they want to ask; what came with the word itself is shown first, lest it go where it was not meant to."""
    if not words:
        return await talk.ask(f"words:{whom}", words_to_pass_on, name=name)
    return words if await talk.ask(f"sure:{whom}", yes_or_no, name=name, words=words) else None


@flow("asked", lives_for=timedelta(days=14), facts=("carried",), for_others=True, between_us=True)
async def asked(talk: Talk) -> None:
    """A team-mate's question: what they write next goes back, for two days."""
    it: Carried = talk.facts["carried"]
    if it.too_late:
        talk.say("too-late", name=it.asker)
        return
    key = "from-team" if it.asker_is_team else "from"
    talk.say(key, name=it.asker, project=it.project, words=it.words)
    answer = await talk.ask("answer", words_to_pass_on, name=it.asker)
    if answer is None:
        talk.say("left")
    elif answer.strip() == NO_MORE:
        talk.do(BlockAsker(it.id))
        talk.say("no-more", name=it.asker)
    else:
        talk.do(PassAnswer(it.id, answer))
        talk.say("passed-on", name=it.asker)
        await _offer_number(talk, it, it.asker)


@flow("answered", lives_for=timedelta(days=5), facts=("carried",), for_others=True, between_us=True)
async def answered(talk: Talk) -> None:
    """The answer of whoever was asked."""
    it: Carried = talk.facts["carried"]
    key = "from-team" if it.asked_is_team else "from"
    talk.say(key, name=it.asked, project=it.project, words=it.answer)
    await _offer_number(talk, it, it.asked)


@flow("numbers-shared", light=True, facts=("carried",), between_us=True)
async def numbers_shared(talk: Talk) -> None:
    """Both have said yes: each gets the other's number."""
    it: Carried = talk.facts["carried"]
    if it.other:
        talk.say("number", name=it.other[0], number=it.other[1])


async def _offer_number(talk: Talk, it: Carried, name: str) -> None:
    """Only where there are two numbers; a no is told to nobody."""
    if not it.can_share:
        talk.say("relay.more")
    elif await talk.ask("share", yes_or_no, name=name):
        talk.do(ShareNumber(it.id))
        talk.say("relay.if-both", name=name)
    else:
        talk.say("relay.hidden")
