"""Where an incoming message goes, decided in memory before anything whatever is written down.

Anonymous feedback must leave no trace on the person's side - no row, no counter, no gap. So what may be feedback
is told apart here, and answered from memory; everything else goes on to the store.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from bot.channels import Incoming
from flows.words import Words

Way: TypeAlias = Literal["kept", "not kept"]
ANONYMOUS = ("FEEDBACK", "CODE")


def route(message: Incoming, words: Words) -> Way:
    """Which way a message goes: "not kept" means that nothing of it, and of its having come, is stored.

    FEEDBACK by itself and FEEDBACK with the words behind it are the same here; so is CODE.
    """
    if message.kind not in ("text", "edited"):
        return "kept"
    first = message.text.split(maxsplit=1)[:1]
    for said in {message.text, *(word.rstrip(":,.!-") for word in first)}:
        keyword = words.keyword(said)
        if keyword is not None and keyword.name in ANONYMOUS:
            return "not kept"
    return "kept"
