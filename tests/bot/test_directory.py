"""Reading other people's directories: the standard in its versions, spreadsheets, and whatever else may come."""

from __future__ import annotations

import copy
import csv
import json
import threading
from datetime import date, datetime, time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.directory import Problem, Reading, fetch_directory, read_directory, refresh
from bot.directory import feed as feed_module
from bot.directory.hours_in_words import understand_hours
from bot.directory.open_referral import read_json, read_services
from bot.directory.phones import uk_phone
from bot.directory.spreadsheet import COLUMNS, read_spreadsheet
from flows.opening_hours import DAYS, Schedule
from flows.signposts import Directory, Signpost, as_text
from flows.signposts.signpost import UK

MONDAY = datetime(2026, 11, 23, 11, tzinfo=UK)
VERSION_3 = {
    "id": "s1",
    "name": "First Base Day Centre",
    "status": "active",
    "alert": "The lift is broken.",
    "assured_date": "2026-10-01",
    "minimum_age": 18,
    "maximum_age": 100,
    "eligibility_description": "rough sleepers",
    "organization": {"id": "o1", "name": "BHT", "phones": [{"number": "0117 496 0455"}]},
    "phones": [{"number": "0117 496 0222", "type": "fax"}, {"number": '"+44 117 496 0844"', "type": "voice"}],
    "contacts": [{"name": "A Person", "phones": [{"number": "0117 496 0456", "type": "text"}]}],
    "cost_options": [{"amount": 0}],
    "languages": [{"name": "Welsh", "code": "cy"}],
    "service_areas": [{"name": "East Sussex"}],
    "attributes": [{"link_type": "type", "taxonomy_term": {"name": "Homelessness"}}],
    "schedules": [
        {
            "freq": "WEEKLY",
            "byday": "MO,TU,WE,TH,FR",
            "opens_at": "10:00:00",
            "closes_at": "14:00:00Z",
            "description": "Weekdays 10 to 2. Not open on public holidays.",
        }
    ],
    "service_at_locations": [
        {
            "id": "sal1",
            "location": {
                "addresses": [{"address_1": "St Stephens Hall", "city": "Brighton", "postal_code": "BN1 2PA"}],
                "accessibility": [{"description": "Ramp at the side"}],
            },
        }
    ],
}
VERSION_1 = {
    "id": "42",
    "name": "Alcohol Support",
    "fees": "Free",
    "organization": {"id": "o", "name": "Org"},
    "contacts": [{"phones": [{"number": "0117 496 0543"}]}],
    "eligibilitys": [{"eligibility": "Adults", "minimum_age": 16, "maximum_age": 25}, {"minimum_age": 60}],
    "service_taxonomys": [{"taxonomy": {"id": "x", "name": "Alcohol"}}],
    "service_areas": [{"service_area": "Bristol"}],
    "languages": [{"language": "English"}, {"language": "Polish"}],
    "regular_schedules": [{"byday": "MO,TU", "opens_at": "09:00", "closes_at": "17:00"}],
    "holiday_schedules": [{"closed": "true", "start_date": "2026-12-24", "end_date": "2027-01-02"}],
    "service_at_locations": [
        {"location": {"physical_addresses": [{"address_1": "1 Road", "city": "Bristol", "postal_code": "BS1 1AA"}]}}
    ],
}


def service(**changes):
    return {**copy.deepcopy(VERSION_3), **changes}


def page(*services, **header):
    return json.dumps({"total_pages": 1, "page_number": 1, "contents": list(services), **header}).encode()


def only(reading: Reading) -> Signpost:
    assert len(reading.entries) == 1, reading.problems
    return reading.entries[0]


def read(**changes) -> Signpost:
    return only(read_services([service(**changes)], "feed"))


def problems(**changes) -> list[str]:
    return [problem.what for problem in read_services([service(**changes)], "feed").problems]


# --- the standard -----------------------------------------------------------------------------------


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


