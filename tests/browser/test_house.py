"""Signposts, the rota and settings, on a phone and at a desk."""

from __future__ import annotations

import pytest

from bot.config import Config
from tests.bot.console.cast import Served
from tests.bot.help.cast import HEADER, KITCHEN, TRUST
from tests.browser.conftest import DESK, PHONE, Opens

SIZES = pytest.mark.parametrize(
    ("size", "javascript"), [(PHONE, True), (DESK, True), (PHONE, False)], ids=["phone", "desk", "no javascript"]
)


@SIZES
async def test_bo_takes_in_a_file_of_places_and_removes_it(
    console: Served, tabs: Opens, size: dict[str, int], javascript: bool
) -> None:
    tab = await tabs(await console.signed_in("Bo"), size, javascript=javascript)
    page = tab.page
    await tab.opens("/signposts")
    bad = HEADER + TRUST + KITCHEN + "Nowhere,housing,not a number,,,,\n"
    file = {"name": "places.csv", "mimeType": "text/csv", "buffer": bad.encode()}
    await page.get_by_label("The file").set_input_files(file)
    await page.get_by_role("button", name="Take it in").click()
    await page.get_by_text("2 places stored").wait_for()
    if javascript:
        await tab.is_well("signposts-imported")
    await page.get_by_role("link", name="Back to the signposts").click()
    await page.get_by_text("Hot Meals").wait_for()
    if javascript:
        await tab.is_well("signposts")
    await page.get_by_role("button", name="Remove places.csv").click()
    await page.get_by_text("places are removed").wait_for()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_the_rota_and_the_settings(console: Served, tabs: Opens, tmp_path, size: dict[str, int]) -> None:
    console.console.config = Config(
        organisation={"name": "Harbour House"},
        database={"url": str(console.world.service.database.engine.url)},
        safeguarding={"mode": "signpost only", "signed_off": tmp_path / "signed_off.toml"},
    )
    tab = await tabs(await console.signed_in("Lou", ["admin"]), size)
    for name in ("rota", "settings"):
        await tab.opens(f"/{name}")
        await tab.is_well(name)
