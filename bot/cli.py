"""The command line. Everything heavy is imported only by the command that needs it."""

from __future__ import annotations

import asyncio
import gc
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.bringing_in.cli import import_ as import_people
from bot.bringing_in.cli import poster
from bot.broadcasts.cli import broadcast
from bot.console.cli import console
from bot.feedback.desk_cli import inbox
from bot.given_config import CONFIG, FROM_THE_ENVIRONMENT, ConfigFile, cannot_open, open_given, read_given
from bot.meetings.cli import meeting
from bot.numbers_given import Commands
from bot.projects.cli import do, project, suggestion
from bot.questionnaires.cli import questionnaire
from bot.tasks.cli import task
from bot.their_data.cli import person
from bot.votes.cli import vote

app = typer.Typer(
    name="alongside",
    cls=Commands,
    help="The companion for charities and their volunteers, by text message and Telegram.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
directory = typer.Typer(help="The places that HELP answers with: take in your own, see all.", no_args_is_help=True)
app.add_typer(directory, name="directory")
app.add_typer(inbox, name="inbox")
app.add_typer(project, name="project")
app.add_typer(suggestion, name="suggestion")
app.add_typer(person, name="person")
app.command("import")(import_people)
app.command("poster")(poster)
app.add_typer(questionnaire, name="questionnaire")
app.add_typer(meeting, name="meeting")
app.add_typer(vote, name="vote")
app.add_typer(task, name="task")
app.add_typer(console, name="console")
app.add_typer(broadcast, name="broadcast")


@app.command("try")
def try_(
    script: Annotated[Path | None, typer.Option("--script", help="Play this conversation and print it.")] = None,
    terminal: Annotated[bool, typer.Option("--terminal", help="Talk here, with handsets in the terminal.")] = False,
    port: Annotated[int, typer.Option(help="Where the pages are; another, if it is taken.", min=0, max=65535)] = 8700,
) -> None:
    """Look around in a simulated charity: its console and its phones, no account, nothing sent, a clock to move."""
    if script is not None or terminal:
        from bot.try_it import play, talk

        raise typer.Exit(play(script) if script is not None else talk())
    typer.echo("Harbour House is being set up: three weeks pass in a few seconds.")
    from bot.handsets.serving import visit

    raise typer.Exit(visit(port))


@app.command()
def run(config: ConfigFile = CONFIG) -> None:
    """Run the service with the channels that the configuration names."""
    gc.disable()  # until it serves: what is made on the way there stays, and to look through it for waste is slow
    try:
        _serve(config)
    finally:
        gc.enable()


def _serve(config: Path) -> None:
    from bot.reading_ahead import read_ahead

    patterns_are_read = read_ahead()
    from sqlalchemy.exc import DatabaseError

    from bot.alert_check import what_is_untested
    from bot.logs import set_up_logs
    from bot.running import run as serve
    from bot.service import InUse
    from flows.words import WordsMistake
    from storage.database import DatabaseBehind

    read = read_given(config)
    try:
        if untested := what_is_untested(read[0]):
            typer.echo("\n".join(untested), err=True)
            raise typer.Exit(1)
        set_up_logs()
        patterns_are_read()
        asyncio.run(serve(*read))
    except (DatabaseBehind, InUse, WordsMistake) as fault:
        typer.echo(str(fault), err=True)
        raise typer.Exit(1) from None
    except (DatabaseError, FileNotFoundError, PermissionError):
        typer.echo(cannot_open(read[0]), err=True)
        raise typer.Exit(1) from None


@app.command()
def check(config: ConfigFile = CONFIG) -> None:
    """List every fault of the configuration at once, try the credentials, and note what somebody should look at."""
    from bot.checking import notes, problems
    from bot.config import look_at, read_secrets

    look = look_at(config)
    found = list(look.problems)
    if look.config is not None:
        if not look.is_wrong("organisation", "database", "safeguarding", "feedback"):
            for note in notes(look.config):
                typer.echo(f"Note: {note}")
        found += asyncio.run(problems(look.config, read_secrets(look.config), look))
    for problem in found:
        typer.echo(problem, err=True)
    if found:
        raise typer.Exit(2 if look.problems else 1)
    typer.echo("Everything is in order.")


@app.command()
def migrate(config: ConfigFile = CONFIG) -> None:
    """Bring the database up to date."""
    from sqlalchemy.exc import DatabaseError

    from storage.database import Database

    given = read_given(config)[0]
    database = Database(given.database.url)
    try:
        database.migrate()
        database.close()
    except DatabaseError:
        typer.echo(cannot_open(given), err=True)
        raise typer.Exit(1) from None
    if given.feedback is not None:
        from storage.feedback.database import FeedbackDatabase

        kept_apart = FeedbackDatabase(given.feedback.url)
        kept_apart.migrate()
        kept_apart.close()
    typer.echo("The database is up to date.")


@app.command()
def invite(
    called: Annotated[str, typer.Option(help="What the person is called.")],
    by: Annotated[str, typer.Option(help="Who invites them, as they know you.")],
    phone: Annotated[str | None, typer.Option(help="Their number, if they agreed to be texted.")] = None,
    language: Annotated[Literal["en", "cy"] | None, typer.Option(help="en or cy, if you know it.")] = None,
    config: ConfigFile = CONFIG,
) -> None:
    """Invite a volunteer: by text if you give a number, else with a link or a code to hand to them."""
    from bot.inviting import CannotInvite, invite_person
    from flows.words import WordsMistake

    given, secrets = read_given(config)
    with open_given(given) as database:
        try:
            inviting = invite_person(database, given, secrets, called=called, by=by, phone=phone, language=language)
            typer.echo(asyncio.run(inviting))
        except (CannotInvite, WordsMistake) as why:
            typer.echo(str(why), err=True)
            raise typer.Exit(1) from None


@app.command()
def people(
    about: Annotated[str | None, typer.Option(help="Only this person, by number or name.")] = None,
    config: ConfigFile = CONFIG,
) -> None:
    """List everybody: what they are called, where they are, and whether they have joined."""
    from bot.contact.showing import about_lines
    from bot.showing import people_lines

    if about is not None:
        do(config, lambda connection: about_lines(connection, about))
        return
    with open_given(read_given(config)[0]) as database, database.reading() as connection:
        for line in [*people_lines(connection)] or [
            "Nobody yet. To bring people in: alongside invite, or alongside import"
        ]:
            typer.echo(line)


@app.command()
def today(config: ConfigFile = CONFIG) -> None:
    """Show on one screen what needs a person today."""
    from bot.clock import real_clock
    from bot.showing import printable
    from bot.today import today_lines

    given = read_given(config)[0]
    with open_given(given) as database, database.reading() as connection:
        for line in today_lines(connection, given.organisation.zone, real_clock()):
            typer.echo(printable(line))


@app.command()
def report(
    days: Annotated[int, typer.Option(help="Over how many days.", min=1, max=3660)] = 90,
    config: ConfigFile = CONFIG,
) -> None:
    """Print what was done with what was heard, project by project; it ranks nobody."""
    from bot.clock import real_clock
    from bot.projects.report import report_lines

    with open_given(read_given(config)[0]) as database, database.reading() as connection:
        typer.echo("\n".join(report_lines(connection, days, real_clock())))


@app.command()
def strengths(
    words: Annotated[str | None, typer.Option(help="What is looked for: cooking. Without it, everything.")] = None,
    config: ConfigFile = CONFIG,
) -> None:
    """Show what people say they are good at, like doing or know from life, in their own words."""
    from bot.strengths.showing import strength_lines

    do(config, lambda connection: strength_lines(connection, words))


@app.command()
def thank(
    person: Annotated[str, typer.Argument(help="Their number, or what they are called.")],
    words: Annotated[str, typer.Argument(help="What made a difference, as they will read it.")],
    by: Annotated[str, typer.Option(help="Whose thanks they are, as volunteers know them.")],
    about: Annotated[str | None, typer.Option(help="suggestion:3, or milestone:its name.")] = None,
    config: ConfigFile = CONFIG,
) -> None:
    """Thank somebody; they hear it as soon as it suits them, and see it again with THANKS."""
    from bot.clock import real_clock
    from bot.thanks import keeping

    do(config, lambda connection: keeping.thank(connection, person, words, by, about, real_clock()))


@app.command("sign-off")
def sign_off(
    by: Annotated[
        str | None, typer.Option(help="The safeguarding lead's name; without it, [safeguarding] lead.")
    ] = None,
    config: ConfigFile = CONFIG,
) -> None:
    """Show the safeguarding lead every sentence about danger that they have not signed off, and keep their sign-off."""
    from bot.clock import real_clock
    from bot.sign_off import SignaturesUnreadable, ask_for_sign_off
    from bot.wording import words_in_use
    from flows.words import WordsMistake

    read = read_given(config)[0]
    lead = (by or read.safeguarding.lead).strip()
    if not lead:
        raise typer.BadParameter("say who signs, like --by Kim", param_hint="--by")
    path, today = read.safeguarding.signed_off, real_clock().date()
    try:
        words = words_in_use(read)
        left = ask_for_sign_off(words, path, lead, today, typer.echo, typer.confirm)
    except (WordsMistake, SignaturesUnreadable) as fault:
        typer.echo(str(fault), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{left} sentences are not signed off." if left else f"Everything is signed off, in {path}.")


@app.command("test-alert")
def try_alerts(
    minutes: Annotated[float, typer.Option(help="How long to wait for everybody's ACK.")] = 15,
    config: ConfigFile = CONFIG,
) -> None:
    """Send a real test alert to everybody who can be told of danger, and wait until each has replied ACK."""
    from sqlalchemy.exc import DatabaseError

    from bot.alert_check import try_alerts as sent_and_acknowledged
    from bot.service import InUse
    from flows.words import WordsMistake
    from storage.database import DatabaseBehind

    read = read_given(config)
    try:
        if not asyncio.run(sent_and_acknowledged(*read, minutes, typer.echo)):
            raise typer.Exit(1)
    except (DatabaseBehind, InUse, WordsMistake) as fault:
        typer.echo(str(fault), err=True)
        raise typer.Exit(1) from None
    except (DatabaseError, FileNotFoundError, PermissionError):
        typer.echo(cannot_open(read[0]), err=True)
        raise typer.Exit(1) from None


alerts = typer.Typer(help="The record of alerts.", no_args_is_help=True)
app.add_typer(alerts, name="alerts")


@alerts.command("export")
def export_alerts(
    reference: Annotated[int | None, typer.Argument(help="The alert's number; without it, all.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Only alerts raised since, in UTC: 2026-03-01.")] = None,
    form: Annotated[str, typer.Option("--as", help="csv or json.")] = "csv",
    config: ConfigFile = CONFIG,
) -> None:
    """Print the whole record of alerts, for a safeguarding review."""
    from bot.reviewing import NoSuchAlert, export

    if form not in ("csv", "json"):
        raise typer.BadParameter("must be csv or json", param_hint="--as")
    from_then_on = since.replace(tzinfo=UTC) if since else None
    with open_given(read_given(config)[0]) as database, database.reading() as connection:
        try:
            typer.echo(export(connection, "json" if form == "json" else "csv", reference, from_then_on), nl=False)
        except NoSuchAlert as why:
            typer.echo(str(why), err=True)
            raise typer.Exit(1) from None


@directory.command("import")
def import_(
    source: Annotated[str, typer.Argument(help="A .json or .csv file, a data package's folder, or an address.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list the problems; store nothing.")] = False,
    config: ConfigFile = CONFIG,
) -> None:
    """Take in a directory of local places (Open Referral UK, or a spreadsheet saved as CSV)."""
    from bot.clock import real_clock
    from bot.directory.keeping import import_directory

    with open_given(read_given(config)[0]) as database:
        imported = import_directory(database, source, real_clock(), dry_run=dry_run)
    for line in imported.lines():
        typer.echo(line)
    if imported.is_broken:
        raise typer.Exit(1)


@directory.command("remove")
def remove(
    source: Annotated[str, typer.Argument(help="A source as `alongside directory list` names it.")],
    config: ConfigFile = CONFIG,
) -> None:
    """Forget everything that one source gave; importing it again brings it back."""
    from bot.directory.keeping import remove_directory

    with open_given(read_given(config)[0]) as database:
        was_there, said = remove_directory(database, source)
    for line in said:
        typer.echo(line, err=not was_there)
    if not was_there:
        raise typer.Exit(1)


@directory.command("list")
def list_(config: ConfigFile = CONFIG) -> None:
    """Show every place that HELP can answer with, when it was last checked, and where it is from."""
    from bot.directory.keeping import show_directory

    given = read_given(config)[0]
    with open_given(given) as database:
        show_directory(database, given.organisation.zone)


@app.command()
def audit(
    folders: Annotated[
        list[Path] | None, typer.Argument(help="Where backups, logs and the spool are.", exists=True)
    ] = None,
    known: Annotated[
        Path | None, typer.Option(help="A file of words sent as feedback for this test.", exists=True, dir_okay=False)
    ] = None,
    out: Annotated[Path | None, typer.Option(help="A folder for the dated report.")] = None,
    simulate: Annotated[bool, typer.Option("--simulate", help="Attack a simulated fortnight of 60 people.")] = False,
    config: ConfigFile = CONFIG,
) -> None:
    """Attack this deployment's own files as a thief would, to see whether feedback can be traced."""
    from bot.audit.command import audit as attacked
    from bot.audit.command import audit_simulated

    if simulate:
        raise typer.Exit(0 if audit_simulated(out, typer.echo) else 1)
    given, secrets = read_given(config)
    if given.feedback is None:
        typer.echo("feedback: is not set up; see config.example.toml", err=True)
        raise typer.Exit(2)
    stolen = [secrets("feedback", name) for name in ("pepper", "outer_key")]
    if not attacked(given.database.url, given.feedback.url, folders or [], known, out, typer.echo, stolen):
        raise typer.Exit(1)


@app.command("explain-danger")
def explain_danger(
    text: Annotated[str, typer.Argument(help="The words of a message.")],
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            "-c",
            help="The configuration file; without it, config.toml where there is one.",
            envvar=FROM_THE_ENVIRONMENT,
        ),
    ] = None,
) -> None:
    """Say what would be heard in a message, by which rule, in which words; nothing is kept."""
    from flows.danger import Listener

    path = config or (CONFIG if CONFIG.exists() else None)
    listener = read_given(path)[0].safeguarding.listener() if path is not None else Listener.load()
    typer.echo(listener.explain(text))
