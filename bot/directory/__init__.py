"""Reading directories of local help: Open Referral UK (HSDS 3 and version 1) and a coordinator's spreadsheet.

What comes in was written by others. Every fault is a `Problem` with the entry it is about; nothing is raised, and
`refresh` never lets a bad reading take the place of a good directory.
"""

from __future__ import annotations

from pathlib import Path

from bot.directory.data_package import read_package
from bot.directory.feed import fetch_directory
from bot.directory.open_referral import read_json
from bot.directory.reading import MOST_BYTES, Problem, Reading, refresh, unreadable
from bot.directory.spreadsheet import read_spreadsheet

__all__ = ["Problem", "Reading", "fetch_directory", "read_directory", "refresh"]


def read_directory(source: Path) -> Reading:
    """The signposts in a file or a folder, and what was wrong with the others.

    Args:
        source: HSDS as `.json` (one page, a list, or one service), a folder with `datapackage.json`
            or that file itself, or a spreadsheet saved as `.csv`.
    """
    package = source if source.is_dir() else source.parent
    if source.is_dir() or source.name == "datapackage.json":
        return read_package(package)
    try:
        if source.stat().st_size > MOST_BYTES:
            return Reading.failed(source.name, f"the file is larger than {MOST_BYTES:,} bytes")
        content = source.read_bytes()
    except OSError as error:
        return Reading.failed(source.name, unreadable(source.name, error))
    if source.suffix.lower() == ".json":
        return read_json(content, source.name)
    return read_spreadsheet(content, source.name)
