"""Who is on call, and what is set up; never a secret."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.config import Config
from bot.console.visit import ADMIN
from bot.simulation import HARBOUR_HOUSE, World
from flows.rota import Rota, shift, stretches
from storage.database import Database
from tests.bot.console.cast import Served

LONDON = ZoneInfo("Europe/London")
HIDDEN = ("very-secret-token", "hush-hush", "s3cret", "07700 900201", "+447700900201", "AC" + "0" * 32)


async def test_the_rota_says_that_nobody_watches(console: Served) -> None:
    bo = await console.signed_in("Bo")
    await bo.opens("/rota")
    bo.sees("Nobody watches here")


class TestTheRota:
    @pytest.fixture
    async def world(self, database: Database):
        async with World(database, HARBOUR_HOUSE) as world:
            yield world

    async def test_says_who_is_on_call_now_and_in_the_week_ahead(self, console: Served, world: World) -> None:
        bo = await console.signed_in("Bo")
        await bo.opens("/rota")
        bo.sees("Sam on call", "Mon 02 Mar 00:00–09:00 nobody 09:00–17:00 Sam 17:00–24:00 nobody")
        bo.sees("Where it says nobody, Kim and Bo are told at once.")
        bo.sees("Sat 07 Mar 00:00–24:00 nobody", "Mon 09 Mar", "Lead: Kim. Deputy: Bo. Manager: Lou.")
        world.clock.forward(timedelta(hours=9))
        bo = await console.signed_in("Bo")
        await bo.opens("/rota")
        bo.sees("Nobody is on call. An alert goes to Kim and Bo first.")
        assert "7700" not in bo.page


def test_a_rota_has_no_hole_and_changes_on_the_quarter() -> None:
    rota = Rota(
        (shift("Sam", "MO-FR", "09:00", "17:15", LONDON, False), shift("Bo", "TU", "22:00", "02:00", LONDON, True))
    )
    start = datetime(2026, 3, 2, tzinfo=LONDON)
    found = stretches(rota, start, start + timedelta(days=3))
    assert [(part.who, part.start.strftime("%a %H:%M")) for part in found] == [
        ((), "Mon 00:00"),
        (("Sam",), "Mon 09:00"),
        ((), "Mon 17:15"),
        (("Sam",), "Tue 09:00"),
        ((), "Tue 17:15"),
        (("Bo",), "Tue 22:00"),
        ((), "Wed 02:00"),
        (("Sam",), "Wed 09:00"),
        ((), "Wed 17:15"),
    ]
    assert all(one.end == next_.start for one, next_ in pairwise(found))


class TestSettings:
    async def test_show_what_is_set_up_and_no_secret(self, console: Served, world: World, tmp_path) -> None:
        console.console.config = Config(
            organisation={"name": "Harbour House"},
            database={"url": world.service.database.engine.url.render_as_string(hide_password=False)},
            sms={"account_sid": "AC" + "0" * 32, "auth_token": "hush-hush", "sends_as": "+447700900201"},
            telegram={"token": "very-secret-token"},
            feedback={"url": f"sqlite:///{tmp_path / 'feedback.sqlite3'}", "pepper": "s3cret", "outer_key": "s3cret"},
            safeguarding={
                "mode": "signpost only",
                "signed_off": tmp_path / "signed_off.toml",
                "person": [{"name": "Sam", "channel": "sms", "address": "07700 900201"}],
            },
        )
        lou = await console.signed_in("Lou", [ADMIN])
        await lou.opens("/settings")
        lou.sees("Harbour House", "on, 10 parts a second", "on, by polling", "signpost only", "FR at 12:00")
        lou.sees("council_number: is missing", "has not signed off")
        for each in HIDDEN:
            assert each not in lou.page

    async def test_say_what_is_to_be_put_right(self, console: Served, tmp_path) -> None:
        (tmp_path / "signed_off.toml").write_text("not [ toml")
        console.console.config = Config(
            organisation={"name": "Harbour House"},
            database={"url": f"sqlite:///{tmp_path / 'no' / 'where.sqlite3'}"},
            safeguarding={"mode": "signpost only", "signed_off": tmp_path / "signed_off.toml"},
        )
        lou = await console.signed_in("Lou", [ADMIN])
        await lou.opens("/settings")
        lou.sees("To be put right", "can't be read", "can't be opened")

    async def test_without_a_file_are_empty(self, console: Served) -> None:
        lou = await console.signed_in("Lou", [ADMIN])
        await lou.opens("/settings")
        lou.sees("There is no configuration file here.")
