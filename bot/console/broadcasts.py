"""Broadcasts: written, looked at as everybody will see it, confirmed once, and followed person by person."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row
from starlette.responses import Response

from bot.broadcasts import keeping
from bot.broadcasts.audience import Audience, for_whom
from bot.broadcasts.preview import how_many
from bot.broadcasts.progress import IN_WORDS, everybody, progress_of, replies
from bot.broadcasts.wording import LANGUAGES, Form, Office, Wording
from bot.console.visit import COORDINATOR, LEAD, WITH_PEOPLE, NotThere, Room, Visit, number_in
from bot.people import CHANNELS, find_person
from bot.projects.keeping import NotDone
from bot.times import zone_of
from storage import accounts
from storage.broadcasts import broadcast_numbered, every_broadcast
from storage.people import called, people_called
from storage.projects import projects

room = Room()
SHOWN = 300  # people of one state on one page
ROLES_TO_WRITE = frozenset({COORDINATOR, LEAD})
NOBODY_LEFT = "nobody who was picked is here any more"


@room.shows("/broadcasts", WITH_PEOPLE)
def broadcasts(visit: Visit) -> Response:
    """Every broadcast, the newest first."""
    with visit.reading() as connection:
        rows = [each for each in every_broadcast(connection) if _is_theirs(visit, each)]
        shown = [(row, _first_words(visit, row), progress_of(connection, row)) for row in rows]
    return visit.page("broadcasts/all.html", broadcasts=shown, may_write=visit.is_a(*ROLES_TO_WRITE))


# -- writing one ---------------------------------------------------------------------------------------


@room.shows("/broadcasts/new", ROLES_TO_WRITE)
def new(visit: Visit) -> Response:
    """Words in each language, for whom, and when; or the words of an earlier one again."""
    with visit.reading() as connection:
        known = [each for each in projects(connection) if visit.projects is None or each.id in visit.projects]
        earlier = _numbered(visit, connection, visit.asked("from"))
        said = _said_again(connection, earlier, visit.now, zone_of(visit.console.house.zone)) if earlier else {}
        before = keeping.audience_of(connection, earlier).projects if earlier else ()
    forms = dict(Wording.from_json(earlier.wording).forms) if earlier else {}
    chosen = visit.chosen("project") or [str(each) for each in before]
    return visit.page(
        "broadcasts/new.html",
        projects=known,
        chosen=chosen,
        forms={language: forms.get(language, Form("")) for language in LANGUAGES},
        said=said,
        instead_of=earlier.number if earlier and earlier.state in keeping.BEFORE_IT_GOES else "",
        LANGUAGES=LANGUAGES,
    )


def _numbered(visit: Visit, connection: Connection, number: str) -> Row[Any] | None:
    """The broadcast with this number, if it is theirs."""
    row = broadcast_numbered(connection, int(number)) if number.isdecimal() and len(number) < 10 else None
    return row if row is not None and _is_theirs(visit, row) else None


def _said_again(connection: Connection, row: Row[Any], now: datetime, zone: ZoneInfo) -> dict[str, str]:
    """For whom an earlier one was, and when, as the form has it."""
    audience = keeping.audience_of(connection, row)
    to = [_name_for(connection, each) for each in sorted(audience.picked)]
    if audience.only_picked and not to:
        to = [NOBODY_LEFT]  # an empty field would mean everybody
    is_to_come = row.begins_at is not None and row.begins_at > now
    return {
        "to": "\n".join(to),
        "but_not": "\n".join(_name_for(connection, each) for each in sorted(audience.but_not)),
        "role": audience.role or "",
        "channel": audience.channel or "",
        "language": audience.language or "",
        "good_at": audience.good_at or "",
        "answered": str(audience.answered_within_days or ""),
        "silent": str(audience.silent_for_days or ""),
        "at": f"{row.begins_at.astimezone(zone):%Y-%m-%dT%H:%M}" if is_to_come else "",
        "waves": str(row.waves),
        "minutes": str(row.minutes_between),
    }


def _name_for(connection: Connection, person_id: int) -> str:
    """What finds them, and nobody else: their name, or else their key."""
    name = called(connection, person_id)
    is_theirs_alone = name and {each.id for each in people_called(connection, name)} == {person_id}
    return name if name and is_theirs_alone else str(person_id)


@room.does("/broadcasts/new", ROLES_TO_WRITE, again=new)
def write(visit: Visit) -> Response:
    """A draft; it goes to nobody before it was looked at and confirmed."""
    office = _office(visit)
    forms = {
        language: Form(visit.typed(language), visit.typed(f"{language}-sms"))
        for language in LANGUAGES
        if visit.typed(language)
    }
    plan = keeping.Plan(_when(visit), _count(visit, "waves", 1), _count(visit, "minutes", 60))

    def work(connection: Connection) -> int:
        audience = _audience(visit, connection)
        if not forms:
            raise NotDone("Please write what it says.")
        before = _numbered(visit, connection, visit.typed("instead_of"))
        written = keeping.write(connection, Wording(forms), audience, visit.who.name, office, visit.now, plan)
        if before is not None and before.state in keeping.BEFORE_IT_GOES:
            keeping.stop(connection, before.number, visit.who.name)
        return written

    number = visit.write(work, did="wrote a broadcast")
    with visit.reading() as connection:
        visit.console.looks.at(connection, keeping.found(connection, number), office, visit.now)
    return visit.go(f"/broadcasts/{number}")


def _audience(visit: Visit, connection: Connection) -> Audience:
    chosen = visit.chosen("project")
    return Audience(
        projects=tuple(each for each in map(number_in, chosen) if each is not None),
        role=visit.typed("role") or None,
        channel=visit.typed("channel") or None,
        language=visit.typed("language") or None,
        good_at=visit.typed("good_at") or None,
        answered_within_days=_count(visit, "answered", 0) or None,
        silent_for_days=_count(visit, "silent", 0) or None,
        within=None if visit.projects is None else tuple(sorted(visit.projects)),
        picked=_people(visit, connection, "to"),
        but_not=_people(visit, connection, "but_not"),
    )


def _people(visit: Visit, connection: Connection, name: str) -> frozenset[int]:
    lines = (line.strip() for line in visit.typed(name).splitlines())
    return frozenset(find_person(connection, line, visit.projects).id for line in lines if line)


def _count(visit: Visit, name: str, otherwise: int) -> int:
    typed = visit.typed(name)
    if not typed:
        return otherwise
    if not typed.isdecimal() or len(typed) > 4:
        raise NotDone(f"“{typed}” should be a number.")
    return int(typed)


def _when(visit: Visit) -> datetime | None:
    """The moment that was chosen, by the clocks of the house where no offset was given with it."""
    typed = visit.typed("at")
    if not typed:
        return None
    try:
        at = datetime.fromisoformat(typed)
    except ValueError:
        raise NotDone("Please give the day and the time like this: 2026-03-04 10:00.") from None
    return at if at.tzinfo is not None else at.replace(tzinfo=zone_of(visit.console.house.zone))


# -- looking at one ------------------------------------------------------------------------------------


@room.shows("/broadcasts/{number}", WITH_PEOPLE)
def broadcast(visit: Visit) -> Response:
    """Before it goes: as everybody will see it. Afterwards: what became of it, for each person."""
    office = _office(visit)
    with visit.reading() as connection:
        row = _theirs(visit, connection)
        may_write = visit.is_a(*ROLES_TO_WRITE)
        if row.state in keeping.BEFORE_IT_GOES:
            look = visit.console.looks.at(connection, row, office, visit.now)
            seen = look.seen
            is_large = seen.people > office.house.spending.confirm_above
            names = _who_may(connection)
            waits_for = [each for each in names if each != row.made_by] if is_large and len(names) > 1 else []
            return visit.page(
                "broadcasts/draft.html",
                row=row,
                whom=for_whom(connection, keeping.audience_of(connection, row)),
                seen=seen,
                seen_at=look.at,
                is_large=is_large,
                waits_for=waits_for,
                may_write=may_write,
                shown=SHOWN,
                CHANNELS=CHANNELS,
                LANGUAGES=LANGUAGES,
            )
        progress, state = progress_of(connection, row), visit.asked("state")
        people = everybody(connection, row, state, SHOWN) if state in IN_WORDS else []
        answers = replies(connection, row)
        wording = Wording.from_json(row.wording)
        whom = for_whom(connection, keeping.audience_of(connection, row))
    if people or answers:
        visit.saw("looked at who got a broadcast and what they answered", f"broadcast:{row.number}")
    return visit.page(
        "broadcasts/gone.html",
        row=row,
        whom=whom,
        progress=progress,
        wording=wording,
        state=state,
        people=people,
        more=progress.people.get(state, 0) - SHOWN,
        answers=answers,
        can_undo=row.begins_at is not None or progress.to_go == progress.in_all,
        may_write=may_write,
        IN_WORDS=IN_WORDS,
        LANGUAGES=LANGUAGES,
        CHANNELS=CHANNELS,
        how_many=how_many,
    )


# -- letting it go, and holding it back ----------------------------------------------------------------


@room.does("/broadcasts/{number}/test", ROLES_TO_WRITE, again=broadcast)
def test(visit: Visit) -> Response:
    """To oneself, or to somebody who agreed to look at it."""
    office = _office(visit)

    def work(connection: Connection) -> list[str]:
        row = _theirs(visit, connection)
        to = find_person(connection, visit.typed("to"), visit.projects)
        return keeping.send_test(connection, row.number, to.id, office, visit.now)

    said = visit.write(work, did="sent a broadcast to try it", about=_about(visit))
    return visit.go(f"/broadcasts/{visit.number('number')}", said)


@room.does("/broadcasts/{number}/confirm", ROLES_TO_WRITE, again=broadcast)
def confirm(visit: Visit) -> Response:
    """Let it go; a second click finds that it is going."""
    office, typed = _office(visit), visit.typed("count").replace(",", "")

    def work(connection: Connection) -> list[str]:
        row = _theirs(visit, connection)
        return keeping.confirm(
            connection,
            row.number,
            visit.who.name,
            office,
            visit.now,
            typed=int(typed) if typed.isdecimal() and len(typed) < 10 else None,
            who_may=_who_may(connection),
            reach=visit.projects,
        )

    try:
        said = visit.write(work, did="confirmed a broadcast", about=_about(visit))
    except keeping.NotCounted as why:
        raise NotDone(f"It goes to {how_many(why.people)}. Please type that number beside the button.") from None
    return visit.go(f"/broadcasts/{visit.number('number')}", said[:1])


def _change(visit: Visit, did: str, work: Callable[[Connection, int], list[str]]) -> Response:
    def theirs(connection: Connection) -> list[str]:
        return work(connection, int(_theirs(visit, connection).number))

    said = visit.write(theirs, did=did, about=_about(visit))
    return visit.go(f"/broadcasts/{visit.number('number')}", said[:1])


@room.does("/broadcasts/{number}/undo", ROLES_TO_WRITE, again=broadcast)
def undo(visit: Visit) -> Response:
    """A draft again, as long as nobody has got it."""
    return _change(visit, "took a broadcast back", keeping.undo)


@room.does("/broadcasts/{number}/pause", ROLES_TO_WRITE, again=broadcast)
def pause(visit: Visit) -> Response:
    """Nobody more gets it for now."""
    by = visit.who.name
    return _change(visit, "paused a broadcast", lambda connection, number: keeping.pause(connection, number, by))


@room.does("/broadcasts/{number}/resume", ROLES_TO_WRITE, again=broadcast)
def resume(visit: Visit) -> Response:
    """It goes on."""
    return _change(visit, "let a broadcast go on", keeping.resume)


@room.does("/broadcasts/{number}/stop", ROLES_TO_WRITE, again=broadcast)
def stop(visit: Visit) -> Response:
    """Over, or a draft away."""
    with visit.reading() as connection:
        was_a_draft = _theirs(visit, connection).state in keeping.BEFORE_IT_GOES
    by = visit.who.name
    answer = _change(visit, "stopped a broadcast", lambda connection, number: keeping.stop(connection, number, by))
    return visit.go("/broadcasts", "It is gone. It went to nobody.") if was_a_draft else answer


@room.does("/broadcasts/{number}/resend", ROLES_TO_WRITE, again=broadcast)
def resend(visit: Visit) -> Response:
    """A new draft, to those it failed for and to nobody else."""
    office = _office(visit)

    def work(connection: Connection) -> int:
        return keeping.resend(connection, int(_theirs(visit, connection).number), visit.who.name, office, visit.now)

    number = visit.write(work, did="wrote a broadcast again to those it failed for", about=_about(visit))
    return visit.go(f"/broadcasts/{number}")


# -- whose it is ---------------------------------------------------------------------------------------


def _office(visit: Visit) -> Office:
    return Office(visit.console.service.voice.words, visit.console.house)


def _about(visit: Visit) -> str:
    return f"broadcast:{visit.number('number')}"


def _theirs(visit: Visit, connection: Connection) -> Row[Any]:
    row = broadcast_numbered(connection, visit.number("number"))
    if row is None or not _is_theirs(visit, row):
        raise NotThere
    return row


def _is_theirs(visit: Visit, row: Row[Any]) -> bool:
    """Whether it goes to nobody beyond the projects that they may see."""
    if visit.projects is None:
        return True
    within = json.loads(row.audience).get("within")
    return within is not None and set(within) <= visit.projects


def _who_may(connection: Connection) -> list[str]:
    """The names of all who can confirm a broadcast to anybody."""
    return [
        each.name
        for each in accounts.accounts(connection)
        if each.closed_at is None
        and each.password is not None
        and each.every_project
        and ROLES_TO_WRITE & set(each.roles.split(","))
    ]


def _first_words(visit: Visit, row: Row[Any]) -> str:
    wording = Wording.from_json(row.wording)
    text = wording.forms[wording.spoken_to(None, visit.console.house)].text
    return text if len(text) <= 90 else text[:89] + "…"
