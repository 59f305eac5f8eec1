"""Updates that Telegram brings itself: only with the secret, and whatever is in them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels import Incoming, Refused
from bot.channels.telegram import TelegramChannel, TelegramSettings
from tests.bot.telegram.cast import ADA, MESSAGES, NOW, SECRET, a_tap, from_ada, opened, settings_for


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
