"""What coordinators do with the inboxes of anonymous feedback, from the command line and in the console.

Each function opens what it needs with a passphrase that was asked for, and forgets it when it returns. Whatever
cannot be done is told as `CannotDo`, in a sentence; nothing here logs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from storage.feedback import keys as inbox_keys
from storage.feedback import store
from storage.feedback.database import FeedbackDatabase
from storage.feedback.keys import CannotChangeKeys, InboxKeys, KeysAltered, NoSuchInbox, WrongPassphrase
from storage.feedback.sealing import LONGEST_REPLY, Altered, WordsTooLong
from storage.feedback.store import NoSuchFeedback, Opened, Status, week_of

Ask: TypeAlias = Callable[[str], str]  # shows a question and returns what was typed, unseen
SHOWN_DIGITS = 8  # of a feedback's number, which is random and says nothing
PAPER = (
    "The recovery key, shown this once and kept nowhere:\n\n  {key}\n\n"
    "Write it on paper twice, for two trustees, in two places. It opens everything when passphrases are lost; "
    "without it, and without a passphrase, nobody can ever read what is in this inbox."
)


class CannotDo(Exception):
    """It was not done; the message says why, and what to do."""


@contextmanager
def explained() -> Iterator[None]:
    """Every refusal of the store as a sentence; nothing of what was typed is repeated."""
    try:
        yield
    except WrongPassphrase:
        raise CannotDo("That does not open this inbox: look at the names, and type it once more.") from None
    except NoSuchInbox as why:
        raise CannotDo(str(why)) from None
    except (CannotChangeKeys, KeysAltered) as why:
        raise CannotDo(str(why)) from None
    except WordsTooLong:
        raise CannotDo(f"That is too long: an answer has at most {LONGEST_REPLY} letters. Nothing was sent.") from None
    except Altered:
        raise CannotDo("This feedback was altered since it was sealed, so nobody was answered.") from None
    except NoSuchFeedback:
        raise CannotDo("There is no such feedback in this inbox.") from None


@contextmanager
def feedback_database(url: str) -> Iterator[FeedbackDatabase]:
    """The database of feedback, up to date; closed, with nothing left in its log, at the end."""
    database = FeedbackDatabase(url)
    try:
        if database.is_sqlite:
            database.migrate()
        else:
            database.require_up_to_date()
        with explained():
            yield database
    finally:
        database.close()


def create(db: FeedbackDatabase, inbox: str, names: Sequence[str], ask: Ask) -> str:
    """Make an inbox; returns what to print, with the recovery key."""
    passphrases = {name: ask(f"A passphrase for {name}, typed by {name}") for name in names}
    return PAPER.format(key=inbox_keys.create_inbox(db, inbox, passphrases).recovery_key)


def open_inbox(db: FeedbackDatabase, inbox: str, who: str, ask: Ask) -> InboxKeys:
    """The inbox, opened with their passphrase."""
    inbox_keys.public_key(db, inbox)  # says what to do when there is none, before it asks
    return inbox_keys.unlock(db, inbox, who, ask(f"{who}'s passphrase"))


def add_coordinator(db: FeedbackDatabase, keys: InboxKeys, name: str, ask: Ask) -> str:
    """Let somebody else open it."""
    inbox_keys.add_coordinator(db, keys, name, ask(f"A passphrase for {name}, typed by {name}"))
    return f"{name} can open the inbox now, with everything that is in it."


def remove_coordinator(db: FeedbackDatabase, keys: InboxKeys, name: str) -> str:
    """Take somebody's access away, and change the key."""
    inbox_keys.remove_coordinator(db, keys, name)
    return f"{name} cannot open the inbox any more, and its key was changed: a copy they kept opens nothing new."


def recover(db: FeedbackDatabase, inbox: str, name: str, ask_paper: Ask, ask: Ask) -> str:
    """Give somebody who lost their passphrase a new one, with the paper."""
    keys = inbox_keys.unlock_with_recovery(db, inbox, ask_paper("The recovery key from the paper"))
    inbox_keys.add_coordinator(db, keys, name, ask(f"A new passphrase for {name}, typed by {name}"), replace=True)
    return f"{name} can open the inbox with the new passphrase. The paper stays as it is: put it back."


def change_key(db: FeedbackDatabase, keys: InboxKeys) -> str:
    """Change the inbox's key; everybody keeps their passphrase."""
    inbox_keys.change_key(db, keys)
    who = ", ".join(inbox_keys.coordinators(db, keys.inbox))
    return f"The key was changed. {who} and the paper open the inbox as before, with everything that is in it."


@dataclass(frozen=True)
class Entry:
    """One feedback as it is shown.

    Attributes:
        number: How its random number begins; it says nothing.
        week: When it was released.
        status: How it stands.
        about: Its topic, whether it may be quoted, how often it came.
        words: None if it was altered since it was sealed.
        replies: What was answered.
    """

    number: str
    week: str
    status: Status
    about: tuple[str, ...]
    words: str | None = field(repr=False)
    replies: tuple[str, ...] = field(repr=False)


