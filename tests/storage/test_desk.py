"""A desk brings back what was put away, and nothing is lost between two desks."""

from __future__ import annotations

import json
import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, Table

from storage.desk import ADDRESS, CHECK_IN, CONVERSATION, HOLDER, INBOX, INVITATION, MESSAGE, OUTBOX, PERSON, Desk
from storage.store import Store
from storage.tables import Lane, Moment, new_id
from tests.storage.cast import (
    ADA,
    BO,
    CAI,
    DEE,
    EVE,
    NOW,
    address_row,
    come,
    desk_on,
    holders_of,
    later,
    outgoing,
    queue,
    rows,
    states,
    watching,
)


def something_in(table: Table, *, but: tuple[str, ...]) -> dict[str, Any]:
    """A value for every column of a table, none of them a default."""
    return {column.name: something_for(column, number) for number, column in enumerate(table.columns, 1)
            if column.name not in but}  # fmt: skip


def something_for(column: Column[Any], number: int) -> Any:
    if isinstance(column.type, Moment):
        return later(days=1000, seconds=number, microseconds=number)
    if isinstance(column.type, Date):
        return date(2028, 2, 29)
    if isinstance(column.type, Boolean):
        return True
    if isinstance(column.type, BigInteger):
        return 2**62 + number
    if isinstance(column.type, Integer):
        return 2000 + number
    return f"{column.name}: Siân’s “½ £”\n\u2063\U0001f33c"


KEYS_OF_AN_ADDRESS = ("id", "channel", "value", "created_at")
EVERYTHING_OF_A_PERSON = something_in(PERSON, but=("id", "created_at"))
EVERYTHING_OF_AN_ADDRESS = something_in(ADDRESS, but=KEYS_OF_AN_ADDRESS)


# -- there and back -------------------------------------------------------------------------------------


def test_every_field_of_a_new_person_and_their_address_comes_back(database):
    with desk_on(database, DEE) as desk:
        person = desk.add_person(**EVERYTHING_OF_A_PERSON)
        address = desk.add_address("sms", "line 2", DEE, person)
        desk.change(person, preferred_address_id=2**62)
        desk.change(address, **EVERYTHING_OF_AN_ADDRESS)

    with desk_on(database, DEE) as desk:
        assert desk.address("sms", DEE) == address
        assert desk.holders(address) == [person]
        assert desk.person(person.id) == person


def test_every_field_that_is_changed_comes_back(database):
    come(database, DEE)

    with desk_on(database, DEE) as desk:
        address = desk.address("sms", DEE)
        (person,) = desk.holders(address)
        desk.change(person, **EVERYTHING_OF_A_PERSON)
        desk.change(address, **EVERYTHING_OF_AN_ADDRESS)
        desk.add_conversation(person, address, "check-in").place = "{}"
    with desk_on(database, DEE) as desk:
        (found,) = desk.open_conversations(person)
        desk.change(found, place='{"a":1}', address_id=7, flow="plan", front_at=later(hours=1), asked_at=later(hours=2))

    with desk_on(database, DEE) as desk:
        assert desk.address("sms", DEE) == address
        assert desk.holders(address) == [person]
        assert desk.open_conversations(person) == [found]
    assert {name: getattr(person, name) for name in EVERYTHING_OF_A_PERSON} == EVERYTHING_OF_A_PERSON
    assert {name: getattr(address, name) for name in EVERYTHING_OF_AN_ADDRESS} == EVERYTHING_OF_AN_ADDRESS
    assert (found.place, found.address_id, found.flow) == ('{"a":1}', 7, "plan")
    assert (found.front_at, found.asked_at) == (later(hours=1), later(hours=2))


def test_somebody_new_has_the_tables_defaults(database):
    come(database, ADA)

    (person,) = holders_of(database, ADA)
    assert person.role == "volunteer"
    assert person.zone == "Europe/London"
    assert (person.quiet_from_minute, person.quiet_until_minute) == (21 * 60, 9 * 60)
    assert person.joined_at is None


