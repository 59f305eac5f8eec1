"""Services as other people's directories describe them."""

from __future__ import annotations

import copy
import json
from datetime import datetime

from bot.directory import Reading
from bot.directory.open_referral import read_services
from flows.signposts import Signpost
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