def entries(db: FeedbackDatabase, keys: InboxKeys, *, closed: bool) -> tuple[list[Entry], dict[str, str]]:
    """What is in the inbox, and how much of it is about what, in bands that others may be told."""
    opened = store.read(db, keys)
    shown = [_entry(one) for one in opened if closed or one.status != "closed"]
    return shown, {_printable(topic): band for topic, band in store.bands_by_topic(opened).items()}


def _entry(one: Opened) -> Entry:
    arrived = f"came {len(one.ids)} times" if len(one.ids) > 1 else None
    about = tuple(_printable(part) for part in (*_about(one), arrived) if part)
    words = _paragraphs(one.words.text) if one.words else None
    return Entry(_number(one), one.week, one.status, about, words, tuple(map(_paragraphs, one.replies)))


def _paragraphs(text: str) -> str:
    return "\n".join(_printable(line) for line in text.splitlines())


def all_feedback(db: FeedbackDatabase, keys: InboxKeys, *, closed: bool) -> list[str]:
    """What is in the inbox, by week, and how much it is, in bands; as lines to print."""
    opened = store.read(db, keys)
    shown = [line for one in opened if closed or one.status != "closed" for line in _shown(one)]
    bands = store.bands_by_topic(opened)
    counted = "; ".join(f"{topic or 'about nothing in particular'}: {band}" for topic, band in bands.items())
    return [_printable(line) for line in (*shown, f"In bands, which you can tell others: {counted or 'none'}.")]


def reply(db: FeedbackDatabase, keys: InboxKeys, number: str, text: str, day: date) -> str:
    """Answer one."""
    one = find(store.read(db, keys), number)
    if not text.strip():
        raise CannotDo("Nothing was written, so nothing was sent.")
    if store.reply(db, keys, one.ids, text.strip(), week_of(day)):
        return "Kept for whoever has the code: they see it when they send CODE with it."
    return "Kept here, but nobody can fetch it: this one came without a code. Tell it with `said-did`, to everybody."


def set_status(db: FeedbackDatabase, keys: InboxKeys, number: str, status: Status) -> str:
    """Say how one stands."""
    store.set_status(db, keys.inbox, find(store.read(db, keys), number).ids, status)
    return f"Whoever has the code sees that it is {status}."


def close(db: FeedbackDatabase, keys: InboxKeys, number: str, day: date) -> str:
    """Close one that was answered: nothing is closed in silence."""
    one = find(store.read(db, keys), number)
    if not one.replies and one.words is not None:
        raise CannotDo(f"Nothing is closed in silence: answer it first (alongside inbox reply {_number(one)}).")
    store.close(db, keys.inbox, one.ids, week_of(day))
    return "Closed."


def add_said_did(db: FeedbackDatabase, text: str, day: date) -> str:
    """Keep a sentence of "you said, we did"."""
    if not text.strip():
        raise CannotDo("Nothing was written, so nothing was kept.")
    store.add_said_did(db, text.strip(), week_of(day))
    return "Kept."


def said_did(db: FeedbackDatabase) -> list[str]:
    """Every sentence of "you said, we did", the newest first."""
    return [_printable(f"{one.week}  {one.text}") for one in store.said_did(db)]


def find(opened: Sequence[Opened], number: str) -> Opened:
    """The one feedback whose number begins so.

    Raises:
        CannotDo: There is none, or several.
    """
    typed = number.strip().lower()
    found = [one for one in opened if typed and any(its_id.hex().startswith(typed) for its_id in one.ids)]
    if len(found) != 1:
        several = "Several numbers begin so: type more of it." if found else "There is no feedback with this number."
        raise CannotDo(several)
    return found[0]


def _number(one: Opened) -> str:
    return one.ids[0].hex()[:SHOWN_DIGITS]


def _shown(one: Opened) -> Iterator[str]:
    """One feedback, as lines."""
    arrived = f"came {len(one.ids)} times" if len(one.ids) > 1 else None
    yield ", ".join(part for part in (f"{_number(one)}  {one.week}  {one.status}", *_about(one), arrived) if part)
    words = one.words.text if one.words else "(altered since it was sealed: it cannot be read)"
    yield from (f"    {line}" for line in words.splitlines())
    for answer in one.replies:
        yield from (f"  > {line}" for line in answer.splitlines())
    yield ""


def _about(one: Opened) -> tuple[str | None, ...]:
    return (one.words.topic, "may be quoted" if one.words.may_quote else None) if one.words else ()


def _printable(text: str) -> str:
    """Without what would move the cursor or colour the terminal: anybody may have written it."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)