def test_a_moment_without_a_time_zone_is_refused(database):
    with pytest.raises(Exception, match="time zone"), desk_on(database) as desk:
        desk.add_person(joined_at=datetime(2026, 5, 4))


def test_a_moment_from_another_zone_comes_back_as_the_same_moment(database):
    with desk_on(database, ADA) as desk:
        person = desk.add_person(joined_at=NOW.astimezone(ZoneInfo("Pacific/Kiritimati")))
        desk.add_address("sms", "sms", ADA, person)

    (found,) = holders_of(database, ADA)
    assert found.joined_at == NOW
    assert found.joined_at.tzinfo is UTC


def test_what_somebody_wrote_and_what_they_are_told_comes_back(database):
    (address,) = come(database, ADA)
    said = {"kind": "text", "text": "£5 – “ok” \U0001f468\u200d\U0001f469\u200d\U0001f467", "reference": "file:1"}
    out = {"text": "Hello\n1 yes", "buttons": '[[["Yes","a:b:1"]]]', "hold_from": later(hours=1),
           "hold_until": later(hours=9), "not_before": later(minutes=1), "conversation_id": 5,
           "person_id": 6}  # fmt: skip

    with desk_on(database, ADA) as desk:
        message_id = desk.add_message("sms", "SM1", person_id=3, address_id=address.id, conversation_id=4, **said)
        item_id = desk.add_outgoing(address, **outgoing(**out))

    (message,) = rows(database, MESSAGE)
    assert message._asdict() == {
        "id": message_id, "sender": "sms", "provider_id": "SM1", "person_id": 3, "address_id": address.id,
        "conversation_id": 4, "at": NOW, "between_us": None, "about_id": None, **said,
    }  # fmt: skip
    (item,) = rows(database, OUTBOX)
    assert {name: getattr(item, name) for name in out} == out
    assert (item.id, item.state, item.sender, item.address_id, item.attempts) == (
        item_id, "queued", "sms", address.id, 0,
    )  # fmt: skip
    assert (item.claimed_at, item.settled_at, item.provider_id, item.reason) == (None, None, None, None)


def test_a_place_keeps_the_order_of_its_keys(database):
    place = json.dumps({"flow": "check-in", "answers": {"note": "ö", "mood": 2, "a": 1}, "passed": ["z", "a"]})
    (address,) = come(database, ADA)
    with desk_on(database, ADA) as desk:
        (person,) = desk.holders(desk.address("sms", ADA))
        desk.change(desk.add_conversation(person, address, "check-in"), place=place)

    with desk_on(database, ADA) as desk:
        (conversation,) = desk.open_conversations(person)
    assert conversation.place == place
    assert list(json.loads(conversation.place)["answers"]) == ["note", "mood", "a"]


def test_what_is_changed_before_a_new_record_is_put_away_is_kept(database):
    with desk_on(database, ADA) as desk:
        person = desk.add_person()
        address = desk.add_address("sms", "sms", ADA, person)
        conversation = desk.add_conversation(person, address, "joining")
        desk.change(person, called="Ada")
        desk.change(address, last_heard_at=NOW)
        desk.change(conversation, place="{}", state="ended")

    assert holders_of(database, ADA)[0].called == "Ada"
    assert holders_of(database, ADA)[0].preferred_address_id == address.id
    assert address_row(database, ADA).last_heard_at == NOW
    assert [(row.place, row.state) for row in rows(database, CONVERSATION)] == [("{}", "ended")]


def test_a_person_and_an_address_with_the_same_id_are_both_written(database):
    """Two processes can give the same id to rows of different tables."""
    with desk_on(database) as desk:
        person = desk.add_person()
        address = desk.add_address("sms", "sms", ADA, person)
        address.id = person.id
        desk._new[HOLDER][-1]["address_id"] = person.id

    with desk_on(database, ADA) as desk:
        found = desk.address("sms", ADA)
        assert found.id == desk.holders(found)[0].id
        desk.change(found, last_heard_at=NOW)
        desk.change(desk.holders(found)[0], called="Ada")

    assert address_row(database, ADA).last_heard_at == NOW
    assert holders_of(database, ADA)[0].called == "Ada"


