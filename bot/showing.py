"""Showing coordinators on the command line what waits for a person, and how people say they are.

Lines of at most 80 letters. Anybody may have written the words: nothing in them reaches the terminal but letters.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from bot.people import CHANNELS
from storage.inbox import (
    how_many_wait,
    ids_waiting,
    low_check_ins,
    mark_done,
    numbers,
    waiting,
    words_of_a_check_in,
    words_of_a_flood,
    words_until,
)
from storage.people import everybody

WIDTH = 80
INDENT = "      "
HOW_PEOPLE_ARE = timedelta(days=14)
FLOOD = "a lot of messages at once"
WHY = {
    "call": "would like a call",
    "human": "asked for a person",
    "low twice": "low twice, and would like a person to get in touch",
    "said in danger": "IN DANGER, and wrote more",
    "asked for help": "asked for help that nobody knows here",
    "asked the team": "asks the team",
    "would like to teach or lead": "would like to teach or lead something",
    "wrote to a person": "wrote to whoever writes with them by hand",
    "nobody understood": "was not understood",
    "not understood at a question": "was not understood at a question",
    "answered too late": "answered a question that was no longer open",
    "wrote after STOP": "has said STOP, and wrote",
    "a lot of messages at once": "sent a lot of messages at once",
    "written to nobody": "wrote to somebody of the team just as they had finished",
    "changed a message": "changed a message after it was sent",
    "declined to join": "was invited, and does not want to join",
    "times": "said when and how often suits them, and not all of it was understood",
    "my data": "would like to see all that is kept about them",
    "asked to be forgotten": "is forgotten as soon as their alert is closed, and what they said in danger is done here",
    "somebody was forgotten": "somebody was forgotten; please take them off your own lists too",
    "answered what is gone": "answered something that was not there any more",
    "we broke over this": "the bot broke over this message",
    "broadcast reply": "answers a broadcast",
    "broadcast to confirm": "a broadcast waits for a second person",
    "broadcast paused": "a broadcast waits for money",
    "task question": "asks about a task",
    "task ring": "would like to be rung about a task",
    "task barrier": "something gets in the way of a task",
    "task support": "goes on with a task, and would like support",
    "task how they are": "said how they are, when asked about a task",
    "task news": "says how it goes with a task",
    "task back": "handed a task back; it waits for you",
    "task done": "has done a task; say thank you",
    "task passed": "took a task over from somebody",
    "task not for them": "a task is not for them, and they wrote more",
    "task after all": "would like a task after all that had gone back to you",
    "task offer closed": "did not answer about a task in five days; nobody is chased, it waits for you",
    "task unreachable": "has said STOP or cannot be reached; their task waits for you",
}
COMMANDS = {
    "my data": "alongside person export",
    "broadcast reply": "alongside broadcast show",
    "broadcast to confirm": "alongside broadcast preview, then confirm",
    "broadcast paused": "alongside broadcast resume",
    "task question": "alongside task answer",
    "task barrier": "alongside task barriers",
    "task done": "alongside task thank",
}
"""What a coordinator types to see to it at the command line."""
DANGER = "danger: "
TOPICS = {
    "suicide_selfharm": "suicide or self-harm",
    "overdose_drugs": "overdose or drugs",
    "domestic_abuse": "abuse",
    "third_party_risk": "someone else",
    "homeless_now": "nowhere safe tonight",
}
TIERS = {"act": "in danger now", "ask": "may be in danger"}
# the note is all of it
_ITS_OWN_WORDS = ("said in danger", "asked for help", "would like to teach or lead", "asked the team")
_TASK = "task "


def tier_and_topic(tier: str, topic: str) -> str:
    """How bad it is and what it is about: "in danger now: abuse"."""
    return f"{TIERS.get(tier, 'asks for a person')}: {TOPICS.get(topic, 'see what they wrote')}"


class NoSuchItem(Exception):
    """Nothing that waits has this number, or several things have; the message says which."""


def finish(connection: Connection, number: str, now: datetime) -> str:
    """Mark one item as done; what to say.

    Args:
        connection: To write with.
        number: An item's number as it is shown, or a longer ending of it.
        now: What time it is.

    Raises:
        NoSuchItem: None waits with it, or several do.
    """
    typed = number.strip()
    found = [each for each in ids_waiting(connection) if typed.isdecimal() and str(each).endswith(typed)]
    if not found:
        raise NoSuchItem(f"No item {printable(typed)} waits for a person. `alongside inbox` shows the numbers.")
    if len(found) > 1:
        several = ", ".join(numbers(ids_waiting(connection))[each] for each in found[:5])
        raise NoSuchItem(f"Several items end in {typed}: {several}. Nothing was marked; type one of these.")
    mark_done(connection, found[0], now)
    return f"Item {typed} is marked as done."


def inbox_lines(connection: Connection, zone: str, now: datetime) -> Iterator[str]:
    """What waits for a person, oldest first, then how people are; times in this zone."""
    items, in_all = waiting(connection), how_many_wait(connection)
    yield f"Waiting for a person: {in_all or 'nothing'}"
    known = numbers(ids_waiting(connection))
    for item in items:
        yield ""
        yield from _wrapped(f"{known[item.id]}  {_clock(item.at, zone)}  {who_it_is(item)}", before="")
        yield from _wrapped("; ".join([why_it_waits(item), *cautions_of(item), *_command(item)]))
        yield from _quoted(words_of(connection, item))
    if in_all > len(items):
        yield f"\nThe {len(items)} oldest are shown; {in_all - len(items)} more wait."
    if items:
        yield f"\nSeen to one of them?  alongside inbox --done {known[items[0].id]}"
    yield ""
    yield from _how_people_are(connection, zone, now)


def _how_people_are(connection: Connection, zone: str, now: datetime) -> Iterator[str]:
    yield f"How people are: who said 1 or 2 in the last {HOW_PEOPLE_ARE.days} days, lowest first"
    low = low_check_ins(connection, now - HOW_PEOPLE_ARE)
    if not low:
        yield "nobody"
    for each in low:
        yield ""
        yield from _wrapped(f"{each.mood} of 5  {_clock(each.at, zone)}  {who_it_is(each)}", before="")
        about = [*(["would like a call"] if each.wants_a_call else []), *cautions_of(each)]
        yield from _wrapped("; ".join(about)) if about else ()
        yield from _quoted(_with_note(words_of_a_check_in(connection, each), each.note))


def people_lines(connection: Connection) -> Iterator[str]:
    """Everybody, a line for each address of each."""
    for each in everybody(connection):
        joined = "joined" if each.joined_at else "coordinator" if each.role == "coordinator" else "has not joined"
        yield from _wrapped(f"{who_it_is(each)}, {joined}", before="")


def who_it_is(row: Row[Any]) -> str:
    """Their name and where they are."""
    where = f"{CHANNELS.get(row.channel, row.channel)} {row.value}" if row.channel else "no address"
    about = [row.called or "no name", where]
    about += ["writes Welsh"] if row.language == "cy" else []
    return printable(", ".join(about))


def why_it_waits(item: Row[Any]) -> str:
    """Why an item of the inbox waits, in plain words."""
    topic = item.why.removeprefix(DANGER)
    why = WHY.get(item.why, item.why) if topic == item.why else f"IN DANGER: {TOPICS.get(topic, topic)}"
    said = f", said {item.mood} of 5" if item.mood is not None else ""
    return f"{why}{said} (taken back)" if item.taken_back_at else f"{why}{said}"


def _command(item: Row[Any]) -> list[str]:
    return [COMMANDS[item.why]] if item.why in COMMANDS else []


def cautions_of(row: Row[Any]) -> Iterator[str]:
    """What somebody must know before they write or ring."""
    if row.safe_to_text is False:
        yield "NOT SAFE to text or ring on this phone"
    if row.stopped:
        yield "has said STOP"


def words_of(connection: Connection, item: Row[Any]) -> list[str]:
    """What they wrote: all of it, where one message alone does not say what it is about."""
    is_in_the_note = item.why in _ITS_OWN_WORDS or item.why.startswith(_TASK)
    if item.message_id is None or item.person_id is None or (is_in_the_note and item.note):
        return [item.note] if item.note else []
    if item.why == FLOOD:
        said = words_of_a_flood(connection, item)
    elif item.began_at is not None:
        said = words_until(connection, item)
    else:
        said = [item.text] if item.text else []
    return _with_note(said, item.note)


def _with_note(said: list[str], note: str | None) -> list[str]:
    """What they wrote, and what was noted of it unless it is in there already."""
    return [*said, note] if note and not any(note in each for each in said) else said


def _clock(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime("%a %d %b %H:%M")


def _quoted(said: Iterable[str]) -> Iterator[str]:
    for each in said:
        for line in each.splitlines():
            yield from _wrapped(f"“{line}”")


def _wrapped(text: str, before: str = INDENT) -> list[str]:
    """A text on lines that fit, indented from the second on in any case."""
    return textwrap.wrap(printable(text), WIDTH, initial_indent=before, subsequent_indent=INDENT)


def on_lines(text: str, before: str = INDENT) -> list[str]:
    """A text on lines that fit into a terminal and can do nothing else to it."""
    return _wrapped(text, before)


def printable(text: str) -> str:
    """A text without what would move the cursor or colour the terminal."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)
