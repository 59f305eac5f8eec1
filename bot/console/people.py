"""People: looking for somebody, one person with all that is known of them, and writing with them by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from sqlalchemy import Connection
from starlette.responses import PlainTextResponse, Response

from bot.channels import clean
from bot.console.reading import read_words_of
from bot.console.visit import WITH_PEOPLE, NotThere, Room, Visit, number_in
from bot.people import talking
from bot.people.merging import look_before_merging, merge
from bot.people.notes import Note, add_note, read_notes
from bot.people.page import page_of
from bot.people.rights import NobodyThere, must_be_seen
from bot.people.searching import search
from bot.people.talked import talked_with
from bot.people.talking import Preview
from storage.own import which_are_about

room = Room()
Result = TypeVar("Result")


def _of_those_to_be_seen(look: Callable[[], Result]) -> Result:
    """What a function says of somebody; whoever may not see them is told no more than of nobody."""
    try:
        return look()
    except NobodyThere:
        raise NotThere from None


# -- looking for somebody ------------------------------------------------------------------------------


@room.shows("/people", WITH_PEOPLE)
def people(visit: Visit) -> Response:
    """Everybody whom they may see, or those whom a part of a name, number or key means."""
    said, page = clean(visit.asked("said")), number_in(visit.asked("page")) or 1
    with visit.reading() as connection:
        found = search(connection, said, min(page, 1_000_000), visit.projects)
    return visit.page("people.html", found=found, said=said)


# -- one person ----------------------------------------------------------------------------------------


@room.shows("/people/{person}", WITH_PEOPLE)
def person(visit: Visit) -> Response:
    """All that is known of somebody, and the conversation with them."""
    if visit.request.method == "GET" and not visit.looks_again:
        its_id = visit.number("person")
        with visit.reading() as connection:
            _of_those_to_be_seen(lambda: must_be_seen(connection, its_id, visit.projects))
        visit.saw("looked at somebody", f"person:{its_id}")
    return _person(visit)


def _person(visit: Visit, preview: Preview | None = None, notes: list[Note] | None = None) -> Response:
    its_id, house = visit.number("person"), visit.console.house
    before = number_in(visit.asked("before"))
    with visit.reading() as connection:
        shown = _of_those_to_be_seen(lambda: page_of(connection, its_id, house.zone, visit.now, visit.projects))
        talked = talked_with(
            connection, its_id, house.safeguarding, house.zone, visit.now, before, projects=visit.projects
        )
        nothing_yet = _look_at_a_reply(visit, connection, its_id, "")
        if which_are_about(connection, visit.themselves, [its_id]):
            shown = replace(shown, alert=None, reference=None)
    read_words_of(visit, {its_id: {each.text for each in talked.bubbles if not each.ours}})
    return visit.page(
        "person.html",
        person=shown,
        talked=talked,
        is_mine=shown.reader is not None and shown.reader.at_console and shown.reader.name == visit.who.name,
        cautions=nothing_yet.cautions,
        preview=preview,
        takes=in_words(preview, visit.console.house.spending.pence_per_part) if preview is not None else None,
        notes=notes,
    )


def _about(visit: Visit) -> str:
    return f"person:{visit.number('person')}"


# -- writing with them by hand -------------------------------------------------------------------------


@room.does("/people/{person}/take-over", WITH_PEOPLE, again=_person)
def take_over(visit: Visit) -> Response:
    """From now on they write with somebody instead of the bot."""
    its_id, voice, by = visit.number("person"), visit.console.service.voice, visit.who.name
    from_another = visit.typed("from_another") == "yes"

    def work(connection: Connection) -> list[str]:
        return talking.take_over(connection, voice, its_id, by, visit.now, visit.projects, from_another=from_another)

    said = _of_those_to_be_seen(lambda: visit.write(work, "took a conversation over", _about(visit)))
    return visit.go(f"/people/{its_id}#write", said)


@room.does("/people/{person}/give-back", WITH_PEOPLE, again=_person)
def give_back(visit: Visit) -> Response:
    """The bot answers them again."""
    its_id, voice, by = visit.number("person"), visit.console.service.voice, visit.who.name

    def work(connection: Connection) -> list[str]:
        return talking.give_back(connection, voice, its_id, by, visit.now, visit.projects)

    said = _of_those_to_be_seen(lambda: visit.write(work, "gave a conversation back", _about(visit)))
    return visit.go(f"/people/{its_id}", said)


@room.does("/people/{person}/reply", WITH_PEOPLE, again=_person)
def reply(visit: Visit) -> Response:
    """Their words go to the person."""
    its_id, voice, by = visit.number("person"), visit.console.service.voice, visit.who.name
    words = clean(visit.typed("words"))

    def work(connection: Connection) -> list[str]:
        return talking.reply(connection, voice, its_id, by, words, visit.now, visit.projects)

    said = _of_those_to_be_seen(lambda: visit.write(work, "wrote to somebody", _about(visit)))
    return visit.go(f"/people/{its_id}#newest", said)


@room.does("/people/{person}/preview", WITH_PEOPLE, again=_person)
def preview(visit: Visit) -> Response:
    """How their words would look on the person's phone, and what they take."""
    with visit.reading() as connection:
        looked = _look_at_a_reply(visit, connection, visit.number("person"), clean(visit.typed("words")))
    return _person(visit, preview=looked)


