"""The measures that the attacks go by, on what is known to be random and what is known not to be."""

from __future__ import annotations

import random

from bot.audit.attacks.gaps import gaps
from bot.audit.attacks.guessing import DAY, TOO_MANY, TRIALS, WEEK, Trace, guesses
from bot.audit.attacks.order import deviations
from bot.audit.played import by_rank, changed
from bot.audit.script import WRITER_BY_SMS, WRITER_BY_TELEGRAM, fortnight, without_the_writers


def test_order_is_measured():
    assert deviations([list(range(20)), list(range(20))]) > 5
    assert deviations([list(range(20, 0, -1))]) < -5
    dice = random.Random(4)
    assert all(abs(deviations([dice.sample(range(20), 20) for _ in range(2)])) < 4 for _ in range(200))


def test_random_numbers_are_no_counter():
    dice = random.Random(2)
    assert gaps({dice.getrandbits(40) for _ in range(50)}) == 0
    assert gaps(set(range(20)) - {7, 8}) == 2


def test_guessing_succeeds_as_far_as_there_is_a_trace():
    hits = {
        trace: guesses(trace, TRIALS, random.Random(3))
        for trace in (Trace(True, 1.0), Trace(True, DAY), Trace(True, WEEK), Trace(False, WEEK), Trace(False, 1.0))
    }
    assert hits[Trace(True, 1.0)] > 1000
    assert hits[Trace(True, 1.0)] > hits[Trace(True, DAY)] > hits[Trace(True, WEEK)] > 4 * TOO_MANY
    assert hits[Trace(False, WEEK)] < TOO_MANY
    assert hits[Trace(False, 1.0)] < TOO_MANY


def test_the_two_fortnights_differ_in_the_writers_alone():
    events = fortnight(10, 4, seed=3)
    others = without_the_writers(events)
    assert {event.who for event in events} - {event.who for event in others} == {WRITER_BY_SMS, WRITER_BY_TELEGRAM}
    assert events == fortnight(10, 4, seed=3) != fortnight(10, 4, seed=4)
    assert [event.at for event in events] == sorted(event.at for event in events)


BEFORE = {"people.address": (("id", "heard", "provider_id"), (2**50 + 3, "x", "12"), (2**50 + 1, "y", "13"))}


def test_rows_are_compared_to_the_last_value():
    assert changed(BEFORE, BEFORE) == []
    one_more = {"people.address": (*BEFORE["people.address"], (2**50 + 9, "z", "14"))}
    assert changed(BEFORE, one_more) == ["people.address: 1 rows more"]
    assert changed(one_more, BEFORE) == ["people.address: 1 rows fewer"]
    other = {"people.address": (BEFORE["people.address"][0], (2**50 + 3, "x!", "12"), (2**50 + 1, "y", "13"))}
    assert changed(BEFORE, other) == ["people.address.heard changed"]
    assert changed(BEFORE, {}) != []


def test_ids_of_another_run_are_the_same_by_rank_and_lengths_still_tell():
    again = {"people.address": (("id", "heard", "provider_id"), (2**51 + 7, "x", "55"), (2**51 + 2, "y", "56"))}
    assert changed(by_rank(BEFORE), by_rank(again)) == []
    longer = {"people.address": (("id", "heard", "provider_id"), (2**51 + 7, "x", "555"), (2**51 + 2, "y", "56"))}
    assert changed(by_rank(BEFORE), by_rank(longer)) == ["people.address.provider_id changed"]
