"""What a flow can want done. Small, frozen, and in words a coordinator would use; `bot.acts` carries them out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class RecordCheckIn:
    """Keep how somebody said they were: 1 to 5 or None, and a word about it."""

    mood: int | None
    note: str | None
    wants_a_call: bool


@dataclass(frozen=True)
class AskForAPerson:
    """Put something in front of the coordinators.

    Attributes:
        why: "call" (would like a call), "human" (wants to talk to a person), "my data", "forget me",
            "declined to join", "asked for help" (in words that no topic is known for), "low twice" (would like a person
            after two low check-ins in a row), "would like to teach or lead".
        note: Their own words about it.
    """

    why: str
    note: str | None = None


@dataclass(frozen=True)
class Reflect:
    """Keep how they found a milestone, as far as they have said.

    Attributes:
        feeling: From 1 to 5; None: not said.
        note: What they said along with it.
        well: What went well.
        differently: What they would do differently.
        may_share: Whether the group may see these words, without a name.
    """

    feeling: int | None
    note: str | None = None
    well: str | None = None
    differently: str | None = None
    may_share: bool = False


@dataclass(frozen=True)
class SayWhetherComing:
    """Keep whether they come to a meeting.

    Attributes:
        meeting: Its number.
        version: Which time and place they have been told.
        answer: "coming", "not-coming" or "not-sure".
        words: Any words for the organiser.
    """

    meeting: str
    version: int
    answer: str
    words: str | None


@dataclass(frozen=True)
class CloseInvitations:
    """Ask no more, elsewhere, whether they come to this meeting: what was asked there no longer holds."""

    meeting: str


@dataclass(frozen=True)
class TalkItOver:
    """Tell a manager, and nobody else, that somebody of the staff would like to talk over their work."""

    manager: str


@dataclass(frozen=True)
class Suggest:
    """Keep what they suggest, and promise an answer.

    Attributes:
        words: Their idea, in their words.
        project: Which project it is for; None: for no project in particular.
    """

    words: str
    project: str | None


@dataclass(frozen=True)
class NameStrength:
    """Keep something they are good at, like doing or know from life, in their words."""

    words: str


@dataclass(frozen=True)
class RemoveStrength:
    """Take one of their strengths away again."""

    strength: str


@dataclass(frozen=True)
class PreferWay:
    """Remember how they like to be reached: "text", "call", "face" or "worker"."""

    way: str


@dataclass(frozen=True)
class TrustSomebody:
    """Keep somebody they trust, whom the team may ring; both agree to it."""

    name: str
    number: str
    when: str | None


@dataclass(frozen=True)
class ForgetTrusted:
    """Keep nobody they trust any more."""


@dataclass(frozen=True)
class AgreeToBeAsked:
    """Whether others of a project may ask them."""

    project: str
    agreed: bool


@dataclass(frozen=True)
class AskTeamMate:
    """Pass a question on to somebody."""

    person: str
    words: str


@dataclass(frozen=True)
class PassAnswer:
    """Take an answer back to whoever asked."""

    carried: str
    words: str


@dataclass(frozen=True)
class BlockAsker:
    """Let whoever asked this not write to them any more."""

    carried: str


@dataclass(frozen=True)
class ShareNumber:
    """They share their number with the other one, if that one does too."""

    carried: str


@dataclass(frozen=True)
class OpenVote:
    """Go over to one of the votes they can take part in."""

    vote: str


@dataclass(frozen=True)
class CastVote:
    """Count what they have chosen, instead of what they chose before."""

    vote: str
    choice: str


@dataclass(frozen=True)
class HearResult:
    """They have been told what came of a vote, and need not be told again."""

    vote: str


@dataclass(frozen=True)
class LookFor:
    """Look for places that help, and go on with what was found.

    Attributes:
        need: What they need, in their own words.
        town: Words that tell where they are; None: not said, or it makes no difference.
        nation: "england", "wales", ..., as they said when they were asked; None: not asked, or not said.
    """

    need: str
    town: str | None
    nation: str | None = None


@dataclass(frozen=True)
class AddANote:
    """Add their own words to what this conversation put in front of the coordinators."""

    note: str


@dataclass(frozen=True)
class Join:
    """They have joined: check-ins may come, if it is safe to text them."""

    safe_to_text: bool | None


@dataclass(frozen=True)
class CallThem:
    """Use this name from now on."""

    name: str


@dataclass(frozen=True)
class Speak:
    """Use this language from now on."""

    language: str


@dataclass(frozen=True)
class SetTimeOfDay:
    """Send check-ins in this part of their day: "morning", "afternoon" or "evening"."""

    part: str


@dataclass(frozen=True)
class SetRhythm:
    """Ask how they are so many days apart, next on that day (None: not at all), and write first only at these times.

    Times are minutes after midnight where they are; between `not_from` and `not_until` we don't write first
    either. `days` are days that have a name, as `flows.named_days` writes them.
    """

    every_days: int | None
    on: date | None
    minute: int
    start: int
    end: int
    days: str | None = None
    not_from: int | None = None
    not_until: int | None = None


@dataclass(frozen=True)
class Pause:
    """Send nothing by ourselves for so many days, or before a day of theirs; neither: until they say START."""

    days: int | None = None
    until: date | None = None


@dataclass(frozen=True)
class LeaveAlone:
    """Write nothing by ourselves to this address: we don't know whose it is."""


@dataclass(frozen=True)
class ShareDanger:
    """When the team may be told that they are in danger: "always", "ask" them first, or "life" at risk only."""

    when: str


@dataclass(frozen=True)
class RaiseAlert:
    """Tell the person on call that somebody is in danger.

    Attributes:
        tier: "act".
        topic: What about, as `flows.danger` names it.
        rule: Which pattern heard it.
        discreet: Nothing more may be written to them about it until they have said that it is safe.
    """

    tier: str
    topic: str
    rule: str
    discreet: bool


@dataclass(frozen=True)
class PassOn:
    """Put more words of somebody in danger in front of the team."""

    words: str


@dataclass(frozen=True)
class BeDiscreet:
    """It is not safe to text them here: write nothing by ourselves any more."""


@dataclass(frozen=True)
class SpeakFreely:
    """They have said that it is safe to text them here about this."""


@dataclass(frozen=True)
class Forget:
    """Delete everything about them; while somebody looks after their safety, as soon as that is over."""


@dataclass(frozen=True)
class Begin:
    """Go over to another flow, now."""

    flow: str


@dataclass(frozen=True)
class BeginResponse:
    """They have agreed to answer a questionnaire; from now on what they answer is kept.

    Attributes:
        version: Which version of which questionnaire, as the conversation was begun with it.
        named: Whether whoever sees the answers may see their name.
    """

    version: str
    named: bool


@dataclass(frozen=True)
class KeepAnswer:
    """Keep one answer to a questionnaire.

    Attributes:
        key: The question.
        value: Plain JSON; None: they skipped it.
        more: What they said besides.
    """

    key: str
    value: object
    more: str = ""


@dataclass(frozen=True)
class WouldLikeAPerson:
    """Tell the coordinators that somebody would like a person after hard questions, and none of what they answered."""


@dataclass(frozen=True)
class FinishResponse:
    """They have come to the end of a questionnaire; `quotable`: their words may be shown to the group."""

    quotable: bool
