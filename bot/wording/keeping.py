"""Changing a sentence: held to all that is asked of one in a file, and signed off where it is about danger."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bot.channels.segments import not_in_a_text
from bot.projects.keeping import NotDone
from bot.sign_off import Key, Signature, SignaturesUnreadable, fingerprint, is_about_danger
from bot.sign_off import read_signatures as _read
from bot.sign_off import write_signatures as _write
from flows.words import Sentence, Words
from flows.words.sentences import as_texted, fill, placeholders
from storage.words import Parts, keep_wording, own_wording

LONGEST, LONGEST_LABEL = 1_000, 40
_one_signs_at_a_time = threading.Lock()
EXAMPLES: Mapping[str, str] = {
    "name": "Ada",
    "organisation": "Harbour House",
    "when_read": "on weekdays from 9 to 5",
    "who": "Bo",
    "by": "Bo",
    "when": "2pm today",
    "time": "2pm",
    "day": "Thursday 5 March",
    "code": "1234 5678",
    "project": "Garden",
    "place": "The Green Hall",
    "reference": "4821",
    "number": "2",
    "nhs": "NHS help: call 111 and choose mental health.",
    "choices": "",
}


@dataclass(frozen=True)
class Typed:
    """A sentence as somebody has typed it; an empty part is said as we wrote it."""

    text: str
    sms: str = ""
    again: str = ""
    label: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, sentence: Sentence) -> Typed:
        """What a form begins with."""
        return cls(sentence.text, sentence.sms, sentence.again, sentence.label)


def parts_of(words: Words, language: str, key: str, typed: Typed) -> Parts:
    """What is different from ours, as a file would have it; empty if nothing is.

    Raises:
        NotDone: Something in it can't be said; every problem is in it.
    """
    ours = words.ours(language, key)
    parts: dict[str, Any] = {}
    if typed.text != ours.text or (ours.sms and not typed.sms):
        parts["text"] = typed.text
    if typed.sms and ("text" in parts or typed.sms != ours.sms):
        parts["sms"] = typed.sms
    if typed.again and typed.again != ours.again:
        parts["again"] = typed.again
    changed = {choice: said for choice, said in typed.label.items() if said and said != ours.label.get(choice)}
    if changed:
        parts["label"] = changed
    problems = [*_too_much(typed), *words.fitting(language, key, parts)[1], *_dear(typed)]
    if problems:
        raise NotDone(" ".join(f"{problem[:1].upper()}{problem[1:]}" for problem in problems))
    return parts


def _too_much(typed: Typed) -> Iterable[str]:
    for said in (typed.text, typed.sms, typed.again):
        if len(said) > LONGEST:
            yield f"That is too long: a sentence has at most {LONGEST} letters."
    if any(len(said) > LONGEST_LABEL for said in typed.label.values()):
        yield f"A choice has at most {LONGEST_LABEL} letters."
    if not all(sign.isprintable() or sign == "\n" for said in _all(typed) for sign in said):
        yield "There is a sign in it that nobody can see. Please type it instead of pasting it."


def _dear(typed: Typed) -> Iterable[str]:
    """What would make a text message cost more than twice as much."""
    sent = [typed.sms or typed.text, typed.again, *typed.label.values()]
    found = dict.fromkeys(sign for said in sent for sign in not_in_a_text(as_texted(said)))
    if found:
        signs = " ".join(list(found)[:5])
        yield f"By text message {signs} would more than double the price. Please leave it out of the text-message form."


def _all(typed: Typed) -> list[str]:
    return [typed.text, typed.sms, typed.again, *typed.label.values()]


def save(
    connection: Connection, words: Words, language: str, key: str, typed: Typed, by: str, now: datetime
) -> list[str]:
    """Say a sentence so from now on; one about danger once the safeguarding lead has signed it off.

    Raises:
        NotDone: It can't be said so, or nothing is different.
    """
    parts = parts_of(words, language, key, typed)
    known = own_wording(connection, language, key)
    if not parts:
        raise NotDone("That is what we say already, so there is nothing to keep. “Say ours again” takes yours back.")
    if is_about_danger(key):
        keep_wording(connection, language, key, by, now, waiting=parts)
        return ["Kept. It is about danger, so it is said once the safeguarding lead has signed it off."]
    if known is not None and known.said == parts:
        return ["That is said already."]
    keep_wording(connection, language, key, by, now, said=parts, waiting=None)
    return ["Kept. Everybody hears it so from their next message on."]


def say_ours(connection: Connection, language: str, key: str, by: str, now: datetime) -> list[str]:
    """Say a sentence as we wrote it again."""
    keep_wording(connection, language, key, by, now, said=None, waiting=None)
    return ["From the next message on it is said as we wrote it."]


def waiting_wording(connection: Connection, words: Words, language: str, key: str) -> Sentence:
    """What waits for the sign-off, as it would be said.

    Raises:
        NotDone: Nothing waits, or it no longer fits.
    """
    own = own_wording(connection, language, key)
    if own is None or own.waiting is None:
        raise NotDone("Nothing waits there any more. Somebody has decided it meanwhile.")
    sentence, problems = words.fitting(language, key, own.waiting)
    if sentence is None:
        raise NotDone("It no longer fits: " + " ".join(problems))
    return sentence


def agree(connection: Connection, language: str, key: str, read: str, words: Words, by: str, now: datetime) -> None:
    """Say from now on what waited.

    Args:
        connection: To write with.
        language: Of the sentence.
        key: Of the sentence.
        read: The fingerprint of what was read; what was changed meanwhile is not signed.
        words: What is said.
        by: Who agrees.
        now: What time it is.

    Raises:
        NotDone: See `waiting_wording`; or it was changed meanwhile.
    """
    if fingerprint(waiting_wording(connection, words, language, key)) != read:
        raise NotDone("It was changed while you read it. Please read it again.")
    own = own_wording(connection, language, key)
    keep_wording(connection, language, key, by, now, said=own.waiting if own else None, waiting=None)


def drop(connection: Connection, language: str, key: str, by: str, now: datetime) -> None:
    """Leave a sentence as it is said now."""
    keep_wording(connection, language, key, by, now, waiting=None)


def read_signatures(path: Path) -> Mapping[Key, Signature]:
    """What is signed off; `NotDone` where the file can't be read."""
    try:
        return _read(path)
    except SignaturesUnreadable as fault:
        raise NotDone(str(fault)) from None


def sign(path: Path, sentences: Mapping[Key, Sentence], lead: str, today: date) -> None:
    """Keep the lead's signature under these, in the file that `alongside sign-off` writes.

    Raises:
        NotDone: The file can't be read or written.
    """
    with _one_signs_at_a_time:
        signed = {key: Signature(lead, today, fingerprint(said)) for key, said in sentences.items()}
        try:
            _write(path, {**read_signatures(path), **signed})
        except OSError:
            raise NotDone(
                f"The file {path} can't be written by the service, so nothing was signed. "
                "Run `alongside sign-off` on the machine, or let the service write there."
            ) from None


def with_examples(form: str) -> str:
    """A form as somebody might hear it."""
    return fill(form, {name: EXAMPLES.get(name, f"({name.replace('_', ' ')})") for name in placeholders(form)})
