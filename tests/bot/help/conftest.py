"""A town with places that help, and a file to import."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.directory.keeping import import_directory
from bot.simulation import World
from tests.bot.help.cast import LOCAL, NOW


@pytest.fixture
def feed(tmp_path: Path):
    """A file with these words in it, always at the same place."""

    def write(content: str, name: str = "local.csv") -> str:
        (tmp_path / name).write_text(content, encoding="utf-8")
        return str(tmp_path / name)

    return write


@pytest.fixture
async def town(world: World, feed) -> World:
    """A world whose charity knows places in Brighton and Swansea."""
    import_directory(world.service.database, feed(LOCAL), NOW)
    return world


@pytest.fixture
def config_path(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALONGSIDE_TELEGRAM__TOKEN", "1:hush")
    path = tmp_path / "config.toml"
    path.write_text(
        f'[organisation]\nname = "Harbour House"\n[database]\nurl = "{database_url}"\n[telegram]\n'
        '[safeguarding]\nmode = "signpost only"\n',
        encoding="utf-8",
    )
    return path
