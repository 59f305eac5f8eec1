"""Every table. The names here are stored names, and stored names are for ever."""

from storage.tables.accounts import Account, AccountProject, AuditEntry, ConsoleSession, SentForm, SignInTry
from storage.tables.alerts import Alert, AlertEvent, AlertNotice, AlertTest
from storage.tables.broadcasts import Broadcast, BroadcastPick, BroadcastRecipient
from storage.tables.contact import ContactWish
from storage.tables.conversations import CheckIn, Conversation, InboxItem, Message
from storage.tables.leaving import Leaving
from storage.tables.meetings import Meeting, MeetingAnswer
from storage.tables.notes import PersonEvent, PersonNote
from storage.tables.nudges import Nudge
from storage.tables.people import Address, Holder, Invitation, Person
from storage.tables.places import PlaceShown, PlaceSource, PlaceThatHelps
from storage.tables.projects import DecisionRule, Milestone, Project, ProjectLimit, ProjectMember, Suggestion
from storage.tables.questionnaires import (
    QuestionnaireAnswer,
    QuestionnaireProject,
    QuestionnaireResponse,
    QuestionnaireVersion,
)
from storage.tables.reflections import Reflection
from storage.tables.relay import BlockedAsker, PassedOn, TeamMate
from storage.tables.sending import SEVERAL, Lane, Offset, OutboxItem
from storage.tables.strengths import Strength
from storage.tables.tasks import HandOff, Task, TaskEvent, TaskOffer, TaskQuestion
from storage.tables.thanks import Thanks
from storage.tables.types import Moment, id_at, new_id, table_of
from storage.tables.votes import Vote, VoteVoter
from storage.tables.words import OwnWording

__all__ = [
    "SEVERAL",
    "Account",
    "AccountProject",
    "Address",
    "Alert",
    "AlertEvent",
    "AlertNotice",
    "AlertTest",
    "AuditEntry",
    "BlockedAsker",
    "Broadcast",
    "BroadcastPick",
    "BroadcastRecipient",
    "CheckIn",
    "ConsoleSession",
    "ContactWish",
    "Conversation",
    "DecisionRule",
    "HandOff",
    "Holder",
    "InboxItem",
    "Invitation",
    "Lane",
    "Leaving",
    "Meeting",
    "MeetingAnswer",
    "Message",
    "Milestone",
    "Moment",
    "Nudge",
    "Offset",
    "OutboxItem",
    "OwnWording",
    "PassedOn",
    "Person",
    "PersonEvent",
    "PersonNote",
    "PlaceShown",
    "PlaceSource",
    "PlaceThatHelps",
    "Project",
    "ProjectLimit",
    "ProjectMember",
    "QuestionnaireAnswer",
    "QuestionnaireProject",
    "QuestionnaireResponse",
    "QuestionnaireVersion",
    "Reflection",
    "SentForm",
    "SignInTry",
    "Strength",
    "Suggestion",
    "Task",
    "TaskEvent",
    "TaskOffer",
    "TaskQuestion",
    "TeamMate",
    "Thanks",
    "Vote",
    "VoteVoter",
    "id_at",
    "new_id",
    "table_of",
]
