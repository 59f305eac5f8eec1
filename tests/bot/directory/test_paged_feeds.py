"""A paged feed, on loopback."""

from __future__ import annotations

import json
import threading
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest

from bot.directory import Reading, fetch_directory, read_directory
from bot.directory import feed as feed_module
from tests.bot.directory.cast import VERSION_1, page, service


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
    from datetime import UTC

    from bot.directory.keeping import import_directory

    monkeypatch.chdir(tmp_path)
    Path("places.csv").write_text("name,topics,phone\nFood bank,food,01273 000000\n", encoding="utf-8")
    imported = import_directory(sqlite_database, "places.csv", datetime(2026, 3, 2, tzinfo=UTC))
    assert (imported.after, list(imported.lines())[-1]) == (1, "1 places stored; there were 0 before.")
