"""The sweep of message records, through Twilio's own library, at a stand-in that refuses what Twilio refuses."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels import Outgoing
from bot.channels.sms import SmsChannel, SmsSettings
from bot.channels.twilio_records import TwilioRecords
from bot.feedback import sweep as sweeping
from bot.feedback.sweep import Sweep
from tests.standins.twilio import Twilio

OURS = "+447700900000"
ADA, BO, CAI = "+447700900001", "+447700900002", "+447700900003"
SECRET = "nobody answers the door on Sundays"


@pytest.fixture
async def twilio() -> AsyncIterator[Twilio]:
    async with Twilio(segments_per_second=1000, bot_url="http://127.0.0.1:1") as running:
        yield running


def channel(twilio: Twilio, **changes: str) -> SmsChannel:
    given = {"account_sid": twilio.account_sid, "auth_token": twilio.auth_token, "api_url": twilio.url, **changes}
    return SmsChannel(SmsSettings("main", sends_as=OURS, public_url=twilio.public_url, timeout_seconds=2, **given))


@pytest.fixture
async def sms(twilio: Twilio) -> AsyncIterator[SmsChannel]:
    opened = channel(twilio)
    yield opened
    await opened.close()


def in_hours(hours: float) -> datetime:
    return datetime.now(UTC) + timedelta(hours=hours)


def sweep(*channels: SmsChannel, hours: float = 7, most: int = 1000) -> Sweep:
    """As it is, so many hours from now; records are kept for six."""
    return Sweep([each.records for each in channels], lambda: in_hours(hours), keep_hours=6, most=most)


async def conversation(twilio: Twilio, sms: SmsChannel, turns: int = 3) -> None:
    for turn in range(turns):
        await twilio.text((ADA, BO, CAI)[turn % 3], f"{SECRET} {turn}")
        await sms.send(Outgoing(turn, (ADA, BO, CAI)[turn % 3], f"Thank you {turn}"))
    await asyncio.sleep(0.02)


async def test_everything_old_goes_in_and_out(twilio, sms):
    await conversation(twilio, sms)
    assert len(twilio.messages) == 6
    await sweep(sms).every_hour()
    assert twilio.messages == []


async def test_what_is_not_old_enough_stays(twilio, sms):
    await conversation(twilio, sms)
    await sweep(sms, hours=5.9).every_hour()
    assert len(twilio.messages) == 6
    assert twilio.requests["DELETE Message"] == 0


async def test_what_is_young_stays_although_it_is_listed(twilio, sms, monkeypatch):
    """Twilio's documentation promises days only: it may list a whole day."""
    await conversation(twilio, sms)
    before, listed = twilio.messages[0], twilio.listed
    before.created -= timedelta(hours=8)
    monkeypatch.setattr(twilio, "listed", lambda query: listed({k: v for k, v in query.items() if "Date" not in k}))
    await sweep(sms, hours=0).every_hour()
    assert len(twilio.messages) == 5
    assert before not in twilio.messages


async def test_all_pages_are_read_while_they_shrink(twilio, sms, monkeypatch):
    monkeypatch.setattr("bot.channels.twilio_records.LISTED_AT_ONCE", 5)
    await conversation(twilio, sms, turns=12)
    await sweep(sms).every_hour()
    assert twilio.messages == []
    assert twilio.requests["GET Messages"] >= 5


async def test_what_waits_in_the_queue_is_left_until_it_has_gone_out(twilio, sms):
    twilio.segments_per_second = 0.001
    for number in range(3):
        await sms.send(Outgoing(number, ADA, f"{number}"))
    await sweep(sms).every_hour()
    assert [message.status for message in twilio.messages] == ["queued", "queued"]
    for message in twilio.messages:
        message.goes_out_at = 0.0
    await sweep(sms).every_hour()
    assert twilio.messages == []


@pytest.mark.parametrize("status", ["sending", "accepted"])
async def test_what_twilio_still_works_on_is_found_again_later(twilio, sms, status):
    await conversation(twilio, sms)
    stuck = twilio.messages[1]
    stuck.told_status = status
    await sweep(sms).every_hour()
    assert twilio.messages == [stuck]
    stuck.told_status = "delivered"
    await sweep(sms).every_hour()
    assert twilio.messages == []


async def test_twilio_may_need_its_time_even_for_what_was_delivered(twilio, sms, caplog):
    twilio.working_seconds = 60
    await conversation(twilio, sms)
    with caplog.at_level(logging.INFO):
        await sweep(sms).every_hour()
    assert len(twilio.messages) == 6
    assert caplog.records == []  # it is no fault


async def test_what_failed_before_it_was_sent_has_no_date_and_goes_too(twilio, sms):
    twilio.segments_per_second = 0.001
    for number in range(3):
        await sms.send(Outgoing(number, ADA, f"{number}"))
    for message in twilio.messages[1:]:
        message.told_status = "failed"
        assert message.date_sent is None
    await sweep(sms).every_hour()
    assert twilio.messages == []


