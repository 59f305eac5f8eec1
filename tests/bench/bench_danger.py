"""How much danger is heard, how often it is heard in error, and what listening costs.

The texts were written by sixteen authors who never saw the patterns. The patterns were mended on the build halves;
the locked halves, three whole authors, are only ever counted, here.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterable, Sequence
from math import sqrt
from pathlib import Path
from typing import Any

from flows.danger import Listener, listen
from flows.danger_words.book import ACT_TOPICS, built_in_book
from tests.bench.printing import heading, line

HERE = Path(__file__).parents[1]
TEXTS = HERE / "danger_texts"
GOALS = {"suicide_selfharm": 95}  # per cent; 90 for the other topics
KEYWORDS = [
    "suicide",
    "suicidal",
    "overdose",
    "overdosed",
    "raped",
    "rape",
    "abused",
    "homeless",
    "stabbed",
    "kill myself",
    "end my life",
    "want to die",
    "self harm",
    "hurt myself",
    "end it all",
    "better off dead",
    "hit me",
    "beat me",
    "hits me",
    "sleeping rough",
    "nowhere to go",
    "not safe",
    "not breathing",
    "kill himself",
    "kill herself",
]
Row = dict[str, Any]


def is_act(text: str) -> bool:
    return listen(text).tier == "act"


def is_heard(text: str) -> bool:
    return listen(text).tier in ("act", "ask")


BARE = Listener(built_in_book(has_weights=False))


def is_heard_unweighed(text: str) -> bool:
    return BARE.listen(text).tier in ("act", "ask")


def has_keyword(text: str) -> bool:
    """What a plain list of words hears: the baseline."""
    said = text.lower().replace("'", "")
    return any(each in said for each in KEYWORDS)


def rows(half: str) -> list[Row]:
    files = sorted(TEXTS.glob(f"author*_{half}.jsonl"))
    return [json.loads(each) for file in files for each in file.read_text("utf-8").splitlines()]


def wilson(heard: int, of: int) -> str:
    """The share and its 95% interval (Wilson), in per cent."""
    if not of:
        return "none"
    z, share = 1.96, heard / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    reach = z / (1 + z * z / of) * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return f"{100 * share:.1f} ({100 * abs(middle - reach):.0f}-{100 * (middle + reach):.0f})"


def told(what: str, texts: Sequence[str], hears: Callable[[str], bool], goal: str = "") -> None:
    heard = sum(map(hears, texts))
    plain = sum(map(has_keyword, texts))
    line(f"{what}, {len(texts)}", wilson(heard, len(texts)), None, f"keyword list {wilson(plain, len(texts))}   {goal}")


def of(texts: Iterable[Row], **wanted: object) -> list[str]:
    return [each["text"] for each in texts if all(each.get(key, "en") == value for key, value in wanted.items())]


def recall(half: str) -> None:
    texts = rows(half)
    seen = "the patterns were fitted to these" if half == "build" else "never used to write a pattern"
    heading(f"Danger, {half} halves ({seen}): texts that must act, per cent heard as act (95 % interval)")
    for topic in ACT_TOPICS:
        goal = f"goal {GOALS.get(topic, 90)}"
        told(topic, of(texts, tier="act", topic=topic, language="en"), is_act, goal)
    told("in English, all topics", of(texts, tier="act", language="en"), is_act)
    told("in Welsh, all topics", of(texts, tier="act", language="cy"), is_act)
    asks = of(texts, tier="ask")
    told("texts to ask about, heard as act", asks, is_act)
    idioms, everyday = of(texts, topic="idiom"), of(texts, topic="everyday")
    told("idioms heard as act", idioms, is_act, "goal 10 at most")
    told("everyday texts heard as act", everyday, is_act, "goal 0.3 at most")
    heading(
        f"The same {half} halves: per cent heard as act or ask, by the patterns alone and with the table of weights"
    )
    for topic in ACT_TOPICS:
        weighed(topic, of(texts, tier="act", topic=topic, language="en"))
    weighed("in English, all topics", of(texts, tier="act", language="en"))
    weighed("in Welsh, all topics", of(texts, tier="act", language="cy"))
    weighed("texts to ask about", asks)
    weighed("idioms", idioms)
    weighed("talked about", of(texts, topic="talked_about"))
    weighed("everyday texts", everyday)


def weighed(what: str, texts: Sequence[str]) -> None:
    alone, both = (sum(map(hears, texts)) for hears in (is_heard_unweighed, is_heard))
    line(f"{what}, {len(texts)}", wilson(alone, len(texts)), None, f"with weights {wilson(both, len(texts))}")


def public_everyday() -> list[str]:
    lines = (HERE / "data" / "danger_examples.jsonl").read_text("utf-8").splitlines()
    return of(map(json.loads, lines), topic="everyday")


def microseconds(text: str) -> float:
    best = 1.0
    for _ in range(5):
        start = time.process_time()
        listen(text)
        best = min(best, time.process_time() - start)
    return best * 1e6


def worst_texts(everyday: Sequence[str]) -> dict[str, str]:
    """Messages of 4,096 characters, meant to be slow."""
    book, chance = built_in_book(), random.Random(5)
    danger = [text for entry in book.entries if entry.tier == "act" for text in entry.examples]
    words = [word for text in (*danger, *everyday) for word in text.split()]
    runs = {
        "everyday texts": " ".join(chance.sample(list(everyday), 120)),
        "texts of danger": " ".join(chance.sample(danger, len(danger))) * 4,
        "their words, shuffled": " ".join(chance.choices(words, k=1500)),
        "unknown words": " ".join("".join(chance.choices("abcdefghijk", k=9)) for _ in range(450)),
        "one word over and over": "i want to " * 500,
        "letters spelt out": "k i l l " * 600,
        "words run together": "killmyself" * 500,
        "one endless word": "a" * 4096,
    }
    return {what: text[:4096] for what, text in runs.items()}


def cost() -> None:
    heading("Danger: what listening to one message costs (processor time)")
    start = time.process_time()
    built_in_book()
    line("reading the pattern files, once a process", f"{time.process_time() - start:.2f} s")
    everyday = public_everyday()
    spent = sorted(map(microseconds, everyday))
    line("an everyday text, median", f"{spent[len(spent) // 2]:.0f} µs", None, "goal 40")
    line("an everyday text, one in twenty is slower than", f"{spent[len(spent) * 95 // 100]:.0f} µs")
    for what, text in worst_texts(everyday).items():
        line(f"4,096 characters of {what}", f"{microseconds(text) / 1000:.1f} ms", None, "goal 5")


def main() -> None:
    """Prints the whole report."""
    recall("build")
    recall("locked")
    heading("Public everyday texts (UCI SMS collection)")
    told("everyday texts heard as act", public_everyday(), is_act, "goal 0.3 at most; built on these")
    cost()


if __name__ == "__main__":
    main()
