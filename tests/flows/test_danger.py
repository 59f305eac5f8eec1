"""Hearing danger: the pattern files keep their word, and no spelling, idiom or length gets in the way."""

import json
import random
import re
import time
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from flows import danger
from flows.danger import Listener, answer_to_are_you_safe, explain, listen, listen_split
from flows.danger_words.book import BookProblems, Entry, built_in_book, built_in_files, extra_book
from flows.danger_words.index import Index
from flows.danger_words.language import Alphabet, Grammar, NotUnderstood
from tests.danger_texts import learn

DATA = Path(__file__).parents[1] / "data" / "danger_examples.jsonl"
BOOK = built_in_book()
PATTERNS = [each for each in BOOK.entries if each.tier != "idiom"]
IDIOMS = [each for each in BOOK.entries if each.tier == "idiom"]
LINES = [json.loads(line) for line in DATA.read_text("utf-8").splitlines()]
MENDED = [
    json.loads(line) for line in (DATA.parents[1] / "danger_texts" / "mended.jsonl").read_text("utf-8").splitlines()
]
ACT = [
    *(line["text"] for line in LINES if line["should_act"]),
    *(text for each in PATTERNS if each.tier == "act" and each.id[:3] != "cy-" for text in each.examples),
]

hear_out = Listener.load().hear_out


def name(entry: Entry) -> str:
    return entry.id


@pytest.mark.parametrize("entry", PATTERNS, ids=name)
def test_it_hears_the_examples_of_every_pattern(entry: Entry) -> None:
    for text in entry.examples:
        assert entry.id in [why.pattern for why in hear_out(text).why if why.tier == entry.tier], text


@pytest.mark.parametrize("entry", PATTERNS, ids=name)
def test_it_needs_every_pattern(entry: Entry) -> None:
    ranks = {"act": 0, "ask": 1, "offer": 2}

    def others(text: str) -> list[str]:
        whys = hear_out(text).why
        return [why.pattern for why in whys if why.pattern != entry.id and ranks[why.tier] <= ranks[entry.tier]]

    assert [] in [others(text) for text in entry.examples], "another pattern hears both examples"


@pytest.mark.parametrize("entry", IDIOMS, ids=name)
def test_it_never_acts_on_the_examples_of_an_idiom(entry: Entry) -> None:
    assert [text for text in entry.examples if listen(text).tier == "act"] == []


def test_it_needs_the_idioms() -> None:
    bare = Listener(replace(BOOK, idioms=Index()))
    needless = [each.id for each in IDIOMS if all(bare.listen(text) == listen(text) for text in each.examples)]
    assert needless == []


@pytest.mark.parametrize("entry", BOOK.entries, ids=name)
def test_it_can_explain_every_entry_to_a_safeguarding_lead(entry: Entry) -> None:
    assert entry.reason.endswith(".")
    assert len(entry.examples) >= 2
    assert entry.added.year >= 2026


def test_it_acts_on_every_plain_line_of_danger() -> None:
    assert [line["text"] for line in LINES if line["should_act"] and listen(line["text"]).tier != "act"] == []


def test_it_leaves_everyday_texts_alone() -> None:
    everyday = [line["text"] for line in LINES if line["topic"] == "everyday"]
    acted_on = [text for text in everyday if listen(text).tier == "act"]
    assert len(acted_on) <= len(everyday) * 3 / 1000, acted_on


def test_it_still_hears_what_it_was_mended_on_and_leaves_the_rest_alone() -> None:
    danger = [line["text"] for line in MENDED if line["tier"] == "act"]
    everyday = [line["text"] for line in MENDED if line["tier"] == "none"]
    assert [text for text in danger if listen(text).tier != "act"] == []
    acted_on = [text for text in everyday if listen(text).tier == "act"]
    assert len(acted_on) <= len(everyday) * 3 / 1000, acted_on


def test_it_leaves_idioms_and_talk_of_the_topic_alone() -> None:
    alone = [line["text"] for line in LINES if line["topic"] in ("idiom", "negated_or_past_or_topic")]
    assert [text for text in alone if listen(text).tier == "act"] == []


