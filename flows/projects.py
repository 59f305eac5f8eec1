"""What a group has agreed on, as its card says it: told at joining, and any time by PLAN and LIMITS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flows.choosing import the_one_meant
from flows.conversation import Talk, flow

RUNGS = ("informing", "consulting", "engaging", "co-designing", "co-producing", "led by us")
"""The ladder of engagement, lowest first; the bot's words never promise a higher rung than the project's."""


@dataclass(frozen=True)
class Limit:
    """Something that is not possible, why, and what is possible instead."""

    what: str
    why: str
    instead: str | None = None


@dataclass(frozen=True)
class Card:
    """A project, on one day.

    Attributes:
        id: What is stored for it.
        name: What the group calls it.
        goal: What it has set out to do.
        rung: One of `RUNGS`.
        decider: Who decides what the group cannot.
        decider_in_group: Whether they belong to it.
        answer_by: The day by which something suggested today is answered.
        fixed: What is settled already; None: nothing.
        open: What the group can still shape.
        values: What the group has agreed to hold to.
        rule: How the group decides together, in the words it was told.
        limits: What is not possible.
        steps_done: How many milestones have been reached, of `steps`.
        next_milestone: Its name and day.
    """

    id: str
    name: str
    goal: str
    rung: str
    decider: str
    decider_in_group: bool
    answer_by: date
    fixed: str | None = None
    open: str | None = None
    values: str | None = None
    rule: str | None = None
    limits: tuple[Limit, ...] = ()
    steps_done: int = 0
    steps: int = 0
    next_milestone: tuple[str, date] | None = None


@flow("project", light=True, facts=("project",))
async def project(talk: Talk) -> None:
    """Said once to whoever has come to belong: what it is for, what is fixed and open, and who decides what."""
    card: Card = talk.facts["project"]
    talk.say("welcome", project=card.name)
    _say_what_for(talk, card)
    if card.fixed:
        talk.say("project.fixed", fixed=card.fixed)
    if card.open:
        talk.say("project.open", open=card.open)
    _say_who_decides(talk, card)
    talk.say("more-limits" if card.limits else "more")


@flow("rule", light=True, facts=("project",))
async def rule(talk: Talk) -> None:
    """Said to everybody who belongs when the way they decide has changed."""
    card: Card = talk.facts["project"]
    if card.rule:
        talk.say("new", project=card.name)
        talk.say("project.rule", rule=card.rule)
        talk.say("more")


@flow("plan", light=True, facts=("projects", "chosen"))
async def plan(talk: Talk) -> None:
    """PLAN: the goal, where we are, the next step, and who decides what."""
    card = await which_project(talk, talk.facts["projects"])
    if card is None:
        talk.say("nothing" if talk.facts["projects"] else "project.none")
        return
    talk.say("project.name", project=card.name)
    _say_what_for(talk, card)
    if card.steps:
        talk.say("steps", done=card.steps_done, all=card.steps)
    if card.next_milestone:
        talk.say("next", milestone=card.next_milestone[0], day=card.next_milestone[1])
    _say_who_decides(talk, card)
    talk.say("more")


@flow("limits", light=True, facts=("projects", "chosen"))
async def limits(talk: Talk) -> None:
    """LIMITS: what is fixed, what is open, and what is not possible, with the reason and what is instead."""
    card = await which_project(talk, talk.facts["projects"])
    if card is None:
        talk.say("nothing" if talk.facts["projects"] else "project.none")
        return
    talk.say("project.name", project=card.name)
    if card.fixed:
        talk.say("project.fixed", fixed=card.fixed)
    if card.open:
        talk.say("project.open", open=card.open)
    for number, limit in enumerate(card.limits, 1):
        say_limit(talk, limit, number)
    if not (card.fixed or card.limits):
        talk.say("none")
    talk.say("more")


async def which_project(talk: Talk, projects: Mapping[str, Card]) -> Card | None:
    """The project that is meant; asked only of somebody who belongs to several. None: none, skipped, or gone.

    The flow needs the fact "chosen".
    """
    which = await the_one_meant(talk, "which", {key: card.name for key, card in projects.items()})
    if which is not None and which not in projects:
        talk.say("project.gone")
    return projects.get(which) if which else None


def say_limit(talk: Talk, limit: Limit, number: int = 1) -> None:
    """One limit, with its reason, and the way round it where there is one."""
    key = "project.limit-instead" if limit.instead else "project.limit"
    talk.say(f"{key}:{number}", what=limit.what, why=limit.why, instead=limit.instead)


def _say_what_for(talk: Talk, card: Card) -> None:
    talk.say("project.goal", goal=card.goal)
    talk.say(f"project.rung-{card.rung.replace(' ', '-')}")


def _say_who_decides(talk: Talk, card: Card) -> None:
    talk.say("project.decider-with-us" if card.decider_in_group else "project.decider", decider=card.decider)
    if card.rule:
        talk.say("project.rule", rule=card.rule)
    if card.values:
        talk.say("project.values", values=card.values)
