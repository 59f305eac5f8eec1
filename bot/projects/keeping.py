"""What coordinators do with projects and suggestions: keep a card, say who belongs, answer, and tell the group.

Each function is one transaction and says in a few lines what it did; a second time it changes nothing more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from bot.not_joined import those_not_joined, until_they_join
from bot.people import find_person
from bot.projects.card import CardFile, LimitOnCard, MilestoneOnCard, RuleOnCard
from bot.projects.milestones import LEFT, drop_for_whoever_is_outside, drop_what_has_changed, leave_in_peace
from bot.projects.telling import tell, tell_group, welcome, will_be_told
from flows.suggestion import ANSWERS
from storage.nudges import let_be_said_again
from storage.projects import (
    Rule,
    add_member,
    limits_of,
    mark_milestone_done,
    members_of,
    milestones_of,
    project_named,
    projects,
    remove_member,
    rule_of,
    save_project,
    sides_of,
)
from storage.relay import propose_team_mate
from storage.suggestions import answer_suggestion, say_what_was_done, suggestion_numbered

SHORTEST_REASON = 10  # letters: "no budget" is one, "no" is none


class NotDone(Exception):
    """It was not done, and nothing was changed; the message says why and what to do instead."""


THEN_A_WELCOME = "They hear what it is about once they have joined."


def keep_card(connection: Connection, card: CardFile, now: datetime) -> list[str]:
    """Keep a project's card, and tell whoever belongs to it what is new to them."""
    columns = {
        "name": card.name,
        "goal": card.goal,
        "fixed": card.fixed,
        "open": card.open,
        "shared_values": card.values,
        "rung": card.rung,
        "decider": card.decider,
        "decider_in_group": card.decider_in_group,
        "answer_within_days": card.answer_within_days,
        "everybody": card.everybody,
    }
    rule = Rule(card.rule.wording, card.rule.way, card.rule.secret) if card.rule else None
    limits = [(each.what, each.why, each.instead) for each in card.limit]
    milestones = [(each.name, each.day) for each in card.milestone]
    changes = save_project(connection, columns, limits, milestones, rule, now)
    drop_what_has_changed(connection, now)
    drop_for_whoever_is_outside(connection, changes.project_id, _ids(connection, changes.project_id), now)
    told = welcome(connection, changes.project_id, _ids(connection, changes.project_id), now)
    said = [f"{card.name}{' is kept now' if changes.is_new else ': the card has been changed'}."]
    if changes.rule_id is not None and not changes.is_new:
        given = {"project": str(changes.project_id)}
        told += tell_group(connection, changes.project_id, f"rule:{changes.rule_id}", "rule", given, now)
    return [*said, will_be_told(told)]


def kept_card(connection: Connection, project: Row[Any]) -> CardFile:
    """A project's card as it is kept, as the file would say it."""
    rule = rule_of(connection, project.id)
    return CardFile(
        name=project.name,
        goal=project.goal,
        rung=project.rung,
        decider=project.decider,
        decider_in_group=project.decider_in_group,
        answer_within_days=project.answer_within_days,
        fixed=project.fixed,
        open=project.open,
        values=project.shared_values,
        everybody=project.everybody,
        rule=RuleOnCard(wording=rule.wording, way=rule.way, secret=rule.secret) if rule else None,
        limit=tuple(
            LimitOnCard(what=each.what, why=each.why, instead=each.instead)
            for each in limits_of(connection, project.id)
        ),
        milestone=tuple(
            MilestoneOnCard(name=each.name, day=each.on_day) for each in milestones_of(connection, project.id)
        ),
    )


def add(
    connection: Connection,
    project: str,
    who: str,
    side: str,
    lived_experience: bool | None,
    now: datetime,
    *,
    can_be_asked: bool = False,
) -> list[str]:
    """Let somebody belong to a project; they are told what it is about, and asked whether others may ask them."""
    row, person = project_called(connection, project), find_person(connection, who)
    is_new = add_member(connection, row.id, person.id, side, lived_experience)
    let_be_said_again(connection, person.id, LEFT)
    told = welcome(connection, row.id, [person.id], now)
    if can_be_asked:
        propose_team_mate(connection, row.id, person.id)
        tell(connection, [person.id], f"may-be-asked:{row.id}", "may-be-asked", {"project": str(row.id)}, now)
    what = "belongs to" if is_new else "belonged already to"
    return [f"{person.called or 'Somebody without a name'} {what} {row.name}, as {side}.", will_be_told(told)]


def remove(connection: Connection, project: str, who: str, now: datetime) -> list[str]:
    """Let somebody no longer belong to a project; they are not told."""
    row, person = project_called(connection, project), find_person(connection, who)
    if not remove_member(connection, row.id, person.id):
        also = "; it is for everybody who has joined" if row.everybody else ""
        raise NotDone(f"{person.called or 'This person'} was not added to {row.name}{also}.")
    if not row.everybody:
        leave_in_peace(connection, row.id, person.id, now)
    return [f"{person.called or 'This person'} no longer belongs to {row.name}."]


def milestone_done(connection: Connection, project: str, milestone: str, now: datetime) -> list[str]:
    """The group has reached a milestone: PLAN shows it."""
    row = project_called(connection, project)
    steps = milestones_of(connection, row.id)
    found = next((each for each in steps if each.name.casefold() == milestone.strip().casefold()), None)
    if found is None:
        known = ", ".join(each.name for each in steps) or "none"
        raise NotDone(f"{row.name} has no milestone “{milestone}”. Its milestones: {known}.")
    mark_milestone_done(connection, found.id, now.date())
    drop_what_has_changed(connection, now)
    return [f"{row.name}: {found.name} is done."]


