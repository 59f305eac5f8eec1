"""Saving versions, asking people, and the commands for it."""

from __future__ import annotations

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.people import NobodyMeant
from bot.projects import keeping as projects
from bot.projects.keeping import NotDone
from bot.questionnaires import keeping
from bot.questionnaires.example import EXAMPLE
from bot.simulation import A_MONDAY, World
from storage.database import Database
from storage.desk import CONVERSATION
from storage.questionnaires import VERSION
from tests.bot.cast import rows, volunteer
from tests.bot.projects.cast import bo_does, bo_saves
from tests.bot.questionnaires.answered import answered_in, answers
from tests.bot.questionnaires.files import CAFE, read, written

A_DAY = timedelta(days=1)


def saves(world: World, text: str = CAFE) -> list[str]:
    content = read(text).content
    assert content is not None
    return bo_does(world, lambda connection: keeping.save(connection, content, world.clock()))


def sends(world: World, *to: str) -> list[str]:
    return bo_does(world, lambda connection: keeping.send(connection, "cafe", to, world.clock()))


# -- versions


async def test_a_new_version_is_kept_only_where_something_has_changed(world: World):
    assert saves(world) == ["cafe: saved as version 1."]
    assert saves(world) == ["cafe: nothing has changed, so there is no new version."]
    assert saves(world, CAFE + "\n# a remark\n") == ["cafe: nothing has changed, so there is no new version."]
    changed = CAFE.replace("Was it open?", "Were they open?")
    assert saves(world, changed) == ["cafe: saved as version 2. Whoever is answering an older one goes on with that."]
    assert saves(world)[0].startswith("cafe: saved as version 3.")
    first, _, third = rows(world, VERSION, "content")
    assert first == third


async def test_a_word_begins_one_questionnaire_only(world: World):
    saves(world)
    with pytest.raises(NotDone, match="VISIT begins cafe already"):
        saves(world, CAFE.replace('name = "cafe"', 'name = "shop"'))
    assert len(rows(world, VERSION, "name")) == 1
    assert saves(world, CAFE.replace("open?", "shut?"))[0].startswith("cafe: saved as version 2")


async def test_what_there_is_is_listed(world: World, save):
    list_all = lambda: bo_does(world, keeping.listed)  # noqa: E731
    assert list_all() == ["No questionnaire yet."]
    version_id = save()
    answers(world, version_id, "Ada")
    answers(world, version_id, "Bea", finished=False)
    assert list_all() == ["cafe: Your visit to the cafe. Version 1; 1 finished, 1 not."]


# -- asking


async def test_everybody_is_asked_once_a_day_at_most(world: World):
    ada, dee = await volunteer(world, "Ada"), await volunteer(world, "Dee", "telegram", "cy")
    saves(world)
    assert sends(world, "all") == ["cafe, version 1: 2 people will be asked, as soon as it suits each of them."]
    assert sends(world, "all")[1:] == ["2 people will not: they have been asked today."]
    await world.later(2 * A_DAY)
    for someone in (ada, dee):
        await someone.looks()
        someone.hears("questionnaire.consent")
    assert len([flow for (flow,) in rows(world, CONVERSATION, "flow") if flow == "questionnaire"]) == 2


async def test_whoever_is_answering_is_not_asked_a_second_time_meanwhile(world: World):
    ada = await volunteer(world, "Ada")
    saves(world)
    await ada.texts("visit")
    await ada.texts("2")
    assert sends(world, "Ada")[1:] == ["1 person will not: they are still answering it."]


async def test_a_project_or_one_person_can_be_asked(world: World):
    ada, bea = await volunteer(world, "Ada"), await volunteer(world, "Bea")
    saves(world)
    bo_saves(world, everybody=False)
    bo_does(world, lambda c: projects.add(c, "garden", "Ada", "volunteer", None, world.clock()))
    assert sends(world, "garden")[0].startswith("cafe, version 1: 1 person")
    assert sends(world, "bea")[0].startswith("cafe, version 1: 1 person")
    await world.later(3 * A_DAY)
    for someone in (ada, bea):
        await someone.looks()
        someone.hears("questionnaire.consent")


