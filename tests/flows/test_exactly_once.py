"""Whatever is replied, edited or delivered twice: what stands on the way that was walked happens exactly once.

Random conversations are held beside the simplest model there is: walk the steps with the answers so far, and
say and do whatever on that way has not been said and done yet. Every turn passes through JSON, as through a
restart, and is taken twice, as when a message is delivered twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flows.conversation import Facts, Place, Reply, TakeBack, Turn, take_turn
from flows.replies import Hearing
from tests.flows.talking import (
    TODAY,
    Ask,
    Does,
    Ear,
    Heard,
    If,
    Pick,
    Says,
    Step,
    flow_of,
    on_the_way,
    through_json,
)

FACTS = Facts("en", TODAY, Ear())
HEARING = Hearing(TODAY, {}, {})
FITTING = "1"  # it fits every question of this test
OLD_BUTTON = Reply("1", question="no such question")


# --- the model


Trail: TypeAlias = list[str | Ask | Heard]


@dataclass
class Model:
    """What ought to happen."""

    answers: dict[str, int | None] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    along: str = ""
    seen: str | None = None
    stands: set[str] = field(default_factory=set)
    perhaps: set[str] = field(default_factory=set)
    misread: set[str] = field(default_factory=set)

    def walk(self, steps: Sequence[Step]) -> tuple[Trail, Ask | None]:
        """What is come by, and the question it stops at."""
        trail: Trail = []
        given: dict[str, Any] = {}
        times: Counter[str] = Counter()
        for step in on_the_way(steps, given):
            if isinstance(step, Ask | Heard):
                self._read(step.kind)
                if step.kind.name in self.answers:
                    given[step.kind.name] = self.answers[step.kind.name]
                    trail.append(step)
                elif isinstance(step, Ask):
                    return trail, step
            else:
                thing = f"say:{step.key}" if isinstance(step, Says) else f"do:{step.name}"
                times[thing] += 1
                trail.append(f"{thing}#{times[thing]}")
        return trail, None

    def hears(self, reply: Reply) -> None:
        """A reply belongs to the question that was seen last."""
        if self.seen is None or reply.question is not None:
            return
        self.answers.pop(self.seen, None)
        self.unread.pop(self.seen, None)
        if reply.wish == "skip":
            self.answers[self.seen] = None
        else:
            self.unread[self.seen] = reply.text

    def goes_back(self, steps: Sequence[Step]) -> tuple[set[str], set[str], tuple[Trail, Ask | None]]:
        """What was done and has to be taken back, what may be, since it stands nowhere any more, and the way then."""
        trail, question = self.walk(steps)
        asked = [index for index, step in enumerate(trail) if isinstance(step, Ask)]
        if not asked:
            return set(), set(), (trail, question)
        behind, self.along = trail[asked[-1] :], ""
        for step in behind:
            if isinstance(step, Ask | Heard):
                del self.answers[step.kind.name]
        undone = self.stands & set(behind)
        nowhere = self.stands - set(trail)
        self.perhaps |= _of("say:", nowhere)
        self.stands -= undone | self.perhaps
        return _of("do:", undone), _of("do:", nowhere), self.walk(steps)

    def _read(self, kind: Pick) -> None:
        name = kind.name
        if name in self.answers:
            if self.answers[name] is not None and kind.check(self.answers[name]) is None:
                del self.answers[name]
        elif name in self.unread:
            understood = kind.understand(self.unread.pop(name), HEARING)
            if understood is None:
                self.misread.add(name)
            else:
                self.answers[name] = understood.value
                self.along = f"{self.along} {understood.rest}".strip()
        elif understood := kind.overhear(self.along, HEARING):
            self.answers[name], self.along = understood.value, understood.rest


def _of(beginning: str, things: set[str]) -> set[str]:
    return {thing for thing in things if thing.startswith(beginning)}


# --- a conversation beside the model


class Watched:
    """A conversation, turn by turn beside the model, and the two ledgers that the promise is about."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = tuple(steps)
        self.model = Model()
        self.place = Place("chat")
        self.done: Counter[str] = Counter()
        self.said_since_back: Counter[str] = Counter()
        self.way: list[str] = []  # as this turn went it: words left over from its last answer come too late for it
        self.ended = False

    def takes(self, reply: Reply | None) -> None:
        flow = flow_of(*self.steps)
        turn = take_turn(flow, self.place, reply, FACTS)
        again = take_turn(flow, through_json(self.place), reply, FACTS)
        assert turn == again, "the same message against the same place made another turn"
        self._note(turn, back=reply is not None and reply.wish == "back")
        self._compare(turn, reply)
        self.place = through_json(turn.place)
        assert self.place == turn.place == through_json(self.place), "the place changes when it is stored"

    def _note(self, turn: Turn, back: bool) -> None:
        if back:
            self.said_since_back.clear()
        self.said_since_back.update(say.key for say in turn.says)
        for do in turn.does:
            if isinstance(do.act, TakeBack):
                self.done.subtract(do.act.names)
            else:
                self.done[do.name] += 1
            assert set(self.done.values()) <= {0, 1}, "an act was done twice, or taken back without being done"

    def _compare(self, turn: Turn, reply: Reply | None) -> None:
        model, asked_before = self.model, self.model.seen
        model.misread.clear()
        if reply is not None and reply.wish != "back":
            model.hears(reply)
        taken_back = {f"do:{name}" for do in turn.does if isinstance(do.act, TakeBack) for name in do.act.names}
        if reply is not None and reply.wish == "back" and asked_before is not None:
            must, may, (trail, question) = model.goes_back(self.steps)
            assert must <= taken_back <= must | may
            model.stands -= taken_back
        else:
            assert not taken_back
            trail, question = model.walk(self.steps)
        self.way = [thing for thing in trail if isinstance(thing, str)]
        due = [thing for thing in trail if isinstance(thing, str) and thing not in model.stands]
        sure = [thing for thing in due if thing not in model.perhaps]
        unsure = Counter(thing.partition("#")[0] for thing in due if thing in model.perhaps)
        said = [f"say:{say.key.removeprefix('chat.')}" for say in turn.says]
        done = [f"do:{do.name}" for do in turn.does if not isinstance(do.act, TakeBack)]
        must = [thing.partition("#")[0] for thing in sure if thing.startswith("say:")]
        assert [key for key in said if key not in unsure] == [key for key in must if key not in unsure]
        for key, more in unsure.items():
            assert must.count(key) <= said.count(key) <= must.count(key) + more
        assert done == [thing for thing in due if thing.startswith("do:")]
        assert (turn.question.key if turn.question else None) == (question.key if question else None)
        assert turn.ended == (question is None)
        assert (turn.outcome == "not understood") == (asked_before in model.misread)
        model.stands.update(due)
        model.perhaps -= set(due)
        model.seen, self.ended = (question.kind.name if question else None), turn.ended

    def finish(self) -> None:
        """Answer whatever is asked; then everything on the way must have happened, once."""
        self.takes(None)
        for _ in _all(self.steps):
            if self.ended:
                break
            self.takes(Reply(FITTING))
        assert self.ended, "it does not end, though every answer fits"
        for thing in self.way:
            if thing.startswith("do:"):
                assert self.done[thing.removeprefix("do:")] == 1, f"{thing} did not happen exactly once"
            else:
                assert thing in self.model.stands, f"{thing} was never said"


