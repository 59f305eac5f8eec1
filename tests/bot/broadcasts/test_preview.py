"""A look at a broadcast before it goes: what each will see, what it costs, and what to think about."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.broadcasts.cautions import SHORTENERS
from bot.projects.keeping import NotDone
from bot.simulation import World
from storage.desk import PERSON
from tests.bot.broadcasts.cast import NEWS, NEWYDDION, Bo, spends
from tests.bot.cast import volunteer


async def test_each_channel_and_language_is_shown_with_names_parts_and_cost(world: World):
    await volunteer(world, "Ada")
    await volunteer(world, "Flo")
    await volunteer(world, "Dee", "telegram", "cy")
    spends(world, pence_per_part=4, monthly_budget_pounds=10)
    bo = Bo(world)
    seen = bo.looks_at(bo.writes(NEWS + " Tea and cake for all." * 6, cy=NEWYDDION))
    sms, telegram = seen.versions
    assert (sms.channel, sms.language, sms.people, sms.encoding, sms.fewest, sms.parts) == (
        "sms",
        "en",
        2,
        "GSM-7",
        2,
        4,
    )
    assert sms.text.startswith("Hello Ada. The garden")
    assert (telegram.channel, telegram.language, telegram.text) == (
        "telegram",
        "cy",
        NEWYDDION.replace("{name}", "Dee"),
    )
    assert telegram.parts == 0
    assert (seen.parts, seen.pence) == (4, 16)
    said = "\n".join(seen.lines())
    assert "SMS, English, 2 people, 2 parts each (GSM-7):" in said
    assert "Telegram, Welsh, 1 person:" in said
    assert "Cost: 4 SMS parts, £0.16, and £" in said


async def test_the_short_form_goes_by_sms_and_accents_that_cost_double_are_left_out_of_our_words(world: World):
    await volunteer(world, "Siân", language="cy")
    bo = Bo(world)
    [version] = bo.looks_at(bo.writes("Mae'r tŷ yn agor, {name}. Dewch!", sms="Mae'r tŷ yn agor.")).versions
    assert (version.text, version.encoding) == ("Mae'r ty yn agor.", "GSM-7")


async def test_what_a_month_has_cost_is_taken_off_its_money(world: World):
    await volunteer(world, "Ada")
    spends(world, pence_per_part=100, monthly_budget_pounds=100)
    bo = Bo(world)
    before = bo.looks_at(bo.writes()).purse.parts
    assert before > 0  # joining cost something already
    await bo.sends()
    assert bo.looks_at(bo.writes()).purse.parts == before + 1
    world.clock.forward(timedelta(days=31))
    assert bo.looks_at(bo.writes()).purse.parts == 0


async def test_what_the_month_cannot_pay_does_not_go(world: World):
    ada = await volunteer(world, "Ada")
    spends(world, pence_per_part=100, monthly_budget_pounds=1)
    bo = Bo(world)
    number = bo.writes()
    with pytest.raises(NotDone, match=r"it costs £1\.00, and £0\.00 is left"):
        await bo.confirms(number)
    assert await ada.looks() == []


@pytest.mark.parametrize(
    ("words", "caution"),
    [
        ("Tea at 3. " * 60, "it takes up to"),
        ("Come on Sunday \N{SPARKLES}", "dearer alphabet"),
        ("More at https://bit.ly/3abc", "shortened link"),
        ("If you can't come reply CANCEL", "takes it for STOP"),
        ("Reply YES to come", "acts on YES"),
    ],
)
async def test_what_to_think_about_is_said(world: World, words: str, caution: str):
    await volunteer(world, "Ada")
    bo = Bo(world)
    [said] = bo.looks_at(bo.writes(words)).warnings
    assert caution in said


@pytest.mark.parametrize(
    "words", [NEWS, "Cancel the tea, the end is near", "https://example.org/a/bit.ly", "robot.ly/x"]
)
async def test_ordinary_words_need_no_thought(world: World, words: str):
    await volunteer(world, "Ada")
    bo = Bo(world)
    assert bo.looks_at(bo.writes(words)).warnings == ()


async def test_every_known_shortener_is_noticed(world: World):
    await volunteer(world, "Ada")
    bo = Bo(world)
    for host in SHORTENERS:
        assert bo.looks_at(bo.writes(f"See {host}/x1")).warnings, host


async def test_somebody_whose_language_is_missing_is_noticed(world: World):
    await volunteer(world, "Dee", language="cy")
    bo = Bo(world)
    assert bo.looks_at(bo.writes()).warnings == ("1 of them is written to in Welsh, and would get it in English.",)


async def test_the_night_and_their_quiet_hours_are_noticed(world: World):
    await volunteer(world, "Ada")
    world.clock.forward(timedelta(hours=12))
    bo = Bo(world)
    assert bo.looks_at(bo.writes()).warnings == (
        "it begins at 22:00, in the night.",
        "1 of them has quiet hours then; they get it when these are over.",
    )


@pytest.mark.parametrize("words", ["Hello {nmae}", "Hello {", "", "Hello {name.x}"])
async def test_words_that_cannot_be_filled_in_are_refused(world: World, words: str):
    with pytest.raises(NotDone):
        Bo(world).writes(words)


async def test_what_no_text_message_can_hold_is_refused(world: World):
    await volunteer(world, "Ada")
    bo = Bo(world)
    assert "longer than 1,600 letters" in bo.looks_at(bo.writes("tea " * 500)).blockers[0]


async def test_somebody_without_a_name_is_spoken_to_kindly(world: World):
    ada = await volunteer(world, "Ada")
    with world.service.database.writing() as connection:
        connection.execute(PERSON.update().values(called=None))
    await Bo(world).sends()
    assert await ada.looks() == ["Hello there. The garden opens on Sunday at 10."]
