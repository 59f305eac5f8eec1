"""Who is in danger, and who hears of it."""

from __future__ import annotations

from datetime import timedelta

from bot.channels import Reason, Retry, SendFailed
from tests.bot.cast import Someone, volunteer
from tests.bot.watched import IN_DANGER, MONDAY_AT_TEN, Watched

NEVER = SendFailed(Reason.OPTED_OUT, retry=Retry.NEVER, closes_address=True)
AT_NIGHT = MONDAY_AT_TEN + timedelta(hours=12)


async def night(world: Watched) -> None:
    world.clock.forward(AT_NIGHT - world.clock())


async def in_danger(world: Watched, words: str = IN_DANGER, name: str = "Ada", channel: str = "sms") -> Someone:
    ada = await volunteer(world, name, channel)
    await ada.texts(words)
    return ada


async def news_of(world: Watched, name: str) -> Someone:
    someone = world.staff(name)
    await someone.looks()
    return someone


async def acknowledged(world: Watched, name: str = "Sam") -> Someone:
    someone = world.staff(name)
    await someone.texts(f"ACK {world.reference}")
    return someone
