"""Two replies of the same words, one right after the other, of which the second is cut off."""

from __future__ import annotations

import asyncio

import pytest

from bot.channels.sms import SmsChannel, SmsSettings
from bot.clock import real_clock
from bot.outbox import Sender
from storage.database import Database
from storage.desk import Desk
from storage.outbox import is_quiet
from storage.store import Store
from storage.tables import Lane
from tests.standins.twilio import Twilio

ADA = "+447700900001"


@pytest.mark.parametrize("fault", ["cut-before-accepting", "timeout-after-accepting"])
async def test_the_second_is_not_taken_for_the_first(sqlite_database: Database, fault: str):
    async with Twilio() as twilio:
        settings = SmsSettings("sms", twilio.account_sid, twilio.auth_token, twilio.numbers[0], twilio.public_url)
        channel = SmsChannel(SmsSettings(**{**vars(settings), "api_url": twilio.url}))
        store = Store(sqlite_database, 1)
        sender = Sender(channel, store, real_clock, list_after_seconds=0.1)
        running = asyncio.create_task(sender.run())

        async def say(words: str) -> None:
            with sqlite_database.writing() as connection:
                desk = Desk(connection, real_clock())
                desk.fetch([ADA], [])
                address = desk.address("sms", ADA) or desk.add_address("sms", "sms", ADA, desk.add_person())
                values = {"person_id": None, "buttons": None, "conversation_id": None}
                desk.add_outgoing(address, lane=int(Lane.REPLY), text=words, **values)
                desk.put_away()
            sender.wake()
            async with asyncio.timeout(10):
                while not is_quiet(sqlite_database, real_clock()):
                    await asyncio.sleep(0.01)

        await say("What would you like?")
        twilio.fail_next(fault)
        await say("What would you like?")
        assert len(twilio.accepted) == 2
        await sender.stop()
        await channel.close()
        await running
        store.close()
