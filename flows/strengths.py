"""SKILLS: what somebody is good at, likes or knows from life, in their own words; and whether they would teach it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from flows.acts import AskForAPerson, NameStrength, RemoveStrength
from flows.conversation import Talk, flow
from flows.replies import one_named, one_of, something_of_theirs, yes_or_no

MOST = 3
"""So many are asked for at a time; SKILLS again adds more."""


@flow("strengths", lives_for=timedelta(days=2), facts=("strengths", "when_read"), for_others=True)
async def strengths(talk: Talk) -> None:
    """Whoever has named some before sees them first, and can add to them or take one away."""
    kept: Mapping[str, str] = talk.facts["strengths"]
    if kept:
        talk.say("yours", list="; ".join(kept.values()))
        what = await talk.ask("what", one_of("add", "remove", "leave"))
        if what == "remove":
            await _remove(talk, kept)
            return
        if what != "add":
            talk.say("left")
            return
    named = await _name_some(talk)
    if not named:
        talk.say("nothing")
    elif await talk.ask("teach", yes_or_no):
        talk.do(AskForAPerson("would like to teach or lead", "; ".join(named)))
        talk.say("will-talk", when_read=talk.facts["when_read"])
    else:
        talk.say("thanks")


async def _name_some(talk: Talk) -> list[str]:
    """Up to three, each kept as soon as it is said."""
    named: list[str] = []
    for number in range(1, MOST + 1):
        words = await talk.ask("first" if number == 1 else f"more:{number}", something_of_theirs)
        if not words:
            break
        talk.do(NameStrength(words), item=str(number))
        named.append(words)
    return named


async def _remove(talk: Talk, kept: Mapping[str, str]) -> None:
    which = next(iter(kept)) if len(kept) == 1 else await talk.ask("which", one_named(kept))
    if which is None:
        talk.say("left")
    else:
        talk.do(RemoveStrength(which))
        talk.say("removed", words=kept[which])
