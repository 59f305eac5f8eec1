"""Secret votes: that somebody has voted is kept, what they chose is not, wherever one looks.

Each story is played twice, alike but for what Ada chooses: everything that is kept must be alike too, and what must
differ, the closed box, must not be readable without its key.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select
from sqlmodel import SQLModel

from bot.projects.keeping import NotDone
from bot.simulation import World
from bot.votes import keeping
from bot.votes.box import SIZE, BoxStaysClosed, ballot_key, close_box, open_box
from bot.votes.counting import cast
from storage.desk import ADDRESS, Desk
from storage.tables import InboxItem, Message, table_of
from storage.votes import VOTE, VOTER
from tests.bot.cast import Someone, rows, volunteer
from tests.bot.projects.cast import bo_does
from tests.bot.votes.cast import A_DAY, KEY, SECRET, bo_calls, bo_reads, hear_of_it, the_group

NAMES = ("Ada", "Eve", "Jo", "Kit", "Lee")
AS_TYPED = "uNdEr ThE tReE"


async def a_secret_vote(world: World, channel: str = "sms") -> list[Someone]:
    """Five people who have been asked."""
    people = await the_group(world, *NAMES, channel=channel, rule=SECRET)
    bo_calls(world)
    await hear_of_it(world, people)
    return people


def everything_kept(world: World) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, with numbers that are made at random told apart by their order alone."""
    seen: dict[int, int] = {}
    kept: dict[str, list[dict[str, Any]]] = {}
    with world.service.database.reading() as connection:
        for name, table in sorted(SQLModel.metadata.tables.items()):
            if name in inspect(connection).get_table_names():
                found = connection.execute(select(table).order_by(*table.primary_key)).mappings()
                kept[name] = [{key: _alike(value, seen) for key, value in row.items()} for row in found]
    return kept


def contents(folder: Path) -> list[bytes]:
    """All bytes of every file, the journals included."""
    return [each.read_bytes() for each in folder.iterdir()]


def _alike(value: Any, seen: dict[int, int]) -> Any:
    if isinstance(value, bytes):
        return len(value)  # a closed box
    if isinstance(value, int) and not isinstance(value, bool) and value > 10**12:
        return f"#{seen.setdefault(value, len(seen))}"
    if isinstance(value, str):
        return re.sub(r"\d{15,}|\b[0-9a-f]{12,}\b", "#", value)
    return value


async def what_is_kept_when_ada_sends(path: Path, sends: str, *, channel: str = "sms", late: bool = False) -> Any:
    async with World(path) as world:
        ada, *others = await a_secret_vote(world, channel)
        if late:
            await world.later(A_DAY)
            bo_does(world, lambda c: keeping.close(c, 1, world.clock()))
        if channel == "telegram":
            await ada.taps(sends)
        else:
            await ada.texts(sends)
        for each in others[:3]:
            await each.texts("3")
        return everything_kept(world)


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("1", "2", {}),
        ("by the pond", "under the tree", {}),
        ("by the pond please, it is calm", "under the tree please, it is cool", {}),
        ("pond or tree", "the gate i think, or the tree", {}),  # asked again
        ("1", "2", {"late": True}),
        ("by the pond", "at the gate", {"channel": "telegram"}),
    ],
)
async def test_what_is_kept_is_the_same_whatever_somebody_chose(tmp_path: Path, one: str, other: str, how: Any):
    kept = [
        await what_is_kept_when_ada_sends(tmp_path / f"{name}.sqlite3", sends, **how)
        for name, sends in (("one", one), ("other", other))
    ]
    for table in kept[0]:
        assert kept[0][table] == kept[1][table], table


async def test_what_somebody_chose_is_in_no_row_and_no_line_of_the_log(world: World, caplog: pytest.LogCaptureFixture):
    ada, eve, *_ = await a_secret_vote(world)
    await ada.texts(AS_TYPED)
    ada.hears("secret-vote.thanks")
    await eve.texts(f"{AS_TYPED} or at the gate")
    eve.hears("secret-vote.choice")
    assert AS_TYPED not in str(everything_kept(world))
    assert AS_TYPED not in caplog.text
    assert set(rows(world, VOTER, "has_voted", "choice")) == {(True, None), (False, None)}
    assert "not understood at a question" not in str(rows(world, table_of(InboxItem), "why"))


async def test_what_somebody_chose_is_nowhere_in_the_files(tmp_path: Path):
    async with World(tmp_path / "all.sqlite3") as world:
        ada, *_ = await a_secret_vote(world)
        await ada.texts(AS_TYPED)
        files = contents(tmp_path)
        assert any(b"Where shall the bench go?" in each for each in files)
        assert not any(AS_TYPED.encode() in each for each in files)
        assert not any(b'"counts"' in each for each in files)


async def test_a_shared_phone_does_not_keep_it_while_it_is_asked_who_writes(world: World):
    ada, *_ = await a_secret_vote(world)
    with world.service.database.writing() as connection:
        desk = Desk(connection, world.clock())
        desk.fetch([ada.person.address], [])
        address = desk.address("sms", ada.person.address)
        assert address is not None
        desk.add_holder(address, desk.add_person(called="Max", joined_at=world.clock()))
        desk.put_away()
    await world.later(A_DAY)
    await ada.texts(AS_TYPED)
    ada.hears("house.who")
    assert AS_TYPED not in str(rows(world, ADDRESS, "unsettled"))
    await ada.texts("Ada")
    ada.hears("house.send-again", "secret-vote.choice")
    await ada.texts(AS_TYPED)
    ada.hears("secret-vote.thanks")
    assert AS_TYPED not in str(everything_kept(world))


