"""Webhook answers: an access log keeps their size, and it must be the same whatever came in."""

from __future__ import annotations

from bot.audit.attack import Needs
from bot.audit.loot import Loot


class WebhookAnswers:
    """Any difference between the answers to an ordinary message and to one that is not kept."""

    name = "webhook answers"
    looks_at = "status, headers and body of what Twilio is answered, to ordinary messages, feedback, prompts and codes"
    chance = "0"
    needs: Needs = "played"

    def findings(self, loot: Loot) -> list[str]:
        """What is answered otherwise."""
        answers = dict(loot.played.answers) if loot.played is not None else {}
        usual = next(iter(answers.values()), None)
        return [
            f"{what} is answered otherwise than an ordinary message" for what, each in answers.items() if each != usual
        ]