# --- what may happen in a conversation


@dataclass(frozen=True)
class Edit:
    """A change of the flow; `where` and `to` count its steps, round and round."""

    what: str
    where: int
    to: int = 0


def _all(steps: Sequence[Step]) -> list[Step]:
    return [one for step in steps for one in (step, *(_all(step.then) if isinstance(step, If) else ()))]


def _changed(steps: Sequence[Step], where: int, change: Callable[[Step], Sequence[Step]]) -> tuple[Step, ...]:
    """The steps with one of them, counted from the top, changed into others."""
    changed: list[Step] = []
    for step in steps:
        if where == 0:
            changed += change(step)
        elif isinstance(step, If):
            changed.append(replace(step, then=_changed(step.then, where - 1, change)))
        else:
            changed.append(step)
        where -= len(_all([step]))
    return tuple(changed)


class Editor:
    """Somebody who rewrites the flow while people talk."""

    def __init__(self) -> None:
        self._written = 0
        self._taken_out: list[Step] = []

    def edit(self, steps: tuple[Step, ...], edit: Edit) -> tuple[Step, ...]:
        size = len(_all(steps))
        if edit.what.startswith("insert"):
            return self._put(steps, edit.where, self._new(edit.what))
        if edit.what == "put back":
            return self._put(steps, edit.where, self._taken_out.pop()) if self._taken_out else steps
        if not size:
            return steps
        where = edit.where % size
        if edit.what in ("remove", "move"):
            step = _all(steps)[where]
            rest = _changed(steps, where, lambda _: ())
            if edit.what == "move":
                return self._put(rest, edit.to, step)
            self._taken_out.append(step)
            return rest
        change = {"rename": self._renamed, "restrict": _sized(-1), "widen": _sized(1)}[edit.what]
        return _changed(steps, where, lambda step: [change(step)])

    def _put(self, steps: tuple[Step, ...], where: int, new: Step) -> tuple[Step, ...]:
        where %= len(_all(steps)) + 1
        return (*steps, new) if where == len(_all(steps)) else _changed(steps, where, lambda step: [new, step])

    def _new(self, what: str) -> Step:
        self._written += 1
        name = f"New{self._written}"
        if what == "insert a question":
            return Ask(name, Pick(name))
        return Says(name) if what == "insert a sentence" else Does(name)

    def _renamed(self, step: Step) -> Step:
        return replace(step, key=f"{step.key}x", was=(*step.was, step.key)) if isinstance(step, Ask) else step


