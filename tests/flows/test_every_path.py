"""Every conversation that the bot can have is walked to its end on every way, in every language.

Nobody lists the flows here: whatever module of `flows` enters one in `FLOWS` is walked. A new fact needs a
sample in `SAMPLES`, and a flow that is begun with something already heard says so in `BEGUN_WITH`.
"""

from __future__ import annotations

import importlib
import itertools
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

import flows
from flows import hand_off, task
from flows.acts import Begin
from flows.attachments import Attachment
from flows.contact import Trusted
from flows.conversation import FLOWS, Facts, Flow, Json, Place, Question, Reply, Turn, take_turn, unread
from flows.meetings import Meeting, Notes
from flows.message import label_of, write_message
from flows.milestones import LookBack, Step
from flows.projects import Card, Limit
from flows.relay import Carried
from flows.rhythm import Rhythm
from flows.safety import TOPICS
from flows.suggestion import Answered
from flows.thanks import Thanked
from flows.votes import Paper, Result
from flows.words import Words
from tests.flows.talking import TODAY, through_json
from tests.flows.written_sample import ABOUT_THE_CAFE, ONLY_HARD, STATEMENTS

GARDEN = Card(
    id="7",
    name="Garden",
    goal="a garden that anyone can sit in",
    rung="co-producing",
    decider="Priya",
    decider_in_group=False,
    answer_by=TODAY,
    fixed="the plot",
    open="what grows there",
    values="nobody is hurried",
    rule="more than half decides",
    limits=(Limit("a pond", "there is no cover", "a bird bath"), Limit("a shed", "there is no room")),
    steps_done=1,
    steps=3,
    next_milestone=("the plan is on paper", TODAY),
)
MEETING = Meeting(
    number="3",
    version=1,
    project="Garden",
    what="what grows",
    day=TODAY,
    begins="2pm",
    ends="3pm",
    where="the library",
    getting_there="bus 5",
    who="Sam",
    provided="tea",
    remote="ring us",
    answer="coming",
)
STEP = Step("Garden", "the plan is on paper", TODAY)
BEDS = task.Brief(
    "Water the beds",
    "Garden",
    "the seedlings live",
    "fetch the can",
    "shoes",
    "the tap sticks",
    "Dee",
    "an hour",
    "dark soil",
    "Sam",
    TODAY,
    "the plan",
)
PAINTING = replace(BEDS, name="Paint the bench", day=None, milestone=None)
OFFER = task.Offer(5, 3, BEDS)
ASKED_FIRST = replace(OFFER, asked="how long?", answer="an hour", answered_by="Sam", giver="Ada", other="Dee")
MINE = task.MyTask(3, BEDS, TODAY, None, {"9": "Dee"})
NOW = hand_off.TaskNow(3, BEDS, day=TODAY, thanks="the beds look well")
CAFE = Card("8", "Cafe", "a cafe", "led by us", "Sam", True, TODAY)
BENCH = Paper(
    id="9",
    project="Garden",
    question="Where shall the bench go?",
    why="it comes next week",
    rule="more than half decides",
    agreed=TODAY,
    closes=TODAY,
    closes_at="6pm",
    choices={"1": "by the pond", "2": "under the tree"},
    decider="Priya",
)
RESULTS = (
    Result("decided", 6, 5, (("by the pond", 3), ("under the tree", 2)), "majority", 4),
    Result("tie", 4, 4, (("by the pond", 2), ("under the tree", 2)), "majority"),
    Result("not enough", 6, 5, (("by the pond", 3), ("under the tree", 2)), "two thirds", 4),
    Result("not enough", 6, 5, (("by the pond", 2), ("under the tree", 1)), "majority", 4),
    Result("nobody", 6, 0, (), "majority"),
    Result("too few", 6, 3, (), "majority", 3),
)
SAMPLES: dict[str, tuple[Any, ...]] = {
    "abuse_line": ("0808 2000 247",),
    "called": ("Ada", None),
    "asked_about": ({}, {"6": PAINTING}),
    "asked_enough": (frozenset(), frozenset({"5"})),
    "called_mates": ({"5": "Ada"}, {}),
    "chosen": ({}, {key: (f"{key}:one", "gone since") for key in ("tasks.which", "which", "whom")}),
    "discreetly": (False, True),
    "had_an_alert": (False, True),
    "has_stopped": (False, True),
    "kept": ("Your name: Ada.",),
    "looked_after": (False, True),
    "our_team": ("our team",),
    "rhythm": (
        Rhythm(7, TODAY + timedelta(days=3), 600, 540, 1260, TODAY),
        Rhythm(None, None, 600, 540, 1260, TODAY),
        Rhythm(1, TODAY + timedelta(days=1), 600, 540, 1260, TODAY),
        None,
    ),
    "safety_lines": ("", "Call 999."),
    "tells_of_danger": (False, True),
    "carried": (
        Carried("9", "Garden", "Ada", "Eve", "where is the key?", "under the pot", False, True, ("Eve", "07700900123")),
        Carried("9", "Garden", "Ada", "Eve", "where is the key?", "under the pot", can_share=False),
        Carried("9", "Garden", "Ada", "Eve", "where is the key?", "under the pot", too_late=True),
    ),
    "council": ("Leeds: 0113 496 0000.",),
    "earlier": ({"heard": [(TODAY, 2)]}, {}),
    "hand_off": (
        hand_off.Answered(6, NOW, "no bus", "we pay a taxi", "move the garden", "it grows there", "a lift"),
        hand_off.Answered(6, NOW, "no bus", we_can="we pay a taxi"),
        hand_off.Answered(6, NOW, "no bus", cannot="move the garden", because="it grows there"),
        hand_off.Answered(6, replace(NOW, is_theirs=False), "no bus"),
    ),
    "invited_by": ("Bo", None),
    "local_topics": (frozenset({"housing", "food"}), frozenset()),
    "look_back": (
        LookBack(STEP, 6, "3.5", ("the tea", "we laughed"), ("start later",), ("it rained",)),
        LookBack(STEP, 2),
        LookBack(STEP, 7),
    ),
    "low_before": (0, 1, 2),
    "has_moved": (False, True),
    "is_today": (False, True),
    "manager": ("Lou", None),
    "meeting": (
        MEETING,
        replace(MEETING, provided="nothing", remote=None, answer=None),
        replace(MEETING, stands=False),
    ),
    "meetings": ({"3": MEETING}, {"3": MEETING, "4": replace(MEETING, number="4", answer="not-sure")}, {}),
    "milestone": (STEP,),
    "notes": (
        Notes("what grows", TODAY, "beans", "Sam digs", "it rained", False),
        Notes("what grows", TODAY, None, None, None, True),
    ),
    "my_tasks": (
        {"t3": MINE},
        {"t3": MINE, "o5": task.MyTask(4, PAINTING, offer=5)},
        {"t3": MINE, "t4": replace(MINE, task=4, others={})},
        {"o5": task.MyTask(4, PAINTING, offer=5)},
        {},
    ),
    "name": ("Ada",),
    "nhs": ("NHS help: 111.",),
    "open_votes": ({"9": "Where shall the bench go?"}, {"9": "Where?", "10": "When?"}, {}),
    "offer": (
        OFFER,
        replace(OFFER, brief=PAINTING),
        ASKED_FIRST,
        replace(OFFER, is_open=False),
        replace(OFFER, is_open=False, is_gone=True),
        replace(OFFER, is_accepted=True),
    ),
    "organisation": ("Riverside",),
    "project": (GARDEN, CAFE),
    "promised": (1, 3, 0),
    "projects": ({"7": GARDEN}, {"8": CAFE}, {"7": GARDEN, "8": CAFE}, {}),
    "question": (task.Asked(7, "where is the can?", "Ada", "Water the beds", "in the shed", "Dee"),),
    "said_did": (("a bench", "there is a bench now"), (None, "some of you asked for a bench, and it is there")),
    "seen": ("Bo will see this by 5pm.",),
    "shared": ("3 of 5 felt heard.",),
    "sharing": ("always", "ask", "life", None),
    "shelter": ("Shelter: 0808 800 4444.",),
    "strengths": ({}, {"5": "cooking"}, {"5": "cooking", "6": "drawing"}),
    "suggestion": (
        Answered("a bench", "taken up", "Sam"),
        Answered("a pond", "not possible", "Sam", "it is deep", Limit("a pond", "there is no cover")),
    ),
    "task": (
        NOW,
        replace(NOW, began="coordinator", needed="the far bed"),
        replace(NOW, began="day"),
        replace(NOW, is_theirs=False, thanks=None),
    ),
    "takes_feedback": (True, False),
    "thought": ("1", "2", "3", "4", "5", "6"),
    "team_mates": ({"5": "Eve (Garden)", "team": "Our team"}, {"team": "Our team"}),
    "thanked": (Thanked("for the soup", "Bo", TODAY), Thanked("it is used", "Bo", TODAY, "a bench")),
    "thanks": (
        (Thanked("for the soup", "Bo", TODAY), Thanked("it is used", "Bo", TODAY, "a bench")),
        (Thanked("for the soup", "Bo", TODAY),) * 5,
        (),
    ),
    "towns": ({"brighton": {"BN"}},),
    "version": ("77",),
    "trusted": (None, Trusted("Eve", "07700900123", "at night")),
    "vote": (
        BENCH,
        replace(BENCH, mine="1", has_voted=True),
        replace(BENCH, has_voted=True),
        *(replace(BENCH, result=result) for result in RESULTS),
    ),
    "watched": (True, False),
    "when_read": ("on weekdays from 9 to 5",),
    "who": ("Fay",),
    "who_reads": ("Bo and the coordinators",),
    "written": (ABOUT_THE_CAFE, ONLY_HARD, STATEMENTS, None),
}
BEGUN_WITH: dict[str, list[dict[str, Json]]] = {
    "ask": [{}, {"said": "Ada where is the key"}, {"said": "where is the key"}, {"said": "Ada"}],
    "suggestion": [{}, {"idea": unread("more biscuits", TODAY)}, {"idea": unread("thanks", TODAY)}],
    "strengths": [{}, {"what": "add", "first": unread("cooking", TODAY)}],
    "help": [{}, {"need": "housing"}, {"need": "housing brighton"}, {"need": "plonk"}],
    "places": [{"lines": "1. Shelter: 0808 800 4444"}, {"lines": "1. Shelter: 0808 800 4444", "unknown-town": "Plonk"}],
    "safety": [{"tier": tier, "topic": topic, "rule": "a rule"} for tier in ("act", "ask") for topic in (*TOPICS, "")],
}
ANSWERED_ALREADY = {"idea", "first"}  # questions that can be answered in the message that begins their flow
ATTACHED = (Attachment("photo", "kept-there").as_words(), Attachment("voice", "kept-there").as_words())
WORDS_SENT = (
    "Ada",
    "some words",
    "5 december",
    "07700 900123",
    "every other friday",
    "never",
    "1 2",
    *ATTACHED,
)  # where there are no choices: the first two that fit
LONGEST_KEY = 40  # bytes; a button carries it beside the conversation and the choice, in 64
MOST_QUESTIONS = 20
MOST_ITEMS = 3  # a loop that goes on for as long as somebody writes is left with SKIP after so many
MANY = 2000  # from so many open ways on, those that look alike are walked once
SKIP, BACK = Reply("SKIP", wish="skip"), Reply("BACK", wish="back")
ALONG = Reply("1 some words")

