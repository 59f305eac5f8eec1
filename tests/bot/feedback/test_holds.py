"""What must hold before FEEDBACK is offered: each thing is taken away once, and is missed."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, make_url

from bot.feedback import folders, holds
from bot.feedback.holds import TALKATIVE, what_does_not_hold, what_is_worth_a_look
from storage.database import Database
from storage.feedback import keys as inbox_keys
from storage.feedback.database import FeedbackDatabase
from storage.feedback.keys import create_inbox
from storage.feedback.spool import Spool
from tests.conftest import PostgreSQL
from tests.storage.cast import watching


@dataclass(frozen=True)
class Given:
    """What a deployment gives to be looked at."""

    main: Database
    feedback: FeedbackDatabase
    inbox: str
    memory: Path
    spool: Path
    pepper_file: Path | None
    outer_key_file: Path | None
    pepper: bytes
    outer_key: bytes
    swap: str

    def but(self, **changes: object) -> list[str]:
        """What does not hold when this is changed."""
        return what_does_not_hold(**vars(replace(self, **changes)))  # type: ignore[arg-type]


@pytest.fixture
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of our own, in whose name the test's is not."""
    return tmp_path_factory.mktemp("place")


@pytest.fixture
def proc(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A /proc of a machine without swap, whose memory is at place/memory."""
    proc = place / "proc"
    (proc / "self").mkdir(parents=True)
    (proc / "mounts").write_text(f"/dev/vda / ext4 rw,relatime 0 0\ntmpfs {place}/memory tmpfs rw,size=1k 0 0\n")
    (proc / "swaps").write_text("Filename\tType\tSize\tUsed\tPriority\n")
    (proc / "self/status").write_text("VmRSS:\t  5000 kB\nVmLck:\t  0 kB\n")
    (proc / "self/cgroup").write_text("1:cpu:/\n0::/system.slice/alongside.service\n")
    monkeypatch.setattr(folders, "PROC", proc)
    monkeypatch.setattr(folders, "CGROUPS", place / "cgroups")
    return proc


@pytest.fixture(autouse=True)
def quick_and_quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The smallest Argon2id, little patience, and the libraries' loggers as `alongside run` sets them."""
    monkeypatch.setattr(inbox_keys, "ROUNDS", 1)
    monkeypatch.setattr(inbox_keys, "MEMORY_BYTES", 8192)
    monkeypatch.setattr(holds, "PATIENCE_MS", 100)
    before = {name: logging.getLogger(name).level for name in TALKATIVE}
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    yield
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def given(database: Database, place: Path, proc: Path) -> Iterator[Given]:
    data, secrets = place / "data", place / "etc"
    for folder in (data, secrets):
        folder.mkdir()
    feedback = FeedbackDatabase(f"sqlite:///{data}/feedback.sqlite3" if database.is_sqlite else database.url)
    feedback.migrate()
    create_inbox(feedback, "organisation", {"Bo": "five kind words in a row"})
    Spool(place / "memory", place / "spool", b"o" * 32, 2).fold()
    for name in ("pepper", "outer"):
        (secrets / name).touch(mode=0o600)
    here = (place / "memory", place / "spool", secrets / "pepper", secrets / "outer")
    yield Given(database, feedback, "organisation", *here, b"p" * 32, b"o" * 32, "")
    feedback.close()


only_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])
only_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"])


def only(found: list[str], *parts: str) -> None:
    """One sentence, which says all of this."""
    assert len(found) == 1, found
    assert all(part in found[0] for part in parts), found[0]


def test_everything_holds(given: Given):
    assert given.but() == []


def test_it_holds_before_the_folders_are_made_and_with_secrets_from_the_environment(given: Given, place: Path):
    fresh = {"memory": place / "memory/a/b", "spool": place / "new", "pepper_file": None, "outer_key_file": None}
    assert given.but(**fresh) == []
    assert not (place / "new").exists()


# -- the databases -------------------------------------------------------------------------------------