# --- hours in a feed --------------------------------------------------------------------------------


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


# --- numbers ----------------------------------------------------------------------------------------


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


# --- hostile input ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("broken", "what"),
    [
        ("a string", "not an object"),
        (None, "not an object"),
        (service(id=None), "no id"),
        (service(name=""), "no name"),
        (service(name=["x"]), "no name"),
        (service(attributes=[], name="Plonk"), "nothing in it says what it helps with"),
        (service(phones=[], contacts=[], organization=None, service_at_locations=[]), "no phone"),
        (service(minimum_age=99, maximum_age=5), "ages"),
        (service(minimum_age="old"), "not a number"),
        (service(minimum_age=-4), "ages"),
    ],
)
def test_a_broken_service_is_a_problem_of_its_own_and_the_others_stay(broken, what):
    reading = read_services([broken, service(id="s2")], "feed")
    assert only(reading).id == "s2"
    assert any(what in problem.what and problem.entry for problem in reading.problems)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "not JSON"),
        (b"<html>", "not JSON"),
        (b"\xff\xfe{", "not JSON"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"contents": {"0": 1}}', "no list of services"),
        (b"3", "no list of services"),
        (b'{"contents": [' + b"9" * 5000 + b"]}", "not JSON"),
    ],
)
def test_what_is_no_directory_has_no_entries_and_one_problem(content, what):
    reading = read_json(content, "feed")
    assert reading.entries == ()
    assert [what in problem.what for problem in reading.problems] == [True]


def test_the_same_id_twice_is_a_problem():
    reading = read_services([service(), service()], "feed")
    assert only(reading).id == "s1"
    assert "same id" in reading.problems[0].what


def test_huge_and_deceptive_texts_are_cut_and_cleaned():
    entry = read(name="Food bank " * 10_000, eligibility_description="<b>all</b>\u202e\x00 welcome\n\n")
    assert len(entry.name) <= 120
    assert entry.eligibility == "all welcome"


def test_a_service_that_contains_itself_is_read_like_any_other():
    loop = service()
    loop["organization"]["contacts"] = [loop]
    loop["contacts"].append(loop)
    loop["service_at_locations"][0]["location"]["contacts"] = [loop]
    assert only(read_services([loop], "feed")).phone == "0117 496 0844"


def test_a_service_with_ten_thousand_phones_is_read_to_the_hundredth():
    reading = read_services([service(phones=[{"number": "x"}] * 10_000)], "feed")
    assert any("only the first 100" in problem.what for problem in reading.problems)
    assert len(reading.problems) < 110


plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
keys = st.sampled_from(["id", "name", "number", "phones", "byday"])
junk = st.recursive(
    plain | st.sampled_from(["MO", "09:00", "2026-01-01"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)


def paths(thing, so_far=()):
    yield so_far
    items = thing.items() if isinstance(thing, dict) else enumerate(thing) if isinstance(thing, list) else ()
    for key, value in items:
        yield from paths(value, (*so_far, key))


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_a_service_with_anything_at_all_in_any_field_never_raises(data):
    broken = copy.deepcopy(data.draw(st.sampled_from([VERSION_3, VERSION_1])))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from([path for path in paths(broken) if path]))
        owner = broken
        for key in path[:-1]:
            owner = owner[key]
        owner[path[-1]] = data.draw(junk)
    reading = read_services([broken, service(id="another")], "feed")
    assert "another" in [entry.id for entry in reading.entries]
    for entry in reading.entries:
        as_text(entry, MONDAY)


# --- what may replace what --------------------------------------------------------------------------


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


# --- a data package ---------------------------------------------------------------------------------

TABLES = {
    "services.csv": [{"id": "s1", "organization_id": "o1", "name": "Food bank", "status": "active"}],
    "organizations.csv": [{"id": "o1", "name": "Org"}],
    "locations.csv": [{"id": "l1", "name": "Hall"}],
    "service_at_location.csv": [{"id": "a1", "service_id": "s1", "location_id": "l1"}],
    "addresses.csv": [{"location_id": "l1", "address_1": "2 Hill", "city": "Leeds", "postal_code": "LS1 1AA"}],
    "contacts.csv": [{"id": "c1", "service_id": "s1", "name": "X"}],
    "phones.csv": [{"id": "p1", "contact_id": "c1", "number": "0113 496 0999"}],
    "schedules.csv": [
        {"id": "h1", "service_at_location_id": "a1", "byday": "MO", "opens_at": "10:00", "closes_at": "12:00"}
    ],
    "attribute.csv": [{"id": "t1", "link_id": "s1", "link_entity": "service", "taxonomy_term_id": "x1"}],
    "taxonomy_term.csv": [{"id": "x1", "name": "Debt advice"}],
}  # fmt: skip


def write_package(folder, tables=TABLES, **paths_of):
    for name, rows in tables.items():
        with open(folder / name, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    resources = [{"name": name.partition(".")[0], "path": name} for name in [*TABLES, "programs.csv"]]
    resources += [{"name": name, "path": path} for name, path in paths_of.items()]
    (folder / "datapackage.json").write_text(json.dumps({"resources": resources}))


def test_a_data_package_is_put_together_from_its_files(tmp_path):
    write_package(tmp_path)
    for source in (tmp_path, tmp_path / "datapackage.json"):
        entry = only(read_directory(source))
        assert (entry.name, entry.phone, entry.place) == ("Food bank", "0113 496 0999", "Leeds")
        assert set(entry.topics) == {"debt", "food"}
        assert entry.is_open(MONDAY)


@pytest.mark.parametrize("path", ["../secret.csv", "/etc/passwd"])
def test_a_data_package_cannot_read_outside_its_folder(tmp_path, path):
    folder = tmp_path / "package"
    folder.mkdir()
    (tmp_path / "secret.csv").write_text("id\n1\n")
    write_package(folder, service=path)
    reading = read_directory(folder)
    assert reading.entries == ()
    assert "outside the folder" in reading.problems[-1].what


def test_a_data_package_cannot_lead_outside_through_a_link(tmp_path):
    folder = tmp_path / "package"
    folder.mkdir()
    write_package(folder)
    (tmp_path / "secret.csv").write_text("id\n1\n")
    (folder / "phones.csv").unlink()
    (folder / "phones.csv").symlink_to(tmp_path / "secret.csv")
    assert "outside the folder" in read_directory(folder).problems[-1].what


def test_a_data_package_with_one_broken_file_has_no_entries(tmp_path):
    write_package(tmp_path)
    (tmp_path / "phones.csv").write_bytes(b"id,number\n1,\xff\xfe\n")
    assert read_directory(tmp_path) == Reading((), (Problem(tmp_path.name, read_directory(tmp_path).problems[0].what),))
    assert "phones.csv is not CSV" in read_directory(tmp_path).problems[0].what


def test_a_folder_or_a_file_that_is_not_there_is_a_problem(tmp_path):
    assert "cannot be read" in read_directory(tmp_path).problems[0].what
    assert "cannot be read" in read_directory(tmp_path / "none.csv").problems[0].what
    assert "cannot be read" in read_directory(tmp_path / "none.json").problems[0].what


def test_a_table_whose_rows_refer_to_each_other_in_a_circle_is_read(tmp_path):
    tables = {**TABLES, "organizations.csv": [{"id": "o1", "name": "Org", "parent_organization_id": "o1"}]}
    write_package(tmp_path, tables)
    assert only(read_directory(tmp_path)).name == "Food bank"


# --- a coordinator's spreadsheet --------------------------------------------------------------------

SHEET = """Opening hours,Helps with,Name,Tel,Town,Postcode,Who for,Cost,Checked on,Favourite colour
Mon-Fri 9am-5pm; Sat 10-2,Homeless,First Base,0117 496 0844,Brighton,BN1 2PA,18 and over,,23/11/2026,red
24/7,mental health,Warm Line,0808 800 4444,,,,,2026-11-01,
by arrangement,food bank,Soup Run,0117 496 0457,Hove,,,,yesterday,
,,,,,,,,,
Mon 9-5,plonk,Odd One,0117 496 0844,,,,,,
Mon 9-5,debt,,0117 496 0844,,,,,,
Mon 9-5,debt,No Number,,,,,,,
Mon 9-5,debt,Premium,0909 879 0000,,,,,,
Mon 9-5,debt,"Two
lines",01273,,,,,,
,housing,First Base,0117 496 0844,brighton,BN1 2PA,,,,
"""


def test_a_spreadsheet_is_read_in_any_order_of_columns_and_its_problems_have_row_numbers():
    reading = read_spreadsheet(SHEET.encode(), "local.csv")
    assert [entry.name for entry in reading.entries] == ["First Base", "Warm Line", "Soup Run"]
    said = [(problem.where, problem.what[:45], problem.entry is not None) for problem in reading.problems]
    assert said == [
        ("local.csv", "column 'Favourite colour' is not used", False),
        ("row 4", "its hours (by arrangement) are not understood", False),
        ("row 4", "'yesterday' is not a date like 23/11/2026", False),
        ("row 6", "what it helps with (plonk) is not understood", True),
        ("row 7", "it has no name", True),
        ("row 8", "it has no phone, no text number and no addres", True),
        ("row 9", "'0909 879 0000' is a premium-rate number", True),
        ("row 10", "'01273' is not a UK phone number", True),
        ("row 11", "an earlier row has the same name and place", True),
    ]


def test_a_row_becomes_a_signpost():
    entry = read_spreadsheet(SHEET.encode(), "local.csv").entries[0]
    assert (entry.topics, entry.phone, entry.place) == (("homeless", "housing"), "0117 496 0844", "Brighton")
    assert (entry.nations, entry.checked_on, entry.eligibility) == (("England",), date(2026, 11, 23), "18 and over")
    assert as_text(entry, MONDAY) == "First Base (18 and over): 0117 496 0844, open now until 5pm"


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8-sig", ","), ("cp1252", ";"), ("utf-8", "\t")])
def test_a_spreadsheet_is_read_however_it_was_saved(encoding, delimiter):
    text = delimiter.join(["Name", "Topic", "Phone"]) + "\r\n" + delimiter.join(["Café £1", "food", "0117 496 0844"])
    assert only(read_spreadsheet(text.encode(encoding), "x")).name == "Café £1"


def test_a_row_keeps_its_id_when_it_moves_and_when_its_number_changes():
    first = read_spreadsheet(b"name,topics,phone\nA,debt,0117 496 0844\nB,debt,0117 496 0844", "x").entries
    second = read_spreadsheet(b"phone,name,topics\n0117 496 0222,B,debt\n0117 496 0844,A,debt", "x").entries
    assert {entry.id for entry in first} == {entry.id for entry in second}


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "empty"),
        (b"PK\x03\x04\0\0", "Save as"),
        (b"phone,town\n1,2", "no column called name or topics"),
        (b"name,topics\n" + b'"' + b"x" * 200_000, "not a CSV file"),
    ],
)
def test_what_is_no_spreadsheet_has_no_entries_and_says_why(content, what):
    reading = read_spreadsheet(content, "x")
    assert reading.entries == ()
    assert what in reading.problems[-1].what