for module in pkgutil.walk_packages(flows.__path__, "flows."):
    importlib.import_module(module.name)
NAMES = sorted(name for name, flow in FLOWS.items() if flow.talk.__module__.startswith("flows."))


@dataclass(frozen=True)
class Stop:
    """A stop on a way: what has been sent, what came of the last of it, and the stop before."""

    turn: Turn
    facts: Facts
    sent: Reply | None = None
    before: Stop | None = None

    @property
    def way(self) -> list[Stop]:
        """All stops from the beginning to this one."""
        return [*(self.before.way if self.before else ()), self]

    @property
    def questions(self) -> list[Question]:
        """All that was asked on the way."""
        return [stop.turn.question for stop in self.way if stop.turn.question]

    @property
    def sent_on_the_way(self) -> list[Reply]:
        """All that was sent on the way."""
        return [stop.sent for stop in self.way if stop.sent]

    def __str__(self) -> str:
        sent = [reply.text for reply in self.sent_on_the_way]
        return f"after {sent} with {dict(self.facts.values)}"


@cache
def words() -> Words:
    return Words.load()


def facts_for(flow: Flow) -> Iterator[Facts]:
    """The first sample of every fact, then each other sample by itself."""
    usual = {name: SAMPLES[name][0] for name in flow.facts}
    others = ({**usual, name: other} for name in flow.facts for other in SAMPLES[name][1:])
    for values in (usual, *others):
        yield Facts("en", TODAY, words(), values)