@only_sqlite
@pytest.mark.parametrize("which", ["main", "feedback"])
def test_deleting_must_wipe(given: Given, which: str):
    database: Database = getattr(given, which)
    database.engine.dispose()
    with watching(database.engine, "connect", lambda connection, _: connection.execute("PRAGMA secure_delete=FAST")):
        only(given.but(), "secure_delete is off", "database.url" if which == "main" else "feedback.url")
    database.engine.dispose()


@pytest.mark.parametrize("which", ["main", "feedback"])
@pytest.mark.parametrize("engine", ["engine", "_reading_engine"])
def test_errors_must_not_show_values(given: Given, which: str, engine: str, monkeypatch: pytest.MonkeyPatch):
    database: Database = getattr(given, which)
    careless = create_engine(database.url)
    monkeypatch.setattr(database, engine, careless)
    assert any("show what people wrote" in each for each in given.but())
    careless.dispose()


def test_a_database_must_not_echo(given: Given, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(given.main.engine, "echo", True)
    assert any("echo off" in each for each in given.but())


@only_sqlite
def test_the_log_must_be_emptied_although_somebody_reads(given: Given):
    with given.feedback.reading() as connection:
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql("SELECT * FROM inbox").all()
        only(given.but(), "feedback.url", "write-ahead log cannot be emptied")
    assert given.but() == []


@only_sqlite
def test_there_must_be_a_log_to_empty(given: Given, place: Path):
    other = FeedbackDatabase(given.feedback.url)
    event.listen(other.engine, "connect", lambda connection, _: connection.execute("PRAGMA journal_mode=DELETE"))
    given.feedback.close()
    only(given.but(feedback=other), "keeps no write-ahead log")
    other.close()


@only_sqlite
def test_feedback_must_have_a_file_of_its_own(given: Given, place: Path):
    both = FeedbackDatabase(given.main.url)
    assert any("the file that everything else is in" in each for each in given.but(feedback=both))
    both.close()
    os.link(str(make_url(given.main.url).database), place / "data/another-name.sqlite3")
    linked = FeedbackDatabase(f"sqlite:///{place}/data/another-name.sqlite3")
    assert any("the file that everything else is in" in each for each in given.but(feedback=linked))
    linked.close()


@only_postgresql
def test_feedback_must_have_a_schema_of_its_own(given: Given):
    there = make_url(given.main.url).update_query_dict({"options": "-c search_path=feedback"})
    main = Database(there.render_as_string(hide_password=False))
    only(given.but(main=main), "everything else lies in the schema")
    main.close()


@only_postgresql
def test_one_role_for_everything_is_worth_a_look(given: Given):
    only(what_is_worth_a_look(given.main, given.feedback), "its role")
    other = make_url(given.main.url).set(username="somebody")
    feedback = FeedbackDatabase(other.render_as_string(hide_password=False))
    assert what_is_worth_a_look(given.main, feedback) == []


@only_sqlite
def test_two_files_have_no_roles(given: Given):
    assert what_is_worth_a_look(given.main, given.feedback) == []


def test_there_must_be_an_inbox(given: Given):
    only(given.but(inbox="another"), "feedback.inbox", "alongside inbox create")


def test_the_tables_must_be_there(given: Given, place: Path, request: pytest.FixtureRequest):
    if given.main.is_sqlite:
        url = f"sqlite:///{place}/data/empty.sqlite3"
    else:
        server: PostgreSQL = request.getfixturevalue("postgresql")
        url = server.create()
    empty = FeedbackDatabase(url)
    only(given.but(feedback=empty), "feedback.url", "alongside migrate")
    empty.close()


@only_postgresql
def test_what_cannot_be_looked_at_does_not_hold(given: Given):
    nowhere = FeedbackDatabase("postgresql+psycopg://nobody:hush@127.0.0.1:1/nothing")
    found = given.but(feedback=nowhere)
    assert len(found) == 2
    assert all("could not be looked at (OperationalError)" in each for each in found)
    assert "hush" not in "".join(found)


# -- the logs ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*TALKATIVE, "httpcore.connection", "sqlalchemy.engine.Engine"])
@only_sqlite
def test_libraries_must_log_little(given: Given, name: str):
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.INFO)
    try:
        only(given.but(), "Logs", name)
    finally:
        logger.setLevel(before)


