"""Known words and codes, looked for in every file in the encodings that a search of a disk would try."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from urllib.parse import quote, quote_plus

from bot.audit.attack import Needs
from bot.audit.loot import Loot

_PACKED = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")
_PAGE = 4096
_UNPACKED_AT_MOST = 1 << 20


class Canaries:
    """Words that were said and codes that were shown, in any file whatever."""

    name = "canary scan"
    looks_at = "every file, whole, and what is compressed in it"
    chance = "0"
    needs: Needs = "words"

    def findings(self, loot: Loot) -> list[str]:
        """Which file holds something, and how it was written."""
        known = loot.known
        if known is None:
            return []
        secrets = (*known.words, *known.codes)
        searched = {spelled: how for secret in secrets for how, spelled in reversed([*spellings(secret)])}
        once = b"".join(_unlike(loot.files.values(), max(map(len, searched), default=0)))
        present = {spelled: how for spelled, how in searched.items() if spelled in once}
        found = []
        for path, content in loot.files.items():
            hits = {how for spelled, how in present.items() for inside in _layers(content) if spelled in inside}
            found += [f"{PurePath(path).name}: what was said, as {how}" for how in sorted(hits)]
        return found


def _unlike(contents: Iterable[bytes], longest: int) -> Iterator[bytes]:
    """All that is in any of these, and what is compressed in them; pages that backups share only once."""
    seen = set[bytes]()
    for content in contents:
        for inside in _layers(content):
            for start in range(0, len(inside), _PAGE):
                page = inside[start : start + _PAGE + longest]
                if page not in seen:
                    seen.add(page)
                    yield page


def spellings(secret: str) -> Iterator[tuple[str, bytes]]:
    """A secret as it may lie about: the name of the encoding, and the bytes to look for."""
    plain = secret.encode()
    yield from (
        ("plain text", plain),
        ("capitals", secret.upper().encode()),
        ("small letters", secret.lower().encode()),
    )
    yield from (("backwards", plain[::-1]), ("without spaces", re.sub(rb"\s", b"", plain)))
    yield from ((kind, secret.encode(kind)) for kind in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"))
    yield from (("hex", plain.hex().encode()), ("hex in capitals", plain.hex().upper().encode()))
    yield from (("a URL", quote(secret).encode()), ("a form", quote_plus(secret).encode()))
    yield ("JSON", json.dumps(secret)[1:-1].encode())
    yield ("base32", base64.b32encode(plain).rstrip(b"=")[:-1])
    for shift in range(3):  # however it is aligned in something longer
        inside = base64.b64encode(b"\0" * shift + plain)[(0, 2, 3)[shift] : -4]
        if len(inside) >= 8:
            yield from (("base64", inside), ("base64", inside.translate(bytes.maketrans(b"+/", b"-_"))))


def _layers(content: bytes) -> Iterator[bytes]:
    yield content
    for start in _PACKED.finditer(content):
        try:
            yield zlib.decompressobj(47).decompress(content[start.start() :], _UNPACKED_AT_MOST)
        except zlib.error:
            continue
