"""MYDATA says what is kept; `alongside person` hands all of it over, or deletes it."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.channels.segments import count
from bot.cli import app
from bot.simulation import World
from bot.their_data.export import everything_about, is_shown
from bot.their_data.forgetting import CannotForget, forget_person
from bot.their_data.labels import LABELS
from storage.about_people import ABOUT_PEOPLE
from storage.database import Database
from storage.desk import ADDRESS, INBOX, PERSON, Desk
from tests.bot.cast import rows, volunteer
from tests.bot.watched import HOUSE, IN_DANGER, MONDAY_AT_TEN, Watched

TABLES = '[organisation]\nname = "Harbour House"\n[telegram]\n[safeguarding]\nmode = "signpost only"\n'


@pytest.mark.parametrize("language", ["en", "cy"])
async def test_a_summary_is_at_most_three_parts_of_sms(world: World, language: str):
    ada = await volunteer(world, "Bartholomew-Llewelyn", language=language)
    await world.later(timedelta(days=7))
    await ada.texts("3")
    await ada.texts("HUMAN")
    [text] = await ada.texts("MYDATA")
    ada.hears("my-data.all")
    assert "Bartholomew-Llewelyn" in text
    assert count(text).parts <= 3


async def test_the_summary_counts_what_there_is_and_names_no_alert(database: Database):
    async with Watched(database, HOUSE, MONDAY_AT_TEN) as world:
        ada = await volunteer(world, "Ada")
        await ada.texts(IN_DANGER)
        await ada.texts("EXIT")
        await ada.texts("MYDATA")
        ada.hears("my-data.called", "my-data.messages", "my-data.answers")
        assert "alert" not in ada.shown[-1].text.lower()
        assert "Messages from you: 9." in ada.shown[-1].text


async def test_all_of_it_is_asked_of_a_person(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("MYDATA")
    await ada.texts("yes please")
    ada.hears("my-data.asked")
    assert rows(world, INBOX, "why") == [("my data",)]


async def test_nothing_more_happens_after_a_no(world: World):
    ada = await volunteer(world, "Ada", "telegram")
    await ada.texts("MYDATA")
    await ada.taps("No thanks")
    ada.hears("my-data.enough")
    assert rows(world, INBOX, "why") == []


async def test_the_whole_holds_all_of_theirs_and_nothing_of_others(world: World):
    ada, bo = await volunteer(world, "Ada"), await volunteer(world, "Bo")
    await ada.texts("i like the number 12 bus")
    await bo.texts("i like trams")
    [(ada_id,)] = [(its_id,) for its_id, called in rows(world, PERSON, "id", "called") if called == "Ada"]
    with world.service.database.reading() as connection:
        voice = world.service.voice
        text = everything_about(connection, ada_id, voice.words, voice.house, world.clock())
    for theirs in ("Harbour House", "called: Ada", ada.person.address, "i like the number 12 bus", "What waits"):
        assert theirs in text
    for anothers in ("trams", "Bo", bo.person.address):
        assert anothers not in text


async def test_the_whole_begins_in_their_language_and_has_headings_and_no_column_names(world: World):
    dee = await volunteer(world, "Dee", language="cy")
    await dee.texts("AMSERAU")
    await dee.texts("dydd Llun a dydd Iau, nid prynhawn")
    [in_short] = await dee.texts("FYNATA")
    [(dee_id,)] = rows(world, PERSON, "id")
    with world.service.database.reading() as connection:
        voice = world.service.voice
        text = everything_about(connection, dee_id, voice.words, voice.house, world.clock())
    about_times = "Rydw i'n gofyn sut ydych chi bob wythnos, dydd Llun a dydd Iau, tua 10yb, nesaf dydd Iau 5 Mawrth."
    assert about_times in in_short
    assert about_times in text
    for said in ("we don't write first from: 12:00", "and then not until: 17:00", "safe to text them first: yes"):
        assert said in text
    for ours in ("check in due at", "quiet from minute", "person id"):
        assert ours not in text


def test_everything_that_is_kept_has_a_name_in_plain_words():
    columns = {column.name for kept in ABOUT_PEOPLE for column in kept.table.columns if is_shown(column.name)}
    assert columns == LABELS.keys()
    assert not [label for label in LABELS.values() if "_" in label]


# -- the command line ----------------------------------------------------------------------------------


@pytest.fixture
async def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration whose database knows two people called Ada, and one called Cai."""
    monkeypatch.setenv("ALONGSIDE_TELEGRAM__TOKEN", "4242:hush")
    path = tmp_path / "config.toml"
    path.write_text(f'{TABLES}[database]\nurl = "sqlite:///{tmp_path}/a.sqlite3"\n', encoding="utf-8")
    async with World(tmp_path / "a.sqlite3") as world:
        for name in ("Ada", "Cai"):
            await volunteer(world, name)
        with world.service.database.writing() as connection:
            desk = Desk(connection, world.clock())
            desk.add_person(called="ada")
            desk.put_away()
    return path