@pytest.mark.parametrize(
    ("text", "tier", "topic"),
    [
        ("i want to kill myself", "act", "suicide_selfharm"),
        ("hes locked me in and he wont let me leave", "act", "domestic_abuse"),
        ("shes gone blue", "act", "overdose_drugs"),
        ("nowhere to sleep tonight", "act", "homeless_now"),
        ("my mate says hes going to kill himself", "act", "third_party_risk"),
        ("im such a burden on everyone", "ask", "burden"),
        ("whats the point anymore", "ask", "hopelessness"),
        ("im scared", "ask", "scared"),
        ("can i do the suicide awareness course", "offer", "suicide_selfharm"),
        ("see you at 4 by the bus stop", None, None),
        ("", None, None),
        ("😀", None, None),
        ("he really scares me", "ask", "scared"),
        ("not scared of him", "ask", "domestic_abuse"),
    ],
)
def test_it_hears_the_tier_and_the_topic(text: str, tier: str | None, topic: str | None) -> None:
    heard = listen(text)
    assert (heard.tier, heard.topic) == (tier, topic)


@pytest.mark.parametrize(
    "text",
    [
        "i dont want to kill myself",
        "im not suicidal",
        "i would never kill myself",
        "he has never hit me",
        "i used to cut myself",
        "i tried to kill myself in 2010",
        "i was raped 20 years ago and now i help others",
        "i want to die, only joking",
    ],
)
def test_a_denial_the_past_or_a_joke_lowers_act_to_ask_never_to_nothing(text: str) -> None:
    assert listen(text).tier == "ask"


@pytest.mark.parametrize(
    "text",
    [
        "i used to have a job and a house now i want to die",
        "im not joking i want to die",
        "i cant stop thinking about killing myself",
        "not gonna lie i want to kill myself",
        "im fine but i want to kill myself",
        "why not just kill myself",
    ],
)
def test_a_no_that_denies_nothing_lowers_nothing(text: str) -> None:
    assert listen(text).tier == "act"


@pytest.mark.parametrize(
    ("text", "tier"),
    [
        ("gonna kms haha", "ask"),
        ("kms lol", "ask"),
        ("i want to die lol not joking", "act"),
        ("haha anyway i want to die", "act"),
        ("he hit me again lol", "act"),
        ("my mate killed himself last yr and im ready to be with him now", "act"),
    ],
)
def test_laughter_lowers_only_what_it_follows_and_now_is_not_the_past(text: str, tier: str) -> None:
    assert listen(text).tier == tier


def test_a_pattern_names_the_words_that_show_it_is_nothing_of_the_kind() -> None:
    assert listen("i wont be here tomorrow").tier == "act"
    assert listen("i wont be here tomorrow ive got the dentist").tier is None


@pytest.mark.parametrize("entry", IDIOMS, ids=name)
def test_an_idiom_never_cancels_another_match(entry: Entry) -> None:
    for idiom in entry.examples:
        assert listen(f"{idiom}. i want to kill myself").tier == "act"
        assert listen(f"i want to kill myself and {idiom}").tier == "act"


@pytest.mark.parametrize("text", ["i work with people who want to die", "do you want to die out there without a coat"])
def test_other_peoples_words_are_not_taken_for_the_writers(text: str) -> None:
    assert "want-to-die" not in [why.pattern for why in hear_out(text).why]


@pytest.mark.parametrize(
    "text",
    [
        "KILLMYSELF",
        "iwanttokillmyself",
        "i want to k i l l myself",
        "k*ll myself",
        "k1ll mys3lf",
        "i want to diiiieeee",
        "wanna unalive myself",
        "kms im serious",
        "i’m suicidal",
        "im sui\u200bcidal",
        "im s*icidal",
        "i want to end my 🔪 life",
        "ｉ ｗａｎｔ ｔｏ ｄｉｅ",
        "thinking of sucide",
        "kill my self",
        "killmyself2nite i think",
        "am up on t'viaduct",
        "dwi isio marw",
        "ma'r gwr yn curo'i blant",
    ],
)
def test_no_spelling_hides_it(text: str) -> None:
    assert listen(text).tier == "act"


