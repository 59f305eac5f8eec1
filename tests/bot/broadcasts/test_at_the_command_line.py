"""`alongside broadcast …`: from the first words to the last person, without the console."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import select
from typer.testing import CliRunner

from bot.broadcasts.progress import Progress
from bot.broadcasts.watching import follow
from bot.cli import app
from bot.clock import real_clock
from bot.console.team import invite
from storage.accounts import account_called, close_account
from storage.broadcasts import BROADCAST
from storage.database import Database
from storage.desk import OUTBOX, PERSON, Desk
from tests.prove.process import write_config

SMS = 'account_sid = "AC00000000000000000000000000000000"\nsends_as = "+447700900000"'


@pytest.fixture
def bo(new_sqlite_url: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Bo at the command line; Ada and Dee have joined and have no quiet hours."""
    url = new_sqlite_url()
    database = Database(url)
    with database.writing() as connection:
        desk = Desk(connection, real_clock())
        for called, number in (("Ada", "+447700900001"), ("Dee", "+447700900002")):
            person = desk.add_person(called=called, joined_at=desk.now, safe_to_text=True)
            desk.change(person, quiet_from_minute=0, quiet_until_minute=0)
            desk.add_address("sms", "sms", number, person)
        desk.put_away()
    database.close()
    monkeypatch.setenv("ALONGSIDE_SMS__AUTH_TOKEN", "0" * 32)
    config = write_config(tmp_path / "config.toml", 8700, url, twilio=f"{SMS}\nmonthly_budget_pounds = 50")

    def types(*words: str, ends: int = 0) -> str:
        result = CliRunner().invoke(app, ["broadcast", *words, "--config", str(config)])
        assert result.exit_code == ends, result.output
        return result.output

    types.url = url  # type: ignore[attr-defined]
    return types


def test_from_the_first_words_to_the_last_person(bo: Callable[..., str]):
    said = bo("write", "Tea on Sunday, {name}?", "--by", "Bo", "--but-not", "Dee")
    assert "Broadcast 1 is a draft." in said
    assert "It goes to 1 person." in said
    assert "| Tea on Sunday, Ada?" in said
    assert "1  left out by hand: Dee" in said
    assert said.rstrip().endswith("Let it go:   alongside broadcast confirm 1 --by Bo")
    assert "Cost: 1 SMS parts, £0.04, and £50.00 is left" in said
    assert "Broadcast 1 goes to 1 person now." in bo("confirm", "1", "--by", "Bo")
    assert "has been confirmed already" in bo("confirm", "1", "--by", "Bo", ends=1)
    assert "Broadcast 1: going" in bo("list")
    shown = bo("show", "1")
    assert "English:\n   | Tea on Sunday, {name}?" in shown
    assert "Ada: waiting to be sent" in shown
    assert "Dee: left out, left out by hand" in shown
    database = Database(bo.url)
    with database.reading() as connection:
        assert list(connection.execute(select(OUTBOX.c.text)).scalars()) == ["Tea on Sunday, Ada?"]
    database.close()
    assert "Broadcast 1: paused" in bo("pause", "1", "--by", "Bo")
    assert "goes on" in bo("resume", "1")
    assert "1 person did not get it" in bo("stop", "1", "--by", "Bo")
    assert "There is no broadcast 7" in bo("preview", "7", ends=1)
    assert "Broadcast 1: stopped" in bo("watch", "1")


def test_a_test_goes_to_yourself(bo: Callable[..., str]):
    bo("write", "Tea on Sunday, {name}?", "--by", "Bo", "--cy", "Te ddydd Sul, {name}?")
    assert "on its way to Dee, in English and Welsh" in bo("test", "1", "--to", "Dee")
    database = Database(bo.url)
    with database.reading() as connection:
        whose = select(PERSON.c.called, OUTBOX.c.text).join(PERSON, PERSON.c.id == OUTBOX.c.person_id)
        assert [tuple(row) for row in connection.execute(whose.order_by(OUTBOX.c.id))] == [
            ("Dee", "Tea on Sunday, Dee?"),
            ("Dee", "Te ddydd Sul, Dee?"),
        ]
    database.close()


def test_what_can_not_go_is_not_said_to_be_let_go(bo: Callable[..., str]):
    said = bo("write", "Tea", "--by", "Bo", "--but-not", "Dee", "--but-not", "Ada")
    assert "It can't go:" in said
    assert "alongside broadcast test 1" in said
    assert "Let it go" not in said


def test_only_somebody_of_the_team_writes_and_confirms_and_is_named_as_they_are(bo: Callable[..., str]):
    database = Database(bo.url)
    with database.writing() as connection:
        for name in ("Bo", "Lou"):
            invite(connection, name, ["coordinator"], None, "http://127.0.0.1:8700", real_clock())
        lou = account_called(connection, "Lou")
        assert lou is not None
        close_account(connection, lou.id, real_clock())
    assert "Nobody of the team is called “Lou”. There are: Bo." in bo("write", "Tea", "--by", "Lou", ends=1)
    bo("write", "Tea", "--by", " bo ")
    for command in ("confirm", "pause", "stop", "resend"):
        assert "Nobody of the team is called “Mallory”" in bo(command, "1", "--by", "Mallory", ends=1)
    with database.reading() as connection:
        assert [row.made_by for row in connection.execute(select(BROADCAST.c.made_by))] == ["Bo"]
    database.close()


def test_a_bar_grows_until_it_is_over():
    seen = [
        Progress(3, "going", None, {"queued": 3, "left out": 5}),
        Progress(3, "going", None, {"sent": 2, "sending": 1, "left out": 5}),
        Progress(3, "done", None, {"sent": 2, "unknown": 1, "left out": 5}),
    ]
    rested: list[float] = []
    console = Console(record=True, width=100)
    follow(lambda: seen.pop(0), console, rested.append)
    assert rested == [1.0, 1.0]
    said = console.export_text()
    assert "3/3" in said
    assert "1 failed or unknown" in said
    assert "     5  left out" in said
