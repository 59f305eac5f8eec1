"""Reading a coordinator's list of people, saved from any spreadsheet as CSV: who has agreed, and all that is wrong.

It decides nothing about who is known already, and stores nothing. What is in a cell is shown harmless and short.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from bot.channels.sms import to_e164

MOST_BYTES = 2_000_000
MOST_ROWS = 5_000
LONGEST_NAME = 40  # letters
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "called": ("called", "name", "first name", "firstname", "forename", "given name", "known as", "preferred name"),
    "phone": ("phone", "mobile", "number", "phone number", "mobile number", "mobile phone", "telephone", "tel", "cell"),
    "agreed": ("agreed", "agreed on", "date agreed", "consent", "consented", "consent date", "date of consent"),
    "language": ("language", "languages", "preferred language", "iaith"),
    "telegram": ("telegram", "telegram name", "telegram username"),
    "role": ("role", "type"),
    "project": ("project", "projects"),
}
"""What coordinators call the columns; the first is the one in the README."""
_LANGUAGES = {"english": "en", "en": "en", "saesneg": "en", "welsh": "cy", "cy": "cy", "cymraeg": "cy"}
_AGREED = {"yes", "y", "true", "agreed", "x", "✓", "✔", "ie", "do", "ydy"}
_NOT_AGREED = {"", "no", "n", "false", "na", "not yet", "refused", "declined", "0"}
_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y", "%d-%b-%y", "%d-%b-%Y")
_OTHER_FILES = (b"%PDF", b"PK", b"{", b"<", b"\xd0\xcf")  # a PDF, two kinds of Excel files, JSON, a page of the web
_BRITISH_MOBILE = re.compile(r"\+447\d{9}")
_FORMULA = ("=", "@", "+", "-", "\t")


class CannotRead(Exception):
    """The file as a whole is of no use; the message says why, and what to do."""


@dataclass(frozen=True)
class Listed:
    """Somebody on the list who has agreed: where they stand on it, their number, and what we know."""

    row: int
    number: str = field(repr=False)
    called: str | None = field(repr=False)
    language: str | None = None


@dataclass
class PeopleList:
    """What a list says.

    Attributes:
        people: Who has agreed, with a number that can be texted.
        faults: What must be mended before anybody is invited: one line each, with row and column.
        left_out: Who is not invited, and why; nothing has to be mended.
        notes: What was not used.
    """

    people: list[Listed] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_file(path: Path) -> bytes:
    """What is in the file.

    Raises:
        CannotRead: There is none, it cannot be opened, or it is too large.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CannotRead(f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB. Save only the list as CSV.")
        return path.read_bytes()
    except IsADirectoryError:
        raise CannotRead(f"{path.name} is a folder. Give the CSV file in it.") from None
    except OSError as fault:
        raise CannotRead(f"{path.name} can't be opened: {fault.strerror}.") from None


def read_people(content: bytes, today: date) -> PeopleList:
    """Everybody on the list, and everything that is wrong with it.

    Raises:
        CannotRead: It is no CSV file, is empty, or has no column for numbers or for who has agreed.
    """
    (_, header), *rows = _rows(content)
    found = PeopleList()
    columns = _columns(header, found)
    first: dict[str, int] = {}
    for number, row in rows:
        cells = {name: row[at].strip() if at < len(row) else "" for name, at in columns.items()}
        listed = _listed(number, _Row(number, cells, {name: header[at] for name, at in columns.items()}, found), today)
        if listed is None:
            continue
        if listed.number in first:
            found.faults.append(f"row {number}: the same number is in row {first[listed.number]}.")
        else:
            first[listed.number] = number
            found.people.append(listed)
    return found


def _rows(content: bytes) -> list[tuple[int, list[str]]]:
    """The rows that have anything in them, each with the number that a spreadsheet shows beside it."""
    text = _decoded(content)
    first_line = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    try:
        rows = list(enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1))
    except csv.Error:
        raise CannotRead("This is not a CSV file. In your spreadsheet choose Save as, then CSV.") from None
    filled = [(number, row) for number, row in rows if any(cell.strip() for cell in row)]
    if len(filled) < 2:
        raise CannotRead("There is nobody on this list. The first row names the columns; people begin in the second.")
    if len(filled) > MOST_ROWS:
        raise CannotRead(f"The list has more than {MOST_ROWS:,} rows. Please split it.")
    return filled


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")  # what Excel calls Unicode text
    if b"\0" in content or content.startswith(_OTHER_FILES):
        raise CannotRead("This is not a CSV file. In your spreadsheet choose Save as, then CSV.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")  # what Excel on Windows writes


