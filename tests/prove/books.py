"""The books after a fault run: what the database and the providers hold, and whether it is what it must be."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from storage.desk import ADDRESS, CHECK_IN, CONVERSATION, HOLDER, INBOX, MESSAGE, OUTBOX, PERSON
from tests.prove.script import Effects, effects

if TYPE_CHECKING:
    from tests.prove.crash import Crash
    from tests.prove.people import Somebody

TABLES = (PERSON, ADDRESS, HOLDER, CONVERSATION, MESSAGE, OUTBOX, INBOX, CHECK_IN)
# A report of the provider may still come in, and a chat's last sign of life is noted; neither is an effect.
UNSTABLE = {"outbox": {"state", "settled_at"}}


@dataclass
class Books:
    """What was found in the end.

    Attributes:
        rows: Every row of every table, to see that nothing changes any more.
        faults: Every sentence is something lost, doubled or wrong; none in a good run.
        counts: What happened, for people to read.
    """

    rows: dict[str, list[tuple[Any, ...]]]
    faults: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    takeover_seconds: list[float] = field(default_factory=list)

    @classmethod
    def read(cls, connection: Connection, crash: Crash) -> Books:
        """Read everything and compare it with what it must be."""
        books = cls({table.name: _all_rows(connection, table) for table in TABLES}, counts=Counter(crash.counts))
        books.takeover_seconds = crash.faults.takeover_seconds
        _Audit(connection, crash, books).everybody()
        return books

    def report(self) -> str:
        """The counts, one a line."""
        lines = [f"{count:7,}  {what}" for what, count in self.counts.items()]
        if self.takeover_seconds:
            lines.append(f"{max(self.takeover_seconds):7.1f}  seconds at the most until another process sent")
        return "\n".join(lines)


def _all_rows(connection: Connection, table: Any) -> list[tuple[Any, ...]]:
    columns = [column for column in table.c if column.name not in UNSTABLE.get(table.name, ())]
    return sorted(tuple(row) for row in connection.execute(select(*columns)))


class _Audit:
    """Compares one person after the other."""

    def __init__(self, connection: Connection, crash: Crash, books: Books) -> None:
        self._connection = connection
        self._crash = crash
        self._faults, self._counts = books.faults, books.counts
        self._messages = self._by_address(MESSAGE)
        self._outbox = self._by_address(OUTBOX)

    def everybody(self) -> None:
        """Everything that anybody said and heard, and nothing else."""
        for somebody in self._crash.people.all:
            for fault in self._faults_with(somebody):
                self._faults.append(f"{somebody.address}: {fault}")
        known = {somebody.address for somebody in self._crash.people.all}
        strangers = (self._messages.keys() | self._outbox.keys()) - known
        self._faults.extend(f"{address}: nobody has this address" for address in strangers)

    def _by_address(self, table: Any) -> dict[str, list[Any]]:
        query = select(table, ADDRESS.c.value.label("whose")).join(ADDRESS, ADDRESS.c.id == table.c.address_id)
        found = defaultdict(list)
        for row in self._connection.execute(query.order_by(table.c.id)):
            found[row.whose].append(row)
        return found

    def _faults_with(self, somebody: Somebody) -> Iterator[str]:
        script, messages, outbox = somebody.script, self._messages[somebody.address], self._outbox[somebody.address]
        taken_in = [row.provider_id for row in messages]
        if lost := [its_id for its_id in somebody.sent if its_id not in taken_in]:
            yield f"lost {lost}"
        elif taken_in != somebody.sent:
            yield f"sent {somebody.sent}, taken in {taken_in}"
        typed = {row.provider_id: row.text for row in messages if row.kind == "text"}
        said = dict(zip(somebody.sent, script.says, strict=True))
        if wrong := {its_id for its_id, words in typed.items() if words != said.get(its_id)}:
            yield f"other words than they sent in {wrong}"
        replies = [row.text for row in outbox]
        if replies != list(script.hears):
            yield f"replies differ: {list(_differences(script.hears, replies))}"
        try:
            left = effects(self._connection, somebody.address)
        except ValueError:
            yield "not exactly one person at this address"
            return
        yield from _different_effects(script.effects, left)
        notes = [row for row in left.check_ins if row[0] == script.mood and script.words in (row[1] or "")]
        if len(notes) != 1 or len(left.check_ins) != 1:
            yield f"one check-in with {script.mood} and {script.words!r}, but there is {left.check_ins}"
        yield from self._faults_in_sending(somebody, outbox)

    def _faults_in_sending(self, somebody: Somebody, outbox: Sequence[Any]) -> Iterator[str]:
        arrived, allowed, counts = self._arrived(somebody), [], self._counts
        counts["replies"] += len(outbox)
        counts["replies that arrived"] += len(arrived)
        for row in outbox:
            killed, again = self._crash.faults.cut_off[row.id], row.attempts - 1
            cuts = killed + self._crash.faults.followed_up[row.id]
            if killed:
                counts[f"{row.sender}: sends cut off by a kill"] += killed
                counts[f"{row.sender}: replies cut off by a kill"] += 1
                counts[f"{row.sender}: of these said again"] += bool(again)
            elif again:
                counts[f"{row.sender}: replies said again as the right to send changed hands"] += 1
            if row.state not in ("sent", "delivered", "unknown"):
                yield f"reply {row.text[:40]!r} ended as {row.state}"
            if again > cuts:  # its process died between the claim and the provider, so it had not been said at all
                counts[f"{row.sender}: claimed, and killed before it was sent"] += 1
            allowed.append(self._copies(row, cuts))
            if row.state == "unknown":
                counts[f"{row.sender}: cut off twice, so unknown"] += 1
                if row.sender == "sms" or cuts < 2:
                    yield f"reply {row.text[:40]!r} is unknown after {cuts} cuts"
        yield from self._compare_runs(somebody, [row.text for row in outbox], allowed, arrived)

    def _arrived(self, somebody: Somebody) -> list[str]:
        if somebody.channel == "sms":
            return [each.body for each in self._crash.twilio.accepted if each.to == somebody.address]
        return [each.text for each in self._crash.telegram.sent_to(int(somebody.address))]

    @staticmethod
    def _copies(row: Any, cuts: int) -> tuple[int, int]:
        """How many of one reply may have arrived: the fewest and the most."""
        if row.sender == "sms" or not cuts:
            return 1, 1
        return (0 if row.state == "unknown" else 1), min(row.attempts, 2)

    def _compare_runs(
        self, somebody: Somebody, replies: list[str], allowed: list[tuple[int, int]], arrived: list[str]
    ) -> Iterator[str]:
        """In order; of each stretch of the same words as many as there may be."""
        at = 0
        for words, stretch in itertools.groupby(zip(replies, allowed, strict=True), key=lambda pair: pair[0]):
            copies = [pair[1] for pair in stretch]
            there = sum(1 for _ in itertools.takewhile(lambda said, words=words: said == words, arrived[at:]))
            fewest, most = sum(few for few, _ in copies), sum(many for _, many in copies)
            at += there
            if somebody.channel == "telegram":
                self._counts["telegram: replies that arrived twice"] += max(0, there - len(copies))
            if not fewest <= there <= most:
                yield f"{words[:60]!r} arrived {there} times, not {fewest} to {most}"
        if at < len(arrived):
            yield f"arrived out of order, or unasked: {[words[:40] for words in arrived[at:]]}"


def _differences(wanted: Iterable[str], found: Iterable[str]) -> Iterator[tuple[str, str]]:
    for one, other in itertools.zip_longest(wanted, found, fillvalue="(nothing)"):
        if one != other:
            yield one[:80], other[:80]


def _different_effects(wanted: Effects, found: Effects) -> Iterator[str]:
    for name in Effects.__dataclass_fields__:
        if getattr(wanted, name) != getattr(found, name):
            yield f"{name}: should be {getattr(wanted, name)}, is {getattr(found, name)}"
