"""The configuration that a command was given, or every fault of it and the end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.config import Config, Secrets

ConfigFile = Annotated[Path, typer.Option("--config", "-c", help="The configuration file.")]
CONFIG = Path("config.toml")


def read_given(path: Path) -> tuple[Config, Secrets]:
    """The configuration, or every fault of it and the end."""
    from bot.config import ConfigMistakes, read_config, read_secrets

    try:
        config = read_config(path)
    except ConfigMistakes as mistakes:
        for problem in mistakes.problems:
            typer.echo(problem, err=True)
        raise typer.Exit(2) from None
    return config, read_secrets(config)