def told(config: Path, *command: str, typed: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(app, [*command, "--config", str(config)], input=typed)
    return result.exit_code, result.output


def kept(config: Path) -> bytes:
    return b"".join(each.read_bytes() for each in config.parent.glob("a.sqlite3*"))


async def test_somebody_is_found_by_number_however_it_is_written(config: Path):
    code, said = told(config, "person", "export", "07700 900001")
    assert code == 0
    assert "called: Ada" in said


async def test_several_of_a_name_are_listed_and_found_by_their_keys(config: Path):
    code, said = told(config, "person", "export", "Ada")
    assert code == 1
    keys = re.findall(r"key (\d+)", said)
    assert len(keys) == 2
    assert "no address, has not joined" in said
    assert told(config, "person", "export", keys[1])[0] == 0


async def test_nobody_of_that_name_is_told_so(config: Path):
    code, said = told(config, "person", "forget", "Zed")
    assert code == 1
    assert "Nobody is called" in said


async def test_a_file_is_private_and_never_written_over(config: Path):
    out = config.parent / "cai.txt"
    assert told(config, "person", "export", "Cai", "--out", str(out))[0] == 0
    assert out.stat().st_mode & 0o777 == 0o600
    assert "called: Cai" in out.read_text()
    assert told(config, "person", "export", "Cai", "--out", str(out))[0] == 1
    code, said = told(config, "person", "export", "Cai", "--out", str(out.parent / "nowhere" / "cai.txt"))
    assert (code, "there is no folder" in said) == (1, True)


async def test_an_operator_forgets_somebody_after_a_question(config: Path):
    assert b"Cai" in kept(config)
    assert told(config, "person", "forget", "Cai", typed="n\n")[0] == 1
    assert b"Cai" in kept(config)
    code, said = told(config, "person", "forget", "Cai", typed="y\n")
    assert code == 0
    assert "Everything about them is deleted." in said
    assert b"Cai" not in kept(config)
    assert b"+447700900002" not in kept(config)


async def test_an_operators_forgetting_waits_for_an_open_alert_too(database: Database):
    async with Watched(database, HOUSE, MONDAY_AT_TEN) as world:
        ada = await volunteer(world, "Ada")
        await ada.texts(IN_DANGER)
        [ada_id] = [its_id for its_id, called in rows(world, PERSON, "id", "called") if called == "Ada"]
        safeguarding = world.service.voice.house.safeguarding
        assert "as soon as" in forget_person(database, safeguarding, ada_id, world.clock())
        await world.staff("Sam").texts(f"ACK {world.reference}")
        await world.staff("Sam").texts(f"CLOSE {world.reference} rang")
        assert "record of their alerts stays" in forget_person(database, safeguarding, ada_id, world.clock())
        assert ada.person.address not in [value for (value,) in rows(world, ADDRESS, "value")]


async def test_an_operator_does_not_forget_somebody_who_is_told_of_danger(database: Database):
    async with Watched(database, HOUSE, MONDAY_AT_TEN) as world:
        await world.staff("Sam").texts("hello there")
        [(sam,)] = rows(world, PERSON, "id")
        with pytest.raises(CannotForget):
            forget_person(database, world.service.voice.house.safeguarding, sam, world.clock())