async def test_one_run_is_bounded_and_the_next_goes_on(twilio, sms):
    await conversation(twilio, sms, turns=6)
    await sweep(sms, most=5).every_hour()
    assert twilio.requests["DELETE Message"] == 5
    assert len(twilio.messages) == 7
    await sweep(sms, most=7).every_hour()
    assert twilio.messages == []


@pytest.mark.parametrize("kind", ["500", "timeout-after-accepting", "cut-before-accepting", "20500", "garbled"])
async def test_it_goes_on_after_errors(twilio, sms, kind):
    await conversation(twilio, sms, turns=6)
    twilio.fail_next(kind, times=3, on="DELETE")
    await sweep(sms).every_hour()
    assert len(twilio.messages) <= 3
    await sweep(sms).every_hour()
    assert twilio.messages == []


async def test_it_slows_down_when_it_is_asked_to(twilio, sms, monkeypatch):
    paused = []

    async def sleep(seconds: float) -> None:
        paused.append(seconds)

    await conversation(twilio, sms, turns=6)
    monkeypatch.setattr(sweeping.asyncio, "sleep", sleep)
    twilio.fail_next("429", times=2, on="DELETE", retry_after="3")
    twilio.fail_next("429", on="DELETE", retry_after="100000")
    await sweep(sms).every_hour()
    assert [seconds for seconds in paused if seconds > 0.1] == [60.0]
    assert len(twilio.messages) == 3


async def test_it_gives_up_after_many_failures_in_a_row(twilio, sms, caplog):
    await conversation(twilio, sms, turns=12)
    twilio.fail_next("500", times=24, on="DELETE")
    await sweep(sms).every_hour()
    assert twilio.requests["DELETE Message"] <= sweeping.IN_A_ROW + sweeping.AT_ONCE
    assert [(record.msg, record.reason) for record in caplog.records] == [("sweep stopped", "provider_down")]


async def test_it_gives_up_at_once_when_the_token_is_wrong(twilio, sms, caplog):
    await conversation(twilio, sms)
    twilio.auth_token = "another"
    wrong = channel(twilio)
    await sweep(wrong).every_hour()
    await wrong.close()
    assert twilio.requests["GET Messages"] == 1
    assert [record.reason for record in caplog.records] == ["wrong_credentials"]


async def test_a_list_that_cannot_be_read_ends_the_run_in_peace(twilio, sms, caplog):
    await conversation(twilio, sms)
    twilio.fail_next("garbled", on="GET")
    await sweep(sms).every_hour()
    assert len(twilio.messages) == 6
    assert [record.msg for record in caplog.records] == ["sweep stopped"]


async def test_it_never_raises(twilio, sms, monkeypatch, caplog):
    async def broken(self: TwilioRecords, sid: str) -> None:
        raise RuntimeError(sid)

    await conversation(twilio, sms)
    monkeypatch.setattr(TwilioRecords, "delete", broken)
    await sweep(sms).every_hour()
    assert [record.msg for record in caplog.records] == ["sweep broke"]
    assert twilio.messages[0].sid not in caplog.text


async def test_two_numbers_of_one_account_are_swept_once(twilio, sms):
    other = channel(twilio)
    await conversation(twilio, sms)
    await sweep(sms, other).every_hour()
    assert twilio.messages == []
    assert twilio.requests["GET Messages"] == 2
    await other.close()


async def test_a_run_ends_before_the_next_one(twilio, sms, monkeypatch, caplog):
    monkeypatch.setattr(sweeping, "LONGEST_RUN", 0.1)
    await conversation(twilio, sms)
    twilio.fail_next("silence", on="GET")
    await sweep(sms).every_hour()
    assert [record.msg for record in caplog.records] == ["sweep broke"]


async def test_nothing_is_logged_that_tells_who_or_how_many(twilio, sms, caplog):
    """What Twilio had and the database has not is anonymous: so not even numbers of messages."""
    await conversation(twilio, sms, turns=4)
    twilio.fail_next("500", times=2, on="DELETE")
    with caplog.at_level(logging.DEBUG):
        await sweep(sms).every_hour()
        twilio.fail_next("500", on="GET")
        await sweep(sms).every_hour()
    told = [vars(record) for record in caplog.records if record.name.startswith("bot")]
    assert [set(each) & {"count", "row"} for each in told] == [set()]
    logged = repr([vars(record) for record in caplog.records])
    assert all(private not in logged for private in (OURS, ADA, SECRET, "SM000", twilio.auth_token, twilio.account_sid))


async def test_deleting_twice_is_no_error(twilio, sms, caplog):
    await conversation(twilio, sms)
    await asyncio.gather(sweep(sms).every_hour(), sweep(sms).every_hour())
    assert twilio.messages == []
    assert caplog.records == []
