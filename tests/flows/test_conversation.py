"""A conversation is read from the top, and stops at the first question without an answer.

Ada talks. The questions, kinds and words are this test's own; the real ones have their own tests.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from typing import Any

import pytest

from flows.conversation import (
    FLOWS,
    Do,
    Facts,
    Flow,
    FlowMistake,
    Place,
    Reply,
    TakeBack,
    Talk,
    flow,
    take_turn,
)
from tests.flows.talking import TODAY, Anything, Ear, Person, Pick, Tomorrow, through_json

SCALE = Pick("mood", 5)
CALL = Pick("call", 2)
WORDS = Anything()


@dataclass(frozen=True)
class Alert:
    mood: int


@dataclass(frozen=True)
class Keep:
    mood: int | None
    call: int | None
    note: str | None


async def how_are_you(talk: Talk) -> None:
    talk.say("welcome")
    mood = await talk.ask("mood", SCALE, name="Ada")
    call = None
    if mood is not None and mood <= 2:
        talk.do(Alert(mood))
        talk.say("sorry")
        call = await talk.ask("call", CALL)
    note = await talk.ask("note", WORDS)
    talk.do(Keep(mood, call, note))
    talk.say("thanks")


CHAT = Flow("chat", how_are_you)


@pytest.fixture
def ada() -> Person:
    return Person(CHAT)


def facts(**values: Any) -> Facts:
    return Facts("en", TODAY, Ear(), values)


# --- asking


def test_a_conversation_begins_with_what_stands_before_the_first_question(ada):
    assert ada.hears == ["welcome", "mood?"]
    assert ada.acts == []
    assert (ada.turn.ended, ada.turn.outcome) == (False, "answered")


def test_a_question_comes_with_its_words_its_kind_and_what_it_mentions(ada):
    question = ada.turn.question
    assert (question.key, question.words, question.kind, question.values) == (
        "mood",
        "chat.mood",
        SCALE,
        {"name": "Ada"},
    )


def test_a_sentence_comes_with_what_it_mentions():
    async def talk(talk: Talk) -> None:
        talk.say("welcome", name=talk.facts["name"])

    turn = take_turn(Flow("chat", talk), Place("chat"), None, facts(name="Ada"))
    assert [(say.key, say.values) for say in turn.says] == [("chat.welcome", {"name": "Ada"})]


def test_an_answer_leads_on_to_the_next_question(ada):
    ada.texts("4")
    assert (ada.hears, ada.acts) == (["note?"], [])
    assert ada.place.answers == {"mood": 4}


def test_an_answer_decides_which_way_it_goes_on(ada):
    ada.texts("1")
    assert (ada.hears, ada.acts) == (["sorry", "call?"], [Alert(1)])


def test_the_last_answer_ends_the_conversation(ada):
    ada.texts("1")
    ada.texts("2")
    ada.texts("long day")
    assert (ada.hears, ada.acts) == (["thanks"], [Keep(1, 2, "long day")])
    assert (ada.turn.ended, ada.turn.question, ada.place.asked) == (True, None, None)


def test_a_flow_without_questions_is_over_at_once():
    async def talk(talk: Talk) -> None:
        talk.say("lines")

    ada = Person(Flow("chat", talk))
    assert (ada.hears, ada.turn.ended) == (["lines"], True)


def test_nothing_more_happens_after_the_end(ada):
    ada.texts("4")
    ada.texts("fine")
    for send in (lambda: ada.texts("one more"), ada.skips, ada.goes_back, ada.looks_again):
        send()
        assert (ada.hears, ada.acts, ada.turn.ended) == ([], [], True)


def test_putting_the_question_again_repeats_it_and_nothing_else(ada):
    ada.texts("1")
    ada.looks_again()
    assert (ada.hears, ada.acts, ada.turn.outcome) == (["call?"], [], "asked again")


def test_the_same_sentence_can_be_said_and_the_same_act_be_done_once_for_each_time_it_stands_there():
    async def talk(talk: Talk) -> None:
        for item in ("1", "2"):
            mood = await talk.ask(f"mood:{item}", SCALE)
            talk.do(Alert(mood))
            talk.say("noted")

    ada = Person(Flow("chat", talk))
    assert ada.hears == ["mood?"]
    ada.texts("3")
    assert (ada.hears, ada.turn.does) == (["noted", "mood?"], (Do("Alert#1", Alert(3)),))
    ada.texts("4")
    assert (ada.hears, ada.turn.does) == (["noted"], (Do("Alert#2", Alert(4)),))
    assert ada.place.answers == {"mood:1": 3, "mood:2": 4}


def test_an_item_s_sentence_and_act_belong_to_the_item_when_the_list_changes():
    async def talk(talk: Talk) -> None:
        for item in talk.facts["items"]:
            talk.say(f"item:{item}")
            mood = await talk.ask(f"mood:{item}", SCALE)
            talk.do(Alert(mood), item=item)

    ada = Person(Flow("chat", talk), items=["a", "b"])
    ada.texts("1")
    assert (ada.hears, ada.acts) == (["item", "mood?"], [Alert(1)])
    ada.facts = {"items": ["b", "c"]}  # somebody else has finished the first one
    ada.texts("2")
    assert (ada.hears, ada.turn.does) == (["item", "mood?"], (Do("Alert:b#1", Alert(2)),))
    ada.facts = {"items": ["c"]}
    ada.texts("3")
    assert (ada.hears, ada.acts, ada.turn.ended) == ([], [Alert(3)], True)


# --- skipping


def test_every_question_can_be_skipped_and_its_answer_is_then_none(ada):
    ada.skips()
    assert (ada.hears, ada.turn.outcome) == (["note?"], "answered")
    ada.skips()
    assert (ada.hears, ada.acts) == (["thanks"], [Keep(None, None, None)])
    assert ada.place.answers == {"mood": None, "note": None}


def test_the_word_itself_is_not_an_answer_even_where_any_words_are(ada):
    ada.skips()
    ada.skips()
    assert ada.place.answers["note"] is None


# --- a reply that does not fit


def test_a_reply_that_does_not_fit_repeats_the_question_and_nothing_else(ada):
    ada.texts("1")
    before = ada.place
    for text in ("hmm", "7", ""):
        ada.texts(text)
        assert (ada.hears, ada.acts, ada.turn.outcome) == (["call?"], [], "not understood")
        assert ada.place == before


def test_the_first_question_is_repeated_too_when_the_reply_does_not_fit(ada):
    ada.texts("hmm")
    assert (ada.hears, ada.acts, ada.turn.outcome) == (["mood?"], [], "not understood")


def test_an_answer_after_a_misunderstanding_goes_on_as_if_nothing_had_happened(ada):
    ada.texts("hmm")
    ada.texts("1")
    assert (ada.hears, ada.acts, ada.turn.outcome) == (["sorry", "call?"], [Alert(1)], "answered")


# --- BACK


def test_back_asks_the_last_question_again_and_takes_back_what_followed_its_answer(ada):
    ada.texts("1")
    ada.goes_back()
    assert (ada.hears, ada.turn.outcome) == (["mood?"], "asked again")
    assert ada.turn.does == (Do("TakeBack:mood", TakeBack(("Alert#1",))),)
    assert ada.place.answers == {}


def test_an_answer_given_again_says_and_does_what_follows_it_again(ada):
    ada.texts("1")
    ada.goes_back()
    ada.texts("2")
    assert (ada.hears, ada.turn.does) == (["sorry", "call?"], (Do("Alert#1", Alert(2)),))


def test_another_answer_after_back_takes_the_other_way(ada):
    ada.texts("1")
    ada.goes_back()
    ada.texts("5")
    assert (ada.hears, ada.acts) == (["note?"], [])


def test_back_takes_nothing_back_where_nothing_was_done(ada):
    ada.texts("4")
    ada.goes_back()
    assert (ada.hears, ada.acts) == (["mood?"], [])


def test_back_goes_one_question_at_a_time(ada):
    ada.texts("1")
    ada.texts("2")
    ada.goes_back()
    assert (ada.hears, ada.acts) == (["call?"], [])
    ada.goes_back()
    assert (ada.hears, ada.acts) == (["mood?"], [TakeBack(("Alert#1",))])


def test_back_at_the_beginning_repeats_the_first_question_and_nothing_else(ada):
    ada.goes_back()
    assert (ada.hears, ada.acts, ada.turn.outcome) == (["mood?"], [], "at the beginning")
    ada.texts("4")
    assert ada.hears == ["note?"]


def test_back_goes_over_a_question_that_was_skipped(ada):
    ada.skips()
    ada.goes_back()
    assert (ada.hears, ada.place.answers) == (["mood?"], {})


def test_back_forgets_words_that_came_along_with_an_answer(ada):
    ada.texts("1 tired")
    assert ada.place.leftover == "tired"
    ada.goes_back()
    ada.texts("1")
    ada.texts("2")
    assert ada.hears == ["note?"]


# --- what came along


def test_one_message_answers_several_questions():
    async def talk(talk: Talk) -> None:
        mood = await talk.ask("mood", SCALE)
        call = await talk.ask("call", CALL)
        talk.do(Keep(mood, call, talk.heard("note", WORDS)))
        talk.say("thanks")

    ada = Person(Flow("chat", talk))
    ada.texts("2 tired call1")
    assert (ada.hears, ada.acts, ada.turn.ended) == (["thanks"], [Keep(2, 1, "tired")], True)
    assert (ada.place.answers, ada.place.leftover) == ({"mood": 2, "call": 1, "note": "tired"}, "")


def test_what_is_said_between_two_questions_is_said_even_if_one_message_answers_both(ada):
    ada.texts("2 call1")
    assert (ada.hears, ada.acts) == (["sorry", "note?"], [Alert(2)])


def test_words_left_over_wait_for_a_question_that_takes_them_up(ada):
    ada.texts("2 tired")
    assert (ada.hears, ada.place.leftover) == (["sorry", "call?"], "tired")
    ada.texts("1")
    assert (ada.hears, ada.acts) == (["thanks"], [Keep(2, 1, "tired")])


def test_words_left_over_from_two_messages_are_kept_in_order(ada):
    ada.texts("2 tired")
    ada.texts("1 no sleep")
    assert ada.acts == [Keep(2, 1, "tired no sleep")]


def test_words_left_over_outlast_a_misunderstanding_and_a_question_put_again(ada):
    ada.texts("2 tired")
    ada.texts("hmm")
    ada.looks_again()
    assert ada.place.leftover == "tired"
    ada.skips()
    assert ada.acts == [Keep(2, None, "tired")]


def test_what_is_only_heard_is_never_asked():
    async def talk(talk: Talk) -> None:
        mood = await talk.ask("mood", SCALE)
        talk.do(Keep(mood, None, talk.heard("note", WORDS)))

    ada = Person(Flow("chat", talk))
    ada.texts("3")
    assert (ada.turn.ended, ada.acts, ada.place.answers) == (True, [Keep(3, None, None)], {"mood": 3})


def test_back_goes_to_a_question_and_not_to_what_was_only_heard():
    async def talk(talk: Talk) -> None:
        mood = await talk.ask("mood", SCALE)
        if talk.heard("note", WORDS):
            talk.do(Alert(mood))
        await talk.ask("call", CALL)

    ada = Person(Flow("chat", talk))
    ada.texts("2 tired")
    assert (ada.hears, ada.acts) == (["call?"], [Alert(2)])
    ada.goes_back()
    assert (ada.hears, ada.acts, ada.place.answers) == (["mood?"], [TakeBack(("Alert#1",))], {})


# --- buttons


def test_a_button_of_the_waiting_question_answers_it(ada):
    ada.taps("4", question="mood")
    assert (ada.hears, ada.turn.outcome) == (["note?"], "answered")


def test_a_button_of_an_earlier_question_changes_nothing(ada):
    ada.texts("1")
    before = ada.place
    ada.taps("5", question="mood")
    assert (ada.hears, ada.acts, ada.turn.outcome) == (["call?"], [], "old button")
    assert ada.place == before


# --- keys


def test_a_key_asked_twice_is_a_mistake():
    async def talk(talk: Talk) -> None:
        await talk.ask("mood", SCALE)
        await talk.ask("mood", SCALE)

    ada = Person(Flow("chat", talk))
    with pytest.raises(FlowMistake, match="'mood' twice"):
        ada.texts("1")


def test_a_key_that_is_heard_and_then_asked_is_a_mistake():
    async def talk(talk: Talk) -> None:
        talk.heard("note", WORDS)
        await talk.ask("note", WORDS)

    with pytest.raises(FlowMistake, match="'note' twice"):
        Person(Flow("chat", talk))


def test_a_key_may_stand_on_two_ways_that_exclude_each_other():
    async def talk(talk: Talk) -> None:
        mood = await talk.ask("mood", SCALE)
        note = talk.heard("note", WORDS) if mood == 1 else await talk.ask("note", WORDS)
        talk.do(Keep(mood, None, note))

    ada = Person(Flow("chat", talk))
    ada.texts("1 tired")
    assert ada.acts == [Keep(1, None, "tired")]


def test_two_flows_with_one_name_are_a_mistake():
    try:
        flow("twice-test")(how_are_you)
        with pytest.raises(FlowMistake, match="two flows are called 'twice-test'"):
            flow("twice-test")(how_are_you)
    finally:
        del FLOWS["twice-test"]


def test_a_mistake_in_a_flow_is_not_swallowed():
    async def talk(talk: Talk) -> None:
        await talk.ask("mood", SCALE)
        raise LookupError("a flow broke")

    ada = Person(Flow("chat", talk))
    with pytest.raises(LookupError, match="a flow broke"):
        ada.texts("1")


# --- places


def test_a_place_survives_json(ada):
    ada.texts("2 tired")
    stored = json.loads(json.dumps(ada.turn.place.to_json()))
    assert Place.from_json(stored) == ada.turn.place
    assert stored == {
        "flow": "chat",
        "answers": {"mood": 2},
        "asked": "call",
        "passed": {"": ["say:welcome#1"], "mood": ["do:Alert#1", "say:sorry#1"]},
        "leftover": "tired",
    }


def test_an_answer_that_is_no_plain_json_survives_it():
    async def talk(talk: Talk) -> None:
        day = await talk.ask("day", Tomorrow())
        await talk.ask("note", WORDS)
        talk.say("day-noted", day=day)

    ada = Person(Flow("chat", talk))
    ada.texts("tomorrow")
    assert ada.place.answers == {"day": "2026-03-03"}
    ada.texts("fine")
    assert ada.turn.says[0].values["day"].isoformat() == "2026-03-03"


def test_a_place_can_be_read_from_json_that_an_earlier_version_wrote():
    assert Place.from_json({"flow": "chat"}) == Place("chat")
    early = Place.from_json({"flow": "chat", "answers": {"mood": 1}, "asked": "call"})
    assert early == Place("chat", {"mood": 1}, "call")
    assert take_turn(CHAT, early, Reply("2"), facts()).question.key == "note"


def test_a_place_can_be_read_from_json_that_a_later_version_wrote():
    assert Place.from_json({"flow": "chat", "asked": "mood", "weather": "fine"}) == Place("chat", asked="mood")


# --- purity


def test_the_same_place_and_reply_give_the_same_turn(ada):
    for reply in (
        Reply("2 tired call1"),
        Reply("hmm"),
        Reply("1", "mood"),
        Reply(wish="skip"),
        Reply(wish="back"),
        None,
    ):
        first, second = (take_turn(CHAT, through_json(ada.place), reply, facts()) for _ in range(2))
        assert first == second


def test_a_turn_leaves_the_place_it_came_from_as_it_was(ada):
    ada.texts("1 tired")
    place = ada.place
    before = copy.deepcopy(place)
    for reply in (Reply("1"), Reply("hmm"), Reply("5", "mood"), Reply(wish="skip"), Reply(wish="back"), None):
        take_turn(CHAT, place, reply, facts())
        assert place == before
