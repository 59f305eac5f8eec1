"""What became of a message: honest states, whatever order the news comes in."""

from __future__ import annotations

import threading

import pytest

from storage.desk import CONVERSATION, INBOX, OUTBOX
from storage.outbox import Delivery, Settled, note_deliveries, settle
from storage.tables import Lane
from tests.storage.cast import ADA, BO, NOW, address_row, come, desk_on, later, queue, rows, states, take, texts


def finish(database, message, state, **values):
    with database.writing() as connection:
        settle(connection, [Settled(message, state, later(seconds=5), **values)])


def report(database, state, provider_id="SM1", **values) -> bool:
    with database.writing() as connection:
        return note_deliveries(connection, [Delivery(provider_id, state, later(minutes=1), **values)])[0]


@pytest.fixture
def sent(database):
    """A message to Ada that the provider has accepted as SM1."""
    (ada,) = come(database, ADA)
    queue(database, ada, person_id=7)
    (message,) = take(database)
    finish(database, message, "sent", provider_id="SM1", parts=2)
    return message


# -- settling -------------------------------------------------------------------------------------------


def test_a_sent_message_keeps_the_providers_id_and_its_parts(database, sent):
    (row,) = rows(database, OUTBOX)
    assert (row.state, row.provider_id, row.parts, row.settled_at) == ("sent", "SM1", 2, later(seconds=5))


def test_a_failed_message_says_why_and_a_person_is_told(database):
    (ada,) = come(database, ADA)
    queue(database, ada, person_id=7)

    finish(database, take(database)[0], "failed", reason="no such number", told="The number does not exist.")

    (row,) = rows(database, OUTBOX)
    assert (row.state, row.reason) == ("failed", "no such number")
    (item,) = rows(database, INBOX)
    assert (item.person_id, item.why, item.note, item.done_at) == (
        7, "could not be reached", "The number does not exist.", None,
    )  # fmt: skip


def test_a_message_that_is_tried_again_waits_for_its_time(database):
    (ada,) = come(database, ADA)
    queue(database, ada)

    finish(database, take(database)[0], "queued", reason="too fast", not_before=later(minutes=5))

    (row,) = rows(database, OUTBOX)
    assert (row.state, row.reason, row.not_before) == ("queued", "too fast", later(minutes=5))


def test_a_message_that_is_tried_again_without_a_time_goes_at_once(database):
    (ada,) = come(database, ADA)
    queue(database, ada)
    finish(database, take(database)[0], "queued")

    assert len(take(database, now=later(seconds=5))) == 1


def test_a_question_counts_as_asked_when_it_was_sent(database):
    (ada,) = come(database, ADA)
    with desk_on(database, ADA) as desk:
        (person,) = desk.holders(desk.address("sms", ADA))
        asking, other = (desk.add_conversation(person, ada, flow) for flow in ("check-in", "plan"))
        asking.place = other.place = "{}"
    queue(database, ada, conversation_id=asking.id)
    (message,) = take(database)

    finish(database, message, "queued", not_before=NOW)
    assert [row.asked_at for row in rows(database, CONVERSATION)] == [None, None]
    finish(database, take(database, now=later(seconds=9))[0], "sent", provider_id="SM1")

    assert [row.asked_at for row in rows(database, CONVERSATION)] == [later(seconds=5), None]


def test_many_are_settled_together(database):
    messages = []
    for value in ("+441", "+442", "+443"):
        queue(database, come(database, value)[0], value)
    messages = take(database)

    with database.writing() as connection:
        outcomes = [
            Settled(messages[0], "sent", NOW, provider_id="a"),
            Settled(messages[1], "failed", NOW, reason="blocked", closes_address="blocked", told="Blocked."),
            Settled(messages[2], "unknown", NOW, reason="cut off"),
        ]
        assert settle(connection, outcomes) == [None, None, None]

    assert states(database) == {"+441": "sent", "+442": "failed", "+443": "unknown"}
    assert [row.closed_at for row in (address_row(database, "+441"), address_row(database, "+442"))] == [None, NOW]


def test_settling_late_does_not_bring_back_what_has_been_sent(database, sent):
    """A sender that had lost its lease without noticing."""
    finish(database, sent, "queued")

    assert states(database) == {"Hello": "sent"}
    assert take(database, now=later(hours=1)) == []


def test_an_unknown_message_can_still_turn_out_sent(database):
    (ada,) = come(database, ADA)
    queue(database, ada)
    (message,) = take(database)
    finish(database, message, "unknown", reason="cut off")

    finish(database, message, "sent", provider_id="SM1")

    (row,) = rows(database, OUTBOX)
    assert (row.state, row.reason) == ("sent", None)


# -- closing --------------------------------------------------------------------------------------------


def test_whoever_blocked_us_is_closed_and_what_waits_for_them_has_failed(database):
    ada, bo = come(database, ADA, BO)
    for text in ("first", "second"):
        queue(database, ada, text)
    queue(database, ada, "broadcast", Lane.BROADCAST)
    queue(database, bo, "to Bo")

    finish(database, take(database, limit=1)[0], "failed", reason="blocked", closes_address="blocked")

    assert states(database) == {"first": "failed", "second": "failed", "broadcast": "failed", "to Bo": "queued"}
    row = address_row(database, ADA)
    assert (row.closed_at, row.closed_reason, row.stopped_at) == (later(seconds=5), "blocked", None)
    assert address_row(database, BO).closed_at is None


