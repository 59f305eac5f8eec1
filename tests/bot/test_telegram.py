"""The Telegram channel against a Telegram of our own: real HTTP, the real library.

Ada is new. Bo coordinates. Cai blocks the bot. Dee writes in Welsh.
"""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
import time
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels import Button, Incoming, Outgoing, Pace, Reason, Refused, Retry, SendFailed
from bot.channels.telegram import TelegramChannel, TelegramSettings
from tests.standins.telegram import Fault, Limits, TelegramStandIn

ADA, BO, CAI, DEE = 7_700_900_001, 7_700_900_002, 7_700_900_003, 7_700_900_004  # longer than 32 bits
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SECRET = "a-webhook_secret"
PRIVATE = "my private words"


@pytest.fixture(scope="module")
def server() -> Iterator[TelegramStandIn]:
    with TelegramStandIn() as telegram:
        yield telegram


@pytest.fixture
def telegram(server: TelegramStandIn) -> TelegramStandIn:
    server.reset()
    server.limits = None
    server.holds_polls_open = True
    return server


def settings_for(telegram: TelegramStandIn) -> TelegramSettings:
    return TelegramSettings(
        "main",
        telegram.token,
        webhook_secret=SECRET,
        api_url=telegram.url,
        poll_seconds=20,
        answer_seconds=5,
        first_pause_seconds=0.01,
        longest_pause_seconds=0.05,
        conflict_pause_seconds=0.05,
    )


@asynccontextmanager
async def opened(settings: TelegramSettings) -> AsyncIterator[TelegramChannel]:
    channel = TelegramChannel(settings, now=lambda: NOW)
    try:
        yield channel
    finally:
        await channel.close()


@pytest.fixture
async def channel(telegram: TelegramStandIn) -> AsyncIterator[TelegramChannel]:
    async with opened(settings_for(telegram)) as channel:
        yield channel


class Inbox:
    """What the bot has committed, and where it would go on after a crash."""

    def __init__(self) -> None:
        self.messages: list[Incoming] = []
        self.offset: int | None = None
        self.failures = 0  # so many commits fail first
        self.before_commit: Callable[[], Any] = lambda: None

    async def take(self, messages: list[Incoming], next_offset: int) -> None:
        self.before_commit()
        if self.failures:
            self.failures -= 1
            raise RuntimeError(f"the disk is full: {PRIVATE}")
        self.messages += messages
        self.offset = next_offset

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.messages]


@asynccontextmanager
async def polling(channel: TelegramChannel, inbox: Inbox) -> AsyncIterator[asyncio.Task[Any]]:
    task = asyncio.create_task(channel.poll(inbox.take, inbox.offset))
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, SendFailed):
            await task


async def polled(telegram: TelegramStandIn, channel: TelegramChannel, messages: int = 1) -> list[Incoming]:
    inbox = Inbox()
    async with polling(channel, inbox):
        await telegram.until(lambda: len(inbox.messages) >= messages)
    return inbox.messages


def to_ada(text: str = "How are you, 1 to 5?", **more: Any) -> Outgoing:
    return Outgoing(1, str(ADA), text, **more)


async def failure(channel: TelegramChannel, message: Outgoing) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await channel.send(message)
    return caught.value


def told(failure: SendFailed) -> tuple[Reason, Retry, bool, bool, float | None]:
    return failure.reason, failure.retry, failure.our_fault, failure.closes_address, failure.after_seconds


# --- polling


async def test_a_text_arrives_with_all_that_the_bot_needs(telegram, channel):
    telegram.text(ADA, "2 tired no call")
    [message] = await polled(telegram, channel)
    update_id = telegram.state.next_update_id - 1
    assert message == Incoming(
        channel="telegram",
        sender="main",
        address=str(ADA),
        message_id=str(update_id),
        received_at=NOW,
        kind="text",
        text="2 tired no call",
        offset=update_id + 1,
        chat_message_id="2",
    )


async def test_messages_arrive_in_order_and_in_one_commit_a_poll(telegram, channel):
    for number in range(30):
        telegram.text((ADA, BO, DEE)[number % 3], f"message {number}")
    commits: list[int] = []
    inbox = Inbox()
    inbox.before_commit = lambda: commits.append(1)
    async with polling(channel, inbox):
        await telegram.until(lambda: len(inbox.messages) == 30)
    assert inbox.texts == [f"message {number}" for number in range(30)]
    assert len(commits) == 1


async def test_telegram_hears_that_an_update_arrived_only_after_the_commit(telegram, channel):
    telegram.text(ADA, "hello")
    still_waiting: list[int] = []
    inbox = Inbox()
    inbox.before_commit = lambda: still_waiting.append(len(telegram.state.waiting))
    async with polling(channel, inbox):
        await telegram.until(lambda: inbox.messages and not telegram.state.waiting)
    assert still_waiting == [1]
    first, second = telegram.calls("getUpdates")[:2]
    assert "offset" not in first.parameters
    assert second.parameters["offset"] == str(inbox.offset)


