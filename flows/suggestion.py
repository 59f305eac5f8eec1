"""SUGGEST: somebody's idea goes to whoever can decide; an answer is promised for a day, and comes with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flows.acts import Suggest
from flows.conversation import Talk, flow
from flows.projects import Limit, say_limit, which_project
from flows.replies import something_of_theirs

ANSWERS = ("taken up", "partly", "not now", "not possible")
"""How a suggestion can be answered; all but the first need a reason, which the person receives."""


@dataclass(frozen=True)
class Answered:
    """A suggestion and its answer.

    Attributes:
        words: What they suggested.
        answer: One of `ANSWERS`.
        by: Who answered.
        reason: Why; None only where it is taken up.
        limit: The limit that it meets, if that is why.
    """

    words: str
    answer: str
    by: str
    reason: str | None = None
    limit: Limit | None = None


@flow("suggestion", lives_for=timedelta(days=2), facts=("projects", "chosen"))
async def suggestion(talk: Talk) -> None:
    """One reply is enough; which project it is for is asked only where there are several."""
    idea = await talk.ask("idea", something_of_theirs)
    if not idea:
        talk.say("nothing")
        return
    card = await which_project(talk, talk.facts["projects"])
    talk.do(Suggest(idea, card.id if card else None))
    if card is None:
        talk.say("passed-on")
    else:
        talk.say("goes-to", decider=card.decider, day=card.answer_by)
        if card.limits:
            talk.say("limits")


@flow("suggestion-answered", light=True, facts=("suggestion", "takes_feedback"))
async def suggestion_answered(talk: Talk) -> None:
    """The promised answer: what, why, the limit that it meets, who says so, and what can be done about it."""
    answered: Answered = talk.facts["suggestion"]
    talk.say("yours", words=answered.words)
    talk.say(answered.answer.replace(" ", "-"))
    if answered.reason:
        talk.say("reason", reason=answered.reason)
    if answered.limit:
        say_limit(talk, answered.limit)
    talk.say("signed", name=answered.by)
    if answered.answer == "not possible" and talk.facts["takes_feedback"]:
        talk.say("without-name")


@flow("you-said", light=True, facts=("said_did",))
async def you_said(talk: Talk) -> None:
    """What became of somebody's idea, told to the whole group; it names nobody, and may leave the idea's words out."""
    words, did = talk.facts["said_did"]
    if words is None:
        talk.say("in-our-words", did=did)
    else:
        talk.say("you-said", words=words)
        talk.say("we-did", did=did)
