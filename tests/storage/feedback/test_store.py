"""After the release: read, answered and closed by who has the key, looked up by who has the code, linked to nobody."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select, update

from storage.feedback.keys import create_inbox, unlock
from storage.feedback.sealing import LONGEST_REPLY, Altered, WordsTooLong
from storage.feedback.spool import Spool
from storage.feedback.store import (
    Answer,
    NoSuchFeedback,
    SaidDid,
    add_said_did,
    band,
    bands_by_topic,
    close,
    look_up,
    read,
    release,
    release_waiting,
    reply,
    said_did,
    set_status,
    week_of,
)
from storage.feedback.tables import FEEDBACK, FEEDBACK_REPLY
from tests.storage.feedback.conftest import BO, Inbox, a_code

WEEK, NEXT = "2026-W19", "2026-W20"


def texts(inbox: Inbox) -> list[str | None]:
    return [one.words and one.words.text for one in read(inbox.db, inbox.keys)]


def count(inbox: Inbox, table=FEEDBACK) -> int:
    with inbox.db.reading() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def test_what_was_released_is_read_with_all_that_was_said_about_it(inbox):
    release(inbox.db, [inbox.sealed("It is cold", language="cy", may_quote=True, topic="rooms")], WEEK)

    (one,) = read(inbox.db, inbox.keys)

    assert (one.week, one.status, one.closed_week, one.replies) == (WEEK, "new", None, ())
    assert one.words is not None
    assert (one.words.text, one.words.channel, one.words.language) == ("It is cold", "sms", "cy")
    assert (one.words.may_quote, one.words.topic) == (True, "rooms")


def test_it_is_released_once_however_often_it_is_tried(inbox):
    first, second, third = (inbox.sealed(text) for text in ("one", "two", "three"))
    release(inbox.db, [first, second], WEEK)
    set_status(inbox.db, inbox.name, [first.id], "in hand")

    release(inbox.db, [second, first, third], NEXT)

    found = {one.words.text: (one.week, one.status) for one in read(inbox.db, inbox.keys)}
    assert found == {"one": (WEEK, "in hand"), "two": (WEEK, "new"), "three": (NEXT, "new")}


def test_a_week_with_nothing_releases_nothing(inbox):
    release(inbox.db, [], WEEK)

    assert read(inbox.db, inbox.keys) == []


def test_what_waits_for_the_next_hour_is_let_in_before_the_others(inbox, tmp_path):
    spool = Spool(tmp_path / "memory", tmp_path / "spool", b"o" * 32, 8)
    spool.put(inbox.sealed("can wait").to_bytes(), "release")
    spool.put(inbox.sealed("soon").to_bytes(), "next hour")

    release_waiting(inbox.db, spool, WEEK, "next hour")
    assert texts(inbox) == ["soon"]
    release_waiting(inbox.db, spool, WEEK, "next hour")
    release_waiting(inbox.db, spool, WEEK)
    assert sorted(map(str, texts(inbox))) == ["can wait", "soon"]
    assert spool.waiting() == []


def test_neither_words_nor_replies_are_printed_by_accident(inbox):
    code = a_code()
    sealed = inbox.sealed("my words", code)
    release(inbox.db, [sealed], WEEK)
    reply(inbox.db, inbox.keys, [sealed.id], "our reply", WEEK)

    shown = repr((read(inbox.db, inbox.keys), look_up(inbox.db, code), read(inbox.db, inbox.keys)[0].words))

    assert "my words" not in shown
    assert "our reply" not in shown


def test_rows_lie_in_no_order(inbox):
    if not inbox.db.is_sqlite:
        stored = "SELECT id FROM feedback.feedback ORDER BY ctid"
    else:
        stored = "SELECT id FROM feedback ORDER BY rowid"
    came = [inbox.sealed(str(number)) for number in range(60)]
    release(inbox.db, came, WEEK)

    with inbox.db.reading() as connection:
        kept = [bytes(its_id) for its_id in connection.exec_driver_sql(stored).scalars()]

    places = [kept.index(one.id) for one in came]
    agreeing = sum(a < b for at, a in enumerate(places) for b in places[at + 1 :]) / (60 * 59 / 2)
    assert 0.25 < agreeing < 0.75


def test_identical_words_of_one_week_are_one_and_answered_as_one(inbox):
    """Cut off between sealing and the provider's "ok", it arrives twice, each time with a code of its own."""
    codes = [a_code(), a_code()]
    release(inbox.db, [inbox.sealed("same", code) for code in codes] + [inbox.sealed("other")], WEEK)
    release(inbox.db, [inbox.sealed("same")], NEXT)

    opened = read(inbox.db, inbox.keys)
    assert sorted((one.words.text, one.week, len(one.ids)) for one in opened) == [
        ("other", WEEK, 1),
        ("same", WEEK, 2),
        ("same", NEXT, 1),
    ]
    (both,) = [one for one in opened if len(one.ids) == 2]
    assert reply(inbox.db, inbox.keys, both.ids, "Thank you", NEXT)
    assert [look_up(inbox.db, code) for code in codes] == [Answer("answered", ("Thank you",))] * 2
    assert [one.replies for one in read(inbox.db, inbox.keys) if one.ids == both.ids] == [("Thank you",)]


