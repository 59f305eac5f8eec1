"""Reading the standard in its versions: hours, numbers, and what may replace what."""

from __future__ import annotations

import json
from datetime import date, datetime, time

import pytest

from bot.directory import Reading, refresh
from bot.directory.open_referral import read_json, read_services
from bot.directory.phones import uk_phone
from flows.opening_hours import DAYS, Schedule
from flows.signposts import Directory, Signpost, as_text
from flows.signposts.signpost import UK
from tests.bot.directory.cast import MONDAY, VERSION_1, VERSION_3, only, page, read, service

# -- the standard -----------------------------------------------------------------------------------------


def test_a_service_of_version_3_becomes_a_signpost():
    assert read_json(page(VERSION_3), "feed").problems == ()
    assert only(read_json(page(VERSION_3), "feed")) == Signpost(
        id="s1",
        name="First Base Day Centre",
        nations=("England",),
        topics=("homeless", "housing"),
        phone="0117 496 0844",
        text="0117 496 0456",
        hours="Weekdays 10 to 2. Not open on public holidays.",
        schedules=(Schedule(time(10), time(14), byday=DAYS[:5], on_bank_holidays=False),),
        place="Brighton",
        areas=("East Sussex",),
        address="St Stephens Hall, Brighton",
        postcode="BN1 2PA",
        min_age=18,
        max_age=None,
        eligibility="rough sleepers",
        access="Ramp at the side",
        languages=("en", "cy"),
        checked_on=date(2026, 10, 1),
        source="feed",
        note="The lift is broken.",
    )


def test_a_service_by_the_names_of_version_1_becomes_a_signpost():
    reading = read_json(json.dumps({"totalPages": 1, "content": [VERSION_1]}).encode(), "feed")
    entry = only(reading)
    assert reading.problems == ()
    assert (entry.phone, entry.place, entry.areas) == ("0117 496 0543", "Bristol", ("Bristol",))
    assert (entry.topics, entry.min_age, entry.max_age, entry.cost) == (("alcohol",), 16, None, None)
    assert entry.languages == ("en", "polish")
    assert entry.is_open(MONDAY)
    assert not entry.is_open(datetime(2026, 12, 29, 11, tzinfo=UK))


def test_what_was_read_is_found_and_can_be_sent():
    directory = Directory.of(read_json(page(VERSION_3), "feed").entries)
    first = directory.search("homless", "brigton", at=MONDAY)[0]
    assert as_text(first, MONDAY) == (
        "First Base Day Centre (rough sleepers): 0117 496 0844 or text 0117 496 0456, open now until 2pm, "
        "at St Stephens Hall, Brighton"
    )


@pytest.mark.parametrize("level", ["service_at_location", "service", "contact", "location", "organization"])
def test_a_phone_is_found_on_each_of_its_five_levels(level):
    phone = [{"number": "0117 496 0888"}]
    place = {"id": "p", "location": {"addresses": [{"city": "Hove"}]}}
    bare = service(phones=[], contacts=[], organization={"name": "BHT"}, service_at_locations=[place])
    owner = {
        "service_at_location": place,
        "service": bare,
        "contact": bare.setdefault("contacts", []),
        "location": place["location"],
        "organization": bare["organization"],
    }[level]
    owner.append({"phones": phone}) if isinstance(owner, list) else owner.update(phones=phone)
    assert only(read_services([bare], "feed")).phone == "0117 496 0888"


def test_the_phone_nearest_to_the_service_is_the_one_given():
    place = {"id": "p", "phones": [{"number": "0117 496 0333"}], "location": {"phones": [{"number": "0117 496 0555"}]}}
    assert read(service_at_locations=[place]).phone == "0117 496 0333"
    del place["phones"]
    assert read(service_at_locations=[place]).phone == "0117 496 0844"
    assert read(service_at_locations=[place], phones=[]).phone == "0117 496 0555"
    assert read(service_at_locations=[], phones=[]).phone == "0117 496 0455"


def test_a_service_in_two_places_is_two_signposts():
    places = [
        {"id": "a", "location": {"addresses": [{"city": "Hove", "postal_code": "BN3 1AA"}]}},
        {"id": "b", "location": {"addresses": [{"city": "Lewes", "postal_code": "BN7 1AA"}]}},
    ]
    reading = read_services([service(service_at_locations=places)], "feed")
    assert [(entry.id, entry.place) for entry in reading.entries] == [("s1", "Hove"), ("s1@b", "Lewes")]


def test_a_service_that_has_ended_is_left_out_without_a_problem():
    for status in ("inactive", "defunct", "temporarily closed"):
        assert read_services([service(status=status)], "feed") == Reading((), ())


def test_a_service_of_a_whole_nation_is_bound_to_no_area():
    assert read(service_areas=[{"name": "National"}]).nations == ("England", "Wales", "Scotland", "Northern Ireland")
    assert read(service_areas=[{"name": "Wales"}]).areas == ()


def test_a_price_is_said_and_free_is_not():
    assert read(cost_options=[{"amount": 35.5, "amount_description": "an hour"}]).cost == "£35.5 an hour"
    assert read(cost_options=[], fees="Free of charge.").cost is None
    assert read(cost_options=[], fees="£2 for breakfast").cost == "£2 for breakfast"


# -- hours in a feed --------------------------------------------------------------------------------------


def hours(**line):
    return read(schedules=[{"byday": "MO", "opens_at": "09:00", "closes_at": "17:00", **line}]).schedules


