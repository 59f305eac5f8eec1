"""Text messages through Twilio's own library, over real HTTP, to a stand-in that refuses what Twilio refuses.

Ada and Bo can be reached; Cai has said STOP. The numbers are Ofcom's, kept for fiction.
"""

import asyncio
import logging
import time
import traceback
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels import Channel, Outgoing, Pace, Reason, Retry, SendFailed, Sent
from bot.channels.sms import SmsChannel, SmsSettings, StatusReport
from tests.standins.twilio import Twilio

OURS = "+447700900000"
ADA = "+447700900001"
BO = "+447700900002"
CAI = "+447700900003"
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SERVICE = "MG" + "6" * 32
WORDS = "How is the week going? Reply 1 to 5."


@pytest.fixture
async def twilio():
    async with Twilio(segments_per_second=1000) as running:
        yield running


def settings(twilio: Twilio, **changes: object) -> SmsSettings:
    usual = SmsSettings(
        sender="main",
        account_sid=twilio.account_sid,
        auth_token=twilio.auth_token,
        sends_as=OURS,
        public_url=twilio.public_url,
        api_url=twilio.url,
        timeout_seconds=2,
    )
    return replace(usual, **changes)


@pytest.fixture
async def sms(twilio):
    channel = SmsChannel(settings(twilio))
    yield channel
    await channel.close()


@pytest.fixture
async def channels():
    opened = []

    def make(twilio: Twilio, **changes: object) -> SmsChannel:
        opened.append(SmsChannel(settings(twilio, **changes)))
        return opened[-1]

    yield make
    for channel in opened:
        await channel.close()


def to(address: str, text: str = WORDS) -> Outgoing:
    return Outgoing(1, address, text)


async def failing(channel: SmsChannel, message: Outgoing) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await channel.send(message)
    return caught.value


# Words out


async def test_it_hands_a_message_to_twilio(twilio, sms):
    sent = await sms.send(to(ADA))
    (message,) = twilio.sent_to(ADA)
    assert sent == Sent(message.sid, 1)
    assert (message.from_, message.body, message.callback_url) == (
        OURS,
        WORDS,
        "https://texts.example.org/sms/main/status",
    )


async def test_it_folds_typography_before_it_counts_and_sends(twilio, sms):
    message = to(ADA, "It’s “on” – " + "x" * 130)
    assert sms.units(message) == 1
    assert (await sms.send(message)).parts == 1
    assert twilio.sent_to(ADA)[0].body.startswith('It\'s "on" - ')


async def test_it_keeps_welsh_as_it_was_written(twilio, sms):
    await sms.send(to(ADA, "Sut mae’r ŵyl?"))
    assert twilio.sent_to(ADA)[0].body == "Sut mae’r ŵyl?"


async def test_it_tells_the_parts_that_are_billed(twilio, sms):
    assert (await sms.send(to(ADA, "x" * 161))).parts == 2
    assert sms.units(to(ADA, "x" * 161)) == 2
    assert sms.units(to(ADA, "")) == 1


async def test_it_sends_through_a_messaging_service(twilio, channels):
    sent = await channels(twilio, sends_as=SERVICE).send(to(ADA, "x" * 161))
    assert sent.parts == 2  # a service says 0 while it has not chosen a number
    assert twilio.accepted[0].sender == SERVICE


async def test_it_sends_under_a_name(twilio, channels):
    await channels(twilio, sends_as="Alongside").send(to(ADA))
    assert twilio.accepted[0].from_ == "Alongside"


async def test_it_sends_text_that_no_one_could_type(twilio, sms):
    await sms.send(to(ADA, "a\ud800\x00b"))
    assert twilio.sent_to(ADA)[0].body == "ab"


async def test_it_is_a_channel(sms):
    channel: Channel = sms
    assert (channel.channel, channel.sender, channel.can_list) == ("sms", "main", True)
    assert channel.pace == Pace(units_per_second=10)


async def test_it_does_not_let_the_environment_choose_the_host(twilio, channels, monkeypatch):
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    await channels(twilio).send(to(ADA))


