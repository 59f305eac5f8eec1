"""What lies about in files: words in any spelling, deleted pages, telling log lines, a scheduler's store."""

from __future__ import annotations

import base64
import gzip
import sqlite3
import zlib
from pathlib import Path

import pytest

from bot.audit.attacks.canaries import Canaries
from bot.audit.attacks.left_behind import LeftBehind
from bot.audit.attacks.log_lines import LogLines
from bot.audit.attacks.scheduler import SchedulerStore
from tests.audit.conftest import found, with_file

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    "disguise",
    [
        str.encode,
        lambda words: words.encode("utf-16-le"),
        lambda words: words.encode().hex().encode(),
        lambda words: base64.b64encode(b"ab" + words.encode()),
        lambda words: base64.b64encode(b"a" + words.encode()),
        lambda words: zlib.compress(words.encode()),
        lambda words: gzip.compress(b"{}" + words.encode()),
        lambda words: words.encode()[::-1],
        lambda words: words.upper().encode(),
        lambda words: b"x" * 4090 + words.encode(),  # over the edge of a page
    ],
)
def test_words_in_a_log_are_found_however_they_are_written(ours, disguise):
    content = b"some line\n" + disguise(ours.known.words[3]) + b"\nmore"
    told = found(Canaries(), with_file(ours, "bot.log", content))
    assert "bot.log" in told
    assert ours.known.words[3] not in told


def test_a_code_in_a_backup_is_found(ours):
    code = ours.known.codes[1]
    told = found(Canaries(), with_file(ours, "yesterday.sql", f"INSERT INTO code VALUES ('{code}')".encode()))
    assert "yesterday.sql" in told
    assert code not in told


def emptied(path: Path, secure: str) -> bytes:
    """A database in which everything was deleted, with or without wiping."""
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute(f"PRAGMA secure_delete={secure}")
        connection.execute("CREATE TABLE held (text TEXT)")
        connection.executemany("INSERT INTO held VALUES (?)", [("the kettle " * 90,)] * 200)
        connection.execute("DELETE FROM held")
    connection.close()
    return path.read_bytes()


def test_pages_that_were_not_wiped_are_found_and_wiped_ones_are_not(ours, tmp_path):
    wiped = with_file(ours, "careful.sqlite3", emptied(tmp_path / "careful.sqlite3", "ON"))
    assert found(LeftBehind(), wiped) == ""
    left = with_file(ours, "careless.sqlite3", emptied(tmp_path / "careless.sqlite3", "OFF"))
    assert "careless.sqlite3" in found(LeftBehind(), left)


@pytest.mark.parametrize(
    "line",
    [
        "2026-03-02 HTTP Request: POST https://api.telegram.org/bot4242424242:AAF-stand-in_token-never_to_be_logged/send",
        "to +447700900001",
        '127.0.0.1 - "POST /sms/sms HTTP/1.1" 200 58',
        "[SQL: INSERT INTO feedback] [parameters: (1, 2)]",
        "shown 1234 5678 9012 3456",
    ],
)
def test_a_telling_line_is_found(ours, line):
    told = found(LogLines(), with_file(ours, "bot.log.1", f"fine\n{line}\n".encode()))
    assert "bot.log.1" in told


def test_a_schedulers_store_is_found(ours, tmp_path):
    path = tmp_path / "jobs.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE apscheduler_jobs (id TEXT, next_run_time FLOAT, job_state BLOB)")
    connection.close()
    assert "jobs.sqlite3" in found(SchedulerStore(), with_file(ours, "jobs.sqlite3", path.read_bytes()))
