"""Before anybody relies on it: the configuration says who is told, and everybody has acknowledged a test."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import alert_check, coordinators, listening
from bot.alert_check import VALID_FOR, send_tests, untested, until_acknowledged
from bot.cli import app
from bot.config import Config, ConfigMistakes, read_config
from bot.reviewing import export
from storage.alerts import add_alert, record
from storage.database import Database
from tests.bot.watched import HOUSE, MONDAY_AT_TEN, OWN_PATTERN, STAFF, Watched
from tests.prove.process import person_table

START = '[organisation]\nname = "Harbour House"\n'
SMS = (
    '[web]\npublic_url = "https://texts.example.org"\n'
    f'[sms]\naccount_sid = "AC{"0" * 32}"\nsends_as = "+447700900000"\n'
)
PEOPLE = f"""
{person_table("Sam", "07700 900201")}{person_table("Bo", "+447700900202")}[[safeguarding.rota]]
name = "weekdays"
who = "Sam"
days = "MO-FR"
from = "09:00"
until = "17:00"
"""
ROLES = (
    'lead = "Sam"\ndeputy = "Bo"\nmanager = "Bo"\ncouncil_name = "Harbour Council"\ncouncil_number = "01632 960001"\n'
)


@pytest.fixture(autouse=True)
def hooked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the order of listening has this step itself."""
    monkeypatch.setenv("ALONGSIDE_SMS__AUTH_TOKEN", "hush")
    if not any(step.__name__ == "from_a_coordinator" for step in listening.STEPS):
        said = lambda heard: coordinators.coordinator_said(heard.text, heard.sitting)  # noqa: E731
        monkeypatch.setattr(listening, "STEPS", (said, *listening.STEPS))


@pytest.fixture
def read(tmp_path: Path):
    def read(safeguarding: str) -> Config:
        path = tmp_path / "config.toml"
        path.write_text(START + SMS + safeguarding, encoding="utf-8")
        return read_config(path)

    return read


@pytest.fixture
def faults(read):
    def faults(safeguarding: str) -> str:
        with pytest.raises(ConfigMistakes) as caught:
            read(safeguarding)
        return "\n".join(caught.value.problems)

    return faults


@pytest.fixture
async def world(database: Database) -> AsyncIterator[Watched]:
    async with Watched(database, HOUSE, MONDAY_AT_TEN) as world:
        yield world


# -- the configuration ---------------------------------------------------------------------------------


def test_a_configuration_says_who_is_told_or_declares_that_nobody_is(faults, read):
    assert "safeguarding.mode: is not set" in faults("")
    assert read('[safeguarding]\nmode = "signpost only"\n').house().safeguarding.watched is False


def test_everything_that_is_missing_is_told_at_once(faults):
    told = faults('[safeguarding]\nmode = "watched"\n')
    for key in ("lead", "deputy", "manager", "council_name", "council_number", "rota"):
        assert f"safeguarding.{key}: is missing" in told


def test_everything_that_is_wrong_is_told_at_once(faults):
    roles = ROLES.replace('"Bo"\nmanager', '"Sam"\nmanager').replace('manager = "Bo"', 'manager = "Zed"')
    people = PEOPLE.replace('"Bo"', '"Sam"').replace("+447700900202", "12").replace('"MO-FR"', '"XX"')
    people = people.replace('who = "Sam"', 'who = "Kim"') + (
        '[[safeguarding.person]]\nname = "Lou"\nchannel = "telegram"\naddress = "@lou"\n'
        '[[safeguarding.person]]\nname = "Ann"\nchannel = "sms"\naddress = "+447700900201"\n'
    )
    told = faults(f'[safeguarding]\nmode = "watched"\n{roles}{people}')
    for part in (
        "deputy: must be somebody else than the lead",
        "manager: there is no [[safeguarding.person]] called 'Zed'",
        "person.1.name: there are two people called 'Sam'",
        "person.1.address: This does not look like a mobile number",
        "person.2.channel: [telegram] is not set up",
        "person.2.address: must be their Telegram id",
        "person.3.address: somebody else has it too",
        "rota.0.who: there is no [[safeguarding.person]] called 'Kim'",
        "rota.0: 'XX' is not a day",
    ):
        assert f"safeguarding.{part}" in told


def test_a_whole_configuration_is_who_is_told(read):
    care = read(f'[safeguarding]\nmode = "watched"\nacknowledge_minutes = 5\n{ROLES}{PEOPLE}').house().safeguarding
    assert care.acknowledge_within == timedelta(minutes=5)
    assert care.at("sms", "+447700900201").name == "Sam"
    assert care.next_told(datetime(2026, 3, 2, 10, tzinfo=UTC), ()) == ("Sam",)
    assert care.next_told(datetime(2026, 3, 2, 22, tzinfo=UTC), ()) == ("Sam", "Bo")


