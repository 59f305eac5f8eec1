"""CONTACT: how somebody would like to be reached, and one person they trust, by consent and removable."""

from __future__ import annotations

import pytest

from bot.contact.showing import about_lines
from bot.people import NobodyMeant
from bot.simulation import World
from storage.contact import WISH
from tests.bot.cast import Someone, rows, volunteer
from tests.bot.projects.cast import bo_does

CHANNELS = pytest.mark.parametrize("channel", ["sms", "telegram"])
TRUSTED = ("trusted_name", "trusted_number", "trusted_when")


async def says(someone: Someone, *words: str) -> None:
    for each in words:
        await someone.texts(each)


@CHANNELS
async def test_the_way_and_a_trusted_person_are_kept_and_shown_to_a_coordinator(world: World, channel: str):
    ada = await volunteer(world, "Ada", channel)
    await ada.texts("CONTACT")
    ada.hears("contact.way")
    await says(ada, "4", "1", "Eve my sister")
    ada.hears("contact.agreed")
    await says(ada, "1", "it is 07700 900 123", "if i am silent for a week")
    ada.hears("contact.kept")
    said = bo_does(world, lambda c: about_lines(c, "Ada"))
    assert said[1:] == [
        "  likes to be reached with their support worker",
        "  trusts Eve my sister, 07700900123, whom you may ring: if i am silent for a week",
    ]


async def test_nobody_is_kept_who_does_not_know_of_it(world: World):
    ada = await volunteer(world, "Ada")
    await says(ada, "CONTACT", "1", "1", "Eve", "2")  # their number is not even asked
    ada.hears("contact.not-kept")
    assert rows(world, WISH, "way", *TRUSTED) == [("text", None, None, None)]


async def test_what_is_no_number_is_asked_again_and_skipping_it_keeps_nobody(world: World):
    dee = await volunteer(world, "Dee", "telegram", "cy")
    await says(dee, "CYSYLLTU", "2", "1", "Efa", "1", "dim syniad")
    assert dee.shown
    await dee.texts("SGIP")
    dee.hears("contact.not-kept")
    assert rows(world, WISH, "way", *TRUSTED) == [("call", None, None, None)]


async def test_a_trusted_person_can_be_changed_and_taken_away(world: World):
    ada = await volunteer(world, "Ada")
    await says(ada, "CONTACT", "SKIP", "1", "Eve", "1", "07700 900123", "SKIP")
    await says(ada, "CONTACT", "face to face")
    ada.hears("contact.trusted", "contact.trusted-now")
    await says(ada, "2", "Jo", "1", "+44 7700 900124", "at night")
    assert rows(world, WISH, "way", *TRUSTED) == [("face", "Jo", "+447700900124", "at night")]
    await says(ada, "CONTACT", "SKIP", "3")
    ada.hears("contact.removed")
    assert rows(world, WISH, "way", *TRUSTED) == [("face", None, None, None)]
    assert len(bo_does(world, lambda c: about_lines(c, "Ada"))) == 2


async def test_nobody_else_is_shown(world: World):
    await volunteer(world, "Ada")
    with pytest.raises(NobodyMeant):
        bo_does(world, lambda c: about_lines(c, "Zed"))
    assert bo_does(world, lambda c: about_lines(c, "Ada"))[1] == "  has not said how to reach them"


async def test_danger_goes_first_and_is_nobodys_name(world: World):
    ada = await volunteer(world, "Ada")
    await says(ada, "CONTACT", "1", "1", "nobody, i want to kill myself")
    ada.hears("safety.suicide_selfharm")
