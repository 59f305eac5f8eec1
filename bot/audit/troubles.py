"""What is made to go wrong on the stage while somebody gives feedback, with every logger listened to."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy.exc import OperationalError

from bot.audit.played import Guesses, Step, Trouble
from bot.audit.stage import CODE, Stage
from bot.channels import Reason, Retry, SendFailed
from storage.feedback.codes import new_code
from storage.feedback.spool import SpoolFull

WRITER = 3  # by Telegram, where a prompt works in every deployment
WORDS = "the kettle in the yellow room again, and nobody asked"
THEIRS = "the person cannot be reached"
GUESSED_FROM_ONE = 14
AS_LONG = 30  # letters, by which an answer is known again on either channel


async def make_trouble(stage: Stage) -> list[Trouble]:
    """Every fault that can befall somebody's words, one after the other."""
    person, code = stage.people[WRITER], new_code()
    stage.words.append(WORDS)
    private = (WORDS, person.address, code, code.replace(" ", ""))
    found = []
    for what, breaking in _faults(stage).items():
        before, lines = stage.rows(), len(stage.log.lines())
        with _everything_logged() as logged, breaking():
            await stage.says(WRITER, "FEEDBACK")
            await stage.says(WRITER, WORDS)
            await stage.says(WRITER, f"FEEDBACK {WORDS}")
            await stage.says(WRITER, WORDS, apart=True)
            await stage.says(WRITER, f"CODE {code}")
        lines = len(stage.log.lines()) - lines if what == THEIRS else 0
        step = Step(f"over a fault, {what}", before, stage.rows())
        found.append(Trouble(what, logged.getvalue(), private, lines, step))
    return found


def _faults(stage: Stage) -> dict[str, Callable[[], AbstractContextManager[None]]]:
    def database_error(*told: object) -> None:
        raise OperationalError("INSERT", {"values": repr(told)}, Exception(repr(told)), hide_parameters=True)

    def our_bug(*told: object) -> None:
        raise RuntimeError(repr(told))

    def full(*told: object) -> None:
        raise SpoolFull

    def replaced(name: str, by: Callable[..., None]) -> Callable[[], AbstractContextManager[None]]:
        return lambda: _replaced(stage.box, name, by)

    return {
        "all slots are taken": replaced("put", full),
        "the disk cannot be written": replaced("put", database_error),
        "a fault of ours": replaced("put", our_bug),
        "the database of feedback is away": replaced("answer_to", database_error),
        THEIRS: lambda: _failing(stage),
    }


@contextmanager
def _replaced(thing: object, name: str, by: object) -> Iterator[None]:
    setattr(thing, name, by)
    try:
        yield
    finally:
        delattr(thing, name)


@contextmanager
def _failing(stage: Stage) -> Iterator[None]:
    everyone = [*stage.world.handsets.values(), *stage.world.apart.values()]
    for handsets in everyone:
        handsets.fails_with = SendFailed(Reason.BLOCKED, retry=Retry.NEVER, closes_address=True, code="403")
    try:
        yield
    finally:
        for handsets in everyone:
            handsets.fails_with = None


@contextmanager
def _everything_logged() -> Iterator[io.StringIO]:
    """All that is said to any logger at any level, with its tracebacks: more than the log keeps."""
    heard = io.StringIO()
    handler, level = logging.StreamHandler(heard), logging.root.level
    handler.setFormatter(logging.Formatter("%(name)s %(message)s %(args)s"))
    logging.root.addHandler(handler)
    logging.root.setLevel(logging.DEBUG)
    try:
        yield heard
    finally:
        logging.root.removeHandler(handler)
        logging.root.setLevel(level)


async def guess_codes(stage: Stage, phones: int) -> Guesses:
    """Try codes from one phone, and then from many, within the hour; before that, one whose feedback waits."""
    receipt = await stage.says(WRITER, "x", apart=True)
    waiting = CODE.search("\n".join(receipt))
    unknown = await stage.says(WRITER, f"CODE {new_code()}")
    known = await stage.says(WRITER, f"CODE {waiting[0] if waiting else ''}")
    looked_up = [0]
    for who in [each for each in range(len(stage.people)) if each != WRITER][:phones]:
        for _ in range(GUESSED_FROM_ONE):
            told = "\n".join(await stage.says(who, f"CODE {new_code()}"))
            looked_up[-1] += told.startswith(unknown[0][:AS_LONG])
        looked_up.append(0)
    tried = GUESSED_FROM_ONE * (len(looked_up) - 1)
    return Guesses(looked_up[0], sum(looked_up), tried, (tuple(unknown), tuple(known)))
