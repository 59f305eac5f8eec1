"""The real program in a process of its own: started, asked if it is well, stopped and killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import httpx

from bot.config import Config
from bot.house import House
from bot.telling import staff_address
from storage.alert_tests import acknowledge_test, add_test
from storage.database import Database
from storage.desk import Desk

ROOT = Path(__file__).parents[2]
PUBLIC_URL = "https://texts.example.org"


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


def environment(**settings: str) -> dict[str, str]:
    """This process's environment, with these of Alongside's settings and none besides."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ALONGSIDE_")}
    return kept | settings


def alongside(*words: str, seconds: float = 60, **settings: str) -> subprocess.CompletedProcess[str]:
    """One command of the program, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=ROOT,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


@dataclass
class RealBot:
    """`python -m bot run` with a configuration, again and again.

    Attributes:
        config: The configuration file.
        port: Where it listens, as the configuration says.
        settings: What comes by the environment: the secrets.
        log: Everything that it ever printed goes there.
        name: What PostgreSQL knows its connections by.
    """

    config: Path
    port: int
    settings: dict[str, str]
    log: Path
    name: str = ""
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process's number."""
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether its process lives."""
        return self._process is not None and self._process.poll() is None

    def start(self, **more: str) -> None:
        """Start it; it needs a moment until it is well."""
        assert not self.is_running
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run", "--config", str(self.config)],
                cwd=ROOT,
                env=environment(**self.settings, **more),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def is_well(self) -> bool:
        """Whether it says so itself; an end by itself is an error here."""
        assert self.is_running, f"it ended by itself: {self.log.read_text()[-2000:]}"
        try:
            return httpx.get(f"{self.url}/healthz", timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    def wait_until_well(self, seconds: float = 60) -> None:
        """For tests that are not async."""
        until = time.monotonic() + seconds
        while not self.is_well():
            assert time.monotonic() < until, "it did not become well"
            time.sleep(0.01)

    def kill(self) -> None:
        """SIGKILL: nothing can be tidied up."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def terminate(self, seconds: float = 20) -> tuple[int, float]:
        """SIGTERM: its exit code, and how many seconds it took."""
        assert self._process is not None
        started = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(seconds), time.monotonic() - started

    def printed(self) -> str:
        """All that it has printed so far."""
        return self.log.read_text(errors="replace")


def house_of(config: Path) -> House:
    """What sentences mention of the organisation in a configuration."""
    return Config(**tomllib.loads(config.read_text())).house()


def everybody_has_acknowledged(database: Database, house: House, now: datetime) -> None:
    """Let everybody who can be told have acknowledged a test alert just now, so that the service starts."""
    with database.writing() as connection:
        desk = Desk(connection, now)
        for each in house.safeguarding.people:
            address = staff_address(desk, each.channel, each.address, each.name)
            assert acknowledge_test(connection, address.id, add_test(connection, address.id, now), now)
        desk.put_away()


NOBODY_WATCHES = 'mode = "signpost only"'


def person_table(name: str, number: str) -> str:
    """Somebody in the configuration who is told of alerts, by text."""
    return f'[[safeguarding.person]]\nname = "{name}"\nchannel = "sms"\naddress = "{number}"\n'


ON_CALL, DEPUTY = "+447700900201", "+447700900202"
SAM_WATCHES = f"""\
mode = "watched"
lead = "Sam"
deputy = "Bo"
manager = "Bo"
council_name = "Harbour Council"
council_number = "01632 960 001"
{person_table("Sam", ON_CALL)}{person_table("Bo", DEPUTY)}[[safeguarding.rota]]
name = "always"
who = "Sam"
days = "MO-SU"
from = "00:00"
until = "24:00"
bank_holidays = true
"""


def write_config(
    path: Path,
    port: int,
    database_url: str,
    twilio: str = "",
    telegram: str = "",
    safeguarding: str = NOBODY_WATCHES,
) -> Path:
    """A configuration for tests; `twilio` and so on are the lines of their tables, no table without."""
    tables = ["[organisation]", 'name = "Harbour House"', "[database]", f'url = "{database_url}"']
    tables += ["[web]", f"port = {port}", f'public_url = "{PUBLIC_URL}"']
    tables += ["[safeguarding]", safeguarding]
    tables += ["[sms]", twilio] if twilio else []
    tables += ["[telegram]", telegram] if telegram else []
    path.write_text("\n".join(tables) + "\n")
    return path
