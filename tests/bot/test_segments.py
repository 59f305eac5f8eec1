"""What a text message costs, measured against Twilio's own calculator."""

import json
import timeit
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.segments import LONGEST, Segments, count, fold, in_messages

CASES = json.loads((Path(__file__).parents[1] / "data" / "sms_segments.json").read_text())["cases"]

QUIRKS = {
    1: "The calculator says that an empty text is one part; it cannot be sent, so it costs none.",
    284: "One cluster of 81 units fits no part; the calculator says [0, 81]. Our two parts are 67 and 14.",
    426: "The calculator never splits a cluster (a joined emoji) and so takes 5 parts; 4 are enough.",
    439: "The same, 4 parts where 3 are enough.",
}

any_text = st.text(st.characters(codec=None), max_size=400)
plain_and_odd = st.text(st.sampled_from("ab é€[^ŵ’…–\u00a0\u200d😀e\u0301\ud800\x00\t`"), max_size=400)


@pytest.mark.parametrize("case", [c for c in CASES if c["id"] not in QUIRKS], ids=lambda c: str(c["id"]))
def test_it_agrees_with_twilios_calculator(case):
    assert count(case["text"]) == Segments(case["encoding"], case["segments"], case["units"])


def test_it_differs_from_the_calculator_only_where_we_say_why():
    ours = {c["id"]: count(c["text"]) for c in CASES if c["id"] in QUIRKS}
    assert ours == {
        1: Segments("GSM-7", 0, 0),
        284: Segments("UCS-2", 2, 81),
        426: Segments("UCS-2", 4, 266),
        439: Segments("UCS-2", 3, 200),
    }


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("It’s “fine” – really…", 'It\'s "fine" - really...'),
        ("a\u00a0b\u2009c\u3000d\u200b\ufeff", "a b c d"),
        ("`code`\tand ´accent´", "'code' and 'accent'"),
        ("• bread\u2028• milk", "- bread\n- milk"),
        ("cafe\u0301 at 5 – £3", "café at 5 - £3"),  # composed, so that it is one GSM-7 letter
        ("Zoë’s", "Zoë’s"),  # ë is no GSM-7 letter: nothing to gain
        ("Siân – mae’n ŵyl", "Siân – mae’n ŵyl"),
        ("Łucja’s turn", "Łucja’s turn"),
        ("👩🏽\u200d🚒 – yes", "👩🏽\u200d🚒 – yes"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # the joiner is spelling here
        ("plain [text] ^ €5 ~\\{}|", "plain [text] ^ €5 ~\\{}|"),
    ],
)
def test_it_folds_typography_and_keeps_letters(typed, folded):
    assert fold(typed) == folded


def test_it_makes_a_long_message_with_one_curly_quote_a_single_part():
    typed = "Shall we meet at the library’s front door? " + "x" * 80
    assert (count(typed).parts, count(fold(typed)).parts) == (2, 1)


@given(any_text | plain_and_odd)
def test_it_folds_anything_once_and_for_all(text):
    folded = fold(text)
    assert fold(folded) == folded
    assert count(folded).parts <= count(text).parts


@given(any_text | plain_and_odd, any_text | plain_and_odd)
def test_it_never_gets_cheaper_by_getting_longer(text, more):
    assert count(text).parts <= count(text + more).parts


@given(plain_and_odd)
def test_it_never_asks_for_less_than_the_units_need(text):
    seen = count(text)
    alone, joined = (160, 153) if seen.encoding == "GSM-7" else (70, 67)
    assert seen.units <= (alone if seen.parts == 1 else seen.parts * joined)


def test_it_counts_an_ordinary_message_in_microseconds():
    text = "Hi Bo, the garden group meets on Tuesday at 10. Can you come? Reply 1 for yes, 2 for no. " + "x" * 60
    best = min(timeit.repeat(lambda: count(fold(text)), number=1000, repeat=5)) / 1000
    assert best < 20e-6  # about 3 on a small machine; the rest is room for a busy one


@given(st.text(st.sampled_from("ab .?!\n…é😀ŵ"), max_size=120))
def test_a_long_text_is_cut_into_messages_that_are_taken_and_lose_no_word(text: str):
    messages = in_messages(text, 20)
    assert all(len(fold(each).encode("utf-16-le")) // 2 <= 20 for each in messages)
    assert "".join("".join(messages).split()) == "".join(text.split())


def test_a_text_is_cut_between_sentences_where_it_can_be_and_not_at_all_where_it_fits():
    sentence = "The key is under the blue pot by the gate. "
    messages = in_messages(sentence * 60)
    assert len(messages) == 2
    assert all(each.rstrip().endswith("gate.") and len(each) <= LONGEST for each in messages)
    assert in_messages(sentence * 30) == [sentence * 30]
