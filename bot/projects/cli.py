"""`alongside project …` and `alongside suggestion …`: what coordinators do with projects, without the console."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.given_config import CONFIG, ConfigFile, open_given, read_given

if TYPE_CHECKING:
    from sqlalchemy import Connection

project = typer.Typer(help="Projects: what a group has agreed on, and who belongs.", no_args_is_help=True)
suggestion = typer.Typer(help="People's ideas, each with a promised answer.", invoke_without_command=True)
Name = Annotated[str, typer.Argument(help="The project's name.")]
Number = Annotated[int, typer.Argument(help="The suggestion's number.")]


def do(path: Path, work: Callable[[Connection], list[str]]) -> None:
    """Do something in one transaction and print what it says; if it can't be done, why not, and the end."""
    from bot.people import NobodyMeant
    from bot.projects.keeping import NotDone
    from bot.showing import printable

    with open_given(read_given(path)[0]) as database:
        try:
            with database.writing() as connection:
                said = work(connection)
        except (NotDone, NobodyMeant) as why:
            typer.echo(str(why), err=True)
            raise typer.Exit(1) from None
    typer.echo("\n".join(map(printable, said)))


@project.command()
def example() -> None:
    """Print a card to begin with; every line of it is explained."""
    from bot.clock import real_clock
    from bot.projects.card import EXAMPLE, with_days_to_come

    typer.echo(with_days_to_come(EXAMPLE, real_clock().date()), nl=False)


@project.command()
def save(
    card: Annotated[Path, typer.Argument(help="The project's card, a small file; see `alongside project example`.")],
    config: ConfigFile = CONFIG,
) -> None:
    """Keep a project's card, new or changed; whoever belongs to it is told what is new to them."""
    from bot.clock import real_clock
    from bot.projects.card import CardMistakes, read_card
    from bot.projects.keeping import keep_card

    try:
        read = read_card(card)
    except CardMistakes as mistakes:
        typer.echo("\n".join(mistakes.problems), err=True)
        raise typer.Exit(2) from None
    do(config, lambda connection: keep_card(connection, read, real_clock()))


@project.command("list")
def list_(config: ConfigFile = CONFIG) -> None:
    """Show every project, who belongs to it, and how staff and volunteers are balanced."""
    from bot.projects.keeping import balance
    from storage.projects import projects

    def lines(connection: Connection) -> list[str]:
        return [line for each in projects(connection) for line in balance(connection, each.name)] or ["No project yet."]

    do(config, lines)


@project.command()
def add(
    name: Name,
    person: Annotated[str, typer.Argument(help="Their number, or what they are called.")],
    side: Annotated[Literal["volunteer", "staff"], typer.Option("--as", help="volunteer or staff.")] = "volunteer",
    lived_experience: Annotated[
        bool | None, typer.Option("--lived-experience/--no-lived-experience", help="Only if they said so themselves.")
    ] = None,
    can_be_asked: Annotated[
        bool, typer.Option("--can-be-asked", help="Ask them whether others may ask them things, through the bot.")
    ] = False,
    config: ConfigFile = CONFIG,
) -> None:
    """Add somebody to a project; they are told what it is about."""
    from bot.clock import real_clock
    from bot.projects import keeping

    def work(connection: Connection) -> list[str]:
        return keeping.add(connection, name, person, side, lived_experience, real_clock(), can_be_asked=can_be_asked)

    do(config, work)


@project.command()
def remove(
    name: Name,
    person: Annotated[str, typer.Argument(help="Their number, or what they are called.")],
    config: ConfigFile = CONFIG,
) -> None:
    """Let somebody no longer belong to a project."""
    from bot.clock import real_clock
    from bot.projects import keeping

    do(config, lambda connection: keeping.remove(connection, name, person, real_clock()))


@project.command()
def done(
    name: Name,
    milestone: Annotated[str, typer.Argument(help="The milestone's name.")],
    config: ConfigFile = CONFIG,
) -> None:
    """Say that a milestone has been reached."""
    from bot.clock import real_clock
    from bot.projects.keeping import milestone_done

    do(config, lambda connection: milestone_done(connection, name, milestone, real_clock()))


@project.command()
def reflection(
    name: Name,
    milestone: Annotated[str, typer.Argument(help="The milestone's name.")],
    leave_out: Annotated[
        list[int] | None, typer.Option("--leave-out", help="Keep back the words with this number.")
    ] = None,
    send: Annotated[bool, typer.Option("--send", help="Tell the group what you have looked at.")] = False,
    config: ConfigFile = CONFIG,
) -> None:
    """Show what the group said when it looked back on a milestone; with --send tell it to all, naming nobody."""
    from bot.clock import real_clock
    from bot.projects import reflecting

    do(
        config,
        lambda connection: reflecting.reflection(connection, name, milestone, leave_out or [], send, real_clock()),
    )


@suggestion.callback()
def waiting(context: typer.Context, config: ConfigFile = CONFIG) -> None:
    """Show the suggestions that wait for an answer, the first promised first."""
    from bot.projects.showing import suggestion_lines

    if context.invoked_subcommand is None:
        do(config, suggestion_lines)


@suggestion.command()
def answer(
    number: Number,
    as_: Annotated[
        Literal["taken up", "partly", "not now", "not possible"], typer.Option("--as", help="What the answer is.")
    ],
    by: Annotated[str, typer.Option(help="Whose answer it is, as volunteers know them.")],
    because: Annotated[str | None, typer.Option(help="The reason, which the person receives.")] = None,
    limit: Annotated[int | None, typer.Option(help="The number of the limit that it meets.")] = None,
    config: ConfigFile = CONFIG,
) -> None:
    """Answer a suggestion; whoever made it is told, with the reason."""
    from bot.clock import real_clock
    from bot.projects import keeping

    do(config, lambda connection: keeping.answer(connection, number, as_, because, limit, by, real_clock()))


@suggestion.command("did")
def did(
    number: Number,
    what: Annotated[str, typer.Argument(help="What was done, in a sentence.")],
    config: ConfigFile = CONFIG,
) -> None:
    """Tell the whole group what became of a suggestion: you said, we did. It names nobody."""
    from bot.clock import real_clock
    from bot.projects.keeping import you_said_we_did

    do(config, lambda connection: you_said_we_did(connection, number, what, real_clock()))
