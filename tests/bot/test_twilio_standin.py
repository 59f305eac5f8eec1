"""The stand-in for Twilio behaves as Twilio does wherever other tests build on it."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels import Outgoing, Reason, SendFailed
from bot.channels.sms import EMPTY_ANSWER, SmsChannel, SmsSettings
from tests.standins.serving import Serving
from tests.standins.twilio import Twilio

OURS = "+447700900000"
ADA = "+447700900001"
BO = "+447700900002"
CAI = "+447700900003"
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
async def twilio():
    async with Twilio(segments_per_second=1000) as running:
        yield running


def channel(twilio: Twilio) -> SmsChannel:
    return SmsChannel(
        SmsSettings("main", twilio.account_sid, twilio.auth_token, OURS, twilio.public_url, api_url=twilio.url)
    )


@pytest.fixture
async def sms(twilio):
    opened = channel(twilio)
    yield opened
    await opened.close()


def to(address: str, text: str = "How is the week going?") -> Outgoing:
    return Outgoing(1, address, text)


async def failing(channel: SmsChannel, message: Outgoing) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await channel.send(message)
    return caught.value


async def test_it_blocks_every_send_after_stop_until_start(twilio, sms):
    await twilio.text(CAI, " stop ")
    assert (await failing(sms, to(CAI))).reason == Reason.OPTED_OUT
    await twilio.text(CAI, "yes")
    await sms.send(to(CAI))
    await twilio.text(CAI, "help")
    assert [m.by_twilio for m in twilio.sent_to(CAI)] == [True, True, False, True]
    await twilio.text(BO, "YES")  # an answer like any other: Bo has not said STOP
    await twilio.text(BO, "stop it")
    assert twilio.sent_to(BO) == []


@pytest.fixture
async def listening(twilio, sms):
    """A bot that only listens: what it has heard and been told."""
    heard = []

    async def webhook(request: Request) -> Response:
        heard.append(sms.decode_webhook(await request.body(), request.headers.get("X-Twilio-Signature"), NOW))
        return Response(EMPTY_ANSWER, media_type="text/xml")

    async def status(request: Request) -> Response:
        heard.append(sms.decode_status(await request.body(), request.headers.get("X-Twilio-Signature")))
        return Response(status_code=204)

    async def cut(request: Request) -> Response:
        heard.append("cut")
        request.state.connection.abort()
        return Response()

    paths = {sms.webhook_path: webhook, sms.status_path: status, "/cut": cut}
    app = Starlette(routes=[Route(path, handler, methods=["POST"]) for path, handler in paths.items()])
    async with Serving(app) as bot:
        twilio.bot_url = bot.url
        yield heard


async def test_it_speaks_to_a_bot_as_twilio_does(twilio, sms, listening):
    answer = await twilio.text(ADA, "2 ŵ", media=[("image/png", "https://api.twilio.com/1")])
    assert (answer.status, answer.attempts) == (200, 1)
    await twilio.text(ADA, "2 ŵ", sid=answer.sid)
    assert [(m.text, m.kind, m.message_id) for m in listening] == [
        ("2 ŵ", "photo", answer.sid),
        ("2 ŵ", "text", answer.sid),
    ]
    assert twilio.problems == []


async def test_it_tells_of_opt_outs_when_they_are_advanced(twilio, listening):
    twilio.keywords = "advanced"
    for word in ("START", "STOP", "START", "HELP"):
        await twilio.text(ADA, word)
    assert [m.kind for m in listening] == ["text", "opted out", "opted in", "text"]
    assert len(twilio.sent_to(ADA)) == 3


async def test_it_reports_what_became_of_a_message(twilio, sms, listening):
    twilio.reports = True
    twilio.undeliverable[BO] = 30005
    sent = [await sms.send(to(ADA)), await sms.send(to(BO))]
    await twilio.reported()
    states = {(told.provider_id, told.state, told.code) for told in listening}
    first, second = (one.provider_id for one in sent)
    assert states == {
        (first, "sent", None),
        (first, "delivered", None),
        (second, "sent", None),
        (second, "failed", "30005"),
    }
    assert await twilio.report(twilio.accepted[0], "sent") == 204  # late


async def test_it_tries_once_more_when_the_connection_fails(twilio, listening):
    twilio.webhook_path = "/cut"
    answer = await twilio.text(ADA, "2")
    assert (answer.status, answer.attempts, listening) == (None, 2, ["cut", "cut"])
    assert twilio.problems == ["11205 no answer"]


async def test_it_pages_filters_and_deletes(twilio, sms):
    for number in range(7):
        await sms.send(to(ADA, f"word {number}"))
    await sms.send(to(BO))
    listed = sms._account.messages
    assert [m.body for m in await listed.list_async(to=ADA, limit=5, page_size=2)] == [
        f"word {number}" for number in (6, 5, 4, 3, 2)
    ]
    assert len(await listed.list_async(limit=50)) == 8
    await asyncio.sleep(0.02)  # every one has left the queue
    assert len(await listed.list_async(date_sent_after=datetime.now(UTC) - timedelta(days=1), limit=50)) == 8
    assert await listed.list_async(date_sent_before=datetime.now(UTC) - timedelta(days=1), limit=50) == []
    (first,) = twilio.sent_to(BO)
    assert await sms._account.messages(first.sid).delete_async()
    assert len(await listed.list_async(limit=50)) == 7
    assert await listed.list_async(to=BO, limit=50) == []
    assert twilio.sent_to(BO) == [first]
    with pytest.raises(SendFailed):
        await sms._account.messages(first.sid).fetch_async()


async def test_it_queues_at_the_senders_pace_and_slows_hasty_clients():
    async with Twilio(segments_per_second=10, requests_per_second=3) as slow:
        sms = channel(slow)
        until = int(time.monotonic()) + 1
        await asyncio.sleep(until - time.monotonic())
        for _ in range(3):
            await sms.send(to(ADA, "x" * 161))
        assert (await failing(sms, to(ADA))).reason == Reason.TOO_FAST
        slow.requests_per_second = None
        first, second, third = (m.goes_out_at for m in slow.accepted)
        listed = await sms._account.messages.list_async(date_sent_after=NOW - timedelta(days=1), limit=9)
        assert [m.sid for m in listed] == [slow.accepted[0].sid]  # the others still wait, and have no date
        assert (round(second - first, 1), round(third - second, 1)) == (0.2, 0.2)
        await sms.close()
