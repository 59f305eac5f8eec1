"""A coordinator's spreadsheet, however it was saved."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.directory.hours_in_words import understand_hours
from bot.directory.open_referral import read_json
from bot.directory.spreadsheet import COLUMNS, read_spreadsheet
from flows.opening_hours import DAYS
from flows.signposts import as_text
from tests.bot.directory.cast import MONDAY, only

SHEET = """Opening hours,Helps with,Name,Tel,Town,Postcode,Who for,Cost,Checked on,Favourite colour
Mon-Fri 9am-5pm; Sat 10-2,Homeless,First Base,0117 496 0844,Brighton,BN1 2PA,18 and over,,23/11/2026,red
24/7,mental health,Warm Line,0808 800 4444,,,,,2026-11-01,
by arrangement,food bank,Soup Run,0117 496 0457,Hove,,,,yesterday,
,,,,,,,,,
Mon 9-5,plonk,Odd One,0117 496 0844,,,,,,
Mon 9-5,debt,,0117 496 0844,,,,,,
Mon 9-5,debt,No Number,,,,,,,
Mon 9-5,debt,Premium,0909 879 0000,,,,,,
Mon 9-5,debt,"Two
lines",01273,,,,,,
,housing,First Base,0117 496 0844,brighton,BN1 2PA,,,,
"""


def test_a_spreadsheet_is_read_in_any_order_of_columns_and_its_problems_have_row_numbers():
    reading = read_spreadsheet(SHEET.encode(), "local.csv")
    assert [entry.name for entry in reading.entries] == ["First Base", "Warm Line", "Soup Run"]
    said = [(problem.where, problem.what[:45], problem.entry is not None) for problem in reading.problems]
    assert said == [
        ("local.csv", "column 'Favourite colour' is not used", False),
        ("row 4", "its hours (by arrangement) are not understood", False),
        ("row 4", "'yesterday' is not a date like 23/11/2026", False),
        ("row 6", "what it helps with (plonk) is not understood", True),
        ("row 7", "it has no name", True),
        ("row 8", "it has no phone, no text number and no addres", True),
        ("row 9", "'0909 879 0000' is a premium-rate number", True),
        ("row 10", "'01273' is not a UK phone number", True),
        ("row 11", "an earlier row has the same name and place", True),
    ]


def test_a_row_becomes_a_signpost():
    entry = read_spreadsheet(SHEET.encode(), "local.csv").entries[0]
    assert (entry.topics, entry.phone, entry.place) == (("homeless", "housing"), "0117 496 0844", "Brighton")
    assert (entry.nations, entry.checked_on, entry.eligibility) == (("England",), date(2026, 11, 23), "18 and over")
    assert as_text(entry, MONDAY) == "First Base (18 and over): 0117 496 0844, open now until 5pm"


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8-sig", ","), ("cp1252", ";"), ("utf-8", "\t")])
def test_a_spreadsheet_is_read_however_it_was_saved(encoding, delimiter):
    text = delimiter.join(["Name", "Topic", "Phone"]) + "\r\n" + delimiter.join(["Café £1", "food", "0117 496 0844"])
    assert only(read_spreadsheet(text.encode(encoding), "x")).name == "Café £1"


def test_a_row_keeps_its_id_when_it_moves_and_when_its_number_changes():
    first = read_spreadsheet(b"name,topics,phone\nA,debt,0117 496 0844\nB,debt,0117 496 0844", "x").entries
    second = read_spreadsheet(b"phone,name,topics\n0117 496 0222,B,debt\n0117 496 0844,A,debt", "x").entries
    assert {entry.id for entry in first} == {entry.id for entry in second}


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "empty"),
        (b"PK\x03\x04\0\0", "Save as"),
        (b"phone,town\n1,2", "no column called name or topics"),
        (b"name,topics\n" + b'"' + b"x" * 200_000, "not a CSV file"),
    ],
)
def test_what_is_no_spreadsheet_has_no_entries_and_says_why(content, what):
    reading = read_spreadsheet(content, "x")
    assert reading.entries == ()
    assert what in reading.problems[-1].what


@settings(deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_at_all_can_be_given_as_a_spreadsheet_or_a_feed(content):
    read_spreadsheet(content, "x")
    read_spreadsheet(b"name,topics,phone,hours,min age,checked on\n" + content, "x")
    read_json(content, "x")


def test_no_column_goes_by_two_names():
    names = [other for others in COLUMNS.values() for other in others]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("24/7", [("00:00", "23:59", DAYS)]),
        ("Mon-Fri 9am-5pm", [("09:00", "17:00", DAYS[:5])]),
        ("Monday to Friday: 10am to 4pm", [("10:00", "16:00", DAYS[:5])]),
        ("weekdays 9-5; Sat 10-2", [("09:00", "17:00", DAYS[:5]), ("10:00", "14:00", ("SA",))]),
        ("Mon, Wed 9-5, Sat 10-2", [("09:00", "17:00", ("MO", "WE")), ("10:00", "14:00", ("SA",))]),
        ("Mon-Fri 9.30am-12, 1pm-4.30pm", [("09:30", "12:00", DAYS[:5]), ("13:00", "16:30", DAYS[:5])]),
        ("Fri-Mon 6pm-2am", [("18:00", "02:00", ("FR", "SA", "SU", "MO"))]),
        ("daily 5pm-midnight", [("17:00", "00:00", DAYS)]),
        ("Sun 12-2", [("12:00", "14:00", ("SU",))]),
        ("Tues & Thurs 14:00-16:30", [("14:00", "16:30", ("TU", "TH"))]),
        ("mon 1-5", []),
        ("daily 7-11pm", []),
        ("Mon 9am-11", []),
        ("Mon-Fri 9-5 by appointment", []),
        ("9-5", []),
        ("check", []),
        ("Mon 9-9am", []),
        ("Mon 25-26", []),
    ],
)
def test_hours_in_words_are_understood_to_the_last_word_or_not_at_all(words, lines):
    understood = [(f"{s.opens:%H:%M}", f"{s.closes:%H:%M}", s.byday) for s in understand_hours(words)]
    assert understood == lines


def test_hours_in_words_say_what_happens_on_bank_holidays():
    assert [s.on_bank_holidays for s in understand_hours("Mon-Fri 9-5, closed bank holidays")] == [False]
    assert [s.on_bank_holidays for s in understand_hours("Mon-Fri 9-5 including bank holidays")] == [True]
    assert [s.on_bank_holidays for s in understand_hours("daily 9-5 (closed on bank holidays)")] == [False]
