"""`alongside try`, as a newcomer starts it: an address, a charity that sets itself up, and a quick end."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from websockets.sync.client import connect

from bot.web import listening_socket
from tests.prove.process import ROOT, environment

SOON = 10.0  # seconds, on a machine that does much else; alone it takes one
PATIENCE = 120.0


@dataclass
class Tried:
    """The program in a process of its own."""

    process: subprocess.Popen[str]

    def says(self) -> str:
        line = self.process.stdout.readline()
        assert line, f"it ended: {self.process.wait(SOON)}"
        return line

    def address(self) -> str:
        while not (found := re.search(r"http://127\.0\.0\.1:\d+/\S+", self.says())):
            pass
        return found[0]

    def ends(self, sign: signal.Signals = signal.SIGINT) -> float:
        """Ask it to end; how many seconds that took."""
        began = time.monotonic()
        self.process.send_signal(sign)
        assert self.process.wait(SOON) == 0
        return time.monotonic() - began


@pytest.fixture
def tried() -> Iterator[Tried]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "try", "--port", "0"],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    yield Tried(process)
    process.kill()
    process.wait()
    process.stdout.close()


def test_it_can_be_ended_while_it_is_set_up(tried: Tried):
    address = tried.address()
    shown = httpx.get(address, trust_env=False)
    assert "is being set up" in shown.text
    assert tried.ends() < SOON
    with pytest.raises(httpx.ConnectError):
        httpx.get(address, trust_env=False)


def test_a_newcomer_comes_in_and_it_ends_at_once_although_a_page_is_open(tried: Tried):
    address, patience = tried.address(), time.monotonic() + PATIENCE
    with httpx.Client(trust_env=False, follow_redirects=True, timeout=PATIENCE) as browser:
        while (page := browser.get(address)).url.path != "/console/handsets":
            assert time.monotonic() < patience
            time.sleep(0.5)
        assert "Tuesday 24 March, 10:20" in page.text
        assert "Would you like to join in?" in page.text
        origin = address.partition("/console")[0]
        headers = {"Cookie": f"alongside={browser.cookies['alongside']}"}
        with connect(
            f"{origin.replace('http', 'ws')}/console/live", origin=origin, additional_headers=headers, proxy=None
        ):
            assert tried.ends(signal.SIGTERM) < SOON
    assert "Traceback" not in tried.process.stdout.read()


def test_where_its_port_is_taken_it_takes_another():
    from bot.handsets.serving import free_socket

    with listening_socket("127.0.0.1", 0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with free_socket(port) as other:
            assert other.getsockname()[1] != port
