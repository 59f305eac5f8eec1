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
import contextlib
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import NullPool, create_engine, make_url, select, text

from storage.desk import OUTBOX
from tests.prove.books import Books
from tests.prove.process import PUBLIC_URL, RealBot, free_port, house_of, write_config
from tests.prove.providers import SlowTelegram, SlowTwilio
from tests.prove.script import Script, play_scripts, unique_words

NUMBERS_FROM = 447_700_900_001
PATIENCE_SECONDS = 30.0  # then a person writes on without the reply
LOOK_SECONDS = 0.03
NOTICED_WITHIN_SECONDS = 5.0


@dataclass(frozen=True)
class Plan:
    """One run.

    Attributes:
        lives: How long the process lives after it is well, before each kill, in seconds; negative: so many seconds
            after its start instead, well or not.
        cuts: Which of these kills only cut the process's lines to PostgreSQL: it lives on and has to notice.
        processes: How many processes share the database; more than one on PostgreSQL only. They are killed in turn.
        per_second: SMS parts, and Telegram messages, that the bot may send in a second.
    """

    seed: int
    people: int
    lives: tuple[float, ...]
    processes: int = 1
    cuts: frozenset[int] = frozenset()
    per_second: float = 80.0
    calm_seconds: float = 120.0


def random_lives(seed: int, kills: int) -> tuple[float, ...]:
    """Short lives, some that end while starting, and some long enough to look up what was cut off before."""
    dice = random.Random(seed)
    lives = [
        dice.choice((dice.uniform(0.0, 2.5), dice.uniform(0.0, 1.0), dice.uniform(-2.0, -0.1))) for _ in range(kills)
    ]
    for at in range(4, kills, 5):
        lives[at] = dice.uniform(11, 14)
    return tuple(lives)


@dataclass
class Somebody:
    """A person in the run: what they are going to say, and what the provider knows of it."""

    channel: str
    address: str
    script: Script
    sent: list[str] = field(default_factory=list)  # the providers' ids of their messages, in order
    in_a_hurry: bool = False  # writes the answers about joining without waiting for the questions


