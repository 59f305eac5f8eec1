"""Reading the words' files: everything that is wrong with them is gathered, and told at once.

A file is TOML, in a folder named for its language. A table is a flow; a line in it is a sentence, a table in it
a sentence with more to it. [common] and [keyword] say what ordinary phrases mean.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from flows.phrases import plain
from flows.words.sentences import CHOICES, Sentence, has_stray_braces, placeholders

ENGLISH = "en"  # every sentence exists in it; the others are compared with it
_PHRASE_TABLES = ("common", "keyword")
_PARTS = ("text", "sms", "again", "label", "means")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_ALWAYS_CHOICES = {"yes", "no"}  # shown by words of the house when a question has none of its own


class WordsMistake(Exception):
    """The words' files need a correction; every place is listed. Nothing works until they are corrected.

    Attributes:
        problems: One line each: the file, the key, and what to do.
    """

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("The words need a correction:\n" + "\n".join(f"- {line}" for line in problems))


@dataclass
class Pages:
    """What is written in one language: sentences by key ("check-in.thanks") and phrases by meaning ("common.yes")."""

    sentences: dict[str, Sentence] = field(default_factory=dict)
    common: dict[str, str] = field(default_factory=dict)
    keyword: dict[str, str] = field(default_factory=dict)
    meanings: set[str] = field(default_factory=set)

    def copy(self) -> Pages:
        """The same, to be added to."""
        return Pages(dict(self.sentences), dict(self.common), dict(self.keyword), set(self.meanings))


class Library:
    """The pages of every language, and what is wrong with them; it begins with those that are given."""

    def __init__(self, pages: Mapping[str, Pages] = MappingProxyType({})) -> None:
        self.pages = {language: page.copy() for language, page in pages.items()}
        self.problems: list[str] = []

    def read(self, folder: Path) -> None:
        """Add a folder of languages; what it says goes before what was read earlier."""
        if not folder.is_dir():
            self.problems.append(f"{folder}: there is no such folder.")
            return
        for stray in sorted(folder.glob("*.toml")):
            self.problems.append(f"{stray.name}: please put it into a language's folder, for example en/.")
        built_in = not self.pages
        languages = [child for child in folder.iterdir() if child.is_dir() and any(child.glob("*.toml"))]
        for language in sorted(languages, key=lambda child: (child.name != ENGLISH, child.name)):
            self._read_language(language, compare=not (built_in and language.name == ENGLISH))

    def _read_language(self, folder: Path, compare: bool) -> None:
        if not _LANGUAGE.fullmatch(folder.name):
            self.problems.append(f"{folder.name}/: a language has two or three letters, for example cy.")
            return
        pages = self.pages.setdefault(folder.name, Pages())
        seen: dict[str, str] = {}
        for path in sorted(folder.glob("*.toml")):
            reader = _File(f"{folder.name}/{path.name}", self.problems)
            tables = reader.tables(path)
            for key, sentence in reader.sentences(tables, pages, self.pages[ENGLISH] if compare else None):
                if key in seen:
                    reader.problem(key, f"it is in {seen[key]} too; please keep one.")
                elif not compare or reader.agrees(key, sentence, self.pages[ENGLISH].sentences.get(key)):
                    base = pages.sentences.get(key)
                    pages.sentences[key] = base.changed_by(sentence) if base else sentence
                seen[key] = reader.name


def checked(key: str, parts: Mapping[str, Any], english: Sentence | None) -> tuple[Sentence | None, list[str]]:
    """A single sentence of the organisation's own, held to all that is asked of one in a file.

    Returns:
        The sentence, or None; and what is wrong with it, a sentence each.
    """
    reader = _File("", [])
    sentence = reader.sentence(key, parts)
    if sentence is None or not reader.agrees(key, sentence, english):
        return None, [problem.removeprefix(": ").removeprefix(f"{key}: ") for problem in reader.problems]
    return sentence, []


@dataclass
class _File:
    """One file on its way into the library."""

    name: str
    problems: list[str]

    def problem(self, key: str, what: str) -> None:
        self.problems.append(f"{self.name}: {key}: {what}")

    def sentences(
        self, tables: Mapping[str, Any], pages: Pages, english: Pages | None
    ) -> Iterator[tuple[str, Sentence]]:
        """The sentences by key; phrases go straight to the pages."""
        for table, content in tables.items():
            if not isinstance(content, dict):
                self.problem(table, "it stands outside any [table].")
            elif table in _PHRASE_TABLES:
                self._phrases(table, content, pages, english)
            else:
                for name, value in content.items():
                    if sentence := self.sentence(f"{table}.{name}", value):
                        yield f"{table}.{name}", sentence

    def agrees(self, key: str, sentence: Sentence, english: Sentence | None) -> bool:
        """Whether a sentence fits the one it stands for: the same placeholders, no choice that is not there."""
        if english is None:
            self.problem(key, "there is no such sentence; perhaps a slip in its name?")
            return False
        before = len(self.problems)
        allowed = placeholders(english.text) | placeholders(english.sms) | {CHOICES}
        for part, form in (("text", sentence.text), ("sms", sentence.sms), ("again", sentence.again)):
            may = ", ".join(f"{{{name}}}" for name in sorted(allowed - {CHOICES})) or "no placeholder"
            for name in sorted(placeholders(form) - allowed):
                self.problem(key, f"{part} mentions {{{name}}}, which is not known here; it may use {may}.")
        for part, form, model in (("text", sentence.text, english.text), ("sms", sentence.sms, english.sms)):
            for name in sorted(placeholders(model) - placeholders(form) - {CHOICES} if form else ()):
                self.problem(key, f"{part} leaves out {{{name}}}; please put it back in.")
        self._choices_agree(key, sentence, english)
        return len(self.problems) == before

    def _choices_agree(self, key: str, sentence: Sentence, english: Sentence) -> None:
        known = {*english.label, *english.means}
        for choice in sorted({*sentence.label, *sentence.means} - known - _ALWAYS_CHOICES):
            if known and not choice.isdecimal():
                self.problem(key, f"it has no choice {choice!r}; it has {', '.join(sorted(known))}.")

    def tables(self, path: Path) -> dict[str, Any]:
        """What is in a file; nothing if it can't be read."""
        try:
            return tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            self.problems.append(f"{self.name}: the file can't be read as TOML: {error}.")
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(f"{self.name}: the file can't be opened as text: {error}.")
        return {}

    def _phrases(self, table: str, content: Mapping[str, Any], pages: Pages, english: Pages | None) -> None:
        known: dict[str, str] = getattr(pages, table)
        for meaning, phrases in content.items():
            key = f"{table}.{meaning}"
            if english and key not in english.meanings:
                self.problem(key, "there is no such meaning; perhaps a slip in its name?")
                continue
            pages.meanings.add(key)
            for phrase in self._list(key, phrases):
                if known.setdefault(phrase, meaning) != meaning:
                    self.problem(key, f"{phrase!r} means {known[phrase]!r} already.")

    def sentence(self, key: str, value: Any) -> Sentence | None:
        """A sentence as it is written; None if something in it is wrong."""
        parts = value if isinstance(value, dict) else {"text": value}
        before = len(self.problems)
        for part in parts.keys() - set(_PARTS):
            self.problem(key, f"it can't have {part!r}; it may have {', '.join(_PARTS)}.")
        forms = {part: self._form(f"{key}.{part}", parts[part]) for part in _PARTS[:3] if part in parts}
        labels = self._table(f"{key}.label", parts.get("label", {}))
        label = {choice: self._form(f"{key}.label.{choice}", shown) for choice, shown in labels.items()}
        means = self._means(key, self._table(f"{key}.means", parts.get("means", {})))
        return Sentence(**forms, label=label, means=means) if len(self.problems) == before else None

    def _form(self, key: str, value: Any) -> str:
        if not isinstance(value, str):
            self.problem(key, "this should be a sentence in quotes.")
        elif not value.strip():
            self.problem(key, "this is empty; please write a sentence, or take the line out.")
        elif has_stray_braces(value):
            self.problem(key, "a brace is out of place; a placeholder is written {name}, and nothing more.")
        return str(value)

    def _table(self, key: str, value: Any) -> Mapping[str, Any]:
        if isinstance(value, dict):
            return value
        self.problem(key, "this should have one line for each choice.")
        return {}

    def _means(self, key: str, content: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        claimed: dict[str, str] = {}
        means: dict[str, tuple[str, ...]] = {}
        for choice, phrases in content.items():
            means[choice] = tuple(self._list(f"{key}.means.{choice}", phrases))
            for phrase in means[choice]:
                if claimed.setdefault(phrase, choice) != choice:
                    self.problem(f"{key}.means.{choice}", f"{phrase!r} means {claimed[phrase]!r} already.")
        return means

    def _list(self, key: str, phrases: Any) -> list[str]:
        if not isinstance(phrases, list) or not all(isinstance(phrase, str) for phrase in phrases):
            self.problem(key, 'this should be a list of phrases: ["yes", "yes please"].')
            return []
        plain_phrases = [plain(phrase) for phrase in phrases]
        for phrase, written in zip(plain_phrases, phrases, strict=True):
            if not phrase:
                self.problem(key, f"{written!r} has no words in it.")
        return plain_phrases
