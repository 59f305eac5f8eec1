"""How somebody would like to be reached, and one person they trust."""

from __future__ import annotations

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from storage.tables.types import other_id_as_key


class ContactWish(SQLModel, table=True):
    """Somebody's wishes: the way they like ("text", "call", "face" or "worker"), and whom we may ring, and when.

    Only a person in the team uses it. The trusted person is here by the consent of both, as far as we were told.
    """

    __tablename__ = "contact_wish"

    person_id: int = other_id_as_key()
    way: str | None = None
    trusted_name: str | None = None
    trusted_number: str | None = None
    trusted_when: str | None = Field(default=None, sa_type=Text)
