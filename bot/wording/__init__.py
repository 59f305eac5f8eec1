"""The organisation's own words, changed in the console: every process says them within seconds."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from flows.words import Words
from storage.database import Database
from storage.words import own_words, words_version

if TYPE_CHECKING:
    from bot.config import Config

log = logging.getLogger(__name__)


@dataclass
class OwnWords:
    """The words of a process, kept as the database has them; what no longer fits is left out, and ours is said."""

    words: Words
    _version: int = 0

    def look(self, connection: Connection) -> None:
        """Read them again if any has changed."""
        version = words_version(connection)
        if version == self._version:
            return
        said = [(own.language, own.key, own.said) for own in own_words(connection) if own.said is not None]
        if left_out := self.words.say_instead(said):
            log.error("own words no longer fit, see the console", extra={"count": len(left_out)})
        self._version = version


def words_in_use(config: Config) -> Words:
    """What a service with this configuration says; without the console's changes where the database can't be read.

    Raises:
        WordsMistake: The organisation's files need a correction.
    """
    words = Words.load(config.organisation.words)
    database = Database(config.database.url)
    try:
        if database.is_there:
            with contextlib.suppress(SQLAlchemyError), database.reading() as connection:
                OwnWords(words).look(connection)
    finally:
        database.close()
    return words
