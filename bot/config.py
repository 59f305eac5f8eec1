"""The configuration: `config.toml` for what may be read by anybody, the environment or files for secrets.

Every fault is found at once and told with its key and file, before anything is started.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from bot.broadcasts.config import BroadcastsConfig
from bot.broadcasts.spending import Spending
from bot.channels_config import DatabaseUrl, OurSms, Part, Telegram, WebAddress
from bot.config_faults import At, Fault, dotted, follows_from, in_our_words, mended
from bot.feedback.config import FeedbackConfig
from bot.house import House
from bot.safeguarding_config import SafeguardingConfig
from bot.votes.config import VotesConfig
from flows.opening_hours import Nation, bank_holidays

NATIONS: Mapping[str, Nation] = {
    "england": "England",
    "wales": "Wales",
    "scotland": "Scotland",
    "northern-ireland": "Northern Ireland",
}
SECRETS = (
    ("sms", "auth_token"),
    ("telegram", "token"),
    ("telegram", "webhook_secret"),
    ("feedback", "pepper"),
    ("feedback", "outer_key"),
    ("votes", "key"),
    ("feedback.sms", "auth_token"),
    ("feedback.telegram", "token"),
    ("feedback.telegram", "webhook_secret"),
)
MENDINGS = 6  # rounds: what takes the place of something wrong can be incomplete itself


class ConfigMistakes(Exception):
    """The configuration has faults; each line of `problems` says which key, where, and what to do."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _a_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"there is no time zone {name!r}; for example: Europe/London")
    return name


Zone = Annotated[str, AfterValidator(_a_zone)]
InLanguages = str | dict[str, str]


class Organisation(Part):
    """Who we are, in the words that volunteers hear."""

    name: str = Field(min_length=1)
    who_reads: InLanguages = Field(default={"en": "Our team", "cy": "Ein tim"})
    when_read: InLanguages = Field(default={"en": "on weekdays from 9 to 5", "cy": "yn ystod yr wythnos, 9 tan 5"})
    language: Literal["en", "cy"] = "en"
    zone: Zone = "Europe/London"
    nation: Literal["england", "wales", "scotland", "northern-ireland"] = "england"
    words: Path | None = None

    @model_validator(mode="after")
    def _has_english(self) -> Organisation:
        for name in ("who_reads", "when_read"):
            value = getattr(self, name)
            if isinstance(value, dict) and "en" not in value:
                raise ValueError(f'{name} needs at least an English form: {name} = {{ en = "..." }}')
        return self


class DatabaseConfig(Part):
    """Where everything is kept."""

    url: DatabaseUrl = "sqlite:///alongside.sqlite3"
    store_threads: int = Field(default=4, ge=1, le=32)
    keep_days: int = Field(default=365, ge=1)


class Web(Part):
    """Where the providers' webhooks come in."""

    listen: str = "127.0.0.1"
    port: int = Field(default=8700, ge=0, le=65535)
    public_url: WebAddress | None = None


