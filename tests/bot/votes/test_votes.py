"""Votes: only under a rule that was told before, one person one vote, and the result goes to all with how it came."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.projects.keeping import NotDone
from bot.simulation import World
from bot.votes import keeping
from bot.votes.keeping import vote_lines
from flows.votes import outcome_of
from storage.tables import InboxItem, table_of
from storage.votes import VOTE, VOTER
from tests.bot.cast import rows, volunteer
from tests.bot.projects.cast import bo_does, bo_saves
from tests.bot.votes.cast import A_DAY, AN_HOUR, TWO_THIRDS, ZONE, bo_calls, bo_reads, hear_of_it, the_group

CHANNELS = pytest.mark.parametrize("channel", ["sms", "telegram"])


@CHANNELS
async def test_a_group_votes_and_everybody_hears_what_came_of_it_and_how(world: World, channel: str):
    people = await the_group(world, "Ada", "Eve", "Jo", channel=channel)
    bo_calls(world)
    await hear_of_it(world, people)
    for each, choice in zip(people, ("1", "under the tree", "2"), strict=True):
        each.hears("vote.title", "vote.why", "vote.rule", "vote.closes", "vote.choice")
        await each.texts(choice)
        each.hears("vote.thanks")
    with pytest.raises(NotDone, match="still open"):
        bo_reads(world)
    assert "3 of 3 have voted" in "\n".join(bo_does(world, lambda c: vote_lines(c, ZONE, world.clock())))
    await world.later(3 * A_DAY)
    for each in people:
        await each.looks()
        each.hears("vote.title", "vote.decided", "vote.count", "vote.turnout", "vote.how")
        assert "under the tree: 2" in each.shown[-1].text
    said = "\n".join(bo_reads(world))
    assert "Decided: under the tree." in said
    assert "3 of 3 voted." in said


async def test_somebody_can_change_their_mind_until_it_closes_and_still_has_one_vote(world: World):
    ada, eve = people = await the_group(world, "Ada", "Eve")
    bo_calls(world)
    await hear_of_it(world, people)
    await ada.texts("1")
    await ada.texts("VOTE")
    ada.hears("vote.so-far", "vote.choice")
    await ada.texts("at the gate")
    ada.hears("vote.thanks")
    await eve.texts("PLEIDLAIS")
    await eve.texts("3")
    assert sorted(rows(world, VOTER, "choice")) == [("3",), ("3",)]


@CHANNELS
async def test_whenever_it_is_asked_again_it_says_what_the_vote_is_about(world: World, channel: str):
    ada, dee = people = await the_group(world, "Ada", "Dee", channel=channel)
    bo_calls(world)
    await hear_of_it(world, people)
    await ada.texts("WHO")
    ada.hears("house.back-to", "vote.choice")
    assert "Where shall the bench go?" in ada.shown[-1].text
    await dee.texts("erm")
    assert "Where shall the bench go?" in dee.shown[-1].text


async def test_after_it_has_closed_a_reply_is_told_so_with_what_came_of_it_and_counts_no_more(world: World):
    ada, eve = people = await the_group(world, "Ada", "Eve")
    bo_calls(world)
    await hear_of_it(world, people)
    await eve.texts("2")
    bo_does(world, lambda c: keeping.close(c, 1, world.clock()))
    await ada.texts("1")
    ada.hears("vote.closed", "vote.decided", "vote.turnout", "vote.how")
    await world.later(2 * A_DAY)
    assert await ada.looks() == []  # nobody is told twice
    await eve.looks()
    eve.hears("vote.decided")
    await ada.texts("VOTE")
    ada.hears("votes.none")
    assert sorted(rows(world, VOTER, "has_voted")) == [(False,), (True,)]


async def test_whoever_lets_it_pass_can_vote_later_and_is_asked_which_of_several(world: World):
    (ada,) = await the_group(world, "Ada")
    bo_calls(world)
    await hear_of_it(world, [ada])
    await ada.texts("SKIP")
    ada.hears("vote.left")
    bo_calls(world, question="Which colour?", choices=("red", "blue"))
    await ada.texts("VOTE")
    ada.hears("votes.which")
    await ada.texts("Which colour?")
    ada.hears("vote.title", "vote.choice")
    assert "red" in ada.shown[0].text


async def test_there_is_no_vote_without_a_rule_nor_under_one_that_somebody_was_not_told_a_day_before(world: World):
    await volunteer(world, "Ada")
    await volunteer(world, "Eve")
    bo_saves(world, rule=None)
    await world.later(2 * A_DAY)
    with pytest.raises(NotDone, match="has no rule"):
        bo_calls(world)
    bo_saves(world)
    with pytest.raises(NotDone, match=r"2 people of Garden still to be told of the rule: Ada .*, Eve "):
        bo_calls(world)
    await world.later(AN_HOUR)
    with pytest.raises(NotDone, match="2 of 2 were told of the rule less than a day ago"):
        bo_calls(world)
    await world.later(A_DAY)
    assert "2 people are asked" in bo_calls(world)[0]


async def test_whoever_was_told_of_the_old_rule_has_not_been_told_of_the_new_one(world: World):
    await the_group(world, "Ada")
    bo_saves(world, rule=TWO_THIRDS)
    with pytest.raises(NotDone, match="still to be told"):
        bo_calls(world)
    await world.later(2 * A_DAY)
    bo_calls(world)
    assert rows(world, VOTE, "rule", "way") == [("two thirds decide", "two thirds")]


async def test_whoever_cannot_be_told_does_not_hold_up_the_others(world: World):
    ada = await volunteer(world, "Ada")
    await volunteer(world, "Eve")
    await ada.texts("STOP")
    bo_saves(world)
    await world.later(2 * A_DAY)
    assert "2 people are asked" in bo_calls(world)[0]
    await world.later(AN_HOUR)
    assert await ada.looks() == []


async def test_the_rule_is_kept_with_the_vote_as_it_was(world: World):
    people = await the_group(world, "Ada", "Eve")
    bo_calls(world)
    await hear_of_it(world, people)
    for each in people:
        await each.texts("1")
    bo_saves(world, rule=TWO_THIRDS)
    await world.later(4 * A_DAY)
    assert any("If we can't agree we vote" in line for line in bo_reads(world))


async def test_a_vote_needs_a_day_and_is_called_once(world: World):
    await the_group(world, "Ada")
    with pytest.raises(NotDone, match="at least a day from now"):
        bo_calls(world, closes=(world.clock() + timedelta(hours=3)).replace(tzinfo=None))
    bo_calls(world)
    with pytest.raises(NotDone, match="has been called already"):
        bo_calls(world)


async def test_danger_in_a_reply_goes_first(world: World):
    (ada,) = await the_group(world, "Ada")
    bo_calls(world)
    await hear_of_it(world, [ada])
    await ada.texts("2 but i want to kill myself")
    ada.hears("safety.suicide_selfharm")


async def test_a_reply_that_fits_no_choice_is_asked_again_and_read_by_a_person(world: World):
    (ada,) = await the_group(world, "Ada")
    bo_calls(world)
    await hear_of_it(world, [ada])
    await ada.texts("in the cellar")
    assert ("not understood at a question",) in rows(world, table_of(InboxItem), "why")
    await ada.texts("2")
    ada.hears("vote.thanks")


@pytest.mark.parametrize(
    ("counts", "way", "outcome"),
    [
        ({"1": 3, "2": 2}, "majority", "decided"),
        ({"1": 2, "2": 2}, "majority", "tie"),
        ({"1": 2, "2": 2, "3": 0}, "two thirds", "tie"),
        ({"1": 2, "2": 1, "3": 1}, "majority", "not enough"),  # half is not more than half
        ({"1": 2, "2": 1}, "two thirds", "decided"),
        ({"1": 3, "2": 2}, "two thirds", "not enough"),
        ({"1": 0, "2": 0}, "majority", "nobody"),
        ({}, "majority", "nobody"),
        ({"1": 1, "2": 0}, "two thirds", "decided"),
    ],
)
def test_more_than_half_two_thirds_and_ties_are_counted_honestly(counts: dict[str, int], way: str, outcome: str):
    assert outcome_of(counts, way) == outcome


async def test_a_number_means_the_vote_that_it_was_shown_with(world: World):
    (ada,) = await the_group(world, "Ada")
    for question in ("Where shall the bench go?", "Which colour?", "Which day?"):
        bo_calls(world, question=question)
    await hear_of_it(world, [ada])
    await ada.texts("VOTE")
    ada.hears("votes.which")
    bo_does(world, lambda c: keeping.close(c, 1, world.clock()))
    await ada.texts("1")
    ada.hears("votes.which")
    assert "bench" not in ada.shown[-1].text
