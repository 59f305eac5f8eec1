"""Fetching a paged directory: bounded, page by page, and all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from bot.directory.open_referral import load, read_services, services_in
from bot.directory.reading import MOST_BYTES, MOST_ENTRIES, LeftOut, Problem, Reading

MOST_PAGES = 400
A_PAGE = 100
MOST_DETAILS = 5_000
MOST_FAILURES = 10
# What a page may leave out and only the service's own address gives.
_DETAILS = ("phones", "contacts", "service_at_locations", "schedules", "regular_schedules")


def fetch_directory(url: str, get: Callable[[str], bytes]) -> Reading:
    """The signposts of a paged API.

    Args:
        url: Of the list of services, `https://…/services`.
        get: Fetches an address, with its own time limit; whatever it raises makes this reading fail.
            It is asked for addresses below `url` only, never for one that a page names.
    """
    feed = _Feed(url, get, MOST_BYTES, MOST_DETAILS)
    try:
        services = [full for service in feed.services() if (full := feed.in_full(service)) is not None]
    except LeftOut as why:
        return Reading.failed(url, str(why), feed.problems)
    entries, problems = read_services(services, url)
    return Reading(entries, (*feed.problems, *problems))


@dataclass
class _Feed:
    url: str
    get: Callable[[str], bytes]
    bytes_left: int
    details_left: int
    problems: list[Problem] = field(default_factory=list)

    def services(self) -> list[Any]:
        """The services of all pages, as the pages have them."""
        services: list[Any] = []
        seen: set[str] = set()
        for number in range(1, MOST_PAGES + 1):
            page = self._load(_with_query(self.url, page=number, per_page=A_PAGE, full="true"))
            found = services_in(page)
            ids = {str(service.get("id")) for service in found if isinstance(service, dict)}
            if ids and ids <= seen:
                raise LeftOut(f"page {number} repeats what earlier pages had")
            seen |= ids
            services.extend(found)
            if len(services) > MOST_ENTRIES:
                raise LeftOut(f"it has more than {MOST_ENTRIES:,} services")
            if _is_last(page, number, found):
                return services
        raise LeftOut(f"it has more than {MOST_PAGES} pages")

    def in_full(self, service: Any) -> Any:
        """The service with everything that belongs to it, fetched where the page had only its own fields.

        None: it cannot be fetched, which is now one of the problems.
        """
        if not isinstance(service, dict) or any(name in service for name in _DETAILS):
            return service
        id_ = str(service.get("id") or "")
        if not 0 < len(id_) <= 80 or not id_.strip("."):
            return service
        self.details_left -= 1
        if self.details_left < 0:
            raise LeftOut(f"more than {MOST_DETAILS:,} services would have to be fetched one by one")
        try:
            full = self._load(self._address_of(id_))
            if not isinstance(full, dict) or str(full.get("id")) != id_:
                raise LeftOut("its own address gives something else")
        except LeftOut as why:
            self.problems.append(Problem(f"service {id_}", str(why), id_))
            if len(self.problems) > MOST_FAILURES:
                raise LeftOut(f"more than {MOST_FAILURES} services cannot be fetched") from None
            return None
        return full

    def _address_of(self, id_: str) -> str:
        parts = urlsplit(self.url)
        path = f"{parts.path.rstrip('/')}/{quote(id_, safe='')}"
        return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))

    def _load(self, address: str) -> Any:
        try:
            content = self.get(address)
        except Exception as error:
            raise LeftOut(
                f"{address} cannot be fetched ({_why(error)}). Is the address right, and this machine online?"
            ) from error
        self.bytes_left -= len(content)
        if self.bytes_left < 0:
            raise LeftOut(f"it is larger than {MOST_BYTES:,} bytes")
        try:
            return load(content)
        except LeftOut as why:
            raise LeftOut(f"{address}: {why}") from None


def _is_last(page: Any, number: int, found: list[Any]) -> bool:
    """Whether no page comes after this one, by version 3 ("last_page"), version 1 ("last") or the number of pages.

    Raises:
        LeftOut: It has nothing in it though pages should follow.
    """
    if not isinstance(page, dict):
        return True
    flags = [page[name] for name in ("last_page", "last") if isinstance(page.get(name), bool)]
    total = page.get("total_pages", page.get("totalPages"))
    is_last = flags[0] if flags else not isinstance(total, int) or number >= total
    if not found and not is_last:
        raise LeftOut(f"page {number} is empty, and is not the last")
    return is_last


def _with_query(url: str, **query: str | int) -> str:
    parts = urlsplit(url)
    joined = "&".join(filter(None, (parts.query, urlencode(query))))
    return urlunsplit((parts.scheme, parts.netloc, parts.path, joined, ""))


def _why(error: Exception) -> str:
    """As short as it helps: Python wraps what went wrong in its own words."""
    reason = getattr(error, "reason", None)
    plain = getattr(reason, "strerror", None) or reason or error
    return str(plain)[:100] or type(error).__name__
