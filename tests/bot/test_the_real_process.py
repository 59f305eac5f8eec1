"""`alongside run` as an operator starts it: a process of its own, real sockets, signals, and what it prints.

Everything that anybody writes here holds the word "canary", every number begins with +447700, and the tokens are
known: none of it may be found in what a process has printed.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest
import pytest_asyncio
from sqlalchemy import NullPool, create_engine, func, select

from storage.desk import MESSAGE, OUTBOX
from storage.tables import Lane
from tests.bot.watched import OWN_PATTERN
from tests.conftest import PostgreSQL
from tests.prove.process import (
    NOBODY_WATCHES,
    PUBLIC_URL,
    ROOT,
    RealBot,
    alongside,
    environment,
    free_port,
    write_config,
)
from tests.standins.telegram import TelegramStandIn
from tests.standins.telegram_api import Webhook
from tests.standins.twilio import Twilio

SECRET = "a-webhook-secret_of-this-test"
PATH = "/sms/sms"
PRIVATE = re.compile(r"canary|447700|7700900|Harbour House|What shall I call you", re.IGNORECASE)
HEAVY = ("sqlalchemy", "sqlmodel", "telegram", "twilio", "apscheduler", "pydantic", "uvicorn", "starlette", "aiohttp")
pytestmark = pytest.mark.asyncio(loop_scope="module")


class Bot(RealBot):
    """The process under test, its stand-ins, and what its database holds."""

    def __init__(
        self,
        folder: Path,
        twilio: Twilio,
        telegram: TelegramStandIn,
        way_in: str,
        safeguarding: str = NOBODY_WATCHES,
        **twilio_more: object,
    ):
        self.twilio, self.telegram = twilio, telegram
        self.database_url = f"sqlite:///{folder / 'alongside.sqlite3'}"
        more = "\n".join(f"{key} = {value}" for key, value in twilio_more.items())
        port = free_port()
        config = write_config(
            folder / "config.toml",
            port,
            self.database_url,
            twilio=f'account_sid = "{twilio.account_sid}"\nsends_as = "{twilio.numbers[0]}"\n'
            f'api_url = "{twilio.url}"\nparts_per_second = 1000\n{more}',
            telegram=f'api_url = "{telegram.url}"\nway_in = "{way_in}"\nmessages_per_second = 1000',
            safeguarding=safeguarding,
        )
        settings = {
            "ALONGSIDE_SMS__AUTH_TOKEN": twilio.auth_token,
            "ALONGSIDE_TELEGRAM__TOKEN": telegram.token,
            "ALONGSIDE_TELEGRAM__WEBHOOK_SECRET": SECRET,
        }
        super().__init__(config, port, settings, folder / "printed.txt")
        twilio.bot_url = self.url

    def signed(self, words: str, number: int = 1, sid: str | None = None, **more: str) -> tuple[bytes, str]:
        """A webhook as Twilio would post it."""
        person = f"+4477009{number:05d}"
        sid = sid or self.twilio.keep(person, self.twilio.numbers[0], words, sender="", direction="inbound").sid
        return self.twilio.signed(PUBLIC_URL + PATH, self.twilio.webhook_fields(person, "", words, sid) | more)

    def texted(self, *numbers: int) -> list[int]:
        """How many texts of ours each of these people has got."""
        return [len(self.twilio.sent_to(f"+4477009{number:05d}")) for number in numbers]

    def told_nobody(self) -> None:
        """Nothing that it printed gives anybody or any secret away."""
        printed = self.printed()
        assert not PRIVATE.search(printed), [line for line in printed.splitlines() if PRIVATE.search(line)]
        for secret in self.settings.values():
            assert secret not in printed

    def rows(self, query) -> list[tuple]:
        engine = create_engine(self.database_url, poolclass=NullPool)
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(query)]


async def post(bot: Bot, body: bytes, signature: str | None, path: str = PATH) -> int:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    headers |= {"X-Twilio-Signature": signature} if signature is not None else {}
    async with httpx.AsyncClient(timeout=30) as client:
        return (await client.post(bot.url + path, content=body, headers=headers)).status_code


async def until(happened: Callable[[], object], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not happened():
            await asyncio.sleep(0.02)


def in_time(seconds: float) -> bool:
    """Whether that is within five seconds; a machine that is busy with other things gets more."""
    busy = os.getloadavg()[0] / (os.cpu_count() or 1)
    return seconds < 5 * max(1.0, busy)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def twilio() -> AsyncIterator[Twilio]:
    async with Twilio(public_url=PUBLIC_URL, webhook_path=PATH, segments_per_second=10_000) as twilio:
        yield twilio


@pytest.fixture(scope="module")
def telegram() -> Iterator[TelegramStandIn]:
    with TelegramStandIn(limits=None) as telegram:
        yield telegram


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(twilio: Twilio, telegram: TelegramStandIn, tmp_path_factory) -> AsyncIterator[Bot]:
    """One process for all tests that do it no harm; with Telegram's webhook."""
    bot = Bot(tmp_path_factory.mktemp("running"), twilio, telegram, "webhook")
    yield bot
    if bot.is_running:
        bot.terminate()
    bot.told_nobody()


