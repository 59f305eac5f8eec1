"""The tables of feedback, exactly those of "Columns" in our promise, in a registry of their own.

Never here: a person or anything computed from one, a channel, a time finer than a week, a counter, a sequence or a
length, or a foreign key to anything about people. `tests/storage/feedback/test_tables.py` keeps the list.
On PostgreSQL they lie in the schema `feedback`; on SQLite in a file of their own.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text

SCHEMA = "feedback"
METADATA = MetaData(schema=SCHEMA)

FEEDBACK = Table(
    "feedback",
    METADATA,
    Column("id", LargeBinary(16), primary_key=True),  # random, made when the words were sealed
    Column("inbox", String, nullable=False),
    Column("release_week", String, nullable=False),  # "2026-W19", the only date
    Column("body", LargeBinary, nullable=False),  # sealed, of one size
    Column("lookup", LargeBinary(16)),
    Column("reply_key", LargeBinary(32)),  # the public half
    Column("status", String, nullable=False),
    Column("closed_week", String),
    Index("feedback_lookup", "lookup"),
)
FEEDBACK_REPLY = Table(
    "feedback_reply",
    METADATA,
    Column("id", LargeBinary(16), primary_key=True),
    Column("feedback", LargeBinary(16), ForeignKey(FEEDBACK.c.id), nullable=False),
    Column("release_week", String, nullable=False),
    Column("to_sender", LargeBinary),  # sealed to the code's key, of one size
    Column("to_inbox", LargeBinary, nullable=False),  # sealed to the inbox's key, of one size
    Index("feedback_reply_feedback", "feedback"),
)
INBOX = Table(
    "inbox",
    METADATA,
    Column("name", String, primary_key=True),
    Column("key", LargeBinary(16), nullable=False),  # the present one in `inbox_key`
)
INBOX_KEY = Table(
    "inbox_key",
    METADATA,
    Column("id", LargeBinary(16), primary_key=True),
    Column("inbox", String, nullable=False),
    Column("public", LargeBinary(32), nullable=False),
    Column("key_before", LargeBinary(16)),
    Column("key_before_sealed", LargeBinary),  # its private half, sealed to this key
)
INBOX_KEY_WRAP = Table(
    "inbox_key_wrap",
    METADATA,
    Column("inbox", String, primary_key=True),
    Column("coordinator", String, primary_key=True),  # as they are called; "" is the recovery key
    Column("salt", LargeBinary(16), nullable=False),
    Column("rounds", Integer, nullable=False),  # of Argon2id
    Column("memory_bytes", Integer, nullable=False),  # of Argon2id
    Column("public", LargeBinary(32), nullable=False),
    Column("private_locked", LargeBinary, nullable=False),  # with the passphrase
    Column("inbox_key_sealed", LargeBinary, nullable=False),  # the inbox's private key, sealed to `public`
    Column("proof", LargeBinary(32), nullable=False),  # that somebody with the inbox's key put `public` here
)
SAID_DID = Table(
    "said_did",
    METADATA,
    Column("text", Text, nullable=False),
    Column("week", String, nullable=False),
)
