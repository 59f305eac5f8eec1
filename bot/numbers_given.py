"""A number that was typed wrongly at the command line, told in a kind sentence: one place for every command."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

WHOLE, ANY = ("int_parsing", "int_type", "int_from_float", "int_parsing_size"), ("float_parsing", "float_type")
OUTSIDE = ("greater_than_equal", "less_than_equal", "greater_than", "less_than")


class Commands(TyperGroup):
    """All commands; what they say of a wrong number is ours."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was typed."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as fault:
            said = _in_words(fault)
            if said is None:
                raise
            typer.echo(said, err=True)
            raise typer.Exit(2) from None


def _in_words(fault: typer.BadParameter) -> str | None:
    """What is wrong with the number; None: it is about something else."""
    errors = getattr(fault.__cause__, "errors", None)
    if errors is None or fault.param is None:
        return None
    first = errors()[0]
    if first["type"] not in (*WHOLE, *ANY, *OUTSIDE):
        return None
    wanted = _wanted(fault.param)
    if first["type"] in OUTSIDE:
        (way, edge), *_ = first["ctx"].items()
        bound = {"ge": f"{edge} or more", "le": f"{edge} or less", "gt": f"more than {edge}", "lt": f"less than {edge}"}
        return f"{wanted} must be {bound[way]}, not {first['input']}. Nothing was done."
    kind = "whole number, like 3" if first["type"] in WHOLE else "number, like 3 or 0.5"
    return f"{wanted} must be a {kind}, not “{first['input']}”. Nothing was done."


def _wanted(param: Any) -> str:
    """What the number is for: "The vote's number", or "--days (over how many days)"."""
    name, help_ = param.opts[0], (param.help or "").rstrip(".")
    if not name.startswith("-"):
        return help_ or name
    return f"{name} ({help_[0].lower()}{help_[1:]})" if help_ else str(name)