def replies_to(stop: Stop) -> list[Reply]:
    """Each choice, the ends and the middle of a scale, some words; once on a way, words along with a number; SKIP."""
    question = stop.turn.question
    assert question is not None
    hearing = words().hearing("en", question.words, TODAY)
    if [q.words for q in stop.questions].count(question.words) > MOST_ITEMS:
        return [SKIP]
    choices = question.kind.choices
    if choices and all(choice.isdecimal() for choice in choices):
        choices = tuple(dict.fromkeys((choices[0], choices[len(choices) // 2], choices[-1])))
    if choices:
        understood = None if ALONG in stop.sent_on_the_way else question.kind.understand(ALONG.text, hearing)
        along = [ALONG] if understood and understood.rest else []
        return [*(Reply(choice, question=question.key) for choice in choices), *along, SKIP]
    fitting = [text for text in WORDS_SENT if question.kind.understand(text, hearing)]
    assert fitting, f"none of {WORDS_SENT} fits {question.words}: please add something that does"
    return [*(Reply(text) for text in fitting[:2]), SKIP]


def go_on(flow: Flow, stop: Stop, reply: Reply) -> Stop:
    turn = take_turn(flow, through_json(stop.turn.place), reply, stop.facts)
    return Stop(turn, stop.facts, reply, stop)


def alike(stop: Stop) -> tuple[Any, ...]:
    answers = stop.turn.place.answers
    return (stop.turn.place.asked, frozenset(answers), tuple(answers.items())[-2:], str(stop.facts.values))


@cache
def stops(name: str) -> tuple[Stop, ...]:
    """Every stop on every way through a flow, breadth first."""
    flow = FLOWS[name]
    known: list[Mapping[str, Json]] = [*BEGUN_WITH.get(name, [{}])]
    open_ways = [
        Stop(take_turn(flow, Place(name, answers), None, facts), facts)
        for answers, facts in itertools.product(known, facts_for(flow))
    ]
    found: list[Stop] = []
    while open_ways:
        found += open_ways
        waiting = [stop for stop in open_ways if not stop.turn.ended]
        assert all(len(stop.questions) <= MOST_QUESTIONS for stop in waiting), f"no end in sight {waiting[0]}"
        if len(waiting) > MANY:
            waiting = list({alike(stop): stop for stop in waiting}.values())
        open_ways = [go_on(flow, stop, reply) for stop in waiting for reply in replies_to(stop)]
    return tuple(found)


def asking(name: str) -> list[tuple[Stop, Question]]:
    return [(stop, stop.turn.question) for stop in stops(name) if stop.turn.question]


every_flow = pytest.mark.parametrize("name", NAMES)


def test_there_are_flows_to_walk():
    assert {"joining", "check-in", "menu", "safety", "still-you"} <= set(NAMES)


def test_every_fact_that_a_flow_asks_for_has_a_sample():
    missing = {fact for name in NAMES for fact in FLOWS[name].facts} - SAMPLES.keys()
    assert not missing, f"please add samples of {sorted(missing)} to SAMPLES"


@every_flow
def test_every_way_comes_to_an_end(name):
    assert any(stop.turn.ended for stop in stops(name))  # and `stops` has found no way that goes on for ever


@every_flow
def test_every_reply_that_fits_is_taken_for_an_answer(name):
    for stop in stops(name):
        assert stop.turn.outcome == "answered", stop


@every_flow
def test_every_question_can_be_skipped(name):
    for stop, question in asking(name):
        turn = go_on(FLOWS[name], stop, SKIP).turn
        assert turn.outcome == "answered", stop
        assert turn.question is None or turn.question.key != question.key, stop


@every_flow
def test_no_question_is_asked_twice_on_one_way(name):
    for stop in stops(name):
        keys = [question.key for question in stop.questions]
        assert len(keys) == len(set(keys)), stop


@every_flow
def test_every_key_fits_into_a_button(name):
    keys = {key for stop in stops(name) for key in (*stop.turn.place.answers, stop.turn.place.asked or "")}
    assert not [key for key in keys if len(key.encode()) > LONGEST_KEY]


@every_flow
def test_a_secret_flow_keeps_no_answer_and_asks_no_second_question(name):
    if FLOWS[name].secret:
        assert all(len(stop.questions) <= 1 for stop in stops(name))
        begun_with = {key for given in BEGUN_WITH.get(name, [{}]) for key in given}
        assert not [stop for stop in stops(name) if stop.turn.place.answers.keys() - begun_with]
        assert not [stop for stop in stops(name) if stop.turn.place.leftover]


@every_flow
def test_back_and_the_same_reply_lead_to_the_same_place(name):
    flow = FLOWS[name]
    for stop in stops(name):
        if stop.before is None or stop.turn.ended or ALONG in stop.sent_on_the_way:
            continue
        assert stop.sent is not None
        back = go_on(flow, stop, BACK)
        assert back.turn.question == stop.before.turn.question, stop
        again = go_on(flow, back, stop.sent)
        assert again.turn == stop.turn, stop


@every_flow
def test_back_at_the_first_question_changes_nothing(name):
    for stop, _ in asking(name):
        if stop.before is None and ANSWERED_ALREADY.isdisjoint(stop.turn.place.answers):
            turn = go_on(FLOWS[name], stop, BACK).turn
            assert (turn.outcome, turn.says, turn.does) == ("at the beginning", (), ()), stop
            assert turn.place == stop.turn.place, stop


@every_flow
def test_every_flow_that_is_begun_by_another_exists(name):
    begun = {do.act.flow for stop in stops(name) for do in stop.turn.does if isinstance(do.act, Begin)}
    assert begun <= FLOWS.keys()


@pytest.mark.parametrize("language", words().languages)
@every_flow
def test_everything_that_is_said_or_asked_is_written_in_every_language(name, language):
    said = {say.key for stop in stops(name) for say in stop.turn.says}
    asked = {question.words for _, question in asking(name)}
    assert not (said | asked) - words().keys(language)


@pytest.mark.parametrize("short", [True, False], ids=["sms", "telegram"])
@pytest.mark.parametrize("language", words().languages)
@every_flow
def test_every_turn_can_be_written_out(name, language, short):
    written: dict[str, Stop] = {}
    for stop in stops(name):
        turn = stop.turn
        written.setdefault(str((turn.says, turn.question)), stop)
    for stop in written.values():
        message = write_message(stop.turn, words(), language, short=short, conversation="ffffffff")
        if stop.turn.says or stop.turn.question:
            assert message.text.strip(), stop
        assert "None" not in message.text, stop
        assert not set("{}") & set(message.text), stop


@pytest.mark.parametrize("language", words().languages)
@every_flow
def test_every_choice_has_a_label(name, language):
    shown = {
        (q.words, choice, label_of(choice, q, words(), language)) for _, q in asking(name) for choice in q.kind.choices
    }
    assert not [one for one in shown if one[1] == one[2] and not one[1].isdecimal()]
