"""What coordinators do with votes: call one, close it early, and see what came of it.

Each function is one transaction and says in a few lines what it did. Nobody is shown numbers before a vote has closed.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from bot.not_joined import those_not_joined
from bot.projects.keeping import NotDone, project_called, side_of
from bot.projects.telling import Hearers, not_before_they_join, plan
from bot.votes.acts import about_result
from bot.votes.box import BoxStaysClosed, close_box
from bot.votes.counting import result_of
from bot.votes.file import VoteFile
from bot.votes.told import Told, told_of
from flows.votes import SMALLEST_SECRET, Result
from storage.nudges import NewNudge, add_nudges, withdraw_nudges
from storage.projects import members_of, rule_of
from storage.votes import (
    add_vote,
    bring_result_forward,
    change_vote,
    every_vote,
    vote_numbered,
    voters,
)

A_DAY = timedelta(days=1)
TOLD_BEFORE = A_DAY  # a rule is known for so long before anybody is voted with under it
OPEN_FOR = A_DAY  # at least
WORTH_TELLING_FOR = timedelta(days=30)
WHEN = "%a %d %b %H:%M"


def call(connection: Connection, file: VoteFile, zone: str, now: datetime, key: bytes | None) -> list[str]:
    """Call a vote; everybody who belongs is asked, and told when it closes what came of it.

    Raises:
        NotDone: The group has no rule, or not everybody was told of it a day before, or it can't be kept secret.
    """
    project = project_called(connection, file.project)
    rule, closes_at = rule_of(connection, project.id), file.closes.replace(tzinfo=ZoneInfo(zone))
    members = members_of(connection, project.id)
    if rule is None:
        raise NotDone(
            f"{project.name} has no rule for deciding together. Put one on its card, and keep the card: "
            "everybody is told, and a day later you can call this vote."
        )
    _needs_time(closes_at, now)
    _needs_to_be_known(project.name, rule, told_of(connection, project.id, rule), zone, now)
    if rule.secret:
        waiting = those_not_joined(connection, [each.person_id for each in members])
        _needs_to_stay_secret(len(members) - len(waiting), key)
    if any(each.project_id == project.id and each.question == file.question for each in _open(connection, now)):
        raise NotDone("This vote has been called already, and is still open.")
    choices = {str(number): name for number, name in enumerate(file.choices, 1)}
    vote_id, number = add_vote(
        connection,
        [(each.person_id, side_of(each)) for each in members],
        choices,
        project_id=project.id,
        question=file.question,
        why=file.why,
        rule_id=rule.id,
        rule=rule.wording,
        rule_since=rule.since,
        way=rule.way,
        secret=rule.secret,
        called_at=now,
        closes_at=closes_at,
    )
    if rule.secret:
        change_vote(connection, vote_id, box=close_box(key, vote_id, Counter()))
    asked = _ask(connection, vote_id, [each.person_id for each in members], rule.secret, closes_at, now)
    return [
        f"Vote {number}: {asked.now} people are asked, as soon as it suits them. It closes {file.closes:{WHEN}}.",
        *not_before_they_join(asked),
        f"It is decided under the rule of {rule.since.astimezone(ZoneInfo(zone)):%d %b %Y}: {rule.wording}.",
    ]


def close(connection: Connection, number: int, now: datetime) -> list[str]:
    """Close a vote before its time; everybody is told what came of it."""
    row = _vote(connection, number)
    if row.closes_at <= now:
        raise NotDone(f"Vote {number} has closed already.")
    change_vote(connection, row.id, closes_at=now)
    withdraw_nudges(connection, f"vote:{row.id}", now, "the vote has closed")
    bring_result_forward(connection, about_result(row.id), now)
    return [f"Vote {number} has closed. Everybody is told what came of it, as soon as it suits them."]


def vote_lines(connection: Connection, zone: str, now: datetime) -> list[str]:
    """Every vote, the newest first, and how many have voted; never what for while it is open."""
    lines = []
    for each in every_vote(connection):
        people = voters(connection, each.id)
        voted = sum(one.has_voted for one in people)
        closes = "closed" if each.closes_at <= now else "closes"
        when = each.closes_at.astimezone(ZoneInfo(zone))
        lines.append(f"{each.number}  {each.project}: {each.question}")
        lines.append(f"   {voted} of {len(people)} have voted; {closes} {when:{WHEN}}{', secret' * each.secret}")
    return lines or ["No vote yet."]


def result_lines(connection: Connection, number: int, zone: str, now: datetime, key: bytes | None) -> list[str]:
    """What came of a vote, and how it was reached."""
    row = _vote(connection, number)
    try:
        result = result_of(connection, row, now, key)
    except BoxStaysClosed as why:
        raise NotDone(f"Vote {number} can't be counted here: {why}. See [votes] in config.example.toml.") from None
    if result is None:
        raise NotDone(f"Vote {number} is still open, until {row.closes_at.astimezone(ZoneInfo(zone)):{WHEN}}.")
    lines = [f"{row.project}: {row.question}", outcome_line(result), *(f"  {n}  {name}" for name, n in result.counts)]
    lines.append(f"{result.voted} of {result.could} voted{_sides(result)}.")
    lines.append(f"The rule, agreed {row.rule_since.astimezone(ZoneInfo(zone)):%d %b %Y}: {row.rule}.")
    return lines


def _needs_time(closes_at: datetime, now: datetime) -> None:
    if closes_at < now + OPEN_FOR:
        raise NotDone("closes: must be at least a day from now, so that everybody has time to answer.")


def _needs_to_be_known(project: str, rule: Row[Any], told: Told, zone: str, now: datetime) -> None:
    """Everybody who could be told has known the rule for a day, or the vote waits."""
    if told.never:
        raise NotDone(
            f"{_people(told.never)} of {project} would vote under a rule that nobody told them: "
            f"{_some(told.never)}. Keep the card again, so that they are told."
        )
    if told.waiting:
        raise NotDone(
            f"{_people(told.waiting)} of {project} still to be told of the rule: {_some(told.waiting)}. "
            "They are told as soon as it suits them; call the vote a day after that."
        )
    if not told.since:
        raise NotDone(f"Nobody of {project} has been told of the rule, so there can be no vote under it.")
    known_from = max(told.since.values()) + TOLD_BEFORE
    if known_from > now:
        late = sum(at + TOLD_BEFORE > now for at in told.since.values())
        raise NotDone(
            f"{late} of {len(told.since)} were told of the rule less than a day ago. "
            f"You can call this vote from {known_from.astimezone(ZoneInfo(zone)):{WHEN}}."
        )


def _needs_to_stay_secret(people: int, key: bytes | None) -> None:
    if people < SMALLEST_SECRET:
        raise NotDone(
            f"The rule says that votes are secret, and of {people} people the numbers would tell who voted what: "
            f"it takes {SMALLEST_SECRET}. Talk it over together instead, or agree on another rule."
        )
    if key is None:
        raise NotDone("The rule says that votes are secret, and there is no key for that. See [votes] in config.toml.")


def _ask(
    connection: Connection, vote_id: int, people: list[int], secret: bool, closes_at: datetime, now: datetime
) -> Hearers:
    given, flow = {"vote": str(vote_id)}, "secret-vote" if secret else "vote"
    until = closes_at + WORTH_TELLING_FOR
    asking = [NewNudge(each, f"vote:{vote_id}", flow, now, closes_at, given) for each in people]
    add_nudges(
        connection, [NewNudge(each, about_result(vote_id), "vote-result", closes_at, until, given) for each in people]
    )
    return plan(connection, asking)


def _open(connection: Connection, now: datetime) -> list[Row[Any]]:
    return [each for each in every_vote(connection) if each.closes_at > now]


def _vote(connection: Connection, number: int) -> Row[Any]:
    found = vote_numbered(connection, number)
    if found is None:
        raise NotDone(f"There is no vote {number}.")
    return found


def _people(names: tuple[str, ...]) -> str:
    return f"{len(names)} {'person' if len(names) == 1 else 'people'}"


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - 10} more" if len(names) > 10 else ""
    return ", ".join(names[:10]) + more


def outcome_line(result: Result) -> str:
    """What came of a vote, in a sentence."""
    first = result.counts[0][0] if result.counts else ""
    return {
        "decided": f"Decided: {first}.",
        "tie": "A tie, so nothing is decided.",
        "not enough": f"No choice reached {'two thirds' if result.way == 'two thirds' else 'more than half'}.",
        "nobody": "Nobody voted, so nothing is decided.",
        "too few": f"Fewer than {SMALLEST_SECRET} voted in secret, so it was not counted.",
    }[result.outcome]


def _sides(result: Result) -> str:
    if result.volunteers is None:
        return ""
    return f", {result.volunteers} volunteers and {result.voted - result.volunteers} staff"