@settings(deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_at_all_can_be_given_as_a_spreadsheet_or_a_feed(content):
    read_spreadsheet(content, "x")
    read_spreadsheet(b"name,topics,phone,hours,min age,checked on\n" + content, "x")
    read_json(content, "x")


def test_no_column_goes_by_two_names():
    names = [other for others in COLUMNS.values() for other in others]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("24/7", [("00:00", "23:59", DAYS)]),
        ("Mon-Fri 9am-5pm", [("09:00", "17:00", DAYS[:5])]),
        ("Monday to Friday: 10am to 4pm", [("10:00", "16:00", DAYS[:5])]),
        ("weekdays 9-5; Sat 10-2", [("09:00", "17:00", DAYS[:5]), ("10:00", "14:00", ("SA",))]),
        ("Mon, Wed 9-5, Sat 10-2", [("09:00", "17:00", ("MO", "WE")), ("10:00", "14:00", ("SA",))]),
        ("Mon-Fri 9.30am-12, 1pm-4.30pm", [("09:30", "12:00", DAYS[:5]), ("13:00", "16:30", DAYS[:5])]),
        ("Fri-Mon 6pm-2am", [("18:00", "02:00", ("FR", "SA", "SU", "MO"))]),
        ("daily 5pm-midnight", [("17:00", "00:00", DAYS)]),
        ("Sun 12-2", [("12:00", "14:00", ("SU",))]),
        ("Tues & Thurs 14:00-16:30", [("14:00", "16:30", ("TU", "TH"))]),
        ("mon 1-5", []),
        ("daily 7-11pm", []),
        ("Mon 9am-11", []),
        ("Mon-Fri 9-5 by appointment", []),
        ("9-5", []),
        ("check", []),
        ("Mon 9-9am", []),
        ("Mon 25-26", []),
    ],
)
def test_hours_in_words_are_understood_to_the_last_word_or_not_at_all(words, lines):
    understood = [(f"{s.opens:%H:%M}", f"{s.closes:%H:%M}", s.byday) for s in understand_hours(words)]
    assert understood == lines


