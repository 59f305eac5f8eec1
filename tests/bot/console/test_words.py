"""Changing what the bot says: held to what a file is, heard at once, and signed off where it is about danger."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from bot.config import Config
from bot.console.visit import LEAD, SAFEGUARDING
from bot.sign_off import about_danger, read_signatures, unsigned
from bot.simulation import World
from bot.wording import OwnWords, words_in_use
from flows.words import Words
from storage import accounts
from storage.tables import new_id
from storage.words import WORDING, keep_wording, own_wording
from tests.bot.cast import rows, volunteer
from tests.bot.console.cast import Browser, Served

KEY = "check-in.nothing-said"
DANGER = "safety.again"
NASTY = "<script>alert(1)</script>"


@pytest.fixture
def signatures(console: Served, tmp_path: Path) -> Path:
    """Where the safeguarding lead's signatures are kept."""
    path = tmp_path / "signed_off.toml"
    console.console.config = Config(
        organisation={"name": "Harbour House"}, safeguarding={"mode": "signpost only", "signed_off": path}
    )
    return path


async def lou(console: Served) -> Browser:
    return await console.signed_in("Lou", [LEAD])


def said(world: World, key: str = KEY, language: str = "en") -> str:
    return world.service.voice.words.wording(language, key).text


class TestLooking:
    async def test_finds_sentences_by_section_and_by_words_in_both_languages(self, console: Served) -> None:
        bo = await console.signed_in("Bo")
        await bo.opens("/words")
        bo.sees("check-in", "votes", "Cymraeg")
        await bo.opens("/words?section=check-in")
        bo.sees("check-in.mood", "How are you today")
        bo.does_not_see("votes.")
        await bo.opens("/words?find=HOW ARE YOU today")
        bo.sees("check-in.mood")
        await bo.opens("/words?language=cy&find=Sut ydych chi")
        bo.sees("check-in.mood")
        await bo.opens(f"/words?find={NASTY}&section={NASTY}")
        bo.sees("Nothing is said like that")
        assert NASTY not in bo.page
        await bo.opens("/words?language=xx")
        assert bo.status == 404

    async def test_shows_a_sentence_with_its_mentions_its_price_and_examples(self, console: Served) -> None:
        bo = await console.signed_in("Bo")
        await bo.opens("/words/en/check-in.mood")
        bo.sees("Hello Ada. How are you today", "{name}", "1 part", "about 4p")
        bo.does_not_see("Say it so")
        await bo.opens("/words/en/no.such")
        assert bo.status == 404

    async def test_every_sentence_has_a_page(self, console: Served) -> None:
        browser = await lou(console)
        words = Words.load()
        for language in words.languages:
            for key in sorted(words.keys(language))[:: 1 if language == "en" else 9]:
                await browser.opens(f"/words/{language}/{key}")
                assert browser.status == 200, key


