"""`alongside person …`: everything that is kept about somebody, to hand to them; and its end."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.given_config import CONFIG, ConfigFile, open_given, read_given

person = typer.Typer(help="One person: everything that is kept about them, and forgetting them.", no_args_is_help=True)
Who = Annotated[str, typer.Argument(help="A number, a Telegram chat or a name.")]


@person.command("export")
def export(
    who: Who,
    out: Annotated[Path | None, typer.Option(help="A file that only you can read; without it, it is printed.")] = None,
    config: ConfigFile = CONFIG,
) -> None:
    """Everything that is kept about somebody, as plain text. Make sure that you hand it to the right person."""
    from bot.clock import real_clock
    from bot.people import NobodyMeant, find_person
    from bot.their_data.export import everything_about
    from bot.wording import words_in_use

    given = read_given(config)[0]
    words = words_in_use(given)
    with open_given(given) as database, database.reading() as connection:
        try:
            found = find_person(connection, who)
        except NobodyMeant as why:
            typer.echo(str(why), err=True)
            raise typer.Exit(1) from None
        text = everything_about(connection, found.id, words, given.house(), real_clock())
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        _write_private(out, text)
    except FileExistsError:
        typer.echo(f"{out}: there is a file of that name already. Choose another name, or delete it first.", err=True)
        raise typer.Exit(1) from None
    except FileNotFoundError:
        typer.echo(f"{out}: there is no folder {out.parent}. Make it first, or choose another.", err=True)
        raise typer.Exit(1) from None
    except OSError as fault:
        typer.echo(f"{out}: {fault.strerror}.", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"Written to {out}. Delete it when it has been handed over.")


@person.command("forget")
def forget(
    who: Who,
    sure: Annotated[bool, typer.Option("--sure", help="Do not ask.")] = False,
    config: ConfigFile = CONFIG,
) -> None:
    """Delete everything about somebody, as FORGET does; they are not told."""
    from bot.clock import real_clock
    from bot.people import NobodyMeant, find_person
    from bot.their_data.forgetting import CannotForget, forget_person

    given = read_given(config)[0]
    with open_given(given) as database:
        try:
            with database.reading() as connection:
                found = find_person(connection, who)
            if not sure and not typer.confirm(f"Delete everything about {found.called or 'this person'} for good?"):
                raise typer.Exit(1)
            typer.echo(forget_person(database, given.house().safeguarding, found.id, real_clock()))
        except (NobodyMeant, CannotForget) as why:
            typer.echo(str(why), err=True)
            raise typer.Exit(1) from None


def _write_private(path: Path, text: str) -> None:
    import os

    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
