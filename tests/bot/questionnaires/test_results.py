"""What was answered, taken out: a spreadsheet that runs nothing and names nobody, and packages as the format wants."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest

from bot.questionnaires.flow_results import FIELDS, packages
from bot.questionnaires.results import as_csv
from bot.simulation import World
from storage.questionnaires import RESPONSE, keep_answer
from tests.bot.questionnaires.answered import MONDAY, answers
from tests.bot.questionnaires.files import CAFE

EVERY_KIND = CAFE + "".join(
    f'[[section.question]]\nkey = "{key}"\ntext = "Why?"\nkind = "{kind}"\n{more}\n'
    for key, kind, more in (
        ("had", "several of", 'choices = ["Tea", "Hot soup"]'),
        ("waited", "number", "from = 0\nto = 90"),
        ("spent", "number", ""),
        ("went-on", "date", ""),
        ("goes-again", "coming date", ""),
        ("sound", "voice", ""),
    )
)


def table(world: World) -> list[dict[str, str]]:
    with world.service.database.reading() as connection:
        return list(csv.DictReader(io.StringIO(as_csv(connection, "cafe"))))


def exported(world: World) -> list[Any]:
    with world.service.database.reading() as connection:
        return packages(connection, "cafe")


# -- the spreadsheet


async def test_each_response_is_a_row_with_labels_to_read(world: World, save):
    answers(world, save(), "Ada")
    [row] = table(world)
    assert row["came-by"] == "By bus"
    assert row["door"] == "urn:telegram:file:kept"
    assert (row["open"], row["welcome"], row["better"]) == ("yes", "2", "tea")
    assert (row["version"], row["begun on"], row["finished on"]) == ("1", "2026-03-02", "2026-03-02")


async def test_a_name_is_there_only_where_they_agreed_to_it(world: World, save):
    version_id = save()
    answers(world, version_id, "Ada")
    answers(world, version_id, "Bea", named=True)
    assert sorted(row["name"] for row in table(world)) == ["", "Bea"]
    assert all(re.fullmatch(r"R-[0-9a-f]{12}", row["response"]) for row in table(world))


async def test_the_same_person_has_another_pseudonym_each_time(world: World, save):
    version_id = save()
    ada = answers(world, version_id, "Ada")
    answers(world, version_id, "Ada", person_id=ada)
    assert len({row["response"] for row in table(world)}) == 2


@pytest.mark.parametrize("words", ["=1+1", "+44", "-2", "@SUM(A1)", "\t=1", " =1", "\r=1"])
async def test_nothing_in_it_is_run_as_a_formula(world: World, save, words: str):
    answers(world, save(), words, {"better": words}, named=True)
    [row] = table(world)
    assert row["better"] == f"'{words}"
    assert row["name"] == f"'{words}"


async def test_an_unfinished_one_is_seen_as_such_and_skipped_is_told_from_not_asked(world: World, save):
    answers(world, save(), "Ada", {"open": "yes", "came-by": None}, finished=False)
    [row] = table(world)
    assert (row["finished on"], row["came-by"], row["welcome"]) == ("", "(skipped)", "")


async def test_what_was_said_besides_stands_beside_its_answer(world: World, save):
    answers(world, save(), "Ada", {})
    with world.service.database.writing() as connection:
        [conversation] = connection.execute(RESPONSE.select()).scalars().all()
        keep_answer(connection, conversation, "open", "yes", "=but late", MONDAY)
    [row] = table(world)
    assert (row["open"], row["open also said"]) == ("yes", "'=but late")


async def test_every_version_is_in_it_and_says_which_it_is(world: World, save):
    answers(world, save(), "Ada")
    renamed = CAFE.replace('key = "better"', 'key = "wishes"')
    answers(world, save(renamed), "Bea", {"wishes": "chairs"})
    by_version = {row["version"]: row for row in table(world)}
    assert (by_version["1"]["better"], by_version["1"]["wishes"]) == ("tea", "")
    assert (by_version["2"]["better"], by_version["2"]["wishes"]) == ("", "chairs")


# -- Flow Results; the rules are those of the specification, 1.0.0-rc1

RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d:\d\d")
TYPES = {
    "select_one", "select_many", "numeric", "open", "text", "image", "video", "audio",
    "geo_point", "datetime", "date", "time",
}  # fmt: skip
A_URI = re.compile(r"(https://|urn:[a-z0-9][a-z0-9-]{1,31}:)\S+")


def validate(descriptor: dict[str, Any], rows: list[list[Any]]) -> None:
    """Raise where a package is not one."""
    assert descriptor["profile"] == "flow-results-package"
    assert descriptor["flow_results_specification_version"] == "1.0.0-rc1"
    assert re.fullmatch(r"[a-z0-9._-]+", descriptor["name"])
    assert isinstance(descriptor["title"], str)
    assert UUID(descriptor["id"]).version == 4
    created, modified = descriptor["created"], descriptor["modified"]
    assert RFC3339.fullmatch(created)
    assert RFC3339.fullmatch(modified)
    assert datetime.fromisoformat(created) <= datetime.fromisoformat(modified)
    [resource] = descriptor["resources"]
    assert "data" not in resource  # no inline data
    assert re.fullmatch(r"[a-z0-9._-]+", resource["name"])
    assert resource["path"]
    assert not resource["path"].startswith(("/", "."))
    assert (resource["mediatype"], resource["encoding"]) == ("application/json", "utf-8")
    assert resource["access_method"] in ("file", "api")
    schema = resource["schema"]
    assert re.fullmatch(r"[a-z]{3}", schema["language"])  # ISO 639-3
    names = "timestamp", "row_id", "contact_id", "session_id", "question_id", "response", "response_metadata"
    assert [field["name"] for field in schema["fields"]] == list(names)
    kinds = ["datetime", "string", "string", "string", "string", "any", "object"]
    assert [field["type"] for field in schema["fields"]] == kinds
    assert all(field.keys() == {"name", "title", "type"} for field in schema["fields"])
    for question in schema["questions"].values():
        validate_question(question)
    for row in rows:
        validate_row(row, schema["questions"])
    assert len({str(row[1]) for row in rows}) == len(rows)  # row ids are unique, compared as strings


def validate_question(question: dict[str, Any]) -> None:
    assert question.keys() == {"type", "label", "type_options"}
    assert question["type"] in TYPES
    assert isinstance(question["label"], str)
    options = question["type_options"]
    allowed = {"select_one": {"choices"}, "select_many": {"choices"}, "numeric": {"range"}}
    assert options.keys() <= allowed.get(question["type"], set())
    if question["type"].startswith("select"):
        assert options["choices"]
        assert len(set(options["choices"])) == len(options["choices"])
    if "range" in options:
        low, high = options["range"]
        assert low < high


def validate_row(row: list[Any], questions: dict[str, Any]) -> None:
    timestamp, row_id, contact, session, question_id, response, metadata = row
    assert RFC3339.fullmatch(timestamp)
    assert all(isinstance(each, (str, int)) for each in (row_id, contact, session))
    assert isinstance(metadata, dict)
    question = questions[question_id]
    kind, options = question["type"], question["type_options"]
    if kind == "open":
        kind, options = metadata["type"], metadata["type_options"]
        assert kind in TYPES - {"open"}
    validate_response(kind, options, response)


def validate_response(kind: str, options: dict[str, Any], response: Any) -> None:
    if kind == "select_one":
        assert response in options["choices"]
    elif kind == "select_many":
        assert isinstance(response, list)
        assert set(response) <= set(options["choices"])
    elif kind == "numeric":
        assert isinstance(response, (int, float))
        assert not isinstance(response, bool)
    elif kind in ("image", "audio", "video"):
        assert A_URI.fullmatch(response)
    elif kind == "date":
        assert date.fromisoformat(response).isoformat() == response
    else:
        assert kind == "text"
        assert isinstance(response, str)


async def test_a_package_is_as_the_specification_wants_it(world: World, save):
    everything = {
        **{"open": "no", "came-by": "walking", "welcome": 4, "door": {"kind": "photo", "reference": "https://x/1"}},
        **{"better": {"kind": "voice", "reference": "kept"}, "had": ["hot-soup", "tea"], "waited": 12, "spent": 2.5},
        **{"went-on": "2026-03-01", "goes-again": "2026-04-01", "sound": {"kind": "voice", "reference": "kept"}},
    }
    version_id = save(EVERY_KIND)
    answers(world, version_id, "Ada", everything, named=True)
    answers(world, version_id, "Bea", {"open": "yes", "better": "tea", "had": []}, finished=False)
    [package] = exported(world)
    validate(package.descriptor, package.rows)
    assert len(package.rows) == len(everything) + 3
    types = {key: each["type"] for key, each in package.descriptor["resources"][0]["schema"]["questions"].items()}
    assert types == {
        **{"open": "select_one", "came-by": "select_one", "welcome": "numeric", "door": "image", "better": "open"},
        **{
            "had": "select_many",
            "waited": "numeric",
            "spent": "numeric",
            "went-on": "date",
            "goes-again": "date",
            "sound": "audio",
        },
    }


async def test_no_name_and_no_moment_is_in_a_package(world: World, save):
    answers(world, save(), "Adalyn", named=True)
    [package] = exported(world)
    assert "Adalyn" not in str(package)
    assert {row[0] for row in package.rows} == {"2026-03-02T00:00:00+00:00"}
    assert len({row[2] for row in package.rows}) == 1


async def test_what_was_skipped_is_no_response(world: World, save):
    answers(world, save(), "Ada", {"open": None, "better": "tea"})
    [package] = exported(world)
    assert [row[4] for row in package.rows] == ["better"]


async def test_each_version_is_a_package_of_its_own_and_stays_the_same_one(world: World, save):
    answers(world, save(), "Ada")
    answers(world, save(CAFE.replace('"Was it open?"', '"Were they open?"')), "Bea")
    first, second = exported(world)
    assert (first.folder, second.folder) == ("cafe-1", "cafe-2")
    assert first.descriptor["id"] != second.descriptor["id"]
    assert [each.descriptor["id"] for each in exported(world)] == [each.descriptor["id"] for each in (first, second)]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda descriptor, rows: descriptor.update(id="77"),
        lambda descriptor, rows: descriptor.update(created="2026-03-02 10:00:00+00:00"),
        lambda descriptor, rows: descriptor.update(name="Café"),
        lambda descriptor, rows: descriptor["resources"][0].update(data=[]),
        lambda descriptor, rows: descriptor["resources"][0]["schema"]["fields"].pop(3),
        lambda descriptor, rows: rows[0].__setitem__(0, "2026-03-02T00:00:00Z"),
        lambda descriptor, rows: rows[0].pop(),
        lambda descriptor, rows: rows.append(rows[0]),
        lambda descriptor, rows: next(row for row in rows if row[4] == "came-by").__setitem__(5, "by boat"),
    ],
)
async def test_the_validator_is_strict(world: World, save, spoil):
    answers(world, save(), "Ada")
    [package] = exported(world)
    validate(package.descriptor, package.rows)
    spoil(package.descriptor, package.rows)
    with pytest.raises((AssertionError, ValueError)):
        validate(package.descriptor, package.rows)


def test_the_fields_are_seven():
    assert len(FIELDS) == 7
