"""The first account is made on the command line, for nobody can be signed in yet."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app


@pytest.fixture
def alongside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ALONGSIDE_TELEGRAM__TOKEN", "7700900:simulated")
    config = tmp_path / "config.toml"
    config.write_text(
        f'[organisation]\nname = "Harbour House"\n[database]\nurl = "sqlite:///{tmp_path / "db.sqlite3"}"\n'
        '[web]\npublic_url = "https://alongside.example.org"\n'
        '[telegram]\n[safeguarding]\nmode = "signpost only"\n'
    )

    def run(*words: str) -> str:
        return CliRunner().invoke(app, ["console", *words, "-c", str(config)]).output

    return run


def test_somebody_is_invited_listed_and_let_go(alongside) -> None:
    assert "Nobody can sign in yet" in alongside("list")
    said = alongside("invite", "Kim", "--role", "admin", "--role", "safeguarding")
    assert re.search(r"https://alongside\.example\.org/console/invitation/\S{30,}", said)
    assert "alone" not in said  # other computers can open it
    assert "Kim: admin, safeguarding; invited" in alongside("list")
    said = alongside("close", "kim")
    assert "signed out everywhere" in said
    assert "Nobody who is left can let others in" in said
    assert "closed" in alongside("list")


def test_what_is_not_there_is_said(alongside) -> None:
    assert "coordinator, lead, safeguarding, admin" in alongside("invite", "Kim", "--role", "boss")
    assert "no project" in alongside("invite", "Kim", "--project", "Garden")
    assert "Nobody called Bo" in alongside("close", "Bo")
