"""`alongside import` and `alongside poster`: bringing people in."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.given_config import CONFIG, ConfigFile, open_given, read_given


def import_(
    people: Annotated[Path, typer.Argument(help="A spreadsheet of people, saved as CSV.")],
    by: Annotated[str, typer.Option(help="Who invites them, as they know you.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list the problems; invite nobody.")] = False,
    config: ConfigFile = CONFIG,
) -> None:
    """Invite everybody on a list by text who has agreed to it: all of them, or nobody while something is to mend."""
    from bot.bringing_in.keeping import import_people
    from bot.bringing_in.reading import CannotRead
    from bot.clock import real_clock
    from bot.inviting import CannotInvite
    from flows.words import WordsMistake

    given = read_given(config)[0]
    with open_given(given) as database:
        try:
            imported = import_people(database, given, people, by, real_clock(), dry_run=dry_run)
        except (CannotInvite, CannotRead, WordsMistake) as why:
            typer.echo(str(why), err=True)
            raise typer.Exit(1) from None
    for line in imported.lines():
        typer.echo(line)
    if imported.listed.faults:
        raise typer.Exit(1)


def poster(
    out: Annotated[Path, typer.Option(help="The page to write; it is printed from a browser.")] = Path("poster.html"),
    language: Annotated[Literal["en", "cy"], typer.Option(help="en or cy.")] = "en",
    config: ConfigFile = CONFIG,
) -> None:
    """Write an A4 poster that asks people to join, with squares to scan for SMS and Telegram."""
    from bot.bringing_in.poster import poster as written
    from bot.inviting import CannotInvite
    from flows.words import WordsMistake

    try:
        made = asyncio.run(written(*read_given(config), language))
        out.write_text(made.page, encoding="utf-8")
    except (CannotInvite, WordsMistake) as why:
        typer.echo(str(why), err=True)
        raise typer.Exit(1) from None
    except OSError as fault:
        typer.echo(f"{out}: {fault.strerror}.", err=True)
        raise typer.Exit(1) from None
    if made.left_out:
        typer.echo(made.left_out, err=True)
    typer.echo(f"Written to {out}. Open it in a browser and print it on A4. Scan it once yourself before it goes up.")
