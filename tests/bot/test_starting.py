"""What is left out on the way from the start of the program to its first message; each was a tenth of the way."""

from __future__ import annotations

import asyncio
import gc
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from twilio.request_validator import RequestValidator
from typer.testing import CliRunner

import bot.running
from bot.cli import app
from bot.config import read_config, read_secrets
from bot.running import Running
from flows.danger import listen
from storage.database import Database
from tests.prove.process import PUBLIC_URL, RealBot, free_port, write_config

PATH, TOKEN = "/sms/sms", "0" * 32


def a_config(folder: Path, port: int) -> Path:
    return write_config(
        folder / "config.toml",
        port,
        f"sqlite:///{folder / 'alongside.sqlite3'}",
        twilio='account_sid = "AC00000000000000000000000000000000"\nsends_as = "+447700900000"\n'
        'api_url = "http://127.0.0.1:9"',
    )


@pytest.fixture
def started(tmp_path: Path) -> Iterator[RealBot]:
    port = free_port()
    settings = {"ALONGSIDE_SMS__AUTH_TOKEN": TOKEN, "PYTHONPROFILEIMPORTTIME": "1"}
    program = RealBot(a_config(tmp_path, port), port, settings, tmp_path / "printed.txt")
    program.start()
    yield program
    program.terminate()


def imported(program: RealBot) -> set[str]:
    return set(re.findall(r"^import time:.*\| +(\w+)$", program.printed(), re.MULTILINE))


def test_the_first_message_into_a_new_file_waits_for_nothing_that_it_does_not_need(started: RealBot):
    form = {"MessageSid": "SM1", "From": "+447700900001", "To": "+447700900000", "Body": "MENU", "NumMedia": "0"}
    signature = RequestValidator(TOKEN).compute_signature(PUBLIC_URL + PATH, form)
    started.wait_until_well()
    assert httpx.post(started.url + PATH, data=form, headers={"X-Twilio-Signature": signature}).status_code == 200

    assert "starlette" in imported(started)
    assert imported(started).isdisjoint({"alembic", "mako", "holidays", "telegram", "psycopg", "rich"})


def test_nothing_is_looked_through_for_waste_on_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    on_the_way = []

    async def serve(*_: object) -> None:
        on_the_way.append(gc.isenabled())

    monkeypatch.setattr(bot.running, "run", serve)
    config = a_config(tmp_path, free_port())
    CliRunner().invoke(app, ["run", "--config", str(config)], env={"ALONGSIDE_SMS__AUTH_TOKEN": TOKEN})
    assert on_the_way == [False]
    assert gc.isenabled()


def test_waste_is_looked_for_again_as_soon_as_it_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ALONGSIDE_SMS__AUTH_TOKEN", TOKEN)
    config = read_config(a_config(tmp_path, free_port()))
    database = Database(config.database.url)
    database.migrate()
    database.close()
    served = []

    async def serve() -> None:
        running = Running(config, read_secrets(config))
        serving = asyncio.create_task(running.until_stopped())
        await asyncio.sleep(0)
        served.append((gc.isenabled(), gc.get_freeze_count() > 100_000))
        running.stop()
        await serving

    gc.disable()
    try:
        asyncio.run(serve())
    finally:
        gc.unfreeze()
        gc.enable()
    assert served == [(True, True)]


def test_the_log_says_once_where_the_console_is(started: RealBot):
    started.wait_until_well()
    started.terminate()
    assert started.printed().count(f"{PUBLIC_URL}/console/") == 1


HEARD = """
import os, sys, flows.danger, bot.reading_ahead as ahead

def die():
    os.kill(os.getpid(), 9)

if sys.argv[1] == "the reader dies":
    ahead.built_in_book = die
else:
    flows.danger.built_in_book = die  # this process reads nothing
ahead.read_ahead()()
print(flows.danger.listen("i want to kill myself"))
"""


def test_whoever_reads_the_patterns_ends_with_the_service_that_could_not_start():
    """Its end would be waited for by whoever reads what the service printed."""
    began = "import bot.reading_ahead as ahead; ahead.read_ahead()"
    subprocess.run([sys.executable, "-c", began], capture_output=True, check=True, timeout=20)


@pytest.mark.parametrize("what", ["all goes well", "the reader dies"])
def test_danger_is_heard_the_same_whoever_has_read_the_patterns(what: str):
    heard = subprocess.run([sys.executable, "-c", HEARD, what], capture_output=True, text=True, check=True, timeout=60)
    assert heard.stdout == f"{listen('i want to kill myself')}\n"
