"""What flows can know of votes: the one a conversation is about, and those that somebody can vote in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.facts import Given, fact
from bot.telling import time_in_words
from bot.times import zone_of
from bot.votes.counting import choices_of, result_of
from flows.votes import Paper
from storage.votes import open_votes_of, vote_with_id, voter

if TYPE_CHECKING:
    from bot.sitting import Sitting


@fact("vote")
def _vote(sitting: Sitting, given: Given) -> Paper:
    connection, zone = sitting.desk.connection, zone_of(sitting.person.zone)
    row = vote_with_id(connection, int(given["vote"]))
    if row is None:
        raise LookupError("the vote is no longer kept")
    mine = voter(connection, row.id, sitting.person.id)
    closes = row.closes_at.astimezone(zone)
    return Paper(
        id=str(row.id),
        project=row.project,
        question=row.question,
        why=row.why,
        rule=row.rule,
        agreed=row.rule_since.astimezone(zone).date(),
        closes=closes.date(),
        closes_at=time_in_words(sitting.voice.words, sitting.language, closes),
        choices=choices_of(row),
        decider=row.decider,
        mine=mine.choice if mine else None,
        has_voted=bool(mine and mine.has_voted),
        result=result_of(connection, row, sitting.desk.now, sitting.voice.ballot_key),
    )


@fact("open_votes")
def _open_votes(sitting: Sitting, given: Given) -> dict[str, str]:
    rows = open_votes_of(sitting.desk.connection, sitting.person.id, sitting.desk.now)
    return {str(row.id): row.question for row in rows}