def _columns(header: list[str], found: PeopleList) -> dict[str, int]:
    """Which column holds what."""
    known = {other: name for name, others in COLUMNS.items() for other in others}
    columns: dict[str, int] = {}
    for at, cell in enumerate(header):
        name = known.get(" ".join(re.findall(r"[a-z]+", cell.lower())))
        if name in columns:
            found.faults.append(
                f"row 1: columns {header[columns[name]]!r} and {shown(cell)} both say {name!r}; keep one."
            )
        elif name:
            columns[name] = at
        elif cell.strip():
            found.notes.append(f"column {shown(cell)} is not used.")
    if "phone" not in columns:
        raise CannotRead("The first row has no column called phone.")
    if "agreed" not in columns:
        raise CannotRead(
            "The first row has no column called agreed. Nobody is texted who has not agreed to it: "
            "add the column, with the day on which each of them agreed, or yes."
        )
    if "project" in columns:
        found.notes.append(f"column {shown(header[columns['project']])} is not used yet.")
    return columns


@dataclass(frozen=True)
class _Row:
    number: int
    cells: Mapping[str, str]
    titles: Mapping[str, str]
    found: PeopleList

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    def fault(self, name: str, what: str) -> None:
        title = shown(self.titles[name]) if name in self.titles else repr(name)
        self.found.faults.append(f"row {self.number}, column {title}: {what}")


def _listed(number: int, row: _Row, today: date) -> Listed | None:
    """Somebody who has agreed and can be texted; what is wrong with a row is told, all of it."""
    before = len(row.found.faults)
    agreed = _has_agreed(row, today)
    if agreed is False:
        row.found.left_out.append(f"row {number}: has not agreed.")
        return None
    listed = Listed(number, _number(row), _called(row), _language(row))
    if row["role"] and row["role"].casefold() not in ("volunteer", "volunteers", "gwirfoddolwr"):
        row.fault(
            "role", f"{shown(row['role'])}: only volunteers are invited; coordinators stand in the configuration."
        )
    return listed if len(row.found.faults) == before else None


def _has_agreed(row: _Row, today: date) -> bool | None:
    """Whether they have agreed; None: nobody can tell."""
    said = row["agreed"].casefold()
    if said in _AGREED or said in _NOT_AGREED:
        return said in _AGREED
    day = next(_days(row["agreed"]), None)
    if day is None:
        row.fault("agreed", f"{shown(row['agreed'])} is neither a day, like 2026-03-01, nor yes or no.")
    elif day > today:
        row.fault("agreed", f"{day:%d %B %Y} is still to come.")
    return True if day is not None else None


def _days(said: str) -> Iterator[date]:
    for form in _DAYS:
        try:
            yield datetime.strptime(said.partition(" 00:00")[0], form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue


def _number(row: _Row) -> str:
    if not row["phone"]:
        hint = " For Telegram hand over a link: alongside invite --called NAME --by YOU." if row["telegram"] else ""
        row.fault("phone", f"there is no number.{hint}")
        return ""
    if re.fullmatch(r"[\d.,]+[eE]\+?\d+", row["phone"]):
        row.fault("phone", "the spreadsheet has shortened the number. Format the column as text, and type it again.")
        return ""
    try:
        number = to_e164(row["phone"])
    except ValueError as why:
        row.fault("phone", str(why))
        return ""
    if number.startswith("+44") and not _BRITISH_MOBILE.fullmatch(number):
        row.fault("phone", "a British mobile number has 11 digits and begins with 07; others can't get texts.")
    return number


def _called(row: _Row) -> str | None:
    name = " ".join(row["called"].split())
    if name.startswith(_FORMULA) or any(not sign.isprintable() for sign in name):
        row.fault("called", f"{shown(name)} looks like a formula, not a name.")
    elif len(name) > LONGEST_NAME:
        row.fault("called", f"{shown(name)} is longer than {LONGEST_NAME} letters.")
    return name or None


def _language(row: _Row) -> str | None:
    said = row["language"].casefold()
    if said and said not in _LANGUAGES:
        row.fault("language", f"{shown(row['language'])} is neither English nor Welsh.")
    return _LANGUAGES.get(said)


def shown(cell: str) -> str:
    """A cell for the terminal: short, in quotes, nothing in it but letters."""
    short = cell.strip()[:30] + ("..." if len(cell.strip()) > 30 else "")
    return "'" + "".join(sign if sign.isprintable() else "\ufffd" for sign in short) + "'"
