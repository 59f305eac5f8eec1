"""What is sent next: lanes, the order within a line, quiet hours, and never the same message twice."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

import storage.outbox
from storage.desk import OUTBOX
from storage.outbox import Claim, Settled, claim, is_quiet, settle, under_way
from storage.tables import Lane
from tests.storage.cast import ADA, BO, CAI, DEE, NOW, come, desk_on, later, outgoing, queue, rows, take, texts


def finish(database, messages, state="sent", **values) -> None:
    with database.writing() as connection:
        settle(connection, [Settled(message, state, NOW, **values) for message in messages])


# -- lanes and lines ------------------------------------------------------------------------------------


def test_higher_lanes_go_first_whoever_came_first(database):
    for lane, address in zip(reversed(Lane), come(database, ADA, BO, CAI, DEE), strict=True):
        queue(database, address, lane.name, lane)

    assert texts(take(database)) == ["DANGER", "REPLY", "REMINDER", "BROADCAST"]


def test_within_a_lane_who_came_first_goes_first(database):
    addresses = come(database, ADA, BO, CAI)
    for number, address in enumerate(addresses):
        queue(database, address, f"{number}")

    assert texts(take(database, limit=2)) == ["0", "1"]
    assert texts(take(database, limit=2)) == ["2"]


def test_a_claim_takes_no_more_than_its_limit(database):
    for address in come(database, ADA, BO, CAI):
        queue(database, address, "reply")
        queue(database, address, "broadcast", Lane.BROADCAST)

    assert len(take(database, limit=1)) == 1
    assert len(take(database, limit=2)) == 2


def test_a_persons_second_message_waits_while_the_first_is_being_sent(database):
    (ada,) = come(database, ADA)
    queue(database, ada, "first")
    queue(database, ada, "second")

    first = take(database)
    assert texts(first) == ["first"]
    assert take(database) == []
    finish(database, first)

    assert texts(take(database)) == ["second"]


@pytest.mark.parametrize("state", ["sent", "failed", "unknown"])
def test_the_next_goes_once_the_one_before_has_come_to_an_end(database, state):
    (ada,) = come(database, ADA)
    queue(database, ada, "first")
    queue(database, ada, "second")
    finish(database, take(database), state)

    assert texts(take(database)) == ["second"]


def test_a_persons_second_message_waits_while_the_first_is_to_be_tried_again(database):
    (ada,) = come(database, ADA)
    queue(database, ada, "first")
    queue(database, ada, "second")
    finish(database, take(database), "queued", not_before=later(minutes=1))

    assert take(database) == []
    assert take(database, now=later(seconds=59)) == []
    again = take(database, now=later(seconds=60))
    assert texts(again) == ["first"]
    assert again[0].attempts == 2
    finish(database, again)
    assert texts(take(database)) == ["second"]


def test_whoever_can_leave_is_found_behind_many_who_cannot(database, monkeypatch):
    monkeypatch.setattr(storage.outbox, "LOOK_FURTHER_AT", 2)
    waiting = come(database, *(f"+44{n:02}" for n in range(20)))
    with desk_on(database) as desk:
        for address in waiting:
            desk.add_outgoing(address, **outgoing(text="to be tried again", not_before=later(hours=1)))
            for _ in range(3):
                desk.add_outgoing(address, **outgoing(text="behind it"))
    for address in come(database, ADA, BO, CAI):
        queue(database, address, address.value)

    assert texts(take(database, limit=1)) == [ADA]
    assert texts(take(database, limit=9)) == [BO, CAI]


def test_a_reply_overtakes_the_same_persons_broadcast(database):
    (ada,) = come(database, ADA)
    queue(database, ada, "broadcast", Lane.BROADCAST)
    queue(database, ada, "reply")

    assert texts(take(database)) == ["reply"]


def test_a_reply_overtakes_even_a_broadcast_that_is_being_sent(database):
    (ada,) = come(database, ADA)
    queue(database, ada, "broadcast", Lane.BROADCAST)
    take(database)
    queue(database, ada, "reply")

    assert texts(take(database)) == ["reply"]


def test_one_claim_takes_one_message_for_an_address(database):
    """So that the address's own pace can be kept: both would leave at once."""
    ada, bo = come(database, ADA, BO)
    for lane in Lane:
        queue(database, ada, f"ada {lane.name}", lane)
    queue(database, bo, "bo", Lane.BROADCAST)

    assert texts(take(database)) == ["ada DANGER", "bo"]


