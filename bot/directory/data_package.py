"""An HSDS data package: a folder with `datapackage.json` and one CSV file for each kind of thing.

The rows are put together to the nested services that the JSON feeds have, and then read as those are.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeAlias

from bot.directory.open_referral import load, read_services
from bot.directory.reading import MOST_BYTES, MOST_ENTRIES, LeftOut, Reading, unreadable

Row: TypeAlias = dict[str, Any]
Tables: TypeAlias = dict[str, list[Row]]
MOST_ROWS = MOST_ENTRIES * 20
# A table's names in version 3 and 1, and what the standard nests it into, and under which name.
_SAME = {
    "services": "service",
    "organizations": "organization",
    "locations": "location",
    "contacts": "contact",
    "phones": "phone",
    "schedules": "schedule",
    "regular_schedule": "schedule",
    "regular_schedules": "schedule",
    "holiday_schedules": "holiday_schedule",
    "addresses": "address",
    "physical_address": "address",
    "physical_addresses": "address",
    "languages": "language",
    "service_areas": "service_area",
    "services_at_location": "service_at_location",
    "service_at_locations": "service_at_location",
    "cost_options": "cost_option",
    "attributes": "attribute",
    "service_attribute": "attribute",
    "taxonomy_terms": "taxonomy_term",
    "accessibility_for_disabilities": "accessibility",
    "eligibilitys": "eligibility",
    "service_taxonomy": "service_taxonomys",
    "services_taxonomy": "service_taxonomys",
}
_INTO: tuple[tuple[str, str, str], ...] = (
    ("phone", "contact", "phones"),
    ("phone", "service_at_location", "phones"),
    ("phone", "service", "phones"),
    ("phone", "location", "phones"),
    ("phone", "organization", "phones"),
    ("contact", "service_at_location", "contacts"),
    ("contact", "service", "contacts"),
    ("contact", "location", "contacts"),
    ("contact", "organization", "contacts"),
    ("schedule", "service_at_location", "schedules"),
    ("schedule", "service", "schedules"),
    ("schedule", "location", "schedules"),
    ("holiday_schedule", "service_at_location", "holiday_schedules"),
    ("holiday_schedule", "service", "holiday_schedules"),
    ("holiday_schedule", "location", "holiday_schedules"),
    ("address", "location", "addresses"),
    ("accessibility", "location", "accessibility"),
    ("language", "service", "languages"),
    ("service_area", "service", "service_areas"),
    ("cost_option", "service", "cost_options"),
    ("eligibility", "service", "eligibilitys"),
    ("service_taxonomys", "service", "service_taxonomys"),
    ("service_at_location", "service", "service_at_locations"),
)


def read_package(folder: Path) -> Reading:
    """The signposts in a data package; none at all if one of its files cannot be read."""
    try:
        tables = _tables(folder)
    except OSError as error:
        return Reading.failed(folder.name, unreadable(Path(str(error.filename)).name, error))
    except LeftOut as why:
        return Reading.failed(folder.name, str(why))
    return read_services(_nested(tables), folder.name)


def _tables(folder: Path) -> Tables:
    tables: Tables = {}
    left = MOST_BYTES
    for name, path in _files(folder):
        left -= path.stat().st_size
        if left < 0:
            raise LeftOut(f"its files are larger than {MOST_BYTES:,} bytes")
        tables.setdefault(name, []).extend(_rows(path))
    if "service" not in tables:
        raise LeftOut("it has no file of services")
    return tables


def _files(folder: Path) -> Iterable[tuple[str, Path]]:
    """The tables that the package says it has, and their files; never one outside the folder."""
    described = folder / "datapackage.json"
    if described.stat().st_size > MOST_BYTES:
        raise LeftOut("datapackage.json is too large")
    package = load(described.read_bytes())
    resources = package.get("resources") if isinstance(package, dict) else None
    if not isinstance(resources, list):
        raise LeftOut("datapackage.json has no list of resources")
    for resource in resources[:100]:
        name, path = (resource.get(key) for key in ("name", "path")) if isinstance(resource, dict) else (None, None)
        if not isinstance(name, str) or not isinstance(path, str) or "\0" in path:
            raise LeftOut("datapackage.json has a resource without a name or a path")
        file = (folder / path).resolve()
        if not file.is_relative_to(folder.resolve()):
            raise LeftOut(f"{path[:60]!r} lies outside the folder")
        # The standard's own description lists tables that most publishers have no file for.
        if file.is_file():
            yield _SAME.get(name, name), file


def _rows(path: Path) -> list[Row]:
    try:
        lines = csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""))
        rows = [{key: value for key, value in row.items() if key and value} for row in lines]
    except (csv.Error, UnicodeDecodeError) as error:
        raise LeftOut(f"{path.name} is not CSV in UTF-8: {str(error)[:80]}") from None
    if len(rows) > MOST_ROWS:
        raise LeftOut(f"{path.name} has more than {MOST_ROWS:,} rows")
    return rows


def _nested(tables: Tables) -> list[Row]:
    """The services, with everything that belongs to them inside them; a row refers to no row above itself."""
    for name, owner, field in _INTO:
        owners = _by_id(tables, owner)
        for row in tables.get(name, ()):
            if (found := owners.get(str(row.get(f"{owner}_id")))) is not None:
                found.setdefault(field, []).append(row)
    _refer(tables, "service_at_location", "location")
    _refer(tables, "service", "organization")
    _refer(tables, "attribute", "taxonomy_term")
    _refer(tables, "service_taxonomys", "taxonomy")
    services = _by_id(tables, "service")
    for row in tables.get("attribute", ()):
        linked = services.get(str(row.get("link_id") or row.get("service_id")))
        if linked is not None:
            linked.setdefault("attributes", []).append(row)
    return tables["service"]


def _by_id(tables: Tables, name: str) -> dict[str, Row]:
    return {str(row["id"]): row for row in tables.get(name, ()) if "id" in row}


def _refer(tables: Tables, name: str, other: str) -> None:
    others = _by_id(tables, other)
    for row in tables.get(name, ()):
        if (found := others.get(str(row.get(f"{other}_id")))) is not None:
            row[other] = found
