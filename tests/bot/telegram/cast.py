"""The cast of the Telegram tests: a channel, what it has taken in, and what people send.

Ada is new. Bo coordinates. Cai blocks the bot. Dee writes in Welsh.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels import Incoming, Outgoing, Reason, Retry, SendFailed
from bot.channels.telegram import TelegramChannel, TelegramSettings
from tests.standins.telegram import Fault, TelegramStandIn

ADA, BO, CAI, DEE = 7_700_900_001, 7_700_900_002, 7_700_900_003, 7_700_900_004  # longer than 32 bits
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SECRET = "a-webhook_secret"
PRIVATE = "my private words"


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


def a_tap(**more: Any) -> dict[str, Any]:
    person = {"id": ADA, "is_bot": False, "first_name": "A"}
    return {"callback_query": {"id": "9", "from": person, "chat_instance": "1", "data": "ci:mood:2"} | more}


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
