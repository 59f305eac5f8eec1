"""In the real process: 10,000 messages of a broadcast wait, and what is said in danger leaves before all of them.

Only the order is looked at, as Twilio and the database saw it: how fast it goes depends on the machine.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from storage.database import Database
from storage.desk import ADDRESS, OUTBOX
from storage.tables import Lane
from tests.bot.watched_process import Watched, until, watched_process
from tests.prove.process import ON_CALL, everybody_has_acknowledged
from tests.standins.twilio_account import Message

BROADCASTS, READERS = 10_000, 500
PARTS_PER_SECOND = 5  # so only one message may leave at a time
IN_DANGER = ["+447700900001", "+447700900002", "+447700900003"]


class Crowded(Watched):
    """The program with its crowded outbox."""

    def sent_to(self, number: str) -> list[int]:
        """The places in the order in which Twilio took messages, of those to this number."""
        return [place for place, each in enumerate(self.twilio.accepted) if each.to == number]

    def is_of_the_broadcast(self, message: Message) -> bool:
        return message.body.startswith("News")

    def overtaken(self, number: str, kept: datetime) -> list[int]:
        """For each message to this number: of how many of the broadcast the sending began since, before its own."""
        with self.database.reading() as connection:
            to_them = select(OUTBOX.c.claimed_at).join(ADDRESS, ADDRESS.c.id == OUTBOX.c.address_id)
            left = connection.execute(to_them.where(ADDRESS.c.value == number)).scalars()
            return [
                connection.execute(
                    select(func.count()).where(
                        OUTBOX.c.lane == Lane.BROADCAST, OUTBOX.c.claimed_at > kept, OUTBOX.c.claimed_at < when
                    )
                ).scalar_one()
                for when in left.all()
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
async def crowded(database_url: str, tmp_path: Path) -> AsyncIterator[Crowded]:
    async with watched_process(database_url, tmp_path, PARTS_PER_SECOND) as watched:
        everybody_has_acknowledged(watched.database, watched.house, datetime.now(UTC))
        queue_a_broadcast(watched.database)
        await watched.start()
        yield Crowded(watched.bot, watched.database, watched.twilio)


async def test_what_is_said_in_danger_and_the_alert_leave_ahead_of_10000_broadcasts(crowded: Crowded):
    for number in IN_DANGER:
        taken, alerts_before = len(crowded.twilio.accepted), len(crowded.sent_to(ON_CALL))
        await until(lambda taken=taken: len(crowded.twilio.accepted) > taken + 1)  # the broadcast is under way
        kept = await crowded.says(number, "i cant go on, i want to kill myself")
        await until(lambda number=number: crowded.sent_to(number))
        await until(lambda alerts_before=alerts_before: len(crowded.sent_to(ON_CALL)) > alerts_before)
        [reply], alert = crowded.sent_to(number), crowded.sent_to(ON_CALL)[alerts_before]
        assert "116 123" in crowded.twilio.accepted[reply].body
        assert crowded.twilio.accepted[alert].body.startswith("ALERT")
        assert max(crowded.overtaken(number, kept)) == 0, "the reply waited for more than what was leaving already"
        assert max(crowded.overtaken(ON_CALL, kept)) == 0, "the alert waited for more than what was leaving already"
    of_the_broadcast = sum(map(crowded.is_of_the_broadcast, crowded.twilio.accepted))
    assert 3 <= of_the_broadcast < BROADCASTS, "all the while the broadcast went on, and it waits"
