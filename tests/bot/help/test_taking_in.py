"""Taking a directory in: every problem told, nothing good lost, and seen at the next HELP."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.checking import notes
from bot.config import read_config
from bot.directory import keeping
from bot.directory.keeping import import_directory, remove_directory
from bot.places import MOST_PLACES, Places, from_json, to_json
from bot.simulation import World
from flows.signposts import Signpost, uk_signposts
from storage.database import Database
from storage.places import PLACE, every_place, replace_places
from tests.bot.cast import volunteer
from tests.bot.directory.cast import VERSION_3, page
from tests.bot.help.cast import BAD, HEADER, KITCHEN, LOCAL, MOSTLY_BAD, NOW, TAI, TRUST, alongside

# -- taking a directory in --------------------------------------------------------------------------------


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


# -- the command line -------------------------------------------------------------------------------------


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
