"""`alongside inbox`: coordinators see who waits for them, where they are and what they wrote, and how people are."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, update
from typer.testing import CliRunner

from bot.cli import app
from bot.showing import NoSuchItem, finish, inbox_lines
from bot.simulation import A_MONDAY, World
from storage.database import Database
from storage.desk import INBOX, MESSAGE
from storage.inbox import ids_waiting, numbers
from tests.bot.cast import meet, volunteer

TABLES = '[organisation]\nname = "Harbour House"\n[telegram]\n[safeguarding]\nmode = "signpost only"\n'


def shown(world: World) -> str:
    with world.service.database.reading() as connection:
        lines = [line for each in inbox_lines(connection, "Europe/London", world.clock()) for line in each.split("\n")]
    assert all(len(line) <= 80 for line in lines)
    return "\n".join(lines)


def waiting(world: World) -> str:
    return shown(world).partition("How people are")[0]


def how_people_are(world: World) -> str:
    return shown(world).partition("How people are")[2]


def numbers_shown(world: World) -> list[str]:
    return re.findall(r"^(\d+)  \w{3} \d\d", waiting(world), re.MULTILINE)


async def test_an_item_says_who_where_since_when_and_why(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("my landlord is selling the flat")
    assert f"Mon 02 Mar 10:00  Ada, SMS {ada.person.address}\n      was not understood\n" in waiting(world)
    assert "“my landlord is selling the flat”" in waiting(world)


async def test_words_that_were_for_nobody_of_the_team_are_not_shown_with_what_led_here(world: World):
    ada = await volunteer(world, "Ada")
    await world.later(timedelta(days=7))
    await ada.texts("2 the rent is due")
    await ada.texts("between me and Eve")
    with world.service.database.writing() as connection:
        theirs = MESSAGE.c.text == "between me and Eve"
        connection.execute(update(MESSAGE).where(theirs).values(between_us=True))
    await ada.texts("yes please")
    call = waiting(world).partition("would like a call")[2]
    assert "“2 the rent is due”" in call
    assert "Eve" not in call


async def test_who_writes_welsh_who_said_stop_and_where_it_is_not_safe_is_seen(world: World):
    dee = await meet(world, "Dee", "telegram", "cy")
    await dee.texts("JOIN")
    ada = await meet(world, "Ada")
    for words in ("JOIN", "Ada", "SKIP", "1", "2", "1"):
        await ada.texts(words)
    await ada.texts("my landlord is selling the flat")
    await ada.texts("STOP")
    await ada.texts("are you there")
    await dee.texts("HUMAN")
    assert f"Telegram {dee.person.address}, writes Welsh" in waiting(world)
    assert "was not understood; NOT SAFE to text or ring on this phone; has said STOP" in waiting(world)


async def test_danger_shows_the_words_of_danger_and_not_only_the_answer_to_the_question(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("im scared of what i might do")
    ada.hears("safety.are-you-safe")
    await ada.texts("2")
    item = waiting(world)
    assert "IN DANGER: suicide or self-harm" in item
    assert item.index("“im scared of what i might do”") < item.index("“2”")


async def test_a_wish_for_a_call_shows_the_check_in_it_is_about(world: World):
    ada = await volunteer(world, "Ada")
    await world.later(timedelta(days=7))
    await ada.texts("2 bit tired")
    await ada.texts("yes please")
    item = waiting(world)
    assert "would like a call, said 2 of 5" in item
    assert "“2 bit tired”\n      “yes please”" in item


async def test_a_reply_that_was_not_understood_at_a_question_is_there(world: World):
    ada = await volunteer(world, "Ada")
    await world.later(timedelta(days=7))
    await ada.texts("they have cut my money again")
    ada.hears("check-in.mood")
    assert "was not understood at a question\n      “they have cut my money again”" in waiting(world)


async def test_every_message_of_a_flood_is_there(world: World):
    ada = await volunteer(world, "Ada")
    for number in range(40):
        await ada.texts(f"and then {number}")
    flood = waiting(world).partition("sent a lot of messages at once")[2]
    assert "“and then 39”" in flood


async def test_an_item_without_a_message_shows_an_address_all_the_same(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("HUMAN")
    await ada.texts("SKIP")
    with world.service.database.writing() as connection:
        person = connection.execute(INBOX.select()).one().person_id
        connection.execute(delete(INBOX))
        about = {"why": "could not be reached", "note": "The number is off."}
        connection.execute(insert(INBOX), [{"id": 7, "person_id": person, "at": world.clock(), **about}])
    assert f"7  Mon 02 Mar 10:00  Ada, SMS {ada.person.address}\n      could not be reached\n" in waiting(world)
    assert "“The number is off.”" in waiting(world)


async def test_nothing_that_people_write_moves_the_cursor(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("hello \x1b[2J [red]there[/red]")
    assert "\x1b" not in shown(world)
    assert "[red]there[/red]" in shown(world)


# -- numbers -------------------------------------------------------------------------------------------


def test_a_number_is_the_shortest_ending_that_no_other_has():
    assert numbers([330112340816, 330112340000]) == {330112340816: "0816", 330112340000: "0000"}
    assert numbers([330112340816, 330112350816]) == {330112340816: "40816", 330112350816: "50816"}
    assert numbers([7, 17]) == {7: "7", 17: "17"}
    assert numbers([]) == {}


async def test_done_takes_an_item_away_by_its_short_number_and_no_other(world: World):
    ada = await volunteer(world, "Ada")
    for words in ("my landlord is selling the flat", "and the cat is ill"):
        await ada.texts(words)
    first, _ = numbers_shown(world)
    with world.service.database.writing() as connection:
        assert finish(connection, first, world.clock()) == f"Item {first} is marked as done."
    assert "the cat is ill" in waiting(world)
    assert "landlord" not in waiting(world)
    with world.service.database.reading() as connection, pytest.raises(NoSuchItem, match=f"No item {first} waits"):
        finish(connection, first, world.clock())


def test_done_refuses_what_several_items_end_in(database: Database):
    at = A_MONDAY
    with database.writing() as connection:
        rows = [{"id": 330112340816, "why": "human", "at": at}, {"id": 330112350816, "why": "human", "at": at}]
        connection.execute(insert(INBOX), rows)
        with pytest.raises(NoSuchItem, match="Several items end in 0816: 40816, 50816"):
            finish(connection, "0816", at)
        assert len(ids_waiting(connection)) == 2


@pytest.mark.parametrize("typed", ["9999", "ada", "", "-1"])
def test_done_of_what_is_not_there_says_so_and_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str):
    monkeypatch.setenv("ALONGSIDE_TELEGRAM__TOKEN", "4242:hush")
    config = tmp_path / "config.toml"
    config.write_text(f'{TABLES}[database]\nurl = "sqlite:///{tmp_path}/a.sqlite3"\n', encoding="utf-8")
    told = CliRunner().invoke(app, ["inbox", "--config", str(config), f"--done={typed}"])
    assert told.exit_code == 1
    assert "waits for a person. `alongside inbox` shows the numbers." in told.output


# -- how people are ------------------------------------------------------------------------------------


async def test_low_check_ins_are_seen_without_a_wish_for_a_call_the_lowest_first(world: World):
    ada, cai, eve = [await volunteer(world, name) for name in ("Ada", "Cai", "Eve")]
    await world.later(timedelta(days=7))
    for who, words in ((ada, "2 bit tired"), (cai, "1 cant sleep"), (eve, "4 fine")):
        await who.texts(words)
    await ada.texts("no thanks")
    told = how_people_are(world)
    assert waiting(world).startswith("Waiting for a person: nothing")
    assert re.search(rf"1 of 5  Mon 09 Mar \d\d:\d\d  Cai, SMS \{cai.person.address}\n      “1 cant sleep”", told)
    assert told.index("1 of 5") < told.index("2 of 5")
    assert "Eve" not in told
    await world.later(timedelta(days=15))
    assert "Ada" not in how_people_are(world)