class TestChanging:
    async def test_is_heard_at_the_next_message_and_can_be_taken_back(self, console: Served, world: World) -> None:
        ada, browser = await volunteer(world, "Ada"), await lou(console)
        ours = said(world, "menu.choice")
        await browser.sends("/words/en/menu.choice", text="What can I do for you?", **labels(world, "menu.choice"))
        browser.sees("Everybody hears it so from their next message on")
        assert "What can I do for you?" in "".join(await ada.texts("MENU"))
        await browser.opens("/words/en/menu.choice")
        browser.sees("What can I do for you?", "Say ours again")
        await browser.sends("/words/en/menu.choice/ours")
        assert said(world, "menu.choice") == ours
        assert ("Lou", "changed a sentence", "words:en:menu.choice") in rows(
            world, accounts.AUDIT, "who", "what", "about"
        )

    async def test_can_be_looked_at_first_and_changes_nothing_then(self, console: Served, world: World) -> None:
        browser, before = await lou(console), said(world)
        await browser.sends(f"/words/en/{KEY}", text="Fine, {when_read} then. 👍", sms="Fine then.", do="look")
        browser.sees("mentions {when_read}, which is not known here")
        await browser.sends(f"/words/en/{KEY}", text="Fine then. 👍", sms="Fine then.", do="look")
        assert browser.status == 200
        browser.sees("Fine then. 👍", "1 part, 10 of 160 letters, about 4p")
        assert said(world) == before

    @pytest.mark.parametrize(
        ("fields", "why"),
        [
            ({"text": "Hello {nmae}, how are you?"}, "mentions {nmae}, which is not known here; it may use {name}"),
            ({"text": "How are you?"}, "leaves out {name}"),
            ({"text": "Hello {name"}, "brace is out of place"),
            ({"text": "Hello {name} 👍"}, "more than double the price"),
            ({"text": "Hello {name}", "again": "Sorry 👍"}, "more than double the price"),
            ({"text": "Hello {name}" + "!" * 1000}, "too long"),
            ({"text": ""}, "empty"),
            ({"text": "Hello {name} \u202e"}, "nobody can see"),
        ],
    )
    async def test_is_held_to_what_a_file_is(self, console: Served, world: World, fields, why: str) -> None:
        browser, before = await lou(console), said(world, "check-in.mood")
        await browser.sends("/words/en/check-in.mood", **fields)
        assert browser.status == 422
        browser.sees(why)
        assert said(world, "check-in.mood") == before
        assert rows(world, WORDING, "key") == []

    async def test_may_have_signs_on_telegram_that_a_text_message_lacks(self, console: Served, world: World) -> None:
        browser = await lou(console)
        await browser.sends("/words/en/check-in.mood", text="Hello {name} 👍", sms="Hello {name}")
        browser.sees("Kept")

    async def test_shows_what_was_typed_as_text(self, console: Served) -> None:
        browser = await lou(console)
        await browser.sends(f"/words/en/{KEY}", text=NASTY, do="look")
        await browser.sends(f"/words/en/{KEY}", text=NASTY)
        assert NASTY not in browser.page
        await browser.opens("/words?find=script")
        browser.sees(NASTY)
        assert NASTY not in browser.page

    async def test_reaches_every_process_and_a_new_one(self, console: Served, world: World) -> None:
        browser, elsewhere = await lou(console), OwnWords(Words.load())
        await browser.sends(f"/words/cy/{KEY}", text="Iawn, MENU amdani.")
        with world.service.database.reading() as connection:
            elsewhere.look(connection)
        assert elsewhere.words.wording("cy", KEY).text == "Iawn, MENU amdani."
        await browser.sends(f"/words/cy/{KEY}/ours")
        with world.service.database.reading() as connection:
            elsewhere.look(connection)
        assert elsewhere.words.wording("cy", KEY) == Words.load().wording("cy", KEY)

    async def test_of_another_process_is_said_within_seconds(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("bot.service.LOOK_AFTER_LEASES_SECONDS", 0.01)
        with world.service.database.writing() as connection:
            keep_wording(connection, "en", KEY, "Lou", world.clock(), said={"text": "Fine then."})
        async with asyncio.timeout(20):
            while said(world) != "Fine then.":
                await asyncio.sleep(0.02)

    async def test_is_said_on_the_command_line_too(self, world: World) -> None:
        url = world.service.database.engine.url.render_as_string(hide_password=False)
        with world.service.database.writing() as connection:
            keep_wording(connection, "en", KEY, "Lou", world.clock(), said={"text": "Fine then."})
        config = Config(organisation={"name": "Harbour House"}, database={"url": url})
        assert words_in_use(config).wording("en", KEY).text == "Fine then."

    async def test_that_no_longer_fits_after_an_update_is_left_out_and_told(
        self, console: Served, world: World, caplog
    ) -> None:
        with world.service.database.writing() as connection:
            row = {"language": "en", "changed_by": "Lou", "changed_at": world.clock(), "version": new_id()}
            connection.execute(WORDING.insert().values(key=KEY, said='{"text": "Fine, {gone}"}', **row))
            connection.execute(WORDING.insert().values(key="no.more", said='{"text": "x"}', **row))
        before = said(world)
        world.service.look_at_words()
        assert said(world) == before
        assert "own words no longer fit" in caplog.text
        browser = await lou(console)
        await browser.opens(f"/words/en/{KEY}")
        browser.sees("no longer fit since the last update")


class TestWordsAboutDanger:
    async def test_wait_for_the_safeguarding_lead(self, console: Served, world: World, signatures: Path) -> None:
        browser, before = await lou(console), said(world, DANGER)
        text = f"{before} Take your time."
        await browser.sends(f"/words/en/{DANGER}", text=text)
        browser.sees("said once the safeguarding lead has signed it off")
        assert said(world, DANGER) == before
        kim = await console.signed_in("Kim", [SAFEGUARDING])
        await kim.opens("/sign-off")
        kim.sees("Changes that wait", "Take your time.", "by Lou")
        await kim.sends("/sign-off/agree", language="en", key=DANGER, read=kim_read(kim))
        kim.sees("Signed off. It is said so from now on.")
        assert said(world, DANGER) == text
        assert read_signatures(signatures)["en", DANGER].by == "Kim"
        assert ("en", DANGER) not in {
            (each.language, each.key) for each in unsigned(world.service.voice.words, read_signatures(signatures))
        }

    async def test_are_signed_by_nobody_else(self, console: Served, world: World, signatures: Path) -> None:
        browser, before = await lou(console), said(world, DANGER)
        await browser.sends(f"/words/en/{DANGER}", text=f"{before} Take your time.")
        await browser.opens("/sign-off")
        browser.sees("Take your time.")
        browser.does_not_see("Sign it off, and say it so")
        await browser.sends("/sign-off/agree", language="en", key=DANGER, read="x")
        browser.sees("That is for others")
        await browser.sends(f"/words/en/{DANGER}/ours")
        browser.sees("only the safeguarding lead can take it back")

    async def test_changed_while_they_were_read_are_not_signed(
        self, console: Served, world: World, signatures: Path
    ) -> None:
        browser, kim = await lou(console), await console.signed_in("Kim", [SAFEGUARDING])
        before = said(world, DANGER)
        await browser.sends(f"/words/en/{DANGER}", text=f"{before} Take your time.")
        await kim.opens("/sign-off")
        read = kim_read(kim)
        await browser.sends(f"/words/en/{DANGER}", text=f"{before} Hurry.")
        await kim.sends("/sign-off/agree", language="en", key=DANGER, read=read)
        kim.sees("changed while you read it")
        assert said(world, DANGER) == before
        assert read_signatures(signatures) == {}

    async def test_can_be_left_as_they_are(self, console: Served, world: World, signatures: Path) -> None:
        browser, kim = await lou(console), await console.signed_in("Kim", [SAFEGUARDING])
        await browser.sends(f"/words/en/{DANGER}", text=f"{said(world, DANGER)} Hurry.")
        await kim.sends("/sign-off/drop", language="en", key=DANGER)
        kim.does_not_see("Changes that wait")
        with world.service.database.reading() as connection:
            assert own_wording(connection, "en", DANGER).waiting is None

    async def test_stay_unsaid_where_the_signature_cannot_be_kept(
        self, console: Served, world: World, signatures: Path
    ) -> None:
        browser, kim = await lou(console), await console.signed_in("Kim", [SAFEGUARDING])
        before = said(world, DANGER)
        await browser.sends(f"/words/en/{DANGER}", text=f"{before} Take your time.")
        console.console.config = Config(
            organisation={"name": "Harbour House"},
            safeguarding={"signed_off": signatures.parent / "no" / "folder.toml"},
        )
        await kim.opens("/sign-off")
        await kim.sends("/sign-off/agree", language="en", key=DANGER, read=kim_read(kim))
        kim.sees("can't be written")
        assert said(world, DANGER) == before

    async def test_of_a_part_are_signed_together_as_they_stand(
        self, console: Served, world: World, signatures: Path
    ) -> None:
        kim = await console.signed_in("Kim", [SAFEGUARDING])
        await kim.opens("/sign-off")
        kim.sees("en, safety")
        await kim.sends("/sign-off/part", part="en safety", read="another reading")
        kim.sees("changed while you read it")
        while 'name="part"' in kim.page:
            await kim.opens("/sign-off")
            await kim.sends("/sign-off/part", part=field_of(kim, "part"), read=field_of(kim, "read"))
        kim.sees("Everything is signed off")
        assert set(read_signatures(signatures)) == set(about_danger(Words.load()))


class TestTheCount:
    @pytest.mark.parametrize(
        ("words", "told"),
        [
            ("", "Nothing yet."),
            ("Hello {name}", "1 part, 9 of 160 letters, about 4p"),
            ("x" * 161, "2 parts, 161 of 306 letters, about 8p"),
            ("Hello 👍", "1 part, 8 of 70 letters, about 4p"),
            ("👍" + "x" * 70, "2 parts, 72 of 134 letters, about 8p. Without 👍 it would take 1"),
            ("“Curly” – quotes…", "1 part, 19 of 160 letters, about 4p"),
        ],
    )
    async def test_says_parts_letters_and_price(self, console: Served, words: str, told: str) -> None:
        bo = await console.signed_in("Bo")
        await bo.sends("/segments", words=words)
        assert bo.page == told
        assert bo.answer.headers["content-type"].startswith("text/plain")


def kim_read(kim: Browser) -> str:
    return field_of(kim, "read")


def field_of(browser: Browser, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', browser.page)[1]


def labels(world: World, key: str) -> dict[str, str]:
    label = world.service.voice.words.wording("en", key).label
    return {f"label.{choice}": shown for choice, shown in label.items()}