@pytest.mark.parametrize("text", ["hes o.d", "hes o.d. help", "He O.D'd", "took an O.D. last night", "o.d... help"])
def test_an_overdose_is_heard_in_two_letters_with_dots(text: str) -> None:
    assert "overdosed" in [why.pattern for why in hear_out(text).why]


def test_two_words_with_a_comma_between_are_not_one() -> None:
    assert listen("over dose").tier == "act"
    assert listen("its over, dose of flu").tier is None
    assert "od" not in BOOK.speller.read("mr o.d.smith").text


@pytest.mark.parametrize(
    "text",
    [
        "see you 2nite4eva",
        "done by t's",
        "back b4u",
        "off to t'shops",
        "filling in the form myself",
        "the tables are in the hall",
        "hunting for a flat",
    ],
)
def test_a_slip_is_never_another_word(text: str) -> None:
    assert listen(text).tier is None


Change = Callable[[str, random.Random], str]


def in_one_word(chosen: Callable[[str], bool], change: Change) -> Change:
    def changed(text: str, chance: random.Random) -> str:
        words = text.split()
        places = [place for place, word in enumerate(words) if chosen(word)]
        if places:
            place = chance.choice(places)
            words[place] = change(words[place], chance)
        return " ".join(words)

    return changed


def is_long(word: str) -> bool:
    return len(word) >= 6 and word.isalpha()


def slip(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    return chance.choice([word[:at] + word[at + 1 :], word[:at] + word[at - 1] + word[at:]])


def run_together(text: str, chance: random.Random) -> str:
    words = text.split()
    at = chance.randrange(max(1, len(words) - 1))
    return " ".join([*words[:at], "".join(words[at : at + 2]), *words[at + 2 :]])


CHANGES: dict[str, tuple[Change, float]] = {
    "capitals": (lambda text, chance: text.upper(), 0.99),
    "curly quotes": (lambda text, chance: text.replace("'", "’"), 0.99),
    "no punctuation": (lambda text, chance: re.sub("['.,?!]", "", text), 0.97),
    "dots": (lambda text, chance: text.replace(" ", "... ", 2), 0.97),
    "emoji": (lambda text, chance: text.replace(" ", " 😭 ", 2) + "💔", 0.99),
    "zero width": (lambda text, chance: "\u200b".join(text), 0.99),
    "digits": (
        in_one_word(lambda w: len(w) > 3, lambda w, chance: w.translate(str.maketrans("oieas", "01345"))),
        0.95,
    ),
    "slips": (in_one_word(is_long, slip), 0.90),
    "stretched": (in_one_word(str.isalpha, lambda word, chance: word + word[-1] * 4), 0.90),
    "spelt out": (in_one_word(lambda w: len(w) > 2, lambda word, chance: " ".join(word)), 0.88),
    "cut in two": (in_one_word(is_long, lambda w, chance: f"{w[: len(w) // 2]} {w[len(w) // 2 :]}"), 0.90),
    "run together": (run_together, 0.80),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_people_do_to_words_hides_few_of_them(change: str) -> None:
    changed, at_least = CHANGES[change]
    chance = random.Random(change)
    texts = [changed(text, chance) for text in ACT for _ in range(3)]
    missed = [text for text in texts if listen(text).tier != "act"]
    assert 1 - len(missed) / len(texts) >= at_least, missed


def test_danger_is_heard_across_the_cut_of_a_split_text() -> None:
    assert listen_split("i really want to ki", "ll myself").tier == "act"
    assert listen_split("i really want to", "kill myself").tier == "act"
    assert listen_split("hello", "i want to die").tier == "act"
    assert listen_split("see you", "at the bus stop").tier is None


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("1", "safe"),
        ("yes thanks", "safe"),
        ("im ok now", "safe"),
        ("Yes I am safe", "safe"),
        ("aye", "safe"),
        ("2", "not safe"),
        ("no", "not safe"),
        ("Nope", "not safe"),
        ("not really", "not safe"),
        ("not safe", "not safe"),
        ("no he's outside", "not safe"),
        ("3", "not sure"),
        ("not sure", "not sure"),
        ("idk", "not sure"),
        ("dunno", "not sure"),
        ("no idea", "not sure"),
        ("i want to die", "not safe"),
        ("what time is the meeting", None),
        ("", None),
    ],
)
def test_an_answer_to_are_you_safe_is_understood(text: str, means: str | None) -> None:
    assert answer_to_are_you_safe(text) == means