# What can go wrong

NEVER, LATER, UNKNOWN = Retry.NEVER, Retry.LATER, Retry.UNKNOWN
MENDED = {"our_fault": True}
CLOSED = {"closes_address": True}
CATALOGUE = [
    (20003, Reason.WRONG_CREDENTIALS, LATER, MENDED),
    (20005, Reason.NO_MONEY, LATER, MENDED),
    (20404, Reason.WRONG_CREDENTIALS, LATER, MENDED),
    (20429, Reason.TOO_FAST, LATER, {}),
    (21211, Reason.NO_SUCH_ADDRESS, NEVER, CLOSED),
    (21212, Reason.REFUSED, LATER, MENDED),
    (21265, Reason.CANNOT_RECEIVE, NEVER, CLOSED),
    (21408, Reason.NO_MONEY, LATER, MENDED),
    (21602, Reason.REFUSED, NEVER, MENDED),
    (21603, Reason.REFUSED, LATER, MENDED),
    (21604, Reason.NO_SUCH_ADDRESS, NEVER, CLOSED),
    (21606, Reason.REFUSED, LATER, MENDED),
    (21608, Reason.NO_MONEY, LATER, MENDED),
    (21610, Reason.OPTED_OUT, NEVER, CLOSED),
    (21611, Reason.TOO_FAST, LATER, {}),
    (21612, Reason.CANNOT_RECEIVE, NEVER, {}),
    (21614, Reason.CANNOT_RECEIVE, NEVER, CLOSED),
    (21617, Reason.TOO_LONG, NEVER, MENDED),
    (21635, Reason.CANNOT_RECEIVE, NEVER, CLOSED),
    (21659, Reason.REFUSED, LATER, MENDED),
    (21660, Reason.REFUSED, LATER, MENDED),
    (21661, Reason.REFUSED, LATER, MENDED),
    (21701, Reason.REFUSED, LATER, MENDED),
    (21703, Reason.REFUSED, LATER, MENDED),
    (30001, Reason.TOO_FAST, LATER, {}),
    (30002, Reason.NO_MONEY, LATER, MENDED),
    (30003, Reason.UNREACHABLE, LATER, {}),
    (30004, Reason.FILTERED, NEVER, {}),
    (30005, Reason.NO_SUCH_ADDRESS, NEVER, CLOSED),
    (30006, Reason.CANNOT_RECEIVE, NEVER, CLOSED),
    (30007, Reason.FILTERED, NEVER, {}),
    (30008, Reason.UNREACHABLE, LATER, {}),
    (63038, Reason.TOO_FAST, LATER, {}),
    (29999, Reason.REFUSED, NEVER, {}),  # one that we do not know
]


@pytest.mark.parametrize(("code", "reason", "retry", "more"), CATALOGUE, ids=lambda value: str(value))
async def test_it_knows_what_a_refusal_means(twilio, sms, code, reason, retry, more):
    twilio.fail_next(str(code))
    failed = await failing(sms, to(ADA))
    assert (failed.reason, failed.retry, failed.code) == (reason, retry, str(code))
    assert failed.our_fault == more.get("our_fault", False)
    assert failed.closes_address == more.get("closes_address", False)
    assert twilio.requests["POST Messages"] == 1


