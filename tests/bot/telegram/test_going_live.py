"""Before the first start, and what must never be seen in a log."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import traceback
from dataclasses import replace

import pytest

from bot.channels import SendFailed
from tests.bot.telegram.cast import ADA, FAULTS, PRIVATE, SECRET, Inbox, failure, opened, polling, settings_for, to_ada
from tests.standins.telegram import TelegramStandIn


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
