"""A brief: everything that it lacks is told at once, and without it nobody can be asked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.simulation import World
from bot.tasks import keeping
from bot.tasks.brief import EXAMPLE, BriefMistakes, read_brief
from tests.bot.projects.cast import bo_does, bo_saves
from tests.bot.tasks.cast import bo_keeps, bo_looks_at_it, brief

ALL_THAT_IT_NEEDS = ("project", "name", "goal", "first_step", "needed", "pitfalls", "ask", "coordinator", "takes")


def written(folder: Path, text: str) -> Path:
    path = folder / "beds.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_example_is_a_whole_brief(tmp_path: Path):
    read = read_brief(written(tmp_path, EXAMPLE))
    assert (read.name, read.coordinator, read.day) == ("Water the beds", "Sam", date(2026, 4, 3))
    assert not read.first_step.endswith(".")


def test_everything_that_a_brief_lacks_is_told_at_once(tmp_path: Path):
    with pytest.raises(BriefMistakes) as caught:
        read_brief(written(tmp_path, 'milestone = ""\nday = "friday"\ncolour = "red"\n'))
    told = "\n".join(caught.value.problems)
    for line in (*ALL_THAT_IT_NEEDS, "standard"):
        assert f"{line}: is missing; see `alongside task example`" in told
    for line in ("milestone: must not be empty", "day: ", "colour: there is no such setting"):
        assert line in told


@pytest.mark.parametrize("line", [*ALL_THAT_IT_NEEDS, "standard"])
def test_no_line_that_people_need_can_be_left_out(tmp_path: Path, line: str):
    short = "\n".join(each for each in EXAMPLE.splitlines() if not each.startswith(f"{line} ="))
    with pytest.raises(BriefMistakes, match=f"{line}: is missing"):
        read_brief(written(tmp_path, short))


@pytest.mark.parametrize("line", ["day", "milestone", "strengths"])
def test_the_others_can(tmp_path: Path, line: str):
    short = "\n".join(each for each in EXAMPLE.splitlines() if not each.startswith(f"{line} ="))
    assert getattr(read_brief(written(tmp_path, short)), line) is None


def test_a_file_that_is_no_brief_is_told_in_one_sentence(tmp_path: Path):
    for text, told in (("[", "can't be understood"), ("x" * 200_000, "far too large")):
        with pytest.raises(BriefMistakes, match=told):
            read_brief(written(tmp_path, text))
    with pytest.raises(BriefMistakes, match="no such file"):
        read_brief(tmp_path / "nowhere.toml")


async def test_a_brief_must_fit_its_project_and_the_calendar(world: World):
    with pytest.raises(BriefMistakes, match=r"there is no project “Garden”. There are: none yet"):
        bo_keeps(world)
    bo_saves(world)
    with pytest.raises(BriefMistakes) as caught:
        bo_keeps(world, milestone="the harvest", day=date(2026, 3, 1))
    assert len(caught.value.problems) == 2


async def test_a_brief_that_is_saved_again_keeps_its_number(world: World):
    bo_saves(world)
    assert bo_keeps(world)[0] == "Task 1, Water the beds, is kept now."
    assert bo_keeps(world, name="Paint the bench")[0] == "Task 2, Paint the bench, is kept now."
    assert bo_keeps(world, takes="two hours")[0] == "Task 1, Water the beds: the brief has been changed."
    assert "Takes: two hours" in bo_looks_at_it(world)


async def test_nothing_in_a_brief_reaches_the_terminal_but_letters(world: World):
    bo_saves(world)
    bo_does(world, lambda c: keeping.keep_brief(c, brief(goal="red \x1b[31m alert"), world.clock()))
    assert "\x1b" not in bo_looks_at_it(world)


def test_the_command_line_keeps_a_brief_and_tells_what_cannot_be_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ALONGSIDE_TELEGRAM__TOKEN", "1:hush")
    config = tmp_path / "config.toml"
    config.write_text(
        f'[organisation]\nname = "Harbour House"\n[database]\nurl = "sqlite:///{tmp_path / "a.sqlite3"}"\n'
        '[telegram]\n[safeguarding]\nmode = "signpost only"\n',
        encoding="utf-8",
    )

    def run(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, [*words, "--config", str(config)])
        return result.exit_code, result.output

    (tmp_path / "garden.toml").write_text(CliRunner().invoke(app, ["project", "example"]).output, encoding="utf-8")
    text = CliRunner().invoke(app, ["task", "example"]).output.replace("2026-04-03", "2999-04-03")
    path = str(written(tmp_path, text))
    assert run("task", "check", path) == (2, "project: there is no project “Garden”. There are: none yet.\n")
    assert run("project", "save", str(tmp_path / "garden.toml"))[0] == 0
    assert run("task", "check", path) == (0, "The brief is complete.\n")
    assert "No task is open" in run("task", "list")[1]
    assert run("task", "save", path)[0] == 0
    assert "1  Water the beds, Garden" in run("task", "list")[1]
    assert "Waits for you: nobody has it." in run("task", "show", "1")[1]
    assert "Nothing that gets in anybody's way" in run("task", "barriers")[1]
    for words in (
        ("offer", "1", "Zoe"),
        ("answer", "1", "yes"),
        ("needed", "1", "more"),
        ("barrier", "1", "--we-can", "help"),
        ("thank", "1", "--words", "ta"),
        ("show", "9"),
    ):
        assert run("task", *words)[0] == 1, words
    assert run("task", "close", "1", "--because", "it rained all week")[0] == 0
