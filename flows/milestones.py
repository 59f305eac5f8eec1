"""Milestones: a kind word before each, and a look back together after it, which is shared with the group."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flows.acts import Reflect
from flows.conversation import Talk, flow
from flows.replies import any_words, scale, yes_or_no

FEWEST = 5
"""Of fewer people the group hears only how many there were: anything more would say who it was."""


@dataclass(frozen=True)
class Step:
    """A milestone of a project, and its day."""

    project: str
    name: str
    day: date


@dataclass(frozen=True)
class LookBack:
    """What a group has said of a milestone, naming nobody.

    Attributes:
        step: The milestone.
        how_many: How many took part.
        average: Of 1 to 5, as it is shown; None: too few said a number.
        well: What went well, in their words; empty for too few people.
        differently: What they would do differently.
        notes: What they said beside it.
    """

    step: Step
    how_many: int
    average: str | None = None
    well: tuple[str, ...] = ()
    differently: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@flow("milestone-nudge", light=True, facts=("milestone",))
async def milestone_nudge(talk: Talk) -> None:
    """Said once before a milestone: what, which day, and where to turn; nobody is behind with anything."""
    step: Step = talk.facts["milestone"]
    talk.say("soon", project=step.project, milestone=step.name, day=step.day)
    talk.say("more")


@flow("reflection", lives_for=timedelta(days=7), facts=("milestone",))
async def reflection(talk: Talk) -> None:
    """Three light questions after a milestone; their words go to the group only if they say so."""
    step: Step = talk.facts["milestone"]
    feeling = await talk.ask("feeling", scale(1, 5), project=step.project, milestone=step.name)
    note = talk.heard("note", any_words)
    if feeling is not None:
        talk.do(Reflect(feeling, note), "feeling")  # many do not answer what follows
    well = await talk.ask("well", any_words)
    if well:
        talk.do(Reflect(feeling, note, well), "well")
    differently = await talk.ask("differently", any_words)
    if not (note or well or differently):
        talk.say("thanks" if feeling is not None else "nothing")
        return
    talk.do(Reflect(feeling, note, well, differently), "differently")
    share = await talk.ask("share", yes_or_no)
    talk.do(Reflect(feeling, note, well, differently, may_share=bool(share)), "share")
    talk.say("thanks-shared" if share else "thanks-kept")


@flow("reflection-shared", light=True, facts=("look_back",))
async def reflection_shared(talk: Talk) -> None:
    """What the group said when it looked back: how many, how it was, and the words of those who agreed."""
    back: LookBack = talk.facts["look_back"]
    talk.say("looked-back", project=back.step.project, milestone=back.step.name)
    talk.say("how-many", number=back.how_many)
    if back.average:
        talk.say("average", average=back.average)
    if back.how_many < FEWEST:
        talk.say("too-few")
        return
    for key, words in (("well", back.well), ("differently", back.differently), ("also", back.notes)):
        if words:
            talk.say(key, words="; ".join(f'"{each}"' for each in words))
    talk.say("more")
