"""`alongside directory`: taking a directory in, and showing what is kept. A bad one never replaces a good one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.request import urlopen
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy import Connection

from bot.directory import Reading, fetch_directory, read_directory, refresh
from bot.directory.open_referral import read_json
from bot.directory.reading import LONGEST_NAME, MOST_BYTES, one_line
from bot.directory.spreadsheet import read_spreadsheet
from bot.places import MOST_PLACES, from_json, to_json
from flows.signposts import Signpost, uk_signposts
from storage.database import Database
from storage.places import every_place, how_many_places, place_sources, places_of, remove_places, replace_places

TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Imported:
    """What became of an import.

    Attributes:
        reading: What was read, with every problem.
        before: How many places of this source were kept until now.
        after: How many are kept from now on; in a dry run: would be.
        in_all: How many places of all sources there are then.
        is_broken: The reading was not fit to replace what was kept.
        is_dry_run: Nothing was stored.
    """

    reading: Reading
    before: int
    after: int
    in_all: int
    is_broken: bool
    is_dry_run: bool

    def lines(self) -> Iterator[str]:
        """Every problem with its place, and what it comes to."""
        yield from map(str, self.reading.problems)
        left_out = len({problem.entry for problem in self.reading.problems if problem.entry})
        yield f"{len(self.reading.entries)} places read, {left_out} left out."
        if self.is_broken and not self.reading.entries:
            yield f"Nothing could be read, so nothing was stored. The {self.before} places from before stay."
        elif self.is_broken:
            yield f"Too little of it is good, so nothing was stored. The {self.before} places from before stay."
        elif self.is_dry_run:
            yield f"A dry run: nothing was stored. {self.after} places would take the place of {self.before}."
        else:
            yield f"{self.after} places stored; there were {self.before} before."
        if self.in_all > MOST_PLACES:
            yield too_many(self.in_all)


def too_many(in_all: int) -> str:
    """What to say when there are more places than HELP looks through."""
    return f"HELP looks through {MOST_PLACES:,} of your {in_all:,} places. Import a smaller area to have all."


def import_directory(
    database: Database, where: str, now: datetime, *, dry_run: bool = False, get: Callable[[str], bytes] | None = None
) -> Imported:
    """Read a directory and keep it instead of what the same source gave before.

    Args:
        database: Up to date.
        where: A file, a folder with a data package, or the address of a list of services.
        now: What time it is.
        dry_run: Only tell what would be.
        get: Fetches an address.
    """
    source = source_of(where)
    reading = fetch_directory(where, get or _fetch) if is_address(where) else read_directory(Path(where))
    with database.reading() if dry_run else database.writing() as connection:
        return keep_reading(connection, source, reading, now, dry_run=dry_run)


def keep_reading(
    connection: Connection, source: str, reading: Reading, now: datetime, *, dry_run: bool = False
) -> Imported:
    """Keep what was read instead of what the same source gave before, if it is fit to; in a dry run, only say so."""
    current = from_json(places_of(connection, source))
    entries = refresh(current, reading)
    is_broken = entries is current  # what `refresh` gives back when the reading is not fit
    if not dry_run and not is_broken:
        replace_places(connection, source, {entry.id: to_json(entry) for entry in entries}, now)
        in_all = how_many_places(connection)
    else:
        in_all = how_many_places(connection) - len(current) + len(entries)
    return Imported(reading, len(current), len(entries), in_all, is_broken, dry_run)


def read_upload(name: str, content: bytes) -> tuple[str, Reading]:
    """A file that was sent along: what it is called as a source, and what is in it.

    Args:
        name: As the sender's machine calls it; only its last part counts.
        content: All of it.
    """
    source = one_line(name.replace("\\", "/").rpartition("/")[2], LONGEST_NAME)
    if not source or not content:
        return source, Reading.failed(source or "the file", "there is nothing in it")
    if source.lower().endswith(".json"):
        return source, read_json(content, source)
    return source, read_spreadsheet(content, source)


def remove_directory(database: Database, where: str) -> tuple[bool, list[str]]:
    """Forget what one source gave: whether there was such a source, and what to say.

    Args:
        database: Up to date.
        where: The source as `alongside directory list` names it, or as it was imported.
    """
    with database.writing() as connection:
        for source in dict.fromkeys((where, source_of(where))):
            removed = remove_places(connection, source)
            if removed is not None:
                return True, [f"{source} and its {removed} places are removed. HELP no longer answers with them."]
        known = [f"- {row.source}: {row.places} places" for row in place_sources(connection)]
    if not known:
        return False, ["No directory has been imported. The national lines come with Alongside and stay."]
    return False, [f"There is no source called {where}. There are:", *known]


def kept_places(connection: Connection) -> tuple[Signpost, ...]:
    """The charity's own places that HELP looks through."""
    return from_json(every_place(connection, MOST_PLACES))


def show_directory(database: Database, zone: str) -> None:
    """Print everything that HELP can answer with, the national lines first, and what was imported when."""
    console = Console()
    with database.reading() as connection:
        console.print(_table((*uk_signposts(), *kept_places(connection))))
        for line in _sources(connection, zone):
            console.print(line, markup=False, highlight=False)


def _table(entries: Iterable[Signpost]) -> Table:
    table = Table("name", "town", "reach", "checked on", "from", title="Places that help")
    for entry in entries:
        reach = entry.phone or entry.text or entry.address or "-"
        said = (entry.name, entry.place or "", reach, str(entry.checked_on or "never"), entry.source or "")
        table.add_row(*map(escape, said))
    return table


def _sources(connection: Connection, zone: str) -> Iterator[str]:
    """One line for each directory that was imported, and when."""
    for row in place_sources(connection):
        at = row.imported_at.astimezone(ZoneInfo(zone)).strftime("%d %b %Y %H:%M")
        yield f"{row.source}: {row.places} places, imported {at}"
    if (in_all := how_many_places(connection)) > MOST_PLACES:
        yield too_many(in_all)


def is_address(where: str) -> bool:
    """Whether it is an address of the web and not a file or a folder; "places.csv" is its own name as a source too."""
    return where.startswith(("http://", "https://"))


def source_of(where: str) -> str:
    """What an address, a file or a folder is called as a source: the same from wherever it is imported."""
    if is_address(where):
        return where
    path = Path(where)
    return path.resolve().parent.name if path.name == "datapackage.json" else path.resolve().name


def _fetch(address: str) -> bytes:
    """What is at an address, as far as one reading may be long."""
    with urlopen(address, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - only http and https come here
        content: bytes = answer.read(MOST_BYTES + 1)
    return content