def test_a_bank_holiday_of_the_nation_is_a_gap(read):
    care = read(f'[safeguarding]\nmode = "watched"\n{ROLES}{PEOPLE}').house().safeguarding
    assert care.rota.on_call(datetime(2026, 4, 3, 10, tzinfo=UTC)) == ()


# -- an organisation's own patterns of danger -----------------------------------------------------------

NOBODY = '[safeguarding]\nmode = "signpost only"\n'


@pytest.fixture
def own(tmp_path: Path):
    def own(patterns: str) -> str:
        path = tmp_path / "danger.toml"
        path.write_text(patterns, encoding="utf-8")
        return f'{NOBODY}danger_patterns = "{path}"\n'

    return own


def test_own_patterns_are_heard_beside_the_built_in_ones(read, own):
    listener = read(own(OWN_PATTERN)).safeguarding.listener()
    assert listener.listen("goin to the pier tonite").why[0].pattern == "on-the-pier"
    assert listener.listen("i want to kill myself").tier == "act"
    assert read(NOBODY).safeguarding.listener().listen("going to the pier tonight").tier is None


def test_all_that_is_wrong_with_own_patterns_is_told_at_once_with_all_else(faults, own):
    unheard = OWN_PATTERN.replace("on-the-pier", "another").replace("going to the pier 2nite", "lovely day")
    wrong = own(OWN_PATTERN.replace('"act"', '"loud"') + unheard.replace("reason", "why") + '[spelling]\nx = "y"')
    told = faults(wrong.replace('"signpost only"', '"watched"'))
    assert "safeguarding.danger_patterns: danger.toml: “on-the-pier”: the tier is act, ask or offer, not “loud”" in told
    assert "danger.toml: “another”: please add “reason”" in told
    assert "“spelling” is not yours to change" in told
    assert "safeguarding.lead: is missing" in told


@pytest.mark.parametrize(
    ("patterns", "told"),
    [
        (OWN_PATTERN.replace("going to the pier 2nite", "lovely day"), "its example “lovely day” is not heard by it"),
        ("[[pattern", "danger.toml: cannot be read"),
        ("pattern = 3", "danger.toml: please write “pattern” as [[pattern]]"),
        ('pattern = ["x"]', "danger.toml: please write “pattern” as [[pattern]]"),
    ],
)
def test_a_file_of_patterns_that_is_no_good_is_told_in_a_sentence(faults, own, patterns: str, told: str):
    assert told in faults(own(patterns))


def test_a_missing_file_of_patterns_is_told(faults, tmp_path: Path):
    told = faults(f'{NOBODY}danger_patterns = "{tmp_path / "nowhere.toml"}"\n')
    assert "safeguarding.danger_patterns:" in told
    assert "nowhere.toml: cannot be read" in told


@pytest.mark.parametrize("command", ["run", "check"])
def test_run_and_check_refuse_a_bad_file_of_patterns(own, tmp_path: Path, command: str):
    path = tmp_path / "config.toml"
    path.write_text(START + SMS + own("[[pattern]]\nid = 'x'"), encoding="utf-8")
    told = CliRunner().invoke(app, [command, "--config", str(path)])
    assert told.exit_code == 2
    assert "danger.toml: “x”: please add “says”" in told.output


def test_the_pattern_in_the_example_of_a_configuration_is_a_good_one(read, own):
    example = (Path(__file__).parents[2] / "config.example.toml").read_text(encoding="utf-8")
    shown = [line.removeprefix("#   ") for line in example.splitlines() if line.startswith("#   ")]
    start = shown.index("[[pattern]]")
    listener = read(own("\n".join(shown[start : start + 8]))).safeguarding.listener()
    assert listener.listen("im going to the pier tonight").tier == "act"


def test_explain_danger_uses_own_patterns_and_needs_no_configuration(own, tmp_path: Path, monkeypatch):
    path = tmp_path / "config.toml"
    path.write_text(START + SMS + own(OWN_PATTERN), encoding="utf-8")
    asked = ["explain-danger", "going to the pier tonight"]
    assert "pattern on-the-pier" in CliRunner().invoke(app, [*asked, "--config", str(path)]).output
    monkeypatch.chdir(tmp_path)
    assert "pattern on-the-pier" in CliRunner().invoke(app, asked).output, "config.toml is taken where there is one"
    path.unlink()
    assert "Nothing was heard" in CliRunner().invoke(app, asked).output


# -- test alerts ---------------------------------------------------------------------------------------


async def test_everybody_is_sent_a_test_and_counts_once_they_have_acknowledged_it(world: Watched):
    database, words = world.service.database, world.service.voice.words
    send_tests(database, HOUSE, words, world.clock())
    await world.settle()
    assert len(untested(database, HOUSE, world.clock())) == 4
    for name in STAFF:
        someone = world.staff(name)
        (text,) = await someone.looks()
        someone.hears("alerts.test")
        await someone.texts(f"ACK {text.split('ACK ')[1][:4]}")
        someone.hears("alerts.test-thanks")
    assert untested(database, HOUSE, world.clock()) == []
    (first, *others) = untested(database, HOUSE, world.clock() + VALID_FOR + timedelta(minutes=1))
    assert "Sam has not acknowledged a test alert in the last 90 days. Run: alongside test-alert" in first
    assert len(others) == 3