def test_words_that_differ_in_anything_are_not_one(inbox):
    release(inbox.db, [inbox.sealed("same"), inbox.sealed("same", may_quote=True)], WEEK)

    assert len(read(inbox.db, inbox.keys)) == 2


def test_a_code_shows_how_it_stands_and_what_was_answered(inbox):
    code, sealed = a_code(), None
    sealed = inbox.sealed("It is cold", code)
    assert look_up(inbox.db, code) is None
    release(inbox.db, [sealed], WEEK)
    assert look_up(inbox.db, code) == Answer("new", ())
    set_status(inbox.db, inbox.name, [sealed.id], "in hand")
    assert look_up(inbox.db, code) == Answer("in hand", ())
    assert reply(inbox.db, inbox.keys, [sealed.id], "We got a heater", WEEK)
    assert look_up(inbox.db, code) == Answer("answered", ("We got a heater",))
    close(inbox.db, inbox.name, [sealed.id], NEXT)
    assert look_up(inbox.db, code) == Answer("closed", ("We got a heater",))
    reply(inbox.db, inbox.keys, [sealed.id], "And another", NEXT)
    assert look_up(inbox.db, code) == Answer("answered", ("We got a heater", "And another"))


def test_a_code_that_nobody_has_shows_nothing(inbox):
    release(inbox.db, [inbox.sealed("a", a_code()), inbox.sealed("b")], WEEK)

    assert look_up(inbox.db, a_code()) is None


def test_looking_and_reading_write_nothing(inbox):
    code = a_code()
    release(inbox.db, [inbox.sealed("a", code)], WEEK)

    def everything():
        with inbox.db.reading() as connection:
            return [connection.execute(select(table)).all() for table in (FEEDBACK, FEEDBACK_REPLY)]

    before = everything()
    keys = inbox.keys
    for _ in range(3):
        look_up(inbox.db, code)
        look_up(inbox.db, a_code())
        read(inbox.db, keys)
    assert everything() == before


def test_without_a_code_a_reply_is_kept_and_it_is_said_that_nobody_can_fetch_it(inbox):
    sealed = inbox.sealed("a")
    release(inbox.db, [sealed], WEEK)

    assert not reply(inbox.db, inbox.keys, [sealed.id], "Thank you", WEEK)
    assert read(inbox.db, inbox.keys)[0].replies == ("Thank you",)


def test_closing_says_the_week_and_taking_it_up_again_forgets_it(inbox):
    sealed = inbox.sealed("a")
    release(inbox.db, [sealed], WEEK)
    close(inbox.db, inbox.name, [sealed.id], NEXT)
    assert (read(inbox.db, inbox.keys)[0].status, read(inbox.db, inbox.keys)[0].closed_week) == ("closed", NEXT)

    set_status(inbox.db, inbox.name, [sealed.id], "in hand")

    assert (read(inbox.db, inbox.keys)[0].status, read(inbox.db, inbox.keys)[0].closed_week) == ("in hand", None)


def test_somebody_elses_inbox_shows_and_changes_nothing(inbox):
    create_inbox(inbox.db, "theirs", {"Bo": BO})
    theirs = unlock(inbox.db, "theirs", "Bo", BO)
    sealed = inbox.sealed("ours")
    release(inbox.db, [sealed], WEEK)

    assert read(inbox.db, theirs) == []
    for act in (
        lambda: reply(inbox.db, theirs, [sealed.id], "?", WEEK),
        lambda: close(inbox.db, "theirs", [sealed.id], WEEK),
        lambda: set_status(inbox.db, "theirs", [sealed.id], "closed"),
        lambda: close(inbox.db, inbox.name, [], WEEK),
        lambda: close(inbox.db, inbox.name, [sealed.id, b"x" * 16], WEEK),
    ):
        with pytest.raises(NoSuchFeedback):
            act()
    assert texts(inbox) == ["ours"]
    assert read(inbox.db, inbox.keys)[0].status == "new"


def test_one_that_was_moved_to_another_inbox_stays_closed(inbox):
    create_inbox(inbox.db, "theirs", {"Bo": BO})
    release(inbox.db, [inbox.sealed("ours")], WEEK)
    with inbox.db.writing() as connection:
        connection.execute(update(FEEDBACK).values(inbox="theirs"))

    assert [one.words for one in read(inbox.db, unlock(inbox.db, "theirs", "Bo", BO))] == [None]


