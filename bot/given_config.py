"""What a command was given to work with, the configuration and its database; or what is wrong with it and the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from bot.config import Config, Secrets
    from storage.database import Database

FROM_THE_ENVIRONMENT = "ALONGSIDE_CONFIG"
ConfigFile = Annotated[
    Path, typer.Option("--config", "-c", help="The configuration file.", envvar=FROM_THE_ENVIRONMENT)
]
CONFIG = Path("config.toml")


def read_given(path: Path) -> tuple[Config, Secrets]:
    """The configuration, or every fault of it and the end."""
    from bot.config import ConfigMistakes, read_config, read_secrets

    try:
        config = read_config(path)
    except ConfigMistakes as mistakes:
        for problem in mistakes.problems:
            typer.echo(problem, err=True)
        raise typer.Exit(2) from None
    return config, read_secrets(config)


@contextmanager
def open_given(config: Config) -> Iterator[Database]:
    """The database of a configuration, up to date: SQLite is made so, PostgreSQL must be.

    What is wrong with it is told in one sentence, and is the end.
    """
    from sqlalchemy.exc import DBAPIError, OperationalError

    from storage.database import Database, DatabaseBehind

    database = Database(config.database.url)
    try:
        try:
            database.migrate() if database.is_sqlite else database.require_up_to_date()
        except DBAPIError:
            _end(cannot_open(config))
        yield database
    except DatabaseBehind as behind:
        _end(str(behind))
    except OperationalError:
        _end(cannot_open(config))
    finally:
        _close(database)


def cannot_open(config: Config) -> str:
    """What to say when the database does not answer; never its password."""
    from sqlalchemy import make_url

    url = make_url(config.database.url)
    if url.get_backend_name() == "sqlite":
        return (
            f"database.url: the file {url.database} can't be opened. Is its folder there, and may you write to it? "
            "Run this as the user that the service runs as."
        )
    where = f"{url.host or 'this machine'}, database {url.database}"
    return f"database.url: PostgreSQL does not answer ({where}). Is it running, and are name and password right?"


def _close(database: Database) -> None:
    from sqlalchemy.exc import DBAPIError

    with suppress(DBAPIError):  # what is wrong has been told
        database.close()


def _end(said: str) -> NoReturn:
    typer.echo(said, err=True)
    raise typer.Exit(1) from None
