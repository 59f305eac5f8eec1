"""The words: what is said, in which language, and what the organisation may change."""

import re
from datetime import date, timedelta

import pytest

from flows.words import Keyword, Words, WordsMistake
from flows.words.sentences import CHOICES, fill, placeholders
from tests.flows.sample import MONDAY, sample_words, write_sample

GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)
BUILT_IN = Words.load()


@pytest.fixture(scope="module")
def words(tmp_path_factory):
    return sample_words(tmp_path_factory.mktemp("sample"))


@pytest.fixture
def change(tmp_path):
    """Read the sample with an organisation's own words over it."""

    def read(**files):
        for path, text in files.items():
            language, _, name = path.partition("_")
            (tmp_path / "own" / language).mkdir(parents=True, exist_ok=True)
            (tmp_path / "own" / language / f"{name or 'words'}.toml").write_text(text, encoding="utf-8")
        return sample_words(tmp_path / "sample", tmp_path / "own")

    return read


@pytest.fixture
def problems(change):
    def read(**files):
        with pytest.raises(WordsMistake) as mistake:
            change(**files)
        return mistake.value.problems

    return read


# Sentences


def test_a_sentence_is_said_in_the_persons_language(words):
    assert words.sentence("en", "visit.thanks", {"name": "Ada"}) == "Thank you Ada."
    assert words.sentence("cy", "visit.thanks", {"name": "Dee"}) == "Diolch Dee."


def test_what_a_language_lacks_is_said_in_english(words):
    assert words.sentence("cy", "visit.note") == "Anything to add?"
    assert words.sentence("pl", "visit.note") == "Anything to add?"
    assert "visit.note" not in words.keys("cy")
    assert "visit.note" in words.keys("en")
    assert words.languages == ("en", "cy")


def test_sms_gets_the_shorter_form_where_there_is_one(words):
    values = {"name": "Ada", "place": "the hub"}
    assert words.sentence("en", "visit.long-one", values, short=True) == "Thank you Ada, that was all."
    assert words.sentence("en", "visit.long-one", values).endswith("today about the hub.")
    assert words.sentence("en", "visit.thanks", values, short=True) == "Thank you Ada."


@pytest.mark.parametrize(
    "value", ["{name}", "{place}", "{0}", "{name.__class__}", "%s", "\\1", "\\g<0>", "{", "Jo & <b>"]
)
def test_a_value_is_put_in_literally(words, value):
    assert words.sentence("en", "visit.thanks", {"name": value, "place": "x"}) == f"Thank you {value}."


def test_a_date_is_written_out_in_the_persons_language(words):
    assert words.sentence("en", "visit.coming", {"day": date(2026, 12, 8)}) == "Can you come on Tuesday 8 December?"
    assert words.sentence("cy", "visit.coming", {"day": date(2027, 3, 1)}) == "Can you come on dydd Llun 1 Mawrth?"


def test_a_missing_sentence_or_value_is_our_mistake(words):
    with pytest.raises(KeyError, match=r"visit\.nothing"):
        words.sentence("en", "visit.nothing")
    with pytest.raises(KeyError, match="name"):
        words.sentence("en", "visit.thanks")


def test_labels_come_from_the_question_then_from_the_house_then_from_the_choice(words):
    assert words.label("en", "visit.want-a-call", "yes") == "Yes, call me"
    assert words.label("cy", "visit.want-a-call", "yes") == "Ie, ffoniwch fi"
    assert words.label("cy", "visit.want-a-call", "no") == "Na"
    assert words.label("cy", "visit.again", "again") == "Try again"
    assert words.label("en", "visit.coming", "yes") == "Yes"
    assert words.label("en", "visit.coming", "yes", short=True) == "yes"
    assert words.label("en", "visit.mood", "4") == "4"
    assert words.label("en", "visit.coming", "again") == "again"


