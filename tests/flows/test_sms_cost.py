"""Every text costs: the charity pays for each part, and somebody with little credit for each reply."""

from __future__ import annotations

from statistics import median

import pytest

from bot.channels.segments import count
from flows.check_in import check_in
from flows.conversation import Facts, Place, Reply, take_turn
from tests.flows.sms_cost import cost, every_message
from tests.flows.talking import TODAY
from tests.flows.test_every_path import NAMES, words


def test_the_median_message_is_one_part_in_english():
    assert median(every_message("en").values()) <= 1


@pytest.mark.parametrize("language", words().languages)
def test_no_message_of_ours_leaves_the_sms_alphabet(language: str):
    outside = {text for text in every_message(language) if count(text).encoding != "GSM-7"}
    assert outside == set()


def test_a_name_keeps_its_letters_and_telegram_all_of_them():
    assert "Siân" in words().sentence("cy", "check-in.mood", {"name": "Siân"}, short=True)
    assert "mynd â'ch" in words().sentence("cy", "joining.welcome", {"organisation": "Riverside"})
    assert "mynd a'ch" in words().sentence("cy", "joining.welcome", {"organisation": "Riverside"}, short=True)
    assert words().label("cy", "menu.choice", "human", short=True) == "Siarad a pherson"


@pytest.mark.parametrize("sent", [["4"], ["2 tired no call"], ["2", "no"], ["3", "skip"], ["skip"]])
def test_a_check_in_needs_at_most_two_replies(sent: list[str]):
    facts = Facts("en", TODAY, words(), {"name": "Ada", "when_read": "on weekdays", "low_before": 0})
    turn = take_turn(check_in, Place("check-in"), None, facts)
    for text in [*sent, "skip"][:2]:
        wish = "skip" if text == "skip" else None
        turn = turn if turn.ended else take_turn(check_in, turn.place, Reply(text, wish=wish), facts)
    assert turn.ended


@pytest.mark.parametrize("name", NAMES)
def test_every_conversation_has_its_price(name: str):
    for language in words().languages:
        its = cost(name, language)
        assert 0 <= its.whole[0] <= its.whole[1] <= its.whole[2]
        assert its.replies[0] <= its.replies[2]