def test_it_explains_itself_in_plain_words() -> None:
    said = explain("I want to kill myself")
    assert "kill myself" in said
    assert "Says they kill, or want to kill, themselves." in said
    assert "Lowered to ask: they say it is not so" in explain("i dont want to kill myself")
    assert explain("see you at four").startswith("Nothing was heard")


def test_heavy_words_without_a_pattern_are_worth_a_question_and_never_an_alarm() -> None:
    bare = Listener(replace(BOOK, patterns=Index()))
    heard = [bare.listen(text) for text in ACT]
    assert {each.tier for each in heard} == {"ask", None}
    assert sum(each.tier == "ask" for each in heard) > len(ACT) / 4
    assert {why.pattern for each in heard for why in each.why} == {"heavy-words"}


def test_heavy_words_are_told_with_their_weights() -> None:
    bare = Listener(replace(BOOK, patterns=Index()))
    said = bare.explain("i am sat here with the pills and no one is coming")
    assert re.search(r"“.*pills \+\d+.*”: Words that together weigh \d+", said)
    assert "(pattern heavy-words, ask, low)" in said


def test_heavy_words_are_heard_in_the_middle_of_a_long_text() -> None:
    bare = Listener(replace(BOOK, patterns=Index()))
    heavy = next(text for text in ACT if bare.listen(text).tier == "ask")
    light = "thanks for lunch on tuesday see you at the meeting. " * 20
    assert bare.listen(f"{light}{heavy}. {light}").tier == "ask"
    assert bare.listen(light).tier is None


def test_an_organisations_words_never_make_heavy_words_lighter(tmp_path: Path) -> None:
    own = tmp_path / "ours.toml"
    own.write_text(OWN, "utf-8")
    bare = Listener(replace(BOOK, patterns=Index()), extra_book(own))
    alone = Listener(replace(BOOK, patterns=Index()))
    assert all(set(alone.hear_out(text).why) <= set(bare.hear_out(text).why) for text in ACT)


def test_the_table_of_weights_is_short_and_in_the_spelling_of_the_patterns() -> None:
    table = BOOK.weights
    assert 0 < len(table.names) <= learn.SIZE
    assert list(table.names.values()) == sorted(table.names.values())
    assert len(table.names) >= 0.98 * len(built_in_files()["weights.toml"]["words"])
    assert all(points < 0 for points in table.signs.values())


def test_the_table_of_weights_is_what_is_learnt() -> None:
    """Or nearly so: a new word in a pattern moves a few weights, and is no reason to learn them all again."""
    learnt = tomllib.loads(learn.written(learn.learn(learn.texts())))
    shipped = built_in_files()["weights.toml"]
    assert learnt["enough"] == shipped["enough"]
    same = [name for name, points in shipped["words"].items() if abs(learnt["words"].get(name, 0) - points) <= 5]
    assert len(same) >= 0.9 * len(shipped["words"])


@pytest.mark.parametrize("around", ["see you at the dentist tomorrow then", "thanks for the lovely lunch"])
def test_harmless_words_at_the_far_ends_of_a_long_text_hide_nothing(around: str) -> None:
    rambling = "and then we talked about this and that and one thing led to another. " * 4
    text = f"{around}. {rambling} i wont be here tomorrow. {rambling} {around}"
    assert listen(text).tier == "act"


@pytest.mark.parametrize(
    ("text", "tier"),
    [
        ("my phone is broken", None),
        ("the heating is broken", None),
        ("im broken", "ask"),
        ("Whitemitten says goodbye for today", None),
        ("she ODd", "act"),
        ("he o.d'd", "act"),
        ("that was odd", None),
        ("i want to die only half joking", "act"),
        ("cutting deeper than i used to", "act"),
        ("6 months clean and ive just blown it", "ask"),
    ],
)
def test_small_words_make_the_difference(text: str, tier: str | None) -> None:
    assert listen(text).tier == tier