def test_the_hint_is_the_questions_own_or_the_houses(words):
    assert words.again("en", "visit.mood", {"name": "Ada"}) == "A number from 1 to 5 is enough Ada."
    assert words.again("en", "visit.coming") == words.sentence("en", "replies.again")
    assert words.again("cy", "visit.mood", {"name": "Dee"}) == words.sentence("cy", "replies.again")


def test_hearing_knows_the_day_and_the_questions_phrases(words):
    heard = words.hearing("cy", "visit.mood", MONDAY)
    assert heard.today == MONDAY
    assert heard.means["gwael"] == "2"
    assert heard.means["cant complain"] == "4"
    assert heard.labels["5 good"] == "5"
    assert heard.common["ydw"] == heard.common["yeah"] == "yes"
    assert "ydw" not in words.hearing("en", "visit.mood", MONDAY).common
    assert words.hearing("xx", "visit.mood", MONDAY).common["yeah"] == "yes"


def test_hearing_is_gathered_once_for_a_question(words):
    first = words.hearing("en", "visit.mood", MONDAY)
    later = words.hearing("en", "visit.mood", MONDAY + timedelta(days=1))
    assert words.hearing("en", "visit.mood", MONDAY) is first
    assert later.today == MONDAY + timedelta(days=1)
    assert later.book is first.book


# Words that anybody can send


@pytest.mark.parametrize(
    ("text", "name", "typed"),
    [
        *[("STOP", "STOP", "STOP"), ("stop.", "STOP", "STOP"), ("Stopio", "STOP", "STOPIO"), ("END", "STOP", "END")],
        *[("quit", "STOP", "QUIT"), ("Cancel!", "STOP", "CANCEL"), ("unsubscribe", "STOP", "UNSUBSCRIBE")],
        *[("STOPALL", "STOP", "STOPALL"), ("stop all", "STOP", "STOP ALL"), ("please stop", "STOP", "PLEASE STOP")],
        *[
            ("yes", "START", "YES"),
            ("unstop", "START", "UNSTOP"),
            ("start", "START", "START"),
            ("dechrau", "START", "DECHRAU"),
        ],
        *[
            ("help", "HELP", "HELP"),
            ("/help", "HELP", "HELP"),
            ("/help@AlongsideBot", "HELP", "HELP"),
            ("info", "HELP", "INFO"),
        ],
        *[("cymorth", "HELP", "CYMORTH"), ("cymorht", "HELP", "CYMORHT"), ("dewislen?", "MENU", "DEWISLEN")],
        *[("menu", "MENU", "MENU"), ("human", "HUMAN", "HUMAN"), ("hummann", None, None), ("humam", "HUMAN", "HUMAM")],
        *[
            ("talk to a person", "HUMAN", "TALK TO A PERSON"),
            ("feedbak", "FEEDBACK", "FEEDBAK"),
            ("my data", "MYDATA", "MY DATA"),
        ],
        *[
            ("yn ôl", "BACK", "YN OL"),
            ("sgip", "SKIP", "SGIP"),
            ("saib", "PAUSE", "SAIB"),
            ("cymraeg", "LANGUAGE", "CYMRAEG"),
        ],
        *[("forget me", "FORGET", "FORGET ME"), ("lanugage", "LANGUAGE", "LANUGAGE"), ("pasue", "PAUSE", "PASUE")],
        *[
            ("smart", None, None),
            ("forgot", None, None),
            ("state", None, None),
            ("ended", None, None),
            ("stpo", None, None),
        ],
        *[
            ("strat", None, None),
            ("talks", None, None),
            ("plane", None, None),
            ("exist", None, None),
            ("quiet", None, None),
        ],
        *[
            ("help tuesday", None, None),
            ("bus stop", None, None),
            ("yes please", None, None),
            ("yes mate", None, None),
            ("stop lol", None, None),
            ("menu please", "MENU", "MENU"),
            ("hi human pls", "HUMAN", "HUMAN"),
            ("sorry, are you a bot mate?", "WHO", "ARE YOU A BOT"),
            ("please", None, None),
            ("help@me.org", None, None),
        ],
        *[("", None, None), ("/", None, None), ("/start abc", None, None), ("thank you", "THANKS", "THANK YOU")],
    ],
)
def test_a_keyword_is_found_when_it_is_the_whole_message(words, text, name, typed):
    assert words.keyword(text) == (Keyword(name, typed) if name else None)


