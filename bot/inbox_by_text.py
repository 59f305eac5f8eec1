"""INBOX, INBOX 48213 and DONE 48213, from the address of a coordinator: who waits for a person, and that it is seen to.

To everybody else these are ordinary words. A number is the end of the item's key, five digits at least, so that it is
none of an alert.
"""

from __future__ import annotations

import re
from datetime import timedelta

from bot.from_their_phone import Sender, in_private, is_from_staff, who_sends
from bot.projects.keeping import NotDone
from bot.sitting import Sitting
from bot.times import zone_of
from bot.waiting import Waiting, ids_for, one_who_waits, see_to, who_waits
from storage.accounts import record
from storage.alerts import alerts_shown
from storage.alerts import record as record_alert
from storage.inbox import done_since, ids_waiting, numbers
from storage.tables import SEVERAL

_INBOX = re.compile(r"\W*(?:inbox|blwch)\W*(\d{5,19})?\W*", re.IGNORECASE)
_DONE = re.compile(r"\W*(?:done|gwnaed)\W*(\d{5,19})\W*", re.IGNORECASE)
SHORTEST = 5  # digits; an alert has four
STILL_KNOWN_FOR = timedelta(minutes=30)  # after it is done, what was said of it can be sent
MOST = 5
MOST_WORDS, LONGEST = 3, 300
SAW = "saw what they wrote"
WHERE = "by text"


def inbox_said(text: str, sitting: Sitting) -> bool:
    """Carry out what a coordinator sent about the inbox; False where it is nothing of the kind."""
    look, done = _INBOX.fullmatch(text), _DONE.fullmatch(text)
    if not (look or done) or not is_from_staff(sitting):
        return False
    in_private(sitting)
    try:
        sender = who_sends(sitting)
        if done is not None:
            _mark(sitting, sender, done[1])
        elif look is not None and look[1]:
            _show(sitting, sender, look[1])
        else:
            _list(sitting, sender)
    except NotDone as why:
        sitting.say_text(str(why))
    return True


def _list(sitting: Sitting, sender: Sender) -> None:
    connection = sitting.desk.connection
    waiting, in_all = who_waits(connection, sender.projects, MOST, but=sender.them)
    if not waiting:
        sitting.say("by-text.nobody-waits")
        return
    sitting.speak_of(SEVERAL)
    known = numbers(ids_waiting(connection), SHORTEST)
    lines = [f"{known[each.id]} {_called(each)}: {each.why}" for each in waiting]
    shown = "\n".join(lines)
    sitting.say("by-text.waiting", count=in_all, shown=shown, number=known[waiting[0].id])


def _show(sitting: Sitting, sender: Sender, typed: str) -> None:
    connection, now = sitting.desk.connection, sitting.desk.now
    item = _the_one(sitting, sender, typed)
    words = [each if len(each) <= LONGEST else f"{each[:LONGEST]}..." for each in item.words[-MOST_WORDS:]]
    since = item.at.astimezone(zone_of(sitting.voice.house.zone))
    cautions = "".join(f"; {each}" for each in item.cautions)
    about = f"{item.who or 'For the team'}: {item.why}, since {since:%a %d %b %H:%M}{cautions}"
    sitting.say_text("\n".join([about, *(f"“{each}”" for each in words)]))
    sitting.say("by-text.what-next", number=typed)
    if item.person_id is not None and words:
        record(connection, sender.name, SAW, now, f"person:{item.person_id}", f"inbox:{item.id}")
        for alert_id in alerts_shown(connection, {item.person_id: item.words}, sender.name):
            record_alert(connection, alert_id, now, "read", who=sender.name, note=WHERE)


def _mark(sitting: Sitting, sender: Sender, typed: str) -> None:
    item, now = _the_one(sitting, sender, typed), sitting.desk.now
    see_to(sitting.desk.connection, item.id, sender.name, "", now, sender.projects, sender.them)
    sitting.say("by-text.done", number=typed, name=_called(item))


def person_who_waits(sitting: Sitting, sender: Sender, typed: str) -> int | None:
    """Whom an item with this number is about; None: there is none that waits, or was done just now."""
    if len(typed) < SHORTEST or not typed.isdecimal():
        return None
    try:
        return _the_one(sitting, sender, typed).person_id
    except NotDone:
        connection, since = sitting.desk.connection, sitting.desk.now - STILL_KNOWN_FOR
        done = [each for each in done_since(connection, since, sender.projects) if str(each.id).endswith(typed)]
        return done[0].person_id if len(done) == 1 else None


def _the_one(sitting: Sitting, sender: Sender, typed: str) -> Waiting:
    connection = sitting.desk.connection
    found = [each for each in ids_for(connection, sender.projects, sender.them) if str(each).endswith(typed)]
    item = one_who_waits(connection, found[0], sender.projects, sender.them) if len(found) == 1 else None
    if item is None:
        raise NotDone(sitting.sentence("by-text.no-item", {"number": typed}))
    if item.person_id is not None:
        sitting.speak_of(item.person_id)
    return item


def _called(item: Waiting) -> str:
    return item.who.partition(",")[0] or "For the team"
