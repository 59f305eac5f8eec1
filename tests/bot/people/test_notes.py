"""Notes about a person: with who wrote them, read for a reason, and theirs like everything else."""

from __future__ import annotations

import pytest

from bot.channels.segments import count
from bot.people.notes import add_note, read_notes
from bot.people.rights import NobodyThere
from bot.projects.keeping import NotDone
from bot.simulation import World
from bot.their_data.export import everything_about
from storage.notes import DONE, NOTE
from tests.bot.cast import rows, volunteer
from tests.bot.people.cast import bo_does, bo_looks, key_of

WORDS = "She would rather meet at the library."
REASON = "I meet her on Tuesday"


async def noted(world: World, words: str = WORDS):
    ada = await volunteer(world, "Ada")
    key = key_of(world, ada)
    bo_does(world, lambda connection: add_note(connection, key, words, "Bo", world.clock()))
    return ada, key


async def test_a_note_is_read_with_who_wrote_it_and_when_and_the_reason_is_kept_with_the_readers_name(world: World):
    _, key = await noted(world)
    [note] = bo_does(world, lambda connection: read_notes(connection, key, "Kim", REASON, world.clock()))
    assert (note.words, note.by, note.at) == (WORDS, "Bo", world.clock())
    assert rows(world, DONE, "who", "what", "note") == [("Bo", "wrote a note", None), ("Kim", "read the notes", REASON)]


@pytest.mark.parametrize("reason", ["", "   ", "work", "a  b   c  d"])
async def test_without_a_reason_nothing_is_read(world: World, reason: str):
    _, key = await noted(world)
    with pytest.raises(NotDone, match="why you read"):
        bo_does(world, lambda connection: read_notes(connection, key, "Kim", reason, world.clock()))
    assert [what for (what,) in rows(world, DONE, "what")] == ["wrote a note"]


async def test_an_empty_note_is_not_kept(world: World):
    _, key = await noted(world)
    with pytest.raises(NotDone):
        bo_does(world, lambda connection: add_note(connection, key, "  \n", "Bo", world.clock()))
    assert len(rows(world, NOTE, "id")) == 1


async def test_nobody_reads_or_writes_notes_about_people_of_other_projects(world: World):
    _, key = await noted(world)
    not_mine = frozenset({1})
    with pytest.raises(NobodyThere):
        bo_does(world, lambda c: read_notes(c, key, "Kim", REASON, world.clock(), not_mine))
    with pytest.raises(NobodyThere):
        bo_does(world, lambda c: add_note(c, key, "hello", "Kim", world.clock(), not_mine))
    assert [who for (who,) in rows(world, DONE, "who")] == ["Bo"]


async def test_their_notes_are_counted_in_mydata_and_handed_over_word_for_word(world: World):
    ada, key = await noted(world)
    [summary] = await ada.texts("MYDATA")
    ada.hears("my-data.notes")
    assert WORDS not in summary
    text = bo_looks(
        world, lambda c: everything_about(c, key, world.service.voice.words, world.service.voice.house, world.clock())
    )
    assert WORDS in text


async def test_forget_takes_the_notes_and_what_was_done_with_them(world: World):
    ada, _ = await noted(world)
    await ada.texts("FORGET")
    await ada.texts("delete it")
    assert rows(world, NOTE, "id") == rows(world, DONE, "id") == []


@pytest.mark.parametrize("language", ["en", "cy"])
async def test_with_notes_a_summary_is_still_at_most_three_parts_of_sms(world: World, language: str):
    ada = await volunteer(world, "Bartholomew-Llewelyn", language=language)
    await ada.texts("HUMAN")
    key = key_of(world, ada)
    bo_does(world, lambda connection: add_note(connection, key, WORDS, "Bo", world.clock()))
    [text] = await ada.texts("MYDATA")
    ada.hears("my-data.notes")
    assert count(text).parts <= 3
