"""`alongside meeting …`: what coordinators do with meetings, without the console."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.given_config import CONFIG, ConfigFile, read_given
from bot.projects.cli import do

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    Read = TypeVar("Read")

meeting = typer.Typer(help="Meetings: who is invited, who comes, and what came of it.", no_args_is_help=True)
Number = Annotated[int, typer.Argument(help="The meeting's number.")]


@meeting.command()
def example() -> None:
    """Print a meeting, and notes of one, to begin with; every line is explained."""
    from bot.clock import real_clock
    from bot.meetings.file import EXAMPLE, NOTES_EXAMPLE
    from bot.projects.card import with_days_to_come

    typer.echo(with_days_to_come(EXAMPLE, real_clock().date()))
    typer.echo("".join(f"# {line}\n" for line in NOTES_EXAMPLE.splitlines()), nl=False)


@meeting.command()
def save(
    file: Annotated[Path, typer.Argument(help="The meeting, a small file; see `alongside meeting example`.")],
    config: ConfigFile = CONFIG,
) -> None:
    """Keep a meeting, new or changed; everybody in the project is invited, or told that it has moved."""
    from bot.clock import real_clock
    from bot.meetings.file import read_meeting
    from bot.meetings.keeping import keep_meeting

    read, zone = _read(read_meeting, file), read_given(config)[0].organisation.zone
    do(config, lambda connection: keep_meeting(connection, read, zone, real_clock()))


@meeting.command("list")
def list_(config: ConfigFile = CONFIG) -> None:
    """Show every meeting, the latest first, with how many come."""
    from bot.clock import real_clock
    from bot.meetings.showing import meeting_lines

    do(config, lambda connection: meeting_lines(connection, real_clock()))


@meeting.command()
def show(number: Number, config: ConfigFile = CONFIG) -> None:
    """Show one meeting: who comes, their words, and who has not heard of it."""
    from bot.clock import real_clock
    from bot.meetings.showing import lines_of

    do(config, lambda connection: lines_of(connection, number, real_clock()))


@meeting.command()
def cancel(
    number: Number,
    because: Annotated[str, typer.Option(help="The reason, which everybody receives who was told of it.")],
    config: ConfigFile = CONFIG,
) -> None:
    """Cancel a meeting; whoever was told of it hears that, and why."""
    from bot.clock import real_clock
    from bot.meetings import keeping

    do(config, lambda connection: keeping.cancel(connection, number, because, real_clock()))


@meeting.command()
def notes(
    number: Number,
    file: Annotated[Path, typer.Argument(help="Decisions, actions and notes; see `alongside meeting example`.")],
    config: ConfigFile = CONFIG,
) -> None:
    """Send what came of a meeting to everybody in the project, also to those who could not come."""
    from bot.clock import real_clock
    from bot.meetings import keeping
    from bot.meetings.file import read_notes

    read = _read(read_notes, file)
    do(config, lambda connection: keeping.notes(connection, number, read, real_clock()))


def _read(read: Callable[[Path], Read], file: Path) -> Read:
    from bot.projects.card import CardMistakes

    try:
        return read(file)
    except CardMistakes as mistakes:
        typer.echo("\n".join(mistakes.problems), err=True)
        raise typer.Exit(2) from None