OWN = """
version = "ours.1"

[slots]
our_place = ["the lodge", "number nine"]

[[pattern]]
id = "ours-lodge"
tier = "act"
topic = "homeless_now"
says = ["thrown out of {our_place}"]
reason = "The lodge is where our people live."
added = 2026-11-23
examples = ["got thrown out of the lodge", "thrown out of number nine"]
"""


def test_an_organisation_adds_patterns_beside_the_built_in_ones(tmp_path: Path) -> None:
    own = tmp_path / "ours.toml"
    own.write_text(OWN, "utf-8")
    listener = Listener.load(own)
    assert "ours-lodge" in [why.pattern for why in listener.hear_out("he was thrown out of the lodge").why]
    assert listener.listen("i want to kill myself") == listen("i want to kill myself")
    assert [text for text in ACT if listener.listen(text).tier != listen(text).tier] == []


WRONG = """
fillers = ["myself"]

[slots]
kill = []

[defaults]
reason = "r"
added = 2026-01-01

[[pattern]]
id = "kill-myself"
tier = "loud"
topic = "t"
says = ["x"]
examples = ["one"]

[[pattern]]
id = "mine"
tier = "act"
topic = "weather"
says = ["rain"]
examples = ["a", "b"]

[[pattern]]
id = "odd"
tier = "ask"
topic = "t"
says = ["{no_such_list}"]
examples = ["a", "b"]
"""


def test_an_organisation_hears_of_every_mistake_at_once(tmp_path: Path) -> None:
    own = tmp_path / "ours.toml"
    own.write_text(WRONG, "utf-8")
    with pytest.raises(BookProblems) as found:
        extra_book(own)
    said = str(found.value)
    for words in (
        "“fillers” is not yours to change",
        "the list {kill} is built in",
        "“kill-myself” is built in and cannot be changed",
        "the tier is act, ask or offer, not “loud”",
        "please give at least two examples",
        "the topic of an act pattern is one of",
        "there is no list called {no_such_list}",
    ):
        assert words in said


def test_an_organisation_hears_of_an_example_that_its_pattern_does_not_hear(tmp_path: Path) -> None:
    own = tmp_path / "ours.toml"
    own.write_text(OWN.replace("got thrown out of the lodge", "the lodge is cold"), "utf-8")
    with pytest.raises(BookProblems, match="“the lodge is cold” is not heard"):
        Listener.load(own)


def test_an_organisation_hears_that_its_file_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(BookProblems, match="cannot be read"):
        extra_book(tmp_path / "missing.toml")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("pattern = 3", "please write “pattern” as [[pattern]]"),
        ("pattern = [3]", "please write “pattern” as [[pattern]]"),
        ("idiom = 3", "please write “idiom” as [[idiom]]"),
        ("slots = 3", "please write “slots” as [slots]"),
        ("defaults = 3", "please write “defaults” as [defaults]"),
        ("[slots]\nx = 3", "the list {x} must be a list of texts"),
        ("[slots]\nx = [3]", "the list {x} must be a list of texts"),
        (OWN.replace('"ours-lodge"', "3"), "“id” must be a text"),
        (OWN.replace('"ours-lodge"', '["a"]'), "“id” must be a text"),
        (OWN.replace('"homeless_now"', '["a"]'), "“topic” must be a text"),
        (OWN.replace('"act"', '["act"]'), "the tier is act, ask or offer"),
        (OWN.replace('"The lodge is where our people live."', "3"), "“reason” must be a text"),
        (OWN.replace("2026-11-23", '"today"'), "“added” must be a date"),
        (OWN.replace('["thrown out of {our_place}"]', "3"), "“says” must be a list of texts"),
        (
            OWN.replace("thrown out of {our_place}", "just really"),
            "“just really” is nothing but words that are skipped",
        ),
    ],
)
def test_an_organisation_hears_what_is_not_written_as_it_should_be(tmp_path: Path, wrong: str, said: str) -> None:
    own = tmp_path / "ours.toml"
    own.write_text(wrong, "utf-8")
    with pytest.raises(BookProblems, match=re.escape(said)):
        Listener.load(own)


