"""The crash proof: many conversations at once, the process killed at any moment, nothing lost and nothing said twice.

The real process (`python -m bot run`) talks over loopback with stand-ins for both providers. Half of the people text:
their messages are posted until the bot has answered 2xx, some of them twice though it had. The others write on
Telegram, which is polled; some updates come again though they were confirmed. Meanwhile SIGKILL, again and again.

In the end every reply at the providers and every row in the database is compared with what a bot that never died
would have said and kept. Only a send that was cut off at the provider by a kill may differ, by its lane's rule: on
SMS it is looked up and never said twice, on Telegram it is said once more at the most. These are counted.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import NullPool, create_engine, make_url, select

from storage.desk import OUTBOX
from tests.prove.books import Books
from tests.prove.faults import Faults
from tests.prove.people import People
from tests.prove.process import PUBLIC_URL, RealBot, free_port, house_of, write_config
from tests.prove.providers import SlowTelegram, SlowTwilio
from tests.prove.script import play_scripts


@dataclass(frozen=True)
class Plan:
    """One run.

    Attributes:
        lives: How long the process lives after it is well, before each kill, in seconds; negative: so many seconds
            after its start instead, well or not.
        processes: How many share the database; more than one on PostgreSQL only. They are killed in turn.
        cuts: Which of these kills only cut the process's lines to PostgreSQL: it lives on and has to notice.
        per_second: SMS parts, and Telegram messages, that the bot may send in a second.
        calm_seconds: How long everything may take to settle after the last kill.
    """

    seed: int
    people: int
    lives: tuple[float, ...]
    processes: int = 1
    cuts: frozenset[int] = frozenset()
    per_second: float = 80.0
    calm_seconds: float = 120.0

    @property
    def kills(self) -> int:
        """How many SIGKILLs that is."""
        return len(self.lives) - len(self.cuts)


def random_lives(seed: int, kills: int) -> tuple[float, ...]:
    """Short lives, some that end while starting, and some long enough to look up what was cut off before."""
    dice = random.Random(seed)
    kinds = ((0.0, 2.5), (0.0, 1.0), (-2.0, -0.1))
    lives = [dice.uniform(*dice.choice(kinds)) for _ in range(kills)]
    for at in range(4, kills, 5):
        lives[at] = dice.uniform(11, 14)
    return tuple(lives)


class Crash:
    """One run from the first message to the last check.

    Args:
        plan: What to do.
        database_url: A database with today's tables.
        folder: Where the configurations and logs go.
    """

    def __init__(self, plan: Plan, database_url: str, folder: Path) -> None:
        self.plan = plan
        self.counts: Counter[str] = Counter()
        self._url, self._folder = database_url, folder
        self._engine = create_engine(database_url, poolclass=NullPool)
        self.twilio = SlowTwilio(public_url=PUBLIC_URL, webhook_path="/sms/sms", segments_per_second=1000, reports=True)
        self.twilio.dice = random.Random(plan.seed + 1)
        self.telegram = SlowTelegram(random.Random(plan.seed + 2))

    async def run(self) -> Books:
        """Everything; the books that come back hold every fault that was found."""
        with self.telegram:
            async with self.twilio:
                bots = [self._bot(number) for number in range(self.plan.processes)]
                scripts = await play_scripts(house_of(bots[0].config))
                self.faults = Faults(self.plan, bots, self._engine, self.counts)
                self.people = People(self.plan, scripts, bots, self.twilio, self.telegram, self.counts)
                try:
                    return await self._from_first_to_last(bots)
                finally:
                    for bot in bots:
                        if bot.is_running:
                            bot.kill()

    async def _from_first_to_last(self, bots: list[RealBot]) -> Books:
        for bot in bots:
            bot.start()
        talking = self.people.begin(lambda: self.faults.so_far)
        await self.faults.happen()
        self.counts["people still talking at the last kill"] = sum(not each.done() for each in talking)
        async with asyncio.timeout(self.plan.calm_seconds):
            await asyncio.gather(*talking)
            await self.people.no_more_again()
            await self._until_settled()
        before = self._books()
        await self.people.get_a_lot_again()
        after = self._books()
        if before.rows != after.rows:
            after.faults.append("what was delivered again changed something")
        return after

    def _bot(self, number: int) -> RealBot:
        port, url = free_port(), make_url(self._url)
        if self.plan.processes > 1:
            url = url.update_query_dict({"application_name": f"alongside-{number}"})
        config = write_config(
            self._folder / f"config-{number}.toml",
            port,
            "sqlite:///of-no-use.sqlite3",
            twilio=f'account_sid = "{self.twilio.account_sid}"\nsends_as = "{self.twilio.numbers[0]}"\n'
            f'api_url = "{self.twilio.url}"\nparts_per_second = {self.plan.per_second}',
            telegram=f'api_url = "{self.telegram.url}"\nmessages_per_second = {self.plan.per_second}\n'
            "seconds_per_chat = 0.05",
        )
        settings = {
            "ALONGSIDE_SMS__AUTH_TOKEN": self.twilio.auth_token,
            "ALONGSIDE_TELEGRAM__TOKEN": self.telegram.token,
            "ALONGSIDE_DATABASE__URL": url.render_as_string(hide_password=False),
        }
        return RealBot(config, port, settings, self._folder / f"log-{number}.txt", name=f"alongside-{number}")

    async def _until_settled(self) -> None:
        under_way = select(OUTBOX.c.id).where(OUTBOX.c.state.in_(("queued", "sending"))).limit(1)
        while True:
            with self._engine.connect() as connection:
                if connection.execute(under_way).first() is None and not self.telegram.state.waiting:
                    return
            await asyncio.sleep(0.1)

    def _books(self) -> Books:
        with self._engine.connect() as connection:
            return Books.read(connection, self)
