"""Choosing one of several things that may come and go while the question is open.

A number means what was shown with it, and what was chosen is held to: when it has gone, nothing else takes its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2s

from flows.conversation import Talk
from flows.replies import one_named


async def the_one_meant(talk: Talk, key: str, names: Mapping[str, str]) -> str | None:
    """What is meant; asked only where there are several. None: there is nothing, or they skipped it.

    As with `choose`, what is meant may have gone from `names` since; the flow says so then, and ends. Where they are
    being asked already, the only one that is left is put to them too: it may not be the one they meant.
    """
    if key not in talk.facts["chosen"] and (not names or (len(names) == 1 and not talk.is_at(key))):
        return next(iter(names), None)
    return await choose(talk, key, names)


async def choose(talk: Talk, key: str, names: Mapping[str, str]) -> str | None:
    """What they choose, or chose before, though that may have gone since; None: they skipped it.

    The flow needs the fact "chosen". The question carries what it shows, so that a reply to another list is none to
    this one, and the new list is put to them instead.
    """
    asked, before = talk.facts["chosen"].get(key, (None, None))
    if before is not None and before not in names:
        return str(before)
    shown = blake2s("\n".join(names).encode(), digest_size=3).hexdigest()
    return await talk.ask(asked or f"{key}:{shown}", one_named(names))
