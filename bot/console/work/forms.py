"""Forms that build what a coordinator could also write in a small file: the same checks, told field by field.

What is wrong with which field is kept with the request; `faults_of` hands it to the page that is shown again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot.config_faults import SEE, dotted, in_our_words
from bot.console.visit import Visit
from bot.projects.keeping import NotDone

AFile = TypeVar("AFile", bound=BaseModel)
_UNCLEAR = f"is not what belongs here; {SEE}"


def read_form(visit: Visit, of: type[AFile], values: Mapping[str, Any]) -> AFile:
    """What the fields of a form say, checked as the file is.

    Args:
        visit: Whose form it is.
        of: What they should make.
        values: What was typed, by the names that the file has; a list's parts are found as "limit-0-why".

    Raises:
        NotDone: Something must be mended first; `faults_of` says what, field by field.
    """
    try:
        return of(**values)
    except ValidationError as wrong:
        faults: list[Any] = list(wrong.errors(include_input=False))
        told = {dotted(at).replace(".", "-"): _kindly(said) for at, said in in_our_words(faults)}
        raise to_be_mended(visit, told) from None


def told_of_fields(visit: Visit, problems: Iterable[str]) -> NotDone:
    """What a check said, "milestone: …" each, as an error whose page shows each beside its field."""
    told = (each.partition(": ") for each in problems)
    return to_be_mended(visit, {field: said[:1].upper() + said[1:] for field, _, said in told})


def to_be_mended(visit: Visit, faults: Mapping[str, str]) -> NotDone:
    """The error to raise; its page shows each fault beside its field."""
    visit.request.state.faults = dict(faults)
    return NotDone("Something is missing or needs another look. It is said beside each field; nothing was kept.")


def faults_of(visit: Visit) -> dict[str, str]:
    """What is wrong with each field of the form that was sent; empty for a page that is only looked at."""
    found: dict[str, str] = getattr(visit.request.state, "faults", {})
    return found


def a_day(visit: Visit, name: str) -> date | str | None:
    """The day in a field; None: it is empty; what was typed, where it is no day."""
    typed = visit.typed(name)
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        return typed


def a_time(visit: Visit, name: str) -> time | str:
    """The time in a field; what was typed, where it is none."""
    typed = visit.typed(name)
    try:
        return time.fromisoformat(typed).replace(tzinfo=None)  # by the clocks of the house, whatever else was said
    except ValueError:
        return typed


def _kindly(said: str) -> str:
    return "Please look at this once more." if said == _UNCLEAR else f"This {said.removesuffix(', without quotes')}."
