"""The directory: who is found for what, that the numbers are right, and how a signpost reads."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.opening_hours import DAYS, NATIONS, Schedule
from flows.signposts import (
    DANGER_TOPICS,
    TOPICS,
    Directory,
    Place,
    Signpost,
    as_text,
    digits,
    in_gsm7,
    nation_of,
    stale,
    uk_signposts,
    understand_topics,
    wrong_numbers,
)
from flows.signposts.signpost import UK

MONDAY_MORNING = datetime(2026, 11, 23, 10, tzinfo=UK)
MONDAY_NIGHT = datetime(2026, 11, 23, 23, tzinfo=UK)
GSM7 = set(
    "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
WEEKDAYS = (Schedule(time(9), time(17), byday=DAYS[:5], on_bank_holidays=False),)
ALWAYS = (Schedule(time(0), time(23, 59), byday=DAYS),)
HOSTEL = Signpost(
    "hostel", "First Base", ("England",), ("homeless",), "0117 496 0844", schedules=WEEKDAYS, place="Brighton",
    postcode="BN1 2PA", address="11 St Stephens Hall",
)  # fmt: skip
DAY_CENTRE = Signpost(
    "day-centre", "Day Centre", ("England",), ("homeless",), "01273 000 111", place="Hove", postcode="BN3 1AA"
)
FAR_AWAY = Signpost(
    "far", "Cornwall Beds", ("England",), ("homeless",), "01872 000 111", place="Truro", postcode="TR1 1AA"
)
NATIONAL = Directory.of()
LOCAL = Directory.of([HOSTEL, DAY_CENTRE, FAR_AWAY], council_phone="01273 292 929")
ids = {entry.id: entry for entry in uk_signposts()}


def found(directory, topic, *, at=MONDAY_MORNING, **known):
    return [entry.id for entry in directory.search(topic, at=at, **known)]


# --- the national lines and their traps -------------------------------------------------------------


@pytest.mark.parametrize(
    ("id_", "phone", "text", "nations"),
    [
        ("livefearfree", "0808 80 10 800", None, ("Wales",)),
        ("refuge", "0808 2000 247", None, ("England",)),
        ("sdafmh", "0800 027 1234", None, ("Scotland",)),
        ("dsahelpline", "0808 802 1414", None, ("Northern Ireland",)),
        ("lifeline-ni", "0808 808 8000", None, ("Northern Ireland",)),
        ("papyrus", "0800 068 4141", "88247", NATIONS),
        ("samaritans", "116 123", None, NATIONS),
        ("shout", None, "SHOUT to 85258", NATIONS),
        ("rapecrisis", "0808 500 2222", None, ("England", "Wales")),
    ],
)
def test_a_number_that_is_often_printed_wrongly_is_right_here(id_, phone, text, nations):
    assert (ids[id_].phone, ids[id_].text, ids[id_].nations) == (phone, text, nations)


def test_lines_that_nobody_could_confirm_are_not_here():
    assert not {"mind", "vetgateway", "themix", "spuk", "womensaid"} & set(ids)
    assert not re.search(r"\bMind\b|Veterans' Gateway|The Mix|Suicide Prevention Helpline UK|Women's Aid", names())


def names() -> str:
    return "\n".join(entry.name for entry in uk_signposts())


def test_no_number_that_is_known_to_be_wrong_is_here():
    ours = {digits(said) for entry in uk_signposts() for said in (entry.phone, entry.text) if said}
    assert not ours & set(wrong_numbers())
    assert digits("0808 80 10 100") in wrong_numbers()


def test_northern_ireland_has_no_111():
    assert not [e.id for e in uk_signposts() if e.phone == "111" and "Northern Ireland" in e.nations]


def test_what_could_not_be_verified_is_not_sent():
    for entry in uk_signposts():
        for sent in (entry.phone, entry.how, entry.text, entry.hours, entry.eligibility, entry.name):
            assert not re.search(r"verif|CONFLICT|SLOT|\(check|copies", sent or "")


def test_every_national_line_says_where_it_is_from_and_how_sure_we_are():
    for entry in uk_signposts():
        assert entry.confidence in ("A", "B")
        assert set(entry.nations) <= set(NATIONS)
        assert entry.nations
        assert set(entry.topics) <= TOPICS


def test_a_phone_has_only_figures_in_groups():
    assert all(re.fullmatch(r"\d+( \d+)*", entry.phone) for entry in uk_signposts() if entry.phone)


# --- danger -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("topic", "nation", "lines"),
    [
        ("suicide_selfharm", "England", ["emergency", "samaritans", "shout", "nhs111-eng"]),
        ("suicide_selfharm", "Wales", ["emergency", "samaritans", "shout", "nhs111-wal"]),
        ("suicide_selfharm", "Scotland", ["emergency", "samaritans", "shout", "nhs24-sco"]),
        ("suicide_selfharm", "Northern Ireland", ["emergency", "lifeline-ni", "samaritans", "shout"]),
        ("suicide_selfharm", None, ["emergency", "samaritans", "shout"]),
        ("domestic_abuse", "England", ["emergency", "silent-999", "refuge"]),
        ("domestic_abuse", "Wales", ["emergency", "silent-999", "livefearfree"]),
        ("domestic_abuse", "Scotland", ["emergency", "silent-999", "sdafmh"]),
        ("domestic_abuse", "Northern Ireland", ["emergency", "silent-999", "dsahelpline"]),
        ("domestic_abuse", None, ["emergency", "silent-999", "samaritans"]),
        ("overdose_drugs", "England", ["emergency", "frank"]),
        ("overdose_drugs", "Wales", ["emergency", "dan247"]),
        ("homeless_now", "England", ["council-homeless", "shelter-eng", "emergency"]),
        ("homeless_now", "Wales", ["council-homeless", "shelter-cym", "emergency"]),
        ("homeless_now", "Scotland", ["council-homeless", "shelter-sco", "emergency"]),
        ("homeless_now", "Northern Ireland", ["council-homeless", "housingrights-ni", "emergency"]),
        ("third_party_risk", "Scotland", ["emergency", "samaritans", "shout"]),
    ],
)
def test_a_danger_in_a_nation_has_its_own_lines(topic, nation, lines):
    assert [entry.id for entry in LOCAL.for_danger(topic, nation)] == lines


@pytest.mark.parametrize(("topic", "nation"), list(product(DANGER_TOPICS, (*NATIONS, None))))
def test_a_danger_line_answers_where_the_person_is(topic, nation):
    for entry in NATIONAL.for_danger(topic, nation):
        assert entry.phone or entry.text
        assert nation in entry.nations if nation else entry.nations == NATIONS
    assert "emergency" in [entry.id for entry in NATIONAL.for_danger(topic, nation)]


def test_the_council_is_named_only_once_its_number_is_filled_in():
    assert "council-homeless" not in [e.id for e in NATIONAL.for_danger("homeless_now", "England")]
    assert LOCAL.for_danger("homeless_now", "England")[0].phone == "01273 292 929"


def test_a_feed_cannot_put_itself_in_the_place_of_a_national_line():
    fake = replace(HOSTEL, id="samaritans", phone="0909 000 000")
    directory = Directory.of([fake])
    assert fake not in directory.entries
    assert all(e.phone != fake.phone for e in directory.for_danger("suicide_selfharm", "England"))


# --- topics as people type them ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "main"),
    [
        ("housing", "housing"), ("homeless", "homeless"), ("im homless", "homeless"), ("drink", "alcohol"),
        ("the drink's got me", "alcohol"), ("alchohol", "alcohol"), ("meds", "health"), ("abuse", "domestic_abuse"),
        ("skint", "debt"), ("Benefits!!", "benefits"), ("benifits", "benefits"), ("gamblng", "gambling"),
        ("universal credit", "benefits"), ("someone to talk to", "listening"), ("mental health", "mental_health"),
        ("just out of prison", "prison"), ("i cant pay my rent", "debt"), ("can't pay", "debt"), ("foodbank", "food"),
        ("domestic_abuse", "domestic_abuse"), ("LGBTQ+", "lgbt"), ("section 21", "housing"), ("forces", "veterans"),
        ("tai", "housing"), ("digartref", "homeless"), ("yfed", "alcohol"), ("cyffuriau", "drugs"),
        ("dyled", "debt"), ("budd-daliadau", "benefits"), ("iechyd meddwl", "mental_health"),
        ("cam-drin", "domestic_abuse"), ("trais yn y cartref", "domestic_abuse"), ("hunanladdiad", "suicide"),
        ("bwyd", "food"), ("carchar", "prison"), ("dim arian", "debt"),
    ],
)  # fmt: skip
def test_what_people_type_is_understood(typed, main):
    assert understand_topics(typed)[0] == main


@pytest.mark.parametrize("typed", ["", "   ", "xyzzy", "?!", "9", "plonk gronk"])
def test_what_is_not_a_topic_is_none(typed):
    assert understand_topics(typed) == ()


@pytest.mark.parametrize("name", sorted(TOPICS))
def test_every_topic_goes_by_its_own_name(name):
    assert understand_topics(name)[0] == name


def test_every_topic_of_the_national_lines_can_be_typed():
    assert {topic for entry in uk_signposts() for topic in entry.topics} <= TOPICS


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_at_all_can_be_typed(text):
    assert set(understand_topics(text)) <= TOPICS
    LOCAL.understand_place(text)
    assert 1 <= len(LOCAL.search(text, text, at=MONDAY_MORNING)) <= 3


# --- places -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("brighton", Place("brighton", areas=frozenset({"BN"}))),
        ("im in Brigton mate", Place("brighton", areas=frozenset({"BN"}))),
        ("brihgtonn", Place("brighton", areas=frozenset({"BN"}))),
        ("Hove!", Place("hove", areas=frozenset({"BN"}))),
        ("BN1 4GQ", Place(district="BN1", areas=frozenset({"BN"}))),
        ("bn1", Place(district="BN1", areas=frozenset({"BN"}))),
        ("bn", Place(areas=frozenset({"BN"}))),
        ("Cardiff", Place("cardiff", country="Wales")),
        ("im in cardif mate", Place("cardiff", country="Wales")),
        ("newport", Place("newport")),
        ("somewhere", None),
        ("death", None),
        ("", None),
    ],
)
def test_a_place_is_understood(typed, place):
    assert LOCAL.understand_place(typed) == place


@pytest.mark.parametrize(
    ("postcode", "nation"),
    [("BN1", "England"), ("CF10 1EP", "Wales"), ("G2", "Scotland"), ("BT1", "Northern Ireland"), ("SY16", None),
     ("SA1", "Wales"), ("S1", "England"), ("TD15", None), ("", None), ("QQ1", None)],
)  # fmt: skip
def test_a_postcode_tells_the_nation_except_where_it_straddles_a_border(postcode, nation):
    assert nation_of(postcode) == nation


# --- search -----------------------------------------------------------------------------------------


def test_the_town_comes_before_its_surroundings_and_other_towns_do_not_come_at_all():
    both_open = Directory.of([HOSTEL, replace(DAY_CENTRE, schedules=WEEKDAYS), FAR_AWAY])
    assert found(both_open, "homeless", place="brighton")[:2] == ["hostel", "day-centre"]
    assert found(both_open, "homeless", place="bn3")[:2] == ["day-centre", "hostel"]
    assert "far" not in found(both_open, "homeless", place="brighton")


def test_without_a_place_no_local_place_is_named():
    assert not {"hostel", "day-centre", "far"} & set(found(LOCAL, "homeless", nation="England"))


def test_what_is_open_now_comes_first_then_what_may_be_then_what_is_closed():
    assert found(LOCAL, "homeless", place="brighton")[:2] == ["hostel", "shelter-eng"]
    assert found(LOCAL, "homeless", place="brighton", at=MONDAY_NIGHT)[:2] == ["day-centre", "council-homeless"]


def test_the_place_tells_the_nation_unless_it_is_known():
    assert "shelter-eng" in found(NATIONAL, "housing", place="BN1")
    assert "shelter-cym" in found(NATIONAL, "housing", place="BN1", nation="Wales")


def test_a_person_whose_nation_is_unknown_gets_lines_of_the_whole_uk_only():
    directory = LOCAL.search("abuse", at=MONDAY_MORNING)
    assert all(entry.nations == NATIONS for entry in directory)


@pytest.mark.parametrize(("nation", "line"), [("England", "refuge"), ("Wales", "livefearfree"), ("Scotland", "sdafmh")])
def test_abuse_finds_the_nations_own_line_and_no_others(nation, line):
    others = {"refuge", "livefearfree", "sdafmh", "dsahelpline"} - {line}
    chosen = found(NATIONAL, "abuse", nation=nation)
    assert chosen[0] == line
    assert not others & set(chosen)


def test_an_age_closes_what_is_not_for_it():
    assert "childline" in found(NATIONAL, "kids", age=15)
    assert "childline" not in found(NATIONAL, "kids", age=30)
    assert "papyrus" not in found(NATIONAL, "suicide", age=36, at=MONDAY_NIGHT)


def test_a_line_for_some_people_only_is_not_the_day_and_night_line_of_somebody_unknown():
    assert found(NATIONAL, "kids", nation="England")[-1] == "samaritans"


def test_where_nothing_is_understood_those_who_listen_are_named():
    assert found(NATIONAL, "xyzzy")[:2] == ["samaritans", "shout"]


def test_999_and_a_building_are_no_line_for_talking_at_night():
    assert not ids["emergency"].is_day_and_night_line
    assert not ids["silent-999"].is_day_and_night_line
    shelter = replace(HOSTEL, schedules=ALWAYS)
    assert not shelter.is_day_and_night_line
    assert found(Directory.of([shelter]), "homeless", place="brighton", limit=2) == ["hostel", "samaritans"]


def test_a_place_that_speaks_only_welsh_is_named_to_welsh_speakers_only():
    place = Signpost("bwyd", "Banc Bwyd", NATIONS, ("food",), "01248 000 111", languages=("cy",))
    assert "bwyd" in found(Directory.of([place]), "bwyd", language="cy")
    assert "bwyd" not in found(Directory.of([place]), "food")


def test_a_welsh_speaker_gets_the_welsh_line_while_it_is_open_and_nobody_else_does():
    evening = MONDAY_NIGHT.replace(hour=20)
    assert found(NATIONAL, "talk", nation="Wales", language="cy", at=evening)[0] == "samaritans-cy"
    assert "samaritans-cy" not in found(NATIONAL, "talk", nation="Wales", at=evening)


def test_a_place_without_any_way_to_reach_it_is_never_named():
    assert not {"streetlink", "andysman", "council-homeless"} & set(found(NATIONAL, "homeless", nation="England"))


def test_the_same_number_is_named_once():
    again = Signpost("copy", "Samaritans of Brighton", NATIONS, ("listening", "crisis"), "116123", schedules=ALWAYS)
    assert (
        len([e for e in Directory.of([again]).search("talk", at=MONDAY_MORNING) if digits(e.phone or "") == "116123"])
        == 1
    )


@settings(max_examples=300, deadline=None)
@given(
    topic=st.sampled_from(sorted(TOPICS)) | st.text(max_size=20),
    place=st.none() | st.sampled_from(["brighton", "BN3", "CF10", "nowhere", "hove", "SY16"]),
    age=st.none() | st.integers(0, 110),
    nation=st.none() | st.sampled_from(NATIONS),
    at=st.integers(0, 1_000_000).map(lambda minutes: MONDAY_MORNING + timedelta(minutes=minutes)),
    language=st.sampled_from(["en", "cy", "ur"]),
    limit=st.integers(-1, 5),
)
def test_whatever_is_asked_one_to_three_are_named_and_one_of_them_answers_day_and_night(
    topic, place, age, nation, at, language, limit
):
    chosen = LOCAL.search(topic, place, age, nation, at=at, language=language, limit=limit)
    assert 1 <= len(chosen) <= max(1, min(limit, 3))
    always = [entry for entry in chosen if entry.is_day_and_night_line]
    assert any(as_text(entry, at).endswith("open day and night") for entry in always)
    assert len({entry.id for entry in chosen}) == len(chosen)
    for entry in chosen:
        assert entry.is_reachable
        assert age is None or entry.helps_at_age(age)
        assert nation is None or entry.is_local or nation in entry.nations


# --- how it reads -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id_", "at", "reads"),
    [
        ("shelter-eng", "2026-11-23 10:00", "Shelter: 0808 800 4444, open now until 5pm"),
        ("shelter-eng", "2026-11-23 07:00", "Shelter: 0808 800 4444, opens today 8am"),
        ("shelter-eng", "2026-11-23 18:00", "Shelter: 0808 800 4444, opens tomorrow 8am"),
        ("shelter-eng", "2026-11-27 18:00", "Shelter: 0808 800 4444, opens Mon 8am"),
        ("shelter-eng", "2026-12-24 18:00", "Shelter: 0808 800 4444, opens Tue 8am"),
        ("samaritans", "2026-12-25 03:00", "Samaritans: 116 123, open day and night"),
        ("calm", "2026-11-23 18:00", "CALM: 0800 58 58 58, open now until midnight"),
        ("shout", "2026-11-23 18:00", "Shout: text SHOUT to 85258, open day and night"),
        ("papyrus", "2026-11-23 18:00",
         "Papyrus HOPELINE247 (35 and under): 0800 068 4141 or text 88247, open day and night"),
        ("nhs111-wal", "2026-11-23 18:00", "NHS 111: 111, press 2, open day and night"),
        ("mensadvice", "2026-11-23 18:00", "Men's Advice Line (men): 0808 801 0327, weekdays, check hours"),
        ("shelter-cym", "2026-11-23 18:00", "Shelter Cymru: 08000 495 495, check hours"),
        ("housingrights-ni", "2026-07-13 10:00",
         "Housing Rights: 028 9024 5640, opens tomorrow 9:30am, not a free number"),
    ],
)  # fmt: skip
def test_a_signpost_reads_as_a_short_line(id_, at, reads):
    assert as_text(ids[id_], datetime.fromisoformat(at).replace(tzinfo=UK)) == reads


def test_a_signpost_reads_in_welsh():
    assert as_text(ids["shelter-eng"], MONDAY_MORNING, "cy") == "Shelter: 0808 800 4444, ar agor nawr tan 5pm"
    friday_evening = datetime(2026, 11, 27, 18, tzinfo=UK)
    assert as_text(ids["shelter-eng"], friday_evening, "cy") == "Shelter: 0808 800 4444, yn agor dydd Llun 8am"


def test_a_place_is_named_with_its_address_and_a_place_without_a_phone_by_it():
    assert as_text(HOSTEL, MONDAY_MORNING) == "First Base: 0117 496 0844, open now until 5pm, at 11 St Stephens Hall"
    assert as_text(replace(HOSTEL, phone=None), MONDAY_MORNING) == "First Base: 11 St Stephens Hall, open now until 5pm"


def test_a_line_that_stays_open_for_days_names_the_day_it_closes():
    weekend = (
        Schedule(time(12, 30), time(23, 59), byday=("FR",)),
        Schedule(time(0), time(23, 59), byday=("SA", "SU")),
        Schedule(time(0), time(6), byday=("MO",)),
    )
    place = replace(HOSTEL, schedules=weekend, address=None)
    friday = datetime(2026, 11, 27, 18, tzinfo=UK)
    assert as_text(place, friday) == "First Base: 0117 496 0844, open now until Mon 6am"
    assert as_text(place, MONDAY_MORNING) == "First Base: 0117 496 0844, opens Fri 12:30pm"


def test_an_opening_next_month_has_its_date():
    yearly = Schedule(time(9), time(17), freq="DAILY", valid_from=date(2026, 12, 21), valid_to=date(2027, 1, 4))
    assert as_text(replace(HOSTEL, schedules=(yearly,)), MONDAY_MORNING).startswith(
        "First Base: 0117 496 0844, opens 21 Dec 9am"
    )


def test_extras_give_way_where_the_line_would_get_too_long():
    wordy = replace(HOSTEL, eligibility="x" * 60, cost="y" * 60, address="z" * 80)
    assert len(as_text(wordy, MONDAY_MORNING)) <= 153
    assert len(as_text(replace(wordy, eligibility="x" * 130), MONDAY_MORNING)) <= 153


@pytest.mark.parametrize("language", ["en", "cy"])
@pytest.mark.parametrize("at", [MONDAY_MORNING, MONDAY_NIGHT, datetime(2026, 12, 28, 12, tzinfo=UK)])
def test_every_national_line_fits_in_one_part_of_gsm7_and_hides_no_number_behind_a_link(at, language):
    for entry in LOCAL.entries:
        if entry.is_reachable:
            line = as_text(entry, at, language)
            assert set(line) <= GSM7
            assert len(line) <= 153
            assert not re.search(r"http|www\.|\.org|\.uk|\.com", line)
            assert not entry.phone or entry.phone in line


@settings(deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_a_feed_calls_a_place_it_can_be_sent(name, street):
    line = as_text(replace(HOSTEL, name=name, address=street, eligibility=name, cost=street), MONDAY_MORNING)
    assert set(line) <= GSM7


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("Siân’s – “Tŷ Gobaith”", 'Sian\'s - "Ty Gobaith"'),
        ("café £5 è", "café £5 è"),
        ("drop-in 🏠 [free]", "drop-in (free)"),
    ],
)
def test_letters_that_cost_double_are_written_another_way(written, sent):
    assert in_gsm7(written) == sent


# --- staleness --------------------------------------------------------------------------------------


def test_an_entry_is_stale_on_the_91st_day_and_always_if_nobody_says_when_it_was_checked():
    checked = replace(HOSTEL, checked_on=date(2026, 8, 1))
    assert stale([checked], date(2026, 10, 30)) == []
    assert stale([checked], date(2026, 10, 31)) == [checked]
    assert stale([replace(HOSTEL, checked_on=None)], date(2026, 8, 1)) != []


def test_a_month_without_a_day_counts_from_its_first():
    assert ids["shelter-eng"].checked_on == date(2026, 9, 1)
    assert ids["frank"].checked_on == date(2026, 10, 1)
    assert ids["call-wales"].checked_on is None
