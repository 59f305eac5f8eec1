"""What coordinators do with broadcasts: write, look, test, confirm, undo, pause, resume, stop, and send again.

Each function is one transaction and says in a few lines what it did. A second click finds it done: whatever moves a
broadcast on locks it first, and moves it only from where it was.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from bot.broadcasts.audience import Audience, Meant, why_not
from bot.broadcasts.preview import Preview, how_many, look
from bot.broadcasts.progress import progress_of
from bot.broadcasts.wording import LANGUAGES, Office, Wording
from bot.projects.keeping import NotDone
from bot.times import zone_of
from storage.audiences import Candidate, candidates
from storage.broadcasts import (
    add_broadcast,
    add_recipients,
    broadcast_numbered,
    drop_draft,
    forget_recipients,
    move_on,
    people_whose,
    picks_of,
    resend_of,
    take_back_queued,
    withdraw_rest,
)
from storage.desk import INBOX, OUTBOX
from storage.tables import Lane, new_id

TO_UNDO = timedelta(minutes=2)
BEFORE_IT_GOES = ("draft", "confirming")
WHEN = "%a %d %b %H:%M"
STATES = {
    "draft": "is a draft",
    "confirming": "waits for a second person's yes",
    "going": "has been confirmed already",
    "paused": "is paused",
    "stopped": "has been stopped",
}


class NotCounted(NotDone):
    """Whoever confirms a large one alone types how many people it goes to.

    Attributes:
        people: How many that are.
    """

    def __init__(self, people: int) -> None:
        super().__init__(f"It goes to {how_many(people)}. Type that number to confirm it: --count {people}")
        self.people = people


@dataclass(frozen=True)
class Plan:
    """When a broadcast goes.

    Attributes:
        begins_at: Not before; None: as soon as it is confirmed.
        waves: In how many parts of equal size.
        minutes_between: From one to the next.
    """

    begins_at: datetime | None = None
    waves: int = 1
    minutes_between: int = 60


def write(
    connection: Connection, wording: Wording, audience: Audience, by: str, office: Office, now: datetime, plan: Plan
) -> int:
    """Keep a new draft; its number. What it would look like, `preview` says.

    Raises:
        NotDone: The words can't be sent as they are, or its maker may not reach these projects.
    """
    if faults := wording.faults():
        raise NotDone(" ".join(faults))
    _needs_to_be_reached(audience.projects, audience.within)
    if plan.begins_at is not None and abs(plan.begins_at.year - now.year) > 1:
        raise NotDone("A broadcast begins within a year.")
    if plan.waves < 1 or plan.minutes_between < 1:
        raise NotDone("A broadcast goes in one wave or more, with a minute or more between them.")
    row = _add(connection, wording.to_json(), audience, by, now, plan)
    return int(row.number)


def _add(
    connection: Connection,
    wording: str,
    audience: Audience,
    by: str,
    now: datetime,
    plan: Plan,
    resend_of: int | None = None,
) -> Row[Any]:
    picks = dict.fromkeys(audience.picked, False) | dict.fromkeys(audience.but_not, True)
    return add_broadcast(
        connection,
        picks,
        wording=wording,
        audience=audience.to_json(),
        made_by=by,
        made_at=now,
        state="draft",
        begins_at=plan.begins_at,
        waves=plan.waves,
        minutes_between=plan.minutes_between,
        resend_of=resend_of,
    )


def preview(connection: Connection, number: int, office: Office, now: datetime) -> Preview:
    """A look at a broadcast as it would be if it were confirmed now."""
    row = found(connection, number)
    return look(connection, Wording.from_json(row.wording), audience_of(connection, row), row.begins_at, office, now)[0]


def send_test(connection: Connection, number: int, person_id: int, office: Office, now: datetime) -> list[str]:
    """Send it to one person only, whoever tries it, in every language it has; before everybody else's broadcasts."""
    row, [person] = found(connection, number), candidates(connection, now, [person_id])
    wording = Wording.from_json(row.wording)
    why = why_not(person, now)
    if why is not None or person.address_id is None:
        raise NotDone(f"{person.called or 'This person'} can't be written to: {why}.")
    name = person.called or office.words.sentence(office.house.language, "house.no-name")
    for language in wording.forms:
        _to_one(connection, person, wording.shown(language, person.channel or "", name), now)
    spoken = " and ".join(LANGUAGES.get(each, each) for each in wording.forms)
    return [f"The test is on its way to {person.called or 'them'}, in {spoken}. Nobody else gets it."]


