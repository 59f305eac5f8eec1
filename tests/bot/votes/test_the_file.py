"""A vote's file: the example is one, every problem of another is told at once, and the commands take it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.projects.card import EXAMPLE as CARD
from bot.projects.card import CardMistakes
from bot.votes.file import EXAMPLE, read_vote


def problems(tmp_path: Path, written: str) -> list[str]:
    path = tmp_path / "vote.toml"
    path.write_text(written)
    with pytest.raises(CardMistakes) as caught:
        read_vote(path)
    return [each.replace(str(path), "vote.toml") for each in caught.value.problems]


def test_the_example_is_a_vote(tmp_path: Path):
    path = tmp_path / "bench.toml"
    path.write_text(CliRunner().invoke(app, ["vote", "example"]).stdout)
    vote = read_vote(path)
    assert (vote.project, vote.choices[0]) == ("Garden", "by the pond")


def test_every_problem_is_told_at_once(tmp_path: Path):
    written = EXAMPLE.replace("why = ", "because = ").replace("2026-04-10T18:00:00", '"soon"')
    written = written.replace(', "under the tree", "at the gate"', "")
    found = "\n".join(problems(tmp_path, written))
    for said in ("why: is missing; see `alongside vote example`", "because: ", "closes: ", "choices: "):
        assert said in found
    twice = EXAMPLE.replace("under the tree", "By the pond").replace("18:00:00", "18:00:00Z")
    assert problems(tmp_path, twice) == [
        "vote.toml: choices: “by the pond” is there twice",
        "vote.toml: closes: must be written without a time zone, like 2026-04-10T18:00:00",
    ]


@pytest.mark.parametrize("name", ["3", "one", "dau", "4 benches", "three benches"])
def test_no_choice_can_be_taken_for_the_number_of_another(tmp_path: Path, name: str):
    [problem] = problems(tmp_path, EXAMPLE.replace("under the tree", name))
    assert f"choices: “{name}” begins with a number, and people choose by number" in problem


@pytest.mark.parametrize(
    "name", ["pause", "Back", "skip it", "yes", "Nope", "ok", "MENU", "stop", "SAIB", "nôl", "ydw", "vote"]
)
def test_no_choice_is_a_word_that_means_something_else_to_the_bot(tmp_path: Path, name: str):
    [problem] = problems(tmp_path, EXAMPLE.replace("under the tree", name))
    assert f"choices: “{name}” means something else to the bot" in problem


def test_a_choice_may_begin_with_its_own_number_or_hold_one(tmp_path: Path):
    path = tmp_path / "vote.toml"
    path.write_text(EXAMPLE.replace("by the pond", "1 bench").replace("at the gate", "the bench with 2 seats"))
    assert read_vote(path).choices[0] == "1 bench"


def test_the_commands_take_it_and_say_why_not(tmp_path: Path):
    config, bench, card = tmp_path / "config.toml", tmp_path / "bench.toml", tmp_path / "garden.toml"
    config.write_text(
        f'[organisation]\nname = "Harbour House"\n[database]\nurl = "sqlite:///{tmp_path / "a.sqlite3"}"\n'
        '[safeguarding]\nmode = "signpost only"\n[telegram]\ntoken_file = "token"\n'
    )
    (tmp_path / "token").write_text("7700900:a-token")
    config.write_text(config.read_text().replace('"token"', f'"{tmp_path / "token"}"'))
    bench.write_text(EXAMPLE.replace("2026-04-10", "2096-04-10"))
    card.write_text(CARD)

    def alongside(*words: str) -> str:
        return CliRunner().invoke(app, [*words, "--config", str(config)]).output

    assert "There is no project “Garden”" in alongside("vote", "save", str(bench))
    alongside("project", "save", str(card))
    assert "Nobody of Garden has been told of the rule" in alongside("vote", "save", str(bench))
    assert alongside("vote", "list").strip() == "No vote yet."
    assert "There is no vote 7." in alongside("vote", "close", "7")
    assert "There is no vote 7." in alongside("vote", "result", "7")
