"""Services of Open Referral UK as signposts: HSDS 3 and the names of version 1; a service has one for each place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from bot.directory.feed_hours import hours_of
from bot.directory.phones import phones_of
from bot.directory.reading import (
    LONGEST_NAME,
    MOST_ENTRIES,
    LeftOut,
    Notes,
    Part,
    Reading,
)
from flows.opening_hours import NATIONS, Nation
from flows.signposts import Signpost, nation_of, understand_topics

LONGEST_AREA = 60
_FREE = re.compile(r"(?:free(?: of charge)?|none|no (?:fee|charge|cost)s?)\W*", re.IGNORECASE)
OLDEST = 120
_GONE = ("inactive", "defunct", "temporarily closed")
_WHOLE_UK = frozenset(("national", "nationwide", "uk", "united kingdom", "uk wide"))
_CODES = {"english": "en", "welsh": "cy", "cymraeg": "cy"}


def read_json(content: bytes, source: str) -> Reading:
    """The signposts in a page of services, a list of services, or one service."""
    try:
        services = services_in(load(content))
    except LeftOut as why:
        return Reading.failed(source, str(why))
    return read_services(services, source)


def load(content: bytes) -> Any:
    """JSON that somebody else wrote.

    Raises:
        LeftOut: It is none, or is made to break a reader of JSON.
    """
    try:
        return json.loads(content)
    except RecursionError:
        raise LeftOut("it is nested too deeply") from None
    except ValueError as error:
        raise LeftOut(f"it is not JSON, as Open Referral UK has it: {str(error)[:100]}") from None


def services_in(page: Any) -> list[Any]:
    """The services of a page, whatever version of the standard it follows.

    Raises:
        LeftOut: There are none where they should be.
    """
    if isinstance(page, dict):
        for name in ("contents", "content", "services", "items"):
            if isinstance(page.get(name), list):
                return list(page[name])
        if "name" in page and "id" in page:
            return [page]
    if isinstance(page, list):
        return page
    raise LeftOut("it has no list of services (contents)")


def read_services(services: Iterable[Any], source: str) -> Reading:
    """The signposts of services that are already Python objects."""
    notes = Notes(source)
    entries: dict[str, Signpost] = {}
    for number, service in enumerate(services, 1):
        if number > MOST_ENTRIES:
            return Reading.failed(source, f"it has more than {MOST_ENTRIES:,} services", notes.problems)
        notes.about(f"service {number}", None)
        try:
            for entry in _signposts(service, notes, source):
                if entry.id in entries:
                    raise LeftOut("another service has the same id")
                entries[entry.id] = entry
        except ValueError as why:
            notes.leave_out(str(why))
    return Reading(tuple(entries.values()), tuple(notes.problems))


def _signposts(content: Any, notes: Notes, source: str) -> Iterator[Signpost]:
    """One for each place of the service; one without a place if it has none."""
    if not isinstance(content, dict):
        raise LeftOut("it is not an object")
    service = Part(content, notes)
    id_, name = service.words("id", longest=80), service.words("name", longest=LONGEST_NAME)
    if not id_:
        raise LeftOut("it has no id")
    notes.about(f"service {id_} ({name})", id_)
    if not name:
        raise LeftOut("it has no name")
    if (service.words("status") or "active").lower() in _GONE:
        return
    places = list(service.many("service_at_locations", "service_at_location"))
    for number, place in enumerate(places or [Part({}, notes)]):
        own_id = id_ if not number else f"{id_}@{place.words('id', longest=80) or number}"
        yield _signpost(own_id, name, service, place, source)


def _signpost(id_: str, name: str, service: Part, at_location: Part, source: str) -> Signpost:
    location = at_location.one("location")
    organization = service.one("organization", "organisation")
    own = (at_location, service, *at_location.many("contacts"), *service.many("contacts"))
    general = (location, *location.many("contacts"), organization, *organization.many("contacts"))
    phone, text = phones_of(*own, *general)
    schedules, hours = hours_of(at_location, service, location)
    address = location.one("addresses", "physical_addresses", "address")
    street = ", ".join(filter(None, (address.words("address_1", longest=80), address.words("city", longest=40))))
    if not (phone or text or street):
        raise LeftOut("it has no phone, no text number and no address")
    postcode = address.words("postal_code", longest=12)
    min_age, max_age = _ages(service)
    nations, areas = _reach(service, postcode)
    return Signpost(
        id=id_,
        name=name,
        nations=nations,
        topics=_topics(service, name),
        phone=phone,
        text=text,
        hours=hours,
        schedules=schedules,
        place=address.words("city", "region", longest=LONGEST_AREA),
        areas=areas,
        address=street or None,
        postcode=postcode,
        min_age=min_age,
        max_age=max_age,
        eligibility=_eligibility(service),
        cost=_cost(service),
        access=_access(location),
        languages=_languages(service),
        checked_on=_checked_on(service),
        source=source,
        note=service.words("alert"),
    )


def _topics(service: Part, name: str) -> tuple[str, ...]:
    """What its classifications say, then its name; its description only where neither says anything."""
    terms = [
        term.words("name", "term")
        for link in service.many("attributes", "service_taxonomys", "service_taxonomies", "taxonomies")
        for term in (link.one("taxonomy_term", "taxonomy"), link)
    ]
    said = [topic for words in (*terms, name) if words for topic in understand_topics(words)]
    topics = said or understand_topics(service.words("description") or "")
    if not topics:
        raise LeftOut("nothing in it says what it helps with")
    return tuple(dict.fromkeys(topics))


def _ages(service: Part) -> tuple[int | None, int | None]:
    """The youngest and the oldest age that it helps, over all its groups of people."""
    groups = list(service.many("eligibilitys", "eligibilities", "eligibility")) or [service]
    youngest = [group.whole("minimum_age", "min_age") for group in groups]
    oldest = [group.whole("maximum_age", "max_age") for group in groups]
    least = min((age or 0 for age in youngest), default=0) or None
    most = max((OLDEST if age is None else age for age in oldest), default=OLDEST)
    if not 0 <= (least or 0) <= most:
        raise LeftOut(f"its ages cannot be, {least or 0} to {most}")
    return least, most if most < 100 else None


def _eligibility(service: Part) -> str | None:
    groups = service.many("eligibilitys", "eligibilities", "eligibility")
    said = [group.words("eligibility", longest=LONGEST_AREA) for group in groups]
    return service.words("eligibility_description", longest=LONGEST_AREA) or next(filter(None, said), None)


def _cost(service: Part) -> str | None:
    """In a few words; None: free, or nothing is said."""
    options = list(service.many("cost_options", "cost_option"))
    amounts = [(option, option.words("amount", longest=12)) for option in options]
    said = [
        " ".join(filter(None, (f"£{amount}", option.words("amount_description", "option", longest=40))))
        for option, amount in amounts
        if amount and not re.fullmatch(r"0(\.0+)?", amount)
    ]
    words = "; ".join(said) if options else service.words("fees_description", "fees", longest=80)
    return None if not words or _FREE.fullmatch(words) else words


def _checked_on(service: Part) -> date | None:
    try:
        return service.day("assured_date")
    except ValueError as why:
        service.notes.ignore(str(why))
        return None


def _access(location: Part) -> str | None:
    parts = location.many("accessibility", "accessibility_for_disabilities")
    return "; ".join(filter(None, (part.words("description", "accessibility") for part in parts))) or None


def _languages(service: Part) -> tuple[str, ...]:
    """English first: the standard lists the languages that are spoken besides it."""
    said = [part.words("code", "name", "language", longest=40) for part in service.many("languages", "language")]
    others = [_CODES.get(words.lower(), words.lower()) for words in said if words]
    return tuple(dict.fromkeys(("en", *others))) if others else ()


def _reach(service: Part, postcode: str | None) -> tuple[tuple[Nation, ...], tuple[str, ...]]:
    """The nations it serves, as far as that is said or its postcode tells, and the areas."""
    said = [part.words("name", "service_area", longest=200) for part in service.many("service_areas", "service_area")]
    names = [words for words in said if words]
    if any(name.lower() in _WHOLE_UK for name in names):
        return NATIONS, ()
    nations = tuple(nation for nation in NATIONS if any(name.lower() == nation.lower() for name in names))
    if nations:
        return nations, ()
    nation = nation_of(postcode) if postcode else None
    return ((nation,) if nation else ()), tuple(name for name in names if len(name) <= LONGEST_AREA)
