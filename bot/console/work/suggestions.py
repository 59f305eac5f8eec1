"""Ideas: which wait, by when an answer was promised, the answer with its reason, and "you said, we did"."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row
from starlette.responses import Response

from bot.broadcasts.wording import LANGUAGES
from bot.console.visit import WITH_PEOPLE, NotThere, Room, Visit
from bot.console.work.mine import as_written, is_mine, mine_or_not_there
from bot.projects import keeping
from bot.projects.keeping import NotDone
from flows.suggestion import ANSWERS
from storage.projects import how_many_read, limits_of
from storage.report import FEWEST
from storage.suggestions import suggestion_numbered, suggestions_answered, suggestions_to_tell, suggestions_waiting

room = Room()
MOST_ANSWERED = 50
MEANINGS = {
    "taken up": "we do it",
    "partly": "we do some of it",
    "not now": "it may come later",
    "not possible": "it can't be done",
}


@room.shows("/work/suggestions", may=WITH_PEOPLE)
def suggestions(visit: Visit) -> Response:
    """Every idea: what waits for an answer first, then what the group has not heard of, then what was answered."""
    with visit.reading() as connection:
        waiting = [each for each in suggestions_waiting(connection) if is_mine(visit, each.project_id)]
        to_tell = suggestions_to_tell(connection, visit.projects)
        answered = suggestions_answered(connection, MOST_ANSWERED, visit.projects)
    if waiting or to_tell or answered:
        visit.saw("looked at ideas", "suggestions")
    return visit.page("work/suggestions.html", waiting=waiting, to_tell=to_tell, answered=answered)


@room.shows("/work/suggestions/{number}", may=WITH_PEOPLE)
def suggestion(visit: Visit) -> Response:
    """One idea, its answer or the form for it."""
    with visit.reading() as connection:
        found = _suggestion(visit, connection)
        other_language = as_written(visit, connection, found.project_id)
        few_write_so = _few_write_so(connection, found)
        limits = limits_of(connection, found.project_id) if found.project_id else []
    visit.saw("looked at an idea", f"suggestion:{found.number}")
    return visit.page(
        "work/suggestion.html",
        idea=found,
        limits=[("", "None of them"), *((str(each.place), each.what) for each in limits)],
        meanings=MEANINGS,
        is_for_the_group=_is_for_the_group(found),
        version=_version(found),
        other_language=other_language,
        few_write_so=few_write_so,
    )


@room.does("/work/suggestions/{number}/answer", may=WITH_PEOPLE, again=suggestion)
def answer(visit: Visit) -> Response:
    """The answer; whoever had the idea hears it, with its reason."""
    number, limit = visit.number("number"), visit.typed("limit")
    as_, because = visit.typed("as"), visit.typed("because") or None
    if as_ not in ANSWERS:
        raise NotDone("Please choose one of the four answers.")
    place = int(limit) if limit.isdecimal() and len(limit) < 4 else None

    def work(connection: Connection) -> list[str]:
        if _version(_suggestion(visit, connection)) != visit.typed("version"):
            raise NotDone("Somebody has answered this idea meanwhile. Their answer is here now; yours was not sent.")
        return keeping.answer(connection, number, as_, because, place, visit.who.name, visit.now)

    return visit.go("/work/suggestions", visit.write(work, did=f"answered: {as_}", about=f"suggestion:{number}"))


@room.does("/work/suggestions/{number}/did", may=WITH_PEOPLE, again=suggestion)
def did(visit: Visit) -> Response:
    """Tell the whole group what became of it; nobody is named."""
    number = visit.number("number")

    def work(connection: Connection) -> list[str]:
        if _suggestion(visit, connection).said_did:
            raise NotDone("The group has been told already.")
        ours = visit.typed("in-our-words") == "yes"
        return keeping.you_said_we_did(connection, number, visit.typed("did"), visit.now, in_our_words=ours)

    said = visit.write(work, did="told the group what was done", about=f"suggestion:{number}")
    return visit.go("/work/suggestions", said)


def _suggestion(visit: Visit, connection: Connection) -> Row[Any]:
    found = mine_or_not_there(visit, suggestion_numbered(connection, visit.number("number")))
    if found.state == "taken back":
        raise NotThere
    return found


def _is_for_the_group(idea: Row[Any]) -> bool:
    """Whether a group can be told what became of it."""
    return idea.project_id is not None and idea.answer in ANSWERS[:2]


def _few_write_so(connection: Connection, idea: Row[Any]) -> str:
    """What to say where so few in the group read the language of whoever had the idea that it tells who; or nothing."""
    if not idea.project_id or idea.language not in LANGUAGES:
        return ""
    readers = how_many_read(connection, idea.project_id, idea.language)
    who = "Only 1 person in the group reads" if readers == 1 else f"Only {readers} people in the group read"
    return (
        f"{who} {LANGUAGES[idea.language]}, so the idea as it was written can show whose it is."
        if readers < FEWEST
        else ""
    )


def _version(idea: Row[Any]) -> str:
    """Which answer somebody saw when they wrote theirs."""
    return f"{idea.answered_at:%Y-%m-%d %H:%M:%S.%f}" if idea.answered_at else ""
