"""What the flows of tasks and of the hand-off can want done; `bot.tasks.acts` carries it out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class PutOffer:
    """They are being asked whether they would like a task: the time to answer counts from now."""

    offer: int


@dataclass(frozen=True)
class AcceptOffer:
    """The task is theirs."""

    offer: int


@dataclass(frozen=True)
class DeclineOffer:
    """It is not for them; `words` are what they said besides, of their own accord."""

    offer: int
    words: str | None = None


@dataclass(frozen=True)
class WouldHaveLiked:
    """They said yes to an offer after it had gone back to the team, who may ask them again."""

    offer: int


@dataclass(frozen=True)
class AskAboutTask:
    """Bring their question to whoever is to be asked.

    Attributes:
        task: What it is about.
        words: Their question.
        offer: The offer that they asked about first; it is put again with the answer.
    """

    task: int
    words: str
    offer: int | None = None


@dataclass(frozen=True)
class AnswerAboutTask:
    """Bring a team-mate's answer to whoever asked."""

    question: int
    words: str


@dataclass(frozen=True)
class AgreeOnDay:
    """The day they mean to do it; None: no day."""

    task: int
    day: date | None


@dataclass(frozen=True)
class TellProgress:
    """How it goes with a task, in their words."""

    task: int
    words: str


@dataclass(frozen=True)
class FinishTask:
    """They have done it."""

    task: int


@dataclass(frozen=True)
class HandBack:
    """They would rather not have it any more: it is the team's again."""

    task: int


@dataclass(frozen=True)
class PassTo:
    """Ask somebody else in the project whether they would take it over; until they agree it stays."""

    task: int
    person: int


@dataclass(frozen=True)
class GoToOffer:
    """Go on with an offer that waits for their answer."""

    offer: int


@dataclass(frozen=True)
class GoToHandOff:
    """They would like help with a task of theirs."""

    task: int


@dataclass(frozen=True)
class OnlyThis:
    """End what else is open with them about the same task or offer, so that nothing is asked twice."""


@dataclass(frozen=True)
class TellHowTheyAre:
    """What they said of how they are, when a hand-off began."""

    task: int
    words: str


@dataclass(frozen=True)
class ChooseWay:
    """How they would like to go on: "text" about it, "ring" (a person rings them), "leave" it for now."""

    task: int
    way: str


@dataclass(frozen=True)
class TellOfABarrier:
    """What gets in the way, in their words."""

    task: int
    words: str


@dataclass(frozen=True)
class ChooseNext:
    """Once they have the answer: "again", with "support", or "pass-on"."""

    hand_off: int
    choice: str


@dataclass(frozen=True)
class KeepNextTime:
    """What would help them next time; they have agreed that it is kept."""

    hand_off: int
    words: str
