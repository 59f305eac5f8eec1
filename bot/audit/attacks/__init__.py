"""The attacks of our promise ("How it is shown to hold"), one file each."""

from bot.audit.attack import Attack
from bot.audit.attacks.canaries import Canaries
from bot.audit.attacks.clocks import Clocks
from bot.audit.attacks.code_guessing import CodeGuessing
from bot.audit.attacks.counters import Counters
from bot.audit.attacks.error_paths import ErrorPaths
from bot.audit.attacks.gaps import Gaps
from bot.audit.attacks.guessing import Guessing
from bot.audit.attacks.invitations import FewInvited
from bot.audit.attacks.joins import Joins
from bot.audit.attacks.left_behind import LeftBehind
from bot.audit.attacks.lengths import Lengths
from bot.audit.attacks.log_lines import LogLines
from bot.audit.attacks.order import Order
from bot.audit.attacks.person_rows import PersonRows
from bot.audit.attacks.receipts import ReadReceipts
from bot.audit.attacks.same_week import Restart, SameWeek
from bot.audit.attacks.scheduler import SchedulerStore
from bot.audit.attacks.schema import Schema
from bot.audit.attacks.webhook_answers import WebhookAnswers

ATTACKS: tuple[Attack, ...] = (
    Canaries(),
    LeftBehind(),
    Schema(),
    Joins(),
    Order(),
    Gaps(),
    PersonRows(),
    SameWeek(),
    Restart(),
    Clocks(),
    SchedulerStore(),
    Lengths(),
    LogLines(),
    ErrorPaths(),
    WebhookAnswers(),
    Counters(),
    ReadReceipts(),
    FewInvited(),
    CodeGuessing(),
    Guessing(),
)