def test_addresses_that_were_just_written_to_are_passed_over(database):
    ada, bo = come(database, ADA, BO)
    queue(database, ada, "ada")
    queue(database, bo, "bo")

    assert texts(take(database, busy=(ada.id,))) == ["bo"]
    assert texts(take(database)) == ["ada"]


def test_a_sender_gets_only_its_own(database):
    (ada,) = come(database, ADA)
    with desk_on(database) as desk:
        bot = desk.add_address("telegram", "bot", "1001", desk.add_person())
        desk.add_outgoing(bot, **outgoing(text="by Telegram"))
        desk.add_outgoing(ada, **outgoing(text="by SMS"))
        assert desk.senders == {"sms", "bot"}

    assert texts(take(database)) == ["by SMS"]


def test_whoever_claims_is_told_everything_that_sending_needs(database):
    (ada,) = come(database, ADA)
    its_id = queue(
        database,
        ada,
        "Yes?",
        Lane.DANGER,
        person_id=7,
        conversation_id=8,
        buttons='[[["Yes","a:b:1"]],[["No","a:b:2"]]]',
    )

    (message,) = take(database)

    assert message == storage.outbox.Claimed(
        id=its_id,
        address_id=ada.id,
        person_id=7,
        address=ADA,
        lane=Lane.DANGER,
        text="Yes?",
        buttons=[[["Yes", "a:b:1"]], [["No", "a:b:2"]]],
        conversation_id=8,
        attempts=1,
        claimed_at=NOW,
    )
    (row,) = rows(database, OUTBOX)
    assert (row.state, row.attempts, row.claimed_at) == ("sending", 1, NOW)


# -- not yet --------------------------------------------------------------------------------------------


def test_nothing_leaves_before_its_time(database):
    (ada,) = come(database, ADA)
    queue(database, ada, not_before=later(hours=1))

    assert take(database, now=later(minutes=59)) == []
    assert len(take(database, now=later(hours=1))) == 1


def test_quiet_hours_hold_back_from_their_beginning_to_their_end(database):
    (ada,) = come(database, ADA)
    hold = {"hold_from": later(hours=9), "hold_until": later(hours=21)}
    queue(database, ada, "in time", Lane.REMINDER, **hold)
    assert texts(take(database, now=later(hours=9) - timedelta(seconds=1))) == ["in time"]

    bo, cai = come(database, BO, CAI)
    queue(database, bo, "too late", Lane.REMINDER, **hold)
    assert take(database, now=later(hours=9)) == []
    queue(database, cai, "queued in the night", Lane.REMINDER, **hold)
    assert take(database, now=later(hours=20)) == []
    assert texts(take(database, now=later(hours=21))) == ["too late", "queued in the night"]


def test_what_nobody_tried_to_send_in_quiet_hours_leaves_after_them(database):
    """The service was down over night."""
    (ada,) = come(database, ADA)
    queue(database, ada, "early", Lane.REMINDER, hold_from=later(hours=9), hold_until=later(hours=21))

    assert texts(take(database, now=later(hours=22))) == ["early"]


def test_quiet_hours_do_not_shorten_the_pause_of_a_message_that_is_tried_again(database):
    (ada,) = come(database, ADA)
    queue(database, ada, lane=Lane.REMINDER, hold_from=later(hours=1), hold_until=later(hours=2))
    finish(database, take(database), "queued", not_before=later(hours=3))

    assert take(database, now=later(hours=1.5)) == []
    assert take(database, now=later(hours=2.5)) == []
    assert len(take(database, now=later(hours=3))) == 1


def test_quiet_hours_hold_back_no_reply(database):
    ada, bo = come(database, ADA, BO)
    queue(database, ada, "held", Lane.BROADCAST, hold_from=NOW, hold_until=later(hours=9))
    queue(database, bo, "held too", Lane.BROADCAST, hold_from=NOW, hold_until=later(hours=9))
    queue(database, ada, "reply")

    assert texts(take(database)) == ["reply"]


