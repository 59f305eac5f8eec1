"""Reading a questionnaire: every problem at once, each with its place; with a single one, nothing of it is taken in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.questionnaires.draft import MOST_BYTES, Draft, DraftSection, Problem, Table, shown
from bot.questionnaires.rules import Asked, loops, read_rules, settled
from bot.questionnaires.spreadsheet import read_spreadsheet
from bot.questionnaires.texts import name_of_choice, one_text, read_text
from bot.questionnaires.toml_file import read_toml
from flows.phrases import plain
from flows.words import Words
from flows.written import KINDS, NAMES, NUMBER, ONE_OF, PURPOSES, SCALE, SEVERAL_OF

LONGEST_KEY, LONGEST_CHOICE = 16, 20  # bytes; a button carries both, and more, in 64
LONGEST_NAME = 40
MOST_QUESTIONS, MANY_QUESTIONS = 40, 12
MOST_CHOICES = 12
LARGEST = 1_000_000_000
_NAME = re.compile(r"[a-z][a-z0-9-]*")
_KEYWORD = re.compile(r"[A-Za-z]{3,20}")
_WITH_WELSH = ("title", "seen_by", "used_for", "text", "choices", "low", "high")
_ALL = ("name", "title", "purpose", "seen_by", "used_for", "names", "keyword")
_SECTION = ("text", "hard", "only_if", "its name")
_QUESTION = ("key", "text", "kind", "choices", "from", "to", "low", "high", "only_if")
_NEEDS: Mapping[str, tuple[str, ...]] = {
    SCALE: ("from", "to", "low", "high"),
    NUMBER: ("from", "to"),
    ONE_OF: ("choices",),
    SEVERAL_OF: ("choices",),
}
"""What a question may have because of its kind."""


@dataclass(frozen=True)
class Read:
    """What was read: the questionnaire as it is kept, and None where there is a problem that is no mere warning."""

    content: dict[str, Any] | None
    problems: tuple[Problem, ...]


def read_questionnaire(path: Path, words: Words) -> Read:
    """Read a .toml or .csv file, however it is written; nothing is raised."""
    try:
        if path.stat().st_size > MOST_BYTES:
            return Read(None, (Problem("", f"it is larger than {MOST_BYTES // 1_000_000} MB; is it the right file?"),))
        content = path.read_bytes()
    except OSError:
        return Read(None, (Problem("", "it can't be opened. Is it there, and may you read it?"),))
    return read_content(content, path.suffix.casefold(), words)


def read_content(content: bytes, suffix: str, words: Words) -> Read:
    """Read what is in a .toml or .csv file."""
    if suffix not in (".toml", ".csv"):
        return Read(None, (Problem("", "it should be a .toml file, or a spreadsheet saved as .csv"),))
    draft, problems = (read_toml if suffix == ".toml" else read_spreadsheet)(content)
    if draft is None:
        return Read(None, tuple(problems))
    checker = _Checker(words, problems)
    checked = checker.questionnaire(draft)
    usable = all(problem.is_warning for problem in checker.problems)
    return Read(checked if usable else None, tuple(checker.problems))


class _Checker:
    """Gathers the problems of one draft on the way to what is kept of it."""

    def __init__(self, words: Words, problems: list[Problem]) -> None:
        self.problems = problems
        self._words = words
        self._asked: dict[str, Asked] = {}
        self._rules: list[tuple[dict[str, Any], list[tuple[str, str, str]], int, str]] = []
        self._order = 0

    def questionnaire(self, draft: Draft) -> dict[str, Any]:
        about = draft.about
        self._no_others(about, _ALL)
        name = about.settings.get("name")
        if not isinstance(name, str) or not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
            self._tell(about.where("name"), "it needs a name in small letters, like cafe-visits, that never changes")
        content: dict[str, Any] = {
            "name": name,
            "title": read_text(about, "title", 80, self.problems.append, required=True),
            "purpose": self._one_of(about, "purpose", PURPOSES, None),
            "seen_by": read_text(about, "seen_by", 120, self.problems.append, required=True),
            "used_for": read_text(about, "used_for", 120, self.problems.append, required=True),
            "names": self._one_of(about, "names", NAMES, "ask"),
            "keyword": self._keyword(about),
        }
        if not {"seen_by", "used_for"} <= about.settings.keys():
            self._tell("", "nobody can consent without seen_by (who sees the answers) and used_for (what for)")
        content["sections"] = [self._section(section) for section in draft.sections]
        self._how_many()
        self._settle_rules()
        return content

    def _tell(self, where: str, what: str, is_warning: bool = False) -> None:
        self.problems.append(Problem(where, what, is_warning))

    def _no_others(self, table: Table, known: tuple[str, ...]) -> None:
        also = {f"{name}_cy" for name in known if name in _WITH_WELSH}
        for name in table.settings:
            if name not in known and name not in also:
                may = ", ".join(each for each in known if " " not in each)
                self._tell(table.where(name), f"there is no such setting here; there may be {may}")

    def _one_of(self, table: Table, name: str, known: tuple[str, ...], usual: str | None) -> str | None:
        value = table.settings.get(name, usual)
        if value is None:
            self._tell(table.where(name), f"is missing; it is one of {', '.join(known)}")
        elif value not in known:
            self._tell(table.where(name), f"{shown(value)} is not one of {', '.join(known)}")
        else:
            return str(value)
        return None

    def _keyword(self, about: Table) -> str:
        if "keyword" not in about.settings:
            return ""
        value, where = about.settings["keyword"], about.where("keyword")
        if not isinstance(value, str) or not _KEYWORD.fullmatch(value):
            self._tell(where, "a keyword is one word of 3 to 20 letters")
            return ""
        spoken = {phrase for language in self._words.languages for phrase in self._common(language)}
        if self._words.keyword(value) or plain(value) in spoken or plain(value) in ("join", "ymuno"):
            self._tell(where, f"{shown(value)} means something else to the bot already")
        return value.upper()

    def _common(self, language: str) -> Mapping[str, str]:
        from datetime import date

        return self._words.hearing(language, "questionnaire.question", date(2026, 1, 1)).common

    def _section(self, section: DraftSection) -> dict[str, Any]:
        about = section.about
        self._no_others(about, _SECTION)
        hard = about.settings.get("hard", False)
        if not isinstance(hard, bool):
            self._tell(about.where("hard"), "must be true or false, without quotes")
        content: dict[str, Any] = {"hard": hard is True}
        if text := read_text(about, "text", 300, self.problems.append):
            content["text"] = text
        self._note_rules(about, content, self._order + 1)
        content["questions"] = [self._question(question) for question in section.questions]
        if not section.questions:
            self._tell(about.place, "there is no question in this section")
        return content

    def _question(self, table: Table) -> dict[str, Any]:
        self._order += 1
        self._no_others(table, _QUESTION)
        kind = self._one_of(table, "kind", KINDS, None)
        content: dict[str, Any] = {
            "key": self._key(table),
            "text": read_text(table, "text", 480, self.problems.append, required=True),
            "kind": kind,
        }
        if kind is not None:
            for name in {name for needs in _NEEDS.values() for name in needs} - set(_NEEDS.get(kind, ())):
                if name in table.settings:
                    self._tell(table.where(name), f"a question of the kind {kind} has no {name}")
            self._of_its_kind(kind, table, content)
        asked = Asked(kind or "", self._order, [each["name"] for each in content.get("choices", ())])
        asked.low, asked.high = content.get("from"), content.get("to")
        if content["key"] is not None:
            self._asked.setdefault(content["key"], asked)
        self._note_rules(table, content, self._order, asked)
        return content

    def _key(self, table: Table) -> str | None:
        key, where = table.settings.get("key"), table.where("key")
        if not isinstance(key, str) or not _NAME.fullmatch(key) or len(key) > LONGEST_KEY:
            letters = f"a key has small letters, numbers and hyphens, {LONGEST_KEY} at most, and begins with a letter"
            self._tell(where, letters if "key" in table.settings else f"is missing; {letters}")
            return None
        if key in self._asked:
            self._tell(where, f"there are two questions with the key {key}")
        return key

    def _of_its_kind(self, kind: str, table: Table, content: dict[str, Any]) -> None:
        needs = _NEEDS.get(kind, ())
        if "choices" in needs:
            content["choices"] = self._choices(table)
        for name in ("from", "to"):
            if name in needs and name in table.settings:
                content[name] = self._number(table, name, whole=kind == SCALE)
        for name in ("low", "high"):
            if name in needs and (text := read_text(table, name, 40, self.problems.append)):
                content[name] = text
        low, high = content.get("from"), content.get("to")
        if kind == SCALE and (low is None or high is None):
            if not {"from", "to"} <= table.settings.keys():
                self._tell(table.where("from"), "a scale goes from one number to another: from = 1, to = 5")
        elif low is not None and high is not None and low >= high:
            self._tell(table.where("to"), "it must be more than from")
        elif kind == SCALE and not (low is not None and high is not None and low >= 0 and high <= 10):
            self._tell(table.where("to"), "a scale goes from 0 to 10 at most")

    def _number(self, table: Table, name: str, whole: bool) -> float | None:
        value = table.settings[name]
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        fits = is_number and -LARGEST <= value <= LARGEST  # not-a-number is not between them
        if not fits or (whole and not isinstance(value, int)):
            self._tell(table.where(name), f"{shown(value)} is no {'whole ' if whole else ''}number that fits")
            return None
        return float(value) if isinstance(value, float) else int(value)

    def _choices(self, table: Table) -> list[dict[str, Any]]:
        labels, where = self._labels(table, "choices"), table.where("choices")
        welsh = self._labels(table, "choices_cy") if "choices_cy" in table.settings else []
        if "choices" not in table.settings:
            self._tell(where, 'is missing: a list, like ["On foot", "By bus"]')
        elif not 2 <= len(labels) <= MOST_CHOICES:
            self._tell(where, f"there must be 2 to {MOST_CHOICES} choices that can be used")
        if welsh and len(welsh) != len(labels):
            self._tell(table.where("choices_cy"), "there must be as many as in choices, in the same order")
            welsh = []
        names = [name_of_choice(label, LONGEST_CHOICE) for label in labels]
        for at, (name, label) in enumerate(zip(names, labels, strict=True)):
            if not name or label.isdecimal():
                self._tell(where, f"{shown(label)} can't be told from a number; give it letters")
            elif name in names[:at]:
                self._tell(where, f"{shown(label)} looks like another choice")
        said = [{"en": label, "cy": other} for label, other in zip(labels, welsh, strict=True)] if welsh else []
        texts = said or [{"en": label} for label in labels]
        return [{"name": name, "label": text} for name, text in zip(names, texts, strict=True)]

    def _labels(self, table: Table, name: str) -> list[str]:
        written = table.settings.get(name, [])
        if not isinstance(written, list):
            self._tell(table.where(name), 'this should be a list: ["On foot", "By bus"]')
            return []
        read = [one_text(each, table.where(name), 30, self.problems.append) for each in written[: MOST_CHOICES + 1]]
        return [label for label in read if label is not None]

    def _note_rules(self, table: Table, content: dict[str, Any], order: int, asked: Asked | None = None) -> None:
        """Rules are settled once every question is known."""
        if "only_if" in table.settings:
            where = table.where("only_if")
            rules = read_rules(table.settings["only_if"], where, self.problems.append)
            self._rules.append((content, rules, order, where))
            if asked is not None:
                asked.waits_for.update(key for key, _, _ in rules)

    def _settle_rules(self) -> None:
        for content, rules, order, where in self._rules:
            kept = [settled(rule, self._asked, order, where, self.problems.append) for rule in rules]
            content["only_if"] = [rule for rule in kept if rule is not None]
        for keys in loops(self._asked):
            self._tell("", f"the rules of {' and '.join(keys)} wait for each other")

    def _how_many(self) -> None:
        if self._order == 0:
            self._tell("", "there is no question in it")
        elif self._order > MOST_QUESTIONS:
            self._tell("", f"it has {self._order} questions; {MOST_QUESTIONS} at most")
        elif self._order > MANY_QUESTIONS:
            self._tell("", f"it has {self._order} questions: each answer may cost them a text message", True)