def test_one_that_was_altered_hides_no_other_and_is_not_answered(inbox):
    sealed, good = inbox.sealed("altered", a_code()), inbox.sealed("good")
    release(inbox.db, [sealed, good], WEEK)
    with inbox.db.writing() as connection:
        its = FEEDBACK.c.id == sealed.id
        connection.execute(update(FEEDBACK).where(its).values(reply_key=b"\7" * 32))

    assert {one.words and one.words.text for one in read(inbox.db, inbox.keys)} == {None, "good"}
    with pytest.raises(Altered):
        reply(inbox.db, inbox.keys, [good.id, sealed.id], "Thank you", WEEK)
    assert count(inbox, FEEDBACK_REPLY) == 0
    assert {one.status for one in read(inbox.db, inbox.keys)} == {"new"}


def test_a_reply_that_was_altered_hides_no_other(inbox):
    code = a_code()
    sealed = inbox.sealed("a", code)
    release(inbox.db, [sealed], WEEK)
    reply(inbox.db, inbox.keys, [sealed.id], "first", WEEK)
    with inbox.db.writing() as connection:
        connection.execute(update(FEEDBACK_REPLY).values(to_sender=b"x" * 1950, to_inbox=b"x" * 1950))
    reply(inbox.db, inbox.keys, [sealed.id], "second", NEXT)

    assert look_up(inbox.db, code) == Answer("answered", ("second",))
    assert read(inbox.db, inbox.keys)[0].replies == ("second",)


def test_a_reply_that_does_not_fit_changes_nothing(inbox):
    sealed = inbox.sealed("a")
    release(inbox.db, [sealed], WEEK)

    with pytest.raises(WordsTooLong):
        reply(inbox.db, inbox.keys, [sealed.id], "a" * (LONGEST_REPLY + 1), WEEK)

    assert read(inbox.db, inbox.keys)[0].status == "new"


def test_all_bodies_and_replies_have_one_size(inbox):
    came = [inbox.sealed(text, code) for text in ("", "a" * 5000) for code in (None, a_code())]
    release(inbox.db, came, WEEK)
    for number, one in enumerate(came):
        reply(inbox.db, inbox.keys, [one.id], "a" * number * 100, WEEK)

    with inbox.db.reading() as connection:
        for column in (FEEDBACK.c.body, FEEDBACK_REPLY.c.to_inbox, FEEDBACK_REPLY.c.to_sender):
            sizes = {len(value) for value in connection.scalars(select(column)) if value is not None}
            assert len(sizes) == 1, column


def test_after_a_release_nothing_is_left_in_the_log(inbox, tmp_path):
    """PostgreSQL's own log holds sealed words only."""
    release(inbox.db, [inbox.sealed("a")], WEEK)

    assert [log.stat().st_size for log in tmp_path.glob("*-wal")] == ([0] if inbox.db.is_sqlite else [])


def test_ten_thousand_are_released_in_one_transaction(inbox):
    came = [inbox.sealed(str(number)) for number in range(100)]
    many = [
        type(one)(bytes([turn]) + one.id[1:], one.inbox, one.body, one.lookup, one.reply_key)
        for turn in range(100)
        for one in came
    ]
    release(inbox.db, many, WEEK)
    release(inbox.db, many, WEEK)

    assert count(inbox) == len({one.id for one in many}) == 10_000


def test_you_said_we_did_is_told_with_its_week_only(inbox):
    add_said_did(inbox.db, "You said it was cold. We got a heater.", WEEK)
    add_said_did(inbox.db, "You said the bus is dear. We pay fares.", NEXT)

    assert said_did(inbox.db) == [
        SaidDid("You said the bus is dear. We pay fares.", NEXT),
        SaidDid("You said it was cold. We got a heater.", WEEK),
    ]


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (0, "none"),
        (1, "fewer than 5"),
        (4, "fewer than 5"),
        (5, "5 to 9"),
        (10, "10 to 19"),
        (19, "10 to 19"),
        (20, "20 or more"),
        (999, "20 or more"),
    ],
)
def test_counts_are_told_in_bands(number, told):
    assert band(number) == told


def test_topics_are_counted_in_bands(inbox):
    came = [inbox.sealed(f"{number}", topic="rooms") for number in range(6)]
    release(inbox.db, [*came, inbox.sealed("none")], WEEK)

    assert bands_by_topic(read(inbox.db, inbox.keys)) == {"": "fewer than 5", "rooms": "5 to 9"}


def test_weeks_are_named_as_calendars_name_them():
    assert [week_of(date(*day)) for day in ((2026, 5, 4), (2026, 12, 31), (2027, 1, 1))] == [
        "2026-W19",
        "2026-W53",
        "2026-W53",
    ]