def _to_one(connection: Connection, person: Candidate, text: str, now: datetime) -> None:
    about = {"person_id": person.id, "address_id": person.address_id, "sender": person.sender, "text": text}
    when = {"state": "queued", "attempts": 0, "created_at": now, "not_before": now}
    connection.execute(OUTBOX.insert(), {"id": new_id(), "lane": int(Lane.REPLY), **about, **when})


def confirm(
    connection: Connection,
    number: int,
    by: str,
    office: Office,
    now: datetime,
    *,
    typed: int | None = None,
    who_may: Collection[str] = (),
    reach: Collection[int] | None = None,
) -> list[str]:
    """Let it go: from now on it is fixed who gets it. `bot.broadcasts.going` queues it.

    Args:
        connection: A transaction.
        number: The broadcast's.
        by: Who confirms.
        office: The words and the house.
        now: When it is.
        typed: How many people it goes to, as whoever confirms has typed it.
        who_may: The names of all who may confirm; where there are several, a large one needs another than its maker.
        reach: The ids of the projects that whoever confirms may reach; None: all people.

    Raises:
        NotDone: It was confirmed before, or something stands in its way.
        NotCounted: It needs a typed number, and `typed` is not it.
    """
    row = found(connection, number, to_change=True)
    if row.state not in BEFORE_IT_GOES:
        raise NotDone(f"Broadcast {number} {STATES[row.state]}{_by(row.confirmed_by)}. It is sent once.")
    wording, audience = Wording.from_json(row.wording), audience_of(connection, row)
    _needs_to_be_reached(audience.within, reach)
    seen, meant = look(connection, wording, audience, row.begins_at, office, now)
    if seen.blockers:
        raise NotDone(f"Broadcast {number} can't go: {' '.join(seen.blockers)}")
    is_large = seen.people > office.house.spending.confirm_above
    if is_large and len(who_may) > 1 and _needs_somebody_else(connection, row, by, who_may, seen.people, now):
        others = ", ".join(sorted(each for each in who_may if each.casefold() != row.made_by.casefold()))
        return [f"It goes to {how_many(seen.people)}, so somebody else says yes too: {others}. It waits for them."]
    is_alone = is_large and len(who_may) < 2
    if is_alone and typed != seen.people:
        raise NotCounted(seen.people)
    begins_at = max(row.begins_at or now, now + (TO_UNDO if is_alone else timedelta()))
    move_on(connection, row.id, BEFORE_IT_GOES, "going", confirmed_by=by, confirmed_at=now, why=None)
    add_recipients(connection, row.id, _recipients(meant, row, begins_at))
    return [_goes(number, seen.people, begins_at, now, office), *_how_to_undo(number, begins_at, now)]


