"""A charity after years, made in one go: people, words, alerts, tasks and an audit log, and every page to look at.

`fill(database, SIZE)` writes the rows with one executemany a table; `PAGES` are the addresses of every page that a
coordinator opens, with the things that `fill` has made. The bench measures them, a test reads their query plans.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

import httpx
from sqlalchemy import Connection, Table

from bot.console.app import Console
from bot.console.visit import ADMIN, COORDINATOR, LEAD, SAFEGUARDING
from bot.simulation import World
from storage import accounts
from storage.accounts import ACCOUNT, AUDIT, SESSION
from storage.alerts import ALERT, EVENT
from storage.broadcasts import BROADCAST, RECIPIENT
from storage.database import Database
from storage.desk import ADDRESS, CHECK_IN, CONVERSATION, HOLDER, INBOX, MESSAGE, OUTBOX, PERSON
from storage.hand_offs import HAND_OFF, QUESTION
from storage.meetings import ANSWER as COMING
from storage.meetings import MEETING
from storage.notes import DONE, NOTE
from storage.nudges import NUDGE
from storage.places import PLACE, SOURCE
from storage.projects import LIMIT, MEMBER, MILESTONE, PROJECT, RULE
from storage.questionnaires import ANSWER, RESPONSE, VERSION
from storage.reflections import REFLECTION
from storage.strengths import STRENGTH
from storage.suggestions import SUGGESTION
from storage.tasks import EVENT as TASK_EVENT
from storage.tasks import OFFER, TASK
from storage.votes import VOTE, VOTER

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
NAMES = ("Ada", "Bo", "Cai", "Dee", "Eve", "Jo", "Kit", "Lee", "Sian", "Tom")
DIFFERENT_NAMES = 5_000  # of 50,000 people: what they want to be called is mostly a first name
TOKEN = "a cookie"
WORDS = "the bus is late again"
EMPTY: Mapping[type, Any] = {str: "", int: 0, bool: False, date: NOW.date()}


@dataclass(frozen=True)
class Size:
    """How much of what there is.

    Attributes:
        people: With a number each, in the projects.
        messages: Half from them, half to them, besides what broadcasts sent.
        audited: Lines of the audit log.
        projects: Of equal size.
        waiting: Inbox items that wait; fifty times as many were seen to.
    """

    people: int = 50_000
    messages: int = 1_000_000
    audited: int = 200_000
    projects: int = 100
    waiting: int = 300

    @property
    def busy(self) -> int:
        """Who has a thousandth of the messages."""
        return 7


LARGE = Size()
QUESTIONNAIRE = (
    '{"name": "arrival", "purpose": "feedback", "title": {"en": "Arrival"}, "seen_by": {"en": "us"}, '
    '"used_for": {"en": "better days"}, '
    '"sections": [{"questions": [{"key": "how", "kind": "text", "text": {"en": "How was it?"}}]}]}'
)
PAGES: tuple[tuple[str, str], ...] = (
    ("Today", "/"),
    ("Today, looking again", "/#again"),
    ("the alerts", "/alerts"),
    ("one alert", "/alerts/1001"),
    ("the inbox", "/inbox"),
    ("those who asked for a person", "/inbox?kind=asked"),
    ("one item of the inbox", "/inbox/{item}"),
    ("everybody, the first page", "/people"),
    ("everybody, the last page", "/people?page={last}"),
    ("a part of a name that a tenth has", "/people?said=sia"),
    ("a part of a number", "/people?said=07700+94321"),
    ("a name that nobody has", "/people?said=Zebedee"),
    ("one person, of very many messages", "/people/7"),
    ("the same, far back", "/people/7?before=5000"),
    ("two records before they become one", "/people/8/merge?other=7"),
    ("the broadcasts", "/broadcasts"),
    ("a broadcast that has gone to everybody", "/broadcasts/1"),
    ("the same, whom it failed for", "/broadcasts/1?state=failed"),
    ("a new broadcast", "/broadcasts/new"),
    ("a draft to everybody, as they will see it", "/broadcasts/41"),
    ("a draft to one project, as they will see it", "/broadcasts/42"),
    ("the projects", "/work"),
    ("one project", "/work/7"),
    ("a project's card", "/work/7/card"),
    ("the board of a project's tasks", "/work/7/tasks"),
    ("a task that nobody has", "/work/tasks/7"),
    ("a task's brief", "/work/tasks/7/brief"),
    ("a new brief", "/work/7/tasks/new"),
    ("what a group said of a milestone", "/work/7/milestones/7/reflection"),
    ("the ideas", "/work/suggestions"),
    ("one idea", "/work/suggestions/7"),
    ("a project's meetings", "/work/7/meetings"),
    ("one meeting", "/work/meetings/7"),
    ("a project's votes", "/work/7/votes"),
    ("one vote", "/work/votes/7"),
    ("a new vote", "/work/7/votes/new"),
    ("the questionnaires", "/work/questionnaires"),
    ("one questionnaire", "/work/questionnaires/arrival"),
    ("what can be shared of it", "/work/questionnaires/arrival/share"),
    ("reports of a quarter", "/reports"),
    ("reports of a year", "/reports?days=365"),
    ("feedback, sealed", "/feedback"),
    ("the signposts", "/signposts"),
    ("the words of a section", "/words?section=check-in"),
    ("the rota", "/rota"),
    ("the team", "/team"),
    ("one of the team", "/team/1"),
    ("one's own account", "/me"),
    ("the log", "/log"),
    ("the log of one of the team", "/log?who=Sam"),
    ("the log about one person", "/log?about=person:7"),
)
"""What each is, and where."""
DOWNLOADS: tuple[tuple[str, str], ...] = (
    ("every answer as a spreadsheet", "/work/questionnaires/arrival/results.csv"),
    ("the report as a spreadsheet", "/reports.csv"),
)
"""Read whole, since they are taken along whole."""


def address(path: str, size: Size) -> str:
    """The path with the keys of what was made."""
    return path.format(item=size.waiting // 2, last=size.people // 50)


def fill(database: Database, size: Size = LARGE) -> None:
    """Everything; see the module."""
    with database.writing() as connection:
        for table, rows in _everything(size):
            _put(connection, table, rows)


def _put(connection: Connection, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    needed = {each.name: None if each.nullable else EMPTY.get(each.type.python_type, NOW) for each in table.c}
    while some := [needed | row for row in islice(rows, 50_000)]:
        connection.execute(table.insert(), some)


def _everything(size: Size) -> Iterator[tuple[Table, Iterator[dict[str, Any]]]]:
    everybody = range(1, size.people + 1)
    yield PERSON, (_person(n) for n in everybody)
    yield ADDRESS, (_address(n) for n in everybody)
    yield HOLDER, ({"address_id": n, "person_id": n} for n in everybody)
    yield PROJECT, (_project(n) for n in range(1, size.projects + 1))
    yield MEMBER, ({"project_id": _project_of(n, size), "person_id": n, "side": "volunteer"} for n in everybody)
    yield CHECK_IN, (_check_in(n) for n in everybody)
    yield CONVERSATION, (_conversation(n) for n in everybody)
    yield NUDGE, (_nudge(n) for n in everybody)
    yield STRENGTH, ({"id": n, "person_id": n, "conversation_id": n, "words": "gardens", "at": NOW} for n in everybody)
    yield NOTE, ({"id": n, "person_id": n, "words": "likes tea", "by": "Bo", "at": NOW} for n in everybody)
    yield DONE, ({"id": n, "person_id": n, "who": "Bo", "what": "replied", "at": NOW} for n in everybody)
    half = size.messages // 2
    who = [size.busy if n % (size.messages // 1000) == 0 else n % size.people + 1 for n in range(half)]
    yield MESSAGE, (_message(2 * n + 1, who[n]) for n in range(half))
    yield OUTBOX, (_ours(2 * n + 2, who[n]) for n in range(half))
    yield from _danger(size)
    yield from _work(size)
    yield from _talks(size)
    yield from _broadcasts(size)
    yield from _team(size)


def _project_of(n: int, size: Size) -> int:
    return n % size.projects + 1


def _person(n: int) -> dict[str, Any]:
    called = f"{NAMES[n % len(NAMES)]} {n % DIFFERENT_NAMES:04}"
    quiet = {"quiet_from_minute": 1260, "quiet_until_minute": 540, "check_in_minute": 600}
    about = {"role": "volunteer", "zone": "Europe/London", "called": called, "joined_at": NOW}
    return {"id": n, "preferred_address_id": n, **about, **quiet}


def _address(n: int) -> dict[str, Any]:
    return {"id": n, "channel": "sms", "sender": "sms", "value": f"+4477009{n:05}", "last_heard_at": NOW}


def _project(n: int) -> dict[str, Any]:
    about = {"goal": "a garden", "rung": "co-producing", "decider": "Bo", "decider_in_group": True}
    return {"id": n, "name": f"Project {n:03}", "answer_within_days": 14, **about}


def _check_in(n: int) -> dict[str, Any]:
    return {"conversation_id": n, "person_id": n, "mood": n % 5 + 1, "at": NOW - timedelta(hours=n % 4000)}


def _conversation(n: int) -> dict[str, Any]:
    state = "open" if n % 10 == 0 else "ended"
    return {"id": n, "person_id": n, "address_id": n, "flow": "check-in", "place": "{}", "state": state}


def _nudge(n: int) -> dict[str, Any]:
    when = {"due_at": NOW + timedelta(days=1 + n % 100), "until": NOW + timedelta(days=120)}
    state = "waiting" if n % 10 == 0 else "said"
    return {"id": n, "person_id": n, "about": f"milestone:{n % 100}", "flow": "menu", "state": state, **when}


def _message(its_id: int, person_id: int) -> dict[str, Any]:
    of = {"person_id": person_id, "address_id": person_id, "sender": "sms", "provider_id": f"in {its_id}"}
    return {"id": its_id, "kind": "text", "text": WORDS, "at": NOW + timedelta(seconds=its_id), **of}


def _ours(its_id: int, person_id: int, state: str = "delivered", lane: int = 1) -> dict[str, Any]:
    at = NOW - timedelta(days=30) + timedelta(seconds=its_id)
    of = {"person_id": person_id, "address_id": person_id, "sender": "sms", "lane": lane, "state": state}
    return {"id": its_id, "text": "Thank you.", "created_at": at, "not_before": at, "settled_at": at, "parts": 1} | of


# -- danger, and what waits ----------------------------------------------------------------------------


def _danger(size: Size) -> Iterator[tuple[Table, Iterator[dict[str, Any]]]]:
    alerts = range(1, size.people // 25 + 1)
    yield ALERT, (_alert(n) for n in alerts)
    yield EVENT, (_event(n, line) for n in alerts for line in range(10))
    yield INBOX, (_item(n, size) for n in range(1, size.waiting * 51))


def _alert(n: int) -> dict[str, Any]:
    is_open = n <= 12
    since = NOW - timedelta(hours=n)
    about = {"person_id": n, "address_id": n, "message_id": 2 * n + 1, "tier": "act", "topic": "abuse", "rule": "hurt"}
    state = {"state": "raised", "raised_at": since, "since": since}
    over = {} if is_open else {"closed_at": since, "state": "closed"}
    return {"id": n, "reference": 1000 + n % 9000, **about, **state, **over}


def _event(alert: int, line: int) -> dict[str, Any]:
    what = ("raised", "told", "told", "acknowledged", "read", "taken over", "replied", "given back", "told", "closed")
    return {"id": alert * 10 + line, "alert_id": alert, "at": NOW, "what": what[line], "who": "Sam" if line else None}


def _item(n: int, size: Size) -> dict[str, Any]:
    done = None if n <= size.waiting else NOW
    why = ("human", "nobody understood", "call", "sent a photo")[n % 4]
    of = {"person_id": n % size.people + 1, "message_id": 2 * (n % size.people) + 1}
    return {
        "id": n,
        "conversation_id": n,
        "name": "a",
        "why": why,
        "at": NOW + timedelta(minutes=n),
        "done_at": done,
    } | of


# -- work ----------------------------------------------------------------------------------------------


def _work(size: Size) -> Iterator[tuple[Table, Iterator[dict[str, Any]]]]:
    projects = range(1, size.projects + 1)
    for_each = {"wording": "Most of us decide.", "way": "majority"}
    yield RULE, ({"id": n, "project_id": n, "since": NOW, **for_each} for n in projects)
    yield LIMIT, ({"id": n, "project_id": n, "place": 1, "what": "a pool", "why": "it leaks"} for n in projects)
    yield MILESTONE, (_milestone(n, size) for n in range(1, size.projects * 12 + 1))
    yield REFLECTION, (_reflection(n, size) for n in range(1, size.people // 10 + 1))
    yield SUGGESTION, (_suggestion(n, size) for n in range(1, size.people // 10 + 1))
    tasks = range(1, size.people // 10 + 1)
    yield TASK, (_task(n, size) for n in tasks)
    yield OFFER, (_offer(n, size) for n in range(1, len(tasks) * 3 + 1))
    yield QUESTION, (_question(n, size) for n in range(1, len(tasks) + 1))
    yield HAND_OFF, ({"id": n, "task_id": n, "person_id": n, "began": "day", "ended_at": NOW} for n in tasks)
    yield TASK_EVENT, ({"id": n, "task_id": n % len(tasks) + 1, "what": "offered"} for n in range(1, len(tasks) * 5))


def _milestone(n: int, size: Size) -> dict[str, Any]:
    day = NOW.date() + timedelta(days=30 * (n // size.projects) - 180)
    done = day if day < NOW.date() else None
    return {"id": n, "project_id": _project_of(n - 1, size), "name": f"step {n // size.projects}", "on_day": day} | {
        "done_on": done
    }


def _reflection(n: int, size: Size) -> dict[str, Any]:
    step = _milestone((n - 1) % (size.projects * 6) + 1, size)
    words = {"well": WORDS, "may_share": True, "looked_at": NOW, "shared_at": NOW}
    of = {"project_id": step["project_id"], "milestone": step["name"], "on_day": step["on_day"], "person_id": n}
    return {"conversation_id": n, "feeling": 4, "at": NOW, **of, **words}


def _suggestion(n: int, size: Size) -> dict[str, Any]:
    waits = n % 50 == 7
    answer = {} if waits else {"answer": "taken up", "answered_by": "Bo", "answered_at": NOW, "said_did": "It is done."}
    of = {"project_id": _project_of(n - 1, size), "person_id": n, "conversation_id": n, "name": "idea"}
    when = {"at": NOW - timedelta(days=n % 700), "promised_on": NOW.date(), "state": "waiting" if waits else "answered"}
    return {"id": n, "number": n, "words": WORDS, **of, **when, **answer}


def _task(n: int, size: Size) -> dict[str, Any]:
    is_open = n <= size.projects * 5
    state: dict[str, Any] = {"holder_id": n, "held_since": NOW} if is_open and n % 3 == 0 else {}
    over = {} if is_open else {"done_by_id": n, "done_at": NOW, "thanked_at": NOW}
    return {"id": n, "number": n, "project_id": _project_of(n - 1, size), "name": f"task {n}", **state, **over}


def _offer(n: int, size: Size) -> dict[str, Any]:
    task = n % (size.people // 10) + 1
    state = "waiting" if task <= size.projects * 5 and n % 7 == 0 else "closed"
    return {"id": n, "task_id": task, "person_id": n % size.people + 1, "close_at": NOW + timedelta(days=3)} | {
        "state": state
    }


def _question(n: int, size: Size) -> dict[str, Any]:
    answered = {} if n % 10 == 7 else {"answer": "Yes.", "answered_by": "Bo", "answered_at": NOW}
    return {"id": n, "task_id": n, "person_id": n % size.people + 1, "conversation_id": n, "words": WORDS, **answered}


# -- what a group does together ------------------------------------------------------------------------


def _talks(size: Size) -> Iterator[tuple[Table, Iterator[dict[str, Any]]]]:
    meetings, votes = range(1, size.projects * 10 + 1), range(1, size.projects * 4 + 1)
    members = size.people // size.projects
    yield MEETING, (_meeting(n, size) for n in meetings)
    yield (
        COMING,
        (
            {"meeting_id": n, "person_id": _member(n, at, size), "answer": "coming"}
            for n in meetings
            for at in range(30)
        ),
    )
    yield VOTE, (_vote(n, size) for n in votes)
    yield (
        VOTER,
        (
            {"vote_id": n, "person_id": _member(n, at, size), "side": "volunteer", "has_voted": at % 2 == 0}
            for n in votes
            for at in range(members - 1)
        ),
    )
    yield VERSION, ({"id": n, "name": name, "number": 1, "content": QUESTIONNAIRE} for n, name in ((1, "arrival"),))
    answered = range(1, size.people // 2 + 1)
    yield (
        RESPONSE,
        ({"conversation_id": n, "version_id": 1, "person_id": n, "finished_on": NOW.date()} for n in answered),
    )
    yield ANSWER, ({"conversation_id": n, "key": "how", "value": '"well"'} for n in answered)


def _member(thing: int, at: int, size: Size) -> int:
    """Somebody of the project of the thing with this number."""
    return at * size.projects + (thing - 1) % size.projects + (size.projects if thing % size.projects == 1 else 0)


def _meeting(n: int, size: Size) -> dict[str, Any]:
    starts = NOW + timedelta(days=7 - 14 * (n // size.projects))
    about = {"what": f"meeting {n}", "on_day": starts.date(), "zone": "Europe/London", "version": 1}
    when = {"starts_at": starts, "ends_at": starts + timedelta(hours=1), "from_minute": 720, "until_minute": 780}
    return {"id": n, "number": n, "project_id": _project_of(n - 1, size), "noted_at": NOW, **about, **when}


def _vote(n: int, size: Size) -> dict[str, Any]:
    about = {"question": "Where?", "choices": '{"1": "here", "2": "there"}', "way": "majority", "rule_id": 1}
    when = {"called_at": NOW, "closes_at": NOW + timedelta(days=3)}
    return {"id": n, "number": n, "project_id": _project_of(n - 1, size), **about, **when}


# -- broadcasts ----------------------------------------------------------------------------------------


def _broadcasts(size: Size) -> Iterator[tuple[Table, Iterator[dict[str, Any]]]]:
    first = size.messages + 1
    everybody = range(1, size.people + 1)
    yield BROADCAST, (_broadcast(n) for n in range(1, 43))
    yield OUTBOX, (_ours(first + n, n, "failed" if n % 100 == 0 else "delivered", lane=3) for n in everybody)
    yield RECIPIENT, ({"broadcast_id": 1, "person_id": n, "outbox_id": first + n} for n in everybody)
    yield RECIPIENT, ({"broadcast_id": b, "person_id": n} for b in range(2, 41) for n in range(b, size.people, 500))


def _broadcast(n: int) -> dict[str, Any]:
    is_a_draft = n > 40
    audience = '{"projects": [7]}' if n == 42 else "{}"
    about = {"wording": '{"en": {"text": "Hello {name}"}}', "audience": audience, "made_by": "Bo", "waves": 1}
    confirmed = {} if is_a_draft else {"confirmed_by": "Bo", "confirmed_at": NOW, "begins_at": NOW}
    return (
        {"id": n, "number": n, "minutes_between": 60, "state": "draft" if is_a_draft else "going"} | about | confirmed
    )


# -- the team ------------------------------------------------------------------------------------------


def _team(size: Size) -> Iterator[tuple[Table, Iterator[dict[str, Any]]]]:
    roles = ",".join((COORDINATOR, LEAD, SAFEGUARDING, ADMIN))
    about = {"roles": roles, "every_project": True, "password": "none", "second_secret": "A" * 32}
    yield ACCOUNT, ({"id": n, "name": _colleague(n), **about} for n in range(1, 31))
    yield SESSION, ({"token": accounts.hashed(TOKEN), "id": 1, "account_id": 1, "began_at": NOW} for _ in range(1))
    yield AUDIT, (_audited(n, size) for n in range(1, size.audited + 1))
    yield SOURCE, ({"source": "ours.csv", "version": 1} for _ in range(1))
    place = '{"name": "A place", "topics": ["food"], "text": "Food for all.", "checked": "2026-01-01"}'
    yield PLACE, ({"source": "ours.csv", "publisher_id": f"{n}", "content": place} for n in range(0))


def _colleague(n: int) -> str:
    return "Sam" if n == 2 else f"Colleague {n:02}"


def _audited(n: int, size: Size) -> dict[str, Any]:
    who = _colleague(2 + n % 20)
    return {"id": n, "at": NOW, "who": who, "what": "looked at somebody", "about": f"person:{n % size.people + 1}"}


# -- looking -------------------------------------------------------------------------------------------


@asynccontextmanager
async def reading(database: Database, size: Size) -> AsyncIterator[Callable[[str], Awaitable[str]]]:
    """A browser of somebody with every right: `await opens("/people")`. No network lies between, and no job runs."""
    world = World(database, start=NOW)
    console = Console(world.service)
    cookies = {console.cookie: TOKEN}

    async def opens(path: str) -> str:
        path, _, again = address(path, size).partition("#")
        answer = await client.get(f"/console{path}", headers={"X-Live": "1"} if again else {})
        assert answer.status_code == 200, (path, answer.status_code, answer.headers.get("location"))
        return answer.text

    transport = httpx.ASGITransport(console.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://console", cookies=cookies) as client:
        yield opens
    world.service.store.close()
