"""What is wrong with a configuration, in our words; and the rest of it, so that everything is told at once."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

Fault: TypeAlias = Mapping[str, Any]
"""One of pydantic's faults: its type, loc, msg and ctx."""
At: TypeAlias = tuple[str | int, ...]
"""Where a setting is: ("safeguarding", "person", 0, "name")."""

SEE = "see config.example.toml"
_IN_OUR_WORDS: Mapping[str, str] = {
    "missing": f"is missing; {SEE}",
    "extra_forbidden": f"there is no such setting; {SEE}",
    "string_type": 'must be text in quotes, like "this"',
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} letters",
    "path_type": 'must be the name of a file or folder in quotes, like "this"',
    "bool_type": "must be true or false, without quotes",
    "bool_parsing": "must be true or false, without quotes",
    "literal_error": "must be {expected}",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "value_error": "{error}",
}
_IN_GENERAL = (
    ("int", "must be a whole number, without quotes"),
    ("float", "must be a number, without quotes"),
    ("finite", "must be a number, without quotes"),
    ("list", "must be a list; each part of it begins with its name in two pairs of brackets"),
    ("dict", "must be a table, with its settings on the lines below its name in brackets"),
    ("model", "must be a table, with its settings on the lines below its name in brackets"),
)
_OF_ONE_SETTING: Mapping[str, str] = {
    "account_sid": "must be AC and 32 digits and letters from a to f, as Twilio's console shows it",
    "who_reads": 'must be text in quotes, or { en = "...", cy = "..." }',
    "when_read": 'must be text in quotes, or { en = "...", cy = "..." }',
    "days": 'must be text like "MO-FR", or a list like ["MO", "WE"]',
    "person": "must be written as [[safeguarding.person]], once for each of them",
    "rota": "must be written as [[safeguarding.rota]], once for each line",
}
_STAND_INS: Mapping[str, str] = {
    "account_sid": f"AC{'0' * 32}",
    "channel": "sms",
    "days": "MO",
    "from": "09:00",
    "until": "17:00",
}


def place(fault: Fault) -> At:
    """The setting that a fault is about; of one that may be written in two ways, not which of them."""
    loc: At = fault["loc"]
    for at, step in enumerate(loc):
        if step in ("who_reads", "when_read", "days"):
            return loc[: at + 1]
    return loc


def in_our_words(faults: Sequence[Fault]) -> Iterator[tuple[At, str]]:
    """Each setting that is wrong, and what to write there instead."""
    told = set()
    for fault in faults:
        at = place(fault)
        if at not in told:
            told.add(at)
            yield at, _in_our_words(fault, at)


def _in_our_words(fault: Fault, at: At) -> str:
    kind = str(fault["type"])
    if kind == "extra_forbidden" and len(at) > 1:
        return f"there is no such setting in [{dotted(at[:-1])}]. Does the name of its own table still begin with “#”?"
    if kind not in ("missing", "extra_forbidden", "value_error") and at and at[-1] in _OF_ONE_SETTING:
        return _OF_ONE_SETTING[str(at[-1])]
    if kind in _IN_OUR_WORDS:
        return _IN_OUR_WORDS[kind].format(**fault.get("ctx", {}))
    return next((said for start, said in _IN_GENERAL if kind.startswith(start)), f"is not what belongs here; {SEE}")


def mended(stored: Mapping[str, Any], faults: Sequence[Fault]) -> dict[str, Any]:
    """The stored settings without the wrong ones; where one must be there, something harmless takes its place."""
    settings: dict[str, Any] = copy.deepcopy(dict(stored))
    for fault in faults:
        at = place(fault)
        table, key = _inside(settings, at[:-1]), at[-1] if at else ""
        if isinstance(table, dict) and fault["type"] == "missing":
            table[str(key)] = {} if key == "organisation" else _STAND_INS.get(str(key), "?")
        elif isinstance(table, dict):
            table.pop(str(key), None)
        elif isinstance(table, list) and isinstance(key, int) and key < len(table):
            table[key] = {}
    return settings


def follows_from(fault: str, wrong: Sequence[At]) -> bool:
    """Whether a fault between settings may only be there because one of these was wrong already."""
    if any(fault.startswith(dotted(at)) for at in wrong):
        return True
    if any(at[:2] == ("safeguarding", "person") for at in wrong) and "there is no [[safeguarding.person]]" in fault:
        return True
    if fault.startswith("neither [sms]") and any(at in (("sms",), ("telegram",)) for at in wrong):
        return True
    lines = {dotted(at[:3]) for at in wrong if at[:1] == ("safeguarding",) and len(at) > 2}
    return any(fault.startswith((f"{line}.", f"{line}:")) for line in lines)


def dotted(at: At) -> str:
    """A setting as it is told: "safeguarding.person.0.name"."""
    return ".".join(str(step) for step in at)


def _inside(stored: dict[str, Any], at: At) -> Any:
    found: Any = stored
    for step in at:
        fits = (isinstance(found, dict) and step in found) or (isinstance(found, list) and isinstance(step, int))
        found = found[step] if fits else None
    return found
