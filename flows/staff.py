"""What staff are told by themselves: a thought to reflect on, which nobody asks back, and answers they promised."""

from __future__ import annotations

from datetime import timedelta

from flows.acts import TalkItOver
from flows.conversation import Talk, flow
from flows.replies import one_of

THOUGHTS = 6
"""How many there are; they take turns."""


@flow("staff-reflection", lives_for=timedelta(days=5), facts=("thought", "manager"))
async def staff_reflection(talk: Talk) -> None:
    """A thought about their own work, without blame. It is theirs: they are asked not to send what they think of it.

    What anybody texts is kept and can be read; so the only reply is whether they would like to talk it over.
    """
    talk.say("for-you")
    talk.say(f"thought-{talk.facts['thought']}")
    talk.say("only-yours")
    manager = talk.facts["manager"]
    if manager is None:
        talk.say("with-somebody")
        return
    if await talk.ask("talk-it-over", one_of("yes", "no"), manager=manager) == "yes":
        talk.do(TalkItOver(manager))
        talk.say("asked", manager=manager)
    else:
        talk.say("not-this-time")


@flow("talk-it-over", light=True, facts=("who",))
async def talk_it_over(talk: Talk) -> None:
    """To a manager: somebody would like to talk, and nothing else."""
    talk.say("would-like", who=talk.facts["who"])


@flow("promised", light=True, facts=("promised",))
async def promised(talk: Talk) -> None:
    """To staff: how many ideas wait for an answer that was promised for today or earlier; nothing, where none does."""
    if number := talk.facts["promised"]:
        talk.say("one" if number == 1 else "several", number=number)
        talk.say("see")
