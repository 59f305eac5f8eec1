"""Making two records of one person one: joined by text and by Telegram, say. It cannot be undone, so it asks twice.

First what would come together is shown, with a word for exactly that; only with this word, and while nothing of it
has changed, is it done. Nobody is told: the one who is both knows, and whoever is not must never learn of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from bot.people import CHANNELS
from bot.people.rights import NobodyThere, must_be_seen
from bot.projects.keeping import NotDone
from storage.about_people import ABOUT_PEOPLE, how_many
from storage.forgetting import who_is_leaving
from storage.merging import (
    addresses_of_both,
    both_have_open_alerts,
    lock_both,
    merge_people,
    votes_of_both,
)
from storage.notes import write_down
from storage.one_person import person_with_id, where_they_are
from storage.projects import projects_of
from storage.taking_over import who_reads

MERGED = "made two records one"


@dataclass(frozen=True)
class Merging:
    """What would come together.

    Attributes:
        kept: The record that stays, in a line.
        gone: The one whose everything goes to the other.
        moves: What goes over: how many rows of each kind.
        cautions: What somebody should think about first.
        stands_between: Why it cannot be done; empty: it can.
        word: What says that exactly this was looked at.
    """

    kept: str
    gone: str
    moves: tuple[str, ...]
    cautions: tuple[str, ...]
    stands_between: tuple[str, ...]
    word: str


def look_before_merging(
    connection: Connection, kept_id: int, gone_id: int, projects: frozenset[int] | None = None
) -> Merging:
    """What would come together, and what stands between; nothing is changed.

    Args:
        connection: To read with.
        kept_id: The record that would stay.
        gone_id: The one that would go.
        projects: Only if everything that either belongs to is among these; None: all.

    Raises:
        NotDone: It is one record, or they are not to be seen by this coordinator.
    """
    for each in (kept_id, gone_id):
        must_be_seen(connection, each, projects)
    if kept_id == gone_id:
        raise NotDone("That is one record already. Please choose the other one.")
    kept, gone = (_person(connection, each) for each in (kept_id, gone_id))
    counts = [(kept.what, how_many(connection, gone_id, kept.table)) for kept in ABOUT_PEOPLE]
    moves = tuple(f"{what}: {count}" for what, count in counts if count and what != ABOUT_PEOPLE[0].what)
    return Merging(
        kept=_in_a_line(connection, kept),
        gone=_in_a_line(connection, gone),
        moves=moves,
        cautions=tuple(_cautions(connection, kept, gone)),
        stands_between=tuple(_stands_between(connection, kept, gone, projects)),
        word=hashlib.sha256(repr((tuple(kept), tuple(gone), moves)).encode()).hexdigest()[:16],
    )


def merge(
    connection: Connection,
    kept_id: int,
    gone_id: int,
    word: str,
    by: str,
    now: datetime,
    projects: frozenset[int] | None = None,
) -> list[str]:
    """Make two records one, if `word` says that what comes together was looked at just as it is.

    Raises:
        NotDone: Something stands between, or something has changed since it was looked at.
    """
    lock_both(connection, kept_id, gone_id)
    looked = look_before_merging(connection, kept_id, gone_id, projects)
    if looked.stands_between:
        raise NotDone(" ".join(looked.stands_between))
    if word != looked.word:
        raise NotDone("Something about one of them has changed meanwhile. Please look at both once more.")
    merge_people(connection, gone_id, kept_id)
    write_down(connection, kept_id, now, by, MERGED, note=f"the other was {gone_id}")
    return ["The two records are one now. It cannot be undone."]


def _person(connection: Connection, person_id: int) -> Row[Any]:
    found = person_with_id(connection, person_id)
    if found is None:
        raise NobodyThere("There is nobody like that.")
    return found


def _in_a_line(connection: Connection, person: Row[Any]) -> str:
    addresses = where_they_are(connection, person.id)
    where = ", ".join(f"{CHANNELS.get(each.channel, each.channel)} {each.value}" for each in addresses)
    joined = f"joined {person.joined_at:%d %b %Y}" if person.joined_at else "has not joined"
    return f"{person.called or 'no name'} ({where or 'no address'}; {joined}; key {person.id})"


def _cautions(connection: Connection, kept: Row[Any], gone: Row[Any]) -> Iterator[str]:
    if (kept.called or "").casefold() != (gone.called or "").casefold() and kept.called and gone.called:
        yield f"They have different names: {kept.called} and {gone.called}."
    if shared := addresses_of_both(connection, kept.id, gone.id):
        yield (
            f"Both are at {', '.join(shared)}: two people have told us that they share this phone. "
            "Make them one only if you know that it was one person all along."
        )
    if any(each.stopped_at for its_id in (kept.id, gone.id) for each in where_they_are(connection, its_id)):
        yield "One of them has said STOP. It will hold wherever nothing has come from since."
    if False in (kept.safe_to_text, gone.safe_to_text):
        yield "One of them has said that it is not safe to text them. That will hold for both."


def _stands_between(
    connection: Connection, kept: Row[Any], gone: Row[Any], projects: frozenset[int] | None
) -> Iterator[str]:
    if both_have_open_alerts(connection, kept.id, gone.id):
        yield "Each has an open alert. Close one of them first, so that nobody loses sight of either."
    for vote in votes_of_both(connection, kept.id, gone.id):
        if vote.is_counted:
            yield f"Both voted in vote {vote.number}, which is counted. Its result would no longer be true."
        else:
            yield f"Both can vote in vote {vote.number}. Wait until it is counted: one person has one voice."
    if {kept.id, gone.id} & who_is_leaving(connection):
        yield "One of them has asked to be forgotten, and will be as soon as their safety is seen to."
    for each in (kept, gone):
        if (reader := who_reads(connection, each.id)) is not None:
            yield f"{reader.name} writes with {each.called or 'one of them'} just now. It must be given back first."
    if projects is not None and not all(
        project.id in projects
        for each in (kept, gone)
        for project in projects_of(connection, each.id, each.joined_at is not None)
    ):
        yield "One of them belongs to a project that is not yours. Ask a colleague who may see all projects."
