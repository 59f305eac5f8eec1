"""Notes about a person: written by somebody of the team, and read only for a reason, which is written down.

They are the person's data like everything else: MYDATA and the export hold them, FORGET deletes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.people.rights import must_be_seen
from bot.projects.keeping import SHORTEST_REASON, NotDone
from storage.notes import keep_note, notes_about, write_down

READ = "read the notes"


@dataclass(frozen=True)
class Note:
    """What somebody of the team noted, and when."""

    words: str
    by: str
    at: datetime


def add_note(
    connection: Connection, person_id: int, words: str, by: str, now: datetime, projects: frozenset[int] | None = None
) -> list[str]:
    """Note something about somebody; the person can ask to see it."""
    must_be_seen(connection, person_id, projects)
    if not words.strip():
        raise NotDone("There is nothing in the note yet. Please write what the team should know.")
    keep_note(connection, person_id, words.strip(), by, now)
    write_down(connection, person_id, now, by, "wrote a note")
    return ["The note is kept. It is theirs to see: MYDATA counts it, and they can ask for all of it."]


def read_notes(
    connection: Connection, person_id: int, by: str, reason: str, now: datetime, projects: frozenset[int] | None = None
) -> list[Note]:
    """The notes about somebody, the newest first; who reads them, and why, is written down with it.

    Raises:
        NotDone: No reason was given.
    """
    must_be_seen(connection, person_id, projects)
    why = " ".join(reason.split())
    if len(why) < SHORTEST_REASON:
        raise NotDone("Please say in a few words why you read the notes. Your reason is kept with your name.")
    write_down(connection, person_id, now, by, READ, note=why)
    return [Note(row.words, row.by, row.at) for row in notes_about(connection, person_id)]
