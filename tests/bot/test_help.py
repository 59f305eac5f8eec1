"""HELP and the places that help: what somebody needs, where they are, and a number that does not work."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.checking import notes
from bot.cli import app
from bot.config import read_config
from bot.directory import keeping
from bot.directory.keeping import import_directory, remove_directory
from bot.house import House
from bot.places import MOST_PLACES, Places, from_json, to_json
from bot.simulation import World
from flows.help import LOOSELY, WRONG_NUMBER, words_behind
from flows.signposts import Signpost, uk_signposts
from flows.words import Words
from storage.database import Database
from storage.desk import CHECK_IN, INBOX
from storage.places import PLACE, every_place, replace_places
from tests.bot.cast import meet, rows, volunteer
from tests.bot.test_directory import VERSION_3, page

HEADER = "name,topics,phone,hours,town,postcode,checked on\n"
TRUST = "Harbour Housing Trust,housing,0117 496 0400,Mon-Fri 9-5,Brighton,BN1 3XG,2026-02-01\n"
KITCHEN = "Hot Meals,food,0117 496 0111,Mon 9-11,Brighton,BN1 2PA,2025-02-01\n"
TAI = "Cartrefi,tai,029 2018 0540,Mon-Fri 9-5,Abertawe,SA1 1AA,2026-02-01\n"
BAD = "Nowhere,housing,not a number,,,,\n"
MOSTLY_BAD = TAI + "".join(BAD.replace("Nowhere", f"Nowhere {n}") for n in range(2))
LOCAL = HEADER + TRUST + KITCHEN + TAI
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.fixture
def feed(tmp_path: Path):
    """A file with these words in it, always at the same place."""

    def write(content: str, name: str = "local.csv") -> str:
        (tmp_path / name).write_text(content, encoding="utf-8")
        return str(tmp_path / name)

    return write


@pytest.fixture
async def town(world: World, feed) -> World:
    """A world whose charity knows places in Brighton and Swansea."""
    import_directory(world.service.database, feed(LOCAL), NOW)
    return world


@pytest.fixture
def config_path(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALONGSIDE_TELEGRAM__TOKEN", "1:hush")
    path = tmp_path / "config.toml"
    path.write_text(
        f'[organisation]\nname = "Harbour House"\n[database]\nurl = "{database_url}"\n[telegram]\n'
        '[safeguarding]\nmode = "signpost only"\n',
        encoding="utf-8",
    )
    return path


def alongside(path: Path, *arguments: str):
    return CliRunner().invoke(app, [*arguments, "--config", str(path)], env={"COLUMNS": "200"})


# -- HELP alone ----------------------------------------------------------------------------------------


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


# -- HELP with words behind it -------------------------------------------------------------------------


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
    await ada.texts("help the heating in the hall has been off since this morning")
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


# -- where they are ------------------------------------------------------------------------------------


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


# -- giving way ----------------------------------------------------------------------------------------


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


# -- a number that does not work -----------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["sms", "telegram"])
async def test_wrong_2_reaches_the_coordinators_with_the_name_of_the_place(town: World, channel: str):
    ada = await volunteer(town, "Ada", channel)
    [said] = await ada.texts("HELP housing Brighton")
    second = said.splitlines()[1].removeprefix("2. ").partition(":")[0]
    await ada.texts("WRONG 2")
    ada.hears("places.reported")
    [(why, note)] = rows(town, INBOX, "why", "note")
    assert why == "a number does not work"
    assert note.startswith(f"{second}: ")


async def test_a_local_place_is_named_with_its_source(town: World):
    ada = await volunteer(town, "Ada")
    for words in ("HELP housing Brighton", "wrong number 1"):
        await ada.texts(words)
    [(note,)] = rows(town, INBOX, "note")
    assert note.startswith("Harbour Housing Trust: 0117 496 0400 (local.csv:")


async def test_dee_reports_in_welsh(town: World):
    dee = await volunteer(town, "Dee", language="cy")
    for words in ("CYMORTH tai Abertawe", "anghywir 1"):
        await dee.texts(words)
    dee.hears("places.reported")
    assert len(rows(town, INBOX, "note")) == 1


async def test_wrong_is_understood_even_where_any_words_would_be_an_answer(world: World):
    ada = await volunteer(world, "Ada")
    for words in ("MENU", "1", "4", "HELP drink", "WRONG 1"):
        await ada.texts(words)
    ada.hears("places.reported")
    await ada.texts("tidy thanks")
    assert rows(world, CHECK_IN, "note") == [("tidy thanks",)]
    assert [why for (why,) in rows(world, INBOX, "why")] == ["a number does not work"]


async def test_wrong_is_understood_beside_a_question_for_a_number(world: World):
    ada = await volunteer(world, "Ada")
    for words in ("MENU", "1", "HELP drink", "WRONG 2"):
        await ada.texts(words)
    ada.hears("places.reported")
    assert rows(world, CHECK_IN, "mood") == []


@pytest.mark.parametrize("words", ["WRONG", "WRONG 7"])
async def test_which_one_is_asked_where_it_is_not_clear(world: World, words: str):
    ada = await volunteer(world, "Ada")
    for each in ("HELP drink", words):
        await ada.texts(each)
    ada.hears("places.which")
    assert rows(world, INBOX, "why") == []


@pytest.mark.parametrize("words", ["WRONG", "WRONG 2", "wrong number"])
async def test_wrong_by_itself_is_read_by_a_person(world: World, words: str):
    ada = await volunteer(world, "Ada")
    await ada.texts(words)
    ada.hears("house.passed-on")


async def test_what_was_shown_a_day_ago_is_no_longer_meant(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("HELP drink")
    world.clock.forward(timedelta(days=1, minutes=1))
    await ada.texts("WRONG 2")
    ada.hears("house.passed-on")


# -- which words are HELP and WRONG --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name", "behind"),
    [
        ("HELP housing Brighton", "HELP", "housing Brighton"),
        ("cymorth tai abertawe", "HELP", "tai abertawe"),
        ("/help@AlongsideBot drink", "HELP", "drink"),
        ("help me please food", "HELP", "food"),
        ("cymorht tai", "HELP", "tai"),
        ("INFO: alcohol", "HELP", "alcohol"),
        ("help with my rent", LOOSELY, "with my rent"),
        ("help plonk", LOOSELY, "plonk"),
        ("WRONG 2", WRONG_NUMBER, "2"),
        ("wrong, no. 3", WRONG_NUMBER, "3"),
        ("Anghywir rhif 2!", WRONG_NUMBER, "2"),
    ],
)
def test_words_behind_a_word_of_ours_are_understood(text: str, name: str, behind: str):
    found = words_behind(text, Words.load())
    assert found is not None
    assert (found.keyword.name, found.behind) == (name, behind)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "HELP",
        "WRONG",
        "wrong number",
        "wrong 12",
        "wrong on 2 counts",
        "helpful people",
        "housing help",
        "help 1 2 3 4 5 6",
    ],
)
def test_other_words_are_not(text: str):
    assert words_behind(text, Words.load()) is None


# -- taking a directory in -----------------------------------------------------------------------------


def test_every_problem_is_told_with_its_place_and_the_good_ones_are_stored(database: Database, feed):
    told = list(import_directory(database, feed(HEADER + BAD + TRUST), NOW).lines())
    assert told[0].startswith("row 2: ")
    assert told[-2:] == ["1 places read, 1 left out.", "1 places stored; there were 0 before."]


def test_a_dry_run_stores_nothing(database: Database, feed):
    imported = import_directory(database, feed(LOCAL), NOW, dry_run=True)
    assert (imported.after, imported.is_broken) == (3, False)
    assert "A dry run: nothing was stored. 3 places would take the place of 0." in imported.lines()
    with database.reading() as connection:
        assert every_place(connection, 10) == []


@pytest.mark.parametrize("broken", ["", "name\n", HEADER, HEADER + BAD * 2, "\0\0", HEADER + MOSTLY_BAD])
def test_a_bad_feed_keeps_the_good(database: Database, feed, broken: str):
    import_directory(database, feed(LOCAL), NOW)
    before = kept(database)
    imported = import_directory(database, feed(broken), NOW)
    assert imported.is_broken
    assert kept(database) == before
    assert "nothing was stored. The 3 places from before stay." in list(imported.lines())[-1]


def kept(database: Database) -> list[str]:
    with database.reading() as connection:
        return every_place(connection, 100)


def test_an_entry_that_is_faulty_now_stays_as_it_was(database: Database, feed):
    import_directory(database, feed(LOCAL), NOW)
    faulty = TRUST.replace("0117 496 0400", "ask")
    assert import_directory(database, feed(HEADER + faulty + KITCHEN + TAI), NOW).after == 3
    assert any("0117 496 0400" in content for content in kept(database))


def test_a_file_of_the_standard_is_taken_in(database: Database, feed):
    imported = import_directory(database, feed(page(VERSION_3).decode(), "services.json"), NOW)
    assert (imported.after, from_json(kept(database))[0].name) == (1, "First Base Day Centre")


def test_a_data_package_is_called_after_its_folder(database: Database, tmp_path: Path):
    folder = tmp_path / "sussex"
    folder.mkdir()
    (folder / "service.csv").write_text("id,name\ns1,Food bank\n")
    (folder / "phone.csv").write_text("id,service_id,number\np1,s1,0117 496 0111\n")
    (folder / "datapackage.json").write_text(
        json.dumps({"resources": [{"name": name, "path": f"{name}.csv"} for name in ("service", "phone")]})
    )
    for where in (folder, folder / "datapackage.json"):
        import_directory(database, str(where), NOW)
    with database.reading() as connection:
        assert [(row.source, row.places) for row in keeping.place_sources(connection)] == [("sussex", 1)]


def test_an_address_is_fetched_and_is_the_source(database: Database):
    asked: list[str] = []

    def get(address: str) -> bytes:
        asked.append(address)
        return page(VERSION_3, last_page=True)

    imported = import_directory(database, "https://example.org/services", NOW, get=get)
    assert imported.after == 1
    assert all(address.startswith("https://example.org/services") for address in asked)
    assert rows_of(database) == [("https://example.org/services", "s1")]


def rows_of(database: Database) -> list[tuple[str, str]]:
    with database.reading() as connection:
        return [tuple(row) for row in connection.execute(PLACE.select().with_only_columns(*PLACE.primary_key.columns))]


def test_an_address_that_does_not_answer_keeps_the_good(database: Database):
    def get(address: str) -> bytes:
        raise TimeoutError("too slow")

    imported = import_directory(database, "https://example.org/services", NOW, get=get)
    assert imported.is_broken
    assert "cannot be fetched" in next(imported.lines())


@pytest.mark.parametrize("entry", uk_signposts(), ids=lambda entry: entry.id)
def test_a_signpost_comes_back_from_storage_as_it_was(entry: Signpost):
    assert from_json([to_json(entry)]) == (entry,)


def test_a_place_that_cannot_be_read_is_left_out_and_logged_without_its_words(caplog: pytest.LogCaptureFixture):
    good = to_json(Signpost("a", "Good Place", checked_on=date(2026, 1, 1)))
    assert [entry.id for entry in from_json(['{"id": "b", "name": 7}', "{", good])] == ["a"]
    assert caplog.messages == ["place unreadable"] * 2
    assert "Good" not in caplog.text


async def test_an_import_is_seen_at_the_next_help_without_a_restart(world: World, feed):
    ada = await volunteer(world, "Ada")
    await ada.texts("HELP housing Brighton")
    import_directory(world.service.database, feed(HEADER + TRUST), NOW)
    [said] = await ada.texts("HELP housing Brighton")
    assert said.startswith("1. Harbour Housing Trust: 0117 496 0400")
    import_directory(world.service.database, feed(HEADER + TRUST.replace("496 0400", "496 0499")), NOW)
    [said] = await ada.texts("HELP housing Brighton")
    assert said.startswith("1. Harbour Housing Trust: 0117 496 0499")


async def test_a_source_that_is_removed_is_gone_at_the_next_help_and_the_others_stay(town: World, feed):
    database = town.service.database
    import_directory(database, feed(HEADER + TRUST.replace("Harbour", "Second"), "other.csv"), NOW)
    ada = await volunteer(town, "Ada")
    [said] = await ada.texts("HELP housing Brighton")
    assert "Harbour Housing Trust" in said
    was_there, _ = remove_directory(database, "local.csv")
    assert was_there
    [said] = await ada.texts("HELP housing Brighton")
    assert "Harbour Housing Trust" not in said
    assert "Second Housing Trust" in said
    remove_directory(database, "other.csv")
    [said] = await ada.texts("HELP housing Brighton")
    assert "Housing Trust" not in said
    assert said.startswith("1. "), "the national lines stay"


def test_places_are_read_once_for_each_import(database: Database, feed):
    import_directory(database, feed(LOCAL), NOW)
    places = Places()
    with database.reading() as connection:
        first = places.known(connection, "")
        assert places.known(connection, "") is first
    import_directory(database, feed(HEADER + TRUST), NOW)
    with database.reading() as connection:
        assert places.known(connection, "").local_topics == {"housing", "homeless"}


def test_more_places_than_are_looked_through_are_left_out_and_it_says_so(database: Database, feed):
    many = {f"{n:05}": to_json(Signpost(f"{n}", "Many", topics=("food",), place="Hove")) for n in range(MOST_PLACES)}
    with database.writing() as connection:
        replace_places(connection, "a feed", many, NOW)
    imported = import_directory(database, feed(LOCAL), NOW)
    assert list(imported.lines())[-1] == (
        "HELP looks through 2,000 of your 2,003 places. Import a smaller area to have all."
    )
    with database.reading() as connection:
        assert "brighton" not in Places().known(connection, "").directory.towns


# -- the command line ----------------------------------------------------------------------------------


def test_the_command_line_imports_and_lists(config_path: Path, feed):
    tried = alongside(config_path, "directory", "import", feed(LOCAL), "--dry-run")
    assert (tried.exit_code, "nothing was stored" in tried.output) == (0, True)
    done = alongside(config_path, "directory", "import", feed(LOCAL))
    assert (done.exit_code, "3 places stored; there were 0 before." in done.output) == (0, True)
    broken = alongside(config_path, "directory", "import", feed(HEADER + BAD))
    assert (broken.exit_code, "stay." in broken.output) == (1, True)
    listed = alongside(config_path, "directory", "list").output
    assert "Harbour Housing Trust" in listed
    assert "Samaritans" in listed
    assert "local.csv: 3 places, imported" in listed


def test_the_command_line_removes_a_source(config_path: Path, feed):
    path = feed(LOCAL)
    told = alongside(config_path, "directory", "remove", "local.csv")
    assert (told.exit_code, "No directory has been imported." in told.output) == (1, True)
    alongside(config_path, "directory", "import", path)
    told = alongside(config_path, "directory", "remove", "lokal.csv")
    assert told.exit_code == 1
    assert "There is no source called lokal.csv. There are:\n- local.csv: 3 places" in told.output
    told = alongside(config_path, "directory", "remove", path)
    assert (told.exit_code, "local.csv and its 3 places are removed." in told.output) == (0, True)
    listed = alongside(config_path, "directory", "list").output
    assert "local.csv" not in listed
    assert "Harbour Housing Trust" not in listed
    assert "Samaritans" in listed


def test_check_notes_what_nobody_has_checked_for_90_days_and_a_missing_council_number(config_path: Path, feed):
    alongside(config_path, "directory", "import", feed(LOCAL))
    config = read_config(config_path)
    unchecked, council, *_ = notes(config, datetime(2026, 4, 20, tzinfo=UTC))
    assert "have not been checked for 90 days" in unchecked
    assert " and " in unchecked
    assert "safeguarding.council_number: is missing" in council
    assert "Hot Meals (2025-02-01)" in notes_about(config, date(2026, 4, 20))
    assert "Harbour Housing Trust" not in notes_about(config, date(2026, 4, 20))
    assert "Harbour Housing Trust (2026-02-01)" in notes_about(config, date(2026, 5, 20))


def notes_about(config, today: date) -> str:
    """The first note as it would be if it named every place."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.checking.FIRST_FEW", 1_000)
        return notes(config, datetime(today.year, today.month, today.day, tzinfo=UTC))[0]


def test_notes_need_no_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ALONGSIDE_TELEGRAM__TOKEN", "1:hush")
    path = tmp_path / "config.toml"
    path.write_text(
        f'[organisation]\nname = "Harbour House"\n[database]\nurl = "sqlite:///{tmp_path}/none.sqlite3"\n[telegram]\n'
        '[safeguarding]\nmode = "signpost only"\ncouncil_number = "01632 960001"\n'
    )
    note, *_ = notes(read_config(path), datetime(2026, 11, 23, tzinfo=UTC))
    assert "places of the directory" in note
