"""The safeguarding lead's sign-off: which sentences about danger they have read and agreed to, and when.

It is kept in a small file beside the configuration, a line for each sentence with a fingerprint of its wording, so
that a changed sentence is unsigned again. The service starts without it: `alongside check` lists what is missing.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any, TypeAlias

from flows.words import Sentence, Words

SECTIONS = ("safety", "alerts", "help", "places")
BESIDES = (
    "check-in.someone-will-call",
    "check-in.someone-will-get-in-touch",
    "check-in.thanks-for-telling",
    "check-in.want-a-call",
    "check-in.want-a-person",
    "feedback.danger",
    "feedback.danger-apart",
    "feedback.danger-one",
    "feedback.prompt",
    "feedback.prompt-apart",
    "feedback.prompt-one",
    "forget.alert-stays",
    "forget.alert-stays-quietly",
    "forget.later",
    "forget.later-quietly",
    "house.stopped",
    "house.stopped-still",
    "human.about",
    "joining.safe",
    "joining.sharing",
    "poster.emergency",
)
_ABOUT_THE_FILE = """\
# The sentences about danger that your safeguarding lead has signed off. Written by: alongside sign-off
# A sentence that has changed since no longer fits its fingerprint here, and is not signed off any more.
"""
Key: TypeAlias = tuple[str, str]
"""A language and the key of a sentence: ("en", "safety.again")."""


class SignaturesUnreadable(Exception):
    """The file of signatures can't be read; what is in it may be precious, so it is never written over."""


@dataclass(frozen=True)
class Signature:
    """Who signed a sentence off, when, and what it said then."""

    by: str
    on: date
    wording: str


@dataclass(frozen=True)
class Unsigned:
    """A sentence that is not signed off as it stands.

    Attributes:
        before: The signature under an earlier wording, if there is one.
    """

    language: str
    key: str
    sentence: Sentence
    before: Signature | None

    @property
    def section(self) -> str:
        """The part of the words it belongs to."""
        return self.key.partition(".")[0]

    def lines(self) -> Iterator[str]:
        """The whole of it, as a lead reads it."""
        changed = f"  (changed since {self.before.by} signed it off on {self.before.on})" if self.before else ""
        yield f"{self.key}{changed}"
        shown = {"": self.sentence.text, "by SMS: ": self.sentence.sms, "not understood: ": self.sentence.again}
        shown["to choose: "] = " / ".join(self.sentence.label.values())
        yield from (f"  {what}{said}" for what, said in shown.items() if said)

    def signed(self, by: str, on: date) -> Signature:
        """Its signature as it stands."""
        return Signature(by, on, fingerprint(self.sentence))


def fingerprint(sentence: Sentence) -> str:
    """Another one for every change of what goes out; how replies to it are understood is not in it."""
    forms = [sentence.text, sentence.sms, sentence.again, sorted(sentence.label.items())]
    return hashlib.sha256(json.dumps(forms, ensure_ascii=False).encode()).hexdigest()[:16]


def about_danger(words: Words) -> Iterator[Key]:
    """Every sentence that needs the sign-off, in every language that has it itself."""
    for language in words.languages:
        for key in sorted(words.keys(language)):
            if is_about_danger(key):
                yield language, key


def is_about_danger(key: str) -> bool:
    """Whether a sentence is said around danger, so that the safeguarding lead signs it off."""
    return key.partition(".")[0] in SECTIONS or key in BESIDES


def unsigned(words: Words, signatures: Mapping[Key, Signature]) -> list[Unsigned]:
    """The sentences that are not signed off as they stand."""
    found = []
    for language, key in about_danger(words):
        sentence, signature = words.wording(language, key), signatures.get((language, key))
        if signature is None or signature.wording != fingerprint(sentence):
            found.append(Unsigned(language, key, sentence, signature))
    return found


def in_groups(sentences: list[Unsigned]) -> Iterator[tuple[str, str, list[Unsigned]]]:
    """They by language and section, as they are listed and signed."""
    for (language, section), group in groupby(sentences, lambda each: (each.language, each.section)):
        yield language, section, list(group)


def read_signatures(path: Path) -> dict[Key, Signature]:
    """What has been signed off so far; nothing where there is no such file yet.

    Raises:
        SignaturesUnreadable: There is one, and it can't be read.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise SignaturesUnreadable(f"safeguarding.signed_off: {path} can't be read: {fault}") from None
    found = {
        (language, key): _signature(stored)
        for language, table in tables.items()
        if isinstance(table, dict)
        for key, stored in table.items()
    }
    return {key: signature for key, signature in found.items() if signature is not None}


def write_signatures(path: Path, signatures: Mapping[Key, Signature]) -> None:
    """Keep these instead of what was there; whole or not at all."""
    lines = [_ABOUT_THE_FILE.rstrip()]
    for language, keys in groupby(sorted(signatures), lambda each: each[0]):
        lines += ["", f"[{language}]"]
        for key in keys:
            each = signatures[key]
            stored = f"by = {_quoted(each.by)}, on = {each.on}, wording = {_quoted(each.wording)}"
            lines.append(f"{_quoted(key[1])} = {{ {stored} }}")
    beside = path.with_name(f"{path.name}.new")
    beside.write_text("\n".join(lines) + "\n", encoding="utf-8")
    beside.replace(path)


def ask_for_sign_off(
    words: Words, path: Path, lead: str, today: date, say: Callable[[str], None], agrees: Callable[[str], bool]
) -> int:
    """Show the lead what is not signed off, part by part, and keep each part's sign-off at once; how much is left.

    Args:
        words: What is said.
        path: Where signatures are kept.
        lead: Who signs.
        today: The day of the signatures.
        say: Shows a sentence.
        agrees: Asks the lead.

    Raises:
        SignaturesUnreadable: The file is broken; it stays as it is.
    """
    signatures = read_signatures(path)
    for language, section, group in in_groups(unsigned(words, signatures)):
        say(f"\n{language}, {section}: {len(group)} to read. What stands in {{braces}} is filled in when it is sent.")
        for each in group:
            say("\n" + "\n".join(each.lines()))
        if agrees(f"\n{lead}, may these be sent as they stand?"):
            signatures |= {(each.language, each.key): each.signed(lead, today) for each in group}
            write_signatures(path, signatures)
    return len(unsigned(words, signatures))


def _signature(stored: Any) -> Signature | None:
    match stored:
        case {"by": str(by), "on": date() as on, "wording": str(wording)}:
            return Signature(by, on, wording)
    return None


def _quoted(text: str) -> str:
    """A text as TOML writes it."""
    return json.dumps("".join(each for each in text if each.isprintable()), ensure_ascii=False)
