"""`alongside task …`: what coordinators do with tasks, without the console."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.given_config import CONFIG, ConfigFile
from bot.projects.cli import do

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.tasks.brief import BriefFile

task = typer.Typer(help="Tasks: each with a brief, and always in somebody's hands.", no_args_is_help=True)
HOW_TO_ASK = "Ask somebody: alongside task offer NUMBER PERSON"
Number = Annotated[int, typer.Argument(help="The task's number.")]
Brief = Annotated[Path, typer.Argument(help="The task's brief, a small file; see `alongside task example`.")]


@task.command()
def example() -> None:
    """Print a brief to begin with; every line of it is explained."""
    from bot.clock import real_clock
    from bot.projects.card import with_days_to_come
    from bot.tasks.brief import EXAMPLE

    typer.echo(with_days_to_come(EXAMPLE, real_clock().date()), nl=False)


@task.command()
def check(brief: Brief, config: ConfigFile = CONFIG) -> None:
    """Say everything that a brief still lacks; nothing is kept."""
    from bot.clock import real_clock
    from bot.tasks.brief import require_a_place

    read = _read(brief)

    def look(connection: Connection) -> list[str]:
        require_a_place(connection, read, real_clock().date())
        return ["The brief is complete."]

    _do(config, look)


@task.command()
def save(brief: Brief, config: ConfigFile = CONFIG) -> None:
    """Keep a task's brief, new or changed."""
    from bot.clock import real_clock
    from bot.tasks.keeping import keep_brief

    read = _read(brief)
    _do(config, lambda connection: [*keep_brief(connection, read, real_clock()), HOW_TO_ASK])


@task.command("list")
def list_(config: ConfigFile = CONFIG) -> None:
    """Show every open task: who has it, and what waits on whom."""
    from bot.clock import real_clock
    from bot.tasks.showing import task_lines

    _do(config, lambda connection: task_lines(connection, real_clock()))


@task.command()
def show(number: Number, config: ConfigFile = CONFIG) -> None:
    """Show one task: its brief, what happened, and your checklist where it is being talked about."""
    from bot.clock import real_clock
    from bot.tasks import keeping

    _do(config, lambda connection: keeping.show(connection, number, real_clock()))


@task.command()
def offer(
    number: Number,
    people: Annotated[list[str], typer.Argument(help="Their numbers, or what they are called.")],
    config: ConfigFile = CONFIG,
) -> None:
    """Ask somebody, or several, whether they would like it; whoever says yes first has it."""
    from bot.clock import real_clock
    from bot.tasks import keeping

    _do(config, lambda connection: keeping.offer(connection, number, people, real_clock()))


@task.command()
def answer(
    number: Number,
    words: Annotated[str, typer.Argument(help="Your answer.")],
    to: Annotated[str | None, typer.Option(help="Whom you answer, where several have asked.")] = None,
    by: Annotated[str | None, typer.Option(help="Whose answer it is; else the coordinator of the brief.")] = None,
    config: ConfigFile = CONFIG,
) -> None:
    """Answer what somebody asked about a task."""
    from bot.clock import real_clock
    from bot.tasks import keeping

    _do(config, lambda connection: keeping.answer(connection, number, words, to, by, real_clock()))


@task.command()
def needed(
    number: Number,
    words: Annotated[str, typer.Argument(help="What is still needed, and nothing else.")],
    config: ConfigFile = CONFIG,
) -> None:
    """Say what is still needed; whoever has it is asked first how they are."""
    from bot.clock import real_clock
    from bot.tasks import keeping

    _do(config, lambda connection: keeping.needed(connection, number, words, real_clock()))


@task.command()
def barriers(config: ConfigFile = CONFIG) -> None:
    """Show what gets in people's way and waits for your answer, with what the bot has not asked."""
    from bot.tasks.showing import barrier_lines

    _do(config, barrier_lines)


@task.command()
def barrier(
    number: Number,
    we_can: Annotated[str | None, typer.Option("--we-can", help="What you can do about it.")] = None,
    cannot: Annotated[str | None, typer.Option("--cannot", help="What you cannot do.")] = None,
    because: Annotated[str | None, typer.Option("--because", help="Why not; the person receives it.")] = None,
    instead: Annotated[str | None, typer.Option("--instead", help="What you can do instead.")] = None,
    config: ConfigFile = CONFIG,
) -> None:
    """Answer what gets in somebody's way; only then are they asked how they would like to go on."""
    from bot.clock import real_clock
    from bot.tasks import keeping

    _do(config, lambda c: keeping.answer_barrier(c, number, we_can, cannot, because, instead, real_clock()))


@task.command()
def thank(
    number: Number,
    words: Annotated[str | None, typer.Option("--words", help="Your words; they are kept for the person.")] = None,
    config: ConfigFile = CONFIG,
) -> None:
    """Confirm that a task is done, and say thank you."""
    from bot.clock import real_clock
    from bot.tasks import keeping

    _do(config, lambda connection: keeping.thank(connection, number, words, real_clock()))


@task.command()
def close(
    number: Number,
    because: Annotated[str, typer.Option("--because", help="Why it is not needed any more; kept with it.")],
    config: ConfigFile = CONFIG,
) -> None:
    """Take a task off the list that is not needed any more; whom it concerns is told."""
    from bot.clock import real_clock
    from bot.tasks import keeping

    _do(config, lambda connection: keeping.close(connection, number, because, real_clock()))


def _read(path: Path) -> BriefFile:
    from bot.tasks.brief import BriefMistakes, read_brief

    try:
        return read_brief(path)
    except BriefMistakes as mistakes:
        typer.echo("\n".join(mistakes.problems), err=True)
        raise typer.Exit(2) from None


def _do(config: Path, work: Callable[[Connection], list[str]]) -> None:
    from bot.tasks.brief import BriefMistakes

    try:
        do(config, work)
    except BriefMistakes as mistakes:
        typer.echo("\n".join(mistakes.problems), err=True)
        raise typer.Exit(2) from None
