"""The command line. Everything heavy is imported only by the command that needs it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.config import Config, Secrets

app = typer.Typer(
    name="alongside",
    help="The companion for charities and their volunteers, by text message and Telegram.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
ConfigFile = Annotated[Path, typer.Option("--config", "-c", help="The configuration file.")]
CONFIG = Path("config.toml")


def _read(path: Path) -> tuple[Config, Secrets]:
    """The configuration, or every fault of it and the end."""
    from bot.config import ConfigMistakes, read_config, read_secrets

    try:
        config = read_config(path)
    except ConfigMistakes as mistakes:
        for problem in mistakes.problems:
            typer.echo(problem, err=True)
        raise typer.Exit(2) from None
    return config, read_secrets(config)


@app.command("try")
def try_(
    script: Annotated[Path | None, typer.Option("--script", help="Play this conversation and print it.")] = None,
) -> None:
    """Talk to the bot on a simulated handset: no account, nothing sent, a clock to move."""
    from bot.try_it import play, talk

    raise typer.Exit(play(script) if script is not None else talk())


@app.command()
def run(config: ConfigFile = CONFIG) -> None:
    """Run the service with the channels that the configuration names."""
    from bot.logs import set_up_logs
    from bot.running import run as serve
    from bot.service import InUse
    from storage.database import DatabaseBehind

    read = _read(config)
    set_up_logs()
    try:
        asyncio.run(serve(*read))
    except (DatabaseBehind, InUse) as fault:
        typer.echo(str(fault), err=True)
        raise typer.Exit(1) from None


@app.command()
def check(config: ConfigFile = CONFIG) -> None:
    """List every fault of the configuration at once, and try the credentials."""
    from bot.checking import problems

    found = asyncio.run(problems(*_read(config)))
    for problem in found:
        typer.echo(problem, err=True)
    if found:
        raise typer.Exit(1)
    typer.echo("Everything is in order.")


@app.command()
def migrate(config: ConfigFile = CONFIG) -> None:
    """Bring the database up to date."""
    from storage.database import Database

    database = Database(_read(config)[0].database.url)
    database.migrate()
    database.close()
    typer.echo("The database is up to date.")


@app.command()
def invite(
    called: Annotated[str, typer.Option(help="What the person is called.")],
    by: Annotated[str, typer.Option(help="Who invites them, as they know you.")],
    phone: Annotated[str | None, typer.Option(help="Their number, if they agreed to be texted.")] = None,
    language: Annotated[str | None, typer.Option(help="en or cy, if you know it.")] = None,
    config: ConfigFile = CONFIG,
) -> None:
    """Invite a volunteer: by text if you give a number, else with a link or a code to hand to them."""
    from bot.inviting import CannotInvite, invite_person

    try:
        said = asyncio.run(invite_person(*_read(config), called=called, by=by, phone=phone, language=language))
    except CannotInvite as why:
        typer.echo(str(why), err=True)
        raise typer.Exit(1) from None
    typer.echo(said)


@app.command()
def inbox(
    done: Annotated[int | None, typer.Option(help="Mark this item as done.")] = None, config: ConfigFile = CONFIG
) -> None:
    """Show what waits for a person."""
    from bot.showing import show_inbox

    show_inbox(_read(config)[0], done)
