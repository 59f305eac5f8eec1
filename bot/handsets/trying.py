"""What `alongside try` keeps while it runs: the world, whether it stands yet, and the one way to sign in."""

from __future__ import annotations

import hmac
import secrets
import threading
from datetime import date, timedelta

from sqlalchemy import Connection, update

from bot.console.visit import ROLES
from bot.demo.story import has_signed_in, live_in
from bot.handsets.phones import Shelf
from bot.simulation import World
from storage import accounts
from storage.accounts import SESSION

VISITOR = "Bo"
SMALL, LARGE = timedelta(minutes=30), timedelta(hours=3)
A_DAY = timedelta(days=1)


class Trying:
    """A visit to Harbour House.

    Args:
        world: With nobody in it yet.

    Attributes:
        shelf: The phones.
        account_id: Whose console it is.
        day: The day that it is while the weeks pass.
        is_ready: Whether they have passed.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.shelf = Shelf(world)
        self.day: date = world.clock().date()
        self.is_ready = False
        self._using = threading.Lock()  # pages are made in threads
        self._code: str | None = secrets.token_urlsafe(16)
        with world.service.database.writing() as connection:
            self.account_id = _let_in(connection, world)

    @property
    def code(self) -> str | None:
        """What signs somebody in once; None: it has."""
        return self._code

    def is_the_code(self, typed: str) -> bool:
        """Whether this signs somebody in."""
        return self._code is not None and hmac.compare_digest(typed.encode(), self._code.encode())

    def use_code(self, typed: str) -> bool:
        """Use it up; False: it was no good, or somebody else was first."""
        with self._using:
            is_good = self.is_the_code(typed)
            self._code = None if is_good else self._code
            return is_good

    async def build(self) -> None:
        """Let the three weeks pass."""
        await live_in(self.world, tell=self._tell)
        self.shelf.all_seen()
        self.is_ready = True

    def _tell(self, day: date) -> None:
        self.day = day

    async def move_clock(self, by: timedelta) -> None:
        """Let time pass in larger steps where it is long; whoever is signed in stays so."""
        self._keep_signed_in(by)
        await self.world.later(by, step=SMALL if by <= A_DAY else LARGE, every_hour=False)
        if self.world.service.releasing is not None:
            await self.world.service.releasing.every_hour()

    def _keep_signed_in(self, by: timedelta) -> None:
        """Sessions end by the same clock, and a week that passes in a second is no time away from the desk."""
        then = self.world.clock() + by
        with self.world.service.database.writing() as connection:
            connection.execute(update(SESSION).values(began_at=then, seen_at=then))


def _let_in(connection: Connection, world: World) -> int:
    """An account that may do everything. What stands for its password is none's hash: nobody can sign in with one."""
    now = world.clock()
    account_id = accounts.invite_account(connection, VISITOR, ROLES, secrets.token_urlsafe(24), now, now)
    accounts.change_rights(connection, account_id, ROLES, None)
    has_signed_in(connection, account_id)
    return account_id
