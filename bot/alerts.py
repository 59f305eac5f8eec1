"""Bringing a person in when somebody is in danger: what a turn of theirs does. Nothing is closed by a machine.

An alert is written down in the transaction of the message behind it; `bot.escalation` tells people right after
the commit and goes on until somebody acknowledges. Where the organisation has declared that nobody watches,
there are no alerts: the words go into the inbox, and the person is told that nobody watches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.telling import THEM, moment_in_words, tell, tell_by_text
from storage import alerts
from storage.alerts import AlertRecord
from storage.taking_over import who_reads

if TYPE_CHECKING:
    from bot.sitting import Sitting
    from flows.acts import RaiseAlert

TO_A_PERSON = "wrote to a person"
WAKE = "alerts"
"""Among a desk's senders, this wakes the escalation."""


def raise_alert(sitting: Sitting, conversation_id: int, name: str, act: RaiseAlert) -> None:
    """Raise an alert, or raise the one again that is open for them; it is never suppressed."""
    if not sitting.voice.house.safeguarding.watched:
        sitting.add_to_inbox(f"danger: {act.topic}", conversation_id=conversation_id, name=name)
        return
    desk = sitting.desk
    known = alerts.open_alert(desk.connection, sitting.person.id)
    alert = _raised_again(sitting, known, act) if known else _new_alert(sitting, act)
    what = "raised again" if known else "raised"
    _note(sitting, alert, what, note=f"{act.tier}, {act.topic}, rule {act.rule}")
    if known:
        _tell_again(sitting, alert)
    desk.senders.add(WAKE)


def who_will_see(sitting: Sitting) -> tuple[str, dict[str, Any]]:
    """The honest sentence about who sees what they wrote, and when: its key, and the values it mentions."""
    house, now = sitting.voice.house, sitting.desk.now
    if not house.safeguarding.watched:
        return "alerts.nobody-watches", {}
    alert = alerts.open_alert(sitting.desk.connection, sitting.person.id)
    if alert is not None and alert.state == "acknowledged":
        return "alerts.has-it", {"name": alert.has_it}
    following = house.safeguarding.rota.next_on_call(now)
    if following is None:
        return "alerts.nobody-watches", {}
    if following > now:
        when = moment_in_words(sitting.voice.words, sitting.language, following, now, sitting.person.zone)
        return "alerts.nobody-until", {"when": when}
    return ("alerts.trying-quietly" if sitting.person.safe_to_text is False else "alerts.trying"), {}


def may_speak(sitting: Sitting) -> None:
    """They have said that it is safe to text them here about this; whoever has the alert is told so."""
    alert = alerts.open_alert(sitting.desk.connection, sitting.person.id)
    if alert is None or alert.may_text:
        return
    alerts.change_alert(sitting.desk.connection, alert, may_text=True, address_id=sitting.address.id)
    _note(sitting, alert, "said it is safe to text")
    _tell_who_has_it(sitting, alert, "safe-to-text")


def pass_on(sitting: Sitting) -> None:
    """They have written more after an alert; whoever has it can READ it."""
    alert = alerts.open_alert(sitting.desk.connection, sitting.person.id)
    if alert is None:
        return
    since = alert.unfollowed_since or sitting.desk.now
    alerts.change_alert(sitting.desk.connection, alert, address_id=sitting.address.id, unfollowed_since=since)
    _note(sitting, alert, "more words")
    _tell_who_has_it(sitting, alert, "more")
    sitting.desk.senders.add(WAKE)


def went_back(sitting: Sitting, names: Sequence[str]) -> None:
    """They went BACK over an answer; if it was the one that raised an alert, whoever was told learns that."""
    alert = alerts.open_alert(sitting.desk.connection, sitting.person.id)
    if alert is None or not any(name.startswith("RaiseAlert") for name in names):
        return
    _note(sitting, alert, "went back")
    for name in alerts.who_was_told(sitting.desk.connection, alert):
        tell(sitting.desk, sitting.voice, alert, name, "went-back", "told of it")


