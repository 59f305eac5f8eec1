"""The poster for the wall: what a phone's camera would read in its squares, and what stands beside them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.bringing_in.poster import WayIn, as_people_write, page
from bot.cli import app
from bot.config import read_config
from flows.words import Words
from tests.bot.test_bringing_people_in import CONFIG
from tests.prove.process import free_port
from tests.standins.qr import read_qr

SMS_WAY = WayIn("Text JOIN to 07700 900009", "SMSTO:+447700900009:JOIN")
TELEGRAM_WAY = WayIn("Or join on Telegram: @harbour_bot", "https://t.me/harbour_bot?start=join")


@pytest.fixture
def config_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALONGSIDE_SMS__AUTH_TOKEN", "hush")
    path = tmp_path / "config.toml"
    path.write_text(f'{CONFIG}[database]\nurl = "sqlite:///{tmp_path}/a.sqlite3"\n', encoding="utf-8")
    return path


def squares(html: str) -> list[str]:
    return [read_qr(svg) for svg in re.findall(r"<svg.*?</svg>", html, re.DOTALL)]


@pytest.mark.parametrize(("language", "join"), [("en", "JOIN"), ("cy", "YMUNO")])
def test_the_square_opens_a_text_that_is_ready_to_send(config_path: Path, language: str, join: str):
    out = config_path.parent / "poster.html"
    told = CliRunner().invoke(app, ["poster", "--out", str(out), "--language", language, "--config", str(config_path)])
    assert told.exit_code == 0, told.output
    html = out.read_text(encoding="utf-8")
    assert squares(html) == [f"SMSTO:+447700900009:{join}"]
    assert "07700 900009" in html
    assert "Harbour House" in html


def test_both_ways_in_have_a_square_each(config_path: Path):
    html = page(Words.load(), read_config(config_path), "en", [SMS_WAY, TELEGRAM_WAY])
    assert squares(html) == ["SMSTO:+447700900009:JOIN", "https://t.me/harbour_bot?start=join"]


@pytest.mark.parametrize("language", ["en", "cy"])
def test_it_says_that_it_is_a_computer_who_reads_and_where_to_turn_in_danger(config_path: Path, language: str):
    html, words = page(Words.load(), read_config(config_path), language, [SMS_WAY]), Words.load()
    for key in ("emergency", "choose", "cost"):
        assert words.sentence(language, f"poster.{key}").replace("'", "&#x27;") in html
    assert ("computer" if language == "en" else "Cyfrifiadur") in html


def test_it_needs_nothing_from_elsewhere_and_names_are_harmless(config_path: Path):
    text = config_path.read_text().replace("Harbour House", "<b>House</b> & Co")
    config_path.write_text(text)
    html = page(Words.load(), read_config(config_path), "en", [SMS_WAY])
    assert "<b>" not in html
    assert "&lt;b&gt;House&lt;/b&gt; &amp; Co" in html
    assert not re.findall(r"""(?:src|href|url)\s*[=(]""", html)


def test_without_a_way_in_there_is_no_poster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ALONGSIDE_TELEGRAM__TOKEN", "4242:hush")
    config = tmp_path / "config.toml"
    config.write_text(
        '[organisation]\nname = "H"\n[safeguarding]\nmode = "signpost only"\n'
        f'[telegram]\napi_url = "http://127.0.0.1:{free_port()}"\n'
    )
    told = CliRunner().invoke(app, ["poster", "--out", str(tmp_path / "p.html"), "--config", str(config)])
    assert told.exit_code == 1
    assert "No poster was made" in told.output
    assert not (tmp_path / "p.html").exists()


def test_a_number_stands_there_as_people_write_it():
    assert as_people_write("+447700900009") == "07700 900009"
    assert as_people_write("+353871234567") == "+353871234567"
    assert as_people_write("88440") == "88440"


def test_while_telegram_does_not_answer_the_square_for_sms_is_there_and_it_is_said(
    config_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("ALONGSIDE_TELEGRAM__TOKEN", "4242:hush")
    text = config_path.read_text() + f'[telegram]\napi_url = "http://127.0.0.1:{free_port()}"\n'
    config_path.write_text(text)
    out = config_path.parent / "poster.html"
    told = CliRunner().invoke(app, ["poster", "--out", str(out), "--config", str(config_path)])
    assert told.exit_code == 0, told.output
    assert "Only the square for SMS is on it" in told.output
    assert squares(out.read_text(encoding="utf-8")) == ["SMSTO:+447700900009:JOIN"]
