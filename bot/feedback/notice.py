"""Once a week staff hear that the box was opened: in the same words, whether or not anything came."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from bot.by_itself import ByItself
from bot.telling import staff_address
from storage.desk import Desk
from storage.tables import Lane


class Notices(ByItself):
    """Tells the people of `[[safeguarding.person]]` that there may be feedback to read."""

    async def every_week(self) -> None:
        """Queue it for everybody, in the same words whether or not anything came."""
        self._wake(await self._store.run(self._tell, "opened-today"))

    async def opened_early(self) -> None:
        """Something was opened before its time, because whoever wrote it wished so."""
        self._wake(await self._store.run(self._tell, "opened-early"))

    def _tell(self, connection: Connection, keys: Sequence[str]) -> list[set[str]]:
        desk, house = Desk(connection, self._clock()), self._voice.house
        text = "\n".join(self._voice.words.sentence(house.language, f"feedback.{key}") for key in dict.fromkeys(keys))
        for each in house.safeguarding.people:
            address = staff_address(desk, each.channel, each.address, each.name)
            desk.add_outgoing(
                address, person_id=None, lane=int(Lane.REMINDER), text=text, buttons=None, conversation_id=None
            )
        desk.put_away()
        return [desk.senders] * len(keys)