def test_hours_in_words_say_what_happens_on_bank_holidays():
    assert [s.on_bank_holidays for s in understand_hours("Mon-Fri 9-5, closed bank holidays")] == [False]
    assert [s.on_bank_holidays for s in understand_hours("Mon-Fri 9-5 including bank holidays")] == [True]
    assert [s.on_bank_holidays for s in understand_hours("daily 9-5 (closed on bank holidays)")] == [False]


# --- a paged feed, on loopback ----------------------------------------------------------------------


class Server:
    """A directory's API on loopback: `answers` maps a path and a page to what it says."""

    def __init__(self):
        self.answers, self.asked = {}, []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                parts = urlsplit(self.path)
                number = int(parse_qs(parts.query).get("page", ["0"])[0])
                outer.asked.append((parts.path, number))
                content = outer.answers.get((parts.path, number))
                self.send_response(200 if content is not None else 404)
                self.end_headers()
                self.wfile.write(content or b"")

            def log_message(self, *_):
                pass

        self.http = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/services"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def pages(self, *pages, **header):
        for number, services in enumerate(pages, 1):
            header_here = {"total_pages": len(pages), "last_page": number == len(pages), **header}
            self.answers["/services", number] = page(*services, **header_here)

    def fetch(self) -> Reading:
        def get(url):
            with urlopen(url, timeout=5) as answer:
                return answer.read()

        return fetch_directory(self.url, get)


@pytest.fixture
def server():
    server = Server()
    yield server
    server.http.shutdown()
    server.http.server_close()


def test_all_pages_are_fetched(server):
    server.pages([service(id="a"), service(id="b")], [service(id="c")])
    assert [entry.id for entry in server.fetch().entries] == ["a", "b", "c"]
    assert server.asked == [("/services", 1), ("/services", 2)]


def test_pages_of_version_1_are_followed_too(server):
    for number in (1, 2):
        answer = {"content": [{**VERSION_1, "id": str(number)}], "totalPages": 2, "last": number == 2}
        server.answers["/services", number] = json.dumps(answer).encode()
    assert len(server.fetch().entries) == 2


