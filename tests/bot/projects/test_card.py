"""A project's card: the example is one, and every problem of another is told at once, with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.cli import app
from bot.projects.card import EXAMPLE, CardMistakes, read_card


def problems(tmp_path: Path, written: str | bytes) -> list[str]:
    path = tmp_path / "card.toml"
    path.write_bytes(written if isinstance(written, bytes) else written.encode())
    with pytest.raises(CardMistakes) as caught:
        read_card(path)
    return [each.replace(str(path), "card.toml") for each in caught.value.problems]


def test_the_example_is_a_card(tmp_path: Path):
    path = tmp_path / "garden.toml"
    path.write_text(CliRunner().invoke(app, ["project", "example"]).stdout)
    card = read_card(path)
    assert (card.name, card.limit[0].what) == ("Garden", "a pond")


def test_every_problem_is_told_at_once(tmp_path: Path):
    written = EXAMPLE.replace('rung = "co-producing"', 'rung = "tick-box"').replace("2026-04-10", '"soon"')
    written = written.replace('decider = "Priya, who runs the house"', "").replace("[rule]", '[rule]\nby = "me"')
    found = problems(tmp_path, written)
    assert len(found) == 4
    assert "card.toml: rung: must be one of: informing, consulting" in "\n".join(found)
    assert "card.toml: decider: is missing; see `alongside project example`" in found
    assert any(each.startswith("card.toml: rule.by: ") for each in found)
    assert any(each.startswith("card.toml: milestone.0.day: ") for each in found)


def test_two_milestones_of_one_name_and_two_of_one_limit_are_refused(tmp_path: Path):
    more = EXAMPLE + '[[milestone]]\nname = "The plan is on paper"\nday = 2026-05-01\n'
    more += '[[limit]]\nwhat = "A pond"\nwhy = "so it is"\n'
    assert problems(tmp_path, more) == [
        "card.toml: milestone: two are called “the plan is on paper”",
        "card.toml: limit: “a pond” is there twice",
    ]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("name = Garden", "can't be understood"),
        ("name = 'G'\nname = 'H'", "can't be understood"),
        (b"\xff\xfe\x00", "is no text file in UTF-8"),
        ("#" * 200_000, "is far too large"),
    ],
)
def test_what_is_no_card_is_refused_kindly(tmp_path: Path, written: str | bytes, said: str):
    assert said in problems(tmp_path, written)[0]


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path):
    with pytest.raises(CardMistakes, match="there is no such file"):
        read_card(tmp_path / "none.toml")
    with pytest.raises(CardMistakes, match="can't be read"):
        read_card(tmp_path)


@given(st.text(max_size=200) | st.text(alphabet='nameglrud=[]"\n.1 ', max_size=200))
def test_any_text_gives_problems_and_never_breaks(tmp_path_factory, written: str):
    path = tmp_path_factory.mktemp("cards") / "card.toml"
    path.write_bytes(written.encode("utf-8", "surrogatepass"))
    with pytest.raises(CardMistakes):
        read_card(path)


def test_the_command_line_keeps_a_card_and_shows_the_group(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("config.toml").write_text(
        f'[organisation]\nname = "Harbour House"\n[safeguarding]\nmode = "signpost only"\n'
        f'[database]\nurl = "sqlite:///{tmp_path / "a.sqlite3"}"\n[telegram]\n'
    )
    monkeypatch.setenv("ALONGSIDE_TELEGRAM__TOKEN", "123456:" + "a" * 35)
    Path("garden.toml").write_text(EXAMPLE)
    run = CliRunner().invoke
    saved = run(app, ["project", "save", "garden.toml"])
    assert (saved.exit_code, saved.stdout.splitlines()[0]) == (0, "Garden is kept now."), saved.output
    assert "Garden: 0 volunteers, 0 staff." in run(app, ["project", "list"]).stdout
    assert run(app, ["suggestion"]).stdout == "No suggestion waits for an answer.\n"
    refused = run(app, ["suggestion", "answer", "7", "--as", "partly", "--by", "Sam"])
    assert refused.exit_code == 1
    assert "There is no suggestion 7" in refused.stderr
    Path("garden.toml").write_text("goal = 1")
    assert run(app, ["project", "save", "garden.toml"]).exit_code == 2
