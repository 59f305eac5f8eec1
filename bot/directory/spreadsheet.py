"""A coordinator's own list, saved from any spreadsheet as CSV: columns in any order, problems by row number."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from datetime import date

from bot.directory.hours_in_words import understand_hours
from bot.directory.phones import text_number, uk_phone
from bot.directory.reading import LONGEST_NAME, MOST_ENTRIES, LeftOut, Notes, Part, Reading
from flows.opening_hours import NATIONS, Nation
from flows.signposts import Signpost, nation_of, understand_topics

# What coordinators call the columns; the first is the one in our own template.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "service", "organisation", "organization", "title"),
    "topics": ("topics", "topic", "helps with", "category", "categories", "type", "what"),
    "phone": ("phone", "phone number", "telephone", "tel", "number", "call"),
    "text": ("text", "text number", "sms", "texts"),
    "hours": ("hours", "opening hours", "opening times", "open", "times", "when"),
    "place": ("place", "town", "city", "location"),
    "areas": ("areas", "area", "covers", "area covered"),
    "address": ("address", "street"),
    "postcode": ("postcode", "post code", "postal code"),
    "min age": ("min age", "minimum age", "age from", "from age"),
    "max age": ("max age", "maximum age", "age to", "to age"),
    "who": ("who", "who for", "who is it for", "eligibility"),
    "cost": ("cost", "price", "fees"),
    "access": ("access", "accessibility"),
    "languages": ("languages", "language"),
    "nation": ("nation", "nations", "country"),
    "checked on": ("checked on", "checked", "last checked", "date checked"),
    "note": ("note", "notes", "comments"),
}
OTHER_FILES = (b"%PDF", b"PK", b"{", b"[", b"<")  # a PDF, an Excel file, JSON, a page of the web
_LANGUAGES = {"english": "en", "saesneg": "en", "welsh": "cy", "cymraeg": "cy"}


def read_spreadsheet(content: bytes, source: str) -> Reading:
    """The signposts in a CSV file, however the spreadsheet wrote it."""
    notes = Notes(source)
    try:
        header, *rows = _rows(content)
        columns = _columns(header, notes)
    except LeftOut as why:
        return Reading.failed(source, str(why), notes.problems)
    entries: dict[str, Signpost] = {}
    for number, row in rows:
        cells = {name: row[at].strip() for name, at in columns.items() if at < len(row) and row[at].strip()}
        if not cells:
            continue
        id_ = _id(source, cells)
        notes.about(f"row {number}", id_)
        try:
            if id_ in entries:
                raise LeftOut("an earlier row has the same name and place")
            entries[id_] = _signpost(id_, Part(cells, notes), source)
        except ValueError as why:
            notes.leave_out(str(why))
    return Reading(tuple(entries.values()), tuple(notes.problems))


def _rows(content: bytes) -> list[tuple[int, list[str]]]:
    """The rows that have anything in them, each with the number that a spreadsheet shows beside it."""
    if b"\0" in content or content.startswith(OTHER_FILES):
        raise LeftOut("it is not a CSV file; in your spreadsheet, choose Save as, then CSV")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")  # what Excel on Windows writes
    first_line = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    try:
        rows = list(enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1))
    except csv.Error as error:
        raise LeftOut(f"it is not a CSV file: {error}") from None
    filled = [(number, row) for number, row in rows if any(cell.strip() for cell in row)]
    if not filled:
        raise LeftOut("it is empty")
    if len(filled) > MOST_ENTRIES:
        raise LeftOut(f"it has more than {MOST_ENTRIES:,} rows")
    return filled


def _columns(header: tuple[int, Sequence[str]], notes: Notes) -> dict[str, int]:
    """Which column holds what."""
    known = {other: name for name, others in COLUMNS.items() for other in others}
    columns: dict[str, int] = {}
    for at, cell in enumerate(header[1]):
        title = " ".join(re.findall(r"[a-z]+", cell.lower()))
        name = known.get(title)
        if name and name not in columns:
            columns[name] = at
        elif title:
            notes.ignore(f"column {cell.strip()[:40]!r} is not used")
    if missing := [name for name in ("name", "topics") if name not in columns]:
        raise LeftOut(f"the first row has no column called {' or '.join(missing)}")
    return columns


def _id(source: str, cells: Mapping[str, str]) -> str:
    """The same for the same name and place, whichever row it moves to."""
    what = "\n".join(cells.get(name, "").casefold() for name in ("name", "place", "postcode"))
    return f"{source}:{hashlib.sha256(what.encode()).hexdigest()[:16]}"


def _signpost(id_: str, row: Part, source: str) -> Signpost:
    name = row.words("name", longest=LONGEST_NAME)
    if not name:
        raise LeftOut("it has no name")
    topics = understand_topics(row.words("topics") or "")
    if not topics:
        raise LeftOut(f"what it helps with ({row.words('topics', longest=40) or 'nothing'}) is not understood")
    phone, text, address = row.words("phone"), row.words("text"), row.words("address", longest=100)
    if not (phone or text or address):
        raise LeftOut("it has no phone, no text number and no address")
    hours = row.words("hours", longest=80)
    schedules = understand_hours(hours) if hours else ()
    if hours and not schedules:
        row.notes.ignore(f"its hours ({hours}) are not understood: they are sent as they are, never as open now")
    min_age, max_age = _ages(row)
    return Signpost(
        id=id_,
        name=name,
        nations=_nations(row),
        topics=topics,
        phone=uk_phone(phone) if phone else None,
        text=text_number(text) if text else None,
        hours=hours,
        schedules=schedules,
        place=row.words("place", longest=60),
        areas=_list(row, "areas"),
        address=address,
        postcode=row.words("postcode", longest=12),
        min_age=min_age,
        max_age=max_age,
        eligibility=row.words("who", longest=60),
        cost=row.words("cost", longest=60),
        access=row.words("access"),
        languages=tuple(_LANGUAGES.get(said.lower(), said.lower()) for said in _list(row, "languages")),
        checked_on=_day(row, "checked on"),
        source=source,
        note=row.words("note"),
    )


def _ages(row: Part) -> tuple[int | None, int | None]:
    least, most = row.whole("min age"), row.whole("max age")
    if not 0 <= (least or 0) <= (120 if most is None else most) <= 120:
        raise LeftOut(f"its ages cannot be, {least or 0} to {most}")
    return least, most


def _nations(row: Part) -> tuple[Nation, ...]:
    said = (row.words("nation") or "").lower()
    if said in ("uk", "united kingdom"):
        return NATIONS
    if nations := tuple(nation for nation in NATIONS if nation.lower() in said):
        return nations
    if said:
        raise LeftOut(f"{said[:40]!r} is not England, Wales, Scotland, Northern Ireland or UK")
    nation = nation_of(row.words("postcode") or "")
    return (nation,) if nation else ()


def _list(row: Part, name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"[,;/]", row.words(name) or "") if part.strip())


def _day(row: Part, name: str) -> date | None:
    """2026-11-23 or 23/11/2026; None: the cell is empty, or has no date in it."""
    said = row.words(name, longest=40)
    if said is None:
        return None
    british = re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", said)
    try:
        return date(*(int(part) for part in british.groups()[::-1])) if british else date.fromisoformat(said[:10])
    except ValueError:
        row.notes.ignore(f"{said!r} is not a date like 23/11/2026")
        return None