async def test_it_soon_answers_its_first_webhook(bot: Bot):
    started, body = time.monotonic(), bot.signed("canary, the first")
    bot.start()
    while True:
        try:
            status = await post(bot, *body)
            break
        except httpx.ConnectError:
            assert bot.is_running, bot.printed()
            await asyncio.sleep(0.005)
    seconds, used = time.monotonic() - started, sum(psutil.Process(bot.pid).cpu_times()[:2])
    print(f"\nalongside run: the first webhook was answered after {seconds:.2f} s ({used:.2f} s of the processor)")
    assert status == 200
    assert used < 5
    await until(lambda: bot.twilio.accepted)
    assert bot.is_well()


async def test_it_says_how_much_wording_about_danger_is_not_signed_off(bot: Bot):
    [said] = [line for line in map(json.loads, bot.printed().splitlines()) if "not signed off" in line["did"]]
    assert said["level"] == "warning"
    assert said["count"] > 100


@pytest.mark.parametrize("path", ["/handsets", "/handsets/clock", "/handsets/ada/text", "/handsets/ada/tap"])
async def test_there_are_no_simulated_phones_and_no_clock_to_move(bot: Bot, path: str):
    async with httpx.AsyncClient(trust_env=False) as client:
        for address in (path, f"/console{path}", "/console/come-in/nobodys", "/console/handsets/handsets.js"):
            looked, sent = [
                await client.request(method, f"{bot.url}{address}", headers={"Sec-Fetch-Site": "same-origin"})
                for method in ("GET", "POST")
            ]
            assert (looked.status_code, sent.status_code) == (404, 404), address


async def test_the_same_message_twice_is_one_message(bot: Bot):
    body = bot.signed("canary, twice", number=2)
    assert await asyncio.gather(*(post(bot, *body) for _ in range(5))) == [200] * 5
    await until(lambda: bot.texted(2) != [0])
    await asyncio.sleep(0.2)
    assert bot.texted(2) == [1]


async def test_a_second_process_on_the_same_file_is_refused_with_a_sentence(bot: Bot):
    second = await asyncio.to_thread(alongside, "run", "--config", str(bot.config), **bot.settings)
    assert second.returncode == 1
    assert "Another Alongside is running on this database. Stop it first." in second.stderr
    assert "Traceback" not in second.stderr
    assert bot.is_well()


async def test_what_twilio_did_not_sign_is_forbidden(bot: Bot):
    body, signature = bot.signed("canary, forged")
    assert await post(bot, body, None) == 403
    assert await post(bot, body, "") == 403
    assert await post(bot, body, signature[::-1]) == 403
    assert await post(bot, body.replace(b"forged", b"altered"), signature) == 403
    assert await post(bot, body, signature, PATH + "/status") == 403
    assert bot.rows(select(MESSAGE.c.id).where(MESSAGE.c.text.contains("forged"))) == []


async def test_what_is_too_large_is_refused(bot: Bot):
    for size in (70_000, 3_000_000):
        assert await post(bot, b"Body=canary" + b"x" * size, "signature") == 413
        assert await post(bot, b"x" * size, None) == 413


MALFORMED = [
    b"",
    b"Body=%ff%fe",
    b"Body=%ed%a0%80",  # half a surrogate pair
    "Body=canarŷ".encode(),
    b"\x00" * 100,
    b"&" * 5000,
    b"canary=1&" * 2000,
    b'{"canary": 1}',
    b"%",
    random.Random(1).randbytes(2000),
]


