"""Two clicks on a button, or a page that is sent again: whatever a form asks for is done once."""

from __future__ import annotations

import asyncio

from storage.notes import NOTE
from tests.bot.cast import rows, volunteer
from tests.bot.console.cast import Served, id_of
from tests.bot.console.forms import Form, only, sends


async def test_a_note_that_is_sent_three_times_at_once_is_kept_once(console: Served) -> None:
    ada, bo = await volunteer(console.world, "Ada"), await console.signed_in("Bo")
    path = f"/people/{id_of(console.world, ada.person.name)}"
    await bo.opens(path)
    form = only(bo, "/notes")
    answers = await asyncio.gather(*(sends(bo, form, note="likes tea") for _ in range(3)))
    assert set(answers) == {(303, f"/console{path}#notes")}
    assert rows(console.world, NOTE, "words") == [("likes tea",)]


async def test_the_same_form_with_other_words_is_another_one(console: Served) -> None:
    """Whoever goes back to a page that the browser has kept writes a second note there."""
    ada, bo = await volunteer(console.world, "Ada"), await console.signed_in("Bo")
    await bo.opens(f"/people/{id_of(console.world, ada.person.name)}")
    form = only(bo, "/notes")
    for note in ("likes tea", "has a dog", "likes tea"):
        await sends(bo, form, note=note)
    assert rows(console.world, NOTE, "words") == [("likes tea",), ("has a dog",)]


async def test_the_same_words_in_a_page_that_was_opened_anew_are_said_again(console: Served) -> None:
    ada, bo = await volunteer(console.world, "Ada"), await console.signed_in("Bo")
    for _ in range(2):
        await bo.opens(f"/people/{id_of(console.world, ada.person.name)}")
        await sends(bo, only(bo, "/notes"), note="likes tea")
    assert len(rows(console.world, NOTE, "words")) == 2


async def test_what_was_not_done_can_be_sent_again_just_as_it_is(console: Served) -> None:
    ada, bo = await volunteer(console.world, "Ada"), await console.signed_in("Bo")
    path = f"/people/{id_of(console.world, ada.person.name)}"
    await bo.opens(path)
    reply = Form(f"/console{path}/reply", [("mark", bo.mark), ("form", "1"), ("words", "hello")])
    assert (await sends(bo, reply))[0] == 422  # the bot answers them: nobody has taken over
    await bo.opens(path)
    await sends(bo, only(bo, "/take-over"))
    assert (await sends(bo, reply))[0] == 303


async def test_a_password_that_was_wrong_can_be_typed_again(console: Served) -> None:
    """Its try was counted, and nothing else done: the second time it is not taken for done."""
    bo = await console.signed_in("Bo")
    await bo.opens("/me")
    for _ in range(2):
        status, _ = await sends(bo, only(bo, "/me/password"), old="wrong", password="x", again="x")
        assert status == 422
        await bo.opens("/me")
