"""Where the secrets and folders of feedback lie: private, apart, and in memory what must not reach a disk.

Only looks. Linux tells what is memory and what may be swapped; elsewhere that cannot be found out, and does not hold.
"""

from __future__ import annotations

import hmac
import os
import re
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from storage.feedback.codes import LEAST_SECRET

PROC = Path("/proc")
CGROUPS = Path("/sys/fs/cgroup")
IN_MEMORY = ("tmpfs", "ramfs")
_BACKUPS = re.compile(r"back[-_ ]?up", re.IGNORECASE)
_OTHERS = stat.S_IRWXO | stat.S_IWGRP  # a file of root's may be read by the group of the bot's user
_NOT_OURS = stat.S_IRWXO | stat.S_IRWXG


@dataclass(frozen=True)
class Secret:
    """The pepper or the outer key.

    Attributes:
        name: As the configuration calls it.
        value: Its bytes.
        file: Where it was read from; None: from the environment.
    """

    name: str
    value: bytes = field(repr=False)
    file: Path | None


def are_good_secrets(secrets: Sequence[Secret]) -> Iterator[str]:
    """What is wrong with the secrets themselves."""
    for secret in secrets:
        if len(secret.value) < LEAST_SECRET:
            yield (
                f"feedback.{secret.name}: needs at least {LEAST_SECRET} bytes that nobody can guess. This makes them: "
                "openssl rand -hex 32"
            )
    if any(hmac.compare_digest(one.value, other.value) for one in secrets for other in secrets if one is not other):
        yield "feedback.pepper and feedback.outer_key are the same. Make each of its own: openssl rand -hex 32"


def lies_well(secret: Secret, kept_in: Sequence[Path]) -> Iterator[str]:
    """What is wrong with the place of a secret: stolen together with what it protects, it protects nothing."""
    if secret.file is None:
        return
    name, file = f"feedback.{secret.name}_file", secret.file.resolve(strict=True)
    if any(folder.resolve() in file.parents for folder in kept_in):
        yield (
            f"{name}: lies beside what it protects, so one thief, or one backup, takes both. Move it to a folder "
            "without database and spool, like /etc/alongside."
        )
    if _is_backed_up(file):
        yield f"{name}: lies where backups are. Move it to a folder that is in no backup, like /etc/alongside."
    if file.stat().st_mode & _OTHERS:
        yield f"{name}: others on this machine can read or change it. Run chmod 600 on it, as its owner."


def _is_backed_up(file: Path) -> bool:
    """Whether a folder above it, or beside it, is named as one of backups."""
    beside = (each.name for each in file.parent.iterdir() if each.is_dir())
    return any(_BACKUPS.search(name) for name in (*(folder.name for folder in file.parents), *beside))


def are_private(memory: Path, spool: Path) -> Iterator[str]:
    """What is wrong with the folders; one that is not there yet, the spool makes private."""
    for name, folder in (("memory", memory), ("spool", spool)):
        yield from (f"feedback.{name}: {what}" for what in _fault_of(folder))
    one, other = memory.resolve(), spool.resolve()
    if one == other or one in other.parents or other in one.parents:
        yield "feedback.memory and feedback.spool lie in each other. Name two that are apart."


def _fault_of(folder: Path) -> Iterator[str]:
    there = _nearest(folder)
    if not there.is_dir():
        yield "is no folder. Name one, or one that can be made."
    elif not os.access(there, os.W_OK | os.X_OK):
        yield "cannot be written to. Give the folder to the bot's own user."
    if not folder.is_dir():
        return
    its = folder.stat()
    if its.st_mode & _NOT_OURS or its.st_uid != os.getuid():
        yield "must belong to the bot's own user and be open to nobody else. Run chmod 700 on it, as that user."


def _nearest(path: Path) -> Path:
    """The path, or what is there of it."""
    return next(each for each in (path.resolve(), *path.resolve().parents) if each.exists())


# -- memory ---------------------------------------------------------------------------------------------


def what_may_reach_a_disk(memory: Path, swap: str) -> Iterator[str]:
    """What may be written to a disk although it must stay in memory."""
    if sys.platform != "linux":
        yield (
            f"feedback.memory: on this system ({sys.platform}) nobody can find out whether it stays in memory, so "
            "feedback is not offered. Run Alongside on Linux."
        )
        return
    kind, options = _mounted(memory)
    if kind not in IN_MEMORY:
        yield f"feedback.memory: is on a disk ({kind}). Name a folder on a tmpfs, like /dev/shm/alongside."
    elif _has_swap() and swap != "encrypted" and not (_group_is_never_swapped() or _is_locked(kind, options)):
        yield (
            "This machine swaps memory to a disk. Turn swap off (swapoff -a), or keep the bot out of it (systemd: "
            'MemorySwapMax=0), or encrypt swap and say so: swap = "encrypted" in [feedback].'
        )


def _mounted(path: Path) -> tuple[str, set[str]]:
    """The kind of file system that a path is on, and its options; the last one mounted there counts."""
    real, found, length = _nearest(path), ("unknown", set[str]()), -1
    for line in (PROC / "mounts").read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        _, where, kind, options = line.split()[:4]
        place = Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), where))
        if (real == place or place in real.parents) and len(place.parts) >= length:
            found, length = (kind, set(options.split(","))), len(place.parts)
    return found


def _has_swap() -> bool:
    """Whether anything is swapped to but compressed memory, which is memory."""
    lines = (PROC / "swaps").read_text(encoding="utf-8").splitlines()[1:]
    return any(not line.startswith(("/dev/zram", "/zram")) for line in lines)


def _group_is_never_swapped() -> bool:
    """Whether our control group, or one above it, may use no swap: that goes for our files in tmpfs as well.

    https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-ownership
    """
    ours = [line[3:] for line in (PROC / "self/cgroup").read_text(encoding="utf-8").splitlines() if line[:3] == "0::"]
    if not ours:
        return False
    group = CGROUPS / ours[0].lstrip("/")
    limits = (each / "memory.swap.max" for each in (group, *group.parents) if each.is_relative_to(CGROUPS))
    return any(limit.exists() and limit.read_text(encoding="utf-8").strip() == "0" for limit in limits)


def _is_locked(kind: str, options: set[str]) -> bool:
    """Whether neither our process nor the folder can be swapped: mlockall, and a ramfs or a tmpfs with `noswap`."""
    sizes = dict(re.findall(r"^(Vm\w+):\s+(\d+) kB", (PROC / "self/status").read_text(encoding="utf-8"), re.MULTILINE))
    locked = int(sizes.get("VmLck", 0)) >= int(sizes.get("VmRSS", 1))
    return locked and (kind == "ramfs" or "noswap" in options)