def is_taken_over(sitting: Sitting) -> bool:
    """Whether somebody of the team writes with them now instead of the bot."""
    return sitting.person.taken_over_at is not None


def relay(sitting: Sitting, words: str) -> None:
    """Pass what somebody wrote to whoever has taken over; nothing else is said to them."""
    if sitting.person.taken_over_by is None:
        _leave_for_the_console(sitting, words)
        return
    alert = alerts.open_alert(sitting.desk.connection, sitting.person.id)
    if alert is None or alert.has_it is None:
        sitting.add_to_inbox("written to nobody")  # the alert was closed in this very moment
        return
    alerts.change_alert(sitting.desk.connection, alert, address_id=sitting.address.id)
    _note(sitting, alert, "more words")
    alerts.record(
        sitting.desk.connection,
        alert.id,
        sitting.desk.now,
        "passed on",
        who=alert.has_it,
        message_id=sitting.message_id,
    )
    tell(sitting.desk, sitting.voice, alert, alert.has_it, "relayed", "words passed on", words=words)


def _leave_for_the_console(sitting: Sitting, words: str) -> None:
    """Whoever has taken over reads it there, and it waits in the inbox; whoever has an alert of theirs hears of it too.

    Who has said that it is not safe to text them was not told who reads, and hears it in answer to their own words.
    """
    pass_on(sitting)
    sitting.add_to_inbox(TO_A_PERSON)
    reader = who_reads(sitting.desk.connection, sitting.person.id)
    if reader is not None and reader.by_text:
        tell_by_text(sitting.desk, sitting.voice, reader.name, sitting.person, words)
    if sitting.person.safe_to_text is False:
        sitting.say("alerts.read-by", name=reader.name if reader else "")


def _new_alert(sitting: Sitting, act: RaiseAlert) -> AlertRecord:
    return alerts.add_alert(
        sitting.desk.connection,
        sitting.desk.now,
        person_id=sitting.person.id,
        address_id=sitting.address.id,
        message_id=sitting.message_id,
        tier=act.tier,
        topic=act.topic,
        rule=act.rule,
        may_text=not act.discreet,
    )


def _raised_again(sitting: Sitting, alert: AlertRecord, act: RaiseAlert) -> AlertRecord:
    """The same alert with the newest rule. If somebody has it, they have to acknowledge again, or the next is told."""
    desk = sitting.desk
    values: dict[str, Any] = {"tier": act.tier, "topic": act.topic, "rule": act.rule, "address_id": sitting.address.id}
    values["unfollowed_since"] = alert.unfollowed_since or desk.now
    if act.discreet and act.topic != alert.topic:
        values["may_text"] = False  # what they said about texting was not said about this
    if alert.state == "acknowledged":
        due_at = desk.now + sitting.voice.house.safeguarding.acknowledge_within
        values |= {"state": "raised", "since": desk.now, "due_at": due_at}
    alerts.change_alert(desk.connection, alert, **values)
    return replace(alert, **values)


def _tell_again(sitting: Sitting, alert: AlertRecord) -> None:
    """Tell it again at once to whoever has it, or has been told of it."""
    told = alerts.who_was_told(sitting.desk.connection, alert)
    for name in dict.fromkeys([*([alert.has_it] if alert.has_it else []), *told]):
        tell(sitting.desk, sitting.voice, alert, name, "again")


def _tell_who_has_it(sitting: Sitting, alert: AlertRecord, key: str) -> None:
    if alert.has_it is not None:
        tell(sitting.desk, sitting.voice, alert, alert.has_it, key, "told of it")


def _note(sitting: Sitting, alert: AlertRecord, what: str, who: str = THEM, note: str | None = None) -> None:
    desk = sitting.desk
    alerts.record(desk.connection, alert.id, desk.now, what, who=who, message_id=sitting.message_id, note=note)
