"""A camera: what is in a QR code drawn as SVG, read module by module (ISO/IEC 18004), versions 1 to 3, without mending.

It knows nothing of the library that drew it.
"""

from __future__ import annotations

import re

ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
FORMAT_MASK = 0b101010000010010
MASKS = (
    lambda r, c: (r + c) % 2 == 0,
    lambda r, c: r % 2 == 0,
    lambda r, c: c % 3 == 0,
    lambda r, c: (r + c) % 3 == 0,
    lambda r, c: (r // 2 + c // 3) % 2 == 0,
    lambda r, c: r * c % 2 + r * c % 3 == 0,
    lambda r, c: (r * c % 2 + r * c % 3) % 2 == 0,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2 == 0,
)


def read_qr(svg: str) -> str:
    """The text in it; raises AssertionError where it is no such square, or has no quiet border."""
    square = modules(svg)
    size = len(square)
    assert size in (21, 25, 29), "versions 1 to 3 have one block, in order"
    bits = "".join(str(bit) for bit in data_bits(square))
    mode, at = int(bits[:4], 2), 4
    length_bits = {2: 9, 4: 8}[mode]
    length, at = int(bits[at : at + length_bits], 2), at + length_bits
    if mode == 4:
        return bytes(int(bits[at + 8 * n : at + 8 * n + 8], 2) for n in range(length)).decode()
    text = ""
    while len(text) < length:
        width, letters = (11, 2) if length - len(text) > 1 else (6, 1)
        value, at = int(bits[at : at + width], 2), at + width
        text += ALPHANUMERIC[value // 45] + ALPHANUMERIC[value % 45] if letters == 2 else ALPHANUMERIC[value]
    return text


def modules(svg: str) -> list[list[int]]:
    """The dark (1) and light (0) modules, without the border, from strokes like "M4 4.5h7m4 0h3"."""
    size = int(re.search(r'viewBox="0 0 (\d+) ', svg)[1])
    drawn = [[0] * size for _ in range(size)]
    x = y = 0.0
    for how, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", re.search(r' d="([^"]+)"', svg)[1]):
        if how == "M":
            x, y = float(first), float(second)
        elif how == "m":
            x, y = x + float(first), y + float(second)
        else:
            for column in range(int(x), int(x + float(first))):
                drawn[int(y)][column] = 1
            x += float(first)
    border = 4
    edge = [*drawn[:border], *drawn[-border:], *([row[0], *row[:border], *row[-border:]] for row in drawn)]
    assert not any(any(row) for row in edge), "a camera needs four light modules around"
    return [row[border:-border] for row in drawn[border:-border]]


def data_bits(square: list[list[int]]) -> list[int]:
    """The bits in their order: upwards and downwards in pairs of columns, unmasked."""
    size = len(square)
    mask = MASKS[(format_bits(square) >> 10) & 0b111]
    bits, column, upwards = [], size - 1, True
    while column > 0:
        column -= column == 6  # the timing pattern
        for row in range(size - 1, -1, -1) if upwards else range(size):
            bits += [square[row][c] ^ mask(row, c) for c in (column, column - 1) if not is_pattern(row, c, size)]
        column, upwards = column - 2, not upwards
    return bits


def format_bits(square: list[list[int]]) -> int:
    """The fifteen bits beside the first finder: error correction, mask, and their check."""
    places = [*((8, c) for c in (0, 1, 2, 3, 4, 5, 7, 8)), *((r, 8) for r in (7, 5, 4, 3, 2, 1, 0))]
    value = 0
    for row, column in places:
        value = value << 1 | square[row][column]
    return value ^ FORMAT_MASK


def is_pattern(row: int, column: int, size: int) -> bool:
    """Whether a module belongs to finders, formats, timing or alignment, and so carries no data."""
    corner = (row < 9 and (column < 9 or column >= size - 8)) or (row >= size - 8 and column < 9)
    at = size - 7
    alignment = size > 21 and abs(row - at) <= 2 and abs(column - at) <= 2
    return corner or row == 6 or column == 6 or alignment