# -- who is at an address -------------------------------------------------------------------------------


def test_the_same_number_on_two_channels_is_two_addresses(database):
    come(database, ADA)

    with desk_on(database, ADA) as desk:
        assert desk.address("telegram", ADA) is None
        desk.add_address("telegram", "bot", ADA, desk.add_person(called="not Ada"))

    assert holders_of(database, ADA)[0].called is None


def test_two_people_can_share_one_address(database):
    come(database, EVE, called="Eve")
    with desk_on(database, EVE) as desk:
        desk.add_holder(desk.address("sms", EVE), desk.add_person(called="Finn"))

    assert [person.called for person in holders_of(database, EVE)] == ["Eve", "Finn"]


def test_both_who_share_an_address_are_fetched_with_either(database):
    come(database, EVE, called="Eve")
    with desk_on(database, EVE) as desk:
        finn = desk.add_person(called="Finn")
        desk.add_holder(desk.address("sms", EVE), finn)

    with desk_on(database) as desk:
        desk.fetch_people([finn.id])
        address = desk.address("sms", EVE)
        assert [person.called for person in desk.holders(address)] == ["Eve", "Finn"]


def test_fetching_people_who_share_an_address_gives_one_address(database):
    come(database, EVE, called="Eve")
    with desk_on(database, EVE) as desk:
        desk.add_holder(desk.address("sms", EVE), desk.add_person(called="Finn"))
    ids = [person.id for person in holders_of(database, EVE)]

    with desk_on(database) as desk:
        desk.fetch_people(ids)
        address = desk.address("sms", EVE)
        assert [person.called for person in desk.holders(address)] == ["Eve", "Finn"]
        assert all(desk.addresses_of(desk.person(its_id)) == [address] for its_id in ids)
        assert all(desk.addresses_of(desk.person(its_id))[0] is address for its_id in ids)


def test_a_person_has_all_their_addresses(database):
    come(database, ADA)
    with desk_on(database, ADA) as desk:
        (ada,) = desk.holders(desk.address("sms", ADA))
        desk.add_address("telegram", "bot", "1001", ada)

    with desk_on(database, ADA) as desk:
        (ada,) = desk.holders(desk.address("sms", ADA))
        assert {address.value for address in desk.addresses_of(ada)} == {ADA, "1001"}


def test_a_person_has_all_their_addresses_whatever_was_fetched_after_they_were_asked_for(database):
    """Three messages in one delivery: FORGET asks for them, a coordinator's GIVE fetches her, STOP holds everywhere."""
    come(database, ADA)
    with desk_on(database, ADA) as desk:
        (ada,) = desk.holders(desk.address("sms", ADA))
        desk.add_address("telegram", "bot", "1001", ada)

    with desk_on(database, ADA) as desk:
        (ada,) = desk.holders(desk.address("sms", ADA))
        desk.addresses_of(ada)
        desk.fetch_people([ada.id])
        assert {address.value for address in desk.addresses_of(ada)} == {ADA, "1001"}


def test_asking_twice_for_a_persons_addresses_gives_the_same_records(database):
    """Otherwise what is changed on one of them would be overwritten with the other."""
    come(database, ADA)
    with desk_on(database, ADA) as desk:
        (ada,) = desk.holders(desk.address("sms", ADA))
        desk.add_address("telegram", "bot", "1001", ada)

    with desk_on(database, ADA) as desk:
        (ada,) = desk.holders(desk.address("sms", ADA))
        first, second = (sorted(desk.addresses_of(ada), key=lambda address: address.value) for _ in range(2))
        assert [id(address) for address in first] == [id(address) for address in second]


def test_an_address_that_is_new_on_this_desk_is_one_of_theirs(database):
    """STOP in the same batch as the invitation that brought them must hold where they wrote it."""
    come(database, ADA)
    with desk_on(database, ADA) as desk:
        (ada,) = desk.holders(desk.address("sms", ADA))
        new = desk.add_address("telegram", "bot", "1001", ada)

        assert {address.value for address in desk.addresses_of(ada)} == {ADA, "1001"}
        assert any(address is new for address in desk.addresses_of(ada))