@pytest.mark.parametrize("body", MALFORMED)
async def test_what_no_one_could_read_is_refused(bot: Bot, body: bytes):
    assert 400 <= await post(bot, body, "signature") < 500
    signature = bot.twilio.signed(PUBLIC_URL + PATH, {})[1]
    assert 400 <= await post(bot, body, signature) < 500
    assert bot.is_well()


async def test_signed_nonsense_is_refused_or_kept_clean(bot: Bot):
    long = "canary 🙂 " * 500
    for number, words in enumerate(
        ["canary\x00 NUL", "\x00\x00", long, "canary \x1b[31m\r\n\x7f", "\ufeff\u202ecanary"]
    ):
        assert await post(bot, *bot.signed(words, number=10 + number, sid=f"SM-nonsense-{number}")) == 200
    for more in (
        {"From": ""},
        {"From": "canary"},
        {"From": "+0"},
        {"MessageSid": ""},
        {"MessageSid": "SM\x00"},
        {"NumMedia": "many", "MediaUrl0": "\x00canary", "MediaContentType0": "\x00/"},
        {"OptOutType": "canary"},
    ):
        assert await post(bot, *bot.signed("canary", number=20, **more)) in (200, 400)
    kept = [text for (text,) in bot.rows(select(MESSAGE.c.text).where(MESSAGE.c.provider_id.startswith("SM-nonsense")))]
    assert len(kept) == 5
    assert not any("\x00" in text for text in kept)
    assert max(map(len, kept)) <= 4096


async def test_telegrams_webhook_needs_its_secret_and_never_breaks(bot: Bot):
    def update(update_id: object, text: object, chat: object = 7700900031) -> bytes:
        where = {"id": chat, "type": "private", "first_name": "canary"}
        message = {"message_id": 1, "date": 1, "chat": where, "from": where | {"is_bot": False}, "text": text}
        return json.dumps({"update_id": update_id, "message": message}).encode()

    async def call(body: bytes, secret: str | None = SECRET) -> int:
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret is not None else {}
        async with httpx.AsyncClient(timeout=30) as client:
            return (await client.post(f"{bot.url}/telegram/telegram", content=body, headers=headers)).status_code

    assert await call(update(1, "canary"), None) == 403
    assert await call(update(1, "canary"), "another") == 403
    assert await call(b"x" * 3_000_000) == 413
    for body in (b"", b"canary", b"[]", b"{}", b"\xff", b"[" * 100_000, b'{"update_id": "1"}', update("1", "canary")):
        assert await call(body) == 400
    odd = [update(2, "canary \ud800 \x00 half"), update(3, "\x00"), update(4, ["canary"]), update(5, "canary", "me")]
    odd += [update(2**70, "canary"), update(-1, "canary"), update(6, "canary", 2**70), b'{"update_id": 7}']
    for body in odd:
        assert await call(body) == 200
    kept = bot.rows(select(MESSAGE.c.text).where(MESSAGE.c.sender == "telegram", MESSAGE.c.provider_id == "2"))
    assert kept == [("canary   half",)]
    assert bot.is_well()


async def test_it_survives_what_is_no_http_at_all(bot: Bot):
    for sent in (
        b"canary\r\n\r\n",
        b"\x16\x03\x01" * 50,
        b"POST /sms/sms HTTP/1.1\r\nContent-Length: 99999\r\n\r\ncanary",
    ):
        with socket.create_connection(("127.0.0.1", bot.port), timeout=5) as line:
            line.sendall(sent)
    assert await post(bot, b"", None, "/canary/+447700900001") == 404
    assert await asyncio.to_thread(bot.is_well)


async def test_what_the_provider_refuses_is_not_repeated_in_the_log(bot: Bot):
    for number, fault in enumerate(["21211", "30007", "20003", "garbled", "500"]):
        bot.twilio.fail_next(fault)
        assert await post(bot, *bot.signed("canary", number=40 + number)) == 200
    await until(lambda: "could not send" in bot.printed())
    bot.told_nobody()


