"""What waits for a person, as pages show it: who, why, their words, and what must be known before anybody writes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, not_, or_

from bot.alerts import TO_A_PERSON
from bot.people.notes import add_note
from bot.projects.keeping import NotDone
from bot.showing import DANGER, cautions_of, who_it_is, why_it_waits, words_of
from flows.feedback import PICTURES
from storage.accounts import record, recorded
from storage.desk import INBOX
from storage.inbox import done_item, how_many_wait, ids_waiting, item_that_waits, mark_done, mark_undone, waiting
from storage.notes import others_acted
from storage.own import Themselves, is_about, which_are_about
from storage.taking_over import Reader, who_reads, who_reads_each

MARKED, TOOK_BACK = "marked as done what waited", "took back that it was done"
"""What the audit log says."""
NOT_UNDONE = "It can't be undone: somebody else has acted since, or it waits again already."
DONE_ALREADY = "Somebody has seen to that already."
ASKED = (
    "said in danger",
    "human",
    "call",
    "low twice",
    "would like a person, after hard questions",
    "wrote to a person",
    "taken over, then a day of silence",
    "does not feel listened to",
    "asked for help",
    "task ring",
)
"""Why somebody waits who asked for a person, or needs one soon."""
UNANSWERED = (
    "nobody understood",
    "not understood at a question",
    "answered too late",
    "answered what is gone",
    "wrote after STOP",
    "a lot of messages at once",
    "changed a message",
    "written to nobody",
    "we broke over this",
    "sent something",
    *(f"sent a {kind}" for kind in PICTURES),
)
"""Why words wait that the bot had no answer to."""

IS_DANGER = INBOX.c.why.startswith(DANGER)
OF_DANGER = or_(IS_DANGER, INBOX.c.why.in_(("said in danger", TO_A_PERSON)))
"""What somebody of the team said of danger to themselves, and what they answer to whoever helps them."""
NEEDS_A_PERSON = or_(IS_DANGER, INBOX.c.why.in_(ASKED))
KINDS: dict[str, tuple[str, ColumnElement[bool] | None]] = {
    "": ("Everything", None),
    "asked": ("Asked for a person", NEEDS_A_PERSON),
    "unanswered": ("Unanswered", INBOX.c.why.in_(UNANSWERED)),
}
"""What can be looked at by itself: its word in the address, what it is called, and which items these are."""


@dataclass(frozen=True)
class Waiting:
    """Somebody who waits for a person.

    Attributes:
        id: Of the item.
        at: Since when.
        person_id: Who; None: nobody in particular.
        who: Their name and where they are.
        why: In plain words.
        is_danger: Whether they may be in danger, where nobody watches for alerts.
        cautions: What must be known before anybody writes or rings.
        words: What they wrote.
        task: The number of the task that it is about; None: it is about none.
        with_them: Who of the team writes with them now; None: the bot answers them.
    """

    id: int
    at: datetime
    person_id: int | None
    who: str
    why: str
    is_danger: bool
    cautions: tuple[str, ...]
    words: tuple[str, ...]
    task: int | None
    with_them: str | None


def who_waits(
    connection: Connection,
    projects: frozenset[int] | None,
    limit: int,
    kind: str = "",
    but: Themselves | None = None,
) -> tuple[list[Waiting], int]:
    """Those who wait, whoever needs a person first and then the oldest first; and how many there are in all.

    Args:
        connection: To read with.
        projects: Only people of these projects; None: everybody.
        limit: How many at the most.
        kind: Of `KINDS`.
        but: Who of the team looks: what is said of them in danger is for the others; None: nobody in particular.
    """
    which = for_them(but, KINDS.get(kind, KINDS[""])[1])
    rows = waiting(connection, limit, projects, which, first=NEEDS_A_PERSON)
    readers = who_reads_each(connection, {row.person_id for row in rows if row.person_id is not None})
    found = [_shown(connection, row, readers.get(row.person_id)) for row in rows]
    return found, how_many_wait(connection, projects, which)


def for_them(them: Themselves | None, which: ColumnElement[bool] | None = None) -> ColumnElement[bool] | None:
    """Which items somebody of the team may see of these (None: of all): not what they said of danger themselves."""
    if them is None:
        return which
    for_others = not_(and_(OF_DANGER, is_about(them, INBOX.c.person_id)))
    return for_others if which is None else and_(which, for_others)


def ids_for(connection: Connection, projects: frozenset[int] | None, but: Themselves | None) -> list[int]:
    """The ids of all that waits for somebody of the team."""
    return ids_waiting(connection, projects, for_them(but))


def one_who_waits(
    connection: Connection, item_id: int, projects: frozenset[int] | None, but: Themselves | None = None
) -> Waiting | None:
    """One of them; None: it does not wait any more, or is about nobody of these projects, or is for the others."""
    row = item_that_waits(connection, item_id, projects, for_them(but))
    return None if row is None else _shown(connection, row, who_reads(connection, row.person_id))


def _shown(connection: Connection, row: Row[Any], reader: Reader | None) -> Waiting:
    return Waiting(
        id=row.id,
        at=row.at,
        person_id=row.person_id,
        who=who_it_is(row) if row.person_id is not None else "",
        why=why_it_waits(row),
        is_danger=row.why.startswith(DANGER),
        cautions=tuple(cautions_of(row)),
        words=tuple(words_of(connection, row)),
        task=_task(row),
        with_them=reader.name if reader is not None else None,
    )


def _task(row: Row[Any]) -> int | None:
    """As the notes about tasks begin with it: "Task 5, Write page one: ..."."""
    found = re.match(r"Task (\d+)\b", row.note or "") if row.why.startswith("task ") else None
    return int(found[1]) if found else None


def see_to(
    connection: Connection,
    item_id: int,
    by: str,
    note: str,
    now: datetime,
    projects: frozenset[int] | None = None,
    but: Themselves | None = None,
) -> int | None:
    """Mark an item as done; a note about it is kept with the person, whose data it is. Whom it was about.

    It is written down in the audit log, which also says who may undo it.

    Raises:
        NotDone: It does not wait any more, there is nobody whom the note would be about, or it is none of theirs.
    """
    item = item_that_waits(connection, item_id, projects, for_them(but))
    if item is None or not mark_done(connection, item_id, now):
        raise NotDone(DONE_ALREADY)
    person_id: int | None = item.person_id
    if note.strip():
        if person_id is None:
            raise NotDone("This is about nobody who is known here, so a note can't be kept with them.")
        add_note(connection, person_id, note, by, now, projects)
    record(connection, by, MARKED, now, f"inbox:{item_id}")
    return person_id


def may_be_undone(
    connection: Connection, item_id: int, by: str, projects: frozenset[int] | None, but: Themselves | None = None
) -> bool:
    """Whether they marked an item as done themselves, and nobody else has written with the person since."""
    item = done_item(connection, item_id, projects)
    last = recorded(connection, about=f"inbox:{item_id}", limit=1)
    if item is None or not last or (last[0].what, last[0].who) != (MARKED, by):
        return False
    if item.person_id is None:
        return True
    is_own = but is not None and bool(which_are_about(connection, but, [item.person_id]))
    return not is_own and not others_acted(connection, item.person_id, by, item.done_at)


def undo(
    connection: Connection,
    item_id: int,
    by: str,
    now: datetime,
    projects: frozenset[int] | None = None,
    but: Themselves | None = None,
) -> None:
    """Let an item wait again that they had marked as done; a note stays with the person.

    Raises:
        NotDone: It was not them, or somebody else has acted since.
    """
    if not may_be_undone(connection, item_id, by, projects, but):
        raise NotDone(NOT_UNDONE)
    mark_undone(connection, item_id)
    record(connection, by, TOOK_BACK, now, f"inbox:{item_id}")
