"""The charity's own places: one source replaces only itself, and what was shown is remembered for one person."""

from __future__ import annotations

import pytest

from storage.old import clear_old
from storage.places import (
    every_place,
    how_many_places,
    note_shown,
    place_sources,
    places_of,
    places_version,
    remove_places,
    replace_places,
    shown_since,
)
from tests.storage.cast import NOW, later


@pytest.fixture
def connection(database):
    with database.writing() as connection:
        yield connection


def test_importing_again_replaces_what_that_source_gave_and_nothing_else(connection):
    replace_places(connection, "brighton.csv", {"a": "A", "b": "B"}, NOW)
    replace_places(connection, "hove.csv", {"a": "other A"}, NOW)
    replace_places(connection, "brighton.csv", {"b": "new B", "c": "C"}, later(days=1))

    assert places_of(connection, "brighton.csv") == ["new B", "C"]
    assert places_of(connection, "hove.csv") == ["other A"]
    assert [tuple(row) for row in place_sources(connection)] == [
        ("brighton.csv", later(days=1), 2),
        ("hove.csv", NOW, 1),
    ]


def test_every_import_makes_another_version(connection):
    versions = [places_version(connection)]
    for content in ("A", "A", "B"):
        replace_places(connection, "brighton.csv", {"a": content}, NOW)
        versions.append(places_version(connection))

    assert versions[0] == 0
    assert versions == sorted(set(versions))


def test_removing_a_source_removes_its_places_and_nothing_else(connection):
    replace_places(connection, "brighton.csv", {"a": "A", "b": "B"}, NOW)
    replace_places(connection, "hove.csv", {"a": "other A"}, NOW)

    assert remove_places(connection, "brighton.csv") == 2
    assert every_place(connection, 10) == ["other A"]
    assert [tuple(row) for row in place_sources(connection)] == [("hove.csv", NOW, 1)]
    assert remove_places(connection, "brighton.csv") is None
    assert remove_places(connection, "hove.csv") == 1
    assert places_version(connection) == 0


@pytest.mark.parametrize("gone", ["brighton.csv", "hove.csv"])
def test_a_removal_makes_a_version_that_never_was_whichever_source_goes(connection, gone: str):
    versions = [places_version(connection)]
    for source in ("hove.csv", "brighton.csv", "lewes.csv", gone):
        replace_places(connection, source, {"a": "A"}, NOW)
        versions.append(places_version(connection))
    remove_places(connection, gone)

    assert places_version(connection) not in versions


def test_a_source_may_be_emptied(connection):
    replace_places(connection, "brighton.csv", {"a": "A"}, NOW)
    replace_places(connection, "brighton.csv", {}, NOW)

    assert how_many_places(connection) == 0
    assert [row.places for row in place_sources(connection)] == [0]


def test_only_so_many_are_read_and_always_the_same(connection):
    replace_places(connection, "b.csv", {f"{n:03}": f"b{n}" for n in range(50)}, NOW)
    replace_places(connection, "a.csv", {"z": "a"}, NOW)

    assert every_place(connection, 3) == ["a", "b0", "b1"]
    assert how_many_places(connection) == 51


def test_what_somebody_was_shown_last_is_known_for_a_while(connection):
    note_shown(connection, 1, ["Shelter", "Tŷ'r Eithin"], NOW)
    note_shown(connection, 1, ["Drinkline"], later(hours=1))
    note_shown(connection, 2, ["Samaritans"], NOW)

    assert shown_since(connection, 1, later(hours=1)) == ["Drinkline"]
    assert shown_since(connection, 1, later(hours=2)) == []
    assert shown_since(connection, 2, NOW) == ["Samaritans"]
    assert shown_since(connection, 3, NOW) == []


def test_what_was_shown_is_cleared_with_all_that_is_old(connection):
    note_shown(connection, 1, ["Shelter"], NOW)
    note_shown(connection, 2, ["Drinkline"], later(days=2))
    clear_old(connection, later(days=1))

    assert shown_since(connection, 1, NOW) == []
    assert shown_since(connection, 2, NOW) == ["Drinkline"]
