"""Questionnaires for the tests: a visit to a café, one that is only hard, and a group's own statements."""

from __future__ import annotations

from flows.written import Questionnaire, Rule, Section, WrittenQuestion

OPEN = WrittenQuestion("open", "Was it open?", "yes or no")
WELCOME = WrittenQuestion(
    "welcome", "How welcome did you feel?", "scale", low=1, high=5, low_text="not at all", high_text="very"
)
CAME_BY = WrittenQuestion(
    "came-by",
    "How did you get there?",
    "one of",
    labels={"on-foot": "Walking", "bus": "By bus"},
    english={"on-foot": "Walking", "bus": "By bus"},
)
HAD = WrittenQuestion(
    "had",
    "What did you have?",
    "several of",
    labels={"tea": "Tea", "cake": "Cake", "soup": "Hot soup"},
    english={"tea": "Tea", "cake": "Cake", "soup": "Hot soup"},
)
WAITED = WrittenQuestion("waited", "How many minutes did you wait?", "number", low=0, high=600)
WENT_ON = WrittenQuestion("went-on", "Which day did you go?", "date")
GOES_AGAIN = WrittenQuestion("goes-again", "When will you go again?", "coming date")
PICTURE = WrittenQuestion("picture", "Can you send a photo of the door?", "photo")
SPOKEN = WrittenQuestion("spoken", "Say how it sounded.", "voice")
BETTER = WrittenQuestion("better", "What would make it better?", "words")

ABOUT_THE_CAFE = Questionnaire(
    name="cafe",
    title="Your visit to the cafe",
    purpose="mystery shopping",
    seen_by="Bo at Harbour House",
    used_for="a talk with the cafe",
    sections=(
        Section((OPEN, WENT_ON), text="First the visit."),
        Section((WELCOME,), hard=True, only_if=(Rule("open", "=", "yes"),)),
        Section((BETTER,), only_if=(Rule("welcome", "<=", 3),)),
    ),
)
EVERY_KIND = Questionnaire(
    name="every-kind",
    title="Every kind",
    purpose="peer research",
    seen_by="Bo",
    used_for="a test",
    sections=(Section((OPEN, WELCOME, CAME_BY, HAD, WAITED, WENT_ON, GOES_AGAIN, PICTURE, SPOKEN, BETTER)),),
    asks_names=False,
)
ONLY_HARD = Questionnaire(
    name="hard",
    title="Hard things",
    purpose="peer research",
    seen_by="Bo",
    used_for="a report",
    sections=(
        Section((HAD, GOES_AGAIN)),
        Section((WrittenQuestion("nights", "How many nights outside?", "number"), PICTURE, SPOKEN), hard=True),
    ),
    asks_names=False,
)
STATEMENTS = Questionnaire(
    name="ours",
    title="Our own statements",
    purpose="statements",
    seen_by="the group",
    used_for="looking back together",
    sections=(Section((WrittenQuestion("heard", "I am heard here.", "scale", low=1, high=5), CAME_BY)),),
)
