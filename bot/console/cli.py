"""`alongside console …`: who of the team may sign in to the console. The first account can only be made here."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.given_config import CONFIG, ConfigFile, read_given
from bot.projects.cli import do

console = typer.Typer(help="Who of the team may sign in to the console.", no_args_is_help=True)


@console.command()
def invite(
    name: Annotated[str, typer.Argument(help="Their name, as volunteers and the rota know it.")],
    role: Annotated[
        list[str] | None,
        typer.Option(help="coordinator, lead, safeguarding or admin; more than once for more than one."),
    ] = None,
    project: Annotated[
        list[str] | None, typer.Option(help="Only this project and the people in it; more than once for more.")
    ] = None,
    config: ConfigFile = CONFIG,
) -> None:
    """Invite somebody to the console, or let them begin anew who have lost their password or phone.

    It prints an address that is good once, for three days. Hand it over so that only they see it.
    """
    from bot.clock import real_clock
    from bot.console.team import invite as invited

    web = read_given(config)[0].web
    where = web.public_url or f"http://{web.listen}:{web.port}"
    do(config, lambda connection: invited(connection, name, role or ["coordinator"], project, where, real_clock()))


@console.command("list")
def list_(config: ConfigFile = CONFIG) -> None:
    """Show who may sign in, and what they may do."""
    from bot.console.team import account_lines

    do(config, account_lines)


@console.command()
def close(
    name: Annotated[str, typer.Argument(help="Whose account.")],
    config: ConfigFile = CONFIG,
) -> None:
    """Let somebody no longer sign in; wherever they are signed in, that ends at once."""
    from bot.clock import real_clock
    from bot.console.team import close as closed

    do(config, lambda connection: closed(connection, name, real_clock()))