def test_an_address_given_away_is_somebody_elses_alone(database):
    (address,) = come(database, ADA, called="a stranger")
    with desk_on(database, ADA) as desk:
        guest = desk.add_person(called="Ada")
        desk.give_address(desk.address("sms", ADA), guest)
        assert desk.holders(address) == [guest]

    assert [person.called for person in holders_of(database, ADA)] == ["Ada"]
    assert holders_of(database, ADA)[0].preferred_address_id == address.id


def test_an_address_can_be_given_away_on_the_desk_it_was_new_on(database):
    with desk_on(database, ADA) as desk:
        address = desk.add_address("sms", "sms", ADA, desk.add_person(called="a stranger"))
        guest = desk.add_person(called="Ada")
        desk.give_address(address, guest)
        assert desk.addresses_of(guest) == [address]

    assert [person.called for person in holders_of(database, ADA)] == ["Ada"]


def test_fetching_again_keeps_what_is_on_the_desk(database):
    """A batch that is run message by message fetches for each of them."""
    come(database, EVE, called="Eve")
    with desk_on(database, EVE) as desk:
        eve = desk.holders(desk.address("sms", EVE))[0]
        desk.add_conversation(eve, desk.address("sms", EVE), "joining").place = "{}"

    with desk_on(database, EVE) as desk:
        address = desk.address("sms", EVE)
        desk.change(address, unsettled="it's me")
        desk.change(desk.holders(address)[0], called="Evie")
        (conversation,) = desk.open_conversations(eve)
        desk.change(conversation, place='{"a":1}')

        desk.fetch([EVE], [])
        desk.fetch_people([eve.id])

        assert desk.address("sms", EVE) is address
        assert [holder.called for holder in desk.holders(address)] == ["Evie"]
        assert desk.open_conversations(eve) == [conversation]

    assert holders_of(database, EVE)[0].called == "Evie"
    assert address_row(database, EVE).unsettled == "it's me"
    assert [row.place for row in rows(database, CONVERSATION)] == ['{"a":1}']


def test_a_person_without_any_address_is_fetched_too(database):
    """Otherwise whoever is due and cannot be reached stays due for ever."""
    with desk_on(database) as desk:
        ada = desk.add_person(called="Ada", check_in_due_at=NOW)

    with desk_on(database) as desk:
        desk.fetch_people([ada.id])
        assert desk.person(ada.id) == ada
        desk.change(desk.person(ada.id), check_in_due_at=None)

    (row,) = rows(database, PERSON)
    assert row.check_in_due_at is None


# -- conversations --------------------------------------------------------------------------------------


def test_the_conversation_in_front_is_last(database):
    (address,) = come(database, ADA)
    with desk_on(database, ADA) as desk:
        (ada,) = desk.holders(desk.address("sms", ADA))
        desk.add_conversation(ada, address, "joining").place = "{}"
    with desk_on(database, ADA, now=later(hours=1)) as desk:
        desk.add_conversation(ada, address, "check-in").place = "{}"
    with desk_on(database, ADA, now=later(hours=2)) as desk:
        joining, check_in = desk.open_conversations(ada)
        assert (joining.flow, check_in.flow) == ("joining", "check-in")
        desk.change(joining, front_at=desk.now)
        desk.move_to_front(joining)
        assert desk.open_conversations(ada) == [check_in, joining]

    with desk_on(database, ADA) as desk:
        assert [each.flow for each in desk.open_conversations(ada)] == ["check-in", "joining"]


