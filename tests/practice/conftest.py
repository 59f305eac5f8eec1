"""The same world as in the bot's own tests."""

from tests.bot.conftest import world

__all__ = ["world"]
