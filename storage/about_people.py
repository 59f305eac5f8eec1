"""All that is kept about a person, in one place: what it is in plain words, whose it is, and what FORGET does with it.

A new table about people is entered here; a test fails until it is. MYDATA, `alongside person export` and FORGET read
nothing else, so what is entered is shown and goes, and what stays says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Column, ColumnElement, Connection, Row, Table, func, literal_column, or_, select, union

from storage.accounts import AUDIT
from storage.alert_notices import NOTICE
from storage.alerts import ALERT, EVENT, TEST
from storage.broadcasts import PICK, RECIPIENT
from storage.contact import WISH
from storage.desk import ADDRESS, CHECK_IN, CONVERSATION, HOLDER, INBOX, INVITATION, MESSAGE, OUTBOX, PERSON
from storage.hand_offs import HAND_OFF, QUESTION
from storage.meetings import ANSWER as COMING
from storage.notes import DONE, NOTE
from storage.nudges import NUDGE
from storage.places import SHOWN
from storage.projects import MEMBER
from storage.questionnaires import ANSWER, RESPONSE
from storage.reflections import REFLECTION
from storage.relay import BLOCKED, MATE, PASSED
from storage.strengths import STRENGTH
from storage.suggestions import SUGGESTION
from storage.tables import Lane, Leaving, table_of
from storage.tasks import EVENT as TASK_EVENT
from storage.tasks import OFFER, TASK
from storage.thanks import THANKS
from storage.votes import VOTER

LEAVING = table_of(Leaving)
Whose: TypeAlias = Callable[[int], ColumnElement[bool]]
"""Which rows of a table are about a person, by the person's id."""


@dataclass(frozen=True)
class Kept:
    """One table that is about people.

    Attributes:
        table: The table.
        what: What it holds, in plain words.
        whose: Which rows are a person's.
        stays: Why FORGET leaves it; empty: FORGET deletes it.
        names: The columns that hold a person's id; where two records become one, each of them changes.
    """

    table: Table
    what: str
    whose: Whose
    stays: str = ""
    names: tuple[str, ...] = ("person_id",)


def addresses_of(person_id: int) -> Any:
    """The ids of a person's addresses, also of those that somebody shares with them."""
    return select(HOLDER.c.address_id).where(HOLDER.c.person_id == person_id)


def own_addresses_of(person_id: int) -> Any:
    """The ids of the addresses that nobody else holds."""
    others = HOLDER.alias("others")
    shared = select(others.c.person_id).where(
        others.c.address_id == HOLDER.c.address_id, others.c.person_id != HOLDER.c.person_id
    )
    return addresses_of(person_id).where(~shared.exists())


def _by(column: Column[Any]) -> Whose:
    return lambda person_id: column == person_id


def _their_alerts(person_id: int) -> Any:
    return select(ALERT.c.id).where(ALERT.c.person_id == person_id)


def _their_events(person_id: int, column: Column[Any]) -> Any:
    return select(column).where(EVENT.c.alert_id.in_(_their_alerts(person_id)), column.is_not(None))


def _messages(person_id: int) -> ColumnElement[bool]:
    """What they wrote, and what coordinators wrote to us about them ("REPLY Ada: ...") and their alerts."""
    its, other = MESSAGE.alias("theirs"), MESSAGE.alias("about_them")
    theirs = select(its.c.id).where(its.c.person_id == person_id)
    about_them = select(other.c.id).where(other.c.about_id == person_id)
    return MESSAGE.c.id.in_(union(theirs, about_them, _their_events(person_id, EVENT.c.message_id)))


def _sent(person_id: int) -> ColumnElement[bool]:
    """What we wrote to them, and to coordinators about them and their alerts.

    The answer to READ holds name, number and words, and only its moment is in the record: it is looked for among what
    was said about danger, where every order of a coordinator is answered.
    """
    theirs, answer = OUTBOX.alias("theirs"), OUTBOX.alias("answer")
    read = select(EVENT.c.at).where(EVENT.c.alert_id.in_(_their_alerts(person_id)), EVENT.c.what == "read")
    reference = select(ALERT.c.id).where(
        ALERT.c.person_id == person_id, answer.c.text.contains(func.cast(ALERT.c.reference, answer.c.text.type))
    )
    about_danger = answer.c.lane == literal_column(str(int(Lane.DANGER)))
    answers = select(answer.c.id).where(
        about_danger, answer.c.created_at.in_(read), answer.c.person_id != person_id, reference.exists()
    )
    other = OUTBOX.alias("about_them")
    to_them = select(theirs.c.id).where(theirs.c.person_id == person_id)
    about_them = select(other.c.id).where(other.c.about_id == person_id)
    return OUTBOX.c.id.in_(union(to_them, about_them, _their_events(person_id, EVENT.c.outbox_id), answers))


def _responses(person_id: int) -> Any:
    return select(RESPONSE.c.conversation_id).where(RESPONSE.c.person_id == person_id)


_THE_RECORD = "a record of danger must be kept; without the rest it names nobody"