class Crash:
    """One run from the first message to the last check.

    Args:
        plan: What to do.
        database_url: A database with today's tables.
        folder: Where the configurations and logs go.
    """

    def __init__(self, plan: Plan, database_url: str, folder: Path) -> None:
        self.plan = plan
        self.dice = random.Random(plan.seed)
        self.counts: Counter[str] = Counter()
        self.takeover_seconds: list[float] = []
        self._url, self._folder = database_url, folder
        self._engine = create_engine(database_url, poolclass=NullPool)
        self.twilio = SlowTwilio(public_url=PUBLIC_URL, webhook_path="/sms/sms", segments_per_second=1000, reports=True)
        self.twilio.dice = random.Random(plan.seed + 1)
        self.telegram = SlowTelegram(random.Random(plan.seed + 2))
        self.people: list[Somebody] = []
        self.bots: list[RealBot] = []
        self.seen_sending: Counter[int] = Counter()
        self.faults_so_far = 0
        self._being_posted: set[asyncio.Task[None]] = set()

    async def run(self) -> Books:
        """Everything; the books are closed and can be checked."""
        with self.telegram:
            async with self.twilio:
                self.bots = [self._bot(number) for number in range(self.plan.processes)]
                self.people = self._everybody(await play_scripts(house_of(self.bots[0].config)))
                try:
                    books = await self._between_first_and_last()
                finally:
                    for bot in self.bots:
                        if bot.is_running:
                            bot.kill()
        self._engine.dispose()
        return books

    async def _between_first_and_last(self) -> Books:
        for bot in self.bots:
            bot.start()
        lives = [asyncio.create_task(self._live(each)) for each in self.people]
        again = asyncio.create_task(self._deliver_again_now_and_then())
        await self._kill_again_and_again()
        self.counts["still talking at the last kill"] = sum(not each.done() for each in lives)
        async with asyncio.timeout(self.plan.calm_seconds):
            await asyncio.gather(*lives)
            again.cancel()
            await asyncio.gather(*self._being_posted)
            await self._until_settled()
        before = self._books()
        await self._deliver_a_lot_again()
        after = self._books()
        assert before.rows == after.rows, "what was delivered again changed something"
        return after

    # -- people ----------------------------------------------------------------------------------------

    def _everybody(self, scripts: dict[tuple[str, int], Script]) -> list[Somebody]:
        people = []
        for number, (name, words) in zip(range(self.plan.people), unique_words(), strict=False):
            channel = ("sms", "telegram")[number % 2]
            address = str(NUMBERS_FROM + number)
            script = scripts[channel, self.dice.randint(1, 5)].spoken_by(name, words, f"{name} says goodbye for today")
            somebody = Somebody(channel, f"+{address}" if channel == "sms" else address, script)
            somebody.in_a_hurry = self.dice.random() < 0.25
            people.append(somebody)
        return people

    async def _live(self, somebody: Somebody) -> None:
        """Say everything; with each message wait for the reply to the one before, as people do."""
        await asyncio.sleep(self.dice.uniform(0, 1))
        script, until_kill = somebody.script, self.dice.uniform(0.7, 1.05) * len(self.plan.lives)
        for number, words in enumerate(script.says):
            # Spread over the run, so that there is somebody to talk to at every kill, on any machine.
            while self.faults_so_far < min(len(self.plan.lives), int(until_kill * number / len(script.says))):
                await asyncio.sleep(LOOK_SECONDS * self.dice.uniform(1, 3))
            if not (somebody.in_a_hurry and 1 < number < 5):
                await self._hears(somebody, number)
                await asyncio.sleep(self.dice.uniform(0, 0.3))
            if somebody.channel == "sms":
                await self._texts(somebody, words)
            else:
                self._writes(somebody, words, script.taps[number])
            self.counts["messages"] += 1
        await self._hears(somebody, len(script.says))

    async def _hears(self, somebody: Somebody, replies: int) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while self._heard(somebody) < replies:
            if time.monotonic() > until:
                self.counts["went on without the reply"] += 1
                return
            await asyncio.sleep(LOOK_SECONDS * self.dice.uniform(1, 3))

    def _heard(self, somebody: Somebody) -> int:
        if somebody.channel == "sms":
            return sum(each.direction != "inbound" for each in self.twilio.sent_to(somebody.address))
        return len(self.telegram.sent_to(int(somebody.address)))

    async def _texts(self, somebody: Somebody, words: str) -> None:
        number = self.twilio.numbers[0]
        sid = self.twilio.keep(somebody.address, number, words, sender=number, direction="inbound").sid
        somebody.sent.append(sid)
        if self.dice.random() < 0.1:  # two deliveries of one message at the same moment
            self._deliver_once_more(somebody, words, sid)
        while await self._post(somebody, words, sid) != 200:
            self.counts["webhooks that were not answered, and came again"] += 1
            await asyncio.sleep(self.dice.uniform(0.2, 0.8))

    async def _post(self, somebody: Somebody, words: str, sid: str) -> int | None:
        self.twilio.bot_url = self.dice.choice(self.bots).url
        return (await self.twilio.text(somebody.address, words, sid=sid)).status

    def _deliver_once_more(self, somebody: Somebody, words: str, sid: str) -> None:
        async def post() -> None:
            status = await self._post(somebody, words, sid)
            assert status in (200, 503, None), f"a webhook that came again was answered {status}"
            self.counts["webhooks that came again though answered"] += 1

        task = asyncio.create_task(post())
        self._being_posted.add(task)
        task.add_done_callback(self._being_posted.discard)

    def _writes(self, somebody: Somebody, words: str, tap: str | None) -> None:
        chat = int(somebody.address)
        update_id = self.telegram.state.next_update_id
        with_it = [each for each in self.telegram.sent_to(chat) if tap in each.buttons]
        if tap is not None and with_it:
            self.telegram.tap(chat, with_it[-1], tap)
        else:
            self.telegram.text(chat, words)
        somebody.sent.append(str(update_id))

    # -- delivering again ------------------------------------------------------------------------------

    async def _deliver_again_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(self.dice.uniform(0.05, 0.3))
            self._deliver_one_again()

    def _deliver_one_again(self) -> None:
        somebody = self.dice.choice(self.people)
        if len(somebody.sent) < 2:
            return
        number = self.dice.randrange(len(somebody.sent) - 1)  # not the one that is perhaps on its way
        if somebody.channel == "sms":
            self._deliver_once_more(somebody, somebody.script.says[number], somebody.sent[number])
        else:
            self.telegram.deliver_again(int(somebody.sent[number]))
            self.counts["updates that came again though confirmed"] += 1

    async def _deliver_a_lot_again(self) -> None:
        for _ in range(60):
            self._deliver_one_again()
        await asyncio.gather(*self._being_posted)
        while self.telegram.state.waiting:
            await asyncio.sleep(LOOK_SECONDS)
        await asyncio.sleep(1)

    # -- killing ---------------------------------------------------------------------------------------

    async def _kill_again_and_again(self) -> None:
        for number, life in enumerate(self.plan.lives):
            bot = self.bots[number % len(self.bots)]
            if life >= 0:
                await self._until_well(bot)
            await asyncio.sleep(abs(life))
            if number in self.plan.cuts:
                await self._cut_its_lines(bot)
            else:
                await self._kill(bot, busy=life >= 0 and number % 2 == 0)
                bot.start()
            self.faults_so_far = number + 1
        for bot in self.bots:
            await self._until_well(bot)

    async def _kill(self, bot: RealBot, busy: bool) -> None:
        """Kill it; `busy`: while nothing could be committed for a moment, so that much is half done."""
        held = self._senders_held_by(bot)
        if busy:
            with self._nobody_can_commit():
                await asyncio.sleep(self.dice.uniform(0.1, 0.4))
                bot.kill()
            self.counts["of these while the database was busy"] += 1
        else:
            bot.kill()
        self.counts["kills"] += 1
        died = time.monotonic()
        if len(self.bots) > 1:
            await self._until_gone(bot)
        self.seen_sending.update(self._sending(held).keys())
        if held and len(self.bots) > 1:
            await self._until_taken_over(held, bot)
            self.takeover_seconds.append(time.monotonic() - died)

    @contextlib.contextmanager
    def _nobody_can_commit(self) -> Iterator[None]:
        """Another program has the database to itself, as a backup or a long report may."""
        lock = "BEGIN IMMEDIATE" if self._engine.dialect.name == "sqlite" else "LOCK TABLE message, outbox"
        with self._engine.connect() as connection:
            connection.exec_driver_sql(lock)
            yield
            connection.rollback()

    async def _cut_its_lines(self, bot: RealBot) -> None:
        """Its leases are gone, and it may go on for a moment until it notices."""
        held = self._senders_held_by(bot)
        perhaps_said_again = set(self._sending(held))
        query = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :name")
        with self._engine.connect() as connection:
            connection.execute(query, {"name": self._name(bot)})
        self.counts["times that a process lost its lines to the database"] += 1
        until = time.monotonic() + NOTICED_WITHIN_SECONDS
        while time.monotonic() < until:
            perhaps_said_again |= self._sending(held).keys()
            await asyncio.sleep(0.02)
        self.seen_sending.update(perhaps_said_again)

    def _sending(self, senders: Sequence[str]) -> dict[int, str]:
        """The rows that are under way just now, by id, of these senders."""
        query = select(OUTBOX.c.id, OUTBOX.c.sender).where(OUTBOX.c.state == "sending", OUTBOX.c.sender.in_(senders))
        with self._engine.connect() as connection:
            return {row.id: row.sender for row in connection.execute(query)}

    def _senders_held_by(self, bot: RealBot) -> list[str]:
        if len(self.bots) == 1:
            return ["sms", "telegram"]
        return [each for each in ("sms", "telegram") if self._holder(f"send {each}") == self._name(bot)]

    def _holder(self, lease: str) -> str | None:
        """Which process has a lease: on PostgreSQL, where each names itself by its connections."""
        import zlib

        query = text(
            "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
            "WHERE l.locktype = 'advisory' AND l.objid::bigint = :key AND l.granted "
            "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        with self._engine.connect() as connection:
            found: str | None = connection.execute(query, {"key": zlib.crc32(f"alongside {lease}".encode())}).scalar()
        return found

    async def _until_gone(self, bot: RealBot) -> None:
        """Until PostgreSQL has noticed its death: what had been handed over may still be committed till then."""
        query = text("SELECT count(*) FROM pg_stat_activity WHERE application_name = :name")
        while True:
            with self._engine.connect() as connection:
                if not connection.execute(query, {"name": self._name(bot)}).scalar():
                    return
            await asyncio.sleep(0.005)

    async def _until_taken_over(self, senders: Sequence[str], dead: RealBot) -> None:
        async with asyncio.timeout(30):
            for sender in senders:
                while self._holder(f"send {sender}") in (None, self._name(dead)):
                    await asyncio.sleep(0.05)

    async def _until_well(self, bot: RealBot) -> None:
        async with asyncio.timeout(60):
            while not await asyncio.to_thread(bot.is_well):
                await asyncio.sleep(0.02)

    # -- the processes and their database --------------------------------------------------------------

    def _bot(self, number: int) -> RealBot:
        port = free_port()
        url = make_url(self._url)
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
        return RealBot(config, port, settings, self._folder / f"log-{number}.txt")

    def _name(self, bot: RealBot) -> str:
        return f"alongside-{self.bots.index(bot)}"

    async def _until_settled(self) -> None:
        query = select(OUTBOX.c.id).where(OUTBOX.c.state.in_(("queued", "sending"))).limit(1)
        while True:
            with self._engine.connect() as connection:
                if connection.execute(query).first() is None and not self.telegram.state.waiting:
                    return
            await asyncio.sleep(0.1)

    def _books(self) -> Books:
        with self._engine.connect() as connection:
            return Books.read(connection, self)
