"""`alongside questionnaire …`: what coordinators do with questionnaires, without the console."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from bot.given_config import CONFIG, ConfigFile, open_given, read_given
from bot.projects.cli import do

if TYPE_CHECKING:
    from bot.questionnaires.flow_results import Package

questionnaire = typer.Typer(
    help="Questions of your own: check, save and send them, and what came.", no_args_is_help=True
)
File = Annotated[Path, typer.Argument(help="A .toml file, or a spreadsheet saved as .csv.")]
Name = Annotated[str, typer.Argument(help="The questionnaire's name.")]
ToPeople = Annotated[list[str], typer.Option("--to", help="all, a project, or somebody; several times for several.")]


def _read(file: Path, words: Path | None = None) -> dict[str, Any]:
    """What a file says; every problem of it is printed, and with one that is no mere warning it is the end."""
    from bot.questionnaires.reading import read_questionnaire
    from flows.words import Words, WordsMistake

    try:
        found = read_questionnaire(file, Words.load(words))
    except WordsMistake as mistake:
        typer.echo(str(mistake), err=True)
        raise typer.Exit(1) from None
    for problem in found.problems:
        typer.echo(str(problem), err=not problem.is_warning)
    if found.content is None:
        typer.echo("Nothing of it was taken in.", err=True)
        raise typer.Exit(2)
    return found.content


@questionnaire.command()
def example() -> None:
    """Print one to begin with; every line of it is explained."""
    from bot.questionnaires.example import EXAMPLE

    typer.echo(EXAMPLE, nl=False)


@questionnaire.command()
def check(file: File) -> None:
    """List everything that is wrong with a file, each with its place; nothing is stored."""
    content = _read(file)
    asked = sum(len(section["questions"]) for section in content["sections"])
    typer.echo(f"{content['name']}: {asked} questions, ready to save.")


@questionnaire.command()
def save(file: File, config: ConfigFile = CONFIG) -> None:
    """Keep a file as a new version, if anything in it has changed; whoever is answering goes on with the old one."""
    from bot.clock import real_clock
    from bot.questionnaires import keeping

    content = _read(file, read_given(config)[0].organisation.words)
    do(config, lambda connection: keeping.save(connection, content, real_clock()))


@questionnaire.command("list")
def list_(config: ConfigFile = CONFIG) -> None:
    """Show every questionnaire, its newest version, and how many have answered."""
    from bot.questionnaires.keeping import listed

    do(config, listed)


@questionnaire.command()
def send(name: Name, to: ToPeople, config: ConfigFile = CONFIG) -> None:
    """Ask people, each as soon as it suits them."""
    from bot.clock import real_clock
    from bot.questionnaires import keeping

    do(config, lambda connection: keeping.send(connection, name, to, real_clock()))


@questionnaire.command()
def results(
    name: Name,
    form: Annotated[Literal["csv", "flow-results"], typer.Option("--as", help="csv or flow-results.")] = "csv",
    out: Annotated[Path | None, typer.Option(help="The folder for the files; needed for flow-results.")] = None,
    config: ConfigFile = CONFIG,
) -> None:
    """Print what was answered, or write it into files: names only where people agreed to that."""
    from bot.projects.keeping import NotDone
    from bot.questionnaires.flow_results import packages
    from bot.questionnaires.keeping import version_of
    from bot.questionnaires.results import as_csv

    if form == "flow-results" and out is None:
        raise typer.BadParameter("say in which folder, like --out results", param_hint="--out")
    with open_given(read_given(config)[0]) as database, database.reading() as connection:
        try:
            version_of(connection, name)
        except NotDone as why:
            typer.echo(str(why), err=True)
            raise typer.Exit(1) from None
        if form == "flow-results" and out is not None:
            written = [path for each in packages(connection, name) for path in _write_package(out, each)]
        elif out is not None:
            written = [_write(out / f"{name}.csv", as_csv(connection, name))]
        else:
            typer.echo(as_csv(connection, name), nl=False)
            return
    for path in written:
        typer.echo(str(path))
    if not written:
        typer.echo("Nobody has answered yet.")


@questionnaire.command()
def share(
    name: Name,
    send: Annotated[str | None, typer.Option(help="The code beside what was shown: the group is told that.")] = None,
    to: Annotated[
        list[str] | None, typer.Option("--to", help="all, a project, or somebody; else whoever was asked or answered.")
    ] = None,
    only: Annotated[list[str] | None, typer.Option(help="The keys of the questions to share; else all.")] = None,
    config: ConfigFile = CONFIG,
) -> None:
    """Show what came of it in a few lines that name nobody; with --send and its code the group is told."""
    from bot.clock import real_clock
    from bot.questionnaires.sharing import share as shared
    from flows.words import Words

    given = read_given(config)[0]
    words, listener = Words.load(given.organisation.words), given.safeguarding.listener()
    do(config, lambda c: shared(c, name, words, listener, only or (), real_clock(), send=send, to=to))


def _write_package(folder: Path, package: Package) -> list[Path]:
    from bot.questionnaires.flow_results import DATA, DESCRIPTOR

    contents = {DESCRIPTOR: package.descriptor, DATA: package.rows}
    return [
        _write(folder / package.folder / name, json.dumps(content, ensure_ascii=False, indent=1))
        for name, content in contents.items()
    ]


def _write(path: Path, text: str) -> Path:
    """Write a file that only whoever exports may read."""
    import os

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8", newline="") as file:
        file.write(text)
    return path
