"""A broadcast through the real process, killed in the middle: everybody exactly once, or shown as unknown.

It is confirmed and queued by a second process's hand, as at the command line, while the service queues it too; and
somebody clicks again after every kill.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.broadcasts import keeping
from bot.broadcasts.audience import Audience
from bot.broadcasts.going import queue_all
from bot.broadcasts.keeping import Plan, found
from bot.broadcasts.progress import Progress, progress_of
from bot.broadcasts.spending import Spending
from bot.broadcasts.wording import Form, Office, Wording
from bot.clock import real_clock
from bot.house import House
from bot.projects.keeping import NotDone
from flows.words import Words
from storage.broadcasts import everybody_in
from storage.database import Database
from storage.desk import Desk
from tests.prove.process import PUBLIC_URL, RealBot, free_port, write_config
from tests.prove.providers import SlowTwilio
from tests.standins.twilio import Twilio

WORDS = Wording({"en": Form("Tea on Sunday at 3, {name}. Come if you like.")})
MAY_HAVE_ARRIVED = {"sent": (1,), "unknown": (0, 1)}
UNLIMITED = House(spending=Spending(confirm_above=1_000_000))


def number_of(n: int) -> str:
    """Somebody's number: among those that nobody has, and too long to be anybody's."""
    return f"+447700900{n:05}"


def come(database: Database, people: int, now: datetime) -> None:
    """So many people who have joined, and have no quiet hours, so that the time of day is no matter."""
    with database.writing() as connection:
        desk = Desk(connection, now)
        for n in range(people):
            person = desk.add_person(called=f"N{n}", joined_at=now, safe_to_text=True)
            desk.change(person, quiet_from_minute=0, quiet_until_minute=0)
            desk.add_address("sms", "sms", number_of(n), person)
        desk.put_away()


def written(database: Database, office: Office) -> int:
    """A draft to everybody; its number."""
    with database.writing() as connection:
        return keeping.write(connection, WORDS, Audience(), "Bo", office, real_clock(), Plan())


def confirmed(database: Database, number: int, office: Office) -> None:
    """Confirm it, and queue it as the command line does."""
    with database.writing() as connection:
        keeping.confirm(connection, number, "Bo", office, real_clock())
    queue_all(database.writing, office, real_clock)


def the_bot(folder: Path, url: str, twilio: Twilio, per_second: float) -> RealBot:
    """The real program with this Twilio."""
    port = free_port()
    config = write_config(
        folder / "config.toml",
        port,
        "sqlite:///of-no-use.sqlite3",
        twilio=f'account_sid = "{twilio.account_sid}"\nsends_as = "{twilio.numbers[0]}"\n'
        f'api_url = "{twilio.url}"\nparts_per_second = {per_second}',
    )
    settings = {"ALONGSIDE_SMS__AUTH_TOKEN": twilio.auth_token, "ALONGSIDE_DATABASE__URL": url}
    return RealBot(config, port, settings, folder / "log.txt")


@dataclass
class BroadcastRun:
    """One run from the confirmation to the last check.

    Attributes:
        kills: How many SIGKILLs, spread over the run.
        counts: What happened, to be printed.
        faults: What must not have happened.
    """

    seed: int
    people: int
    kills: int
    url: str
    folder: Path
    per_second: float = 60.0
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    async def run(self) -> None:
        """Everything."""
        database, office = Database(self.url), Office(Words.load(), UNLIMITED)
        self._dice = random.Random(self.seed)
        come(database, self.people, real_clock())
        number = written(database, office)
        twilio = SlowTwilio(public_url=PUBLIC_URL, webhook_path="/sms/sms", segments_per_second=10_000)
        twilio.dice = random.Random(self.seed + 1)
        async with twilio:
            self._twilio, self._bot = twilio, the_bot(self.folder, self.url, twilio, self.per_second)
            try:
                await self._through(database, number, office)
            finally:
                if self._bot.is_running:
                    self._bot.kill()
            self._compare(database, number)
        database.close()

    async def _through(self, database: Database, number: int, office: Office) -> None:
        self._bot.start()
        await asyncio.to_thread(self._bot.wait_until_well)
        await asyncio.to_thread(confirmed, database, number, office)
        for kill in range(self.kills):
            await self._until_sent(self.people * (kill + self._dice.uniform(0.3, 0.9)) / (self.kills + 1))
            self._bot.kill()
            self.counts["kills"] += 1
            self._bot.start()
            self._click_again(database, number, office)
        async with asyncio.timeout(120 + self.people / self.per_second * 3):
            while not self._progress(database, number).is_over:
                await asyncio.sleep(0.2)
        self._click_again(database, number, office)
        await asyncio.sleep(1)

    async def _until_sent(self, wanted: float) -> None:
        async with asyncio.timeout(120):
            while len(self._twilio.accepted) < wanted:
                await asyncio.sleep(0.01)

    def _click_again(self, database: Database, number: int, office: Office) -> None:
        try:
            confirmed(database, number, office)
        except NotDone:
            self.counts["clicks that found it confirmed"] += 1
        else:
            self.faults.append("it was confirmed twice")

    def _progress(self, database: Database, number: int) -> Progress:
        with database.reading() as connection:
            return progress_of(connection, found(connection, number))

    def _compare(self, database: Database, number: int) -> None:
        """What Twilio has, person by person, against what coordinators are shown."""
        arrived = Counter(each.to for each in self._twilio.accepted)
        with database.reading() as connection:
            states = [each.state for each in everybody_in(connection, found(connection, number).id)]
        self.counts.update(states)
        self.counts["unknown, and had arrived"] = 0
        if len(states) != self.people:
            self.faults.append(f"{len(states)} people instead of {self.people}")
        for n, state in enumerate(states):  # both in the order in which they came
            copies = arrived.pop(number_of(n), 0)
            self.counts["unknown, and had arrived"] += copies == 1 and state == "unknown"
            if copies not in MAY_HAVE_ARRIVED.get(state, ()):
                self.faults.append(f"person {n}: {state}, and it arrived {copies} times")
        if arrived:
            self.faults.append(f"{sum(arrived.values())} messages to nobody of the broadcast")
