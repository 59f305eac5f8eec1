"""Every attack first succeeds against a build that leaks, or it counts for nothing; and finds nothing on ours."""

from __future__ import annotations

import re

import pytest

from bot.audit.attack import try_all
from bot.audit.attacks import ATTACKS
from bot.audit.attacks.canaries import Canaries
from bot.audit.attacks.clocks import Clocks
from bot.audit.attacks.code_guessing import CodeGuessing
from bot.audit.attacks.counters import Counters
from bot.audit.attacks.error_paths import ErrorPaths
from bot.audit.attacks.gaps import Gaps
from bot.audit.attacks.guessing import WEEK, Guessing, Trace, trace_in
from bot.audit.attacks.invitations import FewInvited
from bot.audit.attacks.joins import Joins
from bot.audit.attacks.left_behind import LeftBehind
from bot.audit.attacks.lengths import Lengths
from bot.audit.attacks.log_lines import LogLines
from bot.audit.attacks.order import Order
from bot.audit.attacks.person_rows import PersonRows
from bot.audit.attacks.receipts import ReadReceipts
from bot.audit.attacks.same_week import Restart, SameWeek
from bot.audit.attacks.schema import Schema
from bot.audit.attacks.webhook_answers import WebhookAnswers
from tests.audit.conftest import found


def test_no_attack_finds_anything_on_ours(ours):
    results = try_all(ours, ATTACKS)
    assert [(each.attack.name, each.findings) for each in results if each.verdict != "nothing found"] == []


def test_the_robbery_is_worth_something(ours):
    (feedback,) = [heap for heap in ours.heaps if heap.name == "feedback"]
    assert len(feedback.rows) >= 12
    assert len(ours.known.arrived) >= 12
    assert any(heap.name == "message" and len(heap.rows) >= 50 for heap in ours.on("people"))
    names = [path.rpartition("/")[2] for path in ours.files]
    assert {"slots", "bot.log"} <= set(names)
    assert not any("/memory/" in path for path in ours.files)


def test_what_was_played_is_worth_something(ours):
    played = ours.played
    assert len(played.steps) >= 14
    assert {step.what for step in played.steps} >= {
        *("feedback by sms", "prompt by telegram", "apart by telegram", "begin by telegram", "go on by telegram"),
    }
    assert [step.what for step in played.readings].count("CODE") == 3
    assert "a coordinator reads" in [step.what for step in played.readings]
    assert [look.when for look in played.with_one] == [look.when for look in played.without]
    assert len(played.troubles) == 5
    assert [each.status for each in played.answers.values()] == [200, 200, 200, 200]
    assert played.guesses.from_one == 10
    assert sum(look.when.startswith("restart") for look in played.with_one) == 4


# -- a conversation that leaves traces -----------------------------------------------------------------


def test_a_touch_on_a_persons_row_is_found(talkative):
    assert "feedback by sms: people.address.last_heard_at changed" in found(PersonRows(), talkative)


def test_a_touch_tells_the_weeks_apart(talkative):
    told = found(SameWeek(), talkative)
    assert "before the release: people.address.last_heard_at changed" in told
    assert "at the end of week 1: people.address.last_heard_at changed" in told
    assert "restart" not in told


def test_a_state_on_disk_is_found_after_a_restart(talkative):
    told = found(Restart(), talkative)
    assert "restart: after a clean stop: the file feedback/spool/composing" in told
    assert "restart: after a crash: the file feedback/spool/composing" in told
    assert "before the release" not in told


def test_a_line_in_the_log_for_each_feedback_that_was_read_at_the_console_is_found(talkative):
    told = found(SameWeek(), talkative)
    assert re.search(r"at the end of week 1: people\.audit_entry: \d+ rows more", told)
    assert "before the release: people.audit_entry" not in told


