"""What the README shows is so: its conversation is what the bot says today, and its commands and settings are there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from bot.cli import app
from bot.config import Config
from bot.try_it import played
from tests.bench.bench_danger import is_act, is_heard, is_heard_unweighed, of, rows

README = Path(__file__).parent.parent / "README.md"


async def test_the_sample_conversation_is_what_the_bot_says():
    [sample] = re.findall(r"```text\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    shown = sample.splitlines()
    assert await played(shown) == shown


def in_a_hundred(share: float) -> str:
    return str(round(100 * share))


def test_what_it_says_of_hearing_danger_is_what_is_heard():
    english = [each for each in rows("locked") if each["language"] == "en"]
    all_topics = of(english, tier="act")
    text = " ".join(README.read_text(encoding="utf-8").split())
    for texts, said in (
        (all_topics, r'acted on (\d+) in a hundred, and asked "Are you safe right now\?" after (\d+) more'),
        (of(english, tier="act", topic="suicide_selfharm"), r"for suicide it was (\d+) and (\d+)"),
    ):
        acted, heard = (sum(map(hears, texts)) / len(texts) for hears in (is_act, is_heard))
        [figures] = re.findall(said, text)
        assert figures == (in_a_hundred(acted), in_a_hundred(heard - acted))
    acted, unweighed, heard = (sum(map(hears, all_topics)) for hears in (is_act, is_heard_unweighed, is_heard))
    assert heard - unweighed > unweighed - acted, "most of them by the table of weights"


def the_commands(at: object = None, before: str = "") -> set[str]:
    """Every command with those inside it: "inbox", "inbox create"."""
    found: set[str] = set()
    for name, command in getattr(at or get_command(app), "commands", {}).items():
        found |= {f"{before}{name}", *the_commands(command, f"{before}{name} ")}
    return found


def test_every_command_that_it_names_is_there():
    text = README.read_text(encoding="utf-8")
    named = re.findall(r"`alongside ((?:[a-z][a-z-]* ?)+)", text)
    known = the_commands()
    assert len(named) > 20
    for words in named:
        first, _, second = words.strip().partition(" ")
        assert first in known, words
        inner = {each for each in known if each.startswith(f"{first} ")}
        assert not inner or not second or f"{first} {second.split()[0]}" in known, words


def test_the_settings_of_the_server_are_settings_and_lie_where_its_unit_lets_them():
    server = README.read_text(encoding="utf-8").split("### On one small Linux server")[1]
    for table, setting in re.findall(r"`\[(\w+)\] (\w+ = \"[^\"]+\")`", server):
        stored = tomllib.loads(f'organisation.name = "x"\n{table}.{setting}')
        assert Config(**stored)
    assert 'url = "sqlite:////var/lib/alongside/alongside.sqlite3"' in server
    assert "ReadWritePaths=/var/lib/alongside" in server
    assert "--setenv=ALONGSIDE_CONFIG=/etc/alongside/config.toml" in server


def test_the_configuration_can_be_named_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ALONGSIDE_CONFIG", str(tmp_path / "ours.toml"))
    assert "ours.toml: not found" in CliRunner().invoke(app, ["check"]).output
