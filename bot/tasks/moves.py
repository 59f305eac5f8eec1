"""What can become of a task: offered, taken, given back, passed, done.

Each move keeps whose it is and tells whom it concerns; afterwards it is with one volunteer, or with the coordinators.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.projects.telling import Hearers, tell
from bot.times import due_at, zone_of
from storage.desk import PERSON, Desk
from storage.hand_offs import end_hand_offs
from storage.nudges import NewNudge, add_nudges, withdraw_nudges
from storage.tasks import (
    add_event,
    add_offer,
    agree_on_day,
    close_task,
    give_task_back,
    keep_thanks,
    mark_task_done,
    offer_with_id,
    offers_are_the_teams,
    open_offers_of,
    settle_offer,
    take_task,
    task_with_id,
)

ANSWER_WITHIN = timedelta(days=5)  # of an offer, counted from when it was put
BEFORE = timedelta(days=2)  # the one nudge before the agreed day
AFTER = timedelta(days=1)  # the one gentle opening after it
WORTH_OPENING_FOR = timedelta(days=7)


def the_task(connection: Connection, task_id: int) -> Row[Any]:
    """Its row; a task is never deleted."""
    found = task_with_id(connection, task_id)
    if found is None:
        raise LookupError("the task is no longer kept")
    return found


def the_offer(connection: Connection, offer_id: int) -> Row[Any]:
    """Its row."""
    found = offer_with_id(connection, offer_id)
    if found is None:
        raise LookupError("the offer is no longer kept")
    return found


def offer_to(connection: Connection, task_id: int, person_id: int, now: datetime, from_id: int | None = None) -> int:
    """Ask somebody whether they would like it, as soon as it suits them; the offer's id."""
    offer_id = add_offer(connection, task_id, person_id, from_id, now, now + ANSWER_WITHIN)
    given = {"offer": str(offer_id)}
    new = NewNudge(person_id, f"task-offer:{offer_id}", "task-offer", now, now + ANSWER_WITHIN, given)
    add_nudges(connection, [new])
    add_event(connection, task_id, "is asked" if from_id is None else "is asked by whoever has it", now, person_id)
    return offer_id


def accept(connection: Connection, offer_id: int, now: datetime) -> bool:
    """It is theirs now, if nobody was there before them; whoever else it concerns is told."""
    offer = the_offer(connection, offer_id)
    before = the_task(connection, offer.task_id)
    if not take_task(connection, offer.task_id, offer.person_id, now, None, offer.from_id):
        return False
    settle_offer(connection, offer_id, "accepted")
    _no_longer_with(connection, before, now)
    _tell_the_others(connection, offer.task_id, now)
    add_event(connection, offer.task_id, "took it", now, offer.person_id)
    _tell_the_giver(connection, offer, the_task(connection, offer.task_id).holding_id, now)
    return True


def take_acceptance_back(connection: Connection, offer_id: int, now: datetime) -> None:
    """They went BACK over their yes: it is with whoever had it before, and the offer waits again."""
    offer = the_offer(connection, offer_id)
    before = the_task(connection, offer.task_id)
    if not give_task_back(connection, offer.task_id, offer.person_id):
        return
    _no_longer_with(connection, before, now)
    withdraw_nudges(connection, f"task-passed:{offer_id}:{before.holding_id}", now, "they went back over it")
    if offer.from_id is not None:
        take_task(connection, offer.task_id, offer.from_id, now, None, None)
    settle_offer(connection, offer_id, "waiting")
    add_event(connection, offer.task_id, "went back over their yes", now, offer.person_id)


def decline(connection: Connection, offer_id: int, now: datetime, words: str | None = None) -> None:
    """It is not for them; that needs no reason."""
    offer = the_offer(connection, offer_id)
    settle_offer(connection, offer_id, "not for them")
    add_event(connection, offer.task_id, "not for them", now, offer.person_id, words)
    _tell_the_giver(connection, offer, "no", now)


def close_offer(connection: Connection, offer: Row[Any], now: datetime) -> None:
    """Nobody answered in time: nobody is chased, and the coordinators see it."""
    settle_offer(connection, offer.id, "closed")
    withdraw_nudges(connection, f"task-offer:{offer.id}", now, "the offer is closed", offer.person_id)
    add_event(connection, offer.task_id, "no answer in five days", now, offer.person_id)
    _tell_the_giver(connection, offer, "no", now)
    task = the_task(connection, offer.task_id)
    put_in_inbox(connection, offer.person_id, "task offer closed", about(task), now)


def agree(connection: Connection, task_id: int, person_id: int, day: date | None, now: datetime) -> None:
    """Agree on a day with whoever has it: one nudge before it, and after it once the hand-off's opening."""
    before = the_task(connection, task_id)
    if before.holder_id != person_id or before.agreed_on == day:
        return
    _withdraw_its_nudges(connection, before, now, "another day is agreed on")
    agree_on_day(connection, task_id, person_id, day)
    add_event(connection, task_id, f"agreed on {day:%a %d %b}" if day else "agreed on no day", now, person_id)
    if day is not None:
        _plan_nudges(connection, the_task(connection, task_id), day, now)


