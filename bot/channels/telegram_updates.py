"""What a Telegram update means in our words. Pure; it must not let a group's message through."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Required, TypedDict

from bot.channels import Incoming, Kind, clean

if TYPE_CHECKING:
    from telegram import CallbackQuery, ChatMemberUpdated, Message, MessageReactionUpdated, Update

UPDATES = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "message_reaction",
    "poll_answer",
)
"""What we ask Telegram for; its own default leaves reactions out."""

# In this order: an animation is also a document, for the sake of old clients.
_ATTACHED: tuple[tuple[str, Kind], ...] = (
    ("voice", "voice"),
    ("audio", "voice"),
    ("video", "video"),
    ("video_note", "video"),
    ("animation", "video"),
    ("document", "file"),
    ("sticker", "sticker"),
)


class _Said(TypedDict, total=False):
    kind: Required[Kind]
    text: str
    reference: str | None
    button: str
    question_id: str | None
    reply_to: str
    chat_message_id: str
    written_at: datetime


def readable(update: Any) -> bool:
    """Whether this is an update at all: JSON's object with a whole number for its id."""
    return isinstance(update, dict) and type(update.get("update_id")) is int


def plain_part(update: dict[str, Any]) -> dict[str, Any]:
    """The update with only the plainest of what its message has: who and what, in words."""
    plain = ("message_id", "date", "chat", "from", "text", "caption", "reply_to_message")
    return {
        name: {key: value[key] for key in plain if key in value} if isinstance(value, dict) else value
        for name, value in update.items()
    }


def to_incoming(update: Update, *, sender: str, received_at: datetime, offset: int | None = None) -> Incoming | None:
    """The update as a message, or None if nobody in a private chat said anything by it.

    A reaction's and a sticker's text is its emoji. A shared contact's number is not kept.

    Raises:
        Exception: The library let something through that no update has, such as a chat without a number.
    """
    said, chat = _said(update), update.effective_chat
    if said is None or (chat is not None and chat.type != "private"):
        return None
    # A private chat has its person's id: that is the address of a button under a message long forgotten.
    person = chat or update.effective_user
    if person is None or type(person.id) is not int:
        raise TypeError("a chat's id is a number")
    return Incoming(
        channel="telegram",
        sender=sender,
        address=str(person.id),
        message_id=str(update.update_id),
        received_at=received_at,
        offset=offset,
        **said,
    )


def _said(update: Update) -> _Said | None:
    if update.message:
        chat_message_id = str(update.message.message_id)
        return {**_message(update.message), "reply_to": _answered(update.message), "chat_message_id": chat_message_id}
    if update.edited_message:
        return _edited(update.edited_message)
    if update.callback_query:
        return _button(update.callback_query)
    if update.message_reaction:
        return _reaction(update.message_reaction)
    if update.my_chat_member:
        return _opted(update.my_chat_member)
    return {"kind": "other"} if update.poll_answer else None


def _message(message: Message) -> _Said:
    text = _text(message.text) or _text(message.caption)
    if message.text is not None:
        return {"kind": "text", "text": text}
    if message.photo:
        return {"kind": "photo", "text": text, "reference": _text(message.photo[-1].file_id) or None}
    for name, kind in _ATTACHED:
        if attached := getattr(message, name):
            emoji = _text(attached.emoji) if kind == "sticker" else ""
            return {"kind": kind, "text": text or emoji, "reference": _text(attached.file_id) or None}
    if message.contact:
        return {"kind": "contact"}
    return {"kind": "location"} if message.location or message.venue else {"kind": "other", "text": text}


def _edited(message: Message) -> _Said | None:
    # A live location "edits" its message every few seconds; the first one was answered.
    if message.location:
        return None
    return {**_message(message), "kind": "edited", "reply_to": _answered(message), "written_at": message.date}


def _answered(message: Message) -> str:
    """The words of our own message that this one answers; empty when it answers none of ours."""
    earlier = message.reply_to_message
    ours = earlier is not None and earlier.from_user is not None and earlier.from_user.is_bot
    return _text(earlier.text) if earlier is not None and ours else ""


def _button(tapped: CallbackQuery) -> _Said:
    question_id = _text(tapped.id) or None
    if data := _text(tapped.data):
        return {"kind": "button", "button": data, "question_id": question_id}
    return {"kind": "other", "question_id": question_id}


def _reaction(reaction: MessageReactionUpdated) -> _Said:
    return {
        "kind": "reaction",
        "text": "".join(_text(getattr(each, "emoji", "")) for each in reaction.new_reaction),
    }


def _opted(change: ChatMemberUpdated) -> _Said | None:
    match change.new_chat_member.status:
        case "kicked":
            return {"kind": "opted out"}
        case "member":
            return {"kind": "opted in"}
    return None


def _text(value: str | None) -> str:
    return clean(value) if value else ""