def _sized(by: int) -> Callable[[Step], Step]:
    def sized(step: Step) -> Step:
        if not isinstance(step, Ask | Heard):
            return step
        return replace(step, kind=replace(step.kind, size=max(1, step.kind.size + by)))

    return sized


NAMES = ("Ann", "Ben", "Cat", "Dan", "Eli", "Fay")


@st.composite
def flows(draw: st.DrawFn, often: bool) -> tuple[Step, ...]:
    """Steps of a conversation; `often`: the same sentence and the same act may stand there several times."""
    questions: list[str] = []
    things = 0

    def thing() -> str:
        nonlocal things
        things += 1
        return draw(st.sampled_from("XY")) if often else f"T{things}"

    def steps(deep: int) -> tuple[Step, ...]:
        return tuple(step(deep) for _ in range(draw(st.integers(4, 8) if deep == 0 else st.integers(1, 3))))

    def step(deep: int) -> Step:
        sort = draw(st.sampled_from(("ask", "say", "do", "if", "ask", "heard")))
        if sort in ("ask", "heard") and len(questions) < len(NAMES):
            name = NAMES[len(questions)]
            questions.append(name)
            kind = Pick(name, draw(st.integers(1, 3)))
            return Ask(name, kind) if sort == "ask" else Heard(name, kind)
        if sort == "if" and questions and deep < 2:
            return If(draw(st.sampled_from(questions)), draw(st.sampled_from((1, 2, None))), steps(deep + 1))
        return Does(thing()) if sort == "do" else Says(thing())

    return steps(0)


SKIP, BACK = Reply("SKIP", wish="skip"), Reply("BACK", wish="back")
TEXTS = ("1", "2", "3", "hmm", "1 and so on", "2 Ben1", "1 Cat2 Ann1", "Dan2", "1 Eli1 hmm Fay2", "2 New1")
FITS = [Reply(text) for text in "1123"]  # often: most conversations should get somewhere
replies = st.sampled_from((*FITS, *(Reply(text) for text in TEXTS), SKIP, BACK, BACK, BACK, OLD_BUTTON, None))
EDITS = (
    "insert a question",
    "insert a sentence",
    "insert an act",
    "remove",
    "put back",
    "move",
    "rename",
    "restrict",
    "widen",
)
edits = st.builds(Edit, st.sampled_from(EDITS), st.integers(0, 12), st.integers(0, 12))


def many(examples: int, **more: Any) -> Any:
    return settings(max_examples=examples, deadline=None, database=None, **more)


def whatever_is_sent(steps: tuple[Step, ...], moves: Sequence[Reply | None]) -> None:
    ada = Watched(steps)
    ada.takes(None)
    for move in moves:
        ada.takes(move)
    ada.finish()


def whatever_is_sent_and_edited(steps: tuple[Step, ...], moves: Sequence[Reply | Edit | None]) -> None:
    ada, editor = Watched(steps), Editor()
    ada.takes(None)
    for move in moves:
        if isinstance(move, Edit):
            ada.steps = editor.edit(ada.steps, move)
        else:
            ada.takes(move)
            assert set(ada.said_since_back.values()) <= {1}, "a sentence was said twice without BACK in between"
    ada.finish()


SENT = st.lists(replies, max_size=14)
SENT_AND_EDITED = st.builds(
    lambda first, more: [*first, *more],
    st.lists(replies, max_size=5),
    st.lists(replies | edits, min_size=2, max_size=16),
)


@many(400, derandomize=True)
@given(flows(often=True), SENT)
def test_everything_on_the_way_happens_exactly_once_whatever_is_sent(steps, moves):
    whatever_is_sent(steps, moves)


BACK_TO_NOTHING = (  # the first answer fits no longer, and words left over would fit it
    (Says("T1"), Ask("Ann", Pick("Ann", 2)), Ask("Ben", Pick("Ben", 1)), Ask("Cat", Pick("Cat", 1))),
    [Reply("2"), Reply("1 Cat2 Ann1"), Edit("insert an act", 2), Edit("restrict", 1), BACK],
)


@many(1000, derandomize=True)
@example(*BACK_TO_NOTHING)
@given(flows(often=False), SENT_AND_EDITED)
def test_everything_on_the_way_happens_exactly_once_whatever_is_sent_and_edited(steps, moves):
    whatever_is_sent_and_edited(steps, moves)


@pytest.mark.prove
@many(50_000)
@given(flows(often=True), SENT)
def test_everything_on_the_way_happens_exactly_once_in_many_conversations(steps, moves):
    whatever_is_sent(steps, moves)


@pytest.mark.prove
@many(50_000)
@given(flows(often=False), SENT_AND_EDITED)
def test_everything_on_the_way_happens_exactly_once_in_many_edited_conversations(steps, moves):
    whatever_is_sent_and_edited(steps, moves)
