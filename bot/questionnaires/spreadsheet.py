"""A questionnaire written in a spreadsheet and saved as CSV: a row for each setting, and one for each question.

A row whose kind is "setting" says something about all of it: its key is title, seen_by, ..., its text what it is. The
cells of the columns `section`, `hard`, `section text` and `section only if` count in the first row of a section.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.questionnaires.draft import Draft, DraftSection, Problem, Table, shown

COLUMNS: Mapping[str, str] = {
    "key": "key",
    "text": "text",
    "text welsh": "text_cy",
    "kind": "kind",
    "choices": "choices",
    "choices welsh": "choices_cy",
    "from": "from",
    "to": "to",
    "low": "low",
    "low welsh": "low_cy",
    "high": "high",
    "high welsh": "high_cy",
    "only if": "only_if",
    "section": "section",
    "hard": "hard",
    "section text": "section text",
    "section text welsh": "section text_cy",
    "section only if": "section only_if",
}
"""A column's title, and the setting in it."""
MOST_ROWS = 500
_OF_THE_SECTION = "section "
_LISTS = ("choices", "choices_cy")
_NUMBERS = ("from", "to")
_YES = {"yes": True, "y": True, "true": True, "x": True, "no": False, "n": False, "false": False}


def read_spreadsheet(content: bytes) -> tuple[Draft | None, list[Problem]]:
    """What a file says, or why it cannot be read."""
    if b"\0" in content or content.startswith((b"PK", b"%PDF", b"{", b"<")):
        return None, [Problem("", "this is not a CSV file; in your spreadsheet, choose Save as, then CSV")]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")  # what Excel on Windows writes
    first_line = text.lstrip().partition("\n")[0]
    try:
        delimiter = max(",;\t", key=first_line.count)
        rows = list(enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1))
    except csv.Error as error:
        return None, [Problem("", f"this is not a CSV file: {error}")]
    filled = [(number, row) for number, row in rows if any(cell.strip() for cell in row)]
    if not filled:
        return None, [Problem("", "it is empty")]
    if len(filled) > MOST_ROWS:
        return None, [Problem("", f"it has more than {MOST_ROWS} rows")]
    return _draft(filled)


def _draft(rows: Sequence[tuple[int, Sequence[str]]]) -> tuple[Draft, list[Problem]]:
    problems: list[Problem] = []
    columns = _columns(*rows[0], problems)
    about: dict[str, Any] = {}
    places: dict[str, str] = {}
    sections: list[DraftSection] = []
    for number, row in rows[1:]:
        cells = {name: row[at].strip() for at, name in columns.items() if at < len(row) and row[at].strip()}
        if cells.get("kind", "").casefold() == "setting":
            _setting(cells, f"row {number}", about, places, problems)
        elif cells:
            _question(cells, f"row {number}", sections, problems)
    return Draft(Table(about, "", places), sections), problems


def _columns(number: int, header: Sequence[str], problems: list[Problem]) -> dict[int, str]:
    columns: dict[int, str] = {}
    for at, cell in enumerate(header):
        title = " ".join(re.findall(r"[a-z]+", cell.casefold()))
        name = COLUMNS.get(title)
        if name is None and cell.strip():
            problems.append(Problem(f"row {number}", f"there is no column {shown(cell.strip())}"))
        elif name in columns.values():
            problems.append(Problem(f"row {number}", f"the column {shown(cell.strip())} is there twice"))
        elif name:
            columns[at] = name
    return columns


def _setting(
    cells: Mapping[str, str], place: str, about: dict[str, Any], places: dict[str, str], problems: list[Problem]
) -> None:
    key = cells.get("key", "").casefold().replace(" ", "_")
    if key in about:
        problems.append(Problem(place, f"{shown(key)} is set twice"))
        return
    for name, value in ((key, cells.get("text")), (f"{key}_cy", cells.get("text_cy"))):
        if value is not None:
            about[name], places[name] = value, place


def _question(cells: Mapping[str, str], place: str, sections: list[DraftSection], problems: list[Problem]) -> None:
    settings: dict[str, Any] = {}
    for name, cell in cells.items():
        if name in _LISTS:
            settings[name] = [part.strip() for part in cell.split(";") if part.strip()]
        elif name in _NUMBERS:
            settings[name] = _number(cell)
        elif name not in ("section", "hard") and not name.startswith(_OF_THE_SECTION):
            settings[name] = cell
    if not sections or ("section" in cells and cells["section"] != sections[-1].about.settings.get("its name")):
        sections.append(DraftSection(_section(cells, place, problems), []))
    elif "hard" in cells or any(name.startswith(_OF_THE_SECTION) for name in cells):
        problems.append(Problem(place, "what is about a section stands in the first row of it"))
    sections[-1] = DraftSection(sections[-1].about, [*sections[-1].questions, Table(settings, place)])


def _section(cells: Mapping[str, str], place: str, problems: list[Problem]) -> Table:
    about: dict[str, Any] = {"its name": cells.get("section")}
    if "hard" in cells:
        about["hard"] = _YES.get(cells["hard"].casefold())
        if about["hard"] is None:
            problems.append(Problem(f"{place}, hard", f"{shown(cells['hard'])} is neither yes nor no"))
    for name, cell in cells.items():
        if name.startswith(_OF_THE_SECTION):
            about[name.removeprefix(_OF_THE_SECTION)] = cell
    return Table(about, place)


def _number(cell: str) -> float | str:
    """The number in a cell; the cell itself where there is none in it."""
    try:
        number = float(cell)
    except ValueError:
        return cell
    return int(number) if number.is_integer() else number
