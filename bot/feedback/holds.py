"""What must hold before FEEDBACK is offered: one kind sentence for each thing that does not, and what to do.

Whatever cannot be found out does not hold. Nothing here logs, and no sentence repeats a secret. The files and folders
are looked at in `bot.feedback.folders`.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import literal, make_url, select, table
from sqlalchemy.exc import SQLAlchemyError

from bot.feedback.folders import Secret, are_good_secrets, are_private, lies_well, what_may_reach_a_disk
from storage.database import BUSY_SECONDS, Database, DatabaseBehind
from storage.feedback.database import FeedbackDatabase
from storage.feedback.keys import NoSuchInbox, public_key

TALKATIVE = ("httpx", "httpcore", "twilio", "telegram", "sqlalchemy")
"""Libraries that log too much below WARNING: httpx the bot's token, Twilio's numbers, SQLAlchemy values."""
PATIENCE_MS = 2000  # with somebody who just reads the database: its log cannot be emptied meanwhile


def what_does_not_hold(
    main: Database,
    feedback: FeedbackDatabase,
    inbox: str,
    memory: Path,
    spool: Path,
    pepper_file: Path | None,
    outer_key_file: Path | None,
    pepper: bytes,
    outer_key: bytes,
    swap: str,
) -> list[str]:
    """Sentences that say what is wrong and what to do; empty when feedback may be offered. It blocks: use a thread.

    Args:
        main: The database of everything else.
        feedback: That of feedback.
        inbox: The inbox that feedback is sealed to.
        memory: Where sealed feedback lies until the full hour.
        spool: Where it waits until the release.
        pepper_file: Where the pepper was read from; None: from the environment.
        outer_key_file: The same of the outer key.
        pepper: At least 32 bytes.
        outer_key: At least 32 other bytes.
        swap: "encrypted" if the organisation says that its swap is; else "".
    """
    given = (Secret("pepper", pepper, pepper_file), Secret("outer_key", outer_key, outer_key_file))
    kept_in = [*_folder_of(main), *_folder_of(feedback), memory, spool]
    checks: tuple[tuple[str, Iterator[str]], ...] = (
        ("database.url", _forgets_and_hides("database.url", main)),
        ("feedback.url", _forgets_and_hides("feedback.url", feedback)),
        ("feedback.url", _is_kept_apart(main, feedback)),
        ("feedback.inbox", _has_an_inbox(feedback, inbox)),
        ("the logs", _logs_little()),
        ("feedback.pepper and feedback.outer_key", are_good_secrets(given)),
        *((f"feedback.{secret.name}_file", lies_well(secret, kept_in)) for secret in given),
        ("feedback.memory and feedback.spool", are_private(memory, spool)),
        ("feedback.memory", what_may_reach_a_disk(memory, swap)),
    )
    return [sentence for what, check in checks for sentence in _asked(what, check)]


def what_is_worth_a_look(main: Database, feedback: FeedbackDatabase) -> list[str]:
    """What does not stop feedback and still should be better; empty if nothing."""
    ours, theirs = make_url(main.url), make_url(feedback.url)
    if main.is_sqlite or feedback.is_sqlite or (ours.host, ours.port) != (theirs.host, theirs.port):
        return []
    if ours.username != theirs.username:
        return []
    return [
        "feedback.url: its role is the one that does everything else, so whoever gets hold of that reads both. Make "
        "one more role, which owns the schema “feedback” and nothing besides."
    ]


def _asked(what: str, check: Iterator[str]) -> list[str]:
    """What a check says. One that breaks is not passed; errors may quote values, so only their kind is told."""
    try:
        return list(check)
    except (SQLAlchemyError, OSError, ValueError) as fault:
        return [
            f"{what}: could not be looked at ({type(fault).__name__}). Is it there, and may the bot's user read it?"
        ]


# -- the databases --------------------------------------------------------------------------------------


def _forgets_and_hides(name: str, database: Database) -> Iterator[str]:
    if not _hides_values(database):
        yield (
            f"{name}: the database's errors show what people wrote. hide_parameters must be on and echo off, as "
            "Alongside sets them: undo what changes that."
        )
    if database.is_sqlite:
        yield from _forgets(name, database)


def _hides_values(database: Database) -> bool:
    """Provoke an error over a value, and see whether its text has the value."""
    value = secrets.token_hex(16)
    with database.engine.connect() as writing, database.reading() as reading:
        for connection in (writing, reading):
            try:
                connection.execute(select(literal(value)).select_from(table("there_is_no_such_table")))
            except SQLAlchemyError as error:
                if value in str(error) or value in repr(error) or connection.engine.echo:
                    return False
            connection.rollback()
    return True


def _forgets(name: str, database: Database) -> Iterator[str]:
    """SQLite: `secure_delete` is a setting of each connection; the write-ahead log keeps what was deleted."""
    with database.writing() as connection:
        wipes = connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
        version = connection.exec_driver_sql("PRAGMA user_version").scalar() or 0
        connection.exec_driver_sql(f"PRAGMA user_version = {int(version)}")  # so that the log is not empty by itself
    if not wipes:
        yield (
            f"{name}: what is deleted stays readable in the file, because secure_delete is off. Is this another SQLite "
            "than the one that Python brings? Use that one, or PostgreSQL."
        )
    if mode != "wal":
        yield f"{name}: SQLite keeps no write-ahead log there. Put the file on a disk of this machine."
    elif not _empties_its_log(database):
        yield (
            f"{name}: its write-ahead log cannot be emptied, so what was deleted stays in it. Has another program "
            "the file open, a backup perhaps, or another Alongside? Try again when it is done."
        )


def _empties_its_log(database: Database) -> bool:
    with database.engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {PATIENCE_MS}")
        try:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {1000 * BUSY_SECONDS}")
    log = Path(f"{_file_of(database)}-wal")
    return not log.exists() or log.stat().st_size == 0


def _is_kept_apart(main: Database, feedback: FeedbackDatabase) -> Iterator[str]:
    """Together, feedback would be in the same pages, transactions and backups as people."""
    ours, theirs = _file_of(main), _file_of(feedback)
    if ours is not None and theirs is not None and (ours == theirs or (theirs.exists() and ours.samefile(theirs))):
        yield "feedback.url: is the file that everything else is in. Give feedback a file of its own."
    if main.is_sqlite or feedback.is_sqlite:
        return
    with main.engine.connect() as connection:
        if connection.exec_driver_sql("SELECT current_schema()").scalar() == feedback.schema:
            yield (
                "database.url: everything else lies in the schema “feedback”. Give its role another search_path, and "
                "leave that schema to feedback."
            )


def _has_an_inbox(feedback: FeedbackDatabase, inbox: str) -> Iterator[str]:
    try:
        feedback.require_up_to_date()
        public_key(feedback, inbox)
    except DatabaseBehind as why:
        yield f"feedback.url: {why}"
    except NoSuchInbox as why:
        yield f"feedback.inbox: {why}"


def _file_of(database: Database) -> Path | None:
    file = make_url(database.url).database if database.is_sqlite else None
    return Path(file).resolve() if file else None


def _folder_of(database: Database) -> list[Path]:
    file = _file_of(database)
    return [file.parent] if file else []


# -- the logs -------------------------------------------------------------------------------------------


def _logs_little() -> Iterator[str]:
    known = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] in TALKATIVE]
    loud = sorted({name for name in (*TALKATIVE, *known) if logging.getLogger(name).isEnabledFor(logging.INFO)})
    if loud:
        yield (
            f"Logs: {', '.join(loud)} would write tokens, numbers or words into them. Let nothing set these, or the "
            "root logger, below WARNING."
        )