EVERY_KEYWORD = (
    *("MENU", "HELP", "HUMAN", "EXIT", "STOP", "START", "PAUSE", "BACK", "SKIP", "PLAN", "TASKS", "FEEDBACK", "CODE"),
    *("SUGGEST", "LIMITS", "THANKS", "MYDATA", "FORGET", "LANGUAGE", "MOVE", "WHO", "MEETINGS"),
    *("SUGGEST", "LIMITS", "THANKS", "MYDATA", "FORGET", "LANGUAGE", "MOVE", "WHO", "VOTE"),
    *("SUGGEST", "LIMITS", "THANKS", "MYDATA", "FORGET", "LANGUAGE", "MOVE", "WHO", "VOTE", "SKILLS"),
    *("SUGGEST", "LIMITS", "THANKS", "MYDATA", "FORGET", "LANGUAGE", "MOVE", "WHO", "VOTE", "SKILLS", "CONTACT"),
    *("SUGGEST", "LIMITS", "THANKS", "MYDATA", "FORGET", "LANGUAGE", "MOVE", "WHO", "VOTE", "SKILLS", "CONTACT", "ASK"),
)


@pytest.mark.parametrize("text", ["hello again", "hello mate how are you", "Hello, it's Ada"])
def test_a_greeting_is_no_slip_of_help(text):
    assert BUILT_IN.keyword_before(text) is None


@pytest.mark.parametrize("text", ["hepl housing", "helpp food", "wrogn 2", "please help with debt"])
def test_a_slip_of_help_or_wrong_before_other_words_is_understood(text):
    assert BUILT_IN.keyword_before(text) is not None


@pytest.mark.parametrize("name", EVERY_KEYWORD)
def test_every_keyword_is_understood_in_both_languages(name):
    assert BUILT_IN.keyword(name) == Keyword(name, name)
    for pages in BUILT_IN._pages.values():
        phrases = [phrase for phrase, meant in pages.keyword.items() if meant == name]
        assert phrases
        for phrase in phrases:
            assert BUILT_IN.keyword(phrase) == Keyword(name, phrase.upper())


def test_no_keyword_means_two_things_in_two_languages():
    english, welsh = BUILT_IN._pages["en"].keyword, BUILT_IN._pages["cy"].keyword
    assert {phrase for phrase in english.keys() & welsh.keys() if english[phrase] != welsh[phrase]} == set()


# The organisation's own words


def test_an_organisation_replaces_single_sentences(change):
    words = change(en='[visit]\nthanks = "Ta {name}!"\n[visit.mood]\nagain = "1 to 5, {name}"\nmeans.5 = ["mint"]')
    assert words.sentence("en", "visit.thanks", {"name": "Ada"}) == "Ta Ada!"
    assert words.again("en", "visit.mood", {"name": "Ada"}) == "1 to 5, Ada"
    assert words.sentence("en", "visit.mood", {"name": "Ada"}) == "How are you today Ada, from 1 to 5?"
    means = words.hearing("en", "visit.mood", MONDAY).means
    assert (means["mint"], means["great"]) == ("5", "5")
    assert words.label("en", "visit.mood", "5") == "5 good"


def test_a_new_text_makes_the_old_short_form_void(change):
    words = change(en='[visit]\nlong-one = "Ta {name}, for {place}."')
    assert words.sentence("en", "visit.long-one", {"name": "Ada", "place": "it"}, short=True) == "Ta Ada, for it."