ABOUT_PEOPLE: tuple[Kept, ...] = (
    Kept(
        PERSON, "what they told us about themselves, and when we may write", _by(PERSON.c.id), names=("taken_over_by",)
    ),
    Kept(
        ADDRESS,
        "where they can be reached",
        lambda person_id: ADDRESS.c.id.in_(own_addresses_of(person_id)),
        names=("speaker_id",),
    ),
    Kept(HOLDER, "which addresses are theirs", _by(HOLDER.c.person_id)),
    Kept(INVITATION, "their invitation", _by(INVITATION.c.person_id)),
    Kept(CHECK_IN, "how they said they were", _by(CHECK_IN.c.person_id)),
    Kept(
        MESSAGE,
        "messages from them, and from coordinators about them",
        _messages,
        names=("person_id", "about_id"),
    ),
    Kept(OUTBOX, "messages to them, and to coordinators about them", _sent, names=("person_id", "about_id")),
    Kept(CONVERSATION, "conversations, and where they are in them", _by(CONVERSATION.c.person_id)),
    Kept(INBOX, "what waits for a person, or did", _by(INBOX.c.person_id)),
    Kept(NUDGE, "what we mean to say to them, or have said", _by(NUDGE.c.person_id)),
    Kept(MEMBER, "the projects that they belong to", _by(MEMBER.c.person_id)),
    Kept(SUGGESTION, "what they suggested, and our answers", _by(SUGGESTION.c.person_id)),
    Kept(RESPONSE, "questionnaires they have answered", _by(RESPONSE.c.person_id)),
    Kept(
        ANSWER,
        "what they answered in them",
        lambda person_id: ANSWER.c.conversation_id.in_(_responses(person_id)),
        names=(),
    ),
    Kept(REFLECTION, "how they found milestones", _by(REFLECTION.c.person_id)),
    Kept(COMING, "whether they come to meetings", _by(COMING.c.person_id)),
    Kept(VOTER, "in which votes they may vote, and in open ones what for", _by(VOTER.c.person_id)),
    Kept(THANKS, "what they have been thanked for", _by(THANKS.c.person_id)),
    Kept(STRENGTH, "what they are good at", _by(STRENGTH.c.person_id)),
    Kept(WISH, "how they like to be reached, and whom they trust", _by(WISH.c.person_id)),
    Kept(NOTE, "what our team noted about them", _by(NOTE.c.person_id)),
    Kept(DONE, "what our team did for them by hand, and who", _by(DONE.c.person_id)),
    Kept(MATE, "where others may ask them", _by(MATE.c.person_id)),
    Kept(
        PASSED,
        "questions between them and team-mates",
        lambda person_id: or_(PASSED.c.asker_id == person_id, PASSED.c.asked_id == person_id),
        names=("asker_id", "asked_id"),
    ),
    Kept(
        BLOCKED,
        "whose questions we no longer carry",
        _by(BLOCKED.c.person_id),  # whoever is blocked is not told by whom
        names=("person_id", "asker_id"),
    ),
    Kept(
        TASK,
        "tasks that they have or have done, and the thanks",
        lambda person_id: or_(TASK.c.holder_id == person_id, TASK.c.done_by_id == person_id),
        stays="the task is the group's; who has it, who did it and the thanks are taken out of it",
        names=("holder_id", "done_by_id"),
    ),
    Kept(OFFER, "tasks that they were asked about", _by(OFFER.c.person_id), names=("person_id", "from_id")),
    Kept(
        QUESTION,
        "what they asked about tasks, and the answers",
        _by(QUESTION.c.person_id),
        names=("person_id", "to_id"),
    ),
    Kept(HAND_OFF, "how it went with a task, and what would help next time", _by(HAND_OFF.c.person_id)),
    Kept(TASK_EVENT, "what they did and said about tasks", _by(TASK_EVENT.c.person_id)),
    Kept(RECIPIENT, "which broadcasts were meant for them, and what became of each", _by(RECIPIENT.c.person_id)),
    Kept(PICK, "for which broadcasts they were picked, or left out by hand", _by(PICK.c.person_id)),
    Kept(SHOWN, "the places that HELP named last", _by(SHOWN.c.person_id)),
    Kept(
        TEST,
        "test alerts to them as a coordinator",
        lambda person_id: TEST.c.address_id.in_(addresses_of(person_id)),
        names=(),
    ),
    Kept(ALERT, "alerts that they were in danger", _by(ALERT.c.person_id), stays=_THE_RECORD),
    Kept(
        EVENT,
        "what was done about those alerts",
        lambda person_id: EVENT.c.alert_id.in_(_their_alerts(person_id)),
        stays=_THE_RECORD,
        names=(),
    ),
    Kept(
        NOTICE,
        "whether messages about those alerts arrived",
        lambda person_id: NOTICE.c.alert_id.in_(_their_alerts(person_id)),
        stays=_THE_RECORD,
        names=(),
    ),
    Kept(
        AUDIT,
        "who of the team looked at what is kept about them, or changed it",
        lambda person_id: AUDIT.c.about == f"person:{person_id}",
        stays="who looked at what must stay known; without the rest it names nobody",
        names=(),
    ),
    Kept(LEAVING, "that they asked to be forgotten", _by(LEAVING.c.person_id)),
)
"""In the order in which it is shown. It is deleted in the opposite order: who is whose goes last."""


def all_about(connection: Connection, person_id: int) -> Iterator[tuple[Kept, list[Row[Any]]]]:
    """Everything that is kept about a person, table by table, oldest first."""
    for kept in ABOUT_PEOPLE:
        key = kept.table.primary_key.columns
        yield kept, list(connection.execute(select(kept.table).where(kept.whose(person_id)).order_by(*key)))


def how_many(connection: Connection, person_id: int, table: Table) -> int:
    """How many rows of a table are about a person."""
    [kept] = [each for each in ABOUT_PEOPLE if each.table is table]
    query = select(func.count()).select_from(table).where(kept.whose(person_id))
    return connection.execute(query).scalar_one()
