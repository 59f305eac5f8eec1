"""What a deployment that was played for the attacks has shown: plain values, taken while it ran.

Some attacks need more than the files of one moment: what was there before a feedback and after it, or the same week
once more without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bot.audit.loot import Heap

Rows: TypeAlias = Mapping[str, tuple[tuple[Any, ...], ...]]
"""Every row of a database by table, each with the names of its columns in the first row."""

_LONG_NUMBER = re.compile(r"\d{12,}|[0-9a-f]{10,16}(?=\|)")  # an id, also as buttons carry it

COUNTS_ON = "poll_offset"
"""The value of the polling offset may differ: it is the one thing that Telegram makes us keep."""


@dataclass(frozen=True)
class Step:
    """Something that must leave no trace, and all rows before and after it.

    Attributes:
        what: What was done.
        before: The rows before.
        after: And after, when everybody had been answered.
    """

    what: str
    before: Rows = field(repr=False)
    after: Rows = field(repr=False)


@dataclass(frozen=True)
class Look:
    """All that can be seen at one moment.

    Attributes:
        when: The moment's name.
        rows: Of the main database, and of the feedback database what is not the released feedback itself; with ids
            by rank, since they are random or carry the time of the run.
        files: On disk, by name, with their size.
        log: Every line, without its time.
        desk: What the command line's counters and lists show, and every page of the console.
        heard: What everybody but the writer was told, by name.
    """

    when: str
    rows: Rows = field(repr=False)
    files: Mapping[str, int] = field(repr=False)
    log: tuple[str, ...] = field(repr=False)
    desk: tuple[str, ...] = field(repr=False)
    heard: Mapping[str, tuple[str, ...]] = field(repr=False)


@dataclass(frozen=True)
class Guesses:
    """What became of guessing codes within one hour.

    Attributes:
        from_one: How many from one phone were looked up.
        from_all: How many from all phones were looked up.
        tried: How many from all phones were tried.
        answers: What an unknown code, and one whose feedback waits for its release, is told.
    """

    from_one: int
    from_all: int
    tried: int
    answers: tuple[tuple[str, ...], tuple[str, ...]] = field(repr=False)


@dataclass(frozen=True)
class Answered:
    """What a webhook was answered."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True)
class Trouble:
    """Something that went wrong while somebody gave feedback.

    Attributes:
        what: What it was.
        logged: Everything that any logger was given meanwhile, tracebacks too.
        private: What may be in none of it: their words, number and code.
        lines: How many lines the log itself got, where the fault lies with the person: a reason and a time of day
            point at the few whom it fits.
        step: The rows before and after.
    """

    what: str
    logged: str = field(repr=False)
    private: tuple[str, ...] = field(repr=False)
    lines: int
    step: Step


@dataclass(frozen=True)
class Played:
    """Everything that was seen.

    Attributes:
        steps: Feedback, codes and prompts, one after the other.
        readings: A coordinator reads; somebody looks up their code. Rows of both databases.
        with_one: The looks at a fortnight in which somebody gives feedback.
        without: The same fortnight, in which they do not.
        guesses: None if codes were not guessed.
        troubles: What went wrong on purpose.
        answers: What Twilio's webhook was answered, to an ordinary message first.
    """

    steps: tuple[Step, ...] = ()
    readings: tuple[Step, ...] = ()
    with_one: tuple[Look, ...] = ()
    without: tuple[Look, ...] = ()
    guesses: Guesses | None = None
    troubles: tuple[Trouble, ...] = ()
    answers: Mapping[str, Answered] = field(default_factory=dict)


def rows_of(heaps: Sequence[Heap], *, left_out: Sequence[str] = (COUNTS_ON, "alembic_version")) -> Rows:
    """All rows as they are, without PostgreSQL's own columns."""
    return {f"{heap.side}.{heap.name}": tuple(_rows(heap)) for heap in heaps if heap.name not in left_out}


def _rows(heap: Heap) -> Iterator[tuple[Any, ...]]:
    kept = [at for at, name in enumerate(heap.columns) if name != "xmin"]
    yield tuple(heap.columns[at] for at in kept)
    yield from sorted((tuple(row[at] for at in kept) for row in heap.rows), key=repr)


def by_rank(rows: Rows) -> Rows:
    """The same rows with every id by its rank, and what is random only by its length: those differ in any two runs."""
    ids = sorted({value for table in rows.values() for row in table[1:] for value in row if _is_id(value)})
    rank = {its_id: f"id {at}" for at, its_id in enumerate(ids)}
    return {name: (table[0], *sorted(_ranked(table, rank), key=repr)) for name, table in rows.items()}


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and value > 2**40


def _ranked(table: tuple[tuple[Any, ...], ...], rank: Mapping[int, str]) -> Iterator[tuple[Any, ...]]:
    for row in table[1:]:
        yield tuple(_masked(name, value, rank) for name, value in zip(table[0], row, strict=True))


def _masked(name: str, value: Any, rank: Mapping[int, str]) -> Any:
    if isinstance(value, bytes | memoryview):
        return f"{len(value)} bytes"
    if isinstance(value, str):
        return f"{len(value)} letters" if name in ("provider_id", "code") else _LONG_NUMBER.sub("…", value)
    return rank.get(value, value) if isinstance(value, int) else value


def changed(before: Rows, after: Rows) -> list[str]:
    """The tables and columns that differ; never a value."""
    found = []
    for name in sorted({*before, *after}):
        one, other = before.get(name, ((),)), after.get(name, ((),))
        if len(one) != len(other):
            found.append(f"{name}: {abs(len(other) - len(one))} rows {'more' if len(other) > len(one) else 'fewer'}")
        elif one != other:
            pairs = [(a, b) for a, b in zip(one[1:], other[1:], strict=True) if a != b]
            columns = {one[0][at] for a, b in pairs for at in range(len(a)) if a[at] != b[at]}
            found += [f"{name}.{column} changed" for column in sorted(columns)]
    return found


def differences(one: Look, other: Look) -> list[str]:
    """What tells two looks apart, the command line's lists aside; never a value."""
    found = changed(other.rows, one.rows)
    for name in sorted({*one.files, *other.files}):
        if one.files.get(name) != other.files.get(name):
            found.append(f"the file {name} is of another size, or there in only one")
    if one.log != other.log:
        found.append(f"the log has {len(one.log)} lines and not {len(other.log)}, or others")
    found += [
        f"{name} was told something else" for name in sorted(one.heard) if one.heard[name] != other.heard.get(name)
    ]
    return found
