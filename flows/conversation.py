"""How a conversation runs: a flow is read from the top, and stops at the first question without an answer.

A flow is a coroutine that never waits on the world. Its whole memory is a `Place`, plain JSON. `take_turn`
runs it again from the top with one more answer; what was said and done before is remembered in the place by
its own name, so that every sentence and every act happens once, whatever was inserted, removed, reordered or
renamed in the flow meanwhile.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Generic, Literal, Protocol, TypeAlias, TypeVar

from flows.replies import AnyWords, Hearing, Kind, Understood, any_words

T = TypeVar("T")
Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
START = ""  # the name of the stretch before the first question
UNREAD = "unread"  # an answer that came, and that no question has understood yet


class Listener(Protocol):
    """How replies are understood in one language; `flows.words.Words` is the real one."""

    def hearing(self, language: str, question: str, today: date) -> Hearing:
        """What a reply to this question may lean on: the day, and ways of saying things."""


@dataclass(frozen=True)
class Place:
    """Where a person is in a flow: everything a conversation remembers, as plain JSON.

    Attributes:
        flow: The flow's name.
        answers: Answers by question key, in the order given; None is a question that was skipped.
        asked: The question the person last saw, or None before the first one.
        passed: What has been said and done, by the question after whose answer it was.
        leftover: Words of theirs that no question has taken up yet ("2 *tired*").
    """

    flow: str
    answers: Mapping[str, Json] = field(default_factory=dict)
    asked: str | None = None
    passed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    leftover: str = ""

    def to_json(self) -> dict[str, Json]:
        """The place as JSON; the order of the keys in `answers` matters and must survive storage."""
        return {
            "flow": self.flow,
            "answers": dict(self.answers),
            "asked": self.asked,
            "passed": {key: list(names) for key, names in self.passed.items()},
            "leftover": self.leftover,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Place:
        """The place that `to_json` wrote, by this version or by an earlier one."""
        return cls(
            flow=stored["flow"],
            answers=stored.get("answers", {}),
            asked=stored.get("asked"),
            passed=stored.get("passed", {}),
            leftover=stored.get("leftover", ""),
        )


@dataclass(frozen=True)
class Reply:
    """What a person sent: words, or a tapped button.

    Attributes:
        text: Their words; for a button, the choice it stands for.
        question: The question the button was made for; None for typed words.
        wish: SKIP and BACK, however they were said.
    """

    text: str = ""
    question: str | None = None
    wish: Literal["skip", "back"] | None = None


@dataclass(frozen=True)
class Say:
    """A sentence to say: its key in the words, and the values it mentions."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """A question to put: its key within the flow, its key in the words, and how a reply is understood.

    `asks` is False for a sentence after which we only listen: it is never put again.
    """

    key: str
    words: str
    kind: Kind[Any]
    values: Mapping[str, Any] = field(default_factory=dict)
    asks: bool = True


@dataclass(frozen=True)
class Do:
    """Something to be done, once. `name` is the same each time the same thing is done in a conversation."""

    name: str
    act: object


@dataclass(frozen=True)
class TakeBack:
    """What was done under these names no longer holds: the person went BACK over the answer behind it."""

    names: tuple[str, ...]


Outcome: TypeAlias = Literal["answered", "not understood", "old button", "at the beginning", "asked again", "gone"]


@dataclass(frozen=True)
class Turn:
    """What one message led to.

    Attributes:
        place: Where the person is now; when the conversation has ended, where it ended.
        ended: Whether the flow came to its end.
        says: Sentences, in order; they come before the question.
        question: The question that now waits for an answer; None exactly when the conversation ended.
        does: What is to be done, in order.
        outcome: How the reply fared, so that whoever writes the message can add a hint; "gone": what was asked about is
            not there any more, so the words are no answer to anything.
        took_any_words: Whether it answered a question that takes whatever is said.
    """

    place: Place
    ended: bool
    says: tuple[Say, ...]
    question: Question | None
    does: tuple[Do, ...]
    outcome: Outcome
    took_any_words: bool = False


@dataclass(frozen=True)
class Facts:
    """What a flow may know besides the answers: plain values, fetched by name before the turn."""

    language: str
    today: date
    listener: Listener
    values: Mapping[str, Any] = field(default_factory=dict)


class FlowMistake(Exception):
    """A flow is written wrongly; a test finds it, no person should ever meet it. Trying again won't help."""


