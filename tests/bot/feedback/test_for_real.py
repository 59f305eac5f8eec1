"""`alongside run` with feedback set up, in a process of its own: it seals, is killed, and leaves no word behind."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.desk import MESSAGE
from storage.feedback.database import FeedbackDatabase
from storage.feedback.keys import create_inbox, unlock
from storage.feedback.sealing import open_sealed
from storage.feedback.spool import Spool
from tests.bot.test_the_real_process import PATH, Bot, post, until
from tests.prove.process import PUBLIC_URL, alongside
from tests.standins.telegram import TelegramStandIn
from tests.standins.twilio import Twilio

PASSPHRASE = "five kind words in a row"
WORDS = "The canary in the kitchen is cold"
FEEDBACK = """
[feedback]
url = "sqlite:///{folder}/apart/feedback.sqlite3"
memory = "{memory}"
spool = "{folder}/spool"
pepper_file = "{folder}/pepper/pepper"
outer_key_file = "{folder}/outer/key"
swap = "encrypted"
"""


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """Really in memory."""
    folder = Path("/dev/shm") / f"alongside-test-{os.getpid()}-{tmp_path.name}"
    folder.mkdir(mode=0o700)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
async def bot(tmp_path: Path, memory: Path):
    """A bot with feedback, not started yet."""
    for name in ("apart", "spool", "pepper", "outer", "main"):
        (tmp_path / name).mkdir(mode=0o700)
    for path, letter in (("pepper/pepper", "p"), ("outer/key", "o")):
        (tmp_path / path).write_text(letter * 64)
        (tmp_path / path).chmod(0o600)
    database = FeedbackDatabase(f"sqlite:///{tmp_path}/apart/feedback.sqlite3")
    database.migrate()
    create_inbox(database, "organisation", {"Bo": PASSPHRASE})
    database.close()
    async with Twilio(public_url=PUBLIC_URL, webhook_path=PATH, segments_per_second=10_000) as twilio:
        with TelegramStandIn(limits=None) as telegram:
            bot = Bot(tmp_path / "main", twilio, telegram, "webhook")
            with bot.config.open("a") as file:
                file.write(FEEDBACK.format(folder=tmp_path, memory=memory))
            yield bot
            bot.kill()


async def started(bot: Bot) -> None:
    bot.start()
    await until(bot.is_well, 60)


def everything_in(*folders: Path) -> bytes:
    return b"".join(path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file())


async def test_what_was_acknowledged_is_there_after_a_kill_and_no_word_of_it_is_anywhere(bot, tmp_path, memory):
    await started(bot)
    body, signature = bot.signed(f"FEEDBACK {WORDS}")
    assert await post(bot, body, signature) == 200
    await until(lambda: bot.texted(1) == [1])
    assert "sealed" in bot.twilio.sent_to("+447700900001")[0].body
    bot.kill()
    assert b"canary" not in everything_in(tmp_path, memory)
    assert b"447700900001" not in everything_in(tmp_path, memory)
    keys = unlock(FeedbackDatabase(f"sqlite:///{tmp_path}/apart/feedback.sqlite3"), "organisation", "Bo", PASSPHRASE)
    (waiting,) = Spool(memory, tmp_path / "spool", b"o" * 64, 500).waiting()
    assert open_sealed(waiting.sealed, keys.private_keys).text == WORDS

    await started(bot)  # somebody may be in the middle of it
    body, signature = bot.signed("and the canary in the hall is cold too", 2)
    assert await post(bot, body, signature) == 200
    await until(lambda: bot.texted(2) == [1])
    assert "whether this is feedback" in bot.twilio.sent_to("+447700900002")[0].body
    assert bot.rows(select(MESSAGE.c.text)) == []
    bot.told_nobody()


async def test_it_is_not_offered_while_something_does_not_hold_and_check_says_what(bot, tmp_path):
    (tmp_path / "pepper" / "pepper").chmod(0o644)
    await started(bot)
    body, signature = bot.signed(f"FEEDBACK {WORDS}")
    assert await post(bot, body, signature) == 200
    await until(lambda: bot.texted(1) == [1])
    assert "not set up here" in bot.twilio.sent_to("+447700900001")[0].body
    assert bot.rows(select(MESSAGE.c.text)) == []
    assert "feedback is not offered" in bot.printed()
    told = alongside("check", "-c", str(bot.config), **bot.settings)
    assert "pepper" in told.stdout + told.stderr
    bot.told_nobody()


async def test_another_outer_key_is_noticed_before_anything_more_is_taken(bot, tmp_path):
    await started(bot)
    body, signature = bot.signed(f"FEEDBACK {WORDS}")
    assert await post(bot, body, signature) == 200
    await until(lambda: bot.texted(1) == [1])
    bot.terminate()
    (tmp_path / "outer" / "key").write_text("x" * 64)
    told = alongside("check", "-c", str(bot.config), **bot.settings)
    assert "cannot be opened with this outer key" in told.stdout + told.stderr
