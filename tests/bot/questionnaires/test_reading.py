"""A coordinator's file: all that is wrong with it at once, each with its place; and never half of it taken in."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.questionnaires.draft import MOST_BYTES
from bot.questionnaires.reading import _ALL, read_questionnaire
from bot.questionnaires.spreadsheet import COLUMNS
from flows.written import Questionnaire, Rule
from tests.bot.questionnaires.files import CAFE, SHEET, WORDS, read


def problems(text: str | bytes, suffix: str = ".toml") -> list[str]:
    found = read(text, suffix)
    return [str(problem) for problem in found.problems]


def test_a_good_file_has_no_problems_and_is_read_whole():
    found = read(CAFE)
    assert found.problems == ()
    cafe = Questionnaire.from_json(found.content, "en")
    assert [question.key for question in cafe.questions] == ["open", "came-by", "welcome", "door", "better"]
    assert cafe.keyword == "VISIT"
    assert cafe.sections[1].hard
    assert cafe.sections[1].only_if == (Rule("open", "=", "yes"), Rule("came-by", "=", "by-bus"))
    assert cafe.questions[3].only_if == (Rule("welcome", "<=", 2),)
    welsh = Questionnaire.from_json(found.content, "cy")
    assert welsh.title == "Eich ymweliad"
    assert welsh.questions[1].labels == {"walking": "Cerdded", "by-bus": "Ar y bws"}
    assert welsh.questions[2].text == "How welcome did you feel?"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_spreadsheet_says_the_same(delimiter):
    sheet = SHEET.replace(";", "|").replace(",", delimiter).replace("|", ";")
    if delimiter == ";":
        sheet = sheet.replace("Walking; By bus", '"Walking; By bus"')
    found = read(sheet, ".csv")
    assert found.problems == ()
    cafe = Questionnaire.from_json(found.content, "cy")
    assert [question.text for question in cafe.questions][:1] == ["Oedd ar agor?"]
    assert [len(section.questions) for section in cafe.sections] == [2, 1]
    assert cafe.sections[1].hard
    assert (cafe.questions[2].low, cafe.questions[2].high_text) == (1, "very")


@pytest.mark.parametrize(
    ("instead_of", "written", "told"),
    [
        ('kind = "photo"', 'kind = "foto"', "line 44, kind: “foto” is not one of"),
        ('key = "door"', 'key = "open"', "line 42, key: there are two questions with the key open"),
        ('key = "door"', "", "line 41, key: is missing"),
        ('key = "door"', 'key = "The door"', "line 42, key: a key has small letters"),
        ('"welcome <= 2"', '"better = yes"', "later"),
        ('"welcome <= 2"', '"door = yes"', "not at itself"),
        ('"welcome <= 2"', '"wellcome <= 2"', "line 45, only_if: there is no question “wellcome”"),
        ('"welcome <= 2"', '"welcome <= 7"', "“7” can never be the answer there"),
        ('"welcome <= 2"', '"welcome is low"', "“welcome is low” is no rule"),
        (
            '"came-by = by bus"',
            '"came-by = by train"',
            "“by train” is no choice of that question; it has walking, by-bus",
        ),
        ('"came-by = by bus"', '"came-by > walking"', "> is for numbers"),
        ('seen_by = "Bo at Harbour House"', "", "nobody can consent without seen_by"),
        ("from = 1", "form = 1", "line 34, form: there is no such setting here"),
        ("from = 1", "from = 9", "must be more than from"),
        ("from = 1", "from = nan", "is no whole number"),
        ("to = 5", "to = 500", "0 to 10 at most"),
        ("to = 5", f"to = {10**400}", "is no whole number"),
        ("hard = true", 'hard = "true"', "line 27, hard: must be true or false"),
        ('"Walking", "By bus"', '"Walking", "walking!"', "looks like another choice"),
        ('"Walking", "By bus"', '"Walking", "2"', "can't be told from a number"),
        ('"Walking", "By bus"', '"Walking"', "2 to 12 choices"),
        ('["Cerdded", "Ar y bws"]', '["Cerdded"]', "as many as in choices"),
        ('"Was it open?"', '"=cmd|calc"', "begins as a spreadsheet's formula does"),
        ('"Was it open?"', '"Open\\u0007?"', "signs in it that no phone shows"),
        ('"Was it open?"', '"   "', "line 14, text: is empty"),
        ('"Was it open?"', f'"{"a" * 481}"', "has 481 letters; 480 at most"),
        ('"VISIT"', '"HELP"', "means something else to the bot already"),
        ('"VISIT"', '"tomorow"', "means something else to the bot already"),
        ('"VISIT"', '"two words"', "a keyword is one word"),
        ('name = "cafe"', 'name = "Café!"', "line 1, name: it needs a name in small letters"),
        ('purpose = "mystery shopping"', 'purpose = "spying"', "“spying” is not one of mystery shopping"),
        ('purpose = "mystery shopping"', "colour = 1", "line 4, colour: there is no such setting"),
        ('kind = "photo"', 'kind = "photo"\nchoices = ["a", "b"]', "a question of the kind photo has no choices"),
    ],
)
def test_each_problem_is_told_with_its_place(instead_of, written, told):
    assert instead_of in CAFE
    found = read(CAFE.replace(instead_of, written, 1))
    assert found.content is None
    assert any(told in str(problem) for problem in found.problems), found.problems


def test_rules_that_wait_for_each_other_are_told_as_that():
    text = CAFE.replace('kind = "yes or no"', 'kind = "yes or no"\nonly_if = "welcome = 3"').replace(
        'high = "very"', 'high = "very"\nonly_if = "open = yes"'
    )
    assert "the rules of open and welcome wait for each other" in problems(text)


def test_every_problem_is_told_at_once():
    text = CAFE.replace('kind = "photo"', 'kind = "foto"').replace('key = "better"', 'key = "Better"')
    text = text.replace('"welcome <= 2"', '"wellcome <= 2"').replace('"VISIT"', '"STOP"')
    assert len(problems(text)) == 4


@pytest.mark.parametrize("text", ["Dewch i’r tŷ?", "Was it good 😀?"])
def test_what_costs_more_is_noted_and_no_obstacle(text):
    found = read(CAFE.replace("Was it open?", text))
    assert found.content is not None
    [warning] = found.problems
    assert warning.is_warning
    assert str(warning).startswith("line 14, text: please note: with")


def test_what_is_dear_because_it_is_long_is_noted():
    assert problems(CAFE.replace("Was it open?", "Was it open at all? " * 20)) == [
        "line 14, text: please note: it takes 3 text messages"
    ]


@pytest.mark.parametrize(
    ("content", "suffix", "told"),
    [
        (b"\xff\xfe\x00", ".toml", "not a text file"),
        (b"a = [", ".toml", "can't be read as TOML"),
        (b"a = " + b"[" * 5000, ".toml", "can't be read as TOML"),
        (b"a = " + b"9" * 9000, ".toml", "can't be read as TOML"),
        (b"section = 7", ".toml", "each section begins with [[section]]"),
        (b"[section]\na = 1", ".toml", "each section begins with [[section]]"),
        (b"[[section]]\nquestion = 'why'", ".toml", "each question begins with [[section.question]]"),
        (b"", ".toml", "there is no question in it"),
        (b"", ".csv", "it is empty"),
        (b"PK\x03\x04", ".csv", "choose Save as, then CSV"),
        (b"key,colour\nopen,red", ".csv", "row 1: there is no column “colour”"),
        (b"key,key\nopen,x", ".csv", "is there twice"),
        (b"key\n" + b"a\n" * 600, ".csv", "more than 500 rows"),
        (b"key," + b"x" * 200_000 + b"\n", ".csv", "not a CSV file"),
        (b"%PDF-1.7", ".csv", "choose Save as, then CSV"),
        (b"name = 1", ".docx", "it should be a .toml file"),
    ],
)
def test_whatever_a_file_is_it_is_told_in_a_sentence(content, suffix, told):
    found = read(content, suffix)
    assert found.content is None
    assert any(told in str(problem) for problem in found.problems), found.problems


def test_hostile_cells_are_told_by_their_row():
    sheet = SHEET + "door,=HYPERLINK(1),,words,,,,,,,hard part,\nkey2,@SUM(A1),,words,,,,,,,,maybe\n"
    told = problems(sheet, ".csv")
    assert "row 10, text: “=HYPERLINK(1)” begins as a spreadsheet's formula does" in told
    assert any(each.startswith("row 11: what is about a section") for each in told)


def test_every_column_and_setting_of_a_spreadsheet_is_in_the_readme():
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    said = " ".join(readme.split("## Questionnaires")[1].split("```")[0].split())
    told = {re.sub(r"[^a-z ]", "", each.casefold()) for each in re.findall(r"`([^`]+)`", said)}
    assert {*COLUMNS, *(name.replace("_", " ") for name in _ALL)} <= told


def test_a_file_of_ten_megabytes_is_not_read(tmp_path):
    path = tmp_path / "big.toml"
    path.write_bytes(b"#" * 10_000_000)
    [problem] = read_questionnaire(path, WORDS).problems
    assert "larger than" in str(problem)
    assert MOST_BYTES < 10_000_000


def test_a_file_that_is_not_there_is_told(tmp_path):
    [problem] = read_questionnaire(tmp_path / "none.toml", WORDS).problems
    assert "can't be opened" in str(problem)
    assert str(tmp_path) not in str(problem)


def test_nothing_in_a_file_moves_the_terminals_cursor():
    hostile = CAFE.replace('"photo"', '"\\u001b[2J\\u202efoto"').replace("keyword =", '"\\u001b[2J" =')
    told = problems(hostile)
    assert len(told) == 2
    assert "".join(told).isprintable()


def test_a_long_one_is_noted():
    more = "".join(f'[[section.question]]\nkey = "q{n}"\ntext = "Why?"\nkind = "words"\n' for n in range(10))
    assert problems(CAFE + more) == ["please note: it has 15 questions: each answer may cost them a text message"]


# -- whatever is written


LINES = CAFE.splitlines()
VALUES = ['""', "1", "-1.5", "nan", "true", "[]", "[1]", '["a", 2]', "{}", "{a = 1}", "1979-05-27", '"x = "', '"open"']


@settings(max_examples=300, deadline=None)
@given(st.integers(), st.integers(1, 6))
def test_any_broken_file_gives_problems_and_never_an_exception(seed, times):
    """Lines are taken out, doubled, moved and given other values."""
    chance, lines = random.Random(seed), list(LINES)
    for _ in range(times):
        at = chance.randrange(len(lines))
        change = chance.choice(["out", "twice", "move", "value", "cut"])
        if change == "out":
            del lines[at]
        elif change == "twice":
            lines.insert(at, lines[at])
        elif change == "move":
            lines.insert(chance.randrange(len(lines)), lines.pop(at))
        elif change == "value" and "=" in lines[at]:
            lines[at] = f"{lines[at].partition('=')[0]}= {chance.choice(VALUES)}"
        elif change == "cut":
            lines[at] = lines[at][: chance.randrange(len(lines[at]) + 1)]
    found = read("\n".join(lines))
    assert (found.content is None) == any(not problem.is_warning for problem in found.problems)
    if found.content is not None:
        assert Questionnaire.from_json(found.content, "cy").questions


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)), st.sampled_from([".toml", ".csv"]))
def test_any_bytes_give_problems(content, suffix):
    found = read(content, suffix)
    assert found.content is None
    assert found.problems
    assert all(str(problem).isprintable() for problem in found.problems)


CELLS = st.one_of(st.sampled_from([*SHEET.replace("\n", ",").split(","), "yes", "9" * 30, "inf"]), st.text(max_size=12))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=12), max_size=12))
def test_any_rows_give_problems_and_never_an_exception(rows):
    header = SHEET.partition("\n")[0]
    clean = [",".join('"' + cell.replace('"', "") + '"' for cell in row) for row in rows]
    found = read("\n".join([header, *clean]), ".csv")
    assert (found.content is None) == any(not problem.is_warning for problem in found.problems)