async def test_an_update_whose_commit_failed_is_delivered_again(telegram, channel, caplog):
    telegram.text(ADA, PRIVATE)
    inbox = Inbox()
    inbox.failures = 2
    async with polling(channel, inbox):
        await telegram.until(lambda: inbox.messages)
    assert inbox.texts == [PRIVATE]
    assert caplog.text.count("was not stored: RuntimeError") == 2
    assert PRIVATE not in caplog.text


async def test_polling_goes_on_where_the_last_commit_left_it(telegram, channel):
    inbox = Inbox()
    telegram.text(ADA, "before the restart")
    async with polling(channel, inbox):
        await telegram.until(lambda: inbox.messages)
    telegram.text(ADA, "after it")
    async with polling(channel, inbox):
        await telegram.until(lambda: len(inbox.messages) == 2)
    assert inbox.texts == ["before the restart", "after it"]


async def test_nothing_is_lost_or_kept_twice_when_polling_is_cancelled_again_and_again(telegram, channel):
    inbox = Inbox()
    for number in range(40):
        telegram.text(ADA, str(number))
        async with polling(channel, inbox):
            await asyncio.sleep(number % 5 / 1000)
    async with polling(channel, inbox):
        await telegram.until(lambda: len(inbox.messages) >= 40)
    assert inbox.texts == [str(number) for number in range(40)]


async def test_a_waiting_poll_ends_at_once_when_it_is_cancelled(telegram, channel):
    inbox = Inbox()
    async with polling(channel, inbox) as task:
        await telegram.until(lambda: telegram.calls("getUpdates"))
        started = time.monotonic()
        task.cancel()
        await asyncio.wait([task])
    assert task.cancelled()
    assert time.monotonic() - started < 0.5


async def test_an_idle_bot_asks_telegram_once_and_waits(telegram, channel):
    inbox = Inbox()
    async with polling(channel, inbox):
        await telegram.until(lambda: telegram.calls("getUpdates"))
        telegram.text(ADA, "hello")
        await telegram.until(lambda: len(telegram.calls("getUpdates")) == 2)
        telegram.text(ADA, "hello again")
        await telegram.until(lambda: len(inbox.messages) == 2)
    assert len(telegram.calls("getUpdates")) <= 3
    assert telegram.calls("getUpdates")[0].parameters["timeout"] == "20"


async def test_polling_does_not_spin_when_empty_answers_come_at_once(telegram):
    telegram.holds_polls_open = False
    settings = replace(settings_for(telegram), first_pause_seconds=0.2)
    async with opened(settings) as channel, polling(channel, Inbox()):
        await telegram.until(lambda: len(telegram.calls("getUpdates")) == 5)
    times = [call.at for call in telegram.calls("getUpdates")]
    assert min(later - earlier for earlier, later in pairwise(times)) > 0.19


async def test_polling_does_not_spin_when_telegram_does_not_hear_the_offset(telegram, monkeypatch):
    monkeypatch.setattr(telegram, "_confirm", lambda offset: None)
    telegram.text(ADA, "hello")
    settings = replace(settings_for(telegram), first_pause_seconds=0.2)
    async with opened(settings) as channel, polling(channel, Inbox()):
        await telegram.until(lambda: len(telegram.calls("getUpdates")) == 5)
    times = [call.at for call in telegram.calls("getUpdates")][1:]
    assert min(later - earlier for earlier, later in pairwise(times)) > 0.19


async def test_an_id_that_starts_again_lower_after_a_quiet_week_is_still_taken(telegram, channel):
    inbox = Inbox()
    async with polling(channel, inbox):
        telegram.text(ADA, "before")
        await telegram.until(lambda: inbox.messages and not telegram.state.waiting)
        telegram.start_ids_again(117_314_199)
        telegram.text(ADA, "a week later")
        await telegram.until(lambda: len(inbox.messages) == 2)
        telegram.text(ADA, "and on")
        await telegram.until(lambda: len(inbox.messages) == 3)
    assert inbox.texts == ["before", "a week later", "and on"]
    assert inbox.offset == 117_314_201


@pytest.mark.parametrize("fault", ["500", "502-html", "not-json", "no-result", "cut-before-accepting", "403"])
async def test_polling_outlives_an_answer_that_is_none(telegram, channel, fault: Fault):
    telegram.fail_next(fault, method="getUpdates", times=3)
    telegram.text(ADA, "still here")
    assert [message.text for message in await polled(telegram, channel)] == ["still here"]


async def test_polling_outlives_an_outage_and_its_pauses_grow(telegram, caplog):
    settings = replace(settings_for(telegram), first_pause_seconds=0.01, longest_pause_seconds=0.2)
    telegram.fail_next("500", method="getUpdates", times=6)
    async with opened(settings) as channel:
        telegram.text(ADA, "still here")
        await polled(telegram, channel)
    gaps = [later.at - earlier.at for earlier, later in pairwise(telegram.calls("getUpdates"))]
    assert gaps[0] > 0.0049
    assert gaps[5] > 0.099
    assert settings.pause_seconds(10_000) <= 0.2
    assert caplog.text.count("polling failed") == 6


async def test_polling_waits_until_a_dead_telegram_is_back():
    with TelegramStandIn() as telegram:
        pass
    async with opened(settings_for(telegram)) as channel:
        inbox = Inbox()
        async with polling(channel, inbox):
            await asyncio.sleep(0.05)
            with telegram:
                telegram.text(ADA, "you are back")
                await telegram.until(lambda: inbox.messages)


