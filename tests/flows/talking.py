"""Somebody to talk with, and conversations made of a few steps, so that the engine's tests lean on no real words.

Ada is new. Whatever she sends, her place passes through JSON, as through a restart.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, make_dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from flows.conversation import Facts, Flow, Place, Reply, Talk, Turn, take_turn
from flows.replies import Hearing, Kind, Understood

TODAY = date(2026, 3, 2)


class Ear:
    """A listener that knows no phrases at all."""

    def hearing(self, language: str, question: str, today: date) -> Hearing:
        return Hearing(today, {}, {})


@dataclass(frozen=True)
class Pick:
    """A number from 1 to `size`: "2", or "mood2" wherever it stands among other words."""

    name: str
    size: int = 3

    @property
    def choices(self) -> tuple[str, ...]:
        return tuple(str(number) for number in range(1, self.size + 1))

    def understand(self, text: str, hearing: Hearing) -> Understood[int] | None:
        first, _, rest = text.partition(" ")
        return Understood(int(first), rest) if first in self.choices else self.overhear(text, hearing)

    def overhear(self, text: str, hearing: Hearing) -> Understood[int] | None:
        words = text.split()
        for index, word in enumerate(words):
            if word.startswith(self.name) and word.removeprefix(self.name) in self.choices:
                rest = " ".join(words[:index] + words[index + 1 :])
                return Understood(int(word.removeprefix(self.name)), rest)
        return None

    def check(self, stored: Any) -> int | None:
        return stored if str(stored) in self.choices else None

    def store(self, value: int) -> int:
        return value


@dataclass(frozen=True)
class Anything:
    """Any words at all."""

    choices: tuple[str, ...] = ()

    def understand(self, text: str, hearing: Hearing) -> Understood[str] | None:
        return Understood(text) if text else None

    def overhear(self, text: str, hearing: Hearing) -> Understood[str] | None:
        return self.understand(text, hearing)

    def check(self, stored: Any) -> str | None:
        return stored if isinstance(stored, str) else None

    def store(self, value: str) -> str:
        return value


@dataclass(frozen=True)
class Tomorrow:
    """The word "tomorrow", and nothing else."""

    name: str = "day"
    choices: tuple[str, ...] = ()

    def understand(self, text: str, hearing: Hearing) -> Understood[date] | None:
        return Understood(hearing.today + timedelta(days=1)) if text == "tomorrow" else None

    def overhear(self, text: str, hearing: Hearing) -> Understood[date] | None:
        return None

    def check(self, stored: Any) -> date | None:
        return date.fromisoformat(stored)

    def store(self, value: date) -> str:
        return value.isoformat()


# --- conversations made of steps


@dataclass(frozen=True)
class Ask:
    """A question; its kind's name stays the same when its key is renamed."""

    key: str
    kind: Kind[Any]
    was: tuple[str, ...] = ()


@dataclass(frozen=True)
class Heard:
    """Something taken up only if it came along."""

    key: str
    kind: Kind[Any]


@dataclass(frozen=True)
class Says:
    key: str


@dataclass(frozen=True)
class Does:
    name: str


@dataclass(frozen=True)
class If:
    """Steps that are taken only upon one answer to an earlier question (named by its kind)."""

    name: str
    answer: int | None
    then: tuple[Step, ...]


Step = Ask | Heard | Says | Does | If


def ask(key: str, size: int = 3, was: tuple[str, ...] = ()) -> Ask:
    """A question for a number, whose kind has the question's (first) name."""
    return Ask(key, Pick(was[0] if was else key, size), was)


@cache
def act(name: str) -> Any:
    """Something to do that has no more to it than its name."""
    return make_dataclass(name, [], frozen=True)()


def on_the_way(steps: Sequence[Step], given: Mapping[str, Any]) -> Iterator[Ask | Heard | Says | Does]:
    """The steps that are come by, if `given` is filled with the answers on the way."""
    for step in steps:
        if not isinstance(step, If):
            yield step
        elif step.name in given and given[step.name] == step.answer:
            yield from on_the_way(step.then, given)


def flow_of(*steps: Step, name: str = "chat") -> Flow:
    """A conversation that takes these steps."""

    async def talk(talk: Talk) -> None:
        given: dict[str, Any] = {}
        for step in on_the_way(steps, given):
            match step:
                case Ask(key, kind, was):
                    given[kind.name] = await talk.ask(key, kind, was=was)
                case Heard(key, kind):
                    answer = talk.heard(key, kind)
                    if answer is not None:
                        given[kind.name] = answer
                case Says(key):
                    talk.say(key)
                case Does(act_name):
                    talk.do(act(act_name))

    return Flow(name, talk)


# --- people


def through_json(place: Place) -> Place:
    """The place after a restart, from a database that sorts the keys of its JSON."""
    return Place.from_json(json.loads(json.dumps(place.to_json(), sort_keys=True)))


class Person:
    """Somebody in a conversation: what they send, and what comes back."""

    def __init__(self, flow: Flow, **facts: Any) -> None:
        self.flow, self.facts, self.today = flow, facts, TODAY
        self.place = Place(flow.name)
        self.turn = self._take(None)

    def texts(self, text: str) -> Turn:
        return self._take(Reply(text))

    def taps(self, choice: str, question: str) -> Turn:
        return self._take(Reply(choice, question=question))

    def skips(self) -> Turn:
        return self._take(Reply("SKIP", wish="skip"))

    def goes_back(self) -> Turn:
        return self._take(Reply("BACK", wish="back"))

    def looks_again(self) -> Turn:
        """The waiting question is put again, with no message from them."""
        return self._take(None)

    @property
    def hears(self) -> list[str]:
        """What was said last, and the question: ["thanks", "note?"]."""
        question = [f"{self.turn.question.words}?"] if self.turn.question else []
        return [key.removeprefix(f"{self.flow.name}.") for key in (*(s.key for s in self.turn.says), *question)]

    @property
    def acts(self) -> list[Any]:
        """What was done last."""
        return [do.act for do in self.turn.does]

    def _take(self, reply: Reply | None) -> Turn:
        self.turn = take_turn(self.flow, self.place, reply, Facts("en", self.today, Ear(), self.facts))
        self.place = through_json(self.turn.place)
        return self.turn
