"""Writing with somebody at the console: take over from the bot, reply by hand, give back.

As by phone after an alert (`bot.coordinators`): the flows are silent meanwhile, danger is still heard and answered,
the person is told who reads and when the computer is back, and STOP and what is not safe hold. What the person writes
is read at the console, and waits in the inbox until somebody has answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.alerts import TO_A_PERSON
from bot.channels.segments import Segments, count, fold
from bot.own_alerts import is_themselves
from bot.people.rights import NobodyThere, must_be_seen
from bot.projects.keeping import NotDone
from bot.reaching import where_they_wrote_from, why_not_to_write
from bot.sitting import Voice
from bot.telling import THEM, tell, tell_them
from bot.times import after_quiet_hours, zone_of
from bot.writing_first import LEFT_IN_PEACE
from storage import alerts, taking_over
from storage.alerts import AlertRecord
from storage.desk import Desk
from storage.inbox import mark_all_done
from storage.one_person import open_alert_of, person_with_id, where_they_are, who_else_is_there
from storage.records import AddressRecord, PersonRecord
from storage.tables import Lane
from storage.taking_over import Reader

LONGEST_REPLY = 1000  # letters: seven text messages, and as much as anybody reads on an old phone
ON_ITS_WAY = "on its way"
IT_IS_YOU = "This is you, or somebody who shares your phone. A colleague writes with you, if one does."
CLICKED_TWICE = timedelta(seconds=20)  # nobody types the same words to the same person so soon
TALKING = timedelta(hours=1)  # after their own words an answer is no disturbance, at whatever hour


@dataclass(frozen=True)
class Preview:
    """What a reply would be: its text as it is sent, what it takes by SMS (None: it goes by Telegram), and cautions.

    `is_held` is whether it would not be sent at all; the first caution says why.
    """

    text: str
    segments: Segments | None
    cautions: tuple[str, ...]
    is_held: bool = False


@dataclass
class _Look:
    """What must be known to write with somebody: rows to look at, or records that can be changed."""

    voice: Voice
    now: datetime
    person: Any
    address: Any
    alert: Any

    @property
    def why_not(self) -> str | None:
        """Why nothing may be written to them now; None: it may."""
        return why_not_to_write(self.person, self.address, self.alert, self.now)

    @property
    def paused(self) -> str | None:
        """That they have asked for a pause and have not written since; None: they have not, or have."""
        until, heard = self.person.paused_until, self.address.last_heard_at if self.address is not None else None
        if until is None or until <= self.now or (heard is not None and self.now - heard < LEFT_IN_PEACE):
            return None
        when = "they say START" if until.year == 9999 else f"{until.astimezone(zone_of(self.person.zone)):%A %d %B}"
        return f"They have asked for a pause until {when}, and have not written since. Please wait until then."

    @property
    def leaves_at(self) -> datetime:
        """Now, if they have just written themselves; otherwise not in their quiet hours."""
        heard = self.address.last_heard_at if self.address is not None else None
        have_just_written = heard is not None and self.now - heard < TALKING
        return self.now if have_just_written else after_quiet_hours(self.now, self.person)

    @property
    def when(self) -> str:
        """When it leaves, in words."""
        if self.alert is not None or self.leaves_at <= self.now:
            return ON_ITS_WAY
        at = self.leaves_at.astimezone(zone_of(self.voice.house.zone))
        return f"waiting for the end of their quiet hours, {at:%A at %H:%M}"

    @property
    def is_sms(self) -> bool:
        """Whether it goes by text message."""
        return self.address is not None and self.address.channel == "sms"

    def sentence(self, key: str, **values: Any) -> str:
        """A sentence in their language, in the form for their channel."""
        language = self.person.language or self.voice.house.language
        return self.voice.words.sentence(language, f"alerts.{key}", values, short=self.is_sms)


@dataclass
class _Talk(_Look):
    """One act of somebody of the team at the console, about one person, in a transaction."""

    desk: Desk
    person: PersonRecord
    address: AddressRecord | None
    alert: AlertRecord | None
    by: str
    reader: Reader | None

    def write(self, key: str, what: str, **values: Any) -> int | None:
        """Write to them where they last wrote from; while an alert is open it is followed in its record."""
        if self.alert is not None:
            return tell_them(self.desk, self.voice, self.alert, key, what, name=self.by, **values)
        if self.address is None:
            return None
        return self.desk.add_outgoing(
            self.address,
            person_id=self.person.id,
            lane=int(Lane.REPLY),
            text=self.sentence(key, name=self.by, **values),
            buttons=None,
            conversation_id=None,
            not_before=self.leaves_at,
        )

    def record(self, what: str) -> None:
        """A line in the record of their open alert, if there is one."""
        if self.alert is not None:
            alerts.record(self.desk.connection, self.alert.id, self.desk.now, what, who=self.by, note="at the console")


def _begin(desk: Desk, voice: Voice, person_id: int, by: str, projects: frozenset[int] | None) -> _Talk:
    connection, now = desk.connection, desk.now
    must_be_seen(connection, person_id, projects)
    if is_themselves(connection, voice.house.safeguarding, by, person_id):
        raise NotDone(IT_IS_YOU)
    desk.fetch_people([person_id])
    person = desk.person(person_id)
    if person is None:
        raise NobodyThere("There is nobody like that.")
    alert = alerts.open_alert(connection, person_id)
    address = alerts.address_with_id(connection, alert.address_id) if alert is not None else None
    address = address or where_they_wrote_from(desk.addresses_of(person), person.preferred_address_id)
    reader = taking_over.who_reads(connection, person_id)
    return _Talk(voice, now, person, address, alert, desk=desk, by=by, reader=reader)


def take_over(
    connection: Connection,
    voice: Voice,
    person_id: int,
    by: str,
    now: datetime,
    projects: frozenset[int] | None = None,
    *,
    from_another: bool = False,
) -> list[str]:
    """Write with somebody instead of the bot, from now on; they are told who reads, where that may be done.

    Args:
        connection: A transaction.
        voice: The words and the house.
        person_id: With whom.
        by: Who writes, as volunteers know them.
        now: What time it is.
        projects: Only if they belong to one of these; None: all.
        from_another: Also where a colleague writes with them already; who reads on their phone is told.

    Raises:
        NotDone: A colleague does, or there is nobody like that to see.
    """
    talk = _begin(Desk(connection, now), voice, person_id, by, projects)
    reader = talk.reader
    if reader is not None and reader.at_console and reader.name == by:
        return ["You write with them already."]
    if reader is not None and not from_another:
        where = "at the console" if reader.at_console else "on their phone"
        raise NotDone(f"{reader.name} writes with them {where}. You can take it from {reader.name} if you must.")
    talk.record("taken over")
    if reader is not None and not reader.at_console and talk.alert is not None and talk.alert.has_it is not None:
        tell(talk.desk, voice, talk.alert, talk.alert.has_it, "taken-at-console", "told of it", name=by)
    told = None if talk.why_not else talk.write("takes-over", "told who reads here")
    taking_over.take_over(talk.desk, person_id, by, None, outbox_id=told)
    talk.desk.put_away()
    return ["You write with them now; the bot is silent until you give it back.", _has_been_told(talk, told)]


def _has_been_told(talk: _Talk, told: int | None) -> str:
    if told is not None:
        return f"That you read here is {talk.when}."
    if talk.alert is not None:
        alerts.record(talk.desk.connection, talk.alert.id, talk.desk.now, "not told who reads here", who=THEM)
    return f"They are NOT told so. {talk.why_not}"


def reply(
    connection: Connection,
    voice: Voice,
    person_id: int,
    by: str,
    words: str,
    now: datetime,
    projects: frozenset[int] | None = None,
) -> list[str]:
    """Send somebody these words, with the name of who writes them, where they last wrote from.

    Raises:
        NotDone: It was not taken over by them, may not be written now, or is nothing that can be sent.
    """
    talk = _begin(Desk(connection, now), voice, person_id, by, projects)
    said = good_words(words)
    _must_be_theirs(talk)
    if (why := talk.why_not or talk.paused) is not None:
        talk.record("reply held back")
        raise NotDone(f"It was not sent. {why}")
    text = talk.sentence("from-person", name=by, words=said)
    if taking_over.was_written_since(connection, person_id, by, text, now - CLICKED_TWICE):
        return [f"Your words are {talk.when}. They are sent once."]
    outbox_id = talk.write("from-person", "words of a coordinator", words=said)
    talk.record("replied")
    taking_over.has_replied(talk.desk, person_id, by, None, outbox_id)
    mark_all_done(connection, person_id, TO_A_PERSON, now)
    talk.desk.put_away()
    return [f"Your words are {talk.when}."]


def reply_by_text(
    desk: Desk,
    voice: Voice,
    person_id: int,
    by: str,
    words: str,
    message_id: int,
    projects: frozenset[int] | None = None,
) -> bool:
    """Send somebody these words from a coordinator's phone; who had not been written to by hand is told who reads.

    Args:
        desk: That of the message which the words came with, or which said to send them.
        voice: The words and the house.
        person_id: To whom.
        by: Who writes, as volunteers know them.
        words: What.
        message_id: The message that the words came with; they are sent once.
        projects: Only if they belong to one of these; None: all.

    Returns:
        Whether they were sent now; otherwise they had been.

    Raises:
        NotDone: A colleague writes with them, it may not be written now, or is nothing that can be sent.
    """
    note = f"{taking_over.BY_TEXT} {message_id}"
    if taking_over.has_gone(desk.connection, person_id, note):
        return False
    talk = _begin(desk, voice, person_id, by, projects)
    said = good_words(words)
    if talk.reader is not None:
        _must_be_theirs(talk)
    if (why := talk.why_not or talk.paused) is not None:
        talk.record("reply held back")
        raise NotDone(f"It was not sent. {why}")
    if talk.reader is None:
        talk.record("taken over")
        told = talk.write("takes-over", "told who reads here")
        taking_over.take_over(desk, person_id, by, None, outbox_id=told)
    outbox_id = talk.write("from-person", "words of a coordinator", words=said)
    talk.record("replied")
    taking_over.has_replied(desk, person_id, by, None, outbox_id, note)
    mark_all_done(desk.connection, person_id, TO_A_PERSON, desk.now)
    return True


def good_words(words: str) -> str:
    """What is sent of what was typed.

    Raises:
        NotDone: It is nothing, or too long.
    """
    said = words.strip()
    if not said:
        raise NotDone("There is nothing to send yet. Please write your words.")
    if len(said) > LONGEST_REPLY:
        raise NotDone(f"That is {len(said)} letters. Please make it shorter than {LONGEST_REPLY}, or send it in two.")
    return said


def _must_be_theirs(talk: _Talk) -> None:
    if talk.reader is None:
        raise NotDone("The bot answers them just now. Please take over first, so that they know who writes.")
    if not talk.reader.at_console or talk.reader.name != talk.by:
        raise NotDone(f"{talk.reader.name} writes with them now. You can take it from {talk.reader.name} if you must.")


def preview(
    connection: Connection,
    voice: Voice,
    person_id: int,
    by: str,
    words: str,
    now: datetime,
    projects: frozenset[int] | None = None,
) -> Preview:
    """How a reply would look on their phone, what it takes, and what would hold it back; nothing is changed."""
    must_be_seen(connection, person_id, projects)
    person, theirs = person_with_id(connection, person_id), where_they_are(connection, person_id)
    if person is None:
        raise NobodyThere("There is nobody like that.")
    address = where_they_wrote_from(theirs, person.preferred_address_id)
    look = _Look(voice, now, person, address, open_alert_of(connection, person_id))
    text = look.sentence("from-person", name=by, words=words.strip())
    text = fold(text) if look.is_sms else text
    held = look.why_not or look.paused
    cautions = [held] if held else []
    if address is not None and any(each.address_id == address.id for each in who_else_is_there(connection, person_id)):
        cautions.append("Somebody else uses this phone too, and may read it.")
    if held is None and look.when != ON_ITS_WAY:
        cautions.append(f"It would be {look.when}.")
    return Preview(text, count(text) if look.is_sms else None, tuple(cautions), held is not None)


def give_back(
    connection: Connection,
    voice: Voice,
    person_id: int,
    by: str,
    now: datetime,
    projects: frozenset[int] | None = None,
) -> list[str]:
    """Let the bot answer somebody again; they are told so, if they were told who reads.

    Raises:
        NotDone: Nobody had taken over, or a colleague has it on their phone.
    """
    talk = _begin(Desk(connection, now), voice, person_id, by, projects)
    told = _give_back(talk)
    talk.desk.put_away()
    return ["The bot answers them again.", f"They are {'told so' if told else 'not told so'}."]


def give_back_by_text(
    desk: Desk, voice: Voice, person_id: int, by: str, projects: frozenset[int] | None = None
) -> None:
    """Let the bot answer somebody again, from the phone of whoever wrote with them; see `give_back`.

    Raises:
        NotDone: Nobody had taken over, or a colleague has.
    """
    talk = _begin(desk, voice, person_id, by, projects)
    if talk.reader is not None:
        _must_be_theirs(talk)
    _give_back(talk)


def _give_back(talk: _Talk) -> int | None:
    """The message that tells them so; None: they are not told."""
    if talk.reader is None:
        raise NotDone("The bot answers them already.")
    if not talk.reader.at_console:
        raise NotDone(
            f"{talk.reader.name} writes with them by phone, because of an alert, and gives it back with GIVE."
        )
    talk.record("given back")
    by, person_id = talk.by, talk.person.id
    was_never_told = taking_over.take_back_what_was_not_said(talk.desk.connection, person_id)
    talk.by = talk.reader.name  # whose name they know
    told = None if talk.why_not or was_never_told else talk.write("computer-again", "told that the computer is back")
    taking_over.give_back(talk.desk, person_id, by, outbox_id=told)
    return told