@dataclass(frozen=True)
class _Answer(Generic[T]):
    """An answer that stands; its value is None when the question was skipped."""

    value: T | None


class _Unanswered:
    """Waiting for an answer: the one thing that a flow can wait for."""

    def __await__(self) -> Generator[None, None, None]:
        yield


class Talk:
    """What a flow holds in its hand: it asks, says and does, and knows the facts."""

    def __init__(self, place: Place, facts: Facts, reply_to: str | None = None) -> None:
        self.facts = facts.values
        self._facts = facts
        self._flow = place.flow
        self._answers = dict(place.answers)
        self._passed = {key: list(names) for key, names in place.passed.items()}
        self._done_before = {name for names in place.passed.values() for name in names}
        self._asked = place.asked
        self._reply_to = reply_to
        self._leftover = place.leftover
        self._after = START
        self._times: dict[str, int] = {}
        self._reached: dict[str, bool] = {}  # every question come by, and whether it can be asked
        self._stands_after: dict[str, str] = {}  # what was said and done before: where it stands today
        self.misunderstood = False
        self.took_any_words = False
        self.question: Question | None = None
        self.says: list[Say] = []
        self.does: list[Do] = []

    async def ask(self, key: str, kind: Kind[T], *, was: str | Sequence[str] = (), **values: Any) -> T | None:
        """Put a question, unless it has been answered.

        Args:
            key: Names the answer for ever; unique in the conversation (in a loop, carry the item: "day:2").
            kind: How a reply is understood, from `flows.replies`.
            was: Earlier names of this question, so that a rename does not lose an answer.
            **values: What the sentence mentions.

        Returns:
            The answer, or None when the person skipped the question.
        """
        return await self._waited_for(Question(key, self.words_of(key), kind, values), kind, was)

    async def listen(self, key: str, **values: Any) -> str | None:
        """Say a sentence that asks nothing, and take up whatever they write next; None when they SKIP that."""
        return await self._waited_for(Question(key, self.words_of(key), any_words, values, asks=False), any_words)

    def heard(self, key: str, kind: Kind[T]) -> T | None:
        """Take up an answer that came along with another one, without ever asking for it."""
        answer = self._recall(key, kind, (), can_be_asked=False)
        return answer.value if answer else None

    def say(self, key: str, **values: Any) -> None:
        """Say a sentence, once in this conversation; in a loop, `key` carries the item: "task:7"."""
        if self._first_time(f"say:{key}"):
            self.says.append(Say(self.words_of(key), values))

    def do(self, act: object, item: str = "") -> None:
        """Have something done, once in this conversation.

        Args:
            act: A small frozen dataclass.
            item: In a loop, what it is about. Without it, acts of one type are told apart by their order alone,
                and when one of them goes from the flow or the loop, the next would be taken for it.
        """
        if name := self._first_time(f"do:{type(act).__name__}" + (item and f":{item}")):
            self.does.append(Do(name.removeprefix("do:"), act))

    async def _waited_for(self, question: Question, kind: Kind[T], was: str | Sequence[str] = ()) -> T | None:
        answer = self._recall(question.key, kind, was, can_be_asked=True)
        if answer is None:
            self.question = question
            await _Unanswered()
        return answer.value if answer else None

    def is_at(self, key: str) -> bool:
        """Whether the question that they were asked last is this one, whatever item it carries."""
        return (self._asked or "").partition(":")[0] == key

    def words_of(self, key: str) -> str:
        """A key in the words, without its item: `strength:2` is written once, as `strength`.

        With a full stop in it, it is a sentence that several flows share, whole: `project.goal`.
        """
        written = key.partition(":")[0]
        return written if "." in written else f"{self._flow}.{written}"

    def _first_time(self, thing: str) -> str | None:
        """This occurrence's name, if it has not happened before in this conversation."""
        count = self._times[thing] = self._times.get(thing, 0) + 1
        name = f"{thing}#{count}"
        if name in self._done_before:
            self._stands_after[name] = self._after
            return None
        self._passed.setdefault(self._after, []).append(name)
        return name

    def _recall(self, key: str, kind: Kind[T], was: str | Sequence[str], can_be_asked: bool) -> _Answer[T] | None:
        """This question's answer, checked against today's question; None: it has none that stands."""
        if key in self._reached:
            raise FlowMistake(f"{self._flow} asks {key!r} twice in one conversation")
        self._carry_over_names(key, (was,) if isinstance(was, str) else was)
        answer = self._stored(key, kind) if key in self._answers else self._overheard(key, kind)
        self._reached[key] = can_be_asked
        if answer:
            self._after = key
        else:
            self._answers.pop(key, None)
        return answer

    def _carry_over_names(self, key: str, earlier: Sequence[str]) -> None:
        for old in earlier:
            if old in self._answers and key not in self._answers:
                self._answers = {key if k == old else k: v for k, v in self._answers.items()}
            if old in self._passed:
                self._passed.setdefault(key, []).extend(self._passed.pop(old))
            if self._asked == old:
                self._asked = key
            if self._reply_to == old:
                self._reply_to = key

    def _stored(self, key: str, kind: Kind[T]) -> _Answer[T] | None:
        stored = self._answers[key]
        if stored is None:
            return _Answer(None)
        if not (isinstance(stored, dict) and UNREAD in stored):
            fits = kind.check(stored)
            return None if fits is None else _Answer(fits)
        day = date.fromisoformat(str(stored["on"]))
        understood = kind.understand(str(stored[UNREAD]), self._hearing(key, day))
        if understood is None:
            self.misunderstood = self.misunderstood or key == self._reply_to
            return None
        if key == self._reply_to:
            self.took_any_words = isinstance(kind, AnyWords)
        return self._keep(key, kind, understood, self._leftover)

    def _overheard(self, key: str, kind: Kind[T]) -> _Answer[T] | None:
        if not self._leftover:
            return None
        understood = kind.overhear(self._leftover, self._hearing(key, self._facts.today))
        return self._keep(key, kind, understood, "") if understood else None

    def _keep(self, key: str, kind: Kind[T], understood: Understood[T], earlier: str) -> _Answer[T]:
        self._answers[key] = kind.store(understood.value)
        self._leftover = " ".join(part for part in (earlier, understood.rest) if part)
        return _Answer(understood.value)

    def _hearing(self, key: str, today: date) -> Hearing:
        return self._facts.listener.hearing(self._facts.language, self.words_of(key), today)

    def last_answers(self) -> list[str]:
        """The last question that has been answered, and what was only heard after it; empty at the beginning."""
        answered = [key for key in self._reached if key in self._answers]
        last = max((i for i, key in enumerate(answered) if self._reached[key]), default=len(answered))
        return answered[last:]

    def came_by(self, asked: str) -> bool:
        """Whether the question that was replied to still stands on today's way, under whatever name."""
        return (self._reply_to or asked) in self._reached

    def without(self, gone: Sequence[str]) -> tuple[Place, list[str]]:
        """The place before these answers, and the names of what was said and done upon them.

        That is what stands after them in the flow of today, and what was said and done after them and stands
        nowhere any more. What this run would say and do is in neither: it has not gone out.
        """
        answers = {key: answer for key, answer in self._answers.items() if key not in gone}
        passed: dict[str, list[str]] = {}
        undone: list[str] = []
        for key, names in self._passed.items():
            for name in (name for name in names if name in self._done_before):
                upon = self._stands_after.get(name, key)
                (undone if upon in gone else passed.setdefault(key, [])).append(name)
        return Place(self._flow, answers, self._asked, passed), undone

    def place(self) -> Place:
        """Where the person is after this run."""
        asked = self.question.key if self.question else None
        return Place(self._flow, self._answers, asked, self._passed, self._leftover)


