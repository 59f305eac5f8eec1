"""Whatever an operator gets wrong at the command line is told in a sentence that says what to do, never a traceback."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.config import Look, look_at
from storage.database import Database
from storage.desk import INVITATION, PERSON
from tests.prove.process import free_port

START = '[organisation]\nname = "Harbour House"\n'
NOBODY = '[safeguarding]\nmode = "signpost only"\n'
SMS = f'[sms]\naccount_sid = "AC{"0" * 32}"\nsends_as = "+447700900000"\n'


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALONGSIDE_TELEGRAM__TOKEN", "4242:hush")
    monkeypatch.setattr("bot.logs.set_up_logs", lambda: None)  # it would keep the runner's standard error


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/a.sqlite3"


@pytest.fixture
def config(tmp_path: Path, url: str) -> Path:
    """A good one, with a Telegram that does not answer."""
    nowhere = f'[telegram]\napi_url = "http://127.0.0.1:{free_port()}"\n'
    return written(tmp_path, f'{START}{NOBODY}{nowhere}[database]\nurl = "{url}"\n')


def written(folder: Path, tables: str) -> Path:
    path = folder / "config.toml"
    path.write_text(tables, encoding="utf-8")
    return path


def run(config: Path, *words: str) -> Result:
    told = CliRunner().invoke(app, [*words, "--config", str(config)])
    assert told.exception is None or isinstance(told.exception, SystemExit), told.exception
    return told


# -- the database --------------------------------------------------------------------------------------

EVERY_COMMAND = (
    ("inbox",),
    ("inbox", "--done", "4821"),
    ("invite", "--called", "Ada", "--by", "Bo"),
    ("alerts", "export"),
    ("directory", "list"),
    ("directory", "remove", "places.csv"),
    ("directory", "import", "places.csv"),
    ("migrate",),
)


def test_the_inbox_is_shown_before_migrate(config: Path):
    told = run(config, "inbox")
    assert (told.exit_code, "Waiting for a person: nothing" in told.output) == (0, True)


@pytest.mark.parametrize("words", [*EVERY_COMMAND, ("run",), ("check",)], ids=" ".join)
def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path, words: tuple[str, ...]):
    tables = f'{START}{NOBODY}[telegram]\napi_url = "http://127.0.0.1:{free_port()}"\n'
    told = run(written(tmp_path, f'{tables}[database]\nurl = "sqlite:///{tmp_path}/no/a.sqlite3"\n'), *words)
    assert told.exit_code == 1
    assert "no/a.sqlite3 can't be opened. Is its folder there, and may you write to it?" in told.output


@pytest.mark.parametrize("words", [*EVERY_COMMAND, ("run",), ("check",)], ids=" ".join)
def test_a_postgresql_that_does_not_answer_is_told_without_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
):
    where = f"127.0.0.1:{free_port()}"
    monkeypatch.setenv("ALONGSIDE_DATABASE__URL", f"postgresql+psycopg://bo:hush@{where}/alongside")
    tables = f'{START}{NOBODY}[telegram]\napi_url = "http://127.0.0.1:{free_port()}"\n'
    told = run(written(tmp_path, tables), *words)
    assert told.exit_code == 1
    assert "PostgreSQL does not answer (127.0.0.1, database alongside)" in told.output
    assert "hush" not in told.output


@pytest.mark.parametrize("words", [("inbox",), ("invite", "--called", "Ada", "--by", "Bo"), ("alerts", "export")])
def test_a_postgresql_without_tables_says_migrate(tmp_path: Path, postgresql, words: tuple[str, ...]):
    tables = f'{START}{NOBODY}[telegram]\n[database]\nurl = "{postgresql.create()}"\n'
    told = run(written(tmp_path, tables), *words)
    assert (told.exit_code, "Run: alongside migrate" in told.output) == (1, True)


def test_a_file_that_is_no_database_is_told(tmp_path: Path, config: Path):
    (tmp_path / "a.sqlite3").write_text("Dear all, " * 500)
    assert "can't be opened" in run(config, "inbox").output
    assert "a.sqlite3 is no SQLite database" in run(config, "check").output


# -- what is not there ---------------------------------------------------------------------------------


def test_nobody_is_invited_while_telegram_does_not_answer(config: Path, url: str):
    told = run(config, "invite", "--called", "Ada", "--by", "Bo")
    assert told.exit_code == 1
    assert "Telegram does not answer" in told.output
    assert "Nobody was invited." in told.output
    database = Database(url)
    with database.reading() as connection:
        assert connection.execute(PERSON.select()).all() == []
        assert connection.execute(INVITATION.select()).all() == []
    database.close()


def test_where_sms_is_set_up_too_there_is_another_way_in(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ALONGSIDE_SMS__AUTH_TOKEN", "hush")
    web = '[web]\npublic_url = "https://texts.example.org"\n'
    nowhere = f'[telegram]\napi_url = "http://127.0.0.1:{free_port()}"\n'
    config = written(tmp_path, f'{START}{NOBODY}{web}{SMS}{nowhere}[database]\nurl = "{url}"\n')
    told = run(config, "invite", "--called", "Ada", "--by", "Bo")
    assert told.exit_code == 0
    assert "Ada can join like this: text  JOIN " in told.output


@pytest.mark.parametrize("number", ["99", "99999999999999999999999"])
def test_an_alert_that_is_not_there_cannot_be_exported(config: Path, number: str):
    told = run(config, "alerts", "export", number)
    assert told.exit_code == 1
    assert told.output == f"There is no alert {number}. `alongside alerts export` prints all of them.\n"


# -- the configuration ---------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["check", "run", "inbox", "migrate"])
def test_a_folder_is_no_configuration(tmp_path: Path, command: str):
    told = run(tmp_path, command)
    assert (told.exit_code, told.output.count("\n")) == (2, 1)
    assert f"{tmp_path}: is a folder. Name the file in it" in told.output


def look(folder: Path, tables: str) -> tuple[Look, str]:
    found = look_at(written(folder, tables))
    return found, "\n".join(found.problems)


@pytest.mark.parametrize(
    ("tables", "told"),
    [
        ("[organisation]\nname = 3\n", 'organisation.name: must be text in quotes, like "this"'),
        ('[organisation]\nname = ""\n', "organisation.name: must not be empty"),
        (f"{START}who_reads = 3\n", 'organisation.who_reads: must be text in quotes, or { en = "...", cy = "..." }'),
        (f'{START}language = "fr"\n', "organisation.language: must be 'en' or 'cy'"),
        (f"{START}words = 3\n", "organisation.words: must be the name of a file or folder in quotes"),
        (f'{START}[web]\nport = "many"\n', "web.port: must be a whole number, without quotes"),
        (f"{START}[web]\nport = 1.5\n", "web.port: must be a whole number, without quotes"),
        (f"{START}[web]\nport = 99999\n", "web.port: must be at most 65535"),
        (f"{START}[database]\nkeep_days = 0\n", "database.keep_days: must be at least 1"),
        (f'{START}[database]\nurl = "postgresql://a:hush@b/c"\n', "database.url: must begin with sqlite:/// or"),
        (f'{START}[database]\nurl = "alongside"\n', "database.url: must begin with sqlite:/// or"),
        (f'{START}{SMS}parts_per_second = "x"\n', "sms.parts_per_second: must be a number, without quotes"),
        (f"{START}{SMS}parts_per_second = 0\n", "sms.parts_per_second: must be more than 0"),
        (f'{START}[sms]\naccount_sid = "AC1"\n', "sms.account_sid: must be AC and 32 digits and letters from a to f"),
        (f'{START}[sms]\naccount_sid = "AC1"\n', "sms.sends_as: is missing; see config.example.toml"),
        (f"{START}[telegram]\nway_in = 1\n", "telegram.way_in: must be 'polling' or 'webhook'"),
        (f'{START}[safeguarding]\nperson = "Sam"\n', "safeguarding.person: must be written as [[safeguarding.person]]"),
        (
            f'{START}[[safeguarding.person]]\nname = "Samantha from the night shelter"\n',
            "safeguarding.person.0.name: must have at most 20 letters",
        ),
        (f"{START}[[safeguarding.rota]]\ndays = 1\n", 'safeguarding.rota.0.days: must be text like "MO-FR", or a list'),
        (
            f'{START}[[safeguarding.rota]]\nbank_holidays = "never"\n',
            "safeguarding.rota.0.bank_holidays: must be true or false, without quotes",
        ),
        ("sms = 3\n", "sms: must be a table, with its settings on the lines below its name in brackets"),
        (f"{START}[colours]\n", "colours: there is no such setting"),
    ],
)
def test_every_kind_of_fault_is_told_in_our_words(tmp_path: Path, tables: str, told: str):
    found, said = look(tmp_path, tables)
    assert f"config.toml: {told}" in said
    assert "Input" not in said
    assert "hush" not in said
    assert found.config is not None, "the rest can be looked at all the same"


def test_a_fault_of_the_environment_names_its_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ALONGSIDE_WEB__PORT", "many")
    assert "the environment, ALONGSIDE_WEB__PORT: web.port: must be a whole number" in look(tmp_path, START)[1]
    monkeypatch.delenv("ALONGSIDE_WEB__PORT")
    monkeypatch.setenv("ALONGSIDE_WEB", "many")
    assert "the environment, ALONGSIDE_WEB: web: a whole table; set its settings one by one" in look(tmp_path, START)[1]


def test_faults_of_single_settings_and_those_between_them_are_told_together(tmp_path: Path):
    _, said = look(
        tmp_path,
        f'{START}words = "nowhere"\n[web]\nport = "many"\n{SMS}colour = 1\n'
        '[safeguarding]\nmode = "watched"\nlead = "Sam"\n[[safeguarding.person]]\nname = "Sam"\nchannel = "fax"\n'
        '[[safeguarding.rota]]\nname = "days"\nwho = "Sam"\ndays = "XX"\nfrom = "09:00"\nuntil = "17:00"\n',
    )
    for told in (
        "organisation.words: there is no folder nowhere",
        "web.port: must be a whole number",
        "web.public_url: is missing",
        "sms.colour: there is no such setting",
        "safeguarding.deputy: is missing",
        "safeguarding.person.0.channel: must be 'sms' or 'telegram'",
        "safeguarding.person.0.address: is missing",
        "safeguarding.rota.0: 'XX' is not a day",
    ):
        assert told in said
    assert "called 'Sam'" not in said, "Sam is there; what is wrong is how to reach them"


def test_a_file_of_a_secret_that_holds_none_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("ALONGSIDE_TELEGRAM__TOKEN")
    tables = f'{START}{NOBODY}[telegram]\ntoken_file = "{tmp_path}/token"\n'
    assert f"telegram.token: there is no file {tmp_path}/token" in look(tmp_path, tables)[1]
    (tmp_path / "token").write_text("")
    assert f"telegram.token: {tmp_path}/token is empty, or may not be read by this user." in look(tmp_path, tables)[1]


def test_what_only_follows_from_a_fault_is_not_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("ALONGSIDE_TELEGRAM__TOKEN")
    _, said = look(tmp_path, f'telegram = 3\n{START}{NOBODY}[web]\npublic_url = "texts"\n')
    assert "nobody could reach the bot" not in said
    assert said.count("public_url") == 1


def test_check_tells_faults_of_the_configuration_and_of_the_rest_at_once(tmp_path: Path, url: str):
    (tmp_path / "own" / "en").mkdir(parents=True)
    (tmp_path / "own" / "en" / "ours.toml").write_text('[safety]\nhear = "x"\n', encoding="utf-8")
    nowhere = f'[telegram]\napi_url = "http://127.0.0.1:{free_port()}"\n'
    tables = f'{START}words = "{tmp_path}/own"\n{NOBODY}[web]\nport = "many"\n{nowhere}[database]\nurl = "{url}"\n'
    told = run(written(tmp_path, tables), "check")
    assert told.exit_code == 2
    for said in ("web.port: must be a whole number", "there is no such sentence", "Telegram could not be reached"):
        assert said in told.output


@pytest.mark.parametrize("words", [("nowhere",), ("--known", "nowhere.txt")])
def test_an_audit_of_what_is_not_there_finds_not_nothing(config: Path, words: tuple[str, ...]):
    told = run(config, "audit", *words)
    assert (told.exit_code, "nowhere" in told.output) == (2, True)


def test_check_makes_no_file(tmp_path: Path, config: Path):
    """Run as root it would belong to root, and the service could not open it."""
    run(config, "check")
    assert [each.name for each in tmp_path.iterdir()] == ["config.toml"]


def test_a_folder_of_feedback_that_cannot_be_made_is_a_fault_and_no_traceback(tmp_path: Path, config: Path, url: str):
    (tmp_path / "file").write_text("")
    with config.open("a", encoding="utf-8") as more:
        more.write(f'[feedback]\nurl = "sqlite:///{tmp_path}/f.sqlite3"\nspool = "{tmp_path}/file/spool"\n')
        more.write(f'memory = "{tmp_path}/memory"\n')
    told = run(config, "check")
    assert told.exit_code == 1
    assert "feedback.spool: is no folder" in told.output


# -- numbers -------------------------------------------------------------------------------------------


def every_number(group: Any, *path: str) -> Iterator[tuple[str, ...]]:
    """Every place of every command where a number is given, with a word instead of it."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from every_number(command, *path, name)
            continue
        for param in command.params:
            if "int" in (kind := str(param.get_runtime_param().annotation)) or "float" in kind:
                is_option = param.opts[0].startswith("-")
                yield (*path, name, *([param.opts[0]] if is_option else []), "soon")