async def test_messages_leave_little_behind_in_memory(twilio: Twilio, telegram: TelegramStandIn, tmp_path: Path):
    bot = Bot(tmp_path, twilio, telegram, "webhook")
    bot.start()
    await asyncio.to_thread(bot.wait_until_well)
    at_first = psutil.Process(bot.pid).memory_info().rss
    limits = httpx.Limits(max_connections=20)
    async with httpx.AsyncClient(timeout=60, limits=limits, base_url=bot.url) as client:

        async def person(number: int) -> None:
            for words in ("JOIN", "canary", "1", "1", "1", "MENU", "1", "4", "canary", "MENU"):
                body, signature = bot.signed(words, number=1000 + number)
                answer = await client.post(PATH, content=body, headers={"X-Twilio-Signature": signature})
                assert answer.status_code == 200

        await asyncio.gather(*(person(number) for number in range(200)))
    await until(lambda: sum(bot.texted(*range(1000, 1200))) == 2000, 60)
    used = psutil.Process(bot.pid).memory_info().rss
    print(f"\n2,000 messages: {used / 2**20:.0f} MiB resident ({at_first / 2**20:.0f} MiB at first)")
    assert used - at_first < 24 * 2**20  # what 2,000 messages leave behind; `make bench` prints the whole
    code, seconds = await asyncio.to_thread(bot.terminate)
    assert (code, in_time(seconds)) == (0, True), seconds
    bot.told_nobody()


async def test_an_organisations_own_words_of_danger_are_heard(
    twilio: Twilio, telegram: TelegramStandIn, tmp_path: Path
):
    own = tmp_path / "danger.toml"
    own.write_text(OWN_PATTERN, encoding="utf-8")
    safeguarding = f'{NOBODY_WATCHES}\ndanger_patterns = "{own}"'
    bot = Bot(tmp_path, twilio, telegram, "webhook", safeguarding)
    bot.start()
    await asyncio.to_thread(bot.wait_until_well)
    assert await post(bot, *bot.signed("canary im goin to the pier tonite", number=2501)) == 200
    assert await post(bot, *bot.signed("canary i went to the pier", number=2502)) == 200
    await until(lambda: bot.texted(2501, 2502) == [1, 1])
    ((said,), (ordinary,)) = (twilio.sent_to(f"+4477009{number:05d}") for number in (2501, 2502))
    assert "116 123" in said.body
    assert "116 123" not in ordinary.body
    assert [lane for (lane,) in bot.rows(select(OUTBOX.c.lane).order_by(OUTBOX.c.id))] == [Lane.DANGER, Lane.REPLY]
    told = await asyncio.to_thread(
        alongside, "explain-danger", "going to the pier tonight", "--config", str(bot.config), **bot.settings
    )
    assert "pattern on-the-pier, act, suicide_selfharm" in told.stdout
    bot.terminate()
    bot.told_nobody()


async def test_told_to_stop_it_stops_in_five_seconds_and_loses_nothing(
    twilio: Twilio, telegram: TelegramStandIn, tmp_path: Path
):
    telegram.reset()
    bot = Bot(tmp_path, twilio, telegram, "polling")
    bot.start()
    await asyncio.to_thread(bot.wait_until_well)
    numbers = [2000 + each for each in range(100)]
    webhooks = {number: bot.signed("JOIN", number) for number in numbers}

    async def deliver(number: int) -> int | None:
        await asyncio.sleep(random.Random(number).uniform(0, 1))
        try:
            return await post(bot, *webhooks[number])
        except httpx.TransportError:
            return None

    delivering = [asyncio.create_task(deliver(number)) for number in numbers]
    for number in numbers:
        telegram.text(number, "JOIN")
    await until(lambda: sum(each.done() for each in delivering) > 30)
    code, seconds = await asyncio.to_thread(bot.terminate)
    answers = dict(zip(numbers, await asyncio.gather(*delivering), strict=True))
    print(f"\nSIGTERM: over after {seconds:.2f} s; {sum(a == 200 for a in answers.values())} of 100 were answered")
    assert (code, in_time(seconds)) == (0, True), seconds
    assert set(answers.values()) <= {200, 503, None}
    kept = [sid for (sid,) in bot.rows(select(MESSAGE.c.provider_id).where(MESSAGE.c.sender == "sms"))]
    assert len(kept) >= sum(answer == 200 for answer in answers.values())
    assert bot.rows(select(OUTBOX.c.id).where(OUTBOX.c.state == "sending")) == [], "a clean end cuts nothing off"

    bot.start()
    await asyncio.to_thread(bot.wait_until_well)
    assert await asyncio.gather(*map(deliver, numbers)) == [200] * 100
    await until(lambda: all(bot.texted(*numbers)) and all(map(telegram.sent_to, numbers)), 30)
    assert bot.texted(*numbers) == [1] * 100
    assert [len(telegram.sent_to(number)) for number in numbers] == [1] * 100
    assert bot.rows(select(func.count()).select_from(MESSAGE)) == [(200,)]
    assert (await asyncio.to_thread(bot.terminate))[0] == 0
    bot.told_nobody()


