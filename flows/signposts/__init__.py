"""The directory of places that help: what is known of each, who is found for what, and how it reads in a text.

Everything here is pure: entries come in from `bot.directory`, the national lines from `flows/uk_signposts.json`.
"""

from flows.signposts.directory import DANGER_TOPICS, DangerTopic, Directory
from flows.signposts.places import Place, nation_of
from flows.signposts.signpost import CHECKED_FOR, Signpost, digits, stale, uk_signposts, wrong_numbers
from flows.signposts.text import as_text, in_gsm7
from flows.signposts.topics import TOPICS, understand_topics

__all__ = [
    "CHECKED_FOR",
    "DANGER_TOPICS",
    "TOPICS",
    "DangerTopic",
    "Directory",
    "Place",
    "Signpost",
    "as_text",
    "digits",
    "in_gsm7",
    "nation_of",
    "stale",
    "uk_signposts",
    "understand_topics",
    "wrong_numbers",
]
