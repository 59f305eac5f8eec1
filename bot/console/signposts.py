"""Signposts: the places that HELP answers with, taking in a file of them, and forgetting a source."""

from __future__ import annotations

from datetime import date
from typing import Any

from starlette.datastructures import UploadFile
from starlette.responses import Response

from bot.console.visit import EVERYBODY, Room, Visit
from bot.directory.keeping import keep_reading, kept_places, read_upload, too_many
from bot.places import MOST_PLACES
from bot.projects.keeping import NotDone
from flows.signposts import CHECKED_FOR, Signpost, stale, uk_signposts
from storage.places import how_many_places, place_sources, remove_places

room = Room()
MOST_SHOWN = 200


@room.shows("/signposts", EVERYBODY)
def signposts(visit: Visit) -> Response:
    """Every place, those that nobody has checked for long first on request; and where they came from."""
    wanted, only_old = visit.asked("find"), visit.asked("old") != ""
    with visit.reading() as connection:
        own = kept_places(connection)
        sources = place_sources(connection)
        in_all = how_many_places(connection)
    every = (*own, *uk_signposts())
    old = stale(every, visit.today)
    found = [each for each in (old if only_old else every) if _fits(each, wanted)]
    return visit.page(
        "signposts/signposts.html",
        found=found[:MOST_SHOWN],
        more=len(found) - MOST_SHOWN,
        old=len(old),
        is_old=lambda entry: _is_old(entry, visit.today),
        days=CHECKED_FOR.days,
        sources=sources,
        too_many=too_many(in_all) if in_all > MOST_PLACES else "",
        wanted=wanted,
        only_old=only_old,
    )


@room.does("/signposts/import", EVERYBODY, again=signposts)
def import_file(visit: Visit) -> Response:
    """Take in a file, or only say what is wrong with it; everything that is, is listed on this answer."""
    sent: Any = visit.sent.get("file")
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise NotDone("Please choose a file: a spreadsheet saved as CSV, or Open Referral UK as JSON.")
    source, reading = read_upload(sent.filename, visit.file("file"))
    if visit.typed("try"):
        with visit.reading() as connection:
            imported = keep_reading(connection, source, reading, visit.now, dry_run=True)
    else:
        imported = visit.write(
            lambda connection: keep_reading(connection, source, reading, visit.now),
            did="imported signposts",
            note=source,
        )
    problems = [str(problem) for problem in reading.problems]
    return visit.page(
        "signposts/imported.html",
        source=source,
        problems=problems[:MOST_SHOWN],
        more=len(problems) - MOST_SHOWN,
        said=list(imported.lines())[len(problems) :],
        is_broken=imported.is_broken,
        was_tried=imported.is_dry_run,
    )


@room.does("/signposts/remove", EVERYBODY, again=signposts)
def remove(visit: Visit) -> Response:
    """Forget everything that one source gave."""
    source = visit.typed("source")

    def work(connection: Any) -> int:
        removed = remove_places(connection, source)
        if removed is None:
            raise NotDone("That source is not there any more.")
        return removed

    removed = visit.write(work, did="removed signposts", note=source)
    return visit.go("/signposts", f"{source} and its {removed} places are removed. HELP no longer answers with them.")


def _is_old(entry: Signpost, today: date) -> bool:
    return bool(stale((entry,), today))


def _fits(entry: Signpost, wanted: str) -> bool:
    every = (entry.name, entry.place, entry.phone, entry.text, entry.address, entry.source, *entry.topics)
    return wanted.casefold() in " ".join(part for part in every if part).casefold()
