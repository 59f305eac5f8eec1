"""A small set of words to test with: the built-in phrases, and one flow that nobody else changes."""

import shutil
import tempfile
from datetime import date
from pathlib import Path

import flows.words
from flows.words import Words
from flows.words.reading import Library

MONDAY = date(2026, 11, 23)
BUILT_IN = Path(flows.words.__file__).parent

ENGLISH = """
[visit]
thanks = "Thank you {name}."
[visit.long-one]
text = "Thank you {name}. That was everything I wanted to ask you today about {place}."
sms = "Thank you {name}, that was all."

[visit.mood]
text = "How are you today {name}, from 1 to 5?"
again = "A number from 1 to 5 is enough {name}."
label.5 = "5 good"
means.1 = ["awful", "terrible"]
means.2 = ["bad", "bit rough", "not great", "not good", "rough"]
means.3 = ["ok", "could be worse", "so so"]
means.4 = ["good", "not bad", "can't complain", "fine"]
means.5 = ["great", "never better", "really good"]

[visit.want-a-call]
text = "Would you like someone to call you?"
label.yes = "Yes, call me"
label.no = "No call"
means.yes = ["call me", "ring me", "call"]
means.no = ["no call", "don't call", "text only"]

[visit.again]
text = "What now?"
sms = "What now? {choices}, or SKIP."
label.again = "Try again"
label.support = "With support"
label.pass_on = "Pass it on"
means.again = ["another go", "have another go"]

[visit.coming]
text = "Can you come on {day}?"

[visit.day]
text = "Which day?"
means.friday = ["payday"]

[visit.note]
text = "Anything to add?"
"""

WELSH = """
[visit]
thanks = "Diolch {name}."

[visit.mood]
text = "Sut wyt ti heddiw {name}, o 1 i 5?"
means.2 = ["gwael"]

[visit.want-a-call]
text = "Hoffet ti i rywun dy ffonio?"
label.yes = "Ie, ffoniwch fi"
means.yes = ["ffoniwch fi"]
means.no = ["dim galwad"]
"""


def write_sample(folder: Path) -> Path:
    """The sample's files, beside copies of the built-in phrases."""
    for language, flow in (("en", ENGLISH), ("cy", WELSH)):
        (folder / language).mkdir(parents=True, exist_ok=True)
        shutil.copy(BUILT_IN / language / "replies.toml", folder / language)
        (folder / language / "visit.toml").write_text(flow, encoding="utf-8")
    return folder


def sample_words(folder: Path, override: Path | None = None) -> Words:
    """The sample as the only words there are."""
    library = Library()
    library.read(write_sample(folder))
    if override:
        library.read(override)
    if library.problems:
        raise flows.words.WordsMistake(library.problems)
    return Words(library.pages)


with tempfile.TemporaryDirectory() as _folder:
    WORDS = sample_words(Path(_folder))


def hearing(question, language="en"):
    """What a reply to one of the sample's questions leans on, on a Monday."""
    return WORDS.hearing(language, f"visit.{question}", MONDAY)


def understand(kind, text, question="coming", language="en"):
    """The value that a kind takes from a text and the words it leaves, or None."""
    understood = kind.understand(text, hearing(question, language))
    return understood and (understood.value, understood.rest)
