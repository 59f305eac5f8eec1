"""The practice, points 2, 4, 6, 8, 12 and 15: what people can do and need, votes, a gentle hand-off, many ways."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.contact.showing import about_lines
from bot.projects.keeping import NotDone
from bot.simulation import World
from bot.strengths.showing import strength_lines
from bot.thanks.keeping import thank
from storage.desk import INBOX
from storage.votes import VOTER
from tests.bot.cast import rows, volunteer
from tests.bot.projects.cast import bo_does, bo_saves
from tests.bot.tasks.cast import bo_can, bo_lists, with_the_task
from tests.bot.votes.cast import bo_calls, hear_of_it, the_group

pytestmark = pytest.mark.parametrize("channel", ["sms", "telegram"])
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)


async def test_point_02_what_people_can_do(world: World, channel: str):
    """She names it in her own words and would teach it; whoever looks for cooking finds her."""
    ada = await volunteer(world, "Ada", channel)
    await ada.texts("SKILLS")
    for words in ("cooking for a crowd", "I know how prison works", "SKIP", "1"):
        await ada.texts(words)
    ada.hears("strengths.will-talk")
    assert "would like to teach or lead" in [why for (why,) in rows(world, INBOX, "why")]
    assert "Ada" in "\n".join(bo_does(world, lambda c: strength_lines(c, "cooking")))


async def test_point_04_thanks_that_stay(world: World, channel: str):
    """Thanks for her idea come with what they are for, and THANKS shows them again."""
    ada = await volunteer(world, "Ada", channel)
    await ada.texts("SUGGEST")
    await ada.texts("a bench in the sun")
    bo_does(world, lambda c: thank(c, "Ada", "people sit there every day", "Bo", "suggestion:1", world.clock()))
    await world.later(AN_HOUR)
    await ada.looks()
    ada.hears("thanks-given.from", "thanks-given.for")
    await ada.texts("THANKS")
    ada.hears("thanks.one-for")
    assert "people sit there every day" in ada.shown[0].text


async def test_point_06_all_that_is_needed_to_start(world: World, channel: str):
    """The whole brief comes before the question, TASKS shows it again, and who has it knows the first step."""
    ada = await with_the_task(world, channel)
    await ada.texts("TASKS")
    ada.hears("tasks.what")
    assert "Ada has it" in bo_lists(world)
    offered = "\n".join(bubble.text for bubble in world.handsets[channel].bubbles[ada.person.address])
    for part in ("Water the beds", "What for", "First"):
        assert part in offered


async def test_point_08_a_vote_under_the_agreed_rule(world: World, channel: str):
    """Not before everybody has known the rule for a day; then one vote each, and the result with how it came."""
    bo_saves(world)
    early = await volunteer(world, "Early", channel)
    with pytest.raises(NotDone):
        bo_calls(world)
    people = [early, *await the_group(world, "Ada", "Eve", channel=channel)]
    bo_calls(world)
    await hear_of_it(world, people)
    for each, choice in zip(people, ("1", "2", "2"), strict=True):
        each.hears("vote.title", "vote.why", "vote.rule", "vote.choice")
        await each.texts(choice)
        each.hears("vote.thanks")
    assert len(rows(world, VOTER, "person_id")) == 3
    await world.later(3 * A_DAY)
    for each in people:
        await each.looks()
        each.hears("vote.decided", "vote.count", "vote.how")


async def test_point_12_a_task_that_went_wrong_is_handed_on_gently(world: World, channel: str):
    """How she is comes first; what is in the way is answered before anybody asks how to go on."""
    ada = await with_the_task(world, channel)
    await world.later(12 * A_DAY, step=timedelta(hours=2))
    await ada.looks()
    ada.hears("hand-off.hello", "hand-off.how")
    await ada.texts("1")
    ada.hears("hand-off.barrier")
    await ada.texts("no bus goes there")
    ada.hears("hand-off.passed-on")
    await world.later(A_DAY)
    assert not [text for text in await ada.looks() if "try again" in text.lower()]
    bo_can(world, None, cannot="move the garden", because="it is rented for years", instead="a lift with Priya")
    await world.later(A_DAY)
    await ada.looks()
    ada.hears("hand-off-answer.you-told", "hand-off-answer.cannot", "hand-off-answer.instead", "hand-off-answer.next")
    await ada.texts("3")
    ada.hears("hand-off-answer.pass-on", "hand-off-answer.next-time")
    await ada.texts("a lift")
    await ada.texts("1")
    ada.hears("hand-off-answer.kept")
    assert "Waits for you: nobody has it." in bo_lists(world)


async def test_point_15_many_ways_to_be_reached(world: World, channel: str):
    """Face to face, and a sister she trusts, who knows of it; a person in the team sees both, the bot uses neither."""
    ada = await volunteer(world, "Ada", channel)
    await ada.texts("CONTACT")
    for words in ("3", "1", "Eve my sister", "1", "07700 900 123", "if i am silent for a week"):
        await ada.texts(words)
    ada.hears("contact.kept")
    said = "\n".join(bo_does(world, lambda c: about_lines(c, "Ada")))
    assert "face to face" in said
    assert "Eve my sister, 07700900123" in said
