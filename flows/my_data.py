"""MYDATA and FORGET: what is kept about somebody in plain words, and its end."""

from dataclasses import dataclass

from flows.acts import AskForAPerson, Forget
from flows.conversation import Talk, flow
from flows.phrases import plain
from flows.replies import Hearing, OneOf, Understood, yes_or_no


@dataclass(frozen=True)
class Plainly(OneOf):
    """One of the choices, and no guessing: "forgot" is no wish to be forgotten."""

    def understand(self, text: str, hearing: Hearing) -> Understood[str] | None:
        """A button, a number, or the whole message exactly as a choice is said."""
        said = plain(text)
        if said.isdecimal():
            return Understood(self.choices[int(said) - 1]) if said in ("1", "2") else None
        known = {**hearing.labels, **hearing.means}
        return Understood(text) if text in self.choices else _known(known.get(said))

    def overhear(self, text: str, hearing: Hearing) -> None:
        """Never among other words."""


def _known(choice: str | None) -> Understood[str] | None:
    return Understood(choice) if choice else None


sure = Plainly(("forget", "keep"))


@flow("my-data", light=True, facts=("kept", "when_read"))
async def my_data(talk: Talk) -> None:
    """A summary; all of it, word for word, a person hands over: whoever holds this phone could read it here."""
    if await talk.ask("all", yes_or_no, kept=talk.facts["kept"]):
        talk.do(AskForAPerson("my data"))
        talk.say("asked", when_read=talk.facts["when_read"])
    else:
        talk.say("enough")


@flow(
    "forget",
    light=True,
    facts=("looked_after", "had_an_alert", "has_stopped", "tells_of_danger", "safety_lines", "discreetly", "when_read"),
)
async def forget(talk: Talk) -> None:
    """One question, and then everything goes that may; what stays, and why, is said.

    While somebody looks after their safety they hear the lines again, and that this comes first. Where they wrote of
    somebody who hurts them nothing is said of that: it may be who holds the phone now.
    """
    facts, quietly = talk.facts, "-quietly" if talk.facts["discreetly"] else ""
    if facts["tells_of_danger"]:
        talk.say("on-call")
        return
    if facts["safety_lines"] and not quietly:
        talk.say("lines", lines=facts["safety_lines"])
    if await talk.ask("sure", sure) != "forget":
        talk.say("kept")
        return
    talk.do(Forget())
    if facts["looked_after"]:
        talk.say(f"later{quietly}", when_read=facts["when_read"])
        return
    talk.say("done")
    if facts["had_an_alert"]:
        talk.say(f"alert-stays{quietly}")
    if facts["has_stopped"]:
        talk.say("stop-stays")
