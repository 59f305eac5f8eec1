"""Sealed words: one size whatever was said, opened only by the inbox's key, and noticed when touched."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey, PublicKey

from storage.feedback import sealing
from storage.feedback.sealing import (
    LONGEST_REPLY,
    LONGEST_WORDS,
    SLOT_BYTES,
    Altered,
    Sealed,
    Words,
    WordsTooLong,
    open_reply_with_code,
    open_reply_with_key,
    open_sealed,
    seal,
    seal_reply,
    what_fits,
)
from tests.storage.feedback.conftest import a_code

KEY, OTHER = PrivateKey.generate(), PrivateKey.generate()
CODE = a_code()


def sealed_words(text="Nobody listens", code=CODE, **values) -> Sealed:
    return seal(Words(**{"text": text, "channel": "sms", "language": "cy", **values}), "ours", KEY.public_key, code)


@given(
    text=st.text(st.characters(codec=None), max_size=200),
    channel=st.sampled_from(["sms", "telegram"]),
    may_quote=st.booleans(),
    topic=st.none() | st.sampled_from(["food", "staff"]),
    has_code=st.booleans(),
)
def test_words_come_back_as_they_were_and_every_slot_has_one_size(text, channel, may_quote, topic, has_code):
    words = Words(text, channel, "cy", may_quote, topic)

    slot = seal(words, "ours", KEY.public_key, CODE if has_code else None).to_bytes()

    readable = text.encode("utf-8", "replace").decode()
    assert len(slot) == SLOT_BYTES
    assert open_sealed(Sealed.from_bytes(slot), [KEY]) == replace(words, text=readable)


@pytest.mark.parametrize("text", ["", "a", "a" * LONGEST_WORDS, "é" * (LONGEST_WORDS // 2), "\0" * 100])
def test_the_shortest_and_the_longest_have_one_size(text):
    sealed = sealed_words(text)

    assert len(sealed.to_bytes()) == SLOT_BYTES
    assert open_sealed(sealed, [KEY]).text == text


def test_the_same_words_never_look_the_same():
    first, second = sealed_words().to_bytes(), sealed_words().to_bytes()

    assert sum(a == b for a, b in zip(first[-4000:], second[-4000:], strict=True)) < 60  # one in 256, by chance


def test_nothing_of_what_was_said_or_how_can_be_seen_in_the_slot():
    slot = sealed_words("Nobody listens", topic="kitchen-rota").to_bytes()

    for secret in (b"Nobody", b"sms", b"kitchen", CODE.reply_key):
        assert secret not in slot


def test_words_that_do_not_fit_are_refused_not_cut():
    with pytest.raises(WordsTooLong):
        sealed_words("a" * (LONGEST_WORDS + 1))
    with pytest.raises(WordsTooLong):
        sealed_words(topic="t" * 400)


def test_an_inbox_whose_name_does_not_fit_is_refused_not_cut():
    with pytest.raises(ValueError, match="not a sealed feedback"):
        seal(Words("a", "sms", "en"), "x" * 64, KEY.public_key, None)


@given(text=st.text(st.characters(codec="utf-8"), max_size=400), most=st.integers(0, 300))
def test_what_fits_is_the_beginning_and_fits(text, most):
    kept = what_fits(text, most)

    assert text.startswith(kept)
    assert len(kept.encode()) <= most
    assert kept == text or len(text[: len(kept) + 1].encode()) > most


def test_half_an_emoji_does_not_stop_anybody():
    assert open_sealed(sealed_words("cold \ud83d"), [KEY]).text == "cold ?"


def test_only_the_inboxs_own_key_opens_it():
    with pytest.raises(Altered):
        open_sealed(sealed_words(), [OTHER])
    assert open_sealed(sealed_words(), [OTHER, KEY]).text == "Nobody listens"


@given(place=st.integers(0, SLOT_BYTES - 1), flip=st.integers(1, 255))
def test_whatever_is_altered_is_noticed(place, flip):
    slot = bytearray(sealed_words().to_bytes())
    slot[place] ^= flip

    try:
        opened = open_sealed(Sealed.from_bytes(bytes(slot)), [KEY])
    except Altered:
        return
    assert 16 + 1 + len("ours") <= place <= 16 + 64  # the empty end of the name, or a "yes" that stayed a yes
    assert opened.text == "Nobody listens"


@pytest.mark.parametrize(
    "change",
    [
        {"id": b"i" * 16},
        {"inbox": "theirs"},
        {"lookup": b"l" * 16},
        {"reply_key": bytes(OTHER.public_key)},
        {"lookup": None, "reply_key": None},
    ],
)
def test_nobody_can_put_a_reply_key_or_anything_else_of_theirs_beside_sealed_words(change):
    with pytest.raises(Altered):
        open_sealed(replace(sealed_words(), **change), [KEY])


@pytest.mark.parametrize("body", [b"", b"x", b"x" * 47, b"x" * 48, bytes(6144)])
def test_what_is_no_seal_is_altered(body):
    with pytest.raises(Altered):
        open_sealed(replace(sealed_words(), body=body), [KEY])
    with pytest.raises(Altered):
        open_reply_with_key(body, [KEY])


@pytest.mark.parametrize(
    "about",
    [b"", b"[]", b"{}", b'{"channel":1,"language":"en"}', b'{"channel":"sms","language":"en","topic":{}}', b'{"x":1}'],
)
def test_what_somebody_else_sealed_is_altered(monkeypatch, about):
    """The inbox's public key is no secret: a thief could seal what stops us reading the others."""
    monkeypatch.setattr(sealing.json, "dumps", lambda *_, **__: about.decode())
    foreign = sealed_words()
    monkeypatch.undo()

    with pytest.raises(Altered):
        open_sealed(foreign, [KEY])


