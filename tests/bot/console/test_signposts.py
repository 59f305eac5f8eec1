"""The places that help: what there is and how old it is, taking in a file with everything that is wrong with it."""

from __future__ import annotations

from bot.simulation import World
from storage import accounts
from storage.places import PLACE
from tests.bot.cast import rows, volunteer
from tests.bot.console.cast import Browser, Served
from tests.bot.help.cast import HEADER, KITCHEN, TRUST

NASTY = "<script>alert(1)</script>"


async def takes_in(browser: Browser, name: str, content: str, **fields: str) -> None:
    await browser.sends("/signposts/import", files={"file": (name, content.encode())}, **fields)


async def test_a_file_is_taken_in_found_by_help_and_removed(console: Served, world: World) -> None:
    bo, ada = await console.signed_in("Bo"), await volunteer(world, "Ada")
    await takes_in(bo, "C:\\files\\places.csv", HEADER + TRUST, **{"try": "1"})
    bo.sees("Looked at: places.csv", "A dry run: nothing was stored")
    assert rows(world, PLACE, "source") == []
    await takes_in(bo, "C:\\files\\places.csv", HEADER + TRUST)
    bo.sees("Taken in: places.csv", "1 places stored")
    name = "Harbour Housing Trust"
    await bo.opens(f"/signposts?find={name}")
    bo.sees(name, "places.csv")
    assert name in "".join(await ada.texts("HELP housing Brighton"))
    await bo.sends("/signposts/remove", source="places.csv")
    bo.sees("places.csv and its 1 places are removed")
    assert name not in "".join(await ada.texts("HELP housing Brighton"))
    await bo.sends("/signposts/remove", source="places.csv")
    bo.sees("not there any more")
    assert [each for each in rows(world, accounts.AUDIT, "what", "note") if "signposts" in each[0]] == [
        ("imported signposts", "places.csv"),
        ("removed signposts", "places.csv"),
    ]


async def test_a_bad_file_lists_what_is_wrong_and_replaces_nothing(console: Served, world: World) -> None:
    bo = await console.signed_in("Bo")
    await takes_in(bo, "places.csv", HEADER + TRUST)
    for bad in ("", "no,such,columns\n1,2,3\n", "\x00\x01"):
        await takes_in(bo, "places.csv", bad)
        bo.sees("Not taken in", "The 1 places from before stay")
    assert len(rows(world, PLACE, "source")) == 1
    await takes_in(bo, "places.json", "[]")
    bo.sees("Not taken in")
    await bo.sends("/signposts/import")
    bo.sees("Please choose a file")


async def test_what_was_not_checked_for_ninety_days_is_flagged(console: Served, world: World) -> None:
    bo = await console.signed_in("Bo")
    await takes_in(bo, "places.csv", HEADER + TRUST + KITCHEN)
    await bo.opens("/signposts?find=Harbour Housing")
    bo.sees("not been checked for 90 days", "checked 01 Feb 2026")
    await bo.opens("/signposts?old=1")
    bo.sees("Hot Meals", "checked 01 Feb 2025")
    bo.does_not_see("Harbour Housing Trust")


async def test_what_is_in_a_file_is_never_part_of_the_page(console: Served) -> None:
    bo = await console.signed_in("Bo")
    await takes_in(bo, f"{NASTY}.csv", HEADER + TRUST.replace("Brighton", NASTY) + f"{NASTY},{NASTY}\n")
    assert NASTY not in bo.page
    await bo.opens("/signposts")
    assert NASTY not in bo.page
    await bo.opens(f"/signposts?find={NASTY}")
    assert NASTY not in bo.page
