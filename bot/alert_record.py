"""The record of an alert in sentences: one table of everything that can stand in it.

What is kept are a few words, the same for ever ("told"); what a person reads is here. Names are those of the team:
the person in danger is "they".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from bot.showing import tier_and_topic
from bot.telling import THEM
from storage.alert_notices import FATES

SENTENCES: Mapping[str, str] = {
    "raised": "They wrote something that sounds like danger.",
    "raised again": "They wrote something more that sounds like danger.",
    "more words": "They wrote more.",
    "went back": "They took an answer back.",
    "said it is safe to text": "They said that it is safe to text them about this.",
    "answered": "They were answered at once, with who can help.",
    "told": "{who} was told.",
    "told of it": "{who} was told more.",
    "told who has it": "{who} {was} told who has it.",
    "told that nobody has answered yet": "They were told that nobody has answered yet, and not to wait.",
    "told who reads here": "They were told who writes with them now.",
    "told that the computer is back": "They were told that the computer answers again.",
    "words of a coordinator": "They were sent a coordinator's words.",
    "words passed on": "{who} was sent what they wrote.",
    "passed on": "{who} was to get what they wrote.",
    "not told who has it": "They were NOT told who has it: {why}.",
    "not told who reads here": "They were NOT told who writes with them now{because}.",
    "not told that the computer is back": "They were NOT told that the computer answers again: {why}.",
    "sent": "A message to {whom} was sent.",
    "delivered": "A message to {whom} arrived.",
    "failed": "A message to {whom} did not arrive.",
    "unknown": "Nobody knows whether a message to {whom} arrived.",
    "withdrawn": "A message to {whom} was not sent after all.",
    "nobody is on call": "Nobody is on call just now.",
    "nobody of that name": "{who} is in the settings no longer, so nobody was told.",
    "their address is gone": "They have no address any more, so nothing was sent.",
    "acknowledged": "{who} took it on.",
    "acknowledged by taking over": "{who} took it on, and the conversation too.",
    "read": "{who} read what they wrote.",
    "taken over": "{who} took over the conversation.",
    "replied": "{who} wrote to them.",
    "reply held back": "What {who} wrote was NOT sent{because}.",
    "given back": "{who} gave the conversation back to the bot.",
    "given back after a day of silence": "{who} had written nothing for a day, so the bot answers again.",
    "closed": "{who} closed the alert.",
}
"""What each line says. In what is kept, why stands behind a colon: "not told who has it: it may not be safe"."""
TOLD: Mapping[str, str] = {
    "alert": "{who} was told of the alert.",
    "still": "{who} was told again that nobody has it yet.",
    "again": "{who} was told that there is more danger.",
    "relayed": "{who} was sent what they wrote.",
    "more": "{who} was told that they wrote more.",
    "safe-to-text": "{who} was told that it is safe to text them.",
    "went-back": "{who} was told that they took an answer back.",
    "stand-down": "{who} was told who has it, and need do nothing.",
    "taken-at-console": "{who} was told who took over at the console.",
    "not-delivered": "{who} was told that our message did not reach them.",
    "not-delivered-discreet": "{who} was told that our message did not reach them.",
}
"""What was told to somebody of the team, by the sentence that told it; it says more than the line itself."""
WENT = {"sent": "sent", "delivered": "arrived"}
"""What can become of a message that is no worry: it is said with the line that speaks of the message."""
THEIRS = ("told", "nobody-yet", "takes-over", "computer-again", "from-person")
"""The sentences that told the person in danger; the line itself says what they were told."""


@dataclass(frozen=True)
class Happened:
    """One line of the record, to be read: when, what, a note as it was written, and when its message went and came."""

    at: datetime
    said: str
    note: str | None
    went: tuple[tuple[str, datetime], ...] = ()


def in_sentences(record: Sequence[Row[Any]]) -> list[Happened]:
    """The lines of an alert's record, in order; what is there for each message of several is said once.

    That a message went stands with the line that speaks of it; what became of a message that was lost, by itself.
    """
    telling = {each.outbox_id for each in record if each.what not in FATES} - {None}
    went: dict[int, tuple[tuple[str, datetime], ...]] = {}
    for each in record:
        if each.what in WENT:
            went[each.outbox_id] = (*went.get(each.outbox_id, ()), (WENT[each.what], each.at))
    own_lines = [each for each in record if each.what not in WENT or each.outbox_id not in telling]
    lines = (
        Happened(each.at, _sentence(each), _note(each), went.get(each.outbox_id, ()) if each.what not in FATES else ())
        for each in own_lines
    )
    return list(dict.fromkeys(lines))


def _sentence(line: Row[Any]) -> str:
    what, _, why = line.what.partition(": ")
    to_the_team = line.who != THEM and line.what.startswith("told")
    template = (TOLD.get(line.note or "") if to_the_team else None) or SENTENCES.get(what) or line.what + "."
    who = "They" if line.who == THEM else line.who or "Somebody"
    return template.format(
        who=who,
        was="were" if line.who == THEM else "was",
        whom="them" if line.who == THEM else who,
        why=why,
        because=f": {why}" if why else "",
    )


def _note(line: Row[Any]) -> str | None:
    """What was noted, where it is words for a person and the sentence does not say it already."""
    if line.what in ("raised", "raised again"):
        return _what_was_heard(line.note or "")
    if line.note in TOLD or (line.who == THEM and line.note in THEIRS):
        return None  # it is the name of a sentence of ours
    if line.what.startswith("acknowledged"):
        minutes = (line.note or "").removeprefix("late: ")
        return re.sub(r"^1 minutes", "1 minute", re.sub(r"^0 minutes", "Less than a minute", minutes)) or None
    note: str | None = line.note
    return note


def _what_was_heard(note: str) -> str | None:
    """As it was noted: "act, suicide_selfharm, rule cannot-go-on"."""
    tier, _, rest = note.partition(", ")
    topic, _, rule = rest.partition(", rule ")
    return f"{tier_and_topic(tier, topic).capitalize()}. It was heard by the rule “{rule}”." if rule else note or None
