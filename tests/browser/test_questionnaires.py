"""A questionnaire from a file to being asked, on a phone and at a desk, with and without JavaScript."""

import pytest

from bot.simulation import World
from tests.bot.cast import volunteer
from tests.bot.console.cast import Served
from tests.bot.console.test_questionnaires import version_id
from tests.bot.projects.cast import bo_saves
from tests.bot.questionnaires.answered import answers
from tests.bot.questionnaires.files import CAFE
from tests.browser.conftest import DESK, PHONE, Opens, Tab


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_bo_keeps_a_questionnaire_and_asks_the_garden(
    console: Served, world: World, tabs: Opens, size: dict[str, int], javascript: bool
) -> None:
    await volunteer(world, "Ada")
    bo_saves(world)
    tab = await tabs(await console.signed_in("Bo"), size, javascript=javascript)
    page = tab.page
    await tab.opens("/work/questionnaires")
    wrong = CAFE.replace('kind = "scale"', "kind = 1")
    for text, said in ((wrong, "What to mend in the file"), (CAFE, "saved as version 1")):
        await page.get_by_label("File").set_input_files(
            {"name": "cafe.toml", "mimeType": "text/plain", "buffer": text.encode()}
        )
        await page.get_by_role("button", name="Check and keep it").click()
        await page.get_by_text(said).wait_for()
        await _is_well(tab, f"questionnaire-{said.split()[0].casefold()}", javascript)
    await page.get_by_label("Garden").check()
    await page.get_by_role("button", name="Ask them").click()
    await page.get_by_text("1 person will be asked").wait_for()
    async with page.expect_download() as begun:
        await page.get_by_role("link", name="As a spreadsheet").click()
    assert (await begun.value).suggested_filename == "results.csv"


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_bo_reads_what_came_of_it_and_tells_the_garden(
    console: Served, world: World, tabs: Opens, size: dict[str, int], javascript: bool
) -> None:
    bo_saves(world)
    browser = await console.signed_in("Bo")
    await browser.sends("/work/questionnaires", files={"file": ("cafe.toml", CAFE.encode())})
    for name in ("Ann", "Bea", "Cai", "Fay", "Gil"):
        answers(world, version_id(world), name)
    tab = await tabs(browser, size, javascript=javascript)
    page = tab.page
    await tab.opens("/work/questionnaires/cafe")
    await page.get_by_role("link", name="Share what came of it").click()
    await page.get_by_text("what 5 people said").wait_for()
    await page.get_by_label("How welcome did you feel?").check()
    await page.get_by_role("button", name="Look again").click()
    await page.get_by_text("How welcome did you feel? 2 on average.").wait_for()
    await _is_well(tab, "questionnaire-outcome", javascript)
    await page.get_by_label("Garden").check()
    await page.get_by_role("button", name="Tell them").click()
    await page.get_by_text("It goes to 5 people").wait_for()


async def _is_well(tab: Tab, name: str, javascript: bool) -> None:
    if javascript:
        await tab.is_well(name)
