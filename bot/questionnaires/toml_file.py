"""A questionnaire written as TOML: a table for all of it, [[section]] and [[section.question]]."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from bot.questionnaires.draft import Draft, DraftSection, Problem, Table

_HEADER = re.compile(r"\s*\[\[\s*(section|section\s*\.\s*question)\s*\]\]")
_SETTING = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")
_At = tuple[int, int]  # the section and the question in it, counted from 1; 0: outside


def read_toml(content: bytes) -> tuple[Draft | None, list[Problem]]:
    """What a file says, or why it cannot be read."""
    try:
        text = content.decode("utf-8-sig")
        written = tomllib.loads(text)
    except UnicodeDecodeError:
        return None, [Problem("", "this is not a text file; save it as UTF-8")]
    except RecursionError:
        return None, [Problem("", "this can't be read as TOML: brackets within brackets")]
    except ValueError as error:  # tomllib's own, and numbers longer than Python reads
        return None, [Problem("", f"this can't be read as TOML: {error}")]
    lines, problems = _lines(text), list[Problem]()
    about = {name: value for name, value in written.items() if name != "section"}
    sections = [
        _section(number, each, lines, problems)
        for number, each in enumerate(_tables(written.get("section", []), "section", "", problems), start=1)
    ]
    return Draft(_table(about, (0, 0), lines), sections), problems


def _section(
    number: int, written: Mapping[str, Any], lines: Mapping[_At, Mapping[str, int]], problems: list[Problem]
) -> DraftSection:
    about = _table({name: value for name, value in written.items() if name != "question"}, (number, 0), lines)
    questions = _tables(written.get("question", []), "question", about.place, problems)
    return DraftSection(about, [_table(each, (number, place), lines) for place, each in enumerate(questions, start=1)])


def _tables(value: Any, name: str, place: str, problems: list[Problem]) -> Iterable[Mapping[str, Any]]:
    if isinstance(value, list) and all(isinstance(each, dict) for each in value):
        return value
    header = "[[section]]" if name == "section" else "[[section.question]]"
    problems.append(Problem(place, f"each {name} begins with {header} on a line of its own"))
    return []


def _table(settings: Mapping[str, Any], at: _At, lines: Mapping[_At, Mapping[str, int]]) -> Table:
    known = lines.get(at, {})
    place = f"line {known['']}" if "" in known else ""
    return Table(settings, place, {name: f"line {line}" for name, line in known.items() if name})


def _lines(text: str) -> Mapping[_At, Mapping[str, int]]:
    """The line of each setting, as far as the usual way of writing tells; "" is the line of the header."""
    found: defaultdict[_At, dict[str, int]] = defaultdict(dict)
    section = question = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            is_section = header[1] == "section"
            section, question = (section + 1, 0) if is_section else (section, question + 1)
            found[section, question][""] = number
        elif setting := _SETTING.match(line):
            found[section, question].setdefault(setting[1], number)
    return found
