"""SIGKILL at any instant of sealing, spooling, folding and releasing: what was promised is there, and only once."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.feedback import spool as spool_module
from storage.feedback import store
from storage.feedback.spool import Spool
from storage.feedback.store import read, release_waiting
from tests.storage.cast import ROOT
from tests.storage.feedback.conftest import Inbox
from tests.storage.feedback.killed import CANARY, WEEK, the_spool

A_LIFE = 10_000  # numbers each child may use


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Its memory really is memory, where this machine has some."""
    if not Path("/dev/shm").is_dir():
        yield tmp_path
        return
    memory = Path("/dev/shm") / f"alongside-test-{os.getpid()}-{tmp_path.name}"
    memory.mkdir(mode=0o700)
    (tmp_path / "memory").symlink_to(memory)
    yield tmp_path
    shutil.rmtree(memory)


def live_and_die(url: str, folder: Path, life: int, seconds: float, folds: int = 0) -> list[str]:
    """What the child said until it was killed, that many seconds after its first word and after so many folds."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.storage.feedback.killed", url, str(folder), str(life * A_LIFE)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    said = [child.stdout.readline()]
    while said[-1] and said.count("folded\n") < folds:
        said.append(child.stdout.readline())
    threading.Timer(seconds, child.kill).start()
    said += child.stdout.readlines()
    assert child.wait(30) == -9
    return [line.strip() for line in said if line.endswith("\n")]


def promises(said: list[str]) -> set[int]:
    return {int(line.split()[1]) for line in said if line.startswith("kept")}


def kept_before_the_last_fold(said: list[str]) -> set[int]:
    """A fold that says so after "kept N" may have begun before it: only what was said before the last but one."""
    folds = [place for place, line in enumerate(said) if line == "folded"]
    return promises(said[: folds[-2]]) if len(folds) > 1 else set()


def released(inbox: Inbox) -> list[int]:
    opened = read(inbox.db, inbox.keys)
    assert all(len(one.ids) == 1 for one in opened)  # a copy would be the same words twice
    return [int(one.words.text.removeprefix(CANARY)) for one in opened]


def assert_no_plain_text(*folders: Path) -> None:
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert CANARY.encode() not in path.read_bytes(), path


def lives(inbox: Inbox, folder: Path, how_many: int) -> None:
    promised: set[int] = set()
    for life in range(how_many):
        said = live_and_die(inbox.db.url, folder, life, random.uniform(0, 0.5))
        promised |= promises(said)
        assert_no_plain_text(folder, folder / "memory")
    release_waiting(inbox.db, the_spool(folder), WEEK)

    found = released(inbox)

    assert len(found) == len(set(found))
    assert promised <= set(found)
    assert len(set(found) - promised) <= how_many  # put, and killed before it could say so
    assert the_spool(folder).waiting() == []


def test_a_kill_at_any_instant_loses_and_doubles_nothing(inbox, folder):
    lives(inbox, folder, 4)


@pytest.mark.prove
def test_many_kills_lose_and_double_nothing(inbox, folder):
    lives(inbox, folder, 60)


def test_the_machines_death_loses_no_more_than_the_last_hour(inbox, folder):
    said = live_and_die(inbox.db.url, folder, 0, random.uniform(0, 0.2), folds=4)
    for path in (folder / "memory").iterdir():
        path.unlink()
    release_waiting(inbox.db, the_spool(folder), WEEK)

    assert kept_before_the_last_fold(said)
    assert kept_before_the_last_fold(said) <= set(released(inbox))


INSTANTS = {
    "the new file has no name yet": (Path, "rename"),
    "the old file is not overwritten yet": (spool_module, "_burn"),
    "memory is not emptied yet": (Path, "unlink"),
    "nothing is released yet": (store, "release"),
    "the spool is not cleared yet": (Spool, "clear_released"),
}


@pytest.mark.parametrize("instant", INSTANTS)
def test_at_the_instants_that_matter_most(inbox, folder, instant, monkeypatch):
    """Each step of a release, cut off just there, and then done again by whoever comes next."""
    spool = the_spool(folder)
    for text in ("1", "2"):
        spool.put(inbox.sealed(f"{CANARY} {text}").to_bytes(), "release")
    spool.fold()
    spool.put(inbox.sealed(f"{CANARY} 3").to_bytes(), "release")

    def dies(*_: object, **__: object) -> None:
        raise SystemExit

    monkeypatch.setattr(*INSTANTS[instant], dies)
    with pytest.raises(SystemExit):
        release_waiting(inbox.db, spool, WEEK)
    monkeypatch.undo()
    release_waiting(inbox.db, the_spool(folder), WEEK)

    assert sorted(released(inbox)) == [1, 2, 3]
    assert the_spool(folder).waiting() == []


def test_several_processes_share_one_spool(inbox, folder):
    said: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda life=life: said.append(live_and_die(inbox.db.url, folder, life, 0.7)))
        for life in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    release_waiting(inbox.db, the_spool(folder), WEEK)

    found = released(inbox)
    assert len(found) == len(set(found))
    assert set().union(*map(promises, said)) <= set(found)