def give_back(connection: Connection, task_id: int, person_id: int, what: str, now: datetime) -> bool:
    """It is with the coordinators again; False: it was not theirs."""
    before = the_task(connection, task_id)
    if not give_task_back(connection, task_id, person_id):
        return False
    _no_longer_with(connection, before, now)
    offers_are_the_teams(connection, task_id)
    add_event(connection, task_id, what, now, person_id)
    return True


def take_up_again(connection: Connection, task_id: int, person_id: int, now: datetime) -> bool:
    """They have it, or have it again; False: meanwhile somebody else has."""
    before = the_task(connection, task_id)
    if before.holder_id == person_id:
        return True
    if not take_task(connection, task_id, person_id, now, None, None):
        return False
    _tell_the_others(connection, task_id, now)
    return True


def finish(connection: Connection, task_id: int, person_id: int, now: datetime) -> bool:
    """They have done it: it waits for the coordinators' thanks; False: it was not theirs."""
    before = the_task(connection, task_id)
    if not mark_task_done(connection, task_id, person_id, now):
        return False
    _no_longer_with(connection, before, now)
    _tell_the_others(connection, task_id, now)
    add_event(connection, task_id, "done", now, person_id)
    return True


def thank(connection: Connection, task: Row[Any], words: str | None, now: datetime) -> Hearers:
    """Thank whoever did it."""
    keep_thanks(connection, task.id, words, now)
    end_hand_offs(connection, task.id, now)
    add_event(connection, task.id, "thanked", now, task.done_by_id, words)
    doers = [task.done_by_id] if task.done_by_id is not None else []  # they may be forgotten
    return tell(connection, doers, f"task-thanks:{task.id}", "task-thanks", {"task": str(task.id)}, now)


def close(connection: Connection, task: Row[Any], words: str, now: datetime) -> Hearers:
    """It is not needed any more: whoever has it or was asked is told."""
    offers = open_offers_of(connection, task.id)
    for offer in offers:
        settle_offer(connection, offer.id, "taken back")
        withdraw_nudges(connection, f"task-offer:{offer.id}", now, "the task is not needed any more", offer.person_id)
    _no_longer_with(connection, task, now)
    close_task(connection, task.id, now)
    add_event(connection, task.id, "not needed any more", now, words=words)
    concerned = {each.person_id for each in offers if each.put_at is not None}
    concerned |= {task.holder_id} if task.holder_id else set()
    return tell(connection, concerned, f"task-closed:{task.id}", "task-closed", {"task": str(task.id)}, now)


def put_in_inbox(connection: Connection, person_id: int | None, why: str, note: str, now: datetime) -> None:
    """Put something in front of the coordinators that came of no message."""
    desk = Desk(connection, now)
    desk.add_to_inbox(person_id=person_id, why=why, note=note)
    desk.put_away()


def about(task: Row[Any], words: str | None = None) -> str:
    """A task in a note for coordinators, with what was said of it."""
    return f"Task {task.number}, {task.name}" + (f": {words}" if words else "")


def _no_longer_with(connection: Connection, before: Row[Any], now: datetime) -> None:
    """What was open with whoever had it until now is over."""
    _withdraw_its_nudges(connection, before, now, "the task is not with them any more")
    end_hand_offs(connection, before.id, now)


def _tell_the_others(connection: Connection, task_id: int, now: datetime) -> None:
    """Whoever was asked as well need do nothing; who has not read it yet is not told at all."""
    for offer in open_offers_of(connection, task_id):
        settle_offer(connection, offer.id, "gone")
        withdraw_nudges(connection, f"task-offer:{offer.id}", now, "somebody else has it", offer.person_id)
        if offer.put_at is not None:
            given = {"offer": str(offer.id)}
            tell(connection, [offer.person_id], f"task-taken:{offer.id}", "task-taken", given, now)


def _tell_the_giver(connection: Connection, offer: Row[Any], outcome: object, now: datetime) -> None:
    """What became of it, to whoever would pass it on; a yes that they went back over is another outcome."""
    if offer.from_id is not None:
        about_it, given = f"task-passed:{offer.id}:{outcome}", {"offer": str(offer.id)}
        tell(connection, [offer.from_id], about_it, "task-passed", given, now)


def _plan_nudges(connection: Connection, task: Row[Any], day: date, now: datetime) -> None:
    person: Any = connection.execute(select(PERSON).where(PERSON.c.id == task.holder_id)).one()
    before, after = (due_at(each, person.check_in_minute, person) for each in (day - BEFORE, day + AFTER))
    day_begins = datetime.combine(day, time(), zone_of(person.zone))
    given = {"task": str(task.id), "holding": str(task.holding_id)}
    soon = NewNudge(person.id, _nudge_about(task, "before"), "task-soon", before, day_begins, given)
    opening = {**given, "began": "day"}
    until = after + WORTH_OPENING_FOR
    opened = NewNudge(person.id, _nudge_about(task, "after"), "hand-off", after, until, opening)
    add_nudges(connection, [*([soon] if before > now else []), opened])


def _withdraw_its_nudges(connection: Connection, task: Row[Any], now: datetime, why: str) -> None:
    for which in ("before", "after"):
        withdraw_nudges(connection, _nudge_about(task, which), now, why)


def _nudge_about(task: Row[Any], which: str) -> str:
    return f"task:{task.holding_id}:{which}"
