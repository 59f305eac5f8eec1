"""The second number and the second bot, where everything is feedback without a name."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from bot.channels import Kind
from flows.words import Words
from storage.desk import MESSAGE
from tests.bot.cast import rows, volunteer
from tests.bot.feedback.looking import UNTIL_OPENED, changed, code_in, everything

WORDS_OF_OURS = sorted({phrase for page in Words.load()._pages.values() for phrase in page.keyword})
OF_STAFF = ("ACK 1234", "ack", "READ 1234", "TAKE 1234", "REPLY 1234 I ring you", "GIVE 1234", "CLOSE 1234 safe")
NUMBERS = ("1", "2.", "3", "CODE", "CODE 12", "CODE 1234 5678 9012 3428", "1234 5678 9012 3429", "07700 900123")
OTHERS = (
    "",
    "  ",
    "JOIN",
    "/start K7Q2M",
    "/menu",
    "no",
    "thanks",
    "who reads this?",
    "I am going to kill myself",
    "hi",
)


@pytest.mark.parametrize("channel", ["sms", "telegram"])
@pytest.mark.parametrize("name", ["Ada", "a coordinator"])
async def test_nothing_whatever_that_comes_there_is_kept_where_people_are(world, channel, name):
    await volunteer(world, "Ada", channel)
    whose = {"sms": "Sam", "telegram": "Bo"}[channel] if name == "a coordinator" else name
    handsets, address = world.apart[f"feedback-{channel}"], world.people[whose].address
    alone = (*WORDS_OF_OURS, *OF_STAFF, *NUMBERS, *OTHERS)
    texts = [f"{before}{words}" for before in ("", "FEEDBACK ", "adborth: ") for words in alone]
    before = everything(world.service.database)
    for words in texts:
        typed = handsets.typed(address, words, world.clock())
        await world.service.inbound.take([typed], typed.sender)
    for kind in get_args(Kind):
        for words in ("", "ACK 1234", "FEEDBACK 1", "FEEDBACK 2", "the kitchen"):
            typed = replace(handsets.typed(address, words, world.clock()), kind=kind, button="1.mood.1")
            await world.service.inbound.take([typed], typed.sender)
    await world.service.confidant.settle()
    assert changed(before, everything(world.service.database)) == []
    assert world.references() == []


@pytest.mark.parametrize("channel", ["sms", "telegram"])
async def test_on_the_number_apart_everything_is_feedback(world, inbox, channel):
    ada = await volunteer(world, "Ada", channel)
    before = rows(world, MESSAGE, "text")
    shown = [bubble.text for bubble in await world.text_apart(ada.person, "The kitchen is cold")]
    await world.later(UNTIL_OPENED)
    assert [one.words.text for one in inbox()] == ["The kitchen is cold"]
    answer = await world.text_apart(ada.person, f"CODE {code_in(shown)}")
    assert "opened" in answer[0].text
    assert rows(world, MESSAGE, "text") == before


@pytest.mark.parametrize("words", ["FEEDBACK", "HELP", "/start", "MENU", "hello"])
async def test_on_the_number_apart_words_of_ours_explain_it(world, inbox, words):
    ada = await volunteer(world, "Ada", "telegram")
    shown = await world.text_apart(ada.person, words)
    if words == "hello":
        assert "sealed" in shown[0].text
    else:
        assert "Whatever you write here" in shown[0].text


async def test_danger_on_the_number_apart_gets_the_lines_and_the_way_to_our_usual_number(world):
    ada = await volunteer(world, "Ada")
    shown = await world.text_apart(ada.person, "I am going to kill myself tonight")
    assert "Samaritans" in shown[0].text
    assert "our usual number" in shown[1].text
    assert world.references() == []
