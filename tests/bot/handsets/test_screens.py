"""What a simulated phone shows: both sides in order, and nothing that was taken out of the chat."""

from __future__ import annotations

from pathlib import Path

from bot.simulation import HARBOUR_HOUSE, World, feedback_in


async def test_a_screen_shows_both_sides_in_order_with_their_times(world: World):
    ada = world.people["Ada"]
    await world.text(ada, "MENU")
    asked, answered = world.handsets["sms"].screens[ada.address]
    assert (asked.text, asked.bubble, asked.at) == ("MENU", None, world.clock())
    assert (answered.text, answered.at) == (answered.bubble.text, world.clock())
    assert answered.bubble.cost == "1 part, about 4p"


async def test_a_tapped_button_stands_there_with_its_label(world: World):
    dee = world.people["Dee"]
    await world.text(dee, "DEWISLEN")
    await world.tap(dee, "Dweud sut ydw i")
    assert [line.text for line in world.handsets["telegram"].screens[dee.address] if line.bubble is None] == [
        "DEWISLEN",
        "Dweud sut ydw i",
    ]


async def test_wiped_feedback_is_on_no_screen(tmp_path: Path):
    async with World(tmp_path / "w.sqlite3", HARBOUR_HOUSE, feedback=feedback_in(tmp_path / "feedback")) as world:
        dee = await world.add("Dee", "telegram")
        for words in ("FEEDBACK", "the door is locked at four", "WIPE"):
            await world.text(dee, words)
        screen = world.handsets["telegram"].screens[dee.address]
        assert not any("the door is locked" in line.text for line in screen)
        assert not any("FEEDBACK" in line.text for line in screen if line.bubble is None)


async def test_whoever_looks_on_is_told_of_every_line(world: World):
    told = []
    world.handsets["sms"].on_news = lambda: told.append(1)
    await world.text(world.people["Ada"], "MENU")
    assert len(told) == 2