def test_what_came_to_the_front_last_is_in_front_even_within_one_moment(database):
    """All messages of a batch happen at the same `now`; a bare number must not change its meaning after it."""
    (address,) = come(database, ADA)
    with desk_on(database, ADA) as desk:
        (ada,) = desk.holders(desk.address("sms", ADA))
        first = desk.add_conversation(ada, address, "joining")
        second = desk.add_conversation(ada, address, "check-in")
        first.place = second.place = "{}"
        desk.change(first, front_at=desk.now)
        desk.move_to_front(first)

    with desk_on(database, ADA) as desk:
        assert [each.flow for each in desk.open_conversations(ada)] == ["check-in", "joining"]
        desk.add_conversation(ada, address, "menu").place = "{}"
    with desk_on(database, ADA) as desk:
        assert [each.flow for each in desk.open_conversations(ada)] == ["check-in", "joining", "menu"]


def test_a_conversation_that_ended_is_not_open_on_this_desk_nor_on_the_next(database):
    (address,) = come(database, ADA)
    with desk_on(database, ADA) as desk:
        (ada,) = desk.holders(desk.address("sms", ADA))
        conversation = desk.add_conversation(ada, address, "joining")
        desk.change(conversation, place="{}", state="ended")
        assert desk.open_conversations(ada) == []

    with desk_on(database, ADA) as desk:
        assert desk.open_conversations(ada) == []


# -- once -----------------------------------------------------------------------------------------------


def test_a_message_that_is_delivered_again_has_been_seen(database):
    (address,) = come(database, ADA)
    with desk_on(database, ADA, seen=["SM1"]) as desk:
        assert not desk.has_seen("sms", "SM1")
        desk.add_message("sms", "SM1", address_id=address.id, kind="text")
        assert desk.has_seen("sms", "SM1")

    with desk_on(database, ADA, seen=["SM1", "SM2"]) as desk:
        assert desk.has_seen("sms", "SM1")
        assert not desk.has_seen("sms", "SM2")
        assert not desk.has_seen("telegram", "SM1")


def test_an_invitation_is_used_once(database):
    with desk_on(database) as desk:
        ada = desk.add_person(called="Ada")
        desk.add_invitation("c0de", ada)

    with desk_on(database) as desk:
        assert desk.use_invitation("c0de", timedelta(days=1)) == ada
        assert desk.use_invitation("c0de", timedelta(days=1)) is None
    with desk_on(database) as desk:
        assert desk.use_invitation("c0de", timedelta(days=1)) is None
        assert desk.use_invitation("another", timedelta(days=1)) is None
    (row,) = rows(database, INVITATION)
    assert row.used_at == NOW


