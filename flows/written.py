"""Questionnaires that a coordinator has written: what is asked, in which order, and upon which answers.

Here they are in one language, ready to ask; `bot.questionnaires` reads them out of files and keeps every language.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

ENGLISH = "en"  # every text is written in it; another language is optional
YES_OR_NO, SCALE, ONE_OF, SEVERAL_OF = "yes or no", "scale", "one of", "several of"
NUMBER, WORDS, PHOTO, VOICE = "number", "words", "photo", "voice"
DATE, COMING_DATE = "date", "coming date"  # a day that has been, and one that is to come
KINDS = (YES_OR_NO, SCALE, ONE_OF, SEVERAL_OF, NUMBER, WORDS, DATE, COMING_DATE, PHOTO, VOICE)
STATEMENTS = "statements"
PURPOSES = ("mystery shopping", "peer research", "reflection", STATEMENTS)
SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "=": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
}
NAMES = ("ask", "never")


@dataclass(frozen=True)
class Rule:
    """Only if rating <= 2: a question, one of `SIGNS`, and an answer as `plain_answer` puts it."""

    key: str
    sign: str
    value: str | float

    def holds(self, answers: Mapping[str, Any]) -> bool:
        """Whether it does, with these plain answers; never where that question has none."""
        answer = answers.get(self.key)
        if answer is None:
            return False
        if isinstance(answer, (list, tuple)):
            return (self.value in answer) == (self.sign == "=")
        return SIGNS[self.sign](answer, self.value)


@dataclass(frozen=True)
class WrittenQuestion:
    """One question.

    Attributes:
        key: Names its answers for ever.
        text: The question.
        kind: One of `KINDS`.
        labels: What is shown for each choice, by the name that is kept of it.
        english: The same in English, which is understood in every language.
        low: The lowest number that fits; for a scale its lower end.
        high: The highest.
        low_text: What the lower end of a scale means.
        high_text: What its upper end means.
        only_if: It is asked only if all of these hold.
    """

    key: str
    text: str
    kind: str
    labels: Mapping[str, str] = field(default_factory=dict)
    english: Mapping[str, str] = field(default_factory=dict)
    low: float | None = None
    high: float | None = None
    low_text: str = ""
    high_text: str = ""
    only_if: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class Section:
    """Questions that belong together.

    Attributes:
        questions: In the order in which they are asked.
        text: What is said before the first of them.
        hard: They may hurt: that is said before, and afterwards a break and a person are offered.
        only_if: It is come by only if all of these hold.
    """

    questions: tuple[WrittenQuestion, ...]
    text: str = ""
    hard: bool = False
    only_if: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class Questionnaire:
    """A questionnaire in one language.

    Attributes:
        name: Names it for ever.
        title: What people see.
        purpose: One of `PURPOSES`.
        seen_by: Who sees the answers.
        used_for: What for.
        asks_names: Whether people are asked to put their name to it; else it is never with a name.
        keyword: The word that begins it; empty: none does.
        sections: In order.
    """

    name: str
    title: str
    purpose: str
    seen_by: str
    used_for: str
    sections: tuple[Section, ...]
    asks_names: bool = True
    keyword: str = ""

    @classmethod
    def from_json(cls, kept: Mapping[str, Any], language: str) -> Questionnaire:
        """The questionnaire that was kept, in a language as far as it was written in it, else in English."""

        def said(text: Mapping[str, str] | None) -> str:
            return (text.get(language) or text[ENGLISH]) if text else ""

        def rules(of: Mapping[str, Any]) -> tuple[Rule, ...]:
            return tuple(Rule(*rule) for rule in of.get("only_if", ()))

        def question(of: Mapping[str, Any]) -> WrittenQuestion:
            choices = of.get("choices", ())
            return WrittenQuestion(
                key=of["key"],
                text=said(of["text"]),
                kind=of["kind"],
                labels={choice["name"]: said(choice["label"]) for choice in choices},
                english={choice["name"]: choice["label"][ENGLISH] for choice in choices},
                low=of.get("from"),
                high=of.get("to"),
                low_text=said(of.get("low")),
                high_text=said(of.get("high")),
                only_if=rules(of),
            )

        return cls(
            name=kept["name"],
            title=said(kept["title"]),
            purpose=kept["purpose"],
            seen_by=said(kept["seen_by"]),
            used_for=said(kept["used_for"]),
            asks_names=kept.get("names", "ask") == "ask",
            keyword=kept.get("keyword", ""),
            sections=tuple(
                Section(
                    questions=tuple(question(each) for each in section["questions"]),
                    text=said(section.get("text")),
                    hard=section.get("hard", False),
                    only_if=rules(section),
                )
                for section in kept["sections"]
            ),
        )

    @property
    def questions(self) -> tuple[WrittenQuestion, ...]:
        """All questions, in order."""
        return tuple(question for section in self.sections for question in section.questions)