async def test_somebody_unknown_is_told_and_nobody_is_asked(world: World):
    await volunteer(world, "Ada")
    saves(world)
    with pytest.raises(NobodyMeant, match="Nobody is called “Flo”"):
        sends(world, "Ada", "Flo")
    with pytest.raises(NotDone, match="There is no questionnaire “shop”"):
        bo_does(world, lambda connection: keeping.send(connection, "shop", ["all"], world.clock()))


async def test_stop_holds(world: World):
    ada = await volunteer(world, "Ada")
    saves(world)
    await ada.texts("STOP")
    sends(world, "all")
    await world.later(2 * A_DAY)
    await ada.looks()
    ada.hears_nothing()


# -- the commands


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALONGSIDE_TELEGRAM__TOKEN", "1:secret")
    path = tmp_path / "config.toml"
    url = f"sqlite:///{tmp_path}/alongside.sqlite3"
    path.write_text(
        f'[organisation]\nname = "Harbour House"\n[database]\nurl = "{url}"\n[telegram]\n'
        '[safeguarding]\nmode = "signpost only"\n',
        encoding="utf-8",
    )
    Database(url).migrate()
    return path


def command(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["questionnaire", *map(str, words)])
    return result.exit_code, result.output


def test_the_example_is_good_as_it_is_printed(tmp_path: Path):
    assert command("example") == (0, EXAMPLE)
    status, said = command("check", written(tmp_path, EXAMPLE, "garden.toml"))
    assert (status, said) == (0, "garden-looking-back: 8 questions, ready to save.\n")


def test_check_lists_every_problem_and_save_takes_nothing_of_it_in(tmp_path: Path, config: Path):
    path = written(tmp_path, CAFE.replace('"photo"', '"foto"').replace('"welcome <= 2"', '"well = 2"'))
    for words in (("check", path), ("save", path, "--config", config)):
        status, said = command(*words)
        assert status == 2
        assert "line 44, kind" in said
        assert "line 45, only_if" in said
        assert said.endswith("Nothing of it was taken in.\n")
    assert command("list", "--config", config) == (0, "No questionnaire yet.\n")


def test_a_warning_is_no_obstacle(tmp_path: Path, config: Path):
    path = written(tmp_path, CAFE.replace("Was it open?", "Was it open 😀?"))
    status, said = command("save", path, "--config", config)
    assert status == 0
    assert "please note" in said
    assert said.endswith("cafe: saved as version 1.\n")


def test_results_are_printed_or_written_for_whoever_exports_alone(tmp_path: Path, config: Path):
    command("save", written(tmp_path), "--config", config)
    assert command("results", "cafe", "--config", config)[1].startswith("response,name,version")
    out = tmp_path / "results"
    assert command("results", "cafe", "--as", "flow-results", "--out", out, "--config", config) == (
        0,
        "Nobody has answered yet.\n",
    )
    status, _ = command("results", "cafe", "--out", out, "--config", config)
    assert status == 0
    assert stat.S_IMODE((out / "cafe.csv").stat().st_mode) == 0o600
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    status, said = command("results", "shop", "--config", config)
    assert (status, said) == (1, "There is no questionnaire “shop”. There are: cafe.\n")
    assert command("results", "cafe", "--as", "flow-results", "--config", config)[0] == 2


def test_a_package_is_two_files(tmp_path: Path, config: Path):
    command("save", written(tmp_path), "--config", config)
    database = Database(f"sqlite:///{tmp_path}/alongside.sqlite3")
    with database.reading() as connection:
        version_id = connection.execute(VERSION.select()).scalar_one()

    answered_in(database, A_MONDAY, version_id, "Ada")
    out = tmp_path / "out"
    command("results", "cafe", "--as", "flow-results", "--out", out, "--config", config)
    rows_written = json.loads((out / "cafe-1" / "data.json").read_text("utf-8"))
    described = json.loads((out / "cafe-1" / "datapackage.json").read_text("utf-8"))
    assert len(rows_written) == 5
    assert described["resources"][0]["path"] == "data.json"
    status, said = command("share", "cafe", "--config", config)
    assert (status, said) == (1, "Only 1 finished it. Nothing is shared of fewer than 5 people.\n")
    status, said = command("send", "cafe", "--to", "all", "--config", config)
    assert (status, said) == (0, "cafe, version 1: 1 person will be asked, as soon as it suits each of them.\n")