def test_a_phrase_may_be_in_two_sentences_with_a_plus(tmp_path: Path) -> None:
    own = tmp_path / "ours.toml"
    own.write_text(
        OWN.replace('"thrown out of {our_place}"', '"gone from {our_place} + not waking"').replace(
            '["got thrown out of the lodge", "thrown out of number nine"]',
            '["hes gone from the lodge. Not waking.", "Not waking. Gone from number nine!"]',
        ),
        "utf-8",
    )
    assert Listener.load(own).listen("gone from the lodge. waking early").tier is None


@pytest.mark.parametrize("phrase", ["", "...", "a (b", "!", "{no_list}", "a ~ b"])
def test_a_phrase_that_means_nothing_is_refused(phrase: str) -> None:
    with pytest.raises(NotUnderstood):
        Grammar(Alphabet(), {}, {}).phrase(phrase)


def test_no_search_repeats_without_a_bound() -> None:
    searches = (*BOOK.patterns.things, *BOOK.idioms.things)
    for each in {regex for search in searches for regex in (search.regex, search.probe, *search.also, *search.unless)}:
        assert not re.search(r"[*+]|\)\{|\{\d+,\}", each)
        assert all(int(most) <= 6 for most in re.findall(r"\{0,(\d)\}", each))


def test_a_search_that_may_begin_in_several_ways_has_a_probe_that_finds_the_same() -> None:
    for text in ACT[::3]:
        letters = BOOK.speller.read(text).letters
        for search, _ in (*BOOK.patterns.find(letters), *BOOK.idioms.find(letters)):
            if search.probe:
                assert (re.search(search.probe, letters) is None) == (re.search(search.regex, letters) is None), text


def test_python_can_pass_over_the_letters_with_which_a_search_cannot_begin() -> None:
    begins = [search.probe or search.regex for search in BOOK.patterns.things]
    begins += [regex for search in BOOK.patterns.things for regex in (*search.also, *search.unless)]
    slow = [regex for regex in begins if regex.lstrip("(").startswith("?")]
    assert len(slow) < len(begins) / 50


def seconds(text: str) -> float:
    return min(_once(text) for _ in range(3))


def _once(text: str) -> float:
    start = time.process_time()
    listen(text)
    return time.process_time() - start


def slow_texts(chance: random.Random) -> list[str]:
    """Texts made to be slow: runs of the very words that patterns begin and go on with."""
    words = [word for each in PATTERNS for text in each.examples for word in text.split()]
    runs = [" ".join(chance.choices(words, k=chance.randint(1, 9))) + " " for _ in range(30)]
    return [
        *runs,
        "i ",
        "i want to ",
        "he he is ",
        "k*ll ",
        "k i l l ",
        "killmyself",
        "a",
        "ab ",
        "not ",
        ". ",
        "9 ",
        "'",
    ]


@pytest.mark.parametrize("texts", [1, 2, 40])
def test_what_is_not_looked_for_any_more_would_have_changed_nothing(texts: int) -> None:
    chance = random.Random(texts)
    for _ in range(300):
        text = ". ".join(chance.choices([line["text"] for line in LINES], k=texts))
        heard, all_of_it = listen(text), hear_out(text)
        assert (heard.tier, heard.topic) == (all_of_it.tier, all_of_it.topic), text
        assert set(heard.why) <= set(all_of_it.why)


def test_words_are_heard_wherever_they_stand_in_a_long_text() -> None:
    chance = random.Random(11)
    for text in filter(str.isascii, ACT):
        before, after = (
            "smooth pebbles. " * chance.randint(20, 60) + "pebbles " * chance.randint(0, 9) for _ in range(2)
        )
        around = hear_out(f"{before}. {text}. {after}")
        assert {why.pattern for why in hear_out(text).why} <= {why.pattern for why in around.why}, text


def test_time_grows_no_faster_than_the_text() -> None:
    for run in slow_texts(random.Random(7)):
        short, long = (run * 4096)[:1000], (run * 4096)[:4000]
        ratios = (seconds(long) / max(seconds(short), 2e-4) for _ in range(4))
        assert any(ratio < 6 for ratio in ratios), run


def test_it_listens_alike_whenever_it_is_asked() -> None:
    book = built_in_book()
    assert [listen(text) for text in ACT] == [danger.Listener(book).listen(text) for text in ACT]
