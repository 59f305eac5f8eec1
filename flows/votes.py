"""Votes: the question, why now, the rule that the group was told of before, and what came of it, counted openly.

In a secret vote what somebody chooses is kept nowhere beside their name, so it can't be changed; that is said before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias

from flows.acts import CastVote, HearResult, OpenVote
from flows.choosing import the_one_meant
from flows.conversation import Talk, flow
from flows.replies import one_named

Outcome: TypeAlias = Literal["decided", "tie", "not enough", "nobody", "too few"]
SMALLEST_SECRET = 5
"""So many must vote in secret before it is counted: of fewer, the numbers would tell who chose what."""


@dataclass(frozen=True)
class Result:
    """What came of a vote.

    Attributes:
        outcome: "too few" says that a secret vote was not counted.
        could: How many could vote.
        voted: How many did.
        counts: How many chose each, by the names of the choices, most first; empty where it was not counted.
        way: "majority" or "two thirds".
        volunteers: How many of those who voted are volunteers, staff the rest; None: the group is too small to say.
    """

    outcome: Outcome
    could: int
    voted: int
    counts: tuple[tuple[str, int], ...]
    way: str
    volunteers: int | None = None


@dataclass(frozen=True)
class Paper:
    """A vote, as one person has it before them.

    Attributes:
        id: What is stored for it.
        project: The group's name.
        question: What is to be decided.
        why: Why now.
        rule: How it is decided, in the words that the group was told.
        agreed: The day since which that rule holds.
        closes: The day on which it closes, and `closes_at` the time.
        choices: What is stored for each choice, to its name.
        decider: Who decides what the group cannot.
        mine: What they have chosen so far; None: nothing, or it is secret.
        has_voted: Whether they have.
        result: What came of it; None: it is still open.
    """

    id: str
    project: str
    question: str
    why: str
    rule: str
    agreed: date
    closes: date
    closes_at: str
    choices: Mapping[str, str]
    decider: str
    mine: str | None = None
    has_voted: bool = False
    result: Result | None = None


def outcome_of(counts: Mapping[str, int], way: str) -> Outcome:
    """What these numbers decide: more than half of the votes cast, or at least two thirds; a tie decides nothing."""
    voted, most = sum(counts.values()), max(counts.values(), default=0)
    if voted == 0:
        return "nobody"
    if list(counts.values()).count(most) > 1:
        return "tie"
    enough = 3 * most >= 2 * voted if way == "two thirds" else 2 * most > voted
    return "decided" if enough else "not enough"


@flow("votes", light=True, facts=("open_votes", "chosen"))
async def votes(talk: Talk) -> None:
    """VOTE: the vote that is open, or a question which of several; one that has closed since shows its result."""
    open_ones: Mapping[str, str] = talk.facts["open_votes"]
    which = await the_one_meant(talk, "which", open_ones)
    if which is None:
        talk.say("nothing" if open_ones else "none")
    else:
        talk.do(OpenVote(which))


@flow("vote", lives_for=timedelta(days=60), facts=("vote",))
async def vote(talk: Talk) -> None:
    """An open vote: they can choose again for as long as it is open."""
    paper: Paper = talk.facts["vote"]
    if paper.result is not None:
        _say_it_has_closed(talk, paper, paper.result)
        return
    _say_what_about(talk, paper)
    if paper.mine:
        talk.say("so-far", choice=paper.choices[paper.mine])
    choice = await talk.ask("choice", one_named(paper.choices), question=paper.question)
    if choice is None:
        talk.say("vote.left")
        return
    talk.do(CastVote(paper.id, choice))
    talk.say("thanks", choice=paper.choices[choice], day=paper.closes, time=paper.closes_at)


@flow("secret-vote", lives_for=timedelta(days=60), facts=("vote",), secret=True)
async def secret_vote(talk: Talk) -> None:
    """A secret vote: once cast, it is mixed with the others and can't be found again."""
    paper: Paper = talk.facts["vote"]
    if paper.result is not None:
        _say_it_has_closed(talk, paper, paper.result)
    elif paper.has_voted:
        talk.say("already", day=paper.closes)
    else:
        await _vote_once(talk, paper)


async def _vote_once(talk: Talk, paper: Paper) -> None:
    _say_what_about(talk, paper)
    talk.say("promise", number=SMALLEST_SECRET)
    choice = await talk.ask("choice", one_named(paper.choices), question=paper.question)
    if choice is None:
        talk.say("vote.left")
        return
    talk.do(CastVote(paper.id, choice))
    talk.say("thanks", day=paper.closes, time=paper.closes_at)


@flow("vote-result", light=True, facts=("vote",))
async def vote_result(talk: Talk) -> None:
    """Said to everybody who could vote: what came of it, and how it was reached."""
    paper: Paper = talk.facts["vote"]
    if paper.result is not None:
        talk.say("vote.title", project=paper.project, question=paper.question)
        _say_result(talk, paper, paper.result)


def _say_what_about(talk: Talk, paper: Paper) -> None:
    talk.say("vote.title", project=paper.project, question=paper.question)
    talk.say("vote.why", why=paper.why)
    talk.say("vote.rule", rule=paper.rule)
    talk.say("vote.closes", day=paper.closes, time=paper.closes_at)


def _say_it_has_closed(talk: Talk, paper: Paper, result: Result) -> None:
    talk.say("vote.title", project=paper.project, question=paper.question)
    talk.say("vote.closed", day=paper.closes)
    _say_result(talk, paper, result)


def _say_result(talk: Talk, paper: Paper, result: Result) -> None:
    _say_outcome(talk, paper, result)
    for number, (name, count) in enumerate(result.counts, 1):
        talk.say(f"vote.count:{number}", choice=name, count=count)
    talk.say("vote.turnout", voted=result.voted, could=result.could)
    if result.volunteers is not None:
        talk.say("vote.balance", volunteers=result.volunteers, staff=result.voted - result.volunteers)
    talk.say("vote.how", rule=paper.rule, day=paper.agreed)
    talk.do(HearResult(paper.id))


def _say_outcome(talk: Talk, paper: Paper, result: Result) -> None:
    first = result.counts[0][0] if result.counts else None
    if result.outcome == "decided":
        talk.say("vote.decided", choice=first)
    elif result.outcome == "not enough":
        talk.say("vote.not-two-thirds" if result.way == "two thirds" else "vote.not-half", decider=paper.decider)
    elif result.outcome == "too few":
        talk.say("vote.too-few", number=SMALLEST_SECRET, decider=paper.decider)
    else:
        talk.say(f"vote.{result.outcome}", decider=paper.decider)