def test_whoever_opted_out_with_the_provider_has_said_stop(database):
    (ada,) = come(database, ADA)
    queue(database, ada, "first")
    queue(database, ada, "second")

    finish(database, take(database)[0], "failed", reason="opted out", closes_address="opted_out")

    row = address_row(database, ADA)
    assert (row.stopped_at, row.closed_at) == (later(seconds=5), None)
    assert states(database) == {"first": "failed", "second": "failed"}


def test_a_message_that_failed_while_they_said_stop_is_not_tried_again(database):
    (ada,) = come(database, ADA)
    queue(database, ada, "reminder", Lane.REMINDER)
    queue(database, ada, "danger", Lane.DANGER)
    danger, reminder = take(database, limit=1) + take(database, limit=1)
    with desk_on(database, ADA, now=later(seconds=1)) as desk:
        desk.change(desk.address("sms", ADA), stopped_at=desk.now)
        desk.withdraw([ada], Lane.REPLY, "they said STOP")
    queue(database, ada, "You won't hear from us.", created_at=later(seconds=1))

    for message in (danger, reminder):
        finish(database, message, "queued", reason="cut off")

    assert states(database) == {"reminder": "withdrawn", "danger": "queued", "You won't hear from us.": "queued"}


def test_what_is_said_after_stop_is_still_tried_again(database):
    (ada,) = come(database, ADA)
    with desk_on(database, ADA) as desk:
        desk.change(desk.address("sms", ADA), stopped_at=desk.now)
    queue(database, ada, "You won't hear from us.")

    finish(database, take(database)[0], "queued", reason="too fast")

    assert texts(take(database, now=later(seconds=5))) == ["You won't hear from us."]


def test_a_message_that_is_to_be_tried_again_fails_if_its_address_was_closed_meanwhile(database):
    (ada,) = come(database, ADA)
    queue(database, ada, "broadcast", Lane.BROADCAST)
    queue(database, ada, "reply")
    reply, broadcast = take(database, limit=1) + take(database, limit=1)

    finish(database, reply, "failed", reason="blocked", closes_address="blocked")
    finish(database, broadcast, "queued", reason="cut off")

    (row,) = rows(database, OUTBOX, text="broadcast")
    assert (row.state, row.reason) == ("failed", "blocked")


# -- what the provider reports later --------------------------------------------------------------------


@pytest.mark.parametrize("order", [("sent", "delivered"), ("delivered", "sent")])
def test_delivered_is_the_last_word_whatever_order_the_reports_come_in(database, sent, order):
    for state in (*order, *order):
        report(database, state)

    (row,) = rows(database, OUTBOX)
    assert (row.state, row.settled_at) == ("delivered", later(minutes=1))


def test_a_report_is_news_once(database, sent):
    assert report(database, "delivered")
    assert not report(database, "delivered")
    assert not report(database, "sent")


def test_a_failure_is_told_once_however_often_it_is_reported(database, sent):
    for _ in range(3):
        report(database, "failed", reason="unreachable", told="The phone was off.")

    (row,) = rows(database, OUTBOX)
    assert (row.state, row.reason) == ("failed", "unreachable")
    (item,) = rows(database, INBOX)
    assert (item.person_id, item.note) == (7, "The phone was off.")


def test_a_delivered_message_does_not_fail_afterwards_nor_a_failed_one_arrive(database, sent):
    report(database, "delivered")
    assert not report(database, "failed", told="No.", closes_address="blocked")

    assert states(database) == {"Hello": "delivered"}
    assert rows(database, INBOX) == []
    assert address_row(database, ADA).closed_at is None


def test_a_report_can_close_the_address(database, sent):
    queue(database, sent_to(database), "waiting")

    report(database, "failed", reason="opted out", closes_address="opted_out")

    assert address_row(database, ADA).stopped_at == later(minutes=1)
    assert states(database) == {"Hello": "failed", "waiting": "failed"}


def sent_to(database):
    with desk_on(database, ADA) as desk:
        return desk.address("sms", ADA)


def test_a_report_about_a_message_that_is_not_ours_is_no_news(database, sent):
    assert not report(database, "delivered", provider_id="SM2")
    assert states(database) == {"Hello": "sent"}


def test_two_reports_at_once_end_with_delivered(postgresql_database):
    """Read first and written later, the one that commits last would win."""
    (ada,) = come(postgresql_database, ADA)
    for number in range(20):
        queue(postgresql_database, ada, f"{number}")
        (message,) = take(postgresql_database)
        with postgresql_database.writing() as connection:
            settle(connection, [Settled(message, "unknown", NOW, provider_id=f"SM{number}")])
        both = threading.Barrier(2)

        def tell(state, provider_id, both=both):
            with postgresql_database.writing() as connection:
                both.wait(10)
                note_deliveries(connection, [Delivery(provider_id, state, NOW)])

        threads = [threading.Thread(target=tell, args=(state, f"SM{number}")) for state in ("delivered", "sent")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)

    assert set(states(postgresql_database).values()) == {"delivered"}
