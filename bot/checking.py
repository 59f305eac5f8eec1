"""`alongside check`: what a configuration that can be read still has wrong with it."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

from bot.config import Config, Secrets
from bot.running import sms_channel, telegram_channel
from flows.words import Words, WordsMistake
from storage.database import Database, DatabaseBehind


async def problems(config: Config, secrets: Secrets) -> list[str]:
    """Every fault, one sentence each, saying what to do; tries the credentials and the database."""
    found = [*_words_problems(config), *_database_problems(config)]
    for channel in (sms_channel(config, secrets), telegram_channel(config, secrets)):
        if channel is not None:
            found += await channel.check()
            await channel.close()
    return found


def _words_problems(config: Config) -> list[str]:
    try:
        Words.load(config.organisation.words)
    except WordsMistake as mistake:
        return str(mistake).splitlines()
    return []


def _database_problems(config: Config) -> list[str]:
    database = Database(config.database.url)
    try:
        if not database.is_sqlite:
            database.require_up_to_date()
    except DatabaseBehind as behind:
        return [str(behind)]
    except SQLAlchemyError as fault:
        return [
            f"database.url: the database can't be opened ({type(fault).__name__}). Is it running, is the URL right?"
        ]
    finally:
        database.close()
    return []
