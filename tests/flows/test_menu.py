"""MENU: what it names can be sent, in every language."""

from __future__ import annotations

import re

import pytest

from flows.words import Words

WORDS = Words.load()


@pytest.mark.parametrize("language", WORDS.languages)
def test_every_word_that_the_menu_names_is_one_of_ours(language: str):
    said = " ".join(WORDS.sentence(language, f"menu.{key}") for key in ("together", "yourself"))
    named = re.findall(r"(\b[A-Z]{3,}\b):", said)
    assert len(named) > 10
    assert [word for word in named if WORDS.keyword(word) is None] == []