async def test_polling_waits_as_long_as_telegram_asks_it_to(telegram, channel, monkeypatch):
    slept: list[float] = []
    monkeypatch.setattr("bot.channels.telegram.asyncio.sleep", sleeper(slept))
    telegram.fail_next("429", method="getUpdates")
    telegram.text(ADA, "hello")
    inbox = Inbox()
    async with polling(channel, inbox):
        while not inbox.messages:
            await asyncio.wait([asyncio.ensure_future(asyncio.Event().wait())], timeout=0.005)
    assert 1 < slept[0] < 1.5


def sleeper(slept: list[float]) -> Callable[[float], Any]:
    yield_once = asyncio.sleep

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await yield_once(0)

    return sleep


async def test_a_second_poller_or_a_webhook_is_logged_and_waited_out(telegram, channel, caplog):
    await channel.set_webhook("http://127.0.0.1:9/hook")
    telegram.text(ADA, "hello")
    inbox = Inbox()
    async with polling(channel, inbox):
        await telegram.until(lambda: len(telegram.calls("getUpdates")) == 3)
        assert inbox.messages == []
        await channel.remove_webhook()
        await telegram.until(lambda: inbox.messages)
    times = [call.at for call in telegram.calls("getUpdates")]
    assert times[1] - times[0] > 0.045
    assert "another process polls this bot, or a webhook is set" in caplog.text
    assert caplog.records[0].levelno == logging.ERROR


async def test_polling_with_a_wrong_token_ends_and_says_that_it_is_ours_to_mend(telegram):
    async with opened(replace(settings_for(telegram), token="1:wrong")) as channel:
        with pytest.raises(SendFailed) as caught:
            await asyncio.wait_for(channel.poll(Inbox().take), 5)
    assert told(caught.value)[:3] == (Reason.WRONG_CREDENTIALS, Retry.LATER, True)


async def test_an_update_that_nobody_can_read_does_not_hold_up_the_queue(telegram, channel, caplog):
    telegram.update({"message": {"text": PRIVATE, "chat": 5}})
    telegram.update({"message": PRIVATE})
    telegram.text(ADA, "I come after them")
    inbox = Inbox()
    with caplog.at_level(logging.DEBUG):
        async with polling(channel, inbox):
            await telegram.until(lambda: inbox.messages and not telegram.state.waiting)
    assert inbox.texts == ["I come after them"]
    assert channel.unreadable == 2
    assert "could not be read" in caplog.text
    assert PRIVATE not in caplog.text


async def test_an_unreadable_update_alone_still_moves_the_offset(telegram, channel):
    update_id = telegram.update({"message": 7})
    inbox = Inbox()
    async with polling(channel, inbox):
        await telegram.until(lambda: inbox.offset == update_id + 1)
    assert inbox.messages == []


async def test_words_beside_something_unreadable_are_heard(telegram, channel):
    telegram.text(ADA, "I want to die", entities=[{"type": "brand new"}])
    [message] = await polled(telegram, channel)
    assert (message.kind, message.text, message.address) == ("text", "I want to die", str(ADA))
    assert channel.unreadable == 1


# --- every kind of update


def from_ada(**content: Any) -> dict[str, Any]:
    return {
        "message_id": 5,
        "date": 1772443800,
        "chat": {"id": ADA, "type": "private", "first_name": "A"},
        "from": {"id": ADA, "is_bot": False, "first_name": "A"},
    } | content


def a_file(**more: Any) -> dict[str, Any]:
    return {"file_id": "the-file", "file_unique_id": "u"} | more


VIDEO = a_file(width=1, height=1, duration=1)
PHOTO = [{"file_id": size, "file_unique_id": size, "width": 1, "height": 1} for size in ("small", "the-file")]
STICKER = a_file(type="regular", width=1, height=1, is_animated=False, is_video=False, emoji="🥲")
VENUE = {"location": {"latitude": 1.0, "longitude": 2.0}, "title": "Hall", "address": "High Street"}
POLL = {
    "id": "1",
    "question": "?",
    "options": [],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": False,
    "members_only": False,
}