@pytest.mark.parametrize(("code", "reason", "retry", "more"), CATALOGUE, ids=lambda value: str(value))
async def test_it_reads_the_same_catalogue_in_a_status(twilio, sms, code, reason, retry, more):
    fields = {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": str(code)}
    told = sms.decode_status(*twilio.signed("https://texts.example.org/sms/main/status", fields))
    assert told == StatusReport("SM1", "failed", reason=reason, retry=retry, code=str(code), **more)


def test_it_has_a_test_for_every_code_of_the_catalogue():
    from bot.channels.twilio_rest import FAILURES

    assert set(FAILURES) == {code for code, *_ in CATALOGUE} - {29999}


async def test_it_hears_what_twilio_itself_refuses(twilio, sms, channels):
    twilio.unknown.add(ADA)
    twilio.landlines.add(BO)
    twilio.opted_out.add((OURS, CAI))
    assert (await failing(sms, to(ADA))).reason == Reason.NO_SUCH_ADDRESS
    assert (await failing(sms, to(BO))).reason == Reason.CANNOT_RECEIVE
    assert (await failing(sms, to(CAI))).reason == Reason.OPTED_OUT
    assert (await failing(sms, to("+447700900004", "x" * 1601))).reason == Reason.TOO_LONG
    assert (await failing(sms, to("+447700900004", ""))).code == "21602"
    assert (await failing(channels(twilio, sends_as="+447700900999"), to(CAI))).code == "21606"
    assert (await failing(channels(twilio, auth_token="wrong"), to(CAI))).reason == Reason.WRONG_CREDENTIALS
    assert not twilio.accepted


async def test_it_waits_as_long_as_twilio_asks(twilio, sms):
    twilio.fail_next("429", retry_after="7")
    failed = await failing(sms, to(ADA))
    assert (failed.reason, failed.retry, failed.after_seconds) == (Reason.TOO_FAST, LATER, 7.0)
    twilio.fail_next("429", retry_after="Fri, 31 Dec 1999 23:59:59 GMT")
    assert (await failing(sms, to(ADA))).after_seconds == 0.0
    for nonsense in (None, "soon"):
        twilio.fail_next("429", retry_after=nonsense)
        failed = await failing(sms, to(ADA))
        assert (failed.reason, failed.after_seconds) == (Reason.TOO_FAST, None)


@pytest.mark.parametrize(
    ("fault", "arrived"),
    [
        ("500", 0),
        ("500-after-accepting", 1),
        ("timeout-after-accepting", 1),
        ("cut-before-accepting", 0),
        ("garbled", 1),
        ("silence", 1),
    ],
)
async def test_it_does_not_know_about_a_send_that_was_cut_off_and_never_posts_it_twice(
    twilio, channels, fault, arrived
):
    sms = channels(twilio, timeout_seconds=0.3)
    before = datetime.now(UTC)
    twilio.fail_next(fault)
    failed = await failing(sms, to(ADA))
    assert (failed.reason, failed.retry) == (Reason.CUT_OFF, UNKNOWN)
    await asyncio.sleep(0.05)
    assert twilio.requests["POST Messages"] == 1
    assert len(twilio.sent_to(ADA)) == arrived
    found = await sms.find_sent(to(ADA), before)
    assert found == (Sent(twilio.sent_to(ADA)[0].sid, 1) if arrived else None)


async def test_it_gives_up_after_the_timeout(twilio, channels):
    twilio.fail_next("silence")
    started = time.monotonic()
    await failing(channels(twilio, timeout_seconds=0.2), to(ADA))
    assert 0.15 < time.monotonic() - started < 1.5


async def test_it_may_try_again_when_nothing_was_sent(twilio, sms):
    await twilio.stop_listening()
    failed = await failing(sms, to(ADA))
    assert (failed.reason, failed.retry) == (Reason.PROVIDER_DOWN, LATER)


async def test_it_keeps_working_after_a_failure(twilio, sms):
    for fault in ("500", "timeout-after-accepting", "429", "30007"):
        twilio.fail_next(fault)
        await failing(sms, to(ADA))
    assert await sms.send(to(BO))


async def test_it_closes_twice(twilio, sms):
    await sms.send(to(ADA))
    await sms.close()
    await sms.close()
    assert sms._http._session is None


# Looking for a send that was cut off


async def test_it_finds_a_message_that_still_waits_in_the_queue(channels):
    async with Twilio(segments_per_second=0.01) as slow:
        sms = channels(slow)
        before = datetime.now(UTC)
        await sms.send(to(BO))
        sent = await sms.send(to(ADA, "It’s on"))
        assert slow.sent_to(ADA)[0].date_sent is None
        assert await sms.find_sent(to(ADA, "It’s on"), before) == sent


async def test_it_finds_nothing_older_other_or_to_someone_else(twilio, sms):
    await sms.send(to(ADA))
    now = datetime.now(UTC)
    assert await sms.find_sent(to(ADA, "Other words"), now) is None
    assert await sms.find_sent(to(BO), now) is None
    assert await sms.find_sent(to(ADA), now + timedelta(minutes=1)) is None


async def test_it_does_not_take_what_a_person_said_for_what_we_said(twilio, sms):
    before = datetime.now(UTC)
    await twilio.text(ADA, WORDS)
    assert await sms.find_sent(to(OURS), before) is None


async def test_it_finds_the_oldest_of_two_alike(twilio, sms):
    before = datetime.now(UTC)
    first = await sms.send(to(ADA))
    await sms.send(to(ADA))
    assert await sms.find_sent(to(ADA), before) == first


async def test_it_finds_what_a_trial_account_has_put_its_prefix_to(twilio, sms):
    before = datetime.now(UTC)
    sent = await sms.send(to(ADA))
    twilio.accepted[0].body = "Sent from your Twilio trial account - " + WORDS
    assert await sms.find_sent(to(ADA), before) == sent


@pytest.mark.parametrize("fault", ["500", "cut-before-accepting", "garbled", "silence"])
async def test_it_can_ask_again_when_the_list_did_not_come(twilio, channels, fault):
    twilio.fail_next(fault, times=5, on="GET")  # aiohttp asks once more by itself: reading again is harmless
    with pytest.raises(SendFailed) as caught:
        await channels(twilio, timeout_seconds=0.3).find_sent(to(ADA), NOW)
    assert (caught.value.reason, caught.value.retry) == (Reason.PROVIDER_DOWN, LATER)


# Checking the account


async def test_it_has_no_complaint_about_a_working_account(twilio, sms, channels):
    assert await sms.check() == []
    assert await channels(twilio, sends_as="Alongside").check() == []


async def test_it_says_what_is_wrong_with_the_account(twilio, sms, channels):
    (problem,) = await channels(twilio, auth_token="wrong").check()
    assert "auth token" in problem
    assert "wrong" not in problem
    (problem,) = await channels(twilio, account_sid="AC" + "0" * 32).check()
    assert "account SID" in problem
    (problem,) = await channels(twilio, sends_as="+447700900999").check()
    assert "not one of this Twilio account's" in problem
    twilio.sms_url = "https://demo.twilio.com/welcome"
    (problem,) = await sms.check()
    assert "https://texts.example.org/sms/main" in problem
    twilio.sms_url, twilio.sms_capable = None, False
    (problem,) = await sms.check()
    assert "cannot send texts" in problem
    twilio.sms_capable, twilio.account_status, twilio.account_type = True, "suspended", "Trial"
    assert [("suspended" in p, "trial" in p) for p in await sms.check()] == [(True, False), (False, True)]
    await twilio.stop_listening()
    (problem,) = await sms.check()
    assert "did not answer" in problem


# What must not be told


async def test_it_tells_no_number_text_or_token_in_errors_and_logs(twilio, channels, caplog):
    caplog.set_level(logging.DEBUG)
    sms = channels(twilio, timeout_seconds=0.3)
    twilio.unknown.add(ADA)
    told = []
    for fault in ("", "21211", "21617", "500", "timeout-after-accepting", "silence", "garbled", "429"):
        if fault:
            twilio.fail_next(fault)
        try:
            await sms.send(to(ADA))
        except SendFailed as failed:
            told.append("".join(traceback.format_exception(failed)))
    for fault in ("500", "garbled", "20003"):
        twilio.fail_next(fault, on="GET")
        try:
            await sms.find_sent(to(ADA), NOW)
        except SendFailed as failed:
            told.append("".join(traceback.format_exception(failed)))
    await sms.send(to(BO))
    told += [repr(settings(twilio)), repr(sms), *caplog.messages, caplog.text]
    for told_here in told:
        for secret in ("7700900001", "7700900002", WORDS, twilio.auth_token):
            assert secret not in told_here
    assert len(told) == 8 + 3 + 3 + len(caplog.messages)
