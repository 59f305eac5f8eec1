"""Log lines with a number, a token or a code, and access logs, whose sizes and times give a request away."""

from __future__ import annotations

import re
from pathlib import PurePath

from bot.audit.attack import Needs
from bot.audit.loot import Loot

_TELLING = {
    "a phone number": re.compile(rb"\+44\d{9,10}\b|\b07\d{3}[ ]?\d{6}\b"),
    "a Telegram token": re.compile(rb"(?<!\d)\d{8,10}:[A-Za-z0-9_-]{30,}"),
    "a code": re.compile(rb"(?<![\d.-])\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{4}(?![\d.-])"),
    "a line of an access log": re.compile(rb'"POST /(?:sms|telegram)/'),
    "a query's values": re.compile(rb"\[parameters: "),
}


class LogLines:
    """What no line of a log may hold."""

    name = "log lines"
    looks_at = "files that end in .log, also with a number or .gz behind it"
    chance = "0"
    needs: Needs = "nothing"

    def findings(self, loot: Loot) -> list[str]:
        """The logs that tell, and what."""
        return [
            f"{PurePath(path).name}: {what}"
            for path, content in loot.files.items()
            if ".log" in PurePath(path).suffixes
            for what, pattern in _TELLING.items()
            if pattern.search(content)
        ]