@pytest.mark.parametrize("has_voted", [False, True])
@pytest.mark.parametrize("kind", ["edited", "photo"])
async def test_a_changed_message_or_the_words_under_a_picture_are_not_kept(world: World, kind: str, has_voted: bool):
    ada, *_ = await a_secret_vote(world, "telegram")
    if has_voted:
        await ada.taps("under the tree")
    typed = world.handsets["telegram"].typed(ada.person.address, "x", world.clock())
    await world.receive(replace(typed, text=AS_TYPED, kind=kind, reference="a picture"))
    await ada.looks()
    ada.hears("house.edited-in-secret" if kind == "edited" else "house.passed-on-picture")
    assert AS_TYPED not in str(everything_kept(world))
    assert rows(world, table_of(InboxItem), "why") == ([] if kind == "edited" else [("sent a photo",)])


async def test_it_is_said_before_that_it_cannot_be_changed_and_a_second_vote_counts_for_nothing(world: World):
    ada, *others = await a_secret_vote(world)
    ada.hears("vote.rule", "secret-vote.promise", "secret-vote.choice")
    await ada.texts("1")
    ada.hears("secret-vote.thanks")
    await ada.texts("VOTE")
    ada.hears("secret-vote.already")
    for each in others:
        await each.texts("1")
    await world.later(3 * A_DAY)
    await ada.looks()
    ada.hears("vote.decided", "vote.count", "vote.turnout", "vote.balance")
    assert "by the pond: 5" in ada.shown[-1].text
    assert "Decided: by the pond." in bo_reads(world)
    assert rows(world, VOTE, "box") == [(None,)]


async def test_a_second_vote_that_slips_past_the_question_is_not_counted(world: World):
    await a_secret_vote(world)
    [(vote_id,)], [person_id, *_] = rows(world, VOTE, "id"), [each for (each,) in rows(world, VOTER, "person_id")]
    for choice in ("1", "2"):
        bo_does(world, lambda c, choice=choice: cast(c, vote_id, person_id, choice, world.clock(), KEY) or [])
    await world.later(A_DAY)
    bo_does(world, lambda c: keeping.close(c, 1, world.clock()))
    [(_,), (another,), *_] = rows(world, VOTER, "person_id")
    bo_does(world, lambda c: cast(c, vote_id, another, "2", world.clock(), KEY) or [])
    [(box,)] = rows(world, VOTE, "box")
    assert open_box(KEY, vote_id, box) == {"1": 1}


async def test_of_fewer_than_five_votes_none_is_counted_and_everybody_is_told_why(world: World):
    ada, eve, jo, kit, lee = await a_secret_vote(world)
    for each in (ada, eve, jo, kit):
        await each.texts("1")
    await world.later(3 * A_DAY)
    await lee.looks()
    lee.hears("vote.too-few", "vote.turnout")
    assert "by the pond" not in lee.shown[-1].text
    assert rows(world, VOTE, "counts", "box") == [(None, None)]


async def test_a_group_of_four_cannot_vote_in_secret_nor_anybody_without_a_key(world: World):
    await the_group(world, *NAMES[:4], rule=SECRET)
    with pytest.raises(NotDone, match="the numbers would tell who voted what"):
        bo_calls(world)
    await volunteer(world, "Lee")
    await world.later(2 * A_DAY)
    with pytest.raises(NotDone, match="there is no key"):
        bo_calls(world, key=None)


async def test_words_of_danger_are_heard_kept_and_no_vote(world: World):
    ada, *_ = await a_secret_vote(world)
    await ada.texts("2 but i want to kill myself")
    ada.hears("safety.suicide_selfharm")
    assert set(rows(world, VOTER, "has_voted")) == {(False,)}
    assert ("2 but i want to kill myself",) in rows(world, table_of(Message), "text")


async def test_a_flood_of_messages_does_not_keep_it_either(world: World):
    ada, *_ = await a_secret_vote(world)
    for number in range(40):
        await ada.texts(f"{AS_TYPED} or at the gate {number}")
    ada.hears_nothing()
    assert AS_TYPED not in str(everything_kept(world))


async def test_when_we_break_over_a_vote_its_words_are_not_kept_for_anybody(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    ada, *_ = await a_secret_vote(world)
    monkeypatch.setattr("bot.votes.counting.open_box", lambda *_: 1 / 0)
    await ada.texts(AS_TYPED)
    ada.hears("house.broke")
    assert AS_TYPED not in str(everything_kept(world))
    assert set(rows(world, VOTER, "has_voted")) == {(False,)}


def test_a_box_has_one_length_and_opens_with_its_key_alone():
    empty, full = close_box(KEY, 7, Counter()), close_box(KEY, 7, Counter({str(n): 999_999 for n in range(1, 7)}))
    assert len(empty) == len(full) == SIZE + 40
    assert open_box(KEY, 7, full)["6"] == 999_999
    with pytest.raises(BoxStaysClosed):
        open_box(ballot_key("another secret of thirty-two letters"), 7, full)
    with pytest.raises(BoxStaysClosed):
        open_box(None, 7, full)
    with pytest.raises(BoxStaysClosed):
        open_box(KEY, 8, full)
    assert ballot_key("too short") is None
