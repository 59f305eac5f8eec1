"""A new phone, or from SMS to Telegram: the same person goes on where they were, in the middle of anything."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.simulation import World
from storage.desk import CHECK_IN, HOLDER, PERSON
from tests.bot.cast import Someone, meet, rows, volunteer


async def asks_to_move(someone: Someone, word: str = "MOVE") -> str:
    await someone.texts(word)
    someone.hears("house.move")
    [code] = re.findall(r"(?:JOIN|YMUNO) (\w+)", someone.shown[-1].text)
    return code


@pytest.mark.parametrize(("first", "then"), [("sms", "telegram"), ("telegram", "sms"), ("sms", "sms")])
async def test_ada_moves_in_the_middle_of_a_check_in_and_ends_it_on_the_other_phone(
    world: World, first: str, then: str
):
    ada = await volunteer(world, "Ada", first)
    await world.later(timedelta(days=7))
    await ada.looks()
    ada.hears("check-in.mood")
    await ada.texts("4")
    code = await asks_to_move(ada)
    ada.hears("house.move", "check-in.note")
    there = await meet(world, "Ada there", then)
    await there.texts(f"JOIN {code}")
    there.hears("house.moved", "check-in.note")
    await there.texts("sunny in the garden")
    there.hears("check-in.thanks")
    assert rows(world, CHECK_IN, "mood", "note") == [(4, "sunny in the garden")]
    assert len(rows(world, PERSON, "id")) == 1
    await world.later(timedelta(days=7))
    await ada.looks()
    ada.hears_nothing()
    await there.looks()
    there.hears("check-in.mood")


async def test_a_code_works_once_and_for_a_day(world: World):
    ada = await volunteer(world, "Ada")
    first, second = await asks_to_move(ada), await asks_to_move(ada)
    there, thief, late = [await meet(world, name) for name in ("there", "thief", "late")]
    await there.texts(f"JOIN {first}")
    there.hears("house.moved")
    await thief.texts(f"JOIN {first}")
    thief.hears("joining.welcome")
    await world.later(timedelta(days=1, minutes=1))
    await late.texts(f"join {second}")
    late.hears("joining.welcome")
    assert len(rows(world, HOLDER, "person_id")) == 4


async def test_stop_on_either_phone_holds_on_both(world: World):
    ada = await volunteer(world, "Ada")
    code = await asks_to_move(ada)
    there = await meet(world, "there", "telegram")
    await there.texts(f"JOIN {code}")
    await ada.texts("STOP")
    await world.later(timedelta(days=8))
    await there.looks()
    there.hears_nothing()


async def test_dee_moves_in_welsh(world: World):
    dee = await volunteer(world, "Dee", "telegram", "cy")
    code = await asks_to_move(dee, "symud")
    there = await meet(world, "Dee there", "sms")
    there.language = "cy"
    await there.texts(f"YMUNO {code}")
    there.hears("house.moved")
