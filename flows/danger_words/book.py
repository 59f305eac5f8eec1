"""A book of danger patterns: reads the TOML files, checks them, and makes them ready to search with.

The built-in book is the files in this folder: the patterns, and a table of weights (`weights.toml`) for messages in
which they hear nothing. An organisation's book adds patterns beside it and is searched on its own, so nothing it says
can weaken a built-in pattern or take weight off a word.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from flows.danger_words.index import Index
from flows.danger_words.language import Alphabet, Grammar, NotUnderstood, Phrase
from flows.danger_words.spelling import Speller
from flows.danger_words.weights import Weights

Tier: TypeAlias = Literal["act", "ask", "offer"]
TIERS: Final[tuple[Tier, ...]] = ("act", "ask", "offer")
ABOUT = ("me", "them", "any")
ACT_TOPICS: Final = ("overdose_drugs", "suicide_selfharm", "domestic_abuse", "third_party_risk", "homeless_now")
_FIELDS = frozenset({"id", "tier", "topic", "about", "says", "reason", "added", "examples"})
_SHARED = ("spelling.toml", "softeners.toml", "slots.toml")


@dataclass(frozen=True)
class Entry:
    """One pattern or idiom as its author wrote it.

    Attributes:
        about: Whose danger the words speak of: "me" is not heard after "you", "they", "people who";
            "them" is lowered by talk of films and training.
        tier: "idiom" for words that only sound like danger.
    """

    id: str
    tier: Tier | Literal["idiom"]
    topic: str
    about: str
    says: tuple[str, ...]
    reason: str
    added: date
    examples: tuple[str, ...]
    where: str


@dataclass(frozen=True, slots=True)
class Search:
    """One phrase of an entry; group 1 of its regular expression is its heart.

    Attributes:
        also: What must be found as well, anywhere.
        unless: What must not be found around it.
        probe: Tells sooner than `regex` that it is not there; empty if nothing does.
    """

    entry: Entry
    regex: str
    also: tuple[str, ...]
    unless: tuple[str, ...]
    probe: str


@dataclass(frozen=True)
class Softeners:
    """What lowers a match: words right before it, or in the same sentence."""

    negation: re.Pattern[str]
    others: re.Pattern[str]
    first_person: re.Pattern[str]
    past: re.Pattern[str]
    turns: re.Pattern[str]
    still: re.Pattern[str]
    present: re.Pattern[str]
    joking: re.Pattern[str]
    laughing: re.Pattern[str]
    earnest: re.Pattern[str]
    story: re.Pattern[str]


@dataclass(frozen=True)
class Book:
    """Patterns ready to be searched for.

    Attributes:
        patterns: The phrases of all patterns, found by their letters; `idioms` likewise.
        weights: What words weigh where no pattern hears them.
    """

    version: str
    entries: tuple[Entry, ...]
    speller: Speller
    patterns: Index[Search]
    idioms: Index[Search]
    softeners: Softeners
    weights: Weights = field(default_factory=Weights)
    answers: Mapping[str, re.Pattern[str]] = field(default_factory=dict)


class BookProblems(ValueError):
    """Everything that is wrong with a book, at once; `problems` has one sentence each."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


def built_in_files() -> dict[str, dict[str, Any]]:
    """The built-in files by name, as TOML gives them."""
    folder = resources.files("flows.danger_words")
    names = sorted(each.name for each in folder.iterdir() if each.name.endswith(".toml"))
    return {name: tomllib.loads((folder / name).read_text("utf-8")) for name in names}


def built_in_book(without: str | None = None, has_weights: bool = True) -> Book:
    """The book that comes with Alongside; raises `BookProblems`.

    Args:
        without: An entry to leave out, to see whether it is needed.
        has_weights: Whether words are weighed where no pattern hears them.
    """
    files = built_in_files()
    problems: list[str] = []
    entries = [each for name, data in files.items() for each in entries_of(name, data, problems)]
    return _book(files, [each for each in entries if each.id != without], problems, has_weights)