def test_an_organisation_adds_phrases_keywords_and_a_language(change):
    words = change(
        en_phrases='[common]\nyes = ["champion"]\n[keyword]\nHUMAN = ["get me Sam"]',
        pl='[visit]\nthanks = "Dziękuję {name}."',
    )
    assert words.hearing("en", "visit.coming", MONDAY).common["champion"] == "yes"
    assert words.keyword("Get me Sam!") == Keyword("HUMAN", "GET ME SAM")
    assert words.sentence("pl", "visit.thanks", {"name": "Jan"}) == "Dziękuję Jan."
    assert words.languages == ("en", "cy", "pl")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[visit]\nthansk = "Ta {name}"', "en/words.toml: visit.thansk: there is no such sentence"),
        ('[vist]\nthanks = "Ta {name}"', "en/words.toml: vist.thanks: there is no such sentence"),
        ('[visit]\nthanks = "Ta {nme} {name}"', "en/words.toml: visit.thanks: text mentions {nme}"),
        ('[visit]\nthanks = "Ta"', "en/words.toml: visit.thanks: text leaves out {name}"),
        ('[visit.long-one]\nsms = "Ta"', "en/words.toml: visit.long-one: sms leaves out {name}"),
        ('[visit.mood]\nagain = "Hm {nme}"', "en/words.toml: visit.mood: again mentions {nme}"),
        ('[visit]\nthanks = "Ta {name.real}"', "en/words.toml: visit.thanks.text: a brace is out of place"),
        ('[visit]\nthanks = "Ta {name!r:>9}"', "en/words.toml: visit.thanks.text: a brace is out of place"),
        ('[visit]\nthanks = "Ta {0} {name}"', "en/words.toml: visit.thanks.text: a brace is out of place"),
        ('[visit]\nthanks = "Ta {name} {"', "en/words.toml: visit.thanks.text: a brace is out of place"),
        ("[visit]\nthanks = 5", "en/words.toml: visit.thanks.text: this should be a sentence in quotes"),
        ('[visit]\nthanks = " "', "en/words.toml: visit.thanks.text: this is empty"),
        ('[visit.thanks]\ntxt = "Ta {name}"', "en/words.toml: visit.thanks: it can't have 'txt'"),
        ('[visit.again]\nlabel.agian = "Again"', "en/words.toml: visit.again: it has no choice 'agian'"),
        ('[visit.again]\nmeans.agian = ["Again"]', "en/words.toml: visit.again: it has no choice 'agian'"),
        (
            '[visit.again]\nlabel = "Again"',
            "en/words.toml: visit.again.label: this should have one line for each choice",
        ),
        ("[visit.again.label]\nagain = 3", "en/words.toml: visit.again.label.again: this should be a sentence"),
        (
            '[visit.again]\nmeans.again = "go"',
            "en/words.toml: visit.again.means.again: this should be a list of phrases",
        ),
        ('[visit.again]\nmeans.again = ["!"]', "en/words.toml: visit.again.means.again: '!' has no words in it"),
        (
            '[visit.mood]\nmeans.1 = ["meh"]\nmeans.2 = ["meh"]',
            "en/words.toml: visit.mood.means.2: 'meh' means '1' already",
        ),
        ('[common]\nyes = ["nah"]', "en/words.toml: common.yes: 'nah' means 'no' already"),
        ('[common]\nyep = ["yep yep"]', "en/words.toml: common.yep: there is no such meaning"),
        ('[keyword]\nHALT = ["halt"]', "en/words.toml: keyword.HALT: there is no such meaning"),
        ('thanks = "Ta"', "en/words.toml: thanks: it stands outside any [table]"),
        ("[visit\n", "en/words.toml: the file can't be read as TOML"),
    ],
)
def test_a_mistake_is_told_with_its_file_and_key(problems, text, told):
    (problem,) = problems(en=text)
    assert problem.startswith(told)


def test_all_mistakes_are_told_at_once(problems):
    told = problems(
        en='[visit]\nthanks = "Ta"\nnote = 5',
        en_more='[visit]\nnothing = "x"',
        cy="[visit",
        welsh='[visit]\nnote = "x"',
    )
    assert [line.split(":")[0] for line in told] == [
        "en/more.toml",
        "en/words.toml",
        "en/words.toml",
        "cy/words.toml",
        "welsh/",
    ]


