"""After a feedback's whole life, no file of ours, and none of PostgreSQL's, holds what must not be found."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from storage.feedback.codes import keys_of, new_code
from storage.feedback.keys import change_key
from storage.feedback.spool import Spool
from storage.feedback.store import close, look_up, read, release_waiting, reply
from tests.storage.feedback.conftest import BO, PEPPER, SAM

WORDS, REPLY, WEEK = "the kettle in the yellow room", "we bought another kettle", "2026-W19"


def in_many_ways(secret: bytes | str) -> Iterator[bytes]:
    """As it is, as text of other kinds, and as digits: what a search of a disk would try."""
    plain = secret.encode() if isinstance(secret, str) else secret
    yield from (plain, plain.hex().encode(), base64.b64encode(plain).rstrip(b"="), plain[::-1])
    if isinstance(secret, str):
        yield from (secret.encode("utf-16-le"), secret.upper().encode(), secret.replace(" ", "").encode())


@pytest.fixture
def every_file(inbox, tmp_path, request) -> Callable[[], dict[Path, bytes]]:
    """Where this test could leave something: its own folder, or that and all of the PostgreSQL server's."""
    folders = [tmp_path]
    if not inbox.db.is_sqlite:
        folders.append(Path(request.getfixturevalue("postgresql")._server.pgdata))

    def files() -> list[Path]:
        if not inbox.db.is_sqlite:
            with inbox.db.engine.connect() as connection:
                connection.exec_driver_sql("CHECKPOINT")
        found: dict[Path, bytes] = {}
        for path in (path for folder in folders for path in folder.rglob("*") if path.is_file()):
            with suppress(FileNotFoundError):  # the server tidies up meanwhile
                found[path] = path.read_bytes()
        return found

    return files


def test_after_its_whole_life_nothing_can_be_found(inbox, tmp_path, every_file):
    code = new_code()
    keys, spool = keys_of(code, PEPPER), Spool(tmp_path / "memory", tmp_path / "spool", b"o" * 32, 4)
    private = inbox.keys.private_keys[0]
    sealed = inbox.sealed(WORDS, keys, topic="rooms-and-kettles")
    spool.put(sealed.to_bytes(), "release")
    release_waiting(inbox.db, spool, WEEK)
    (one,) = read(inbox.db, inbox.keys)
    reply(inbox.db, inbox.keys, one.ids, REPLY, WEEK)
    close(inbox.db, inbox.name, one.ids, WEEK)
    assert look_up(inbox.db, keys).replies == (REPLY,)
    change_key(inbox.db, inbox.keys)
    assert read(inbox.db, inbox.keys)[0].words.text == WORDS

    secrets = [WORDS, REPLY, code, "rooms-and-kettles", inbox.recovery_key, BO, SAM, PEPPER]
    secrets += [bytes(private), bytes(inbox.keys.private_keys[0]), keys.reply_key]
    for path, content in every_file().items():
        for number, secret in enumerate(secrets):
            assert not any(form in content for form in in_many_ways(secret)), (path, number)


def test_the_search_finds_what_is_there(inbox, tmp_path, every_file):
    """Or the test above would count for nothing: the id of a feedback may be found, and is."""
    sealed = inbox.sealed(WORDS)
    spool = Spool(tmp_path / "memory", tmp_path / "spool", b"o" * 32, 4)
    spool.put(sealed.to_bytes(), "release")
    release_waiting(inbox.db, spool, WEEK)

    contents = every_file().values()
    assert any(sealed.id in content for content in contents)
    assert any(sealed.body[100:200] in content for content in contents)
