"""Who volunteers at Harbour House, and what each of them answers when they are asked something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Answers = tuple[str, ...]


@dataclass(frozen=True)
class Volunteer:
    """Somebody with a phone, and what they answer, question by question, in this order.

    Attributes:
        name: What they are called.
        channel: "sms" or "telegram".
        joining: What suits them: the time of day, whether it is safe to text, and when the team may be told.
        moods: What they say when they are asked how they are.
        answers: What they say to other questions, by flow and question; what is not here they leave unanswered.
        is_welsh: Whether they write in Welsh.
    """

    name: str
    channel: str = "sms"
    joining: tuple[str, str, str] = ("1", "1", "1")
    moods: Answers = ()
    answers: Mapping[str, Answers] = field(default_factory=dict)
    is_welsh: bool = False

    def all_answers(self) -> dict[str, list[str]]:
        """Everything they answer, by question."""
        times, safe, sharing = self.joining
        known = {
            "joining.name": (self.name,),
            "joining.language": ("2" if self.is_welsh else "1",),
            "joining.times": (times,),
            "joining.safe": (safe,),
            "joining.sharing": (sharing,),
            "check-in.mood": self.moods,
            **self.answers,
        }
        return {question: list(answers) for question, answers in known.items()}


COMING, MAYBE, NOT_COMING = "1", "3", "2"

VOLUNTEERS = (
    Volunteer("Ada"),
    Volunteer("Cai", moods=("3",), answers={"meeting-invitation.coming": (NOT_COMING,)}),
    Volunteer(
        "Dee",
        "telegram",
        moods=("4 iawn diolch", "4", "5 wedi cael newyddion da"),
        answers={
            "suggestion.idea": ("mainc yn yr haul",),
            "suggestion.which": ("Garden",),
            "meeting-invitation.coming": (COMING, COMING),
            "reflection.feeling": ("5",),
            "reflection.well": ("pawb wedi cael siarad",),
            "reflection.differently": ("mwy o de",),
            "reflection.share": ("ie",),
            "vote.choice": ("2",),
        },
        is_welsh=True,
    ),
    Volunteer(
        "Eve",
        joining=("2", "1", "2"),
        moods=("3", "3 not much sleep", "4"),
        answers={
            "meeting-invitation.coming": (COMING, MAYBE + " if my sister can have the kids"),
            "reflection.feeling": ("4",),
            "reflection.well": ("I got to say what I think",),
            "reflection.differently": ("start a bit later",),
            "reflection.share": ("yes",),
        },
    ),
    Volunteer(
        "Fay",
        moods=("3", "4 sore hands, good day", "5"),
        answers={
            "meeting-invitation.coming": (COMING, COMING),
            "task-offer.answer": ("1",),
            "task-offer.that-day": ("yes",),
            "reflection.feeling": ("5",),
            "reflection.well": ("the drawing, you can see it all",),
            "reflection.differently": ("SKIP",),
            "reflection.share": ("yes",),
            "questionnaire.consent": ("1",),
            "questionnaire.question": ("yes", "more chairs"),
            "questionnaire.scale-in-words": ("5",),
            "questionnaire.quote": ("yes",),
            "strengths.first": ("digging, I did it for ten years",),
            "strengths.more": ("cooking for a lot of people", "SKIP"),
            "strengths.teach": ("yes",),
            "vote.choice": ("1",),
        },
    ),
    Volunteer(
        "Gil",
        "telegram",
        joining=("2", "1", "1"),
        moods=("4", "4", "3 hip again"),
        answers={
            "questionnaire.consent": ("3",),
            "meeting-invitation.coming": (COMING, COMING),
            "task-offer.answer": ("1",),
            "task-offer.that-day": ("yes",),
            "hand-off.how": ("text",),
            "hand-off.barrier": ("there is no bus to the yard on Saturdays, and a taxi is 12 pounds",),
            "reflection.feeling": ("4",),
            "reflection.well": ("good soup",),
            "reflection.differently": ("nothing",),
            "reflection.share": ("yes",),
            "strengths.first": ("fixing things with wheels",),
            "strengths.more": ("SKIP",),
            "strengths.teach": ("no",),
        },
    ),
    Volunteer(
        "Hana",
        moods=("4", "5 finished the drawing", "4"),
        answers={
            "suggestion.idea": ("a pond with frogs",),
            "meeting-invitation.coming": (COMING, COMING + " can I bring my neighbour?"),
            "task-offer.answer": ("1",),
            "task-offer.that-day": ("yes",),
            "reflection.feeling": ("5",),
            "reflection.well": ("everybody looked at the plan",),
            "reflection.differently": ("bigger paper",),
            "reflection.share": ("yes",),
            "questionnaire.consent": ("2",),
            "questionnaire.question": ("yes", "ring before, the door was shut"),
            "questionnaire.scale-in-words": ("4",),
            "questionnaire.quote": ("yes",),
            "vote.choice": ("1",),
        },
    ),
    Volunteer(
        "Ifan",
        moods=("3", "2 diflas braidd"),
        answers={
            "reflection.well": ("SGIP",),
            "reflection.differently": ("SGIP",),
            "meeting-invitation.coming": (MAYBE,),
            "check-in.want-a-call": ("na",),
            "reflection.feeling": ("3",),
        },
        is_welsh=True,
    ),
    Volunteer(
        "Jude",
        joining=("3", "1", "3"),
        moods=("2 no call thanks", "3", "3", "4 slept", "4", "4", "4"),
        answers={
            "reflection.feeling": ("4",),
            "reflection.well": ("SKIP",),
            "reflection.differently": ("SKIP",),
            "times.when": ("every other day",),
            "suggestion.idea": ("could we open on Sunday mornings too?",),
            "suggestion.which": ("Garden",),
            "meeting-invitation.coming": (NOT_COMING, COMING),
            "vote.choice": ("3",),
        },
    ),
    Volunteer(
        "Kemi",
        moods=("2 the letter from court came", "2 cannot settle"),
        answers={
            "reflection.feeling": ("3",),
            "reflection.well": ("SKIP",),
            "reflection.differently": ("SKIP",),
            "check-in.want-a-call": ("no",),
            "check-in.want-a-person": ("yes please, after 2",),
            "meeting-invitation.coming": (MAYBE, MAYBE),
            "vote.choice": ("2",),
        },
    ),
    Volunteer(
        "Leo",
        moods=("3", "3"),
        answers={
            "reflection.feeling": ("SKIP",),
            "reflection.well": ("SKIP",),
            "reflection.differently": ("SKIP",),
            "meeting-invitation.coming": (NOT_COMING, NOT_COMING),
            "human.about": ("a letter from housing came, can somebody read it with me",),
        },
    ),
    Volunteer(
        "Maya",
        "telegram",
        joining=("3", "1", "1"),
        moods=("5", "4"),
        answers={
            "reflection.feeling": ("5",),
            "reflection.well": ("SKIP",),
            "reflection.differently": ("SKIP",),
            "suggestion.idea": ("a page with the names of everybody here",),
            "suggestion.which": ("Welcome pack",),
            "task-offer.answer": ("2",),
            "meeting-invitation.coming": (COMING,),
        },
    ),
    Volunteer(
        "Nia",
        moods=("4", "4 the kids are well"),
        answers={
            "reflection.feeling": ("4",),
            "reflection.well": ("SKIP",),
            "reflection.differently": ("SKIP",),
            "may-be-asked.agree": ("yes",),
            "suggestion.idea": ("beans that climb up the wall",),
            "suggestion.which": ("Garden",),
            "task-offer.answer": ("3",),
            "task-offer.question": ("can I write it in Welsh first?",),
            "meeting-invitation.coming": (COMING, COMING),
            "strengths.first": ("writing letters for people",),
            "strengths.more": ("two languages, and I like to read out", "SKIP"),
            "strengths.teach": ("maybe later no",),
        },
    ),
    Volunteer(
        "Omar",
        "telegram",
        moods=("2 long nights", "3 better, thanks Sam"),
        answers={
            "reflection.feeling": ("4",),
            "reflection.well": ("SKIP",),
            "reflection.differently": ("SKIP",),
            "check-in.want-a-call": ("no",),
            "task-offer.answer": ("1",),
            "task-offer.that-day": ("yes",),
            "tasks.what": ("hand on",),
            "tasks.to": ("team",),
            "meeting-invitation.coming": (MAYBE, COMING),
            "vote.choice": ("1",),
        },
    ),
)

STAFF: Mapping[str, Mapping[str, Answers]] = {
    "Sam": {
        "meeting-invitation.coming": (COMING, COMING),
        "vote.choice": ("2",),
    }
}
"""What staff say who belong to a project."""