def _recipients(meant: Sequence[Meant], row: Row[Any], begins_at: datetime) -> list[dict[str, Any]]:
    """Everybody for whom it is meant, with their wave's time; the waves are of equal size."""
    gets_it = [each.person.id for each in meant if each.left_out is None]
    waves = {person_id: at * row.waves // len(gets_it) for at, person_id in enumerate(gets_it)}
    between = timedelta(minutes=row.minutes_between)
    return [
        {
            "person_id": each.person.id,
            "due_at": begins_at + between * waves.get(each.person.id, 0),
            "left_out": each.left_out,
        }
        for each in meant
    ]


def _needs_somebody_else(
    connection: Connection, row: Row[Any], by: str, who_may: Collection[str], people: int, now: datetime
) -> bool:
    """Whether it waits for another's yes: whoever wrote it has had theirs."""
    if by.casefold() not in {each.casefold() for each in who_may}:
        raise NotDone(f"{by} may not confirm a broadcast of this size. These may: {', '.join(sorted(who_may))}.")
    if by.casefold() != row.made_by.casefold():
        return False
    if move_on(connection, row.id, ("draft",), "confirming"):
        note = f"Broadcast {row.number} of {by}, to {how_many(people)}"
        item = {"id": new_id(), "person_id": None, "why": "broadcast to confirm", "note": note, "at": now}
        connection.execute(INBOX.insert(), item)
    return True


def _goes(number: int, people: int, begins_at: datetime, now: datetime, office: Office) -> str:
    if begins_at <= now:
        return f"Broadcast {number} goes to {how_many(people)} now."
    local = begins_at.astimezone(zone_of(office.house.zone))
    return f"Broadcast {number} goes to {how_many(people)}, from {local:{WHEN}} on."


def _how_to_undo(number: int, begins_at: datetime, now: datetime) -> list[str]:
    return [f"Until then:  alongside broadcast undo {number}"] if begins_at > now else []


def undo(connection: Connection, number: int) -> list[str]:
    """Make it a draft again, if it has gone to nobody."""
    row = found(connection, number, to_change=True)
    if row.state not in ("going", "paused"):
        raise NotDone(f"Broadcast {number} {STATES[row.state]}, so there is nothing to undo.")
    if not forget_recipients(connection, row.id):
        raise NotDone(f"Broadcast {number} has begun. Stop it instead:  alongside broadcast stop {number}")
    move_on(connection, row.id, ("going", "paused"), "draft", confirmed_by=None, confirmed_at=None, why=None)
    return [f"Broadcast {number} is a draft again. It went to nobody."]


def pause(connection: Connection, number: int, by: str) -> list[str]:
    """Hold back whatever has not left; what is being sent at this very moment still goes."""
    row = found(connection, number, to_change=True)
    if not move_on(connection, row.id, ("going",), "paused", why=f"paused by {by}"):
        raise NotDone(f"Broadcast {number} {STATES[row.state]}, so it can't be paused.")
    take_back_queued(connection, row.id)
    return [f"Broadcast {number} is paused.", *progress_of(connection, row).lines()]


def resume(connection: Connection, number: int) -> list[str]:
    """Go on; whoever has said STOP or paused meanwhile is left out."""
    row = found(connection, number, to_change=True)
    if not move_on(connection, row.id, ("paused",), "going", why=None):
        raise NotDone(f"Broadcast {number} {STATES[row.state]}; only one that is paused can go on.")
    return [f"Broadcast {number} goes on."]


def stop(connection: Connection, number: int, by: str) -> list[str]:
    """End it for good: nobody gets it any more whom it has not gone to."""
    row = found(connection, number, to_change=True)
    if row.state in BEFORE_IT_GOES:
        drop_draft(connection, row.id)
        return [f"Broadcast {number} is gone. It went to nobody."]
    if not move_on(connection, row.id, ("going", "paused"), "stopped", why=None, ended_by=by):
        raise NotDone(f"Broadcast {number} {STATES[row.state]}{_by(row.ended_by)}.")
    rest = withdraw_rest(connection, row.id, by)
    return [f"Broadcast {number} is stopped. {how_many(rest)} did not get it."]


def resend(connection: Connection, number: int, by: str, office: Office, now: datetime) -> int:
    """A new draft of the same words to those it failed for, and to nobody else; its number.

    Whose message ended unknown may have it, so they are not among them. There is one such draft for each broadcast.
    """
    row = found(connection, number, to_change=True)
    if (known := resend_of(connection, row.id)) is not None:
        raise NotDone(f"Broadcast {known.number} is that already; it {STATES[known.state]}.")
    if not progress_of(connection, row).is_over:
        raise NotDone(f"Broadcast {number} is not over yet. Wait until it is, or stop it.")
    failed = people_whose(connection, row.id, "failed")
    if not failed:
        raise NotDone(f"Broadcast {number} failed for nobody.")
    audience = Audience(within=audience_of(connection, row).within, picked=frozenset(failed))
    return int(_add(connection, row.wording, audience, by, now, Plan(), resend_of=row.id).number)


# -- finding -------------------------------------------------------------------------------------------


def found(connection: Connection, number: int, *, to_change: bool = False) -> Row[Any]:
    """The broadcast with this number; raises `NotDone` where there is none."""
    row = broadcast_numbered(connection, number, to_change=to_change)
    if row is None:
        raise NotDone(f"There is no broadcast {number}. `alongside broadcast list` shows them.")
    return row


def audience_of(connection: Connection, row: Row[Any]) -> Audience:
    """Whom it is meant for."""
    return Audience.from_json(row.audience, picks_of(connection, row.id))


def _needs_to_be_reached(wanted: Sequence[int] | None, reach: Collection[int] | None) -> None:
    if reach is None:
        return
    if wanted is None or not set(wanted) <= set(reach):
        raise NotDone("This broadcast goes beyond the projects that are yours.")


def _by(name: str | None) -> str:
    return f", by {name}" if name else ""
