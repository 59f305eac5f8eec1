"""What coordinators can send from Telegram: BROADCAST project Garden: words, a look at it, and SEND 3.

Only from the address that the configuration names, and only from Telegram: a text message's sender can be forged. To
everybody else these are ordinary words.
"""

from __future__ import annotations

import re

from bot.broadcasts import keeping
from bot.broadcasts.audience import Audience
from bot.broadcasts.keeping import NotCounted, Plan
from bot.broadcasts.preview import how_many
from bot.broadcasts.wording import Form, Office, Wording
from bot.from_their_phone import Sender, is_from_staff, who_sends
from bot.projects.keeping import NotDone, project_called
from bot.sitting import Sitting

_WRITE = re.compile(r"\W*broadcast\b\s*(?:project\b)?([^:]*):(.+)", re.IGNORECASE | re.DOTALL)
_SEND = re.compile(r"\W*send\s+(\d{1,6})(?:\s+(\d{1,7}))?\W*", re.IGNORECASE)


def broadcast_said(text: str, sitting: Sitting) -> bool:
    """Carry out what a coordinator sent about a broadcast; False where it is nothing of the kind."""
    write, send = _WRITE.fullmatch(text), _SEND.fullmatch(text)
    if sitting.address.channel != "telegram" or not (write or send) or not is_from_staff(sitting):
        return False
    try:
        sender = who_sends(sitting)
        if write is not None:
            said = _written(sitting, sender, write[1].strip(), write[2].strip())
        elif send is not None:
            said = _sent(sitting, sender, int(send[1]), int(send[2]) if send[2] else None)
    except NotDone as why:
        said = [str(why)]
    sitting.say_text("\n".join(said))
    return True


def _written(sitting: Sitting, by: Sender, project: str, words: str) -> list[str]:
    """Keep a draft, and let them look at it."""
    connection, office, now = sitting.desk.connection, _office(sitting), sitting.desk.now
    projects = (project_called(connection, project).id,) if project else ()
    within = None if by.projects is None else tuple(sorted(by.projects))
    wording, audience = Wording({office.house.language: Form(words)}), Audience(projects=projects, within=within)
    number = keeping.write(connection, wording, audience, by.name, office, now, Plan())
    seen = keeping.preview(connection, number, office, now)
    return [f"Broadcast {number} is a draft.", *seen.lines(), f"To let it go, send: SEND {number}"]


def _sent(sitting: Sitting, by: Sender, number: int, typed: int | None) -> list[str]:
    who_may, name = [each.name for each in sitting.voice.house.safeguarding.people], by.name
    connection, office, now = sitting.desk.connection, _office(sitting), sitting.desk.now
    try:
        return keeping.confirm(connection, number, name, office, now, typed=typed, who_may=who_may, reach=by.projects)
    except NotCounted as asked:
        raise NotDone(
            f"It goes to {how_many(asked.people)}. To let it go, send: SEND {number} {asked.people}"
        ) from None


def _office(sitting: Sitting) -> Office:
    return Office(sitting.voice.words, sitting.voice.house)
