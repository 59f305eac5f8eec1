"""What waits for a person: all of it, by kind, and one at a time to be marked as done, with a note or without."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit

from sqlalchemy import Connection
from starlette.responses import Response

from bot.console.reading import read_words_of
from bot.console.visit import WITH_PEOPLE, NotThere, Room, Visit, inside, number_in
from bot.waiting import KINDS, Waiting, may_be_undone, one_who_waits, see_to, undo, who_waits

room = Room()
MOST = 50
SAW = "saw what they wrote"
UNDO = "undo"
"""In the address of a page: the item that was marked as done on it."""


@room.shows("/inbox", may=WITH_PEOPLE)
def inbox(visit: Visit) -> Response:
    """Everybody who waits, or those of a kind."""
    kind = visit.asked("kind") if visit.asked("kind") in KINDS else ""
    with visit.reading() as connection:
        waiting, in_all = who_waits(connection, visit.projects, MOST, kind, visit.themselves)
        undoable = can_be_undone(visit, connection)
    saw(visit, waiting)
    kinds = [(word, called) for word, (called, _) in KINDS.items()]
    return visit.page("needs/inbox.html", waiting=waiting, in_all=in_all, kind=kind, kinds=kinds, undoable=undoable)


@room.shows("/inbox/{item}", may=WITH_PEOPLE)
def one(visit: Visit) -> Response:
    """One of them, with all their words."""
    with visit.reading() as connection:
        item = one_who_waits(connection, visit.number("item"), visit.projects, visit.themselves)
    if item is None:
        raise NotThere
    saw(visit, [item])
    return visit.page("needs/one.html", item=item)


@room.does("/inbox/{item}/done", may=WITH_PEOPLE, again=inbox)
def done(visit: Visit) -> Response:
    """A person has seen to it."""
    item, name, note, now = visit.number("item"), visit.who.name, visit.typed("note"), visit.now
    visit.write(lambda connection: see_to(connection, item, name, note, now, visit.projects, visit.themselves))
    back = _with_undo(inside(visit.typed("to")), item)
    return visit.go(back, "Done." if not note else "Done. The note is kept with the person.")


@room.does("/inbox/{item}/undo", may=WITH_PEOPLE, again=inbox)
def take_back(visit: Visit) -> Response:
    """It was not done after all, and waits again; as long as nobody else has acted."""
    item, name, now = visit.number("item"), visit.who.name, visit.now
    visit.write(lambda connection: undo(connection, item, name, now, visit.projects, visit.themselves))
    return visit.go(_with_undo(inside(visit.typed("to"))), "It waits for a person again.")


def can_be_undone(visit: Visit, connection: Connection) -> int | None:
    """The item that they have just marked as done, if that can be undone."""
    item = number_in(visit.asked(UNDO))
    if item is None or not may_be_undone(connection, item, visit.who.name, visit.projects, visit.themselves):
        return None
    return item


def _with_undo(path: str, item: int | None = None) -> str:
    """The page to come back to; where something was done, it offers to undo it."""
    parts = urlsplit(path)
    asked = [(name, value) for name, value in parse_qsl(parts.query) if name != UNDO]
    query = urlencode([*asked, *([(UNDO, str(item))] if item is not None else [])])
    return f"{parts.path}?{query}" if query else parts.path


def saw(visit: Visit, waiting: Sequence[Waiting]) -> None:
    """Whose words of the inbox were shown is written down, once for each item; and with an alert that they are of."""
    seen = {f"inbox:{each.id}": f"person:{each.person_id}" for each in waiting if each.person_id and each.words}
    if seen:
        visit.saw_each(SAW, seen)
    shown: defaultdict[int, set[str]] = defaultdict(set)
    for each in waiting:
        if each.person_id is not None:
            shown[each.person_id].update(each.words)
    read_words_of(visit, shown)
