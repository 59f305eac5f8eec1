"""`alongside broadcast …`: the same words to many people, looked at first, and stopped at any time."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.given_config import CONFIG, ConfigFile, open_given, read_given
from bot.projects.cli import do

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.broadcasts.wording import Office

broadcast = typer.Typer(help="Broadcasts: the same words to many, each in their language, once.", no_args_is_help=True)
Number = Annotated[int, typer.Argument(help="The broadcast's number.")]
By = Annotated[str, typer.Option(help="Who you are, as your colleagues know you.")]


@broadcast.command()
def write(
    words: Annotated[str, typer.Argument(help="The words, in your organisation's language; {name} is filled in.")],
    by: By,
    cy: Annotated[str, typer.Option(help="The same in Welsh.")] = "",
    en: Annotated[str, typer.Option(help="The same in English, where your language is Welsh.")] = "",
    sms: Annotated[str, typer.Option(help="A shorter form of the words, for text messages.")] = "",
    project: Annotated[list[str] | None, typer.Option(help="Only whoever belongs to this project.")] = None,
    role: Annotated[Literal["volunteer", "staff"] | None, typer.Option(help="Only volunteers, or only staff.")] = None,
    channel: Annotated[Literal["sms", "telegram"] | None, typer.Option(help="Only where people are there.")] = None,
    language: Annotated[Literal["en", "cy"] | None, typer.Option(help="Only people of this language.")] = None,
    good_at: Annotated[str | None, typer.Option(help="Only who named something like this: cooking.")] = None,
    answered_within: Annotated[int | None, typer.Option(help="Only who wrote in the last so many days.")] = None,
    silent_for: Annotated[int | None, typer.Option(help="Only who has not written for so many days.")] = None,
    to: Annotated[list[str] | None, typer.Option(help="Only this person, by number or name; may be repeated.")] = None,
    but_not: Annotated[list[str] | None, typer.Option(help="Not to this person; may be repeated.")] = None,
    at: Annotated[datetime | None, typer.Option(help="Not before, by your clock: 2026-03-04T10:00:00.")] = None,
    waves: Annotated[int, typer.Option(help="In so many parts.", min=1)] = 1,
    minutes_between: Annotated[int, typer.Option(help="From one part to the next.", min=1)] = 60,
    config: ConfigFile = CONFIG,
) -> None:
    """Keep a draft and show what it would be; it goes to nobody before it is confirmed."""
    from bot.broadcasts import keeping
    from bot.broadcasts.audience import Audience
    from bot.broadcasts.wording import Form, Wording
    from bot.clock import real_clock
    from bot.people import find_person
    from bot.projects.keeping import project_called
    from bot.times import zone_of

    office = _office(config)
    forms = {office.house.language: Form(words, sms)} | {
        spoken: Form(text) for spoken, text in (("en", en), ("cy", cy)) if text
    }
    begins_at = at.replace(tzinfo=zone_of(office.house.zone)) if at is not None else None

    def work(connection: Connection) -> list[str]:
        audience = Audience(
            projects=tuple(project_called(connection, each).id for each in project or ()),
            role=role,
            channel=channel,
            language=language,
            good_at=good_at,
            answered_within_days=answered_within,
            silent_for_days=silent_for,
            picked=frozenset(find_person(connection, each).id for each in to or ()),
            but_not=frozenset(find_person(connection, each).id for each in but_not or ()),
        )
        plan = keeping.Plan(begins_at, waves, minutes_between)
        name = _one_of_us(connection, office, by)
        number = keeping.write(connection, Wording(forms), audience, name, office, real_clock(), plan)
        return _draft(connection, number, office, name)

    do(config, work)


@broadcast.command()
def preview(number: Number, config: ConfigFile = CONFIG) -> None:
    """Show once more what a broadcast would be if it were confirmed now."""
    from bot.broadcasts import keeping
    from bot.clock import real_clock

    office = _office(config)
    do(config, lambda connection: keeping.preview(connection, number, office, real_clock()).lines(with_names=True))


@broadcast.command("test")
def send_test(
    number: Number,
    to: Annotated[str, typer.Option(help="Your own number, or what you are called.")],
    config: ConfigFile = CONFIG,
) -> None:
    """Send it to yourself only, in every language that it has."""
    from bot.broadcasts import keeping
    from bot.clock import real_clock
    from bot.people import find_person

    office = _office(config)
    do(
        config,
        lambda connection: keeping.send_test(connection, number, find_person(connection, to).id, office, real_clock()),
    )


@broadcast.command()
def confirm(
    number: Number,
    by: By,
    count: Annotated[int | None, typer.Option(help="How many people it goes to, where you are asked for it.")] = None,
    config: ConfigFile = CONFIG,
) -> None:
    """Let it go; above a set size a second person does, or you type how many people it goes to."""
    from bot.broadcasts import keeping
    from bot.broadcasts.going import queue_all
    from bot.clock import real_clock

    office = _office(config)
    who_may = [each.name for each in office.house.safeguarding.people]

    def work(connection: Connection) -> list[str]:
        name = _one_of_us(connection, office, by)
        return keeping.confirm(connection, number, name, office, real_clock(), typed=count, who_may=who_may)

    do(config, work)
    with open_given(read_given(config)[0]) as database:
        queue_all(database.writing, office, real_clock)
    if typer.get_text_stream("stdout").isatty():
        watch(number, config)


@broadcast.command()
def undo(number: Number, config: ConfigFile = CONFIG) -> None:
    """Make it a draft again, if it has gone to nobody yet."""
    _does(number, config, "undo")


@broadcast.command()
def pause(number: Number, by: By, config: ConfigFile = CONFIG) -> None:
    """Hold back what has not left yet."""
    _does(number, config, "pause", by)


@broadcast.command()
def resume(number: Number, config: ConfigFile = CONFIG) -> None:
    """Let one that is paused go on."""
    from bot.broadcasts.going import queue_all
    from bot.clock import real_clock

    _does(number, config, "resume")
    with open_given(read_given(config)[0]) as database:
        queue_all(database.writing, _office(config), real_clock)


@broadcast.command()
def stop(number: Number, by: By, config: ConfigFile = CONFIG) -> None:
    """End it for good, also in the middle."""
    _does(number, config, "stop", by)


@broadcast.command()
def resend(number: Number, by: By, config: ConfigFile = CONFIG) -> None:
    """Write a new one with the same words, to those it failed for and nobody else."""
    from bot.broadcasts import keeping
    from bot.clock import real_clock

    office = _office(config)

    def work(connection: Connection) -> list[str]:
        name = _one_of_us(connection, office, by)
        new = keeping.resend(connection, number, name, office, real_clock())
        return _draft(connection, new, office, name)

    do(config, work)


@broadcast.command("list")
def list_(config: ConfigFile = CONFIG) -> None:
    """Show the latest broadcasts and how far each is."""
    from bot.broadcasts.progress import progress_of
    from storage.broadcasts import every_broadcast

    def work(connection: Connection) -> list[str]:
        rows = every_broadcast(connection)
        return [line for row in rows for line in progress_of(connection, row).lines()] or ["No broadcast yet."]

    do(config, work)


@broadcast.command()
def show(number: Number, config: ConfigFile = CONFIG) -> None:
    """Show every person with what became of it for them and why, and what they wrote back."""
    from bot.broadcasts.keeping import found
    from bot.broadcasts.progress import show_lines

    zone = read_given(config)[0].organisation.zone
    do(config, lambda connection: show_lines(connection, found(connection, number), zone))


@broadcast.command()
def watch(number: Number, config: ConfigFile = CONFIG) -> None:
    """Follow a broadcast until it is over; ending this ends only the looking."""
    from bot.broadcasts.keeping import found
    from bot.broadcasts.progress import Progress, progress_of
    from bot.broadcasts.watching import follow
    from bot.projects.keeping import NotDone

    with open_given(read_given(config)[0]) as database:

        def look() -> Progress:
            with database.reading() as connection:
                return progress_of(connection, found(connection, number))

        try:
            follow(look)
        except NotDone as why:
            typer.echo(str(why), err=True)
            raise typer.Exit(1) from None


def _does(number: int, config: Path, what: str, *by: str) -> None:
    from bot.broadcasts import keeping

    does: Callable[..., list[str]] = getattr(keeping, what)
    office = _office(config)
    do(config, lambda connection: does(connection, number, *(_one_of_us(connection, office, each) for each in by)))


def _one_of_us(connection: Connection, office: Office, by: str) -> str:
    """The name of somebody of the team, as it is written; at the command line one is whom one says one is.

    Raises:
        NotDone: Nobody of the team is called so.
    """
    from bot.projects.keeping import NotDone
    from storage.accounts import accounts

    signed_in = [each.name for each in accounts(connection) if each.closed_at is None]
    team = [*(each.name for each in office.house.safeguarding.people), *signed_in]
    found = next((each for each in team if each.casefold() == by.strip().casefold()), None)
    if found is None and team:
        raise NotDone(f"Nobody of the team is called “{by}”. There are: {', '.join(sorted(set(team)))}.")
    return found or by


def _draft(connection: Connection, number: int, office: Office, by: str) -> list[str]:
    """A new draft as it would be, and how to go on with it: not how to let it go while it can't."""
    from bot.broadcasts import keeping
    from bot.clock import real_clock

    seen = keeping.preview(connection, number, office, real_clock())
    then = [f"Try it:      alongside broadcast test {number} --to YOU"]
    if not seen.blockers:
        then.append(f"Let it go:   alongside broadcast confirm {number} --by {shlex.quote(by)}")
    return [f"Broadcast {number} is a draft.", *seen.lines(with_names=True), "", *then]


def _office(config: Path) -> Office:
    from bot.broadcasts.wording import Office
    from flows.words import Words

    given = read_given(config)[0]
    return Office(Words.load(given.organisation.words), given.house())
