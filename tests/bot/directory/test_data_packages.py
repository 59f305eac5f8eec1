"""A directory as a data package, put together from its files and never from elsewhere."""

from __future__ import annotations

import csv
import json

import pytest

from bot.directory import Problem, Reading, read_directory
from tests.bot.directory.cast import MONDAY, only

TABLES = {
    "services.csv": [{"id": "s1", "organization_id": "o1", "name": "Food bank", "status": "active"}],
    "organizations.csv": [{"id": "o1", "name": "Org"}],
    "locations.csv": [{"id": "l1", "name": "Hall"}],
    "service_at_location.csv": [{"id": "a1", "service_id": "s1", "location_id": "l1"}],
    "addresses.csv": [{"location_id": "l1", "address_1": "2 Hill", "city": "Leeds", "postal_code": "LS1 1AA"}],
    "contacts.csv": [{"id": "c1", "service_id": "s1", "name": "X"}],
    "phones.csv": [{"id": "p1", "contact_id": "c1", "number": "0113 496 0999"}],
    "schedules.csv": [
        {"id": "h1", "service_at_location_id": "a1", "byday": "MO", "opens_at": "10:00", "closes_at": "12:00"}
    ],
    "attribute.csv": [{"id": "t1", "link_id": "s1", "link_entity": "service", "taxonomy_term_id": "x1"}],
    "taxonomy_term.csv": [{"id": "x1", "name": "Debt advice"}],
}  # fmt: skip


def write_package(folder, tables=TABLES, **paths_of):
    for name, rows in tables.items():
        with open(folder / name, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    resources = [{"name": name.partition(".")[0], "path": name} for name in [*TABLES, "programs.csv"]]
    resources += [{"name": name, "path": path} for name, path in paths_of.items()]
    (folder / "datapackage.json").write_text(json.dumps({"resources": resources}))


def test_a_data_package_is_put_together_from_its_files(tmp_path):
    write_package(tmp_path)
    for source in (tmp_path, tmp_path / "datapackage.json"):
        entry = only(read_directory(source))
        assert (entry.name, entry.phone, entry.place) == ("Food bank", "0113 496 0999", "Leeds")
        assert set(entry.topics) == {"debt", "food"}
        assert entry.is_open(MONDAY)


@pytest.mark.parametrize("path", ["../secret.csv", "/etc/passwd"])
def test_a_data_package_cannot_read_outside_its_folder(tmp_path, path):
    folder = tmp_path / "package"
    folder.mkdir()
    (tmp_path / "secret.csv").write_text("id\n1\n")
    write_package(folder, service=path)
    reading = read_directory(folder)
    assert reading.entries == ()
    assert "outside the folder" in reading.problems[-1].what


def test_a_data_package_cannot_lead_outside_through_a_link(tmp_path):
    folder = tmp_path / "package"
    folder.mkdir()
    write_package(folder)
    (tmp_path / "secret.csv").write_text("id\n1\n")
    (folder / "phones.csv").unlink()
    (folder / "phones.csv").symlink_to(tmp_path / "secret.csv")
    assert "outside the folder" in read_directory(folder).problems[-1].what


def test_a_data_package_with_one_broken_file_has_no_entries(tmp_path):
    write_package(tmp_path)
    (tmp_path / "phones.csv").write_bytes(b"id,number\n1,\xff\xfe\n")
    assert read_directory(tmp_path) == Reading((), (Problem(tmp_path.name, read_directory(tmp_path).problems[0].what),))
    assert "phones.csv is not CSV" in read_directory(tmp_path).problems[0].what


def test_a_folder_or_a_file_that_is_not_there_is_a_problem(tmp_path):
    assert "cannot be read" in read_directory(tmp_path).problems[0].what
    assert "cannot be read" in read_directory(tmp_path / "none.csv").problems[0].what
    assert "cannot be read" in read_directory(tmp_path / "none.json").problems[0].what


def test_a_table_whose_rows_refer_to_each_other_in_a_circle_is_read(tmp_path):
    tables = {**TABLES, "organizations.csv": [{"id": "o1", "name": "Org", "parent_organization_id": "o1"}]}
    write_package(tmp_path, tables)
    assert only(read_directory(tmp_path)).name == "Food bank"
