"""Writing out a turn as one message: sentences, a hint where one helps, the question, and its choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from flows.conversation import FlowMistake, Question, Turn
from flows.replies import OneNamed
from flows.words import Words
from flows.words.sentences import CHOICES
from flows.written_kinds import Written, names_its_ends

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_BUTTON_BYTES = 64  # Telegram's limit for callback data
_BETWEEN = "|"
_HINTS = {"old button": "replies.old-button", "at the beginning": "replies.at-the-beginning"}


@dataclass(frozen=True)
class Message:
    """What goes out for one turn.

    Attributes:
        text: Everything to read; empty when the turn said nothing.
        choices: Buttons, each with its label and the data that comes back when it is tapped. SMS has none.
    """

    text: str
    choices: tuple[tuple[str, str], ...] = ()


def write_message(
    turn: Turn,
    words: Words,
    language: str,
    *,
    short: bool,
    conversation: str,
    values: Mapping[str, Any] = _NOTHING,
) -> Message:
    """Write a turn as one message.

    Args:
        turn: What is said and asked.
        words: Where the sentences are.
        language: The person's language.
        short: Whether it goes by SMS: shorter sentences, numbered choices, no blank lines.
        conversation: Names the conversation, so that an old button is known for one.
        values: What any sentence may mention, besides the values it brings itself.

    Raises:
        KeyError: A sentence is missing, or a value that it mentions.
        FlowMistake: A button's data would be longer than Telegram allows.
    """
    parts = [words.sentence(language, say.key, {**values, **say.values}, short=short) for say in turn.says]
    if hint := _hint(turn, words, language, short, values):
        parts.append(hint)
    if turn.question:
        parts.append(_question(turn.question, words, language, short, values))
    text = ("\n" if short else "\n\n").join(parts)
    return Message(text, _buttons(turn.question, words, language, conversation, short))


def read_button(data: str | None) -> tuple[str, str, str] | None:
    """The conversation, question and choice that a button's data names; None for anything else."""
    parts = data.split(_BETWEEN) if data else []
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 and all(parts) else None


def label_of(choice: str, question: Question, words: Words, language: str, *, short: bool = False) -> str:
    """What is shown for a choice: the name or label that came with the question itself, or else the words' own."""
    kind = question.kind
    names = kind.names if isinstance(kind, OneNamed) else kind.labels if isinstance(kind, Written) else _NOTHING
    return names.get(choice) or words.label(language, question.words, choice, short=short)


def _hint(turn: Turn, words: Words, language: str, short: bool, values: Mapping[str, Any]) -> str | None:
    question = turn.question
    if turn.outcome == "not understood" and question:
        return words.again(language, question.words, {**values, **question.values}, short=short)
    key = _HINTS.get(turn.outcome)
    return words.sentence(language, key, values, short=short) if key else None


def _question(question: Question, words: Words, language: str, short: bool, values: Mapping[str, Any]) -> str:
    """The question; on SMS with its choices, where {choices} stands or at the end. A scale names its ends."""
    choices = _choices(question, words, language, short)
    text = words.sentence(language, question.words, {**values, **question.values, CHOICES: choices}, short=short)
    shown = CHOICES in words.mentions(language, question.words, short=short)
    if shown or not short or not choices or names_its_ends(question.kind):
        return text
    return f"{text} {words.sentence(language, 'replies.reply-with', {CHOICES: choices}, short=short)}"


def _choices(question: Question, words: Words, language: str, short: bool) -> str:
    """The choices in words: numbered on SMS, where a number answers; elsewhere the buttons do."""
    shown = [label_of(choice, question, words, language, short=short) for choice in question.kind.choices]
    return ", ".join(f"{number} {label}" if short else label for number, label in enumerate(shown, start=1))


def _buttons(
    question: Question | None, words: Words, language: str, conversation: str, short: bool
) -> tuple[tuple[str, str], ...]:
    if question is None or short:
        return ()
    return tuple(
        (label_of(choice, question, words, language), _button(conversation, question.key, choice))
        for choice in question.kind.choices
    )


def _button(conversation: str, question: str, choice: str) -> str:
    parts = (conversation, question, choice)
    data = _BETWEEN.join(parts)
    if len(data.encode()) > _BUTTON_BYTES or read_button(data) != parts:
        raise FlowMistake(f"a button can't carry {data!r}: {_BUTTON_BYTES} bytes at most, no {_BETWEEN!r}")
    return data
