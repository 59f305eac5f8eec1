"""How long a person at the command line waits, and how soon a service that starts hears its first webhook."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import httpx
import psutil
from twilio.request_validator import RequestValidator

from tests.bench.bench_danger import public_everyday
from tests.bench.printing import heading, line

CONFIG = """
[organisation]
name = "Harbour House"
[safeguarding]
mode = "signpost only"
[database]
url = "sqlite:///{folder}/run.sqlite3"
[web]
port = {port}
public_url = "https://texts.example.org"
[sms]
account_sid = "AC00000000000000000000000000000000"
sends_as = "+447700900000"
api_url = "http://127.0.0.1:9"
"""
TOKEN = "0" * 32


def helped() -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "bot", "--help"], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


class Started:
    """`alongside run` in a process of its own, with Twilio's number of ours and nobody behind it."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            port = found.getsockname()[1]
        (folder / "config.toml").write_text(CONFIG.format(folder=folder, port=port), encoding="utf-8")
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{port}")
        self._validator = RequestValidator(TOKEN)
        self._count = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run", "--config", str(folder / "config.toml")],
            env={**os.environ, "ALONGSIDE_SMS__AUTH_TOKEN": TOKEN},
            stderr=subprocess.DEVNULL,
        )

    def text(self, words: str, person: int = 1) -> None:
        """One signed webhook, until its "ok"."""
        self._count += 1
        number = f"+447700900{person:03d}"
        sid = f"SM{self._process.pid}-{self._count}"
        form = {"MessageSid": sid, "From": number, "To": "+447700900000", "Body": words, "NumMedia": "0"}
        signature = self._validator.compute_signature("https://texts.example.org/sms/sms", form)
        while True:
            try:
                answer = self._client.post("/sms/sms", data=form, headers={"X-Twilio-Signature": signature})
            except httpx.ConnectError:
                time.sleep(0.01)
                continue
            answer.raise_for_status()
            return

    def mib(self) -> float:
        """Its resident memory."""
        return psutil.Process(self._process.pid).memory_info().rss / 2**20

    def stop(self) -> None:
        self._client.close()
        self._process.terminate()
        self._process.wait()


def first_answer(folder: Path) -> tuple[float, float]:
    """Seconds from the process's start to its first "ok" to a signed webhook, and its MiB then."""
    began = time.perf_counter()
    started = Started(folder)
    try:
        started.text("MENU")
        return time.perf_counter() - began, started.mib()
    finally:
        started.stop()


def memory_after(messages: int, folder: Path) -> float:
    """Its MiB when 500 people have sent so many everyday texts."""
    chance = random.Random(3)
    started = Started(folder)
    try:
        for words in chance.choices(public_everyday(), k=messages):
            started.text(words, chance.randint(1, 500))
        return started.mib()
    finally:
        started.stop()


def main() -> None:
    heading("Starting")
    line("alongside --help, median of 5", f"{median(helped() for _ in range(5)):.2f} s", goal="goal < 0.3")
    with tempfile.TemporaryDirectory() as folder:
        seconds, mib = first_answer(Path(folder))
        line("alongside run on a fresh file, to its first webhook's ok", f"{seconds:.2f} s", goal="goal < 2")
        line("resident memory then", f"{mib:.0f} MiB", goal="goal < 150")
        seconds, _ = first_answer(Path(folder))
        line("the same on the file that is there by then", f"{seconds:.2f} s", goal="goal < 2")
        line("resident memory after 2,000 messages", f"{memory_after(2000, Path(folder)):.0f} MiB", goal="goal < 150")


if __name__ == "__main__":
    main()