@pytest.mark.parametrize("slot", [b"", b"x", bytes(SLOT_BYTES - 1), bytes(SLOT_BYTES + 1)])
def test_a_slot_of_another_size_is_not_one(slot):
    with pytest.raises(Altered):
        Sealed.from_bytes(slot)


@pytest.mark.parametrize("text", ["", "Diolch ô", "a" * LONGEST_REPLY])
def test_a_reply_is_read_by_who_has_the_code_and_by_the_inbox(text):
    reply = seal_reply(text, sealed_words().reply_key, KEY.public_key)

    assert reply.to_sender is not None
    assert {len(reply.to_sender), len(reply.to_inbox)} == {len(seal_reply("x", None, KEY.public_key).to_inbox)}
    assert open_reply_with_code(reply.to_sender, CODE) == text
    assert open_reply_with_key(reply.to_inbox, [OTHER, KEY]) == text


def test_a_reply_is_read_by_nobody_else():
    reply = seal_reply("Thank you", sealed_words().reply_key, KEY.public_key)

    assert reply.to_sender is not None
    for opening in (
        lambda: open_reply_with_code(reply.to_sender, a_code()),
        lambda: open_reply_with_key(reply.to_sender, [KEY]),
        lambda: open_reply_with_key(reply.to_inbox, [OTHER]),
        lambda: open_reply_with_key(sealed_words().body, [KEY]),
        lambda: open_reply_with_key(reply.to_inbox[:-1], [KEY]),
    ):
        with pytest.raises(Altered):
            opening()


def test_without_a_code_there_is_a_copy_for_the_inbox_only():
    assert seal_reply("Thank you", None, KEY.public_key).to_sender is None


def test_a_reply_that_does_not_fit_is_refused_not_cut():
    with pytest.raises(WordsTooLong):
        seal_reply("a" * (LONGEST_REPLY + 1), None, KEY.public_key)


def test_the_stored_reply_key_is_not_the_codes_secret():
    sealed = sealed_words()

    assert sealed.reply_key == bytes(PrivateKey(CODE.reply_key).public_key)
    assert isinstance(PublicKey(sealed.reply_key), PublicKey)
