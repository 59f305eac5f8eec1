"""The Telegram of our own refuses what the real one refuses."""

from __future__ import annotations

import pytest

from tests.bot.telegram.cast import ADA, Inbox, opened, polling, settings_for, to_ada


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
