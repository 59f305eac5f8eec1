"""Where feedback is not set up, nothing that seals it is loaded: most organisations begin without."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.prove.process import ROOT, environment, free_port, write_config

STARTED = """
import sys
from pathlib import Path
from bot.given_config import read_given
from bot.running import Running
Running(*read_given(Path(sys.argv[1])))
print(*sys.modules)
"""
SEALS = {"nacl", "bot.feedback.box", "bot.feedback.confidant", "bot.feedback.setting_up", "storage.feedback.sealing"}
DRAWS_PAGES = {"jinja2", "argon2", "pyotp", "bot.console.app"}
FEEDBACK = '[feedback]\nurl = "sqlite:///{0}/feedback.sqlite3"\nmemory = "{0}/memory"\nspool = "{0}/spool"\n'


@pytest.mark.parametrize("is_set_up", [False, True])
def test_what_seals_is_loaded_only_where_feedback_is_set_up(tmp_path: Path, is_set_up: bool):
    url = f"sqlite:///{tmp_path / 'alongside.sqlite3'}"
    config = write_config(tmp_path / "config.toml", free_port(), url, telegram='api_url = "http://127.0.0.1:9"')
    secrets = {"ALONGSIDE_TELEGRAM__TOKEN": "4242:hush"}
    if is_set_up:
        with config.open("a") as file:
            file.write(FEEDBACK.format(tmp_path))
        secrets |= {f"ALONGSIDE_FEEDBACK__{name}": "x" * 64 for name in ("PEPPER", "OUTER_KEY")}
    started = subprocess.run(
        [sys.executable, "-c", STARTED, str(config)],
        cwd=ROOT,
        env=environment(**secrets),
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode == 0, started.stderr
    loaded = set(started.stdout.splitlines()[-1].split())
    assert loaded.isdisjoint(SEALS) is not is_set_up
    assert loaded.isdisjoint(DRAWS_PAGES), "the console is loaded once somebody opens a page of it"
