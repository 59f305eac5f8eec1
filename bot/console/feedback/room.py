"""Feedback without a name: opening the sealed inbox, reading, answering and closing, as `alongside inbox` does.

What the console may keep of it, and where. In the ordinary database: that somebody opened the inbox in a week, one line
of the audit log for each person and week, dated to its Monday; nothing of what they read, answered or closed, no time,
no number. A release week is the finest date that feedback has, so reading has none finer: an exact time would stand
beside whom they looked at next and whom they wrote to, and tell whom they take for the writer. Whoever holds the file
itself sees between which other lines the first opening of a week was written, never a second one. A feedback's number
goes in forms and never in an address, what is said after an act is kept in memory and not in the session's row, and
what is typed is not kept by the browser. In the feedback database: what the command line writes too, and no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response

from bot.console.visit import HOME, WITH_PEOPLE, NotThere, Room, Visit
from bot.feedback import desk_commands as desk
from bot.projects.keeping import NotDone
from storage.feedback import keys as inbox_keys
from storage.feedback.keys import InboxKeys, WrongPassphrase
from storage.feedback.sealing import LONGEST_REPLY

if TYPE_CHECKING:
    from bot.service import Feedback
    from storage.feedback.database import FeedbackDatabase

room = Room()
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DOES_NOT_OPEN = (
    "That does not open this inbox. Please type its passphrase once more; it is not the one you sign in with."
)


@room.shows("/feedback", WITH_PEOPLE)
def feedback(visit: Visit) -> Response:
    """The inbox if it is open in this session; otherwise who can open it, and how."""
    its = visit.console.service.feedback
    if its is None:
        return visit.page("feedback/none.html")
    db = its.box.database
    opens = f"{DAYS[its.opens.weekday]}s at {its.opens.hour}:00"
    keys = _keys(visit, db)
    if keys is None:
        with_key = [each for each in inbox_keys.inboxes(db) if _their_name(visit, db, each) is not None]
        can_open = inbox_keys.coordinators(db, its.box.inbox)
        choices = [(each, each) for each in with_key]
        return visit.page("feedback/closed.html", inboxes=with_key, choices=choices, can_open=can_open, opens=opens)
    shows_closed = visit.asked("show") == "closed"
    entries, bands = desk.entries(db, keys, closed=shows_closed)
    return visit.page(
        "feedback/inbox.html",
        inbox=keys.inbox,
        entries=entries,
        bands=bands,
        said_did=desk.said_did(db),
        shows_closed=shows_closed,
        opens=opens,
        told=visit.console.opened.said(visit.token),
        typed_for=visit.typed("number"),
        longest=LONGEST_REPLY,
    )


@room.does("/feedback/open", WITH_PEOPLE, again=feedback)
def open_it(visit: Visit) -> Response:
    """Unlock an inbox with one's own passphrase, for this session."""
    db, inbox = _its(visit).box.database, visit.typed("inbox") or _its(visit).box.inbox
    name = _their_name(visit, db, inbox)
    if name is None:
        raise NotDone("You have no key to this inbox.")
    typed = visit.sent.get("passphrase")
    passphrase = typed if isinstance(typed, str) else ""
    with _explained():
        try:
            visit.console.opened.open(
                visit.token, name, visit.now, lambda: desk.open_inbox(db, inbox, name, lambda _question: passphrase)
            )
        except WrongPassphrase:
            raise NotDone(DOES_NOT_OPEN) from None
    visit.console.keep_tidying()
    monday = visit.today - timedelta(days=visit.today.weekday())
    visit.saw_in_the_week("opened the feedback inbox", monday)
    return _back()


@room.does("/feedback/lock", WITH_PEOPLE)
def lock(visit: Visit) -> Response:
    """Forget the keys at once."""
    visit.console.opened.let_go(visit.token)
    return _back()


@room.does("/feedback/reply", WITH_PEOPLE, again=feedback)
def reply(visit: Visit) -> Response:
    """Answer one; whoever has its code can fetch the answer."""
    return _do(visit, lambda db, keys: desk.reply(db, keys, visit.typed("number"), visit.typed("words"), visit.today))


@room.does("/feedback/in-hand", WITH_PEOPLE, again=feedback)
def in_hand(visit: Visit) -> Response:
    """Say that somebody is seeing to one."""
    return _do(visit, lambda db, keys: desk.set_status(db, keys, visit.typed("number"), "in hand"))


@room.does("/feedback/close", WITH_PEOPLE, again=feedback)
def close(visit: Visit) -> Response:
    """Close one that was answered."""
    return _do(visit, lambda db, keys: desk.close(db, keys, visit.typed("number"), visit.today))


@room.does("/feedback/said-did", WITH_PEOPLE, again=feedback)
def said_did(visit: Visit) -> Response:
    """You said, we did: for everybody."""
    return _do(visit, lambda db, _keys: desk.add_said_did(db, visit.typed("said"), visit.today))


def _do(visit: Visit, work: Callable[[FeedbackDatabase, InboxKeys], str]) -> Response:
    """Something in an open inbox; nothing of it reaches the ordinary database or its log."""
    db = _its(visit).box.database
    keys = _keys(visit, db)
    if keys is None:
        raise NotDone("The inbox is locked again, so nothing was done. Open it, and do it once more.")
    with visit.console.opened.once(visit.token, visit.once) as is_first:
        if not is_first:
            return _back()
        with _explained():
            said = work(db, keys)
    db.empty_log()
    visit.console.opened.say(visit.token, said)
    return _back()


def _keys(visit: Visit, db: FeedbackDatabase) -> InboxKeys | None:
    """The keys that are open in this session, as long as they are the inbox's and its holder may still open it."""
    keys = visit.console.opened.keys(visit.token, visit.now)
    if keys is None:
        return None
    is_present = bytes(inbox_keys.public_key(db, keys.inbox)) == bytes(keys.private_keys[0].public_key)
    if is_present and _their_name(visit, db, keys.inbox) is not None:
        return keys
    visit.console.opened.let_go(visit.token)
    return None


def _their_name(visit: Visit, db: FeedbackDatabase, inbox: str) -> str | None:
    """Their name as the inbox has it; None: they have no key to it."""
    mine = visit.who.name.casefold()
    return next((each for each in inbox_keys.coordinators(db, inbox) if each.casefold() == mine), None)


def _its(visit: Visit) -> Feedback:
    its = visit.console.service.feedback
    if its is None:
        raise NotThere
    return its


def _back() -> Response:
    return RedirectResponse(f"{HOME}feedback", 303)


@contextmanager
def _explained() -> Iterator[None]:
    """Every refusal as a sentence; nothing that was typed is in it."""
    try:
        with desk.explained():
            yield
    except desk.CannotDo as why:
        raise NotDone(str(why)) from None