def extra_book(path: Path) -> Book:
    """The organisation's own patterns, with the built-in lists and idioms; raises `BookProblems`."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeError, tomllib.TOMLDecodeError) as error:
        raise BookProblems([f"{path}: cannot be read: {error}"]) from None
    problems = list(_misshapen(path.name, data))
    if problems:
        raise BookProblems(problems)
    files = built_in_files()
    built_in = [each for name, content in files.items() for each in entries_of(name, content, problems)]
    added = list(entries_of(path.name, data, problems))
    problems += _oversteps(path.name, data, [each.id for each in built_in], files["slots.toml"]["slots"])
    slots = {**data.get("slots", {}), **files["slots.toml"]["slots"]}
    files["slots.toml"] = {"slots": slots}
    idioms = [each for each in built_in if each.tier == "idiom"]
    return replace(_book(files, [*idioms, *added], problems), version=str(data.get("version", "")))


def _misshapen(name: str, data: Mapping[str, Any]) -> Iterator[str]:
    """What is not where it belongs in an organisation's file, so that nothing else can be told of it."""
    for key in ("pattern", "idiom"):
        tables = data.get(key, [])
        if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
            yield f"{name}: please write “{key}” as [[{key}]], with its lines below"
    for key in ("defaults", "slots"):
        if not isinstance(data.get(key, {}), dict):
            yield f"{name}: please write “{key}” as [{key}], with its lines below"
            return
    for slot, phrases in data.get("slots", {}).items():
        if not _is_texts(phrases):
            yield f"{name}: the list {{{slot}}} must be a list of texts"


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _oversteps(name: str, data: Mapping[str, Any], taken: Sequence[str], slots: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(set(data) - {"version", "defaults", "pattern", "slots"}):
        yield f"{name}: “{key}” is not yours to change: your file may add patterns and lists, nothing else"
    for slot in sorted(set(data.get("slots", {})) & set(slots)):
        yield f"{name}: the list {{{slot}}} is built in: please give yours another name"
    for raw in data.get("pattern", ()):
        if raw.get("id") in taken:
            yield f"{name}: “{raw['id']}” is built in and cannot be changed: please choose another id"


def entries_of(name: str, data: Mapping[str, Any], problems: list[str]) -> Iterator[Entry]:
    """The entries of one file; what is wrong with the others is added to `problems`."""
    for kind in ("pattern", "idiom"):
        for raw in data.get(kind, ()):
            fields = {"tier": "idiom", "topic": "idiom"} if kind == "idiom" else {}
            fields = {"about": "any", **data.get("defaults", {}), **fields, **raw}
            where = f"{name}: “{fields.get('id', '(no id)')}”"
            wrong = list(_wrong_with(fields))
            problems += [f"{where}: {each}" for each in wrong]
            if not wrong:
                phrases: dict[str, Any] = {key: tuple(fields[key]) for key in ("says", "examples")}
                yield Entry(**{**fields, **phrases, "where": where})


def _wrong_with(fields: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(_FIELDS - set(fields)):
        yield f"please add “{key}”"
    for key in sorted(set(fields) - _FIELDS):
        yield f"“{key}” means nothing here"
    for key in ("says", "examples"):
        lines = fields.get(key, [""])
        if not _is_texts(lines):
            yield f"“{key}” must be a list of texts"
        elif key == "examples" and len(lines) < 2 and key in fields:
            yield "please give at least two examples"
    for key in ("id", "topic", "reason"):
        if not isinstance(fields.get(key, ""), str):
            yield f"“{key}” must be a text"
    if not isinstance(fields.get("added", date.min), date):
        yield "“added” must be a date without quotes, as 2026-11-23"
    tier, topic = fields.get("tier", "act"), fields.get("topic")
    if tier not in (*TIERS, "idiom"):
        yield f"the tier is act, ask or offer, not “{tier}”"
    if tier == "act" and isinstance(topic, str) and topic not in ACT_TOPICS:
        yield f"the topic of an act pattern is one of {', '.join(ACT_TOPICS)}, not “{topic}”"
    if fields.get("about", "any") not in ABOUT:
        yield f"“about” is me, them or any, not “{fields['about']}”"


def _book(
    files: Mapping[str, Mapping[str, Any]], entries: Sequence[Entry], problems: list[str], has_weights: bool = False
) -> Book:
    spelling, soft, slots = (files[name] for name in _SHARED)
    counted = Counter(each.id for each in entries)
    problems += [f"the id “{each}” is used {times} times" for each, times in counted.items() if times > 1]
    rewrites = {spelt: tuple(meant.split()) for spelt, meant in spelling["rewrites"].items()}
    rewrites |= dict.fromkeys(spelling["fillers"]["words"].split(), ())
    alike = {word: tuple(others.split()) for word, others in spelling["alike"].items()}
    alphabet = Alphabet(alike, spelling["common"]["words"].split())
    for number in ("#many", "#year", *"01234567"):
        alphabet.letter(number)
    grammar = Grammar(alphabet, slots["slots"], rewrites)
    patterns = Index(_searches([each for each in entries if each.tier != "idiom"], grammar, problems))
    idioms = Index(_searches([each for each in entries if each.tier == "idiom"], grammar, problems))
    softeners = _softeners(soft, grammar)
    answers = {kind: re.compile(grammar.set_of(says)) for kind, says in soft["answers"].items()}
    if problems:
        raise BookProblems(problems)
    del grammar  # the speller goes where it was
    plain, core, hidden = (spelling[key]["words"].split() for key in ("plain", "core", "hidden"))
    speller = Speller(alphabet, rewrites, plain, core, hidden)
    return Book(
        version=str(soft["version"]),
        entries=tuple(entries),
        speller=speller,
        patterns=patterns,
        idioms=idioms,
        softeners=softeners,
        weights=Weights.read(files["weights.toml"], speller.letters_of) if has_weights else Weights(),
        answers=answers,
    )


def _searches(entries: Iterable[Entry], grammar: Grammar, problems: list[str]) -> Iterator[tuple[Phrase, Search]]:
    for entry in entries:
        for says in entry.says:
            try:
                phrase = grammar.phrase(says)
            except NotUnderstood as error:
                problems.append(f"{entry.where}: {error}")
            else:
                yield phrase, Search(entry, phrase.regex, phrase.also, phrase.unless, phrase.probe)


def _softeners(soft: Mapping[str, Any], grammar: Grammar) -> Softeners:
    lists = soft["softeners"]
    anywhere = {
        key: re.compile(grammar.set_of(lists[key]))
        for key in ("past", "turns", "still", "present", "earnest", "story", "first_person")
    }
    between, helping = grammar.set_of(lists["between"]), grammar.set_of(lists["helping"])
    laughs = "|".join(map(re.escape, lists["laughing"]))
    nots = grammar.set_of(["not", "never", "half"])
    return Softeners(
        negation=re.compile(f"{grammar.set_of(lists['negation'])}(?:{between}){{0,5}}$"),
        others=re.compile(f"{grammar.set_of(lists['others'])}(?:{helping}){{0,3}}$"),
        laughing=re.compile(f"(?<![a-z])(?:{laughs})(?![a-z])"),
        joking=re.compile(f"(?<!{nots}){grammar.set_of(lists['joking'])}"),
        **anywhere,
    )