def test_an_invitation_that_two_bring_at_once_is_used_by_one(postgresql_database):
    with desk_on(postgresql_database) as desk:
        desk.add_invitation("c0de", desk.add_person(called="Ada"))
    both_are_there, found = threading.Barrier(2), []

    def use_it() -> None:
        with postgresql_database.writing() as connection:
            desk = Desk(connection, NOW)
            desk.fetch([ADA], [])
            both_are_there.wait(10)
            found.append(desk.use_invitation("c0de", timedelta(days=1)))

    for _ in range(10):
        threads = [threading.Thread(target=use_it) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert len([guest for guest in found if guest is not None]) == 1
        with desk_on(postgresql_database) as desk:
            desk._connection.execute(INVITATION.update().values(used_at=None))
        found.clear()


def test_a_message_delivered_twice_at_once_is_one_turn(postgresql_database):
    (address,) = come(postgresql_database, ADA)
    store, turns = Store(postgresql_database, threads=4), []

    def listen(connection, items):
        desk = Desk(connection, NOW)
        desk.fetch([ADA], ["SM1"])
        if not desk.has_seen("sms", "SM1"):
            desk.add_message("sms", "SM1", address_id=address.id, kind="text")
            desk.add_outgoing(address, **outgoing(text="heard"))
            turns.append(items)
        desk.put_away()
        return items

    for future in [store.submit(listen, n, by=f"{n}") for n in range(32)]:
        future.result(10)
    store.close()

    assert len(rows(postgresql_database, MESSAGE)) == len(rows(postgresql_database, OUTBOX)) == 1


def test_an_act_done_again_replaces_what_it_put_into_the_inbox(database):
    with desk_on(database) as desk:
        desk.add_to_inbox(1, "call", why="wants a call", note="first")
        desk.add_to_inbox(1, "talk", why="wants to talk")
        desk.add_to_inbox(2, "call", why="wants a call")
        desk.add_to_inbox(1, "call", why="wants a call", note="on the same desk")
    with desk_on(database) as desk:
        desk.take_back(1, ["call"])
        desk.add_to_inbox(1, "call", why="wants a call", note="on another")

    found = {(row.conversation_id, row.name): (row.note, row.taken_back_at) for row in rows(database, INBOX)}
    assert found == {(1, "call"): ("on another", None), (1, "talk"): (None, None), (2, "call"): (None, None)}
    assert len(rows(database, INBOX)) == 3


def test_what_comes_from_no_conversation_replaces_nothing(database):
    with desk_on(database) as desk:
        desk.add_to_inbox(why="nobody understood", person_id=1)
        desk.add_to_inbox(why="nobody understood", person_id=1)

    assert len(rows(database, INBOX)) == 2


def test_the_last_moods_are_those_that_were_said_the_newest_first_also_of_this_batch(database):
    with desk_on(database) as desk:
        ada, bo = desk.add_person(), desk.add_person()
        address = desk.add_address("sms", "sms", "+447700900001", ada)
        for number, mood in enumerate((5, 4, None, 1)):
            desk.now = later(days=number)
            desk.add_check_in(number, person_id=ada.id, mood=mood, note=None, wants_a_call=False)
            desk.add_check_in(10 + number, person_id=bo.id, mood=3, note=None, wants_a_call=False)
        assert desk.last_moods(ada, 2) == [1, 4]
        going_on = desk.add_conversation(ada, address, "check-in")
        desk.now = later(days=9)
        desk.add_check_in(going_on.id, person_id=ada.id, mood=2, note=None, wants_a_call=False)
        assert desk.last_moods(ada, 3) == [1, 4, 5]
        desk.change(going_on, state="ended")
        assert desk.last_moods(ada, 3) == [2, 1, 4]


def test_a_check_in_that_is_taken_back_is_gone_until_there_is_another(database):
    with desk_on(database) as desk:
        desk.add_check_in(1, person_id=7, mood=2, note=None, wants_a_call=False)
        desk.take_check_in_back(1)
        desk.add_check_in(2, person_id=7, mood=3, note=None, wants_a_call=False)
        desk.take_check_in_back(2)
        desk.add_check_in(2, person_id=7, mood=4, note=None, wants_a_call=False)

    assert [(row.conversation_id, row.mood) for row in rows(database, CHECK_IN)] == [(2, 4)]


def test_a_second_check_in_of_a_conversation_replaces_the_first(database):
    with desk_on(database) as desk:
        desk.add_check_in(1, person_id=7, mood=2, note="tired", wants_a_call=True)
        desk.add_check_in(1, person_id=7, mood=3, note=None, wants_a_call=False)
        desk.add_check_in(2, person_id=7, mood=5, note=None, wants_a_call=False)
    with desk_on(database, now=later(minutes=1)) as desk:
        desk.add_check_in(1, person_id=7, mood=4, note="better", wants_a_call=False)

    assert [
        (row.conversation_id, row.mood, row.note, row.wants_a_call, row.at) for row in rows(database, CHECK_IN)
    ] == [
        (1, 4, "better", False, later(minutes=1)),
        (2, 5, None, False, NOW),
    ]


def test_taking_back_marks_only_the_acts_that_are_named(database):
    with desk_on(database) as desk:
        for name in ("call", "talk"):
            desk.add_to_inbox(1, name, why=name)
        desk.add_to_inbox(2, "call", why="somebody else")
        desk.take_back(1, ["call", "never happened"])

    assert {(row.conversation_id, row.name): row.taken_back_at for row in rows(database, INBOX)} == {
        (1, "call"): NOW,
        (1, "talk"): None,
        (2, "call"): None,
    }


def test_a_note_is_added_to_what_a_conversation_put_into_the_inbox(database):
    with desk_on(database) as desk:
        desk.add_to_inbox(1, "call", why="call")
        desk.add_to_inbox(2, "call", why="call")
        desk.add_note(1, "after six, please")

    assert [row.note for row in rows(database, INBOX)] == ["after six, please", None]


def test_withdrawing_takes_back_what_waits_in_this_lane_and_below_and_only_there(database):
    ada, bo = come(database, ADA, BO)
    for lane in Lane:
        queue(database, ada, f"ada {lane.name}", lane)
        queue(database, bo, f"bo {lane.name}", lane)
    with desk_on(database) as desk:
        desk.add_outgoing(ada, **outgoing(text="ada, just now", lane=Lane.BROADCAST))
        desk.withdraw([ada], Lane.REMINDER, "they said STOP")
        desk.add_outgoing(ada, **outgoing(text="You won't hear from us."))

    withdrawn = {text for text, state in states(database).items() if state == "withdrawn"}
    assert withdrawn == {"ada REMINDER", "ada BROADCAST", "ada, just now"}
    assert {row.reason for row in rows(database, OUTBOX, state="withdrawn")} == {"they said STOP"}
    assert len(rows(database, OUTBOX, state="queued")) == 7


# -- two desks at once (PostgreSQL) ---------------------------------------------------------------------


@pytest.mark.parametrize("other_value", [ADA, "1001"])
def test_a_second_desk_waits_for_the_first_and_reads_what_it_wrote(postgresql_database, other_value):
    """One person at one address, or at two."""
    come(postgresql_database, ADA, called="0")
    with desk_on(postgresql_database, ADA) as desk:
        desk.add_address("telegram", "bot", "1001", desk.holders(desk.address("sms", ADA))[0])
    first_has_read = threading.Event()
    read = []

    def second() -> None:
        first_has_read.wait(10)
        with desk_on(postgresql_database, other_value) as desk:
            address = desk.address("sms", ADA) or desk.address("telegram", "1001")
            (ada,) = desk.holders(address)
            read.append((ada.called, address.unsettled))
            desk.change(ada, called=ada.called + "2")

    thread = threading.Thread(target=second)
    thread.start()
    with desk_on(postgresql_database, ADA) as desk:
        first_has_read.set()
        thread.join(0.2)
        (ada,) = desk.holders(desk.address("sms", ADA))
        desk.change(ada, called=ada.called + "1")
        desk.change(desk.address("sms", ADA), unsettled="it's me")
    thread.join(10)

    assert read == [("01", "it's me" if other_value == ADA else None)]
    assert holders_of(postgresql_database, ADA)[0].called == "012"


@pytest.mark.parametrize("table", [ADDRESS, MESSAGE])
def test_rows_with_a_key_from_outside_are_written_in_its_order(database, table):
    """Two batches that write the same new keys in different orders would die of deadlock on PostgreSQL."""
    written = []

    def note(_connection, _cursor, statement, parameters, _context, many):
        if statement.startswith(f"INSERT INTO {table.name} "):
            written.extend(parameters if many else [parameters])

    with watching(database.engine, "before_cursor_execute", note), desk_on(database) as desk:
        for value in (CAI, ADA, BO):
            address = desk.add_address("sms", "sms", value, desk.add_person())
            desk.add_message("sms", value, address_id=address.id, kind="text")

    found = [
        next(v for v in (row.values() if isinstance(row, dict) else row) if v in (ADA, BO, CAI)) for row in written
    ]
    assert found == [ADA, BO, CAI]


# -- ids ------------------------------------------------------------------------------------------------


def test_ids_grow_and_never_repeat_across_threads():
    made: list[list[int]] = [[] for _ in range(4)]
    threads = [threading.Thread(target=lambda mine=mine: mine.extend(new_id() for _ in range(20_000))) for mine in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(mine == sorted(mine) for mine in made)
    assert len({each for mine in made for each in mine}) == 80_000
    assert max(max(mine) for mine in made) < 2**63
