"""The README's conversation is a script, and what it shows is what the bot says today."""

from __future__ import annotations

import re
from pathlib import Path

from bot.try_it import played

README = Path(__file__).parent.parent / "README.md"


async def test_the_sample_conversation_is_what_the_bot_says():
    [sample] = re.findall(r"```text\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    shown = sample.splitlines()
    assert await played(shown) == shown