FlowFunction: TypeAlias = Callable[[Talk], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Flow:
    """A conversation that the bot can have.

    Attributes:
        name: Stored with every conversation, so it is for ever; also the words' section.
        talk: The coroutine, read from the top.
        lives_for: How long a question waits for its answer, counted from when it was sent; None: always.
        facts: Names of the facts it needs, fetched before each turn.
        light: It is over in a moment and gives way to whatever else there is (MENU, HELP, ...).
        between_us: What is said in it is shown to nobody of the team: it goes to a team-mate, or they may have chosen
            to answer without their name. A reply that it does not understand is only asked again.
        secret: What they answer is kept nowhere, neither in the place nor as the words of their message. Such a flow
            asks one question, does what follows from it, and ends.
        for_others: What they write goes on to other people, not to the team: words with danger in them are no answer
            then, and the inbox does not get what did not fit.
    """

    name: str
    talk: FlowFunction
    lives_for: timedelta | None = None
    facts: tuple[str, ...] = ()
    light: bool = False
    between_us: bool = False
    secret: bool = False
    for_others: bool = False


FLOWS: dict[str, Flow] = {}


def flow(
    name: str,
    *,
    lives_for: timedelta | None = None,
    facts: tuple[str, ...] = (),
    light: bool = False,
    between_us: bool = False,
    secret: bool = False,
    for_others: bool = False,
) -> Callable[[FlowFunction], Flow]:
    """Make a coroutine a flow and enter it in `FLOWS`."""

    def enter(talk: FlowFunction) -> Flow:
        if name in FLOWS:
            raise FlowMistake(f"two flows are called {name!r}")
        FLOWS[name] = Flow(name, talk, lives_for, facts, light, between_us or secret, secret, for_others or secret)
        return FLOWS[name]

    return enter


def take_turn(flow: Flow, place: Place, reply: Reply | None, facts: Facts) -> Turn:
    """Run a flow for one message: the same place and reply give the same turn, always.

    Args:
        flow: The flow as it is written today, whatever it was when the place was stored.
        place: Where the person is; `Place(flow.name)` to begin.
        reply: What they sent; None to begin, or to put the waiting question again.
        facts: What the flow may know.

    Raises:
        FlowMistake: A question's key is asked twice.
    """
    turn = _taken(flow, place, reply, facts)
    return replace(turn, place=_without_what_they_said(turn.place, place)) if flow.secret else turn


def _without_what_they_said(place: Place, before: Place) -> Place:
    """The place with no more answers than a conversation was begun with: no reply to it was ever kept."""
    begun_with = {key: answer for key, answer in place.answers.items() if key in before.answers}
    return replace(place, answers=begun_with, leftover="")


def _taken(flow: Flow, place: Place, reply: Reply | None, facts: Facts) -> Turn:
    if reply is None or place.asked is None:
        return _turn(_run(flow, place, facts), "asked again" if place.asked else "answered")
    if reply.question is not None and reply.question != place.asked:
        return _turn(_run(flow, place, facts), "old button")
    if reply.wish == "back":
        return _go_back(flow, place, facts)
    answer: Json = None if reply.wish == "skip" else unread(reply.text, facts.today)
    answers = {**place.answers, place.asked: answer}
    talk = _run(flow, replace(place, answers=answers), facts, reply_to=place.asked)
    if talk.question is None and not talk.came_by(place.asked):
        return _turn(talk, "gone")  # where another question comes first, the words wait for theirs
    return _turn(talk, "not understood" if talk.misunderstood else "answered")


def unread(words: str, today: date) -> Json:
    """Words as an answer that its question has still to understand; what does not fit is asked for as ever."""
    return {UNREAD: words, "on": today.isoformat()}


def gone(place: Place) -> Turn:
    """The turn of a conversation whose subject is no longer kept: it ends, and says so."""
    return Turn(place, True, (Say("house.gone"),), None, (), "gone")


def _go_back(flow: Flow, place: Place, facts: Facts) -> Turn:
    """Take the last answer back, with what was said and done upon it, and ask again."""
    now = _run(flow, place, facts)
    gone = now.last_answers()
    if not gone:
        return _turn(now, "at the beginning")
    before, undone = now.without(gone)
    talk = _run(flow, before, facts)
    acts = tuple(name.removeprefix("do:") for name in undone if name.startswith("do:"))
    if acts:
        talk.does.insert(0, Do(f"TakeBack:{gone[0]}", TakeBack(acts)))
    return _turn(talk, "asked again")


def _run(flow: Flow, place: Place, facts: Facts, reply_to: str | None = None) -> Talk:
    """Read the flow from the top until a question without an answer, or its end."""
    talk = Talk(place, facts, reply_to)
    reading: Awaitable[None] = flow.talk(talk)
    try:
        reading.send(None)  # type: ignore[attr-defined]
    except StopIteration:
        talk.question = None
    else:
        reading.close()  # type: ignore[attr-defined]
    return talk


def _turn(talk: Talk, outcome: Outcome) -> Turn:
    return Turn(
        place=talk.place(),
        ended=talk.question is None,
        says=tuple(talk.says),
        question=talk.question,
        does=tuple(talk.does),
        outcome=outcome,
        took_any_words=talk.took_any_words,
    )
