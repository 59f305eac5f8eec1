"""Every kind of update that people cause is told apart."""

from __future__ import annotations

import json

import pytest

from bot.channels import Button
from tests.bot.telegram.cast import ADA, CAI, MESSAGES, Inbox, a_tap, from_ada, polled, polling, to_ada


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
