"""Looking for somebody among everybody: by any part of what is known of them, and only whom one may see."""

from __future__ import annotations

import pytest

from bot.people.searching import ON_A_PAGE, PeopleFound, search
from bot.projects import keeping
from bot.simulation import World
from storage.desk import Desk
from storage.projects import project_named
from tests.bot.cast import meet, volunteer
from tests.bot.people.cast import bo_does, bo_looks, key_of
from tests.bot.projects.cast import garden


def found(world: World, said: str, **how) -> PeopleFound:
    return bo_looks(world, lambda connection: search(connection, said, **how))


def names(world: World, said: str, **how) -> list[str | None]:
    return [each.called for each in found(world, said, **how).people]


def project(world: World, **changes) -> int:
    card = garden(**changes)
    bo_does(world, lambda connection: keeping.keep_card(connection, card, world.clock()))
    return bo_looks(world, lambda connection: int(project_named(connection, card.name).id))


@pytest.mark.parametrize("said", ["ada", "ADA", "da", " ada "])
async def test_any_part_of_a_name_finds_somebody_in_whatever_capitals(world: World, said: str):
    for name in ("Ada", "Cai"):
        await volunteer(world, name)
    assert names(world, said) == ["Ada"]


@pytest.mark.parametrize("said", ["Élodie", "élodie", "ÉLODIE", "lod"])
async def test_a_name_that_begins_with_an_accent_is_found(world: World, said: str):
    await volunteer(world, "Élodie")
    assert names(world, said) == ["Élodie"]


@pytest.mark.parametrize("said", ["07700 900001", "+447700900001", "0044 7700 900001", "00001", "(07700) 900-001"])
async def test_a_number_is_found_however_it_is_written(world: World, said: str):
    for name in ("Ada", "Cai"):
        await volunteer(world, name)
    assert names(world, said) == ["Ada"]


async def test_a_chat_and_a_key_are_found(world: World):
    dee = await volunteer(world, "Dee", "telegram")
    await volunteer(world, "Cai")
    key = key_of(world, dee)
    assert names(world, dee.person.address) == ["Dee"]
    assert names(world, str(key)) == ["Dee"]
    assert names(world, str(key)[-8:]) == ["Dee"]


@pytest.mark.parametrize("said", ["%", "_", "a%a", "'; --", "\\"])
async def test_signs_that_a_database_knows_are_only_signs(world: World, said: str):
    await volunteer(world, "Ada")
    assert names(world, said) == []


async def test_everybody_is_listed_by_name_a_page_at_a_time_and_each_once(world: World):
    def come(connection):
        desk = Desk(connection, world.clock())
        for number in range(ON_A_PAGE * 2 + 3):
            desk.add_person(called=f"{'AaBb'[number % 4]}{number:03}" if number % 7 else None)
        desk.put_away()

    bo_does(world, come)
    pages = [found(world, "", page=number) for number in (1, 2, 3, 4)]
    assert [len(page.people) for page in pages] == [50, 50, 3, 0]
    assert {(page.in_all, page.pages) for page in pages} == {(103, 3)}
    listed = [each for page in pages for each in page.people]
    assert len({each.id for each in listed}) == 103
    named = [each.called.lower() for each in listed if each.called]
    assert named == sorted(named)
    assert all(each.called is None for each in listed[len(named) :])


async def test_what_stands_out_is_said_of_each(world: World):
    cai = await volunteer(world, "Cai")
    await cai.texts("STOP")
    dee = await meet(world, "Dee", "telegram", "cy")
    await dee.texts("helo")
    [first] = found(world, "Cai").people
    assert first.stands == ("has said STOP",)
    assert first.where == (f"SMS {cai.person.address}",)
    [second] = found(world, dee.person.address).people
    assert second.stands == ("has not joined", "writes Welsh")


async def test_only_people_of_ones_own_projects_are_found(world: World):
    mine, another = project(world, name="Garden", everybody=False), project(world, name="Kitchen", everybody=False)
    for name, where in (("Ada", "Garden"), ("Cai", "Kitchen")):
        await volunteer(world, name)
        bo_does(world, lambda c, n=name, w=where: keeping.add(c, w, n, "volunteer", None, world.clock()))
    await volunteer(world, "Eve")
    assert names(world, "", projects=frozenset({mine})) == ["Ada"]
    assert names(world, "", projects=frozenset({mine, another})) == ["Ada", "Cai"]
    assert names(world, "cai", projects=frozenset({mine})) == []
    assert names(world, "", projects=frozenset()) == []
    assert names(world, "") == ["Ada", "Cai", "Eve"]


async def test_whoever_has_joined_belongs_to_a_project_for_everybody(world: World):
    everybody = project(world, name="Town", everybody=True)
    await volunteer(world, "Ada")
    await (await meet(world, "Cai")).texts("hello")
    assert names(world, "", projects=frozenset({everybody})) == ["Ada"]