async def test_a_test_is_acknowledged_only_by_whom_it_was_sent_to(world: Watched):
    send_tests(world.service.database, HOUSE, world.service.voice.words, world.clock())
    await world.settle()
    sam, bo = world.staff("Sam"), world.staff("Bo")
    (text,) = await sam.looks()
    await bo.texts(f"ACK {text.split('ACK ')[1][:4]}")
    bo.hears("alerts.no-such")
    assert len(untested(world.service.database, HOUSE, world.clock())) == 4


async def test_waiting_says_who_has_acknowledged_and_who_has_not(world: Watched, monkeypatch):
    monkeypatch.setattr(alert_check, "LOOK_AGAIN_SECONDS", 0.01)
    database, since, said = world.service.database, world.clock(), []
    send_tests(database, HOUSE, world.service.voice.words, since)
    await world.settle()
    sam = world.staff("Sam")
    (text,) = await sam.looks()
    await sam.texts(f"ACK {text.split('ACK ')[1][:4]}")
    assert await until_acknowledged(database, HOUSE, since, 0.002, said.append) is False
    assert "Sam has acknowledged." in said
    assert sum("Bo has not acknowledged" in line for line in said) == 1


def test_nobody_is_untested_where_nobody_watches(database: Database):
    from bot.house import House

    assert untested(database, House(), MONDAY_AT_TEN) == []


def test_a_database_without_tables_has_seen_no_test(empty_url: str):
    database = Database(empty_url)
    assert len(untested(database, HOUSE, MONDAY_AT_TEN)) == 4
    database.close()


def test_run_refuses_to_start_until_everybody_has_acknowledged(tmp_path: Path):
    path = tmp_path / "config.toml"
    url = f'[database]\nurl = "sqlite:///{tmp_path}/a.sqlite3"\n'
    path.write_text(f'{START}{SMS}{url}[safeguarding]\nmode = "watched"\n{ROLES}{PEOPLE}', encoding="utf-8")
    told = CliRunner().invoke(app, ["run", "--config", str(path)])
    assert told.exit_code == 1
    assert "Sam has not acknowledged a test alert" in told.output
    assert "Bo has not acknowledged a test alert" in told.output


# -- the record, for a review --------------------------------------------------------------------------


def raised(database: Database, topic: str, note: str, at: datetime) -> int:
    with database.writing() as connection:
        person = {"person_id": hash(topic) % 1000, "address_id": 1, "message_id": 2}
        alert = add_alert(connection, at, tier="act", topic=topic, rule="some-rule", **person)
        record(connection, alert.id, at, "raised", who="them", message_id=2)
        record(connection, alert.id, at, "closed", who="Sam", note=note)
    return alert.reference


@pytest.mark.parametrize("note", ["=1+1", "+44", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1"])
def test_no_cell_of_the_csv_is_a_formula(database: Database, note: str):
    raised(database, "a", note, MONDAY_AT_TEN)
    with database.reading() as connection:
        lines = list(csv.DictReader(io.StringIO(export(connection, "csv"), newline="")))
    assert [line["what"] for line in lines] == ["raised", "closed"]
    assert lines[1]["note"] == f"'{note}"


def test_an_export_is_of_one_alert_or_of_those_since(database: Database):
    first = raised(database, "a", "done", MONDAY_AT_TEN)
    raised(database, "b", "done", MONDAY_AT_TEN + timedelta(days=2))
    with database.reading() as connection:
        assert {line["topic"] for line in json.loads(export(connection, "json", reference=first))} == {"a"}
        since = json.loads(export(connection, "json", since=MONDAY_AT_TEN + timedelta(days=1)))
        assert {line["topic"] for line in since} == {"b"}
        assert len(json.loads(export(connection, "json"))) == 4


def test_the_command_line_prints_the_record(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/a.sqlite3"
    database = Database(url)
    database.migrate()
    reference = raised(database, "a", "rang", MONDAY_AT_TEN)
    database.close()
    path = tmp_path / "config.toml"
    path.write_text(
        f'{START}{SMS}[database]\nurl = "{url}"\n[safeguarding]\nmode = "signpost only"\n', encoding="utf-8"
    )
    told = CliRunner().invoke(app, ["alerts", "export", str(reference), "--config", str(path), "--since", "2026-01-01"])
    assert told.exit_code == 0
    assert told.output.splitlines()[2].endswith(",rang")
    assert CliRunner().invoke(app, ["alerts", "export", "--as", "pdf", "--config", str(path)]).exit_code == 2
