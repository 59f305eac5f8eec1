"""Flows are edited under live conversations: nobody is asked, told or done by twice, and no answer goes astray.

Ada has said how she is (2), the alert has gone out, and she is looking at "call?" when the flow changes.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.conversation import TakeBack
from tests.flows.talking import Ask, Does, If, Person, Pick, Says, Tomorrow, act, ask, flow_of

WELCOME, SORRY, CALLED, THANKS = Says("welcome"), Says("sorry"), Says("called"), Says("thanks")
ALERT, KEEP = Does("Alert"), Does("Keep")
MOOD, CALL, NOTE = ask("mood", 5), ask("call"), ask("note")
AS_IT_WAS = (WELCOME, MOOD, ALERT, SORRY, CALL, CALLED, NOTE, KEEP, THANKS)


@pytest.fixture
def ada() -> Person:
    ada = Person(flow_of(*AS_IT_WAS))
    ada.texts("2")
    assert (ada.hears, ada.acts) == (["sorry", "call?"], [act("Alert")])
    return ada


def test_a_question_inserted_before_is_asked_after_the_reply_and_repeats_nothing(ada):
    ada.flow = flow_of(WELCOME, MOOD, ALERT, SORRY, ask("sleep"), CALL, CALLED, NOTE, KEEP, THANKS)
    ada.texts("1")
    assert (ada.hears, ada.acts) == (["sleep?"], [])
    ada.texts("3")
    assert (ada.hears, ada.acts) == (["called", "note?"], [])
    assert ada.place.answers == {"mood": 2, "sleep": 3, "call": 1}


def test_a_question_inserted_before_an_alert_that_went_out_does_not_send_it_again(ada):
    ada.flow = flow_of(WELCOME, MOOD, ask("sleep"), ALERT, SORRY, CALL, CALLED, NOTE, KEEP, THANKS)
    ada.texts("1")
    assert (ada.hears, ada.acts) == (["sleep?"], [])
    ada.texts("3")
    assert (ada.hears, ada.acts) == (["called", "note?"], [])


def test_a_question_inserted_at_the_very_top_repeats_no_welcome(ada):
    ada.flow = flow_of(ask("name"), *AS_IT_WAS)
    ada.texts("1")
    assert (ada.hears, ada.acts) == (["name?"], [])
    ada.texts("1")
    assert (ada.hears, ada.acts) == (["called", "note?"], [])


def test_a_question_inserted_after_comes_next(ada):
    ada.flow = flow_of(WELCOME, MOOD, ALERT, SORRY, CALL, CALLED, ask("sleep"), NOTE, KEEP, THANKS)
    ada.texts("1")
    assert (ada.hears, ada.acts) == (["called", "sleep?"], [])
    ada.texts("3")
    assert (ada.hears, ada.acts) == (["note?"], [])


def test_a_question_inserted_right_after_comes_before_the_sentence_that_had_not_been_said(ada):
    ada.flow = flow_of(WELCOME, MOOD, ALERT, SORRY, CALL, ask("sleep"), CALLED, NOTE, KEEP, THANKS)
    ada.texts("1")
    assert ada.hears == ["sleep?"]
    ada.texts("3")
    assert ada.hears == ["called", "note?"]


def test_a_reply_to_a_question_that_was_removed_answers_no_other_question(ada):
    ada.flow = flow_of(WELCOME, MOOD, ALERT, SORRY, CALLED, NOTE, KEEP, THANKS)
    ada.texts("1")
    assert (ada.hears, ada.acts) == (["called", "note?"], [])
    assert "note" not in ada.place.answers
    ada.texts("3")
    assert (ada.hears, ada.acts, ada.turn.ended) == (["thanks"], [act("Keep")], True)


def test_a_question_that_was_removed_and_put_back_still_has_its_reply(ada):
    ada.flow = flow_of(WELCOME, MOOD, ALERT, SORRY, CALLED, NOTE, KEEP, THANKS)
    ada.texts("1")
    ada.flow = flow_of(*AS_IT_WAS)
    ada.texts("3")
    assert (ada.hears, ada.acts, ada.place.answers) == (["thanks"], [act("Keep")], {"mood": 2, "call": 1, "note": 3})


def test_a_renamed_question_takes_the_reply_that_was_meant_for_it(ada):
    ada.flow = flow_of(WELCOME, MOOD, ALERT, SORRY, ask("ring", was=("call",)), CALLED, NOTE, KEEP, THANKS)
    ada.texts("1")
    assert (ada.hears, ada.acts, ada.place.answers) == (["called", "note?"], [], {"mood": 2, "ring": 1})


def test_a_renamed_question_understands_its_old_button_once_more(ada):
    ada.flow = flow_of(WELCOME, MOOD, ALERT, SORRY, ask("ring", was=("call",)), CALLED, NOTE, KEEP, THANKS)
    ada.taps("1", question="call")
    assert (ada.hears, ada.turn.outcome) == (["called", "note?"], "answered")


def test_a_renamed_question_is_repeated_when_the_reply_does_not_fit(ada):
    ada.flow = flow_of(WELCOME, MOOD, ALERT, SORRY, ask("ring", was=("call",)), CALLED, NOTE, KEEP, THANKS)
    ada.texts("hmm")
    assert (ada.hears, ada.acts, ada.turn.outcome) == (["ring?"], [], "not understood")


def test_a_renamed_question_that_was_answered_keeps_its_answer_and_repeats_nothing(ada):
    ada.flow = flow_of(WELCOME, ask("today", 5, was=("mood",)), ALERT, SORRY, CALL, CALLED, NOTE, KEEP, THANKS)
    ada.texts("1")
    assert (ada.hears, ada.acts, ada.place.answers) == (["called", "note?"], [], {"today": 2, "call": 1})


def test_a_question_renamed_twice_keeps_its_answer(ada):
    ada.flow = flow_of(WELCOME, ask("now", 5, was=("mood", "today")), ALERT, SORRY, CALL, CALLED, NOTE, KEEP, THANKS)
    ada.texts("1")
    assert (ada.hears, ada.acts, ada.place.answers) == (["called", "note?"], [], {"now": 2, "call": 1})


def test_back_goes_over_a_question_that_has_just_been_renamed(ada):
    ada.flow = flow_of(WELCOME, ask("today", 5, was=("mood",)), ALERT, SORRY, CALL, CALLED, NOTE, KEEP, THANKS)
    ada.goes_back()
    assert (ada.hears, ada.acts, ada.place.answers) == (["today?"], [TakeBack(("Alert#1",))], {})
    ada.texts("1")
    assert (ada.hears, ada.acts) == (["sorry", "call?"], [act("Alert")])


def test_reordered_questions_keep_their_answers_and_repeat_nothing(ada):
    ada.flow = flow_of(WELCOME, NOTE, CALL, CALLED, MOOD, ALERT, SORRY, KEEP, THANKS)
    ada.texts("1")
    assert (ada.hears, ada.acts) == (["note?"], [])
    ada.texts("3")
    assert (ada.hears, ada.acts, ada.turn.ended) == (["called", "thanks"], [act("Keep")], True)
    assert ada.place.answers == {"mood": 2, "call": 1, "note": 3}


def test_the_reply_goes_to_the_question_last_seen_and_not_to_whichever_comes_first_now(ada):
    ada.flow = flow_of(WELCOME, MOOD, ALERT, SORRY, NOTE, CALL, CALLED, KEEP, THANKS)
    ada.texts("1")
    assert (ada.hears, ada.turn.outcome) == (["note?"], "answered")
    ada.texts("3")
    assert ada.place.answers == {"mood": 2, "note": 3, "call": 1}


def test_a_reply_that_has_to_wait_is_understood_as_of_the_day_it_was_sent():
    ada = Person(flow_of(Ask("day", Tomorrow())))
    ada.flow = flow_of(ask("name"), Ask("day", Tomorrow()))
    ada.texts("tomorrow")
    assert ada.hears == ["name?"]
    ada.today += timedelta(days=7)
    ada.texts("1")
    assert (ada.turn.ended, ada.place.answers["day"]) == (True, "2026-03-03")


def test_a_reply_that_has_to_wait_and_does_not_fit_is_asked_for_again(ada):
    ada.flow = flow_of(WELCOME, MOOD, ALERT, SORRY, ask("sleep"), CALL, CALLED, NOTE, KEEP, THANKS)
    ada.texts("hmm")
    assert (ada.hears, ada.acts) == (["sleep?"], [])
    ada.texts("3")
    assert (ada.hears, ada.acts, ada.turn.outcome) == (["call?"], [], "answered")


def test_a_removed_question_that_was_answered_takes_nothing_with_it(ada):
    ada.flow = flow_of(WELCOME, ALERT, SORRY, CALL, CALLED, NOTE, KEEP, THANKS)
    ada.texts("1")
    assert (ada.hears, ada.acts) == (["called", "note?"], [])


def test_back_takes_back_what_now_follows_an_answer_though_another_question_stood_between():
    ada = Person(flow_of(MOOD, ask("sleep"), ALERT, SORRY, CALL))
    ada.texts("2")
    ada.texts("3")
    assert (ada.hears, ada.acts) == (["sorry", "call?"], [act("Alert")])
    ada.flow = flow_of(MOOD, ALERT, SORRY, CALL)
    ada.goes_back()
    assert (ada.hears, ada.acts) == (["mood?"], [TakeBack(("Alert#1",))])
    ada.texts("1")
    assert (ada.hears, ada.acts) == (["sorry", "call?"], [act("Alert")])


def test_back_takes_back_what_followed_an_answer_and_is_no_longer_in_the_flow(ada):
    ada.flow = flow_of(WELCOME, MOOD, SORRY, CALL, CALLED, NOTE, KEEP, THANKS)
    ada.goes_back()
    assert (ada.hears, ada.acts) == (["mood?"], [TakeBack(("Alert#1",))])
    ada.texts("1")
    assert (ada.hears, ada.acts) == (["sorry", "call?"], [])


def test_back_takes_back_what_is_no_longer_in_the_flow_though_its_question_was_renamed_too(ada):
    ada.flow = flow_of(WELCOME, ask("today", 5, was=("mood",)), SORRY, CALL, CALLED, NOTE, KEEP, THANKS)
    ada.looks_again()
    ada.goes_back()
    assert (ada.hears, ada.acts) == (["today?"], [TakeBack(("Alert#1",))])


def test_back_does_not_lose_what_has_just_been_inserted_further_up(ada):
    ada.flow = flow_of(WELCOME, Says("news"), Does("Tell"), MOOD, ALERT, SORRY, CALL, CALLED, NOTE, KEEP, THANKS)
    ada.goes_back()
    assert (ada.hears, ada.acts) == (["news", "mood?"], [TakeBack(("Alert#1",)), act("Tell")])


def test_back_does_not_lose_what_has_just_been_inserted_after_the_answer(ada):
    ada.flow = flow_of(WELCOME, MOOD, ALERT, SORRY, Says("news"), Does("Tell"), CALL, CALLED, NOTE, KEEP, THANKS)
    ada.goes_back()
    assert (ada.hears, ada.acts) == (["mood?"], [TakeBack(("Alert#1",))])
    ada.texts("2")
    assert (ada.hears, ada.acts) == (["sorry", "news", "call?"], [act("Alert"), act("Tell")])


def test_back_leaves_alone_what_has_been_moved_to_an_earlier_stretch(ada):
    ada.flow = flow_of(WELCOME, ALERT, MOOD, SORRY, CALL, CALLED, NOTE, KEEP, THANKS)
    ada.goes_back()
    assert (ada.hears, ada.acts) == (["mood?"], [])
    ada.texts("1")
    assert (ada.hears, ada.acts) == (["sorry", "call?"], [])


def test_an_answer_off_a_restricted_scale_is_asked_for_again_without_saying_anything_twice(ada):
    ada.flow = flow_of(WELCOME, ask("mood", 1), ALERT, SORRY, CALL, CALLED, NOTE, KEEP, THANKS)
    ada.texts("3")
    assert (ada.hears, ada.acts) == (["mood?"], [])
    ada.texts("1")
    assert (ada.hears, ada.acts) == (["called", "note?"], [])
    assert ada.place.answers == {"mood": 1, "call": 3}


def test_an_answer_on_a_restricted_scale_stands(ada):
    ada.flow = flow_of(WELCOME, ask("mood", 2), ALERT, SORRY, CALL, CALLED, NOTE, KEEP, THANKS)
    ada.texts("3")
    assert (ada.hears, ada.place.answers) == (["called", "note?"], {"mood": 2, "call": 3})


def test_a_reply_off_the_restricted_scale_of_the_question_last_seen_is_not_understood(ada):
    ada.flow = flow_of(WELCOME, MOOD, ALERT, SORRY, ask("call", 2), CALLED, NOTE, KEEP, THANKS)
    ada.texts("3")
    assert (ada.hears, ada.acts, ada.turn.outcome) == (["call?"], [], "not understood")


def test_a_skipped_question_stays_skipped_when_its_kind_changes(ada):
    ada.skips()
    ada.flow = flow_of(WELCOME, MOOD, ALERT, SORRY, Ask("call", Pick("call", 1)), CALLED, NOTE, KEEP, THANKS)
    ada.texts("1")
    assert (ada.hears, ada.turn.ended) == (["thanks"], True)


def test_an_act_inserted_before_one_that_went_out_is_done_and_the_other_is_not_done_again(ada):
    ada.flow = flow_of(WELCOME, MOOD, Does("Tell"), ALERT, Says("told"), SORRY, CALL, CALLED, NOTE, KEEP, THANKS)
    ada.texts("1")
    assert (ada.hears, ada.acts) == (["told", "called", "note?"], [act("Tell")])


def test_an_act_moved_behind_the_waiting_question_is_not_done_again(ada):
    ada.flow = flow_of(WELCOME, MOOD, CALL, ALERT, SORRY, CALLED, NOTE, KEEP, THANKS)
    ada.texts("1")
    assert (ada.hears, ada.acts) == (["called", "note?"], [])


def test_an_act_moved_before_the_waiting_question_is_done_and_only_once(ada):
    ada.flow = flow_of(WELCOME, MOOD, ALERT, KEEP, SORRY, CALL, CALLED, NOTE, THANKS)
    ada.texts("1")
    assert (ada.hears, ada.acts) == (["called", "note?"], [act("Keep")])
    ada.texts("1")
    assert (ada.hears, ada.acts) == (["thanks"], [])


def test_a_stretch_put_into_a_branch_that_is_not_taken_is_gone_and_does_no_harm(ada):
    ada.flow = flow_of(WELCOME, MOOD, If("mood", 1, (ALERT, SORRY, CALL, CALLED)), NOTE, KEEP, THANKS)
    ada.texts("1")
    assert (ada.hears, ada.acts) == (["note?"], [])


def test_a_question_put_again_after_an_edit_says_what_is_new_and_nothing_else(ada):
    ada.flow = flow_of(WELCOME, MOOD, ALERT, SORRY, Says("news"), CALL, CALLED, NOTE, KEEP, THANKS)
    ada.looks_again()
    assert (ada.hears, ada.acts) == (["news", "call?"], [])
    ada.looks_again()
    assert (ada.hears, ada.acts) == (["call?"], [])


def test_a_flow_that_now_ends_where_it_waited_ends(ada):
    ada.flow = flow_of(WELCOME, MOOD, ALERT, SORRY, THANKS)
    ada.texts("1")
    assert (ada.hears, ada.acts, ada.turn.ended) == (["thanks"], [], True)