async def test_told_to_stop_it_does_not_wait_for_a_provider_that_is_silent(
    twilio: Twilio, telegram: TelegramStandIn, tmp_path: Path
):
    bot = Bot(tmp_path, twilio, telegram, "polling")
    bot.start()
    await asyncio.to_thread(bot.wait_until_well)
    twilio.fail_next("silence", times=3)
    for number in (3001, 3002, 3003):
        assert await post(bot, *bot.signed("JOIN", number)) == 200
    await until(lambda: bot.texted(3001, 3002, 3003) == [1, 1, 1])
    code, seconds = await asyncio.to_thread(bot.terminate)
    assert (code, in_time(seconds)) == (0, True), seconds
    assert bot.rows(select(OUTBOX.c.state)) == [("sending",)] * 3, "to be looked up after the next start"
    bot.told_nobody()


async def test_polling_works_although_a_webhook_was_set_before(
    twilio: Twilio, telegram: TelegramStandIn, tmp_path: Path
):
    telegram.reset()
    telegram.state.webhook = Webhook("http://127.0.0.1:9/", None)
    telegram.text(7700900051, "canary")
    bot = Bot(tmp_path, twilio, telegram, "polling")
    bot.start()
    await asyncio.to_thread(bot.wait_until_well)
    await until(lambda: telegram.sent_to(7700900051))
    bot.terminate()
    bot.told_nobody()


async def test_a_port_that_is_taken_is_told_with_a_sentence(bot: Bot, tmp_path: Path):
    config = write_config(
        tmp_path / "config.toml",
        bot.port,
        f"sqlite:///{tmp_path / 'other.sqlite3'}",
        telegram=f'api_url = "{bot.telegram.url}"',
    )
    token = {"ALONGSIDE_TELEGRAM__TOKEN": bot.telegram.token}
    ended = await asyncio.to_thread(alongside, "run", "--config", str(config), **token)
    assert ended.returncode == 1
    assert f"port {bot.port}" in ended.stderr
    assert "Traceback" not in ended.stderr


async def test_a_configuration_with_faults_ends_it_with_all_of_them(tmp_path: Path):
    config = tmp_path / "config.toml"
    config.write_text(
        '[organisation]\nzone = "Europe/Lundon"\n[web]\nport = 70000\n[sms]\naccount_sid = "AC5"\n'
        'auth_token = "canary"\n[telegram]\nway_in = "pigeon"\nwings = 2\n'
    )
    ended = await asyncio.to_thread(alongside, "run", "--config", str(config))
    assert ended.returncode == 2
    for key in (
        "organisation.name",
        "organisation.zone",
        "web.port",
        "sms.account_sid",
        "sms.sends_as",
        "auth_token",
        "telegram.way_in",
        "telegram.wings",
    ):
        assert key in ended.stderr
    assert "canary" not in ended.stderr + ended.stdout
    assert "Traceback" not in ended.stderr


async def test_a_postgresql_that_was_not_migrated_ends_it_with_a_sentence(postgresql: PostgreSQL, tmp_path: Path):
    url = postgresql.create()
    config = write_config(tmp_path / "config.toml", free_port(), url, telegram='api_url = "http://127.0.0.1:9"')
    ended = await asyncio.to_thread(alongside, "run", "--config", str(config), ALONGSIDE_TELEGRAM__TOKEN="4242:canary")
    postgresql.drop(url)
    assert ended.returncode == 1
    assert ended.stderr.strip().endswith("The database is older than this program. Run: alongside migrate")
    assert "canary" not in ended.stderr


async def test_help_loads_nothing_heavy():
    shown = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-X", "importtime", "-m", "bot", "--help"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in shown.stderr.splitlines()}
    assert "typer" in loaded
    assert loaded.isdisjoint(HEAVY), loaded & set(HEAVY)
    assert "run" in shown.stdout
