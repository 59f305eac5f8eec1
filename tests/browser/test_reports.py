"""The report in a real browser."""

import pytest

from tests.bot.console.cast import Served
from tests.bot.console.test_reports import ada_suggests
from tests.browser.conftest import DESK, PHONE, Opens


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_the_report_is_read_and_taken_along(console: Served, tabs: Opens, size: dict[str, int]) -> None:
    await ada_suggests(console.world)
    tab = await tabs(await console.signed_in("Bo"), size)
    await tab.opens("/reports")
    await tab.is_well("reports")
    async with tab.page.expect_download() as download:
        await tab.page.get_by_role("link", name="As a spreadsheet").click()
    assert (await download.value).suggested_filename == "report.csv"