def answer(
    connection: Connection,
    number: int,
    as_: str,
    because: str | None,
    limit: int | None,
    by: str,
    now: datetime,
) -> list[str]:
    """Answer a suggestion; whoever made it is told, with the reason, as soon as it suits them.

    Args:
        connection: A transaction.
        number: The suggestion's.
        as_: One of `flows.suggestion.ANSWERS`.
        because: The reason, which the person receives; needed for all but "taken up".
        limit: The number of the limit that it meets, as the project's card counts them.
        by: Whose answer it is, as volunteers know them.
        now: When it is.

    Raises:
        NotDone: Something is missing; nothing was answered.
    """
    row = _suggestion(connection, number)
    if as_ not in ANSWERS:
        raise NotDone(f"A suggestion is answered as one of: {', '.join(ANSWERS)}.")
    reason = (because or "").strip() or None
    if as_ != ANSWERS[0] and (reason is None or len(reason) < SHORTEST_REASON):
        raise NotDone(f"“{as_}” needs a reason in a few words, which the person receives.")
    limit_id = _limit(connection, row, limit)
    answer_suggestion(connection, row.id, as_, reason, limit_id, by, now)
    about = f"suggestion:{row.id}:{now:%Y-%m-%d %H:%M:%S}"  # a decision can change, and then they hear of that too
    told = tell(connection, [row.person_id], about, "suggestion-answered", _its(row), now)
    return [f"Suggestion {row.number}: {as_}.", will_be_told(told)]


def you_said_we_did(
    connection: Connection, number: int, did: str, now: datetime, *, in_our_words: bool = False
) -> list[str]:
    """Tell the whole group what became of somebody's suggestion; it names nobody.

    `in_our_words` leaves out how they wrote it, where that would show who it was: what was done then says it all.
    """
    row = _suggestion(connection, number)
    if row.project_id is None:
        raise NotDone(f"Suggestion {number} is for no project, so there is no group to tell.")
    if row.answer not in ANSWERS[:2]:
        raise NotDone(f"Suggestion {number} has not been taken up, so there is nothing to tell. Answer it first.")
    if not did.strip():
        raise NotDone("Please say what was done, in a sentence.")
    say_what_was_done(connection, row.id, did.strip())
    given = _its(row) | ({"in_our_words": "yes"} if in_our_words else {})
    told = tell_group(connection, row.project_id, f"said-did:{row.id}", "you-said", given, now)
    return [will_be_told(told)]


def balance(connection: Connection, project: str) -> list[str]:
    """Who belongs, and how staff and volunteers are balanced."""
    row = project_called(connection, project)
    members = members_of(connection, row.id)
    names = ", ".join(f"{each.called or 'no name'} ({side_of(each)})" for each in members) or "nobody yet"
    return [in_balance(connection, row), f"They are: {names}.", *not_joined_line(connection, members)]


def in_balance(connection: Connection, project: Row[Any]) -> str:
    """How staff and volunteers of a project are balanced, in a line that names nobody."""
    found = sides_of(connection, project.id)
    staff = [each for each in found if side_of(each) == "staff"]
    volunteers = sum(each.people for each in found) - sum(each.people for each in staff)
    lived = sum(each.people for each in staff if each.lived_experience)
    also = f", of whom {lived} with lived experience" if lived else ""
    said = "1 volunteer" if volunteers == 1 else f"{volunteers} volunteers"
    return f"{project.name}: {said}, {sum(each.people for each in staff)} staff{also}."


def not_joined_line(connection: Connection, members: Sequence[Row[Any]]) -> list[str]:
    """Who of a group hears of it only once they have joined; empty: all have."""
    waiting = those_not_joined(connection, [each.person_id for each in members])
    return [until_they_join(list(waiting.values()), THEN_A_WELCOME)] if waiting else []


def side_of(member: Row[Any]) -> str:
    """Whether a member is "staff" or a "volunteer": as their row says, or else by their role."""
    return member.side or ("staff" if member.role == "coordinator" else "volunteer")


def project_called(connection: Connection, name: str) -> Row[Any]:
    """The project of that name; raises `NotDone`, with all names there are."""
    found = project_named(connection, name)
    if found is None:
        known = ", ".join(each.name for each in projects(connection)) or "none yet"
        raise NotDone(f"There is no project “{name}”. There are: {known}.")
    return found


def _suggestion(connection: Connection, number: int) -> Row[Any]:
    found = suggestion_numbered(connection, number)
    if found is None or found.state == "taken back":
        raise NotDone(f"There is no suggestion {number}.")
    return found


def _limit(connection: Connection, row: Row[Any], place: int | None) -> int | None:
    if place is None:
        return None
    limits = limits_of(connection, row.project_id) if row.project_id else []
    found = next((each for each in limits if each.place == place), None)
    if found is None:
        known = "; ".join(f"{each.place} {each.what}" for each in limits) or "none"
        raise NotDone(f"There is no limit {place}. The limits are: {known}.")
    return int(found.id)


def _ids(connection: Connection, project_id: int) -> list[int]:
    return [each.person_id for each in members_of(connection, project_id)]


def _its(suggestion: Row[Any]) -> dict[str, str]:
    return {"suggestion": str(suggestion.id)}
