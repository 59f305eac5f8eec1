"""For whom a broadcast is meant, who is left out and why, and what each gets to read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.broadcasts import keeping
from bot.projects.keeping import NotDone, add
from bot.simulation import A_MONDAY, World
from storage.desk import PERSON
from storage.projects import project_named
from tests.bot.broadcasts.cast import NEWS, NEWYDDION, Bo, key_of, shares_her_phone
from tests.bot.cast import meet, volunteer
from tests.bot.projects.cast import bo_does, bo_saves


async def test_everybody_who_can_be_reached_gets_it_in_their_language_and_with_their_name(world: World):
    ada, dee = await volunteer(world, "Ada"), await volunteer(world, "Dee", "telegram", "cy")
    bo = Bo(world)
    number = await bo.sends(cy=NEWYDDION)
    assert await ada.looks() == ["Hello Ada. The garden opens on Sunday at 10."]
    assert await dee.looks() == ["Helo Dee. Mae'r ardd yn agor ddydd Sul am 10."]
    assert bo.progress(number).state == "done"
    assert bo.progress(number).people == {"sent": 2}


async def test_cai_who_has_said_stop_is_left_out_and_the_reason_is_shown(world: World):
    ada, cai = await volunteer(world, "Ada"), await volunteer(world, "Cai")
    await cai.texts("STOP")
    bo = Bo(world)
    number = bo.writes()
    assert bo.looks_at(number).left_out == (("said STOP", 1),)
    await bo.confirms(number)
    assert await cai.looks() == []
    assert await ada.looks() != []
    assert bo.people(number) == {"Ada": ("sent", None), "Cai": ("left out", "said STOP")}


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"safe_to_text": False}, "it is not safe to text them"),
        ({"taken_over_at": A_MONDAY}, "this is not a good moment for them"),
    ],
)
async def test_whoever_may_not_be_written_to_is_left_out(world: World, values: dict, why: str):
    ada = await volunteer(world, "Ada")
    with world.service.database.writing() as connection:
        connection.execute(PERSON.update().values(**values))
    bo = Bo(world)
    number = bo.writes()
    assert bo.looks_at(number).left_out == ((why, 1),)
    with pytest.raises(NotDone, match="nobody who would get it"):
        await bo.confirms(number)
    assert await ada.looks() == []


async def test_whoever_takes_a_break_is_left_out_until_it_is_over(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("PAUSE")
    await ada.texts("1")
    bo = Bo(world)
    [(why, people)] = bo.looks_at(bo.writes()).left_out
    assert why.startswith("paused")
    assert people == 1
    world.clock.forward(timedelta(days=40))
    assert bo.looks_at(bo.writes()).left_out == ()


async def test_whoever_has_never_joined_is_nobody_to_write_to(world: World):
    stranger = await meet(world, "Flo")
    await stranger.texts("hello who is this")
    await volunteer(world, "Ada")
    bo = Bo(world)
    assert bo.looks_at(bo.writes()).people == 1
    assert bo.looks_at(bo.writes()).left_out == ()


async def test_whoever_was_picked_and_has_not_joined_is_left_out_too(world: World):
    stranger = await meet(world, "Flo")
    await stranger.texts("hello who is this")
    with world.service.database.reading() as connection:
        [flo] = connection.execute(PERSON.select()).scalars()
    bo = Bo(world)
    assert bo.looks_at(bo.writes(picked=frozenset({flo}))).left_out == (("they have not joined", 1),)


async def test_a_number_that_was_silent_for_long_may_be_somebody_elses_by_now(world: World):
    await volunteer(world, "Ada")
    world.clock.forward(timedelta(days=91))
    bo = Bo(world)
    assert bo.looks_at(bo.writes()).left_out == (("not heard from for 90 days", 1),)


async def test_eve_who_shares_her_phone_gets_it_once_and_nobody_is_called_by_name(world: World):
    eve = await volunteer(world, "Eve")
    shares_her_phone(world, eve, "Jo")
    bo = Bo(world)
    number = await bo.sends()
    assert await eve.looks() == ["Hello there. The garden opens on Sunday at 10."]
    assert bo.people(number) == {
        "Eve": ("sent", None),
        "Jo": ("left out", "shares a phone with somebody who gets it"),
    }


async def test_it_can_be_for_one_project_and_leave_somebody_out_by_hand(world: World):
    ada, dee, eve = [await volunteer(world, name) for name in ("Ada", "Dee", "Eve")]
    bo_saves(world, everybody=False)
    for name in ("Ada", "Dee"):
        bo_does(world, lambda connection, name=name: add(connection, "Garden", name, "volunteer", None, world.clock()))
    await world.later(timedelta(hours=1))
    for each in (ada, dee, eve):
        await each.looks()
    with world.service.database.reading() as connection:
        garden = project_named(connection, "Garden").id
    bo = Bo(world)
    number = await bo.sends(projects=(garden,), but_not=frozenset({key_of(world, dee)}))
    assert bo.people(number) == {"Ada": ("sent", None), "Dee": ("left out", "left out by hand")}
    assert await eve.looks() == []


@pytest.mark.parametrize(
    ("audience", "people"),
    [
        ({"channel": "telegram"}, {"Dee"}),
        ({"language": "cy"}, {"Dee"}),
        ({"language": "en"}, {"Ada", "Eve"}),
        ({"good_at": "cooks"}, {"Ada"}),
        ({"answered_within_days": 2}, {"Ada"}),
        ({"silent_for_days": 2}, {"Dee", "Eve"}),
        ({"role": "staff"}, set()),
    ],
)
async def test_an_audience_is_chosen_by_what_is_known_of_people(world: World, audience: dict, people: set):
    ada = await volunteer(world, "Ada")
    await volunteer(world, "Dee", "telegram", "cy")
    await volunteer(world, "Eve")
    world.clock.forward(timedelta(days=5))
    for words in ("SKILLS", "1", "cooking"):
        await ada.texts(words)
    for _ in range(3):
        await ada.texts("SKIP")
    bo = Bo(world)
    number = bo.writes(**audience)
    seen = bo.looks_at(number)
    assert seen.people == len(people)
    if people:
        await bo.confirms(number)
        assert set(bo.people(number)) == people


async def test_people_can_be_picked_by_hand(world: World):
    ada = await volunteer(world, "Ada")
    await volunteer(world, "Dee")
    bo = Bo(world)
    number = await bo.sends(picked=frozenset({key_of(world, ada)}))
    assert bo.people(number) == {"Ada": ("sent", None)}


async def test_whoever_may_reach_one_project_reaches_nobody_else(world: World):
    await volunteer(world, "Ada")
    await volunteer(world, "Dee")
    bo_saves(world, everybody=False)
    bo_does(world, lambda connection: add(connection, "Garden", "Ada", "volunteer", None, world.clock()))
    with world.service.database.reading() as connection:
        garden = project_named(connection, "Garden").id
    bo = Bo(world)
    mine = bo.writes(within=(garden,))
    assert bo.looks_at(mine).people == 1
    with pytest.raises(NotDone, match="beyond the projects"):
        bo.writes(within=(garden,), projects=(garden + 1,))
    everybodys = bo.writes()
    with pytest.raises(NotDone, match="beyond the projects"):
        await bo.confirms(everybodys, reach={garden})
    await bo.confirms(mine, reach={garden})


async def test_a_test_reaches_only_who_tries_it_in_every_language(world: World):
    ada, kim = await volunteer(world, "Ada"), await volunteer(world, "Kim")
    bo = Bo(world)
    number = bo.writes(NEWS, cy=NEWYDDION)
    await bo.does(keeping.send_test, number, key_of(world, kim), bo.office, world.clock())
    assert await kim.looks() == [
        "Hello Kim. The garden opens on Sunday at 10.",
        "Helo Kim. Mae'r ardd yn agor ddydd Sul am 10.",
    ]
    assert await ada.looks() == []
    assert bo.progress(number).state == "draft"