def test_what_the_console_wrote_is_among_what_a_thief_has(ours):
    (log,) = [heap for heap in ours.on("people") if heap.name == "audit_entry"]
    did = {row[log.columns.index("what")] for row in log.rows}
    assert {"opened the feedback inbox", "looked at somebody", "saw what they wrote"} <= did
    shown = "\n".join(line for look in ours.played.with_one for line in look.desk)
    for path in ("/log: 200", "/people/…: 200", "/inbox: 200", "/reports: 200", "/feedback: 200", "/team: 200"):
        assert path in shown


def test_a_counter_is_found(talkative):
    assert "before the release: a list or a counter shows it" in found(Counters(), talkative)


def test_a_read_receipt_is_found(talkative):
    assert "CODE: feedback.feedback.status changed" in found(ReadReceipts(), talkative)


def test_an_invitation_to_one_is_found(talkative):
    assert "in one week 1 of " in found(FewInvited(), talkative)


def test_guessing_that_is_not_slowed_down_is_found(talkative):
    told = found(CodeGuessing(), talkative)
    assert "from one phone 14 guesses within an hour were looked up" in told
    assert "a code whose feedback waits is answered otherwise" in told
    assert "feedback.lookup is a fast hash of the code" in told


def test_words_and_numbers_in_logs_over_errors_are_found(talkative):
    told = found(ErrorPaths(), talkative)
    assert "all slots are taken: a log tells" in told
    assert "a fault of ours: a log tells" in told
    assert "lines in the log tell when" in told
    assert "away" not in told


def test_an_answer_of_another_size_is_found(talkative):
    assert found(WebhookAnswers(), talkative) == "feedback is answered otherwise than an ordinary message"


def test_codes_in_the_log_are_found(talkative):
    assert "bot.log: a code" in found(LogLines(), talkative)


def test_words_in_the_log_itself_are_found(talkative):
    assert "bot.log: what was said, as plain text" in found(Canaries(), talkative)


def test_telegrams_numbers_are_found_hashed_and_plain(talkative):
    told = found(Gaps(), talkative)
    assert "message.provider_id of telegram" in told
    assert "outbox.provider_id of telegram: more numbers are missing than messages came in" in told


def test_the_sender_is_guessed_better_than_by_chance(talkative):
    assert trace_in(talkative) == Trace(True, WEEK)
    assert "senders are found" in found(Guessing(), talkative)


# -- a store as most programs would have it ------------------------------------------------------------


def test_a_column_too_many_and_a_counter_are_found(careless):
    told = found(Schema(), careless)
    assert "feedback.created_at is not on the list" in told
    assert "is a TIMESTAMP" in told
    assert "seen.id" in told
    assert "counts" in told


def test_a_keyed_hash_of_a_number_is_found(careless):
    assert "feedback.lookup holds values of address.value" in found(Joins(), careless)


def test_rows_written_in_one_transaction_are_found(careless, kind):
    assert ("one transaction" in found(Joins(), careless)) is (kind == "postgresql")


def test_telegrams_numbers_are_found_under_a_stolen_key(careless):
    assert "message.provider_id of telegram" in found(Gaps(), careless)


def test_the_order_of_arrival_is_found(careless):
    assert found(Order(), careless) == "feedback lies in the order in which it came"


def test_a_clock_in_an_id_is_found(careless):
    assert "feedback.id: " in found(Clocks(), careless)


def test_a_time_where_a_week_belongs_is_found(careless):
    assert "feedback.closed_week: " in found(Clocks(), careless)


def test_lengths_that_differ_are_found(careless):
    assert "feedback.body: values of 1" in found(Lengths(), careless)


def test_a_log_that_was_not_emptied_is_found(careless, kind):
    assert ("has not been emptied" in found(LeftBehind(), careless)) is (kind == "sqlite")


def test_an_exact_time_is_seen(careless):
    assert trace_in(careless).within == 1.0


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_every_attack_has_succeeded_somewhere(attack, talkative, careless, kind):
    """Those on files alone are in `test_files`; and PostgreSQL has no file of ours."""
    on_files = ("scheduler store", *(["free pages and write-ahead log"] if kind == "postgresql" else []))
    if attack.name not in on_files:
        assert found(attack, talkative) or found(attack, careless)
