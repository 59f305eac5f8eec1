"""Questionnaires as coordinators write them."""

from __future__ import annotations

from pathlib import Path

from bot.questionnaires.reading import Read, read_content
from flows.words import Words

WORDS = Words.load()

CAFE = """\
name = "cafe"
title = "Your visit to the cafe"
title_cy = "Eich ymweliad"
purpose = "mystery shopping"
seen_by = "Bo at Harbour House"
used_for = "a talk with the cafe"
keyword = "VISIT"

[[section]]
text = "First the visit."

[[section.question]]
key = "open"
text = "Was it open?"
text_cy = "Oedd ar agor?"
kind = "yes or no"

[[section.question]]
key = "came-by"
text = "How did you get there?"
kind = "one of"
choices = ["Walking", "By bus"]
choices_cy = ["Cerdded", "Ar y bws"]
only_if = "open = yes"

[[section]]
hard = true
only_if = ["open = yes", "came-by = by bus"]

[[section.question]]
key = "welcome"
text = "How welcome did you feel?"
kind = "scale"
from = 1
to = 5
low = "not at all"
high = "very"

[[section]]

[[section.question]]
key = "door"
text = "Can you send a photo of the door?"
kind = "photo"
only_if = "welcome <= 2"

[[section.question]]
key = "better"
text = "What would make it better?"
kind = "words"
"""

SHEET = """\
Key,Text,Text (Welsh),Kind,Choices,From,To,Low,High,Only if,Section,Hard
name,cafe,,setting,,,,,,,,
title,Your visit to the cafe,Eich ymweliad,setting,,,,,,,,
purpose,mystery shopping,,setting,,,,,,,,
seen by,Bo at Harbour House,,setting,,,,,,,,
used for,a talk with the cafe,,setting,,,,,,,,
open,Was it open?,Oedd ar agor?,yes or no,,,,,,,visit,
came-by,How did you get there?,,one of,Walking; By bus,,,,,open = yes,visit,
welcome,How welcome did you feel?,,scale,,1,5,not at all,very,,hard part,yes
"""


def read(text: str | bytes, suffix: str = ".toml") -> Read:
    return read_content(text.encode() if isinstance(text, str) else text, suffix, WORDS)


def written(folder: Path, text: str = CAFE, name: str = "cafe.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
