"""What waits for a person, and how people say they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select, update

from storage.desk import ADDRESS, CHECK_IN, CONVERSATION, HOLDER, INBOX, MESSAGE, PERSON
from storage.searching import belongs_to_one_of

LOW = 2  # a mood from 1 to this is a low one
MOST_WORDS = 200  # messages shown for one item
SAME_FLOOD = timedelta(minutes=1)  # between two messages of one flood; see `bot.recent`
SHORTEST_NUMBER = 4  # digits

_ANY_ADDRESS = (
    select(func.min(HOLDER.c.address_id)).where(HOLDER.c.person_id == PERSON.c.id).correlate(PERSON).scalar_subquery()
)
_WHO = (PERSON.c.called, PERSON.c.language, PERSON.c.safe_to_text, ADDRESS.c.channel, ADDRESS.c.value)
_STOPPED = ADDRESS.c.stopped_at.is_not(None).label("stopped")


def waiting(
    connection: Connection,
    limit: int = 200,
    projects: frozenset[int] | None = None,
    which: ColumnElement[bool] | None = None,
    first: ColumnElement[bool] | None = None,
) -> list[Row[Any]]:
    """The inbox, oldest first; of people of these projects (None: of everybody).

    `which` chooses among the items, and those of which `first` holds come before all others.

    Each row: id, at, why, note, taken_back_at; of the message behind it message_id, kind and text; began_at of its
    conversation; and of the person id, name, language, channel, address, mood of that conversation, whether texting
    them is safe (None: not said) and whether they have said STOP there. What is not known is None.
    """
    item = (INBOX.c.id, INBOX.c.at, INBOX.c.why, INBOX.c.note, INBOX.c.taken_back_at, INBOX.c.person_id)
    message = (MESSAGE.c.id.label("message_id"), MESSAGE.c.kind, MESSAGE.c.text)
    written_from = func.coalesce(MESSAGE.c.address_id, CONVERSATION.c.address_id)
    address = func.coalesce(written_from, PERSON.c.preferred_address_id, _ANY_ADDRESS)
    query = (
        select(*item, *message, *_WHO, _STOPPED, CONVERSATION.c.began_at, CHECK_IN.c.mood)
        .outerjoin(PERSON, PERSON.c.id == INBOX.c.person_id)
        .outerjoin(MESSAGE, MESSAGE.c.id == INBOX.c.message_id)
        .outerjoin(CONVERSATION, CONVERSATION.c.id == INBOX.c.conversation_id)
        .outerjoin(CHECK_IN, CHECK_IN.c.conversation_id == INBOX.c.conversation_id)
        .outerjoin(ADDRESS, ADDRESS.c.id == address)
        .where(INBOX.c.done_at.is_(None), *_of(projects), *(() if which is None else (which,)))
        .order_by(*(() if first is None else (first.desc(),)), INBOX.c.at, INBOX.c.id)
        .limit(limit)
    )
    return list(connection.execute(query))


def _of(projects: frozenset[int] | None) -> tuple[ColumnElement[bool], ...]:
    """Only what is about people of these projects; what is about nobody is for those who see everybody."""
    if projects is None:
        return ()
    seen = select(PERSON.c.id).where(PERSON.c.id == INBOX.c.person_id, belongs_to_one_of(projects))
    return (seen.correlate(INBOX).exists(),)


def how_many_wait(
    connection: Connection, projects: frozenset[int] | None = None, which: ColumnElement[bool] | None = None
) -> int:
    """How many items nobody has marked as done; see `waiting`."""
    query = select(func.count()).select_from(INBOX).where(INBOX.c.done_at.is_(None), *_of(projects))
    return int(connection.execute(query if which is None else query.where(which)).scalar_one())


def item_that_waits(
    connection: Connection, item_id: int, projects: frozenset[int] | None, which: ColumnElement[bool] | None = None
) -> Row[Any] | None:
    """One item that nobody has marked as done, as in `waiting`; None: there is none, or none of these projects."""
    this = INBOX.c.id == item_id
    return next(iter(waiting(connection, 1, projects, this if which is None else and_(this, which))), None)


def words_until(connection: Connection, item: Row[Any]) -> list[str]:
    """All that somebody wrote in the conversation behind an item, up to the message that led to it.

    The last message alone may say nothing: the "2" after "are you safe?", the "yes" after "shall they call you?".
    """
    between = and_(MESSAGE.c.at >= item.began_at, MESSAGE.c.id <= item.message_id)
    return [text for text in connection.execute(_texts(item, between)).scalars() if text]


def words_of_a_check_in(connection: Connection, check_in: Row[Any]) -> list[str]:
    """What somebody wrote in a check-in; its note is kept only once they have answered what follows."""
    if check_in.began_at is None:  # the conversation is no longer kept
        return []
    between = MESSAGE.c.at.between(check_in.began_at, check_in.at)
    return [text for text in connection.execute(_texts(check_in, between)).scalars() if text]


def words_of_a_flood(connection: Connection, item: Row[Any]) -> list[str]:
    """What somebody wrote from the message of an item on, as long as one followed upon the other."""
    query = _texts(item, MESSAGE.c.id >= item.message_id).add_columns(MESSAGE.c.at)
    said: list[str] = []
    last = item.at
    for text, at in connection.execute(query):
        if at - last > SAME_FLOOD:
            break
        said, last = [*said, text], at
    return [text for text in said if text]


def _texts(item: Row[Any], where: Any) -> Select[Any]:
    mine = (MESSAGE.c.person_id == item.person_id, where, MESSAGE.c.between_us.is_not(True))
    return select(MESSAGE.c.text).where(*mine).order_by(MESSAGE.c.id).limit(MOST_WORDS)


def low_check_ins(connection: Connection, since: datetime) -> list[Row[Any]]:
    """Who said 1 or 2 since then, the lowest first, then the newest.

    Each row: at, mood, note, wants_a_call, when its conversation began, and of the person id, name, language, channel,
    address, whether texting them is safe (None: not said) and whether they have said STOP there.
    """
    address = func.coalesce(CONVERSATION.c.address_id, PERSON.c.preferred_address_id, _ANY_ADDRESS)
    said = (CHECK_IN.c.person_id, CHECK_IN.c.at, CHECK_IN.c.mood, CHECK_IN.c.note, CHECK_IN.c.wants_a_call)
    query = (
        select(*said, CONVERSATION.c.began_at, *_WHO, _STOPPED)
        .join(PERSON, PERSON.c.id == CHECK_IN.c.person_id)
        .outerjoin(CONVERSATION, CONVERSATION.c.id == CHECK_IN.c.conversation_id)
        .outerjoin(ADDRESS, ADDRESS.c.id == address)
        .where(CHECK_IN.c.mood <= LOW, CHECK_IN.c.at >= since)
        .order_by(CHECK_IN.c.mood, CHECK_IN.c.at.desc())
    )
    return list(connection.execute(query))


def numbers(ids: Sequence[int], shortest: int = SHORTEST_NUMBER) -> dict[int, str]:
    """A number to type for each item: the shortest ending of its id, of so many digits, that no other of these has."""
    found: dict[int, str] = {}
    longest = max((len(str(each)) for each in ids), default=0)
    for length in range(min(shortest, longest), longest + 1):
        left = [each for each in ids if each not in found]
        endings = Counter(str(each)[-length:] for each in ids)
        found |= {each: str(each)[-length:] for each in left if endings[str(each)[-length:]] == 1}
    return found


def ids_waiting(
    connection: Connection, projects: frozenset[int] | None = None, which: ColumnElement[bool] | None = None
) -> list[int]:
    """The ids of all that nobody has marked as done; see `waiting`."""
    query = select(INBOX.c.id).where(INBOX.c.done_at.is_(None), *_of(projects)).order_by(INBOX.c.id)
    return list(connection.execute(query if which is None else query.where(which)).scalars())


def mark_all_done(connection: Connection, person_id: int, why: str, at: datetime) -> None:
    """A person has seen to all that waits about somebody for this reason."""
    these = (INBOX.c.person_id == person_id, INBOX.c.why == why, INBOX.c.done_at.is_(None))
    connection.execute(update(INBOX).where(*these).values(done_at=at))


def mark_answered(
    connection: Connection,
    whys: Collection[str],
    at: datetime,
    *,
    note: str | None = None,
    note_begins: str | None = None,
    person_id: int | None = None,
) -> None:
    """What waits for one of these reasons has its answer: with just this note, or one that begins so, of one person.

    Nothing to know of a person (None): of everybody.
    """
    these: list[ColumnElement[bool]] = [INBOX.c.done_at.is_(None), INBOX.c.why.in_(whys)]
    these += [INBOX.c.note == note] if note is not None else []
    these += [INBOX.c.note.startswith(note_begins, autoescape=True)] if note_begins is not None else []
    these += [INBOX.c.person_id == person_id] if person_id is not None else []
    connection.execute(update(INBOX).where(*these).values(done_at=at))


def done_item(connection: Connection, item_id: int, projects: frozenset[int] | None) -> Any:
    """An item that was marked as done, about somebody of these projects: person_id and done_at; None: there is none."""
    done = (INBOX.c.id == item_id, INBOX.c.done_at.is_not(None))
    query = select(INBOX.c.person_id, INBOX.c.done_at).where(*done, *_of(projects))
    found: Any = connection.execute(query).one_or_none()
    return found


def done_since(connection: Connection, since: datetime, projects: frozenset[int] | None) -> list[Row[Any]]:
    """What was marked as done since then, about people of these projects: id and person_id of each."""
    query = select(INBOX.c.id, INBOX.c.person_id).where(INBOX.c.done_at >= since, *_of(projects))
    return list(connection.execute(query))


def mark_undone(connection: Connection, item_id: int) -> None:
    """It waits for a person again."""
    connection.execute(update(INBOX).where(INBOX.c.id == item_id).values(done_at=None))


def mark_done(connection: Connection, item_id: int, at: datetime) -> bool:
    """A person has seen to it; False: somebody else had already."""
    waits = (INBOX.c.id == item_id, INBOX.c.done_at.is_(None))
    return bool(connection.execute(update(INBOX).where(*waits).values(done_at=at)).rowcount)
