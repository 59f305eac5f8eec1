"""`alongside vote …`: calling a vote under a rule the group knows, and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.given_config import CONFIG, ConfigFile, read_given
from bot.projects.cli import do

vote = typer.Typer(help="Votes, under a rule that the group was told of before.", no_args_is_help=True)
Number = Annotated[int, typer.Argument(help="The vote's number.")]


@vote.command()
def example() -> None:
    """Print a vote to begin with; every line of it is explained."""
    from bot.clock import real_clock
    from bot.projects.card import with_days_to_come
    from bot.votes.file import EXAMPLE

    typer.echo(with_days_to_come(EXAMPLE, real_clock().date()), nl=False)


@vote.command()
def save(
    file: Annotated[Path, typer.Argument(help="The vote, a small file; see `alongside vote example`.")],
    config: ConfigFile = CONFIG,
) -> None:
    """Call a vote; everybody who belongs to the project is asked."""
    from bot.clock import real_clock
    from bot.projects.card import CardMistakes
    from bot.votes.box import ballot_key
    from bot.votes.file import read_vote
    from bot.votes.keeping import call

    given, secrets = read_given(config)
    try:
        read = read_vote(file)
    except CardMistakes as mistakes:
        typer.echo("\n".join(mistakes.problems), err=True)
        raise typer.Exit(2) from None
    zone, key = given.organisation.zone, ballot_key(secrets("votes", "key"))
    do(config, lambda connection: call(connection, read, zone, real_clock(), key))


@vote.command("list")
def list_(config: ConfigFile = CONFIG) -> None:
    """Show every vote, when it closes, and how many have voted."""
    from bot.clock import real_clock
    from bot.votes.keeping import vote_lines

    zone = read_given(config)[0].organisation.zone
    do(config, lambda connection: vote_lines(connection, zone, real_clock()))


@vote.command()
def close(number: Number, config: ConfigFile = CONFIG) -> None:
    """Close a vote before its time; everybody is told what came of it."""
    from bot.clock import real_clock
    from bot.votes import keeping

    do(config, lambda connection: keeping.close(connection, number, real_clock()))


@vote.command()
def result(number: Number, config: ConfigFile = CONFIG) -> None:
    """Show what came of a vote that has closed, and how it was reached."""
    from bot.clock import real_clock
    from bot.votes.box import ballot_key
    from bot.votes.keeping import result_lines

    given, secrets = read_given(config)
    zone, key = given.organisation.zone, ballot_key(secrets("votes", "key"))
    do(config, lambda connection: result_lines(connection, number, zone, real_clock(), key))
