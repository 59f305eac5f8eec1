"""The people of a fault run, all talking at once; and providers that deliver what they have delivered before."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.prove.process import RealBot
from tests.prove.providers import SlowTelegram, SlowTwilio
from tests.prove.script import Script, unique_words

if TYPE_CHECKING:
    from tests.prove.crash import Plan

NUMBERS_FROM = 447_700_900_001
PATIENCE_SECONDS = 30.0  # then a person writes on without the reply
LOOK_SECONDS = 0.03


@dataclass
class Somebody:
    """A person in the run: what they are going to say, and what the provider knows of it.

    Attributes:
        sent: The providers' ids of their messages, in order.
        in_a_hurry: They write the answers about joining without waiting for the questions.
    """

    channel: str
    address: str
    script: Script
    sent: list[str] = field(default_factory=list)
    in_a_hurry: bool = False


class People:
    """Everybody, half of them on each channel."""

    def __init__(
        self,
        plan: Plan,
        scripts: dict[tuple[str, int], Script],
        bots: Sequence[RealBot],
        twilio: SlowTwilio,
        telegram: SlowTelegram,
        counts: Counter[str],
    ) -> None:
        self._plan, self._bots, self._twilio, self._telegram = plan, bots, twilio, telegram
        self._counts, self._dice = counts, random.Random(plan.seed)
        self.all = [
            self._somebody(number, scripts, *words)
            for number, words in zip(range(plan.people), unique_words(), strict=False)
        ]
        self._being_posted: set[asyncio.Task[None]] = set()

    def _somebody(self, number: int, scripts: dict[tuple[str, int], Script], name: str, words: str) -> Somebody:
        channel = ("sms", "telegram")[number % 2]
        address = f"+{NUMBERS_FROM + number}" if channel == "sms" else str(NUMBERS_FROM + number)
        script = scripts[channel, self._dice.randint(1, 5)].spoken_by(name, words, f"{name} says goodbye for today")
        return Somebody(channel, address, script, in_a_hurry=self._dice.random() < 0.25)

    def begin(self, faults_so_far: Callable[[], int]) -> list[asyncio.Task[None]]:
        """Let everybody begin to talk; each task ends when its person has said and heard everything."""
        self._faults_so_far = faults_so_far
        self._again = asyncio.create_task(self._get_some_again())
        return [asyncio.create_task(self._live(each)) for each in self.all]

    # -- talking ---------------------------------------------------------------------------------------

    async def _live(self, somebody: Somebody) -> None:
        """Say everything; with each message wait for the reply to the one before, as people do."""
        says = somebody.script.says
        faults = len(self._plan.lives)
        at_a_time = self._dice.uniform(0.8, 1.12) * faults / len(says)
        await asyncio.sleep(self._dice.uniform(0, 1))
        for number, words in enumerate(says):
            # Spread over the run, so that there is somebody to talk to at every kill, on any machine.
            while self._faults_so_far() < min(faults, int(at_a_time * number)):
                await asyncio.sleep(self._dice.uniform(1, 3) * LOOK_SECONDS)
            if not (somebody.in_a_hurry and 1 < number < 5):
                await self._hears(somebody, number)
                await asyncio.sleep(self._dice.uniform(0, 0.3))
            if somebody.channel == "sms":
                await self._texts(somebody, words)
            else:
                self._writes(somebody, words, somebody.script.taps[number])
            self._counts["messages"] += 1
        await self._hears(somebody, len(says))

    async def _hears(self, somebody: Somebody, replies: int) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while self._heard(somebody) < replies:
            if time.monotonic() > until:
                self._counts["messages written before the reply to the one before"] += 1
                return
            await asyncio.sleep(self._dice.uniform(1, 3) * LOOK_SECONDS)

    def _heard(self, somebody: Somebody) -> int:
        if somebody.channel == "sms":
            return len(self._twilio.sent_to(somebody.address))
        return len(self._telegram.sent_to(int(somebody.address)))

    async def _texts(self, somebody: Somebody, words: str) -> None:
        number = self._twilio.numbers[0]
        sid = self._twilio.keep(somebody.address, number, words, sender=number, direction="inbound").sid
        somebody.sent.append(sid)
        if self._dice.random() < 0.1:  # two deliveries of one message at the same moment
            self._post_once_more(somebody, words, sid)
        while await self._post(somebody, words, sid) != 200:
            self._counts["webhooks that were not answered, and came again"] += 1
            await asyncio.sleep(self._dice.uniform(0.2, 0.8))

    def _writes(self, somebody: Somebody, words: str, tap: str | None) -> None:
        chat, update_id = int(somebody.address), self._telegram.state.next_update_id
        with_it = [each for each in self._telegram.sent_to(chat) if tap in each.buttons]
        if tap is not None and with_it:
            self._telegram.tap(chat, with_it[-1], tap)
        else:
            self._telegram.text(chat, words)
        somebody.sent.append(str(update_id))

    async def _post(self, somebody: Somebody, words: str, sid: str) -> int | None:
        self._twilio.bot_url = self._dice.choice(self._bots).url
        return (await self._twilio.text(somebody.address, words, sid=sid)).status

    # -- again -----------------------------------------------------------------------------------------

    async def _get_some_again(self) -> None:
        while True:
            await asyncio.sleep(self._dice.uniform(0.05, 0.3))
            self._get_one_again()

    async def no_more_again(self) -> None:
        """From now on everything is delivered once."""
        self._again.cancel()
        await asyncio.gather(*self._being_posted)

    async def get_a_lot_again(self) -> None:
        """Deliver many old messages once more, and wait until they are taken in."""
        for _ in range(60):
            self._get_one_again()
        await asyncio.gather(*self._being_posted)
        while self._telegram.state.waiting:
            await asyncio.sleep(LOOK_SECONDS)
        await asyncio.sleep(1)

    def _get_one_again(self) -> None:
        somebody = self._dice.choice(self.all)
        if len(somebody.sent) < 2:
            return
        number = self._dice.randrange(len(somebody.sent) - 1)  # not the one that is perhaps on its way
        if somebody.channel == "sms":
            self._post_once_more(somebody, somebody.script.says[number], somebody.sent[number])
        else:
            self._telegram.deliver_again(int(somebody.sent[number]))
            self._counts["updates that came again though confirmed"] += 1

    def _post_once_more(self, somebody: Somebody, words: str, sid: str) -> None:
        async def post() -> None:
            status = await self._post(somebody, words, sid)
            assert status in (200, 503, None), f"a webhook that came again was answered {status}"
            self._counts["webhooks that came again though answered"] += status == 200

        task = asyncio.create_task(post())
        self._being_posted.add(task)
        task.add_done_callback(self._being_posted.discard)
