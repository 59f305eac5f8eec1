"""Whatever else may come in a feed: each fault is a problem of its own, and nothing raises."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.directory.open_referral import read_json, read_services
from flows.signposts import as_text
from tests.bot.directory.cast import MONDAY, VERSION_1, VERSION_3, only, read, service


@pytest.mark.parametrize(
    ("broken", "what"),
    [
        ("a string", "not an object"),
        (None, "not an object"),
        (service(id=None), "no id"),
        (service(name=""), "no name"),
        (service(name=["x"]), "no name"),
        (service(attributes=[], name="Plonk"), "nothing in it says what it helps with"),
        (service(phones=[], contacts=[], organization=None, service_at_locations=[]), "no phone"),
        (service(minimum_age=99, maximum_age=5), "ages"),
        (service(minimum_age="old"), "not a number"),
        (service(minimum_age=-4), "ages"),
    ],
)
def test_a_broken_service_is_a_problem_of_its_own_and_the_others_stay(broken, what):
    reading = read_services([broken, service(id="s2")], "feed")
    assert only(reading).id == "s2"
    assert any(what in problem.what and problem.entry for problem in reading.problems)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "not JSON"),
        (b"<html>", "not JSON"),
        (b"\xff\xfe{", "not JSON"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"contents": {"0": 1}}', "no list of services"),
        (b"3", "no list of services"),
        (b'{"contents": [' + b"9" * 5000 + b"]}", "not JSON"),
    ],
)
def test_what_is_no_directory_has_no_entries_and_one_problem(content, what):
    reading = read_json(content, "feed")
    assert reading.entries == ()
    assert [what in problem.what for problem in reading.problems] == [True]


def test_the_same_id_twice_is_a_problem():
    reading = read_services([service(), service()], "feed")
    assert only(reading).id == "s1"
    assert "same id" in reading.problems[0].what


def test_huge_and_deceptive_texts_are_cut_and_cleaned():
    entry = read(name="Food bank " * 10_000, eligibility_description="<b>all</b>\u202e\x00 welcome\n\n")
    assert len(entry.name) <= 120
    assert entry.eligibility == "all welcome"


def test_a_service_that_contains_itself_is_read_like_any_other():
    loop = service()
    loop["organization"]["contacts"] = [loop]
    loop["contacts"].append(loop)
    loop["service_at_locations"][0]["location"]["contacts"] = [loop]
    assert only(read_services([loop], "feed")).phone == "0117 496 0844"


def test_a_service_with_ten_thousand_phones_is_read_to_the_hundredth():
    reading = read_services([service(phones=[{"number": "x"}] * 10_000)], "feed")
    assert any("only the first 100" in problem.what for problem in reading.problems)
    assert len(reading.problems) < 110


plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
keys = st.sampled_from(["id", "name", "number", "phones", "byday"])
junk = st.recursive(
    plain | st.sampled_from(["MO", "09:00", "2026-01-01"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)


def paths(thing, so_far=()):
    yield so_far
    items = thing.items() if isinstance(thing, dict) else enumerate(thing) if isinstance(thing, list) else ()
    for key, value in items:
        yield from paths(value, (*so_far, key))


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_a_service_with_anything_at_all_in_any_field_never_raises(data):
    broken = copy.deepcopy(data.draw(st.sampled_from([VERSION_3, VERSION_1])))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from([path for path in paths(broken) if path]))
        owner = broken
        for key in path[:-1]:
            owner = owner[key]
        owner[path[-1]] = data.draw(junk)
    reading = read_services([broken, service(id="another")], "feed")
    assert "another" in [entry.id for entry in reading.entries]
    for entry in reading.entries:
        as_text(entry, MONDAY)