MESSAGES: dict[str, tuple[dict[str, Any], str, str, str | None]] = {
    "a command": ({"text": "/menu"}, "text", "/menu", None),
    "a deep link's start": ({"text": "/start abc-DEF_1"}, "text", "/start abc-DEF_1", None),
    "Welsh with an emoji": ({"text": "Dw i’n iawn, diolch 🙂"}, "text", "Dw i’n iawn, diolch 🙂", None),
    "a photo": ({"photo": PHOTO}, "photo", "", "the-file"),
    "a photo with words": ({"photo": PHOTO, "caption": "my garden"}, "photo", "my garden", "the-file"),
    "a voice message": ({"voice": a_file(duration=1)}, "voice", "", "the-file"),
    "an audio file": ({"audio": a_file(duration=1), "caption": "a song"}, "voice", "a song", "the-file"),
    "a video": ({"video": VIDEO, "caption": "look"}, "video", "look", "the-file"),
    "a round video": ({"video_note": a_file(length=1, duration=1)}, "video", "", "the-file"),
    "an animation": ({"animation": VIDEO, "document": a_file(file_id="x")}, "video", "", "the-file"),
    "a file": ({"document": a_file(), "caption": "the form"}, "file", "the form", "the-file"),
    "a sticker": ({"sticker": STICKER}, "sticker", "🥲", "the-file"),
    "a contact": ({"contact": {"phone_number": "+447700900123", "first_name": "Sam"}}, "contact", "", None),
    "a place": ({"location": VENUE["location"]}, "location", "", None),
    "a named place": ({"venue": VENUE, "location": VENUE["location"]}, "location", "", None),
    "dice": ({"dice": {"value": 3, "emoji": "🎲"}}, "other", "", None),
    "a poll": ({"poll": POLL}, "other", "", None),
    "something of next year": ({"hologram": {"file_id": "x"}}, "other", "", None),
}


@pytest.mark.parametrize("name", MESSAGES)
async def test_whatever_people_send_is_told_apart(telegram, channel, name: str):
    content, kind, text, reference = MESSAGES[name]
    telegram.update({"message": from_ada(**content)})
    [message] = await polled(telegram, channel)
    assert (message.kind, message.text, message.reference) == (kind, text, reference)
    assert message.address == str(ADA)
    assert channel.unreadable == 0


async def test_what_the_stand_in_s_people_do_is_told_apart_too(telegram, channel):
    telegram.text(ADA, "hello")
    telegram.photo(ADA, "my garden")
    telegram.voice(ADA)
    telegram.document(ADA)
    telegram.sticker(ADA)
    telegram.contact(ADA)
    telegram.location(ADA)
    kinds = [message.kind for message in await polled(telegram, channel, 7)]
    assert kinds == ["text", "photo", "voice", "file", "sticker", "contact", "location"]
    assert channel.unreadable == 0


async def test_a_contact_s_number_is_not_passed_on(telegram, channel):
    telegram.contact(ADA, "+447700900123")
    [message] = await polled(telegram, channel)
    assert "900123" not in repr(message)


async def test_an_edit_brings_the_new_wording(telegram, channel):
    message_id = telegram.text(ADA, "I am fnie")
    telegram.edit(ADA, message_id, "I am fine")
    [_, edited] = await polled(telegram, channel, 2)
    assert (edited.kind, edited.text) == ("edited", "I am fine")


async def test_a_live_location_that_moves_is_not_an_edit(telegram, channel):
    telegram.update({"edited_message": from_ada(location={"latitude": 1.0, "longitude": 2.0})})
    telegram.text(ADA, "hello")
    assert [message.kind for message in await polled(telegram, channel)] == ["text"]


async def test_a_tapped_button_brings_back_what_was_sent_and_its_spinner_is_stopped(telegram, channel):
    telegram.knows(ADA)
    rows = ((Button("Yes", "ci:call:yes"), Button("No", "ci:call:no")), (Button("Skip", "ci:call:é"),))
    await channel.send(to_ada("Want a call?", buttons=rows))
    [question] = telegram.sent_to(ADA)
    layout = [[button["text"] for button in row] for row in question.keyboard["inline_keyboard"]]
    assert layout == [["Yes", "No"], ["Skip"]]
    query = telegram.tap(ADA, question, "Skip")
    [tapped] = await polled(telegram, channel)
    assert (tapped.kind, tapped.button, tapped.question_id) == ("button", "ci:call:é", query)
    assert tapped.address == str(ADA)
    await channel.answer_button(query)
    assert telegram.state.answered == {query: 1}


def a_tap(**more: Any) -> dict[str, Any]:
    person = {"id": ADA, "is_bot": False, "first_name": "A"}
    return {"callback_query": {"id": "9", "from": person, "chat_instance": "1", "data": "ci:mood:2"} | more}


@pytest.mark.parametrize(
    "message", [{}, {"message": {"chat": {"id": ADA, "type": "private"}, "message_id": 5, "date": 0}}]
)
async def test_a_button_under_a_message_long_gone_still_counts(telegram, channel, message):
    telegram.update(a_tap(**message))
    [tapped] = await polled(telegram, channel)
    assert (tapped.kind, tapped.button, tapped.address) == ("button", "ci:mood:2", str(ADA))


async def test_a_reaction_is_heard_with_its_emoji(telegram, channel):
    telegram.knows(ADA)
    await channel.send(to_ada())
    inbox = Inbox()
    async with polling(channel, inbox):
        await telegram.until(lambda: "message_reaction" in telegram.state.allowed)
        telegram.react(ADA, telegram.sent_to(ADA)[0], "❤")
        await telegram.until(lambda: inbox.messages)
    assert [(message.kind, message.text, message.address) for message in inbox.messages] == [
        ("reaction", "❤", str(ADA))
    ]


async def test_blocking_and_unblocking_are_heard(telegram, channel):
    telegram.block(CAI)
    telegram.unblock(CAI)
    out, back = await polled(telegram, channel, 2)
    assert [(out.kind, out.address), (back.kind, back.address)] == [
        ("opted out", str(CAI)),
        ("opted in", str(CAI)),
    ]


