"""Ada joined by text and by Telegram: her two records become one, after a second look; those of two people never."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.people import talking
from bot.people.merging import Merging, look_before_merging, merge
from bot.people.rights import NobodyThere
from bot.people.talked import talked_with
from bot.projects import keeping
from bot.projects.keeping import NotDone
from storage.database import Database
from storage.desk import CHECK_IN, PERSON
from storage.forgetting import forget_later
from storage.notes import DONE
from storage.projects import project_named
from storage.votes import VOTER
from tests.bot.cast import Someone, meet, rows, volunteer
from tests.bot.people.cast import bo_does, bo_looks, key_of
from tests.bot.projects.cast import bo_saves
from tests.bot.votes.cast import bo_calls, the_group
from tests.bot.watched import HOUSE, IN_DANGER, MONDAY_AT_TEN, Watched

A_DAY = timedelta(days=1)


@pytest.fixture
async def world(database: Database) -> AsyncIterator[Watched]:
    async with Watched(database, HOUSE, MONDAY_AT_TEN) as world:
        yield world


async def twice(world: Watched) -> tuple[Someone, Someone, int, int]:
    """Ada by text and by Telegram, and the keys of the two records."""
    by_text, by_telegram = await volunteer(world, "Ada"), await volunteer(world, "Ada", "telegram")
    return by_text, by_telegram, key_of(world, by_text), key_of(world, by_telegram)


def looks(world: Watched, kept: int, gone: int, **how) -> Merging:
    return bo_looks(world, lambda connection: look_before_merging(connection, kept, gone, **how))


def merges(world: Watched, kept: int, gone: int, word: str | None = None, **how) -> list[str]:
    word = looks(world, kept, gone).word if word is None else word
    return bo_does(world, lambda connection: merge(connection, kept, gone, word, "Bo", world.clock(), **how))


async def test_one_conversation_goes_on_from_both(world: Watched):
    by_text, by_telegram, kept, gone = await twice(world)
    await by_telegram.texts("the bus is late")
    merges(world, kept, gone)
    assert [called for (called,) in rows(world, PERSON, "called") if called] == ["Ada"]
    assert key_of(world, by_text) == key_of(world, by_telegram) == kept
    said = bo_looks(world, lambda c: talked_with(c, kept, HOUSE.safeguarding, "Europe/London", world.clock()))
    assert "the bus is late" in [each.text for each in said.bubbles]
    assert rows(world, DONE, "who", "what") == [("Bo", "made two records one")]
    await world.later(A_DAY * 7)
    await by_text.looks()
    await by_telegram.looks()
    assert len(by_text.shown) + len(by_telegram.shown) == 1  # one check-in for one person
    await (by_text if by_text.shown else by_telegram).texts("4")
    assert rows(world, CHECK_IN, "person_id", "mood") == [(kept, 4)]
    await by_telegram.texts("MENU")
    by_telegram.hears("menu.choice")


async def test_it_says_first_what_comes_together(world: Watched):
    _, _, kept, gone = await twice(world)
    shown = looks(world, kept, gone)
    assert shown.stands_between == ()
    assert re.fullmatch(rf"Ada \(SMS \+4477009000\d\d; joined 02 Mar 2026; key {kept}\)", shown.kept)
    assert f"key {gone}" in shown.gone
    assert any(re.fullmatch(r"messages from them, .*: \d+", each) for each in shown.moves)


async def test_without_the_word_of_the_look_nothing_is_done(world: Watched):
    _, by_telegram, kept, gone = await twice(world)
    before = looks(world, kept, gone).word
    for word in ("", "yes", looks(world, gone, kept).word):
        with pytest.raises(NotDone, match="look at both once more"):
            merges(world, kept, gone, word)
    await by_telegram.texts("something new")
    with pytest.raises(NotDone, match="changed meanwhile"):
        merges(world, kept, gone, before)
    assert len(rows(world, PERSON, "id")) == 2


async def test_one_record_is_not_made_one_with_itself(world: Watched):
    _, _, kept, _ = await twice(world)
    with pytest.raises(NotDone, match="one record already"):
        looks(world, kept, kept)


def refused(world: Watched, kept: int, gone: int) -> str:
    """Why it is refused, at the look and at the deed."""
    stands_between = looks(world, kept, gone).stands_between
    with pytest.raises(NotDone) as why:
        merges(world, kept, gone)
    assert str(why.value) == " ".join(stands_between)
    assert {its_id for (its_id,) in rows(world, PERSON, "id")} >= {kept, gone}
    return str(why.value)


async def test_two_open_alerts_never_become_one(world: Watched):
    by_text, by_telegram, kept, gone = await twice(world)
    await by_text.texts(IN_DANGER)
    await by_telegram.texts(IN_DANGER)
    assert "open alert" in refused(world, kept, gone)


async def test_one_open_alert_goes_along(world: Watched):
    _, by_telegram, kept, gone = await twice(world)
    await by_telegram.texts(IN_DANGER)
    merges(world, kept, gone)
    assert world.alert().person_id == kept
    await world.answers("Sam", "ACK", "TAKE")
    await by_telegram.looks()
    by_telegram.hears("alerts.takes-over")


async def test_who_can_vote_twice_in_an_open_vote_waits_until_it_is_counted(world: Watched):
    ada, eve = await the_group(world, "Ada", "Eve", rule={"wording": "most votes", "way": "majority"})
    bo_calls(world)
    kept, gone = key_of(world, ada), key_of(world, eve)
    assert "vote 1. Wait until it is counted" in refused(world, kept, gone)
    await world.later(A_DAY * 4)
    bo_does(world, lambda c: c.execute(update(VOTER).values(has_voted=True)))
    assert "no longer be true" in refused(world, kept, gone)
    bo_does(world, lambda c: c.execute(update(VOTER).where(VOTER.c.person_id == gone).values(has_voted=False)))
    merges(world, kept, gone)


async def test_who_has_asked_to_be_forgotten_is(world: Watched):
    _, _, kept, gone = await twice(world)
    bo_does(world, lambda connection: forget_later(connection, gone, world.clock()))
    assert "asked to be forgotten" in refused(world, kept, gone)


async def test_while_somebody_writes_with_them_it_waits(world: Watched):
    _, _, kept, gone = await twice(world)
    bo_does(world, lambda c: talking.take_over(c, world.service.voice, gone, "Kim", world.clock()))
    assert "Kim writes with Ada" in refused(world, kept, gone)


async def test_only_whoever_may_see_all_that_both_belong_to_can_do_it(world: Watched):
    _, _, kept, gone = await twice(world)
    ids = {}
    for name, people in (("Garden", (kept, gone)), ("Kitchen", (gone,))):
        bo_saves(world, name=name, everybody=False)
        for key in people:
            bo_does(world, lambda c, n=name, k=key: keeping.add(c, n, str(k), "volunteer", None, world.clock()))
        ids[name] = bo_looks(world, lambda c, n=name: int(project_named(c, n).id))
    mine = frozenset({ids["Garden"]})
    assert "project that is not yours" in looks(world, kept, gone, projects=mine).stands_between[0]
    with pytest.raises(NotDone, match="not yours"):
        merges(world, kept, gone, projects=mine)
    with pytest.raises(NobodyThere):
        looks(world, kept, gone, projects=frozenset({ids["Kitchen"]}))
    merges(world, kept, gone, projects=frozenset(ids.values()))


async def test_what_should_be_thought_about_first_is_said(world: Watched):
    eve, jo = await volunteer(world, "Eve"), await meet(world, "Jo", "telegram")
    for words in ("JOIN", "Jo", "SKIP", "1", "2", "1", "STOP"):
        await jo.texts(words)
    cautions = " ".join(looks(world, key_of(world, eve), key_of(world, jo)).cautions)
    for said in ("different names: Eve and Jo", "said STOP", "not safe to text"):
        assert said in cautions
