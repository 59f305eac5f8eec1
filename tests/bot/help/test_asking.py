"""HELP and the places that help: what somebody needs, and where they are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.directory.keeping import import_directory
from bot.house import House
from bot.simulation import World
from storage.database import Database
from storage.desk import CHECK_IN, INBOX
from tests.bot.cast import meet, rows, volunteer
from tests.bot.help.cast import HEADER, NOW, TRUST

# -- HELP alone -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["sms", "telegram"])
async def test_help_alone_gives_the_lines_and_what_can_be_asked_and_tells_nobody(world: World, channel: str):
    ada = await volunteer(world, "Ada", channel)
    await ada.texts("HELP")
    ada.hears("help.lines", "help.tell")
    await ada.texts("SKIP")
    ada.hears("help.told-nobody")
    assert rows(world, INBOX, "why") == []


async def test_help_alone_costs_two_parts(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("HELP")
    assert [bubble.parts for bubble in ada.shown] == [2]


@pytest.mark.parametrize("words", ["1", "yes please", "please", "tell someone", "talk to someone"])
async def test_a_wish_to_tell_somebody_is_passed_on(world: World, words: str):
    ada = await volunteer(world, "Ada")
    for each in ("HELP", words):
        await ada.texts(each)
    ada.hears("help.told")
    assert rows(world, INBOX, "why") == [("human",)]


async def test_a_tapped_button_tells_a_person(world: World):
    ada = await volunteer(world, "Ada", "telegram")
    await ada.texts("/help")
    await ada.taps("Tell a person")
    ada.hears("help.told")


@pytest.mark.parametrize("words", ["housing brighton", "HELP housing Brighton", "housing in Brighton please"])
async def test_what_they_need_can_be_the_answer(town: World, words: str):
    ada = await volunteer(town, "Ada")
    await ada.texts("HELP")
    [said] = await ada.texts(words)
    assert "1. Harbour Housing Trust: 0117 496 0400" in said
    assert rows(town, INBOX, "why") == []


async def test_northern_ireland_is_not_sent_to_111(database: Database):
    async with World(database, House(nation="northern-ireland")) as world:
        ada = await volunteer(world, "Ada")
        [said] = await ada.texts("HELP")
    assert "111" not in said
    assert "0808 808 8000" in said


# -- HELP with words behind it ----------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["sms", "telegram"])
async def test_help_with_words_answers_at_once_with_three_places_and_one_for_any_hour(town: World, channel: str):
    ada = await volunteer(town, "Ada", channel)
    [said] = await ada.texts("HELP housing Brighton")
    lines = said.splitlines()
    assert lines[0] == "1. Harbour Housing Trust: 0117 496 0400, open now until 5pm"
    assert [line[:2] for line in lines[:3]] == ["1.", "2.", "3."]
    assert "open day and night" in lines[2]
    ada.hears("places.wrong")
    assert rows(town, INBOX, "why") == []


async def test_what_is_open_now_comes_first_and_a_line_for_any_hour_is_always_there(world: World, feed):
    late = TRUST.replace("Harbour Housing Trust", "Late Beds").replace("9-5", "17:00-23:00").replace("400", "499")
    import_directory(world.service.database, feed(HEADER + TRUST + late), NOW)
    ada = await volunteer(world, "Ada")
    world.clock.forward(timedelta(hours=8))
    [said] = await ada.texts("HELP housing Brighton")
    assert said.splitlines()[:3] == [
        "1. Late Beds: 0117 496 0499, open now until 11pm",
        "2. Harbour Housing Trust: 0117 496 0400, opens tomorrow 9am",
        "3. Samaritans: 116 123, open day and night",
    ]


async def test_dee_asks_in_welsh(town: World):
    dee = await volunteer(town, "Dee", "telegram", "cy")
    [said] = await dee.texts("CYMORTH tai Abertawe")
    assert said.startswith("1. Cartrefi: 029 2018 0540, ar agor nawr tan 5pm")
    assert "Citizens Advice Advicelink Cymru" in said, "Swansea is in Wales"
    dee.hears("places.wrong")


@pytest.mark.parametrize(
    "words", ["help drink", "Help: drinking", "i need help with drink", "INFO alcohol", "/help drink", "help drnking"]
)
async def test_there_are_many_ways_to_ask(world: World, words: str):
    ada = await volunteer(world, "Ada")
    [said] = await ada.texts(words)
    assert said.startswith("1. Drinkline: 0300 123 1110")


async def test_a_stranger_may_ask_too(world: World):
    stranger = await meet(world, "Zed")
    await stranger.texts("help debt")
    stranger.hears("places.found")


async def test_where_nothing_is_known_it_says_so(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("help work")
    ada.hears("places.only")


async def test_help_food_names_a_line_that_gives_vouchers_and_says_who_else_does(world: World):
    ada = await volunteer(world, "Ada")
    [said] = await ada.texts("HELP food")
    assert "Help through Hardship: 0808 208 2138, ask about a food bank voucher" in said
    assert [bubble.parts for bubble in ada.shown] == [2]
    ada.hears("places.food")
    ada.does_not_hear("places.only")


async def test_that_line_is_not_given_where_it_does_not_answer(database: Database):
    async with World(database, House(name="Harbour House", nation="scotland")) as world:
        ada = await volunteer(world, "Ada")
        [said] = await ada.texts("HELP food")
        assert "0808 208 2138" not in said
        ada.hears("places.food")


async def test_a_word_that_names_no_topic_gets_the_lines_and_a_person(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("help plonk")
    ada.hears("help.lines", "help.unknown")
    assert [bubble.parts for bubble in ada.shown] == [2]
    assert rows(world, INBOX, "why", "note") == [("asked for help", "plonk")]


async def test_somebody_who_writes_more_is_read_by_a_person(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("help the heating in the hall is off again")
    ada.hears("house.passed-on")


async def test_danger_goes_before_help(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("help i want to kill myself")
    ada.hears("safety.suicide_selfharm")
    ada.does_not_hear("places.wrong")


async def test_help_is_not_offered_to_somebody_who_has_just_asked_for_it(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("HELP suicide")
    ada.hears("places.found")
    ada.does_not_hear("safety.offer")


# -- where they are ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["Brighton", "im in brigton", "BN1 4GQ"])
async def test_the_town_is_asked_where_it_makes_a_difference(town: World, answer: str):
    ada = await volunteer(town, "Ada")
    await ada.texts("help housing")
    ada.hears("help.town")
    [said] = await ada.texts(answer)
    assert said.startswith("1. Harbour Housing Trust")


async def test_the_town_is_not_asked_where_no_local_place_is_about_it(town: World):
    ada = await volunteer(town, "Ada")
    await ada.texts("help gambling")
    ada.hears("places.found")


async def test_skip_leaves_the_town_out(town: World):
    ada = await volunteer(town, "Ada")
    await ada.texts("help housing")
    [said] = await ada.texts("SKIP")
    assert said.startswith("1. Shelter: 0808 800 4444")
    ada.does_not_hear("places.elsewhere")


async def test_an_unknown_town_is_named_and_lines_for_its_country_are_given(town: World):
    ada = await volunteer(town, "Ada")
    await ada.texts("help housing")
    await ada.texts("Plonkton")
    ada.hears("help.nation")
    [said] = await ada.texts("scotland")
    ada.hears("places.elsewhere")
    assert "Plonkton" in said
    assert "Shelter Scotland" in said
    assert "Brighton" not in said


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("HELP housing Cardiff", "Shelter Cymru: 08000 495 495"),
        ("help housing in swansee", "Shelter Cymru: 08000 495 495"),
        ("CYMORTH tai Caerdydd", "Shelter Cymru: 08000 495 495"),
        ("HELP housing Belfast", "Housing Rights: 028 9024 5640"),
        ("help homeless glasgow", "Shelter Scotland: 0808 800 4444"),
        ("HELP housing Leeds", "Shelter: 0808 800 4444"),
    ],
)
async def test_a_town_tells_the_nation_where_no_local_place_is_known(world: World, words: str, line: str):
    ada = await volunteer(world, "Ada")
    [said] = await ada.texts(words)
    assert line in said
    shelters = ("Shelter: ", "Shelter Cymru: ", "Shelter Scotland: ", "Housing Rights: ")
    assert [each for each in shelters if each in said] == [line.partition(" 0")[0] + " "]


@pytest.mark.parametrize("place", ["Newport", "Bangor", "SY23 1AA"])
async def test_where_the_place_does_not_tell_it_the_nation_is_asked(world: World, place: str):
    ada = await volunteer(world, "Ada")
    await ada.texts(f"HELP housing {place}")
    ada.hears("help.nation")
    [said] = await ada.texts("2")
    assert "Shelter Cymru: 08000 495 495" in said
    assert "Shelter: " not in said


async def test_skip_leaves_it_at_the_nation_of_the_charity(database: Database):
    async with World(database, House(name="Harbour House", nation="wales")) as world:
        ada = await volunteer(world, "Ada")
        await ada.texts("HELP housing Newport")
        [said] = await ada.texts("SKIP")
        assert "Shelter Cymru" in said


async def test_a_town_of_a_local_place_is_not_asked_about(world: World, feed):
    import_directory(world.service.database, feed(HEADER + TRUST.replace("Brighton,BN1 3XG", "Newport,")), NOW)
    ada = await volunteer(world, "Ada")
    [said] = await ada.texts("HELP housing Newport")
    assert said.startswith("1. Harbour Housing Trust")


@pytest.mark.parametrize(
    "words", ["HELP housing mold in my flat", "help work", "HELP drink working", "HELP debt march"]
)
async def test_an_ordinary_word_is_no_town(world: World, words: str):
    ada = await volunteer(world, "Ada")
    await ada.texts(words)
    ada.does_not_hear("help.nation")
    assert "Cymru" not in ada.shown[-1].text


async def test_danger_in_the_answer_stands_alone(town: World):
    ada = await volunteer(town, "Ada")
    await ada.texts("help housing")
    [said] = await ada.texts("brighton and i want to kill myself")
    ada.hears("safety.suicide_selfharm")
    assert "Housing Trust" not in said


# -- giving way -------------------------------------------------------------------------------------------


async def test_help_with_words_does_not_kill_a_check_in(world: World):
    ada = await volunteer(world, "Ada")
    for words in ("MENU", "1", "4"):
        await ada.texts(words)
    await ada.texts("HELP drink")
    ada.hears("places.found", "house.back-to", "check-in.note")
    await ada.texts("help with my rent")
    assert rows(world, CHECK_IN, "note") == [("help with my rent",)]


async def test_a_number_after_the_places_answers_the_question_that_came_back(world: World):
    ada = await volunteer(world, "Ada")
    for words in ("MENU", "1", "HELP drink", "2"):
        await ada.texts(words)
    assert ada.shown
    await ada.texts("SKIP")
    await ada.texts("SKIP")
    assert rows(world, CHECK_IN, "mood") == [(2,)]


async def test_another_help_takes_the_place_of_the_first(town: World):
    ada = await volunteer(town, "Ada")
    for words in ("HELP", "HELP housing", "HELP"):
        await ada.texts(words)
    await ada.texts("SKIP")
    ada.hears("help.told-nobody")
    ada.does_not_hear("house.back-to")
