"""Every setting is explained where it is set, and every word people can send is in the README."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from bot.config import SECRETS, Config, ConfigMistakes, read_config
from flows.words import Words

ROOT = Path(__file__).parent.parent
EXAMPLE = (ROOT / "config.example.toml").read_text(encoding="utf-8")


def settings(model: type[BaseModel], before: str = "") -> list[tuple[str, str]]:
    """Every setting as (table, key)."""
    found = []
    for name, field in model.model_fields.items():
        inner = next((t for t in (field.annotation, *get_args(field.annotation)) if _is_table(t)), None)
        table = f"{before}.{name}" if before else name
        found += settings(inner, table) if inner else [(before, field.alias or name)]
    return found


def _is_table(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


@pytest.mark.parametrize(("table", "key"), [each for each in settings(Config) if each not in SECRETS])
def test_every_setting_is_explained_in_the_example(table: str, key: str):
    part = EXAMPLE.split(f"[{table}]", 1)[-1]
    assert re.search(rf"^#? ?{key} = ", part, re.MULTILINE) or f"[[{table}.{key}" in EXAMPLE


def test_every_secret_is_named_in_the_example():
    for table, key in SECRETS:
        assert f"ALONGSIDE_{table.upper().replace('.', '__')}__{key.upper()}" in EXAMPLE


def test_the_example_is_valid_toml_with_its_defaults_written_out():
    one_mode = EXAMPLE.replace('# mode = "watched"\n', "")
    written_out = re.sub(r"^# (\[?\[?\w[\w.]*\]?\]?( = .*)?)$", r"\1", one_mode, flags=re.MULTILINE)
    tables = tomllib.loads(re.sub(r"^#.*$", "", written_out, flags=re.MULTILINE))
    assert {"organisation", "database", "web", "sms", "telegram"} <= tables.keys()


def test_every_word_that_people_can_send_is_in_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    words = Words.load()
    for name in re.findall(r"^([A-Z]+) = \[", (ROOT / "flows/words/en/replies.toml").read_text("utf-8"), re.MULTILINE):
        assert f"`{name}`" in readme, name
    for typed in re.findall(r"`([A-Z]+)`", readme.split("## What people can send")[1].split("## ")[0]):
        assert words.keyword(typed) is not None or typed in ("JOIN", "YMUNO"), typed


def test_every_fault_of_a_configuration_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("ALONGSIDE_SMS__AUTH_TOKEN", raising=False)
    path = tmp_path / "config.toml"
    path.write_text(
        '[organisation]\nzone = "Europe/Brighton"\n[web]\nport = 99999\npublic_url = "texts"\ncolour = 1\n'
        '[sms]\naccount_sid = "AC1"\nsends_as = "+447700900000"\nauth_token = "hush"\n',
        encoding="utf-8",
    )
    with pytest.raises(ConfigMistakes) as caught:
        read_config(path)
    told = "\n".join(caught.value.problems)
    for key in (
        "organisation.name",
        "organisation.zone",
        "web.port",
        "web.public_url",
        "web.colour",
        "sms.account_sid",
    ):
        assert key in told
    assert "does not belong in this file" in told
    assert "hush" not in told


@pytest.mark.parametrize("text", ["[organisation", "\x00", "organisation = 3"])
def test_a_broken_file_is_told_in_one_sentence(tmp_path: Path, text: str):
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigMistakes, match=r"config\.toml"):
        read_config(path)


def test_a_missing_file_says_what_to_do(tmp_path: Path):
    with pytest.raises(ConfigMistakes, match=r"config\.example\.toml"):
        read_config(tmp_path / "config.toml")
