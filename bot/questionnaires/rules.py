"""Rules like "only if visited = yes and rating <= 2": reading them, and seeing to it that they can ever hold."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.questionnaires.draft import Problem, shown
from bot.questionnaires.texts import Tell, name_of_choice
from flows.written import NUMBER, ONE_OF, SCALE, SEVERAL_OF, SIGNS, YES_OR_NO

_RULE = re.compile(r"\s*([^\s!=<>]+)\s*(!=|<=|>=|=|<|>)\s*(.*?)\s*")
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_ONLY_EQUAL = ("=", "!=")


@dataclass
class Asked:
    """A question that rules can name.

    Attributes:
        kind: Its kind.
        order: Where it comes.
        choices: The names of its choices.
        low: The lowest number that answers it.
        high: The highest.
        waits_for: The questions that its own rules name.
    """

    kind: str
    order: int
    choices: Sequence[str] = ()
    low: float | None = None
    high: float | None = None
    waits_for: set[str] = field(default_factory=set)


def read_rules(value: object, where: str, tell: Tell) -> list[tuple[str, str, str]]:
    """The rules in a setting, each as key, sign and answer; not yet held against any question."""
    written = value if isinstance(value, list) else [value]
    rules = []
    for each in written:
        if not isinstance(each, str):
            tell(Problem(where, 'a rule is text in quotes, like "visited = yes"'))
            continue
        for part in _AND.split(each.strip()):
            found = _RULE.fullmatch(part)
            if found is None or not found[3]:
                signs = ", ".join(SIGNS)
                tell(Problem(where, f"{shown(part)} is no rule: a question's key, one of {signs}, and an answer"))
            else:
                rules.append((found[1], found[2], found[3]))
    return rules


def settled(rule: tuple[str, str, str], asked: Mapping[str, Asked], before: int, where: str, tell: Tell) -> Any:
    """A rule as it is kept; None where it cannot be.

    Args:
        rule: As `read_rules` gave it.
        asked: Every question, by key.
        before: The order of what the rule belongs to.
        where: Its place in the file.
        tell: Called with each problem.
    """
    key, sign, answer = rule
    question = asked.get(key)
    if question is None:
        tell(Problem(where, f"there is no question {shown(key)}"))
        return None
    if question.order >= before:
        itself = "itself" if question.order == before else f"{shown(key)}, which comes later"
        tell(Problem(where, f"a rule can only look at an earlier question, not at {itself}"))
        return None
    value = _answer(question, sign, answer, where, tell)
    return None if value is None else [key, sign, value]


def _answer(question: Asked, sign: str, answer: str, where: str, tell: Tell) -> str | float | None:
    if question.kind in (SCALE, NUMBER):
        return _number(question, answer, where, tell)
    if question.kind not in (YES_OR_NO, ONE_OF, SEVERAL_OF):
        tell(Problem(where, f"a rule can't look at the answer to a question of the kind {question.kind}"))
        return None
    if sign not in _ONLY_EQUAL:
        tell(Problem(where, f"{sign} is for numbers; here it can be = or !="))
        return None
    choices = ("yes", "no") if question.kind == YES_OR_NO else question.choices
    name = next((each for each in choices if name_of_choice(answer, len(each) or 1) == each), None)
    if name is None:
        tell(Problem(where, f"{shown(answer)} is no choice of that question; it has {', '.join(choices)}"))
    return name


def _number(question: Asked, answer: str, where: str, tell: Tell) -> float | None:
    try:
        number = float(answer)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        tell(Problem(where, f"{shown(answer)} is no number"))
        return None
    low, high = question.low, question.high
    if (low is not None and number < low) or (high is not None and number > high):
        tell(Problem(where, f"{shown(answer)} can never be the answer there"))
        return None
    return int(number) if number.is_integer() else number


def loops(asked: Mapping[str, Asked]) -> list[list[str]]:
    """Questions whose rules wait for each other, each round once."""
    found: list[list[str]] = []
    finished: set[str] = set()
    for start in asked:
        way: list[str] = []
        _follow(start, asked, way, finished, found)
    return found


def _follow(key: str, asked: Mapping[str, Asked], way: list[str], finished: set[str], found: list[list[str]]) -> None:
    if key in way:
        found.append(way[way.index(key) :])
        return
    if key in finished or key not in asked:
        return
    way.append(key)
    for other in sorted(asked[key].waits_for - {key}):
        _follow(other, asked, way, finished, found)
    way.pop()
    finished.add(key)