@pytest.mark.parametrize(
    ("line", "schedule"),
    [
        ({"freq": "MONTHLY", "byday": "2MO,-1FR"}, {"freq": "MONTHLY", "byday": ("2MO", "-1FR")}),
        ({"bymonthday": "2,3,4"}, {}),
        ({"interval": "2", "dtstart": "2026-11-02"}, {"interval": 2, "dtstart": date(2026, 11, 2)}),
        ({"dtstart": "2026-11-02", "count": 3}, {"dtstart": date(2026, 11, 2), "until": date(2026, 11, 16)}),
        ({"until": "2026-12-31T00:00:00Z"}, {"until": date(2026, 12, 31)}),
        ({"valid_from": "2026-01-01", "valid_to": "2026-06-30"},
         {"valid_from": date(2026, 1, 1), "valid_to": date(2026, 6, 30)}),
        ({"opens_at": "22:00", "closes_at": "06:00"}, {"opens": time(22), "closes": time(6)}),
        ({"opens_at": "00:00", "closes_at": "24:00"}, {"opens": time(0), "closes": time(23, 59)}),
        ({"byday": "Monday, Tue"}, {"byday": ("MO", "TU")}),
        ({"freq": "DAILY", "byday": None}, {"freq": "DAILY", "byday": (), "on_bank_holidays": True}),
        ({"description": "Also open on bank holidays"}, {"on_bank_holidays": True}),
        ({"notes": "Closed bank holidays"}, {"on_bank_holidays": False}),
    ],
)  # fmt: skip
def test_a_line_of_hours_is_read(line, schedule):
    usual = {"opens": time(9), "closes": time(17), "byday": ("MO",), "on_bank_holidays": False}
    assert hours(**line) == (Schedule(**{**usual, **schedule}),)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ({"freq": "YEARLY"}, "YEARLY"),
        ({"interval": 2}, "dtstart"),
        ({"byday": "1MO"}, "only MONTHLY"),
        ({"byday": "MOON"}, "not a day"),
        ({"byweekno": "41,42"}, "byweekno"),
        ({"opens_at": "9 o'clock"}, "not a time"),
        ({"opens_at": "25:00"}, "not a time"),
        ({"closes_at": None}, "not both"),
        ({"closes_at": "09:00"}, "same time"),
        ({"valid_from": "soon"}, "not a date"),
        ({"count": 600, "dtstart": "2026-01-01"}, "cannot be counted"),
        ({"freq": "MONTHLY", "bymonthday": "first"}, "list of numbers"),
    ],
)
def test_hours_that_cannot_be_understood_are_a_problem_and_never_open_now(line, why):
    good = {"byday": "TU", "opens_at": "09:00", "closes_at": "17:00"}
    reading = read_services(
        [service(schedules=[good, {"byday": "MO", "opens_at": "09:00", "closes_at": "17:00", **line}])], "feed"
    )
    assert why in reading.problems[0].what
    assert only(reading).schedules == ()
    assert only(reading).is_open(MONDAY) is None


# -- numbers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "grouped"),
    [
        ("+44 (0)117 496 0844", "0117 496 0844"),
        ("08088004444", "0808 800 4444"),
        ("8088004444", "0808 800 4444"),  # a spreadsheet took the 0 away
        ("116123", "116 123"),
        ("111", "111"),
        ("020 7946 0018", "020 7946 0018"),
    ],
)
def test_a_phone_is_grouped_for_reading(written, grouped):
    assert uk_phone(written) == grouped


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("0808 80 10 100", "0808 80 10 800"),
        ("0300 123 3393", "must not be given out"),
        ("0909 879 0000", "premium-rate"),
        ("+33 1 42 68 53 00", "not a UK phone number"),
        ("01273", "not a UK phone number"),
        ("ask at reception", "not a phone number"),
        ("help@example.org", "not a phone number"),
    ],
)
def test_a_phone_that_must_not_be_sent_is_refused_with_the_reason(written, why):
    with pytest.raises(ValueError, match=why):
        uk_phone(written)


def test_a_wrong_number_in_a_feed_is_left_out_and_the_next_one_taken():
    reading = read_services([service(phones=[{"number": "0808 80 10 100"}, {"number": "0117 496 0844"}])], "feed")
    assert only(reading).phone == "0117 496 0844"
    assert "GOV.UK prints it" in str(reading.problems[0])


# -- what may replace what --------------------------------------------------------------------------------


def test_a_failed_reading_leaves_the_directory_as_it_is():
    current = read_services([service()], "feed").entries
    assert refresh(current, Reading.failed("feed", "not JSON")) == current
    assert refresh(current, Reading((), ())) == current


def test_a_reading_with_more_faults_than_entries_leaves_the_directory_as_it_is():
    current = read_services([service(), service(id="s2"), service(id="s3")], "feed").entries
    mostly_broken = read_services([service(), {"id": "s8"}, {"id": "s9"}], "feed")
    assert refresh(current, mostly_broken) == current


def test_an_entry_that_is_now_faulty_stays_as_it_was_and_one_that_is_gone_goes():
    current = read_services([service(), service(id="s2"), service(id="s3")], "feed").entries
    reading = read_services([service(name="New name, First Base"), {"id": "s2"}], "feed")
    after = {entry.id: entry.name for entry in refresh(current, reading)}
    assert after == {"s1": "New name, First Base", "s2": "First Base Day Centre"}
