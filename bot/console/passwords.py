"""Proving who somebody is: a password that only its hash is kept of, and the codes that their phone shows.

Argon2id with 19 MiB and two rounds, as OWASP's Password Storage Cheat Sheet has it: 30 ms here, and little memory on
a small machine. Codes are RFC 6238's; one step each way is allowed for clocks that are off, and none counts twice.
"""

from __future__ import annotations

import hmac
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 200
STEP_SECONDS = 30
FREE_TRIES = 5
GUESSED_FIRST = ("password", "qwerty", "letmein", "welcome", "123456", "abc123", "iloveyou", "alongside")
LONGEST_WAIT = timedelta(minutes=15)

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
NOBODYS = _hasher.hash("nobody has this password, and checking it takes as long as any other")
"""So that a name nobody has takes as long to refuse as a wrong password."""


def hash_of(password: str) -> str:
    """What is kept of a password."""
    return _hasher.hash(password)


def is_right(kept: str | None, password: str) -> bool:
    """Whether this is the password that a hash was made of; takes as long where there is none."""
    try:
        return _hasher.verify(kept or NOBODYS, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def why_weak(password: str, *known: str) -> str | None:
    """Why a password can't be used, and what would do; None: it can.

    Args:
        password: What they would like.
        known: What anybody could guess of it: their name, the organisation's.
    """
    plain = password.casefold()
    if len(password) < SHORTEST:
        return f"Please use at least {SHORTEST} letters. Four words in a row are easy to remember, and good."
    if len(password) > LONGEST:
        return f"Please use {LONGEST} letters at the most."
    if len(set(plain)) < 5 or plain.isdecimal() or any(each in plain for each in GUESSED_FIRST):
        return "That is too easy to guess. Four words in a row are easy to remember, and good."
    if any(len(each) > 3 and each.casefold() in plain for each in known):
        return "Please leave out your name and the organisation's: they would be tried first."
    return None


def new_secret() -> str:
    """A new secret for codes."""
    return pyotp.random_base32()


def address_of(secret: str, name: str, organisation: str) -> str:
    """What an authenticator app reads from the square: an otpauth:// address."""
    return pyotp.TOTP(secret, name=name, issuer=f"Alongside {organisation}").provisioning_uri()


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The step of a code that is right just now; None: it is wrong."""
    codes, typed = pyotp.TOTP(secret), "".join(code.split())
    step = int(now.timestamp()) // STEP_SECONDS
    near = (step, step - 1, step + 1)
    right = (each for each in near if hmac.compare_digest(codes.at(each * STEP_SECONDS).encode(), typed.encode()))
    return next(right, None)


class TooMany(Exception):
    """So many are trying to sign in that somebody must be guessing; trying again in a minute may help."""


class Gate:
    """Lets so many check a password that guessing takes neither this machine's memory nor its time from anybody.

    Each check takes 19 MiB and a core for 30 ms, whether there is such a name or not; a person in danger goes first.
    """

    AT_ONCE = 2
    A_MINUTE = 60

    def __init__(self) -> None:
        self._free = threading.BoundedSemaphore(self.AT_ONCE)
        self._lately: deque[float] = deque(maxlen=self.A_MINUTE)

    @contextmanager
    def checking(self) -> Iterator[None]:
        """While a password is looked at.

        Raises:
            TooMany: There are too many already.
        """
        if not self._free.acquire(timeout=3):
            raise TooMany
        try:
            now = time.monotonic()
            if len(self._lately) == self.A_MINUTE and now - self._lately[0] < 60:
                raise TooMany
            self._lately.append(now)
            yield
        finally:
            self._free.release()


def wait_after(tries: int) -> timedelta:
    """How long nobody can try again by a name after so many wrong tries in a row."""
    if tries < FREE_TRIES:
        return timedelta()
    return min(timedelta(minutes=2 ** min(tries - FREE_TRIES, 10)), LONGEST_WAIT)