async def test_a_poll_s_answer_is_something_other(telegram, channel):
    voter = {"id": ADA, "is_bot": False, "first_name": "A"}
    telegram.update({"poll_answer": {"poll_id": "1", "user": voter, "option_ids": [0], "option_persistent_ids": ["a"]}})
    [message] = await polled(telegram, channel)
    assert (message.kind, message.address) == ("other", str(ADA))


@pytest.mark.parametrize("chat_type", ["group", "supergroup", "channel"])
@pytest.mark.parametrize("update", ["message", "edited_message", "callback_query", "my_chat_member"])
def test_groups_and_channels_are_never_talked_in(channel_alone, chat_type: str, update: str):
    chat = {"id": -100, "type": chat_type, "title": "Team"}
    user = {"id": ADA, "is_bot": False, "first_name": "A"}
    member = {"user": user, "status": "member"}
    content = {
        "message": from_ada(text="hello", chat=chat),
        "edited_message": from_ada(text="hello", chat=chat),
        "callback_query": a_tap(message=from_ada(text="?", chat=chat))["callback_query"],
        "my_chat_member": {"chat": chat, "from": user, "date": 1, "old_chat_member": member}
        | {"new_chat_member": member},
    }
    assert channel_alone.decode({"update_id": 1, update: content[update]}) is None
    assert channel_alone.unreadable == 0
    private = json.loads(json.dumps(content[update]).replace(chat_type, "private"))
    assert channel_alone.decode({"update_id": 1, update: private}) is not None


def test_a_text_is_made_safe_to_keep(channel_alone):
    message = channel_alone.decode({"update_id": 1, "message": from_ada(text="a\x00b\ud83d" + "c" * 5000)})
    assert message.text == "ab" + "c" * 4094


@pytest.fixture
def channel_alone() -> TelegramChannel:
    return TelegramChannel(TelegramSettings("main", "1:t", webhook_secret=SECRET), now=lambda: NOW)


# --- the webhook


def body(**content: Any) -> bytes:
    return json.dumps({"update_id": 77, "message": from_ada(**content)}).encode()


def test_a_webhook_s_update_is_decoded_without_an_offset(channel_alone):
    message = channel_alone.decode_webhook(body(text="hello"), SECRET)
    assert (message.text, message.message_id, message.offset) == ("hello", "77", None)


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", "a-webhook_secre\ufffd", "\udcff"])
def test_a_webhook_without_the_right_secret_is_refused_before_it_is_read(channel_alone, secret):
    with pytest.raises(Refused) as refused:
        channel_alone.decode_webhook(b"not even JSON", secret)
    assert refused.value.status == 403


@pytest.mark.parametrize("secret", [None, ""])
def test_a_bot_without_a_secret_takes_no_webhook_at_all(secret):
    channel = TelegramChannel(TelegramSettings("main", "1:t", webhook_secret=secret))
    for shown in (None, "", "None"):
        with pytest.raises(Refused) as refused:
            channel.decode_webhook(body(text="hello"), shown)
        assert refused.value.status == 403


def test_an_oversized_webhook_is_refused(channel_alone):
    with pytest.raises(Refused) as refused:
        channel_alone.decode_webhook(body(text="a" * 1024 * 1024), SECRET)
    assert refused.value.status == 413


@pytest.mark.parametrize(
    "unreadable",
    [b"", b"{", b"[]", b"5", b"null", b"\xff\xfe\xfd", b'{"update_id": "1"}', b'{"update_id": true}', b"[" * 99999],
)
def test_an_unreadable_webhook_is_refused_without_quoting_it(channel_alone, unreadable):
    with pytest.raises(Refused) as refused:
        channel_alone.decode_webhook(unreadable, SECRET)
    assert refused.value.status == 400
    assert refused.value.__context__ is None


