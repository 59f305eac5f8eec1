"""Understanding what people type: each kind of question knows what an answer to it may look like.

Pure and explainable: no score, no model. A kind reads a reply with the help of a `Hearing`, and
says what it understood and which words were left over, so that "2 tired no call" can answer three questions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Protocol, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Understood(Generic[T]):
    """What a reply says, and the words of it that were not needed for that."""

    value: T
    rest: str = ""


@dataclass(frozen=True)
class Hearing:
    """What an understanding may lean on.

    Attributes:
        today: The person's own day, for "tomorrow".
        common: A plain phrase to what it means in this language ("yeah go on then" to "yes").
        means: A plain phrase to the choice it stands for in this one question ("no call" to "no").
    """

    today: date
    common: Mapping[str, str]
    means: Mapping[str, str]


class Kind(Protocol[T]):
    """How the reply to a question is understood. All methods are pure; None: it does not fit."""

    @property
    def choices(self) -> tuple[str, ...]:
        """The choices to show as buttons or numbers, by their stored names; empty for free words."""

    def understand(self, text: str, hearing: Hearing) -> Understood[T] | None:
        """A reply to this very question."""

    def overhear(self, text: str, hearing: Hearing) -> Understood[T] | None:
        """Words that came along with another answer: only what plainly belongs to this question."""

    def check(self, stored: Any) -> T | None:
        """A stored answer, if it still fits the question as it is asked today."""

    def store(self, value: T) -> Any:
        """The answer as plain JSON; `check` reads it back."""