def test_a_service_that_the_page_has_in_outline_only_is_fetched_by_its_own_address(server):
    server.pages([{"id": "a/b", "name": "First Base"}, service(id="c")])
    server.answers["/services/a%2Fb", 0] = json.dumps(service(id="a/b")).encode()
    assert [entry.id for entry in server.fetch().entries] == ["a/b", "c"]


def test_a_service_whose_own_address_fails_is_a_problem_and_the_others_stay(server):
    server.pages([{"id": "gone", "name": "x"}, {"id": "other", "name": "x"}, *(service(id=f"s{n}") for n in range(3))])
    server.answers["/services/other", 0] = json.dumps(service(id="not-other")).encode()
    reading = server.fetch()
    assert [entry.id for entry in reading.entries] == ["s0", "s1", "s2"]
    assert [problem.entry for problem in reading.problems] == ["gone", "other"]


def test_a_page_that_fails_makes_the_whole_reading_fail(server):
    server.pages([service(id="a")], [service(id="b")])
    for broken in (None, b"<html>", page(total_pages=5, last_page=False)):
        server.answers["/services", 2] = broken
        reading = server.fetch()
        assert reading.entries == ()
        assert len(reading.problems) == 1


def test_a_feed_that_gives_the_same_page_for_ever_is_stopped(server):
    server.pages([service(id="a")], [service(id="a")], total_pages=10**9, last_page=False)
    assert "repeats" in server.fetch().problems[-1].what
    assert len(server.asked) == 2


def test_a_feed_without_an_end_is_stopped(server, monkeypatch):
    monkeypatch.setattr(feed_module, "MOST_PAGES", 3)
    server.pages(*([service(id=str(n))] for n in range(6)), last_page=False)
    assert "more than 3 pages" in server.fetch().problems[-1].what
    assert len(server.asked) == 3


def test_a_feed_whose_every_service_fails_is_not_asked_for_all_of_them(server):
    server.pages([{"id": f"s{n}", "name": "x"} for n in range(500)])
    reading = server.fetch()
    assert reading.entries == ()
    assert len(server.asked) < 20


def test_a_feed_that_is_too_large_is_stopped(server, monkeypatch):
    monkeypatch.setattr(feed_module, "MOST_BYTES", 100)
    server.pages([service(id="a")])
    reading = server.fetch()
    assert reading.entries == ()
    assert "larger than" in reading.problems[-1].what


def test_a_feed_cannot_send_us_to_another_address(server):
    asked = []

    def get(url):
        asked.append(url)
        return page({"id": "../../admin", "name": "x"}, {"id": "..", "name": "y"}, next="http://169.254.169.254/")

    fetch_directory("http://directory.test/api/services", get)
    assert all(url.startswith("http://directory.test/api/services") for url in asked)
    assert not any("/../" in url or url.endswith("/..") for url in asked)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7 places", "it is not a CSV file; in your spreadsheet, choose Save as, then CSV"),
        (b"PK\x03\x04sheet", "it is not a CSV file; in your spreadsheet, choose Save as, then CSV"),
        (None, "there is no places.csv here, so it cannot be read: is its name right"),
    ],
)
def test_a_file_that_is_no_spreadsheet_says_what_to_do(tmp_path: Path, content: bytes | None, said: str):
    if content is not None:
        (tmp_path / "places.csv").write_bytes(content)
    reading = read_directory(tmp_path / "places.csv")
    assert said in reading.problems[-1].what
    assert "Errno" not in str(reading.problems)


def test_a_file_in_the_folder_where_one_is_is_imported_by_its_name(tmp_path: Path, sqlite_database, monkeypatch):
    from datetime import UTC, datetime

    from bot.directory.keeping import import_directory

    monkeypatch.chdir(tmp_path)
    Path("places.csv").write_text("name,topics,phone\nFood bank,food,01273 000000\n", encoding="utf-8")
    imported = import_directory(sqlite_database, "places.csv", datetime(2026, 3, 2, tzinfo=UTC))
    assert (imported.after, list(imported.lines())[-1]) == (1, "1 places stored; there were 0 before.")
