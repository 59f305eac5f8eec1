"""Codes: shown once, forgiving to type, never mistaken, and worth nothing without the pepper."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.pwhash import argon2id

from storage.feedback.codes import MEMORY_BYTES, ROUNDS, keys_of, new_code, well_formed

PEPPER = b"p" * 32
digits = st.integers(0, 15)


def test_a_code_is_sixteen_digits_in_groups_of_four():
    code = new_code()

    assert [len(group) for group in code.split(" ")] == [4, 4, 4, 4]
    assert well_formed(code) == code.replace(" ", "")


def test_codes_are_not_repeated():
    assert len({new_code() for _ in range(1000)}) == 1000


@pytest.mark.parametrize("write", [str.strip, lambda code: code.replace(" ", "-"), lambda code: code.replace(" ", "")])
def test_a_code_may_be_typed_in_any_grouping(write):
    code = new_code()

    assert well_formed(f" {write(code)}. ") == code.replace(" ", "")


def test_the_digits_of_other_scripts_are_digits():
    code = new_code()

    assert well_formed("".join(chr(0x0660 + int(sign)) if sign != " " else sign for sign in code)) == code.replace(
        " ", ""
    )


@given(place=digits, other=st.integers(1, 9))
def test_any_one_wrong_digit_is_noticed(place, other):
    code = new_code().replace(" ", "")
    wrong = code[:place] + str((int(code[place]) + other) % 10) + code[place + 1 :]

    assert well_formed(wrong) is None


@given(place=st.integers(0, 14))
def test_two_neighbours_swapped_are_noticed(place):
    code = new_code().replace(" ", "")
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    assert well_formed(swapped) == (code if swapped == code else None)


@pytest.mark.parametrize("text", ["", "1234", "0" * 16, "1" * 17, "not a code at all", "½" * 16, "12345678901234x6"])
def test_anything_else_is_no_code(text):
    assert well_formed(text) is None


def test_a_code_means_the_same_each_time_and_another_code_or_pepper_something_else():
    code, other = new_code(), new_code()
    keys = keys_of(code, PEPPER)

    assert keys == keys_of(code.replace(" ", ""), PEPPER)
    assert len(keys.lookup) == 16
    assert len(keys.reply_key) == 32
    for different in (keys_of(other, PEPPER), keys_of(code, b"q" * 32)):
        assert different.lookup != keys.lookup
        assert different.reply_key != keys.reply_key


def test_the_keys_of_a_code_are_for_ever():
    """Whoever has a code must find the reply after any update of ours."""
    keys = keys_of("0000 0000 0000 0001", PEPPER)

    peppered = hmac.digest(PEPPER, b"code 0000000000000001", "sha256")
    salt = hmac.digest(PEPPER, b"salt", "sha256")[:16]
    stretched = argon2id.kdf(32, peppered, salt, 2, 8 << 20)
    info = b"alongside feedback lookup"
    assert keys.lookup == hmac.new(stretched, info + b"\x01", hashlib.sha256).digest()[:16]
    assert keys.lookup.hex() == "0c8423ebf464f6c1a6f314fe524a8395"
    assert (ROUNDS, MEMORY_BYTES) == (2, 8 << 20)


def test_neither_a_wrong_code_nor_a_short_pepper_is_printed():
    for code, pepper in (("1234 5678 9012 3456", PEPPER), (new_code(), b"short")):
        with pytest.raises(ValueError, match=r"not a code|pepper") as refused:
            keys_of(code, pepper)
        assert "1234" not in str(refused.value)
        assert "short" not in str(refused.value)
    assert "reply_key" not in repr(keys_of(new_code(), PEPPER))
