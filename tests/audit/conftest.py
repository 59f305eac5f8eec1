"""Deployments to rob, each played once for the whole run: ours, and careless builds of it.

`ours`, `talkative` and `careless` are what a thief has of them, on SQLite and on PostgreSQL; a test changes nothing.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.audit.attack import Attack
from bot.audit.loot import Loot
from bot.audit.simulate import IN_MEMORY, Size, play
from bot.audit.stage import Stage
from storage.database import Database
from storage.feedback import keys as inbox_keys
from tests.audit import leaky
from tests.conftest import KINDS, PostgreSQL

SMALL = Size(people=7, a_week=3, weeks=2, step=timedelta(hours=12), phones=2)
"""So small that a test can wait for it; `make prove` plays a larger one."""


_kept: list[Loot] = []
_found: dict[tuple[int, str], str] = {}


def found(attack: Attack, loot: Loot) -> str:
    """All that an attack found, as text; tried once on each loot."""
    tried = id(loot), attack.name
    if tried not in _found:
        _found[tried] = "\n".join(attack.findings(loot))
        _kept.append(loot)  # so that its id is nobody else's
    return _found[tried]


def with_file(loot: Loot, name: str, content: bytes) -> Loot:
    """The same with this file instead of its own, which need not be searched each time."""
    return replace(loot, files={f"/srv/{name}": content})


@pytest.fixture(scope="session", autouse=True)
def quick_passphrases() -> Iterator[None]:
    """The smallest Argon2id there is; its true cost is in the bench."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inbox_keys, "ROUNDS", 1)
        patch.setattr(inbox_keys, "MEMORY_BYTES", 8192)
        yield


@pytest.fixture(scope="session", params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Which database."""
    return str(request.param)


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in memory, where there is such: a commit need not wait for a disk there."""
    made = Path(tempfile.mkdtemp(dir=IN_MEMORY)) if IN_MEMORY.is_dir() else tmp_path_factory.mktemp("room")
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="session")
def new_stage(kind: str, room: Path, request: pytest.FixtureRequest) -> Callable[[], Stage]:
    """Makes a stage on a database of its own, which goes with the server."""
    server: PostgreSQL | None = request.getfixturevalue("postgresql") if kind == "postgresql" else None

    def make() -> Stage:
        folder = Path(tempfile.mkdtemp(dir=room))
        url = f"sqlite:///{folder}/main.sqlite3"
        if server is not None:
            url = server.create(request.getfixturevalue("postgresql_template"))
        return Stage(folder, lambda: _opened(url), url if server else "", step=SMALL.step)

    return make


def _opened(url: str) -> Database:
    database = Database(url)
    if database.is_sqlite:
        Path(str(make_url(url).database)).parent.mkdir(exist_ok=True)
        database.migrate()
    return database


@contextmanager
def built(*changes: tuple[object, str, object]) -> Iterator[None]:
    """A build in which these parts are others."""
    with pytest.MonkeyPatch.context() as patch:
        for thing, name, other in changes:
            patch.setattr(thing, name, other)
        yield


@pytest.fixture(scope="session")
def ours(new_stage: Callable[[], Stage]) -> Loot:
    """What a thief has of ours."""
    return asyncio.run(play(new_stage(), new_stage(), SMALL))


@pytest.fixture(scope="session")
def talkative(new_stage: Callable[[], Stage]) -> Loot:
    """What a thief has of a build in which the conversation about feedback leaves traces."""
    with built(*leaky.CONVERSATION):
        return asyncio.run(play(new_stage(), new_stage(), SMALL))


@pytest.fixture(scope="session")
def careless(new_stage: Callable[[], Stage]) -> Loot:
    """What a thief has of a build that keeps feedback as most programs would."""
    with built(*leaky.KEEPING):
        return asyncio.run(leaky.kept_carelessly(new_stage()))
