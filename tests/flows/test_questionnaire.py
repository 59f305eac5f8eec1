"""A questionnaire in conversation: consent first, every answer as it comes, a pause after what is hard."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.acts import BeginResponse, FinishResponse, KeepAnswer, WouldLikeAPerson
from flows.attachments import Attachment
from flows.conversation import Facts, Place, Reply, TakeBack, take_turn
from flows.message import write_message
from flows.questionnaire import questionnaire
from flows.words import Words
from flows.written import KINDS, Questionnaire, Rule, Section, WrittenQuestion
from tests.flows.talking import through_json
from tests.flows.written_sample import ABOUT_THE_CAFE, EVERY_KIND, STATEMENTS

TODAY = date(2026, 3, 2)
WORDS = Words.load()


class Someone:
    """Somebody who is asked a questionnaire."""

    def __init__(self, asked: Questionnaire | None, earlier=None, language="en") -> None:
        facts = {"written": asked, "version": "77", "earlier": earlier or {}, "when_read": "on weekdays"}
        self.facts = Facts(language, TODAY, WORDS, facts)
        self.done: list[object] = []
        self._take(Place("questionnaire", {"questionnaire": "77"}), None)

    def _take(self, place: Place, reply: Reply | None) -> Someone:
        self.turn = take_turn(questionnaire, through_json(place), reply, self.facts)
        self.done += [do.act for do in self.turn.does]
        return self

    def says(self, *texts: str) -> Someone:
        for text in texts:
            wish = {"SKIP": "skip", "BACK": "back"}.get(text)
            self._take(self.turn.place, Reply(text, wish=wish))
        return self

    @property
    def question(self) -> str | None:
        return self.turn.question.key if self.turn.question else None

    @property
    def heard(self) -> str:
        return write_message(self.turn, WORDS, self.facts.language, short=True, conversation="ab").text

    @property
    def kept(self) -> dict[str, object]:
        return {act.key: act.value for act in self.done if isinstance(act, KeepAnswer)}


@pytest.mark.parametrize("reply", ["3", "no thanks", "SKIP"])
def test_no_to_the_first_question_ends_it_and_keeps_nothing(reply):
    ada = Someone(ABOUT_THE_CAFE).says(reply)
    assert (ada.turn.ended, ada.done) == (True, [])
    assert "kept no answer" in ada.heard


def test_consent_says_who_sees_it_and_what_for_before_anything_is_asked():
    heard = Someone(ABOUT_THE_CAFE).heard
    for said in ("Bo at Harbour House", "a talk with the cafe", "SKIP", "EXIT", "1 Yes, with my name"):
        assert said in heard


@pytest.mark.parametrize(("reply", "named"), [("1", True), ("with my name", True), ("2", False), ("without", False)])
def test_a_name_is_theirs_to_put_to_it_or_not(reply, named):
    assert Someone(ABOUT_THE_CAFE).says(reply).done == [BeginResponse("77", named)]


def test_where_names_are_never_asked_for_yes_is_enough():
    assert Someone(EVERY_KIND).says("yeah go on").done == [BeginResponse("77", False)]


def test_a_plain_yes_does_not_give_a_name_away():
    ada = Someone(ABOUT_THE_CAFE).says("yes")
    assert (ada.turn.outcome, ada.done) == ("not understood", [])


def test_every_answer_is_kept_as_it_comes_and_questions_follow_from_answers():
    ada = Someone(ABOUT_THE_CAFE).says("2", "yes but after i rang", "yesterday")
    assert ada.done[1:] == [
        KeepAnswer("open", "yes", "but after i rang"),
        KeepAnswer("went-on", "2026-03-01"),
    ]
    ada.says("2", "go on", "More chairs", "yes")
    assert ada.kept == {"open": "yes", "went-on": "2026-03-01", "welcome": 2, "better": "More chairs"}
    assert ada.done[-1] == FinishResponse(quotable=True)
    assert ada.turn.ended


def test_what_a_rule_leaves_out_is_not_asked():
    ada = Someone(ABOUT_THE_CAFE).says("2", "no", "SKIP")
    assert (ada.turn.ended, ada.kept) == (True, {"open": "no", "went-on": None})


def test_a_skipped_answer_leaves_out_what_hangs_on_it():
    ada = Someone(ABOUT_THE_CAFE).says("2", "SKIP", "SKIP")
    assert ada.turn.ended


def test_back_takes_a_kept_answer_back_and_consent_too():
    ada = Someone(ABOUT_THE_CAFE).says("2", "yes", "BACK")
    assert (ada.question, ada.done[-1]) == ("question:open", TakeBack(("KeepAnswer:open#1",)))
    ada.says("BACK")
    assert (ada.question, ada.done[-1]) == ("consent", TakeBack(("BeginResponse#1",)))
    ada.says("no")
    assert ada.turn.ended


def test_hard_questions_are_announced_and_followed_by_an_offer():
    ada = Someone(ABOUT_THE_CAFE).says("1", "yes", "today")
    assert "can be hard" in ada.heard
    ada.says("1")
    assert ada.question == "how-now:2"
    assert "1 Go on, 2 A break, 3 A person" in ada.heard


def test_a_break_lasts_as_long_as_they_like():
    ada = Someone(ABOUT_THE_CAFE).says("1", "yes", "today", "1", "2")
    assert ada.question == "break:2"
    ada.says("go on")
    assert ada.question == "question:better"


def test_a_person_is_asked_at_once():
    ada = Someone(ABOUT_THE_CAFE).says("1", "yes", "today", "1", "a person please")
    assert ada.done[-1] == WouldLikeAPerson()
    ada.says("1")
    assert ada.question == "question:better"


def test_their_own_earlier_answers_are_shown_to_them_first():
    ada = Someone(STATEMENTS, earlier={"heard": [(date(2025, 3, 2), 2), (date(2025, 9, 1), 3)]}).says("2")
    assert "On Monday 1 September you said 3 to this:" in ada.heard
    ada.says("4", "SKIP")
    assert "I am heard here. Before: 2, 3. Now: 4." in ada.heard


def test_every_kind_has_buttons_or_words_in_both_languages():
    for language in ("en", "cy"):
        ada = Someone(EVERY_KIND, language=language).says("1")
        for reply in ("SKIP",) * len(EVERY_KIND.questions):
            long = write_message(ada.turn, WORDS, language, short=False, conversation="7" * 16)
            assert long.text
            ada.says(reply)
        assert ada.turn.ended


def test_a_questionnaire_that_is_gone_ends_in_one_sentence():
    ada = Someone(None)
    assert ada.turn.ended
    assert "not there any more" in ada.heard


# -- any questionnaire, any replies


KEYS = ["a", "b", "c", "d", "e"]
LABELS = {"red": "Red", "blue": "Blue", "not-sure": "Not sure"}
LIKELY = ["1", "2", "3", "yes", "no", "none", "red", "blu", "SKIP", "today", "5", "hello", "1 3", "a person", "BACK"]
ATTACHED = [Attachment("photo", "there").as_words(), Attachment("voice", "there").as_words()]
VALUES = st.sampled_from(["yes", "no", "red", 1, 3])


def question_called(key: str, before: list[str]) -> st.SearchStrategy[WrittenQuestion]:
    rule = st.builds(Rule, st.sampled_from(before), st.sampled_from(["=", "!="]), VALUES) if before else st.nothing()
    return st.builds(
        WrittenQuestion,
        key=st.just(key),
        text=st.text(min_size=1, max_size=20),
        kind=st.sampled_from(KINDS),
        labels=st.just(LABELS),
        english=st.just(LABELS),
        low=st.just(1),
        high=st.just(5),
        only_if=st.lists(rule, max_size=1).map(tuple) if before else st.just(()),
    )


@st.composite
def questionnaires(draw) -> Questionnaire:
    sections, before = [], []
    for key in draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=5, unique=True)):
        questions = (draw(question_called(key, before)),)
        sections.append(Section(questions, draw(st.sampled_from(["", "Now this."])), draw(st.booleans())))
        before.append(key)
    purpose = draw(st.sampled_from(["statements", "peer research"]))
    return Questionnaire("any", "Any", purpose, "Bo", "a test", tuple(sections), asks_names=draw(st.booleans()))


REPLIES = st.lists(st.one_of(st.sampled_from(LIKELY + ATTACHED), st.text(max_size=30)), max_size=25)


@settings(max_examples=150, deadline=None)
@given(questionnaires(), REPLIES)
def test_any_questionnaire_comes_to_its_end_whatever_is_said(asked, replies):
    ada = Someone(asked)
    for reply in replies:
        if ada.turn.ended:
            break
        before = ada.question
        ada.says(reply)
        assert ada.heard or ada.turn.ended
        assert ada.turn.outcome != "not understood" or ada.question == before
    for _ in range(40):
        if ada.turn.ended:
            break
        ada.says("SKIP")
    assert ada.turn.ended
    assert set(ada.kept) <= {question.key for question in asked.questions}