@only_sqlite
def test_libraries_must_log_little_through_the_root_too(given: Given, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(logging.getLogger("httpx"), "level", logging.NOTSET)
    monkeypatch.setattr(logging.root, "level", logging.INFO)
    logging.root.manager._clear_cache()  # type: ignore[attr-defined]
    only(given.but(), "Logs", "httpx")
    monkeypatch.undo()
    logging.root.manager._clear_cache()  # type: ignore[attr-defined]


# -- the secrets ---------------------------------------------------------------------------------------


@only_sqlite
@pytest.mark.parametrize("which", ["pepper", "outer_key"])
def test_a_secret_must_be_long(given: Given, which: str):
    only(given.but(**{which: b"x" * 31}), f"feedback.{which}:", "32 bytes", "openssl rand")


@only_sqlite
def test_the_secrets_must_differ(given: Given):
    only(given.but(outer_key=given.pepper), "are the same")


@only_sqlite
@pytest.mark.parametrize("which", ["pepper_file", "outer_key_file"])
@pytest.mark.parametrize("where", ["data", "data/deeper", "spool", "memory", "beside the main database"])
def test_a_secret_must_not_lie_beside_what_it_protects(given: Given, place: Path, which: str, where: str):
    main = Path(str(make_url(given.main.url).database)).parent
    folder = main if where.startswith("beside") else place / where
    folder.mkdir(exist_ok=True)
    (folder / "secret").touch(mode=0o600)
    only(given.but(**{which: folder / "secret"}), f"feedback.{which}:", "one thief")


@only_sqlite
def test_a_link_to_a_secret_is_followed(given: Given, place: Path):
    (place / "data/secret").touch(mode=0o600)
    (place / "etc/link").symlink_to(place / "data/secret")
    only(given.but(pepper_file=place / "etc/link"), "lies beside")


@only_sqlite
@pytest.mark.parametrize("where", ["Backups/alongside", "nightly-backup", "back_up"])
def test_a_secret_must_not_lie_in_a_backup(given: Given, place: Path, where: str):
    (place / where).mkdir(parents=True)
    (place / where / "secret").touch(mode=0o600)
    only(given.but(pepper_file=place / where / "secret"), "in no backup")


@only_sqlite
def test_a_secret_must_not_lie_above_a_backup(given: Given, place: Path):
    (place / "etc/backups").mkdir()
    assert [each for each in given.but() if "in no backup" in each] == given.but() != []


@only_sqlite
@pytest.mark.parametrize("mode", [0o604, 0o602, 0o660, 0o644])
def test_a_secret_must_not_be_open_to_others(given: Given, mode: int):
    assert given.outer_key_file
    given.outer_key_file.chmod(mode)
    only(given.but(), "feedback.outer_key_file", "chmod 600")


@only_sqlite
def test_the_bots_group_may_read_a_secret(given: Given):
    assert given.outer_key_file
    given.outer_key_file.chmod(0o640)
    assert given.but() == []


@only_sqlite
def test_a_secret_must_be_there(given: Given, place: Path):
    only(given.but(pepper_file=place / "etc/nothing"), "feedback.pepper_file", "FileNotFoundError")


# -- the folders ---------------------------------------------------------------------------------------


@only_sqlite
@pytest.mark.parametrize("which", ["memory", "spool"])
@pytest.mark.parametrize("mode", [0o750, 0o701, 0o777])
def test_a_folder_must_be_private(given: Given, which: str, mode: int):
    getattr(given, which).chmod(mode)
    only(given.but(), f"feedback.{which}:", "chmod 700")


@only_sqlite
@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away")
def test_a_folder_must_be_ours(given: Given):
    os.chown(given.spool, 12345, 12345)
    only(given.but(), "feedback.spool:", "chmod 700")


@only_sqlite
def test_a_folder_must_be_a_folder(given: Given, place: Path):
    (place / "file").touch()
    only(given.but(spool=place / "file/inside"), "feedback.spool: is no folder")


@only_sqlite
def test_a_folder_must_be_writable(given: Given, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "access", lambda path, mode: path != given.spool.resolve())
    only(given.but(), "feedback.spool: cannot be written to")


@only_sqlite
@pytest.mark.parametrize("where", ["memory", "memory/inside"])
def test_the_folders_must_be_apart(given: Given, place: Path, where: str):
    only(given.but(spool=place / where), "lie in each other")
    only(given.but(spool=given.memory, memory=place / where), "lie in each other")


# -- memory and swap -----------------------------------------------------------------------------------


@only_sqlite
def test_memory_must_be_memory(given: Given, proc: Path, place: Path):
    only(given.but(memory=place / "elsewhere"), "feedback.memory: is on a disk (ext4)", "/dev/shm")
    mounts = (proc / "mounts").read_text()
    (proc / "mounts").write_text(f"{mounts}/dev/vdb {place}/memory ext4 rw 0 0\n")  # over the tmpfs
    only(given.but(), "is on a disk (ext4)")
    strange = place / "a place"
    strange.mkdir(mode=0o700)
    (proc / "mounts").write_text(f"{mounts}tmpfs {place}/a\\040place tmpfs rw 0 0\n")
    assert given.but(memory=strange) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_this_machines_memory_is_found():
    assert folders._mounted(Path("/dev/shm/there-is-no-such"))[0] == "tmpfs"
    assert folders._mounted(Path("/"))[0] not in folders.IN_MEMORY


@only_sqlite
def test_where_nobody_can_tell_it_is_not_offered(given: Given, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    only(given.but(), "darwin", "Run Alongside on Linux")


@pytest.fixture
def swapping(given: Given, proc: Path) -> Given:
    with (proc / "swaps").open("a") as file:
        file.write("/dev/vdb partition 1000 0 -2\n")
    return given


@only_sqlite
def test_memory_must_not_be_swapped_to_a_disk(swapping: Given):
    only(swapping.but(), "swapoff -a", "MemorySwapMax=0", 'swap = "encrypted"')


@only_sqlite
def test_encrypted_swap_will_do(swapping: Given):
    assert swapping.but(swap="encrypted") == []


@only_sqlite
def test_compressed_memory_is_memory(given: Given, proc: Path):
    with (proc / "swaps").open("a") as file:
        file.write("/dev/zram0 partition 1000 0 -2\n")
    assert given.but() == []


@only_sqlite
@pytest.mark.parametrize(
    ("group", "limit", "holds"), [("alongside.service", "0", True), ("", "0", True), ("", "max", False)]
)
def test_a_control_group_without_swap_will_do(swapping: Given, place: Path, group: str, limit: str, holds: bool):
    folder = place / "cgroups/system.slice" / group
    folder.mkdir(parents=True)
    (folder / "memory.swap.max").write_text(f"{limit}\n")
    assert (swapping.but() == []) is holds


@only_sqlite
def test_locked_memory_will_do_if_the_folder_is_locked_too(swapping: Given, proc: Path):
    (proc / "self/status").write_text("VmRSS:\t  5000 kB\nVmLck:\t  9000 kB\n")
    only(swapping.but(), "swapoff -a")
    mounts = (proc / "mounts").read_text()
    (proc / "mounts").write_text(mounts.replace("tmpfs rw", "tmpfs rw,noswap"))
    assert swapping.but() == []
    (proc / "self/status").write_text("VmRSS:\t  5000 kB\nVmLck:\t  100 kB\n")
    only(swapping.but(), "swapoff -a")


@only_sqlite
def test_no_sentence_repeats_a_secret(given: Given, place: Path):
    secret = b"not to be repeated"
    found = given.but(pepper=secret, outer_key=secret, pepper_file=place / "nothing", memory=place / "elsewhere")
    assert len(found) >= 4
    assert secret.decode() not in "".join(found)
    assert secret.decode() not in repr(folders.Secret("pepper", secret, None))