@room.does("/people/{person}/count", WITH_PEOPLE)
def count(visit: Visit) -> Response:
    """What their words take so far, for the page to show while they are typed."""
    with visit.reading() as connection:
        looked = _look_at_a_reply(visit, connection, visit.number("person"), clean(visit.typed("words")))
    return PlainTextResponse(in_words(looked, visit.console.house.spending.pence_per_part))


def _look_at_a_reply(visit: Visit, connection: Connection, person_id: int, words: str) -> Preview:
    voice, by = visit.console.service.voice, visit.who.name
    return _of_those_to_be_seen(
        lambda: talking.preview(connection, voice, person_id, by, words, visit.now, visit.projects)
    )


def in_words(preview: Preview, pence_per_part: float) -> str:
    """What a reply takes: "2 text messages, 170 signs, about 8p"."""
    if preview.segments is None:
        return f"{len(preview.text)} letters, by Telegram, free"
    parts, units = preview.segments.parts, preview.segments.units
    room = ", with signs that take more room" if preview.segments.encoding == "UCS-2" else ""
    price = f", about {parts * pence_per_part:.0f}p" if pence_per_part else ""
    return f"{parts} text {'message' if parts == 1 else 'messages'}, {units} signs{room}{price}"


# -- notes ---------------------------------------------------------------------------------------------


@room.does("/people/{person}/notes", WITH_PEOPLE, again=_person)
def note(visit: Visit) -> Response:
    """Note something about them."""
    its_id, words, by = visit.number("person"), clean(visit.typed("note")), visit.who.name

    def work(connection: Connection) -> list[str]:
        return add_note(connection, its_id, words, by, visit.now, visit.projects)

    said = _of_those_to_be_seen(lambda: visit.write(work, "wrote a note", _about(visit)))
    return visit.go(f"/people/{its_id}#notes", said)


@room.does("/people/{person}/notes/read", WITH_PEOPLE, again=_person)
def notes(visit: Visit) -> Response:
    """The notes about them, for a reason that is written down."""
    its_id, reason, by = visit.number("person"), clean(visit.typed("reason")), visit.who.name

    def work(connection: Connection) -> list[Note]:
        return read_notes(connection, its_id, by, reason, visit.now, visit.projects)

    found = _of_those_to_be_seen(lambda: visit.write(work, "read the notes", _about(visit), note=reason))
    return _person(visit, notes=found)


# -- two records of one person -------------------------------------------------------------------------


@room.shows("/people/{person}/merge", WITH_PEOPLE)
def merge_page(visit: Visit) -> Response:
    """Choosing the other record; then what would come together."""
    its_id, said = visit.number("person"), clean(visit.asked("said"))
    other = number_in(visit.typed("other") or visit.asked("other"))
    with visit.reading() as connection:
        shown = _of_those_to_be_seen(
            lambda: page_of(connection, its_id, visit.console.house.zone, visit.now, visit.projects)
        )
        found = search(connection, said or shown.called or "", 1, visit.projects) if other is None else None
        looked = None
        if other is not None:
            looked = _of_those_to_be_seen(lambda: look_before_merging(connection, its_id, other, visit.projects))
    asks_again = visit.problem is None and visit.request.method == "POST"
    return visit.page(
        "merge.html", person=shown, found=found, looked=looked, other=other, said=said, asks_again=asks_again
    )


@room.does("/people/{person}/merge", WITH_PEOPLE, again=merge_page)
def make_one(visit: Visit) -> Response:
    """Make the two records one, once they have said twice that it is one person."""
    its_id, other, word, by = (
        visit.number("person"),
        number_in(visit.typed("other")),
        visit.typed("word"),
        visit.who.name,
    )
    if other is None or visit.typed("sure") != "yes":
        return merge_page(visit)

    def work(connection: Connection) -> list[str]:
        return merge(connection, its_id, other, word, by, visit.now, visit.projects)

    did = visit.write
    said = _of_those_to_be_seen(lambda: did(work, "made two records one", _about(visit), note=f"the other: {other}"))
    return visit.go(f"/people/{its_id}", said)
