"""`alongside inbox …`: what waits for a person, and the inboxes of anonymous feedback.

Passphrases and words are asked for, never arguments: those stay in the shell's history.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from bot.given_config import CONFIG, ConfigFile, open_given, read_given

if TYPE_CHECKING:
    from storage.feedback.database import FeedbackDatabase
    from storage.feedback.keys import InboxKeys

inbox = typer.Typer(help="What waits for a person; and the inboxes of anonymous feedback.", invoke_without_command=True)
Inbox = Annotated[str, typer.Option("--inbox", help="Which inbox of feedback.")]
Who = Annotated[str, typer.Option("--as", help="Your name, as the inbox knows it.", prompt="Your name")]
Number = Annotated[str, typer.Argument(help="The feedback's number, or how it begins.")]
OURS = "organisation"


@inbox.callback()
def waiting(
    context: typer.Context,
    done: Annotated[str | None, typer.Option(help="Mark the item with this number as done.")] = None,
    config: ConfigFile = CONFIG,
) -> None:
    """Show what waits for a person, and how people are; with a command, what came as anonymous feedback."""
    if context.invoked_subcommand is None:
        _show_waiting(config, done)


def _show_waiting(path: Path, done: str | None) -> None:
    """What waits for a person; first one item is marked as done, if a number is given."""
    from bot.clock import real_clock
    from bot.showing import NoSuchItem, finish, inbox_lines

    config = read_given(path)[0]
    with open_given(config) as database:
        if done is not None:
            try:
                with database.writing() as connection:
                    said = finish(connection, done, real_clock())
            except NoSuchItem as why:
                typer.echo(str(why), err=True)
                raise typer.Exit(1) from None
            typer.echo(f"{said}\n")
        with database.reading() as connection:
            for line in inbox_lines(connection, config.organisation.zone, real_clock()):
                typer.echo(line)


@inbox.command()
def create(
    coordinator: Annotated[list[str], typer.Option(help="Who can open it; several times for several people.")],
    inbox: Inbox = OURS,
    config: ConfigFile = CONFIG,
) -> None:
    """Make an inbox for anonymous feedback, and print its recovery key once."""
    from bot.feedback import desk_commands

    with _feedback(config) as db:
        typer.echo(desk_commands.create(db, inbox, coordinator, _ask_twice))


@inbox.command("add-coordinator")
def add_coordinator(name: str, who: Who, inbox: Inbox = OURS, config: ConfigFile = CONFIG) -> None:
    """Let somebody else open the inbox; they type a passphrase of their own."""
    from bot.feedback import desk_commands

    with _opened(config, inbox, who) as (db, keys):
        typer.echo(desk_commands.add_coordinator(db, keys, name, _ask_twice))


@inbox.command("remove-coordinator")
def remove_coordinator(name: str, who: Who, inbox: Inbox = OURS, config: ConfigFile = CONFIG) -> None:
    """Take somebody's access away, and change the inbox's key."""
    from bot.feedback import desk_commands

    with _opened(config, inbox, who) as (db, keys):
        typer.echo(desk_commands.remove_coordinator(db, keys, name))


@inbox.command()
def recover(name: str, inbox: Inbox = OURS, config: ConfigFile = CONFIG) -> None:
    """Give somebody who lost their passphrase a new one, with the recovery key on paper."""
    from bot.feedback import desk_commands

    with _feedback(config) as db:
        typer.echo(desk_commands.recover(db, inbox, name, _ask, _ask_twice))


@inbox.command("change-key")
def change_key(who: Who, inbox: Inbox = OURS, config: ConfigFile = CONFIG) -> None:
    """Change the inbox's key, if somebody may have seen it; everybody keeps their passphrase."""
    from bot.feedback import desk_commands

    with _opened(config, inbox, who) as (db, keys):
        typer.echo(desk_commands.change_key(db, keys))


@inbox.command()
def feedback(
    who: Who,
    closed: Annotated[bool, typer.Option("--closed", help="Also what was closed.")] = False,
    inbox: Inbox = OURS,
    config: ConfigFile = CONFIG,
) -> None:
    """Read the anonymous feedback that was released."""
    from bot.feedback import desk_commands

    with _opened(config, inbox, who) as (db, keys):
        for line in desk_commands.all_feedback(db, keys, closed=closed):
            typer.echo(line)


@inbox.command()
def reply(number: Number, who: Who, inbox: Inbox = OURS, config: ConfigFile = CONFIG) -> None:
    """Answer a feedback; whoever has its code can fetch the answer."""
    from bot.feedback import desk_commands

    with _opened(config, inbox, who) as (db, keys):
        typer.echo(desk_commands.reply(db, keys, number, typer.prompt("Your answer"), _today(config)))


@inbox.command("in-hand")
def in_hand(number: Number, who: Who, inbox: Inbox = OURS, config: ConfigFile = CONFIG) -> None:
    """Say that somebody is seeing to a feedback; whoever has its code sees it."""
    from bot.feedback import desk_commands

    with _opened(config, inbox, who) as (db, keys):
        typer.echo(desk_commands.set_status(db, keys, number, "in hand"))


@inbox.command()
def close(number: Number, who: Who, inbox: Inbox = OURS, config: ConfigFile = CONFIG) -> None:
    """Close a feedback that was answered."""
    from bot.feedback import desk_commands

    with _opened(config, inbox, who) as (db, keys):
        typer.echo(desk_commands.close(db, keys, number, _today(config)))


@inbox.command("said-did")
def said_did(
    add: Annotated[bool, typer.Option("--add", help="Write a new one.")] = False, config: ConfigFile = CONFIG
) -> None:
    """Show, or write, what was done with what was said: you said, we did."""
    from bot.feedback import desk_commands

    with _feedback(config) as db:
        if add:
            typer.echo(desk_commands.add_said_did(db, typer.prompt("You said …, we did …"), _today(config)))
        for line in desk_commands.said_did(db):
            typer.echo(line)


@contextmanager
def _feedback(config: Path) -> Iterator[FeedbackDatabase]:
    """The feedback database; a refusal is told, and is the end."""
    from bot.feedback.desk_commands import CannotDo, feedback_database
    from storage.database import DatabaseBehind

    part = read_given(config)[0].feedback
    if part is None:
        typer.echo("Anonymous feedback is not set up: fill in [feedback], see config.example.toml", err=True)
        raise typer.Exit(1)
    try:
        with feedback_database(part.url) as database:
            yield database
    except (CannotDo, DatabaseBehind) as why:
        typer.echo(str(why), err=True)
        raise typer.Exit(1) from None


@contextmanager
def _opened(config: Path, inbox: str, who: str) -> Iterator[tuple[FeedbackDatabase, InboxKeys]]:
    """The feedback database and an inbox, opened until the command ends."""
    from bot.feedback.desk_commands import open_inbox

    with _feedback(config) as db:
        yield db, open_inbox(db, inbox, who, _ask)


def _ask(question: str) -> str:
    typed: str = typer.prompt(question, hide_input=True)
    return typed


def _ask_twice(question: str) -> str:
    typed: str = typer.prompt(question, hide_input=True, confirmation_prompt=True)
    return typed


def _today(config: Path) -> date:
    from bot.clock import real_clock

    return real_clock().astimezone(ZoneInfo(read_given(config)[0].organisation.zone)).date()