async def test_a_webhook_brings_updates_with_the_secret_and_again_until_it_says_ok(telegram, channel):
    heard: list[tuple[str, str]] = []

    async def hook(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if line)
        shown = headers["x-telegram-bot-api-secret-token"]
        message = channel.decode_webhook(await reader.readexactly(int(headers["content-length"])), shown)
        heard.append((message.text, message.message_id))
        status = b"500 No" if len(heard) == 1 else b"200 OK"
        writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(hook, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    telegram.text(ADA, "before")
    await channel.set_webhook(f"http://127.0.0.1:{port}{channel.webhook_path}")
    telegram.text(ADA, "after")
    await telegram.until(lambda: not telegram.state.waiting)
    server.close()
    assert [text for text, _ in heard] == ["before", "before", "after"]
    assert heard[0] == heard[1]
    assert "message_reaction" in telegram.state.allowed


async def test_a_webhook_without_a_secret_is_never_set(telegram):
    async with opened(replace(settings_for(telegram), webhook_secret=None)) as channel:
        with pytest.raises(ValueError, match="secret"):
            await channel.set_webhook("https://bot.example.org/telegram/main")
    assert telegram.calls("setWebhook") == []


UPDATES = [
    *({"message": from_ada(**content)} for content, *_ in MESSAGES.values()),
    {"edited_message": from_ada(text="fine")},
    a_tap(message=from_ada(text="?")),
    {
        "my_chat_member": from_ada(
            old_chat_member={"user": from_ada()["from"], "status": "member"},
            new_chat_member={"user": from_ada()["from"], "status": "kicked", "until_date": 0},
        )
    },
    {
        "message_reaction": from_ada(
            user=from_ada()["from"], old_reaction=[], new_reaction=[{"type": "emoji", "emoji": "👍"}]
        )
    },
    {"poll_answer": {"poll_id": "1", "user": from_ada()["from"], "option_ids": [0], "option_persistent_ids": ["a"]}},
]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
ANYTHING = st.recursive(
    SCALARS, lambda of: st.lists(of, max_size=3) | st.dictionaries(st.text(max_size=8), of, max_size=3)
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything in a JSON value."""
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield (*path, key)
        yield from places(value[key], (*path, key))


@st.composite
def damaged(draw: st.DrawFn) -> dict[str, Any]:
    """A real update of which some parts are missing or something else."""
    update = json.loads(json.dumps({"update_id": 7} | draw(st.sampled_from(UPDATES))))
    for _ in range(draw(st.integers(0, 3))):
        if not (ways := list(places(update))):
            break
        *way, last = draw(st.sampled_from(ways))
        holder = update
        for key in way:
            holder = holder[key]
        if draw(st.booleans()):
            del holder[last]
        else:
            holder[last] = draw(ANYTHING)
    return update


@given(update=damaged())
@settings(max_examples=400, deadline=None)
def test_no_update_however_damaged_breaks_the_webhook(update):
    if message := heard_by_webhook(update):
        assert int(message.address) is not None
        assert message.received_at == NOW
        kept = (message.text, message.reference, message.button, message.question_id, message.message_id)
        for each in kept:
            assert each is None or each.encode().decode() == each
            assert "\x00" not in (each or "")


@given(update=ANYTHING)
@settings(max_examples=200, deadline=None)
def test_no_json_at_all_breaks_the_webhook(update):
    assert heard_by_webhook(update) is None


def heard_by_webhook(update: Any) -> Incoming | None:
    with suppress(Refused):
        return CHANNEL.decode_webhook(json.dumps(update).encode(), SECRET)
    whole = isinstance(update, dict) and type(update.get("update_id")) is int
    assert not whole, "an update with an id is never refused, or Telegram would send it for ever"
    return None


CHANNEL = TelegramChannel(TelegramSettings("main", "1:t", webhook_secret=SECRET), now=lambda: NOW)


# --- sending


async def test_a_message_goes_out_letter_for_letter(telegram, channel):
    telegram.knows(ADA)
    text = "<b>not bold</b> *nor* _this_ & [x](y) 🙂\n“Dw i’n iawn”"
    sent = await channel.send(to_ada(text))
    [received] = telegram.sent_to(ADA)
    assert received.text == text
    assert sent.provider_id == str(received.message_id)
    assert sent.parts == channel.units(to_ada()) == 1
    assert "parse_mode" not in telegram.calls("sendMessage")[0].parameters
    assert "reply_markup" not in telegram.calls("sendMessage")[0].parameters


NEVER, LATER, UNKNOWN = Retry.NEVER, Retry.LATER, Retry.UNKNOWN
FAULTS: dict[Fault, tuple[Reason, Retry, bool, bool, float | None]] = {
    "400": (Reason.REFUSED, NEVER, False, False, None),
    "401": (Reason.WRONG_CREDENTIALS, LATER, True, False, None),
    "403": (Reason.REFUSED, NEVER, False, False, None),
    "429": (Reason.TOO_FAST, LATER, False, False, 1.0),
    "429-without-seconds": (Reason.TOO_FAST, LATER, False, False, None),
    "500": (Reason.CUT_OFF, UNKNOWN, False, False, None),
    "502-html": (Reason.CUT_OFF, UNKNOWN, False, False, None),
    "not-json": (Reason.CUT_OFF, UNKNOWN, False, False, None),
    "no-result": (Reason.CUT_OFF, UNKNOWN, False, False, None),
    "cut-before-accepting": (Reason.CUT_OFF, UNKNOWN, False, False, None),
    "cut-after-accepting": (Reason.CUT_OFF, UNKNOWN, False, False, None),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_everything_that_goes_wrong_is_told_by_the_catalogue(telegram, channel, fault: Fault):
    telegram.knows(ADA)
    telegram.fail_next(fault)
    assert told(await failure(channel, to_ada())) == FAULTS[fault]
    assert len(telegram.calls("sendMessage")) == 1
    assert len(telegram.sent_to(ADA)) == ("after" in fault)
    await channel.send(to_ada("the next one"))


@pytest.mark.parametrize("fault", ["timeout-before-accepting", "timeout-after-accepting"])
async def test_a_send_without_an_answer_is_cut_off_and_not_repeated(telegram, fault: Fault):
    telegram.knows(ADA)
    telegram.fail_next(fault)
    async with opened(replace(settings_for(telegram), answer_seconds=0.2)) as channel:
        assert told(await failure(channel, to_ada()))[:2] == (Reason.CUT_OFF, UNKNOWN)
    assert len(telegram.calls("sendMessage")) == 1


async def test_a_send_that_never_left_may_be_tried_later(telegram):
    with TelegramStandIn() as dead:
        pass
    async with opened(settings_for(dead)) as channel:
        failed = await failure(channel, to_ada())
    assert told(failed) == (Reason.PROVIDER_DOWN, LATER, False, False, None)
    assert failed.code == "ConnectError"


async def test_a_send_waits_for_its_place_behind_others(telegram):
    telegram.knows(ADA)
    telegram.fail_next("timeout-before-accepting")
    settings = replace(settings_for(telegram), answer_seconds=0.2, pace=Pace(30, at_once=1))
    async with opened(settings) as channel:
        first, second = await asyncio.gather(*(channel.send(to_ada()) for _ in range(2)), return_exceptions=True)
    assert told(first)[:2] == (Reason.CUT_OFF, UNKNOWN)
    assert second.provider_id


async def test_sends_that_were_cancelled_leave_room_for_others(telegram, channel):
    telegram.knows(ADA)
    for turns in range(60):
        sends = [asyncio.create_task(channel.send(to_ada())) for _ in range(10)]
        for _ in range(turns):
            await asyncio.sleep(0)
        for send in sends:
            send.cancel()
        await asyncio.gather(*sends, return_exceptions=True)
    assert (await asyncio.wait_for(channel.send(to_ada()), 2)).provider_id


async def test_a_send_after_closing_never_left(telegram):
    channel = TelegramChannel(settings_for(telegram))
    await channel.close()
    await channel.close()
    assert told(await failure(channel, to_ada()))[:2] == (Reason.PROVIDER_DOWN, LATER)


async def test_blocked_and_deleted_people_close_their_address(telegram, channel):
    telegram.knows(ADA)
    telegram.block(ADA)
    assert told(await failure(channel, to_ada())) == (Reason.BLOCKED, NEVER, False, True, None)
    telegram.unblock(ADA)
    telegram.delete_account(ADA)
    assert told(await failure(channel, to_ada())) == (Reason.BLOCKED, NEVER, False, True, None)


async def test_somebody_who_never_wrote_cannot_be_written_to(telegram, channel):
    assert told(await failure(channel, to_ada())) == (Reason.NO_SUCH_ADDRESS, NEVER, False, True, None)


@pytest.mark.parametrize("address", ["@a_public_channel", "", "+447700900001", "１００１"])
async def test_an_address_that_is_no_chat_is_not_tried(telegram, channel, address: str):
    failed = await failure(channel, Outgoing(1, address, "hello"))
    assert told(failed) == (Reason.NO_SUCH_ADDRESS, NEVER, False, True, None)
    assert telegram.calls("sendMessage") == []


async def test_a_message_may_be_4096_utf_16_units_long_and_no_longer(telegram, channel):
    telegram.knows(ADA)
    await channel.send(to_ada("🙂" * 2048))
    assert told(await failure(channel, to_ada("🙂" * 2048 + "!"))) == (
        Reason.TOO_LONG,
        NEVER,
        False,
        False,
        None,
    )
    assert len(telegram.calls("sendMessage")) == 1


async def test_an_empty_message_or_an_oversized_button_is_refused(telegram, channel):
    telegram.knows(ADA)
    too_big = ((Button("Yes", "x" * 65),),)
    for message in (to_ada(" \n"), to_ada(buttons=too_big)):
        assert told(await failure(channel, message))[:2] == (Reason.REFUSED, NEVER)


async def test_telegram_s_pace_is_passed_on_with_its_wait(telegram, channel):
    telegram.knows(ADA)
    telegram.limits = Limits(overall=30, per_chat=1, burst_per_chat=2)
    await channel.send(to_ada())
    await channel.send(to_ada())
    failed = await failure(channel, to_ada())
    assert (failed.reason, failed.retry) == (Reason.TOO_FAST, LATER)
    assert 1 <= failed.after_seconds <= 2


async def test_no_more_sends_are_under_way_together_than_the_pace_allows(telegram):
    people = range(2000, 2012)
    for person in people:
        telegram.knows(person)
    telegram.fail_next("timeout-before-accepting", times=12)
    async with opened(replace(settings_for(telegram), pace=Pace(30, at_once=3), answer_seconds=5)) as channel:
        sends = [asyncio.create_task(channel.send(Outgoing(1, str(person), "hi"))) for person in people]
        await telegram.until(lambda: len(telegram.calls("sendMessage")) >= 3)
        await asyncio.sleep(0.05)
        assert len(telegram.calls("sendMessage")) == 3
        for send in sends:
            send.cancel()
        await asyncio.gather(*sends, return_exceptions=True)


async def test_nothing_can_be_looked_up_afterwards(telegram, channel):
    assert channel.can_list is False
    assert await channel.find_sent(to_ada(), NOW) is None
    assert telegram.state.calls == []


@pytest.mark.parametrize("fault", ["400", "500", "429", "cut-before-accepting"])
async def test_a_spinner_that_cannot_be_stopped_troubles_nobody(telegram, channel, fault: Fault, caplog):
    telegram.fail_next(fault, method="answerCallbackQuery")
    with caplog.at_level(logging.INFO):
        await channel.answer_button("12345")
    assert "spinner was not stopped" in caplog.text
    assert "12345" not in caplog.text


# --- going live


async def test_a_good_bot_has_no_problems_and_knows_its_name(telegram, channel):
    assert await channel.check() == []
    assert await channel.username() == telegram.username
    assert len(telegram.calls("getMe")) == 1


async def test_a_wrong_token_and_a_dead_line_are_told_in_a_sentence(telegram):
    async with opened(replace(settings_for(telegram), token="1:wrong")) as channel:
        assert ["token" in problem for problem in await channel.check()] == [True]
    with TelegramStandIn() as dead:
        pass
    async with opened(settings_for(dead)) as channel:
        assert ["reached" in problem for problem in await channel.check()] == [True]


async def test_a_deep_link_carries_its_code(telegram, channel):
    link = await channel.deep_link("A" * 62 + "_-")
    assert link == f"https://t.me/{telegram.username}?start={'A' * 62}_-"


@pytest.mark.parametrize("code", ["", "a" * 65, "a b", "é", "a\n", "a&b"])
async def test_a_code_that_telegram_would_drop_makes_no_link(channel, code: str):
    with pytest.raises(ValueError, match="64"):
        await channel.deep_link(code)


def test_the_channel_can_be_imported_without_loading_the_library():
    loaded = "import sys, bot.channels.telegram; print({'telegram', 'httpx'} & set(sys.modules))"
    out = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert out.stdout == "set()\n"


# --- secrets


@pytest.mark.parametrize("fault", [*FAULTS, None])
async def test_no_token_text_or_person_is_in_any_error_or_log(telegram, channel, fault, caplog):
    for name in ("", "httpx", "httpcore", "telegram", "telegram.Bot", "telegram.request.BaseRequest"):
        caplog.set_level(logging.DEBUG, logger=name or None)
    if fault:
        for method in ("sendMessage", "getUpdates", "getMe", "answerCallbackQuery"):
            telegram.fail_next(fault, method=method)
    telegram.knows(ADA)
    errors: list[BaseException] = []
    for attempt in (channel.send(to_ada(PRIVATE)), channel.username(), channel.check(), channel.answer_button("1")):
        try:
            await attempt
        except SendFailed as error:
            errors.append(error)
    telegram.text(ADA, PRIVATE)
    inbox = Inbox()
    inbox.failures = 1
    async with polling(channel, inbox) as task:
        if fault == "401":
            await asyncio.wait([task])
            errors.append(task.exception())
        else:
            await telegram.until(lambda: inbox.messages)
    written = [caplog.text, *(str(vars(record)) for record in caplog.records)]
    for error in errors:
        written += [repr(error), "".join(traceback.format_exception(error)), str(vars(error))]
        assert error.__cause__ is None
        assert error.__context__ is None
    for secret in (telegram.token, telegram.token.split(":")[1], PRIVATE, str(ADA), "robin_private_name"):
        assert not [line for line in written if secret in line]


async def test_the_library_could_not_log_the_token_if_it_were_let(telegram, channel, monkeypatch, caplog):
    for name in ("httpx", "telegram.Bot", "telegram.request.BaseRequest", "telegram.request.HTTPXRequest"):
        monkeypatch.setattr(logging.getLogger(name), "filters", [])
        caplog.set_level(logging.DEBUG, logger=name)
    telegram.knows(ADA)
    telegram.fail_next("502-html")
    await failure(channel, to_ada())
    await channel.send(to_ada())
    assert "HTTP Request: POST" in caplog.text
    assert telegram.token.split(":")[1] not in caplog.text


def test_no_secret_is_in_the_settings_words(telegram):
    words = repr(settings_for(telegram))
    assert telegram.token not in words
    assert SECRET not in words


# --- the stand-in


async def test_the_stand_in_refuses_an_unchanged_edit(telegram, channel):
    telegram.knows(ADA)
    await channel.send(to_ada("one"))
    [message] = telegram.sent_to(ADA)
    edit = channel._bot.edit_message_text
    await edit("two", chat_id=ADA, message_id=message.message_id)
    assert message.text == "two"
    with pytest.raises(Exception, match="not modified"):
        await edit("two", chat_id=ADA, message_id=message.message_id)
    await channel._bot.delete_message(ADA, message.message_id)
    assert message.deleted
    with pytest.raises(Exception, match="not found"):
        await edit("three", chat_id=ADA, message_id=message.message_id)


async def test_the_stand_in_keeps_reactions_back_until_they_are_asked_for(telegram, channel):
    telegram.knows(ADA)
    await channel.send(to_ada())
    telegram.react(ADA, telegram.sent_to(ADA)[0])
    assert not telegram.state.waiting


async def test_the_stand_in_ends_an_older_poll_when_a_newer_begins(telegram, channel, caplog):
    async with polling(channel, Inbox()):
        await telegram.until(lambda: telegram.calls("getUpdates"))
        async with opened(settings_for(telegram)) as other, polling(other, Inbox()):
            await telegram.until(lambda: "another process polls this bot" in caplog.text)
