"""How long a person at the command line waits, and how soon a service that starts hears its first webhook."""

from __future__ import annotations

import os
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


def first_answer(folder: Path) -> tuple[float, float]:
    """Seconds from the process's start to its first "ok" to a signed webhook, and its MiB then."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    (folder / "config.toml").write_text(CONFIG.format(folder=folder, port=port), encoding="utf-8")
    form = {"MessageSid": "SM1", "From": "+447700900001", "To": "+447700900000", "Body": "MENU", "NumMedia": "0"}
    signature = RequestValidator(TOKEN).compute_signature("https://texts.example.org/sms/sms", form)
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run", "--config", str(folder / "config.toml")],
        env={**os.environ, "ALONGSIDE_SMS__AUTH_TOKEN": TOKEN},
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                answer = httpx.post(
                    f"http://127.0.0.1:{port}/sms/sms", data=form, headers={"X-Twilio-Signature": signature}
                )
            except httpx.ConnectError:
                time.sleep(0.01)
                continue
            answer.raise_for_status()
            seconds = time.perf_counter() - started
            return seconds, psutil.Process(process.pid).memory_info().rss / 2**20
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    heading("Starting")
    line("alongside --help, median of 5", f"{median(helped() for _ in range(5)):.2f} s", goal="goal < 0.3")
    with tempfile.TemporaryDirectory() as folder:
        seconds, mib = first_answer(Path(folder))
        line("alongside run on a fresh file, to its first webhook's ok", f"{seconds:.2f} s", goal="goal < 2")
        line("resident memory then", f"{mib:.0f} MiB", goal="goal < 150")


if __name__ == "__main__":
    main()
