"""Where an incoming message goes, decided in memory before anything whatever is written down.

Anonymous feedback must leave no trace on the person's side - no row, no counter, no gap. So what may be feedback
is told apart here, and answered from memory; everything else goes on to the store.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from bot.channels import Incoming

Way: TypeAlias = Literal["kept", "not kept"]
FEEDBACK_WORDS = ("feedback", "code", "adborth", "cod")


def route(message: Incoming) -> Way:
    """Which way a message goes: "not kept" means that nothing of it, and of its having come, is stored."""
    if message.kind not in ("text", "edited"):
        return "kept"
    words = message.text.lstrip("/ \t\r\n").split(maxsplit=1)
    first = words[0].rstrip(":,.!-").casefold() if words else ""
    return "not kept" if first in FEEDBACK_WORDS else "kept"