def test_a_sentence_in_two_files_is_a_mistake(problems):
    (problem,) = problems(en='[visit]\nnote = "Ta"', en_z='[visit]\nnote = "Thanks"')
    assert problem == "en/z.toml: visit.note: it is in en/words.toml too; please keep one."


def test_a_missing_folder_and_a_stray_file_are_told(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "words.toml").write_text("")
    with pytest.raises(WordsMistake, match=r"words\.toml: please put it into a language's folder"):
        Words.load(tmp_path / "own")
    with pytest.raises(WordsMistake, match="there is no such folder"):
        Words.load(tmp_path / "nowhere")


def test_a_file_that_is_no_text_is_told(tmp_path):
    own = write_sample(tmp_path / "own")
    (own / "en" / "replies.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(WordsMistake, match=r"en/replies\.toml: the file can't be opened as text"):
        Words.load(own)


# The built-in words


def test_what_one_organisation_says_instead_nobody_else_says(tmp_path):
    """The built-in files are read once for all."""
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "ours.toml").write_text(
        '[check-in]\nthanks = "Ta very much."\n\n[keyword]\nMENU = ["what now"]\n'
    )
    ours, theirs = Words.load(tmp_path), Words.load()
    assert ours.wording("en", "check-in.thanks").text == "Ta very much."
    assert theirs.wording("en", "check-in.thanks") == BUILT_IN.wording("en", "check-in.thanks")
    assert ours.keyword("what now") is not None
    assert theirs.keyword("what now") is None


def test_both_languages_have_the_same_sentences_questions_and_choices():
    assert BUILT_IN.keys("cy") == BUILT_IN.keys("en")
    for key, english in BUILT_IN._pages["en"].sentences.items():
        assert english.text, key
        welsh = BUILT_IN._pages["cy"].sentences[key]
        assert placeholders(welsh.text) == placeholders(english.text), key
        assert placeholders(welsh.again) == placeholders(english.again), key
        assert welsh.label.keys() == english.label.keys(), key


def test_both_languages_know_the_same_meanings():
    english, welsh = BUILT_IN._pages["en"].meanings, BUILT_IN._pages["cy"].meanings
    assert welsh <= english
    assert {meaning for meaning in english if meaning.startswith("keyword.")} <= welsh


def _forms(language):
    for key, sentence in BUILT_IN._pages[language].sentences.items():
        for form in (sentence.text, sentence.sms, sentence.again, *sentence.label.values()):
            yield key, form


def test_every_english_sentence_goes_into_a_plain_sms():
    assert {(key, letter) for key, form in _forms("en") for letter in form if letter not in GSM} == set()


ASKED_FOR = re.compile(
    r"\b(YES|END|QUIT|CANCEL)\b"
    r"|(?i:\b(reply|text|send|answer|say|write|type|atebwch|tecstiwch|anfonwch) \W?(yes|end|quit|cancel)\b)"
)


@pytest.mark.parametrize("language", ["en", "cy"])
def test_no_sentence_asks_for_a_word_that_the_carriers_take(language):
    assert [form for _, form in _forms(language) if ASKED_FOR.search(form)] == []


def test_the_search_for_the_carriers_words_finds_them():
    for form in ("Reply YES.", "reply yes to go on", "Text 'cancel' to stop", "END it"):
        assert ASKED_FOR.search(form)
    assert not ASKED_FOR.search("Reply 1 yes, 2 no. In the end, say what you like.")


@pytest.mark.parametrize("language", ["en", "cy"])
def test_nobody_is_told_by_text_to_type_a_command_in_a_terminal(language):
    assert [form for _, form in _forms(language) if "alongside " in form] == []


def test_placeholders_and_filling_agree():
    form = "{name} and {" + CHOICES + "}"
    assert placeholders(form) == {"name", CHOICES}
    assert fill(form, {"name": "a", CHOICES: "{name}"}) == "a and {name}"
