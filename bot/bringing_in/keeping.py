"""Inviting everybody on a list by text, all of them or nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.bringing_in.reading import Listed, PeopleList, read_file, read_people
from bot.config import Config
from bot.inviting import CannotInvite, ask_by_text
from bot.sitting import Voice
from bot.times import zone_of
from bot.wording import words_in_use
from storage.database import Database
from storage.desk import Desk

AT_ONCE = 500


@dataclass(frozen=True)
class Imported:
    """What came of a list.

    Attributes:
        invited: Who was, or with `dry_run` would be, asked by text.
        listed: What was read.
        dry_run: Nothing was stored.
    """

    invited: list[Listed]
    listed: PeopleList
    dry_run: bool

    def lines(self) -> Iterator[str]:
        """What to tell the coordinator: everything that is wrong, then what was done."""
        yield from (f"Note: {each}" for each in self.listed.notes)
        yield from (f"Left out: {each}" for each in self.listed.left_out)
        yield from (f"To mend: {each}" for each in self.listed.faults)
        if self.listed.faults:
            yield f"Nobody was invited. Mend these {len(self.listed.faults)} in the file, and import it again."
            return
        for each in self.invited:
            yield f"row {each.row}: {each.called or 'no name'} has agreed."
        asked = "would be asked" if self.dry_run else "will be asked"
        yield f"{len(self.invited)} {asked} by text whether they would like to join."


def import_people(
    database: Database, config: Config, path: Path, by: str, now: datetime, *, dry_run: bool = False
) -> Imported:
    """Invite everybody on the list who has agreed and is not known yet, in one transaction; with faults, nobody.

    Nobody is woken: where it is night, the text waits.

    Raises:
        CannotInvite: SMS is not set up.
        CannotRead: The file as a whole is of no use.
    """
    if config.sms is None:
        raise CannotInvite("SMS is not set up, so nobody can be texted.")
    zone = zone_of(config.organisation.zone)
    listed = read_people(read_file(path), now.astimezone(zone).date())
    voice = Voice(words_in_use(config), config.house())
    with database.writing() as connection:
        desk = Desk(connection, now)
        new = list(_not_known(desk, listed))
        if dry_run or listed.faults:
            return Imported(new, listed, dry_run)
        for each in new:
            ask_by_text(desk, voice, each.number, called=each.called, by=by, language=each.language, at_night=False)
        desk.put_away()
    return Imported(new, listed, dry_run)


def _not_known(desk: Desk, listed: PeopleList) -> Iterator[Listed]:
    for begin in range(0, len(listed.people), AT_ONCE):
        some = listed.people[begin : begin + AT_ONCE]
        desk.fetch([each.number for each in some], [])
        for each in some:
            if desk.address("sms", each.number) is None:
                yield each
            else:
                listed.left_out.append(f"row {each.row}: is known already. To join, they can text JOIN.")