def test_a_reply_leaves_while_very_many_are_still_to_be_put_off(database, monkeypatch):
    monkeypatch.setattr(storage.outbox, "PUT_OFF_AT_ONCE", 1)
    monkeypatch.setattr(storage.outbox, "_PUT_OFF", storage.outbox._put_off(1))
    ada, bo, cai = come(database, ADA, BO, CAI)
    for address in (ada, bo):
        queue(database, address, "held", Lane.BROADCAST, hold_from=NOW, hold_until=later(hours=9))
    queue(database, cai, "broadcast", Lane.BROADCAST)
    queue(database, cai, "reply")

    assert [texts(take(database)) for _ in range(3)] == [["reply"], [], ["broadcast"]]
    assert texts(take(database, now=later(hours=9))) == ["held", "held"]


def test_it_is_quiet_when_nothing_is_under_way_and_nothing_may_leave(database):
    def quiet(now=NOW):
        return is_quiet(database, now)

    (ada,) = come(database, ADA)
    assert quiet()
    queue(database, ada, not_before=later(hours=1))
    assert quiet()
    assert not quiet(later(hours=1))
    messages = take(database, now=later(hours=1))
    assert not quiet()
    finish(database, messages)
    assert quiet()


# -- once -----------------------------------------------------------------------------------------------


def test_a_claimed_message_is_not_claimed_again(database):
    (ada,) = come(database, ADA)
    queue(database, ada)

    assert len(take(database)) == 1
    assert take(database) == []


def test_two_claims_of_one_batch_share_nothing(database):
    for address in come(database, ADA, BO, CAI):
        queue(database, address, address.value)

    with database.writing() as connection:
        first, second = claim(connection, [Claim("sms", NOW, 2), Claim("sms", NOW, 2)])

    assert texts(first) == [ADA, BO]
    assert texts(second) == [CAI]


def test_many_who_claim_at_once_share_every_message_out(postgresql_database):
    """One sender has one holder; should two ever overlap, no message may be theirs both."""
    values = [f"+44{n:04}" for n in range(200)]
    with desk_on(postgresql_database) as desk:
        for value in values:
            address = desk.add_address("sms", "sms", value, desk.add_person())
            for number in range(3):
                desk.add_outgoing(address, **outgoing(text=f"{value} {number}"))
    taken: list[list[str]] = [[] for _ in range(4)]

    def send(mine: list[str]) -> None:
        empty = 0
        while empty < 20:
            with postgresql_database.writing() as connection:
                messages = claim(connection, [Claim("sms", NOW, 7)])[0]
                mine.extend(texts(messages))
                empty = 0 if messages else empty + 1
            with postgresql_database.writing() as connection:
                if messages:
                    settle(connection, [Settled(message, "sent", NOW) for message in messages])

    threads = [threading.Thread(target=send, args=(mine,)) for mine in taken]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    everything = [text for mine in taken for text in mine]
    assert len(everything) == len(set(everything)) == 600
    assert sum(1 for mine in taken if mine) > 1


def test_a_row_that_another_is_just_taking_is_passed_over_not_waited_for(postgresql_database):
    ada, bo = come(postgresql_database, ADA, BO)
    queue(postgresql_database, ada, "ada")
    queue(postgresql_database, bo, "bo")
    queue(postgresql_database, ada, "ada again")

    with postgresql_database.writing() as connection:
        assert texts(claim(connection, [Claim("sms", NOW, 1)])[0]) == ["ada"]
        assert texts(take(postgresql_database)) == ["bo"]


# -- after a crash --------------------------------------------------------------------------------------


def test_whoever_takes_a_sender_over_finds_what_was_under_way_as_it_was_claimed(database):
    ada, bo, cai = come(database, ADA, BO, CAI)
    queue(database, ada, "broadcast", Lane.BROADCAST)
    queue(database, bo, "reply")
    claimed = take(database)
    queue(database, cai, "still waiting")

    with database.writing() as connection:
        assert under_way(connection, "sms") == claimed
        assert under_way(connection, "bot") == []
    finish(database, claimed)
    with database.writing() as connection:
        assert under_way(connection, "sms") == []
