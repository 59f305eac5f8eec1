"""A list of people is invited by text: those who have agreed, all of them or nobody."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from typer.testing import CliRunner

from bot.bringing_in.keeping import import_people
from bot.bringing_in.reading import MOST_BYTES, CannotRead, PeopleList, read_file, read_people
from bot.cli import app
from bot.config import read_config
from storage.database import Database
from storage.desk import ADDRESS, CONVERSATION, OUTBOX, PERSON, Desk

TODAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
GOOD = "called,phone,agreed\nAda,07700 900001,yes\nBo,+44 7700 900002,2026-02-28\n"
CONFIG = (
    '[organisation]\nname = "Harbour House"\n[safeguarding]\nmode = "signpost only"\n[web]\npublic_url = "https://t.example.org"\n'
    f'[sms]\naccount_sid = "AC{"0" * 32}"\nsends_as = "+447700900009"\n'
)


def read(text: str | bytes) -> PeopleList:
    return read_people(text.encode() if isinstance(text, str) else text, TODAY)


def numbers(text: str | bytes) -> list[str]:
    return [each.number for each in read(text).people]


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.replace(",", ";"),
        GOOD.replace(",", "\t"),
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\r\n"),
        "Agreed On,First Name, MOBILE NUMBER \nyes,Ada,07700900001\nx,Bo,7700900002\n",
        "phone;consent;known as\n07700-900-001;01/03/2026;Ada\n\n(07700) 900002;1 March 2026;Bo\n",
    ],
)
def test_columns_and_cells_are_understood_however_they_are_written(text: str):
    found = read(text)
    assert (found.faults, found.left_out) == ([], [])
    assert [(each.number, each.called) for each in found.people] == [("+447700900001", "Ada"), ("+447700900002", "Bo")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_name_keeps_its_accents_from_any_spreadsheet(encoding: str):
    [each] = read("called,phone,agreed\nZoë,07700 900001,yes\n".encode(encoding)).people
    assert each.called == "Zoë"


def test_nobody_is_invited_who_has_not_agreed():
    found = read("called,phone,agreed\nAda,07700 900001,no\nBo,07700 900002,\nCai,07700 900003,yes\n")
    assert [each.called for each in found.people] == ["Cai"]
    assert found.left_out == ["row 2: has not agreed.", "row 3: has not agreed."]


def test_a_list_without_a_column_for_who_has_agreed_is_refused_with_the_reason():
    with pytest.raises(CannotRead, match="Nobody is texted who has not agreed"):
        read("called,phone\nAda,07700 900001\n")


def test_everything_that_is_wrong_is_told_at_once_with_row_and_column():
    found = read(
        "Name,Mobile,Agreed,Language,Role\n"
        "Ada,0770090000,yes,French,volunteer\n"
        "Bo,,yes,,\n"
        "=cmd|'/C calc'!A0,07700 900003,perhaps,,\n"
        "Cai,7.7009E+09,2027-01-01,,manager\n"
        "Dee,07700 900005,yes,,\n"
        "Eve,+447700900005,yes,,\n"
        f"{'Z' * 50},07700 900006,yes,,\n"
        "Fay,ring me,yes,,\n"
    )
    told = "\n".join(found.faults)
    for part in (
        "row 2, column 'Mobile': a British mobile number has 11 digits",
        "row 2, column 'Language': 'French' is neither English nor Welsh",
        "row 3, column 'Mobile': there is no number",
        "row 4, column 'Name': '=cmd|'/C calc'!A0' looks like a formula",
        "row 4, column 'Agreed': 'perhaps' is neither a day",
        "row 5, column 'Mobile': the spreadsheet has shortened the number",
        "row 5, column 'Agreed': 01 January 2027 is still to come",
        "row 5, column 'Role': 'manager': only volunteers",
        "row 7: the same number is in row 6",
        "row 9, column 'Mobile': This does not look like a mobile number",
        "row 8, column 'Name': 'ZZZ",
    ):
        assert part in told
    assert len(found.faults) == 11


def test_what_is_not_used_is_noted():
    found = read("called,phone,agreed,project,shoe size\nAda,07700 900001,yes,Garden,7\n")
    assert found.notes == ["column 'shoe size' is not used.", "column 'project' is not used yet."]


def test_two_columns_for_one_thing_are_a_fault():
    assert "keep one" in read("name,called,phone,agreed\nA,B,07700 900001,yes\n").faults[0]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"called,phone,agreed\n",
        b"PK\x03\x04",
        b"%PDF-1.4",
        b"\x00\x01",
        b"<html>",
        b"name,agreed\nAda,yes\n",
        b"\n\n",
    ],
)
def test_what_is_no_list_is_refused_in_a_sentence(content: bytes):
    with pytest.raises(CannotRead, match=r"\.$"):
        read(content)


def test_a_file_of_ten_megabytes_is_refused_before_it_is_read(tmp_path: Path):
    large = tmp_path / "people.csv"
    with large.open("wb") as file:
        file.truncate(10_000_000)
    assert MOST_BYTES < 10_000_000
    with pytest.raises(CannotRead, match="larger than"):
        read_file(large)


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(CannotRead):
            read_file(path)


def test_control_signs_never_reach_the_terminal():
    found = read("called,phone,agreed\n\x1b[31mAda,07700 900001,\x07maybe\n")
    assert found.faults
    assert all(line.isprintable() for line in found.faults)


CELL = st.text(max_size=20)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(CELL, min_size=3, max_size=5), min_size=1, max_size=6))
def test_any_file_is_read_or_refused_and_never_breaks(cells: list[list[str]]):
    text = "called,phone,agreed\n" + "\n".join(",".join(row) for row in cells)
    try:
        found = read(text.encode("utf-8", "surrogatepass"))
    except CannotRead:
        return
    assert all(line.isprintable() for line in (*found.faults, *found.left_out, *found.notes))


# -- inviting them -------------------------------------------------------------------------------------


@pytest.fixture
def config_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALONGSIDE_SMS__AUTH_TOKEN", "hush")
    path = tmp_path / "config.toml"
    path.write_text(f'{CONFIG}[database]\nurl = "sqlite:///{tmp_path}/a.sqlite3"\n', encoding="utf-8")
    return path


def imported(database: Database, config_path: Path, text: str, now: datetime = NOON, dry_run: bool = False) -> str:
    path = config_path.parent / "people.csv"
    path.write_text(text, encoding="utf-8")
    result = import_people(database, read_config(config_path), path, "Bo", now, dry_run=dry_run)
    return "\n".join(result.lines())


def stored(database: Database, column: object) -> list[object]:
    with database.reading() as connection:
        return list(connection.execute(select(column)).scalars())


def test_everybody_who_agreed_is_asked_whether_they_would_like_to_join(database: Database, config_path: Path):
    told = imported(database, config_path, GOOD)
    assert "2 will be asked by text" in told
    assert sorted(stored(database, ADDRESS.c.value)) == ["+447700900001", "+447700900002"]
    assert stored(database, PERSON.c.invited_by) == ["Bo", "Bo"]
    assert stored(database, CONVERSATION.c.flow) == ["joining"] * 2
    assert all("Bo asked me to say hello" in text for text in stored(database, OUTBOX.c.text))


def test_a_dry_run_stores_nothing(database: Database, config_path: Path):
    assert "2 would be asked" in imported(database, config_path, GOOD, dry_run=True)
    assert stored(database, PERSON.c.id) == stored(database, OUTBOX.c.id) == []


def test_with_one_fault_nobody_is_invited(database: Database, config_path: Path):
    told = imported(database, config_path, GOOD + "Cai,123,yes\n")
    assert "Nobody was invited" in told
    assert stored(database, PERSON.c.id) == []


def test_a_list_that_is_imported_again_asks_nobody_twice(database: Database, config_path: Path):
    imported(database, config_path, GOOD)
    told = imported(database, config_path, GOOD + "Cai,07700 900003,yes\n")
    assert "row 2: is known already" in told
    assert "1 will be asked" in told
    assert len(stored(database, OUTBOX.c.id)) == 3


def test_somebody_who_said_stop_and_was_forgotten_is_not_asked(database: Database, config_path: Path):
    from storage.forgetting import erase, let_go

    with database.writing() as connection:
        desk = Desk(connection, NOON)
        cai = desk.add_person(called="Cai")
        desk.change(desk.add_address("sms", "sms", "+447700900001", cai), stopped_at=NOON)
        desk.put_away()
        erase(connection, cai.id, NOON)
        let_go(connection, NOON)
    told = imported(database, config_path, GOOD)
    assert "row 2: is known already" in told
    assert stored(database, PERSON.c.called) == ["Bo"]


def test_nobody_is_woken(database: Database, config_path: Path):
    imported(database, config_path, GOOD, now=datetime(2026, 3, 2, 23, 30, tzinfo=UTC))
    assert set(stored(database, OUTBOX.c.not_before)) == {datetime(2026, 3, 3, 9, 0, tzinfo=UTC)}


def test_nothing_is_half_done_when_it_breaks(database: Database, config_path: Path, monkeypatch: pytest.MonkeyPatch):
    from bot.bringing_in import keeping

    asked: list[object] = []

    def breaks(*given: object, **known: object) -> None:
        asked.append(given)
        if len(asked) > 1:
            raise RuntimeError("cut off")
        real(*given, **known)  # type: ignore[arg-type]

    real = keeping.ask_by_text
    monkeypatch.setattr(keeping, "ask_by_text", breaks)
    with pytest.raises(RuntimeError):
        imported(database, config_path, GOOD)
    assert stored(database, PERSON.c.id) == stored(database, ADDRESS.c.id) == []


def test_the_command_lists_what_is_wrong_and_ends_with_one(config_path: Path):
    people = config_path.parent / "people.csv"
    people.write_text("called,phone,agreed\nAda,12,yes\n", encoding="utf-8")
    told = CliRunner().invoke(app, ["import", str(people), "--by", "Bo", "--config", str(config_path)])
    assert told.exit_code == 1
    assert "To mend: row 2, column 'phone'" in told.output
    people.write_text(GOOD, encoding="utf-8")
    told = CliRunner().invoke(app, ["import", str(people), "--by", "Bo", "--dry-run", "--config", str(config_path)])
    assert told.exit_code == 0
    assert "row 2: Ada has agreed." in told.output


def test_where_nobody_is_yet_the_list_of_people_says_so(config_path: Path):
    told = CliRunner().invoke(app, ["people", "--config", str(config_path)])
    assert told.output == "Nobody yet. To bring people in: alongside invite, or alongside import\n"