@pytest.mark.parametrize("words", every_number(get_command(app)), ids=" ".join)
def test_a_word_instead_of_a_number_is_told_kindly_by_every_command(words: tuple[str, ...]):
    told = CliRunner().invoke(app, [*words])
    assert told.exit_code == 2
    assert re.search(
        r"must be a (whole )?number, like 3( or 0.5)?, not “soon”. Nothing was done.$", told.stderr.strip()
    )
    assert "Usage" not in told.output


NOT_A_PORT = "--port (where the pages are; another, if it is taken) must be 65535 or less, not 70000. Nothing was done."


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("vote", "close", "x"), "The vote's number must be a whole number, like 3, not “x”. Nothing was done."),
        (("task", "show", "2.5"), "The task's number must be a whole number, like 3, not “2.5”. Nothing was done."),
        (("report", "--days", "0"), "--days (over how many days) must be 1 or more, not 0. Nothing was done."),
        (("try", "--port", "70000"), NOT_A_PORT),
    ],
)
def test_what_is_said_of_a_wrong_number(words: tuple[str, ...], said: str):
    told = CliRunner().invoke(app, [*words])
    assert (told.exit_code, told.stderr.strip()) == (2, said)


def test_what_is_wrong_besides_numbers_is_told_as_before():
    assert "Missing argument" in CliRunner().invoke(app, ["vote", "close"]).output
