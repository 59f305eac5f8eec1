"""In the real process: 10,000 messages of a broadcast wait, and what is said in danger leaves before all of them.

Only the order is looked at, as Twilio and the database saw it: how fast it goes depends on the machine.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, insert, select

from storage.database import Database
from storage.desk import ADDRESS, OUTBOX
from storage.tables import Lane
from tests.prove.process import (
    ON_CALL,
    PUBLIC_URL,
    SAM_WATCHES,
    RealBot,
    everybody_has_acknowledged,
    free_port,
    house_of,
    write_config,
)
from tests.standins.twilio import Twilio
from tests.standins.twilio_account import Message

BROADCASTS, READERS = 10_000, 500
PARTS_PER_SECOND = 5  # so only one message may leave at a time
PATH = "/sms/sms"
IN_DANGER = ["+447700900001", "+447700900002", "+447700900003"]
ONE_A_SLOT = 1  # may have been taken before what is said in danger was there


async def until(happened: Callable[[], object], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not happened():
            await asyncio.sleep(0.01)


@dataclass
class Crowded:
    """The process with its crowded outbox, and Twilio."""

    bot: RealBot
    database: Database
    twilio: Twilio

    async def says(self, number: str, words: str) -> int:
        """Post somebody's text; how many messages Twilio had taken when the process said that it is kept."""
        sid = self.twilio.keep(number, self.twilio.numbers[0], words, sender="", direction="inbound").sid
        body, signature = self.twilio.signed(PUBLIC_URL + PATH, self.twilio.webhook_fields(number, "", words, sid))
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
        async with httpx.AsyncClient(timeout=30) as client:
            answer = await client.post(self.bot.url + PATH, content=body, headers=headers)
        assert answer.status_code == 200
        return len(self.twilio.accepted)

    def sent_to(self, number: str) -> list[int]:
        """The places in the order in which Twilio took messages, of those to this number."""
        return [place for place, each in enumerate(self.twilio.accepted) if each.to == number]

    def is_of_the_broadcast(self, message: Message) -> bool:
        return message.body.startswith("News")

    def overtaken_by(self, number: str) -> list[int]:
        """For each message to this number: of how many of the broadcast the sending began while it waited."""
        with self.database.reading() as connection:
            query = select(OUTBOX.c.created_at, OUTBOX.c.claimed_at).join(ADDRESS, ADDRESS.c.id == OUTBOX.c.address_id)
            waited = connection.execute(query.where(ADDRESS.c.value == number)).all()
            return [
                connection.execute(
                    select(func.count()).where(
                        OUTBOX.c.lane == Lane.BROADCAST,
                        OUTBOX.c.claimed_at > created_at,
                        OUTBOX.c.claimed_at < claimed_at,
                    )
                ).scalar_one()
                for created_at, claimed_at in waited
            ]


def queue_a_broadcast(database: Database) -> None:
    now = datetime.now(UTC)
    readers = [
        {"id": n, "channel": "sms", "sender": "sms", "value": f"+44{7700900300 + n}", "created_at": now}
        for n in range(1, READERS + 1)
    ]
    with database.writing() as connection:
        connection.execute(insert(ADDRESS), readers)
        connection.execute(insert(OUTBOX), [news(n, now) for n in range(BROADCASTS)])


def news(n: int, now: datetime) -> dict[str, Any]:
    when = {"created_at": now, "not_before": now}
    where = {"id": n + 1, "address_id": 1 + n % READERS, "sender": "sms", "lane": int(Lane.BROADCAST)}
    return {**where, **when, "text": f"News {n}", "state": "queued", "attempts": 0}


@pytest.fixture
async def crowded(database_url: str, tmp_path: Path):
    database = Database(database_url)
    async with Twilio(public_url=PUBLIC_URL, webhook_path=PATH, segments_per_second=10_000) as twilio:
        port = free_port()
        config = write_config(
            tmp_path / "config.toml",
            port,
            "sqlite:///of-no-use.sqlite3",
            twilio=f'account_sid = "{twilio.account_sid}"\nsends_as = "{twilio.numbers[0]}"\n'
            f'api_url = "{twilio.url}"\nparts_per_second = {PARTS_PER_SECOND}',
            safeguarding=SAM_WATCHES,
        )
        everybody_has_acknowledged(database, house_of(config), datetime.now(UTC))
        queue_a_broadcast(database)
        settings = {"ALONGSIDE_SMS__AUTH_TOKEN": twilio.auth_token, "ALONGSIDE_DATABASE__URL": database_url}
        bot = RealBot(config, port, settings, tmp_path / "log.txt")
        bot.start()
        await asyncio.to_thread(bot.wait_until_well)
        yield Crowded(bot, database, twilio)
        if bot.is_running:
            await asyncio.to_thread(bot.terminate)
    database.close()


async def test_what_is_said_in_danger_and_the_alert_leave_ahead_of_10000_broadcasts(crowded: Crowded):
    for number in IN_DANGER:
        taken, alerts_before = len(crowded.twilio.accepted), len(crowded.sent_to(ON_CALL))
        await until(lambda taken=taken: len(crowded.twilio.accepted) > taken + 1)  # the broadcast is under way
        when_kept = await crowded.says(number, "i cant go on, i want to kill myself")
        await until(lambda number=number: crowded.sent_to(number))
        await until(lambda alerts_before=alerts_before: len(crowded.sent_to(ON_CALL)) > alerts_before)
        [reply], alert = crowded.sent_to(number), crowded.sent_to(ON_CALL)[alerts_before]
        assert "116 123" in crowded.twilio.accepted[reply].body
        assert crowded.twilio.accepted[alert].body.startswith("ALERT")
        assert reply - when_kept <= ONE_A_SLOT, "the reply waited for more than what was leaving just then"
        assert alert - reply - 1 <= ONE_A_SLOT, "the alert waited for more than what was leaving just then"
    for number in (*IN_DANGER, ON_CALL):
        assert max(crowded.overtaken_by(number)) <= ONE_A_SLOT
    of_the_broadcast = sum(map(crowded.is_of_the_broadcast, crowded.twilio.accepted))
    assert 3 <= of_the_broadcast < BROADCASTS, "all the while the broadcast went on, and it waits"