class Config(BaseSettings):
    """Everything that can be set; `config.example.toml` explains each setting in place."""

    model_config = SettingsConfigDict(
        env_prefix="ALONGSIDE_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    organisation: Organisation
    database: DatabaseConfig = DatabaseConfig()
    web: Web = Web()
    sms: OurSms | None = None
    telegram: Telegram | None = None
    feedback: FeedbackConfig | None = None
    votes: VotesConfig = VotesConfig()
    broadcasts: BroadcastsConfig = BroadcastsConfig()
    safeguarding: SafeguardingConfig = SafeguardingConfig()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment goes before the file."""
        return env_settings, init_settings

    def house(self) -> House:
        """What sentences mention of the organisation."""
        about, danger = self.organisation, self.safeguarding
        return House(
            name=about.name,
            who_reads=_by_language(about.who_reads),
            when_read=_by_language(about.when_read),
            language=about.language,
            zone=about.zone,
            nation=about.nation,
            council_name=danger.council_name,
            council_number=danger.council_number,
            safeguarding=danger.safeguarding(about.zone, bank_holidays(NATIONS[about.nation])),
            spending=self._spending(),
        )

    def _spending(self) -> Spending:
        above = self.broadcasts.confirm_above
        if self.sms is None:
            return Spending(confirm_above=above)
        return Spending(self.sms.pence_per_part, self.sms.monthly_budget_pounds, above)


def _by_language(said: InLanguages) -> Mapping[str, str]:
    return {"en": said} if isinstance(said, str) else said


@dataclass(frozen=True)
class Secrets:
    """The secrets, read from where the configuration says; never printed. Empty where there is none."""

    values: Mapping[tuple[str, str], str] = field(repr=False)

    def __call__(self, part: str, key: str) -> str:
        """One of `SECRETS`: `secrets("telegram", "token")`."""
        return self.values[part, key]


@dataclass(frozen=True)
class Look:
    """What a look at a configuration found.

    Attributes:
        config: With something harmless in place of what is wrong; None if not even that can be had.
        problems: Every fault, each with its key and file.
        wrong: The settings with a fault, like "web.port".
    """

    config: Config | None
    problems: tuple[str, ...]
    wrong: tuple[str, ...] = ()

    def is_wrong(self, *names: str) -> bool:
        """Whether one of these settings, or one of these tables, has a fault."""
        return any(each == name or each.startswith(f"{name}.") for each in self.wrong for name in names)


def read_config(path: Path) -> Config:
    """Read `config.toml` and the environment.

    Raises:
        ConfigMistakes: With every fault that was found.
    """
    look = look_at(path)
    if look.config is None or look.problems:
        raise ConfigMistakes(list(look.problems))
    return look.config


def look_at(path: Path) -> Look:
    """The configuration with all its faults at once: those of single settings, and those between them."""
    try:
        stored = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        return Look(None, (_unreadable(path, fault),))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        return Look(None, (f"{path}: not valid TOML: {fault}",))
    secrets = [
        f"{path}: {part}.{key}: a secret does not belong in this file. Set {_variable(part, key)} in the environment, "
        f"or {key}_file here."
        for part, key in SECRETS
        if isinstance(table := _table(stored, part), dict) and table.pop(key, None) is not None
    ]
    config, faults = _read_as_far_as_it_goes(stored)
    told = list(in_our_words(faults))
    problems = [*secrets, *(f"{_origin(path, at)}: {dotted(at) or 'the file'}: {what}" for at, what in told)]
    wrong = [at for at, _ in told]
    between = [each for each in _faults_between(config) if not follows_from(each, wrong)] if config else []
    keys = [dotted(at) for at in wrong] + [each.partition(":")[0] for each in between]
    return Look(config, (*problems, *(f"{path}: {each}" for each in between)), tuple(keys))


def _read_as_far_as_it_goes(stored: Mapping[str, Any]) -> tuple[Config | None, list[Fault]]:
    """The configuration, mended where that is needed, and the faults of single settings."""
    told: list[Fault] = []
    for _ in range(MENDINGS):
        try:
            return Config(**stored), told
        except SettingsError as fault:
            return None, [_whole_table(fault)]
        except ValidationError as fault:
            faults: list[Fault] = [dict(each) for each in fault.errors(include_input=False)]
            told = told or faults
            stored = mended(stored, faults)
    return None, told  # what is wrong comes from the environment


def _whole_table(fault: SettingsError) -> Fault:
    """The environment names a whole table in a variable that holds no JSON."""
    name = str(fault).partition('"')[2].partition('"')[0]
    why = f"a whole table; set its settings one by one instead, like ALONGSIDE_{name.upper()}__..."
    return {"type": "value_error", "loc": (name,), "ctx": {"error": why}}


def _unreadable(path: Path, fault: OSError) -> str:
    if isinstance(fault, FileNotFoundError):
        return f"{path}: not found. Copy config.example.toml to {path} and fill it in."
    if isinstance(fault, IsADirectoryError):
        return f"{path}: is a folder. Name the file in it, like {path / 'config.toml'}"
    return f"{path}: can't be read ({fault.strerror}). May you read it? Run this as the user that the service runs as."


def _origin(path: Path, at: At) -> str:
    """Where a setting was written: the file, or a variable of the environment."""
    variable = f"ALONGSIDE_{'__'.join(str(step) for step in at).upper()}"
    return f"the environment, {variable}" if variable in {name.upper() for name in os.environ} else str(path)


def read_secrets(config: Config) -> Secrets:
    """Read the secrets that this configuration needs; empty for what is not configured."""
    return Secrets({(part, key): _secret(_part(config, part), key) for part, key in SECRETS})


def _part(config: Config, name: str) -> Any:
    """A table of the configuration by its name, such as "feedback.sms"; None if it is not there."""
    found: Any = config
    for step in name.split("."):
        found = getattr(found, step, None)
    return found


def _table(stored: Mapping[str, Any], name: str) -> Any:
    found: Any = stored
    for step in name.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _variable(part: str, key: str) -> str:
    return f"ALONGSIDE_{part.upper().replace('.', '__')}__{key.upper()}"


def _secret(part: Any, name: str) -> str:
    if part is None:
        return ""
    given: SecretStr | None = getattr(part, name)
    file: Path | None = getattr(part, f"{name}_file")
    if given is not None:
        return given.get_secret_value()
    try:
        return file.read_text(encoding="utf-8").strip() if file is not None else ""
    except (OSError, UnicodeDecodeError):
        return ""  # the same as none: whoever needs it says so


def _why_no_secret(part: Any, name: str, key: str) -> str:
    file: Path | None = getattr(part, f"{key}_file")
    if file is None:
        return f"is not set. Set {_variable(name, key)} in the environment, or {key}_file."
    if not file.exists():
        return f"there is no file {file}, which {key}_file names."
    return f"{file} is empty, or may not be read by this user. Run this as the user that the service runs as."


def _faults_between(config: Config) -> list[str]:
    """What is wrong although each setting by itself is fine."""
    found = [
        f"{part}.{key}: {_why_no_secret(_part(config, part), part, key)}"
        for part, key in SECRETS
        if _is_needed(config, part, key) and not _secret(_part(config, part), key)
    ]
    if config.sms is None and config.telegram is None:
        found.append(
            "neither [sms] nor [telegram] is set up, so nobody could reach the bot. `alongside try` needs neither."
        )
    bots = [_part(config, "telegram"), _part(config, "feedback.telegram")]
    numbers = [_part(config, "sms"), _part(config, "feedback.sms")]
    needs_web = any(numbers) or any(bot is not None and bot.way_in == "webhook" for bot in bots)
    if needs_web and config.web.public_url is None:
        found.append("web.public_url: is missing; the provider has to know where to deliver messages.")
    words = config.organisation.words
    if words is not None and not words.is_dir():
        found.append(f"organisation.words: there is no folder {words}")
    channels = {name for name in ("sms", "telegram") if getattr(config, name) is not None}
    return found + config.safeguarding.faults(channels, config.organisation.zone)


def _is_needed(config: Config, name: str, key: str) -> bool:
    part = _part(config, name)
    if name in ("feedback", "votes"):
        return False  # without them feedback or secret votes are not offered; inboxes can be read from elsewhere
    return part is not None and (key != "webhook_secret" or part.way_in == "webhook")
