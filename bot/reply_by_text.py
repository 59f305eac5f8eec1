"""REPLY Ada: words, then SEND 4821; and GIVE Ada: a coordinator writes with somebody from their own phone.

It can be anybody of their projects. What would be sent is shown first, with what it costs. SEND with the number that
came back sends it: whoever a text is from can be forged, and only the real phone has seen the number. The person hears
it as from that coordinator, the flows are silent until it is given back, and what they write comes to that phone.
Nothing waits in a table of its own: what is to be sent is in the message that was sent to us.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from bot.from_their_phone import Sender, in_private, is_from_staff, who_sends
from bot.inbox_by_text import person_who_waits
from bot.own_alerts import is_themselves
from bot.people import NobodyMeant, find_person, talking
from bot.people.talking import Preview
from bot.projects.keeping import NotDone
from bot.sitting import Sitting
from storage.broadcasts import broadcast_numbered
from storage.one_person import open_alert_of, said_by
from storage.people import called
from storage.taking_over import who_reads

_REPLY = re.compile(r"\W*(?:reply|ateb)\b\s*(?:to\s+)?([^:\n]{1,80}):\s*(.*)", re.IGNORECASE | re.DOTALL)
_SEND = re.compile(r"\W*(?:send|anfon)\W*(\d{4})\W*", re.IGNORECASE)
_GIVE = re.compile(r"\W*(?:give(?:\s+back)?|rhoi)\s+([^:\n]{1,80}?)\s*", re.IGNORECASE)
GOOD_FOR = timedelta(minutes=30)
MOST_RECENT = 20
_DANGER = ("act", "ask")
NOBODY_THERE = "There is nobody like that among the people of your projects."


@dataclass(frozen=True)
class _Meant:
    """What a REPLY would do: the message of ours that it came with, to whom, and the words."""

    message_id: int
    person_id: int
    words: str

    @property
    def number(self) -> str:
        """What whoever has seen it sends back; it is of just this message and person."""
        digest = hashlib.sha256(f"{self.message_id}:{self.person_id}".encode()).digest()
        return str(1000 + int.from_bytes(digest[:8], "big") % 9000)


def reply_said(text: str, sitting: Sitting) -> bool:
    """Carry out what a coordinator sent to somebody; False where it is nothing of the kind."""
    write, send, give = (each.fullmatch(text) for each in (_REPLY, _SEND, _GIVE))
    if not (write or send or give) or not is_from_staff(sitting):
        return False
    try:
        sender = who_sends(sitting)
        if write is not None:
            _look(sitting, sender, write[1], write[2].strip())
        elif send is not None and not _send(sitting, sender, send[1]):
            if _is_of_a_broadcast(sitting, int(send[1])):
                return False
            sitting.say("by-text.nothing-to-send", number=send[1])
        elif give is not None:
            _give(sitting, sender, give[1])
    except (NotDone, NobodyMeant) as why:
        if isinstance(why, NobodyMeant) and sitting.voice.danger.listen(text).tier in _DANGER:
            return False  # "give up, I can't go on" and "reply from me: ..." are about themselves
        sitting.say_text(str(why).partition(" `alongside")[0])
    in_private(sitting)
    return True


def is_order(text: str, *, or_to_give: bool = True) -> bool:
    """Whether this would be an order about somebody, if a coordinator sends it; GIVE begins ordinary words as well."""
    return any(each.fullmatch(text) for each in (_REPLY, _SEND, *((_GIVE,) if or_to_give else ())))


def _look(sitting: Sitting, sender: Sender, who: str, words: str) -> None:
    """Show what would be sent, as it would come to them, and what it takes."""
    if sitting.message_id is None:
        return
    person_id = _person(sitting, sender, who)
    sitting.speak_of(person_id)
    meant = _Meant(sitting.message_id, person_id, talking.good_words(words))
    seen = _preview(sitting, sender, meant)
    name = called(sitting.desk.connection, meant.person_id) or who
    sitting.say("by-text.look", name=name, text=seen.text, takes=_takes(sitting, seen))
    for each in seen.cautions:
        sitting.say_text(each)
    if not seen.is_held:
        sitting.say("by-text.to-send", number=meant.number)


def _send(sitting: Sitting, sender: Sender, number: str) -> bool:
    """Send what they have looked at; whether there was anything with this number."""
    for row in said_by(sitting.desk.connection, sitting.person.id, None, MOST_RECENT):
        write = _REPLY.fullmatch(row.text or "") if row.at >= sitting.desk.now - GOOD_FOR else None
        meant = _meant(sitting, sender, row.id, write) if write is not None else None
        if meant is not None and meant.number == number:
            said = talking.reply_by_text(
                sitting.desk,
                sitting.voice,
                meant.person_id,
                sender.name,
                meant.words,
                meant.message_id,
                sender.projects,
            )
            sitting.speak_of(meant.person_id)
            name = called(sitting.desk.connection, meant.person_id) or ""
            sitting.say("by-text.gone" if said else "by-text.gone-already", name=name)
            return True
    return False


def _is_of_a_broadcast(sitting: Sitting, number: int) -> bool:
    is_from_there = sitting.address.channel == "telegram"
    return is_from_there and broadcast_numbered(sitting.desk.connection, number) is not None


def _meant(sitting: Sitting, sender: Sender, message_id: int, write: re.Match[str]) -> _Meant | None:
    try:
        return _Meant(message_id, _person(sitting, sender, write[1]), write[2].strip())
    except (NotDone, NobodyMeant):
        return None  # an earlier one, whose name means nobody or several


def _give(sitting: Sitting, sender: Sender, who: str) -> None:
    person_id = _person(sitting, sender, who)
    sitting.speak_of(person_id)
    talking.give_back_by_text(sitting.desk, sitting.voice, person_id, sender.name, sender.projects)
    sitting.say("by-text.given-back", name=called(sitting.desk.connection, person_id) or who)


def _person(sitting: Sitting, sender: Sender, who: str) -> int:
    """Whom they mean: by the number of what waits, or as at the command line.

    Raises:
        NobodyMeant: Nobody, or several.
    """
    connection = sitting.desk.connection
    person_id = person_who_waits(sitting, sender, who.strip())
    if person_id is None:
        person_id = int(find_person(connection, who.strip(), sender.projects).id)
    if is_themselves(connection, sitting.voice.house.safeguarding, sender.name, person_id):
        raise NotDone(talking.IT_IS_YOU)
    _must_not_be_after_an_alert(connection, sender, person_id)
    return person_id


def _must_not_be_after_an_alert(connection: Connection, sender: Sender, person_id: int) -> None:
    """With whom they write because of an alert, they go on with its number, so that its record has all of it."""
    reader, alert = who_reads(connection, person_id), open_alert_of(connection, person_id)
    if alert is not None and reader is not None and not reader.at_console and reader.name == sender.name:
        number = alert.reference
        raise NotDone(
            f"You write with them because of alert {number}. "
            f"REPLY {number} and your words go to them; GIVE {number} gives it back."
        )


def _preview(sitting: Sitting, sender: Sender, meant: _Meant) -> Preview:
    connection, now = sitting.desk.connection, sitting.desk.now
    return talking.preview(connection, sitting.voice, meant.person_id, sender.name, meant.words, now, sender.projects)


def _takes(sitting: Sitting, seen: Preview) -> str:
    if seen.segments is None:
        return sitting.sentence("by-text.free")
    parts, pence = seen.segments.parts, sitting.voice.house.spending.pence_per_part
    price = f", {parts * pence:.0f}p" if pence else ""
    return sitting.sentence("by-text.parts", {"count": parts, "price": price})
