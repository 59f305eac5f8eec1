"""Charts drawn on the server: SVG with a title and a description for who listens, and the numbers as a table below."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH, HEIGHT = 360, 190
LEFT, RIGHT, TOP, BOTTOM = 30, 12, 14, 26
MOST_LABELS = 5  # along the foot: more would not fit on a phone
BAR, BETWEEN_BARS, LABEL = 22, 20, 16


@dataclass(frozen=True)
class Point:
    """One point of a line: where it stands, how high (None: nothing is known, the line has a gap), and what of it."""

    label: str
    value: float | None
    note: str = ""


@dataclass(frozen=True)
class Bar:
    """One bar: what it counts, and how many."""

    label: str
    value: float
    note: str = ""


def line_chart(
    points: Sequence[Point], title: str, heads: Sequence[str], *, lowest: float = 0, highest: float | None = None
) -> Markup:
    """A line through these points, from left to right.

    Args:
        points: In their order.
        title: What is shown, in a few words; also the table's caption.
        heads: What stands over the columns of the table: label, value and, if the points have any, note.
        lowest: The value at the foot.
        highest: The value at the top; None: the highest of the points.
    """
    known = [each.value for each in points if each.value is not None]
    top = highest if highest is not None else max([*known, lowest + 1])
    places = [
        (_x(number, len(points)), None if each.value is None else _y(each.value, lowest, top))
        for number, each in enumerate(points)
    ]
    body = [*_rules(lowest, top), *_lines(places), *_dots(points, places), *_feet(points)]
    return _figure(Markup("").join(body), WIDTH, HEIGHT, title, _said(points), _table(points, title, heads))


def bar_chart(bars: Sequence[Bar], title: str, heads: Sequence[str]) -> Markup:
    """Lying bars, one below the other, each with its label above it and its number behind it.

    Args:
        bars: In their order.
        title: What is shown, in a few words; also the table's caption.
        heads: What stands over the columns of the table: label, value and, if the bars have any, note.
    """
    most = max([each.value for each in bars], default=0) or 1
    room, step = WIDTH - 48, BAR + BETWEEN_BARS
    body = [
        Markup(
            '<text x="0" y="{}">{}</text><rect class="bar" x="0" y="{}" width="{}" height="{}" rx="3"/>'
            '<text x="{}" y="{}">{}</text>'
        ).format(
            number * step + LABEL - 4,
            each.label,
            number * step + LABEL,
            _short(each.value / most * room),
            BAR - 4,
            _short(each.value / most * room + 6),
            number * step + LABEL + 13,
            _number(each.value),
        )
        for number, each in enumerate(bars)
    ]
    return _figure(
        Markup("").join(body), WIDTH, max(step * len(bars), 1), title, _said(bars), _table(bars, title, heads)
    )


# -- the pieces ----------------------------------------------------------------------------------------


def _rules(lowest: float, top: float) -> list[Markup]:
    """Level lines with their number at the left: every whole number where there are few, else three."""
    span = top - lowest
    steps = int(span) if float(span).is_integer() and 1 <= span <= 5 else 2
    values = [lowest + span * number / steps for number in range(steps + 1)]
    line = Markup('<line class="rule" x1="{}" y1="{}" x2="{}" y2="{}"/><text x="{}" y="{}" text-anchor="end">{}</text>')
    found = []
    for value in values:
        y = _y(value, lowest, top)
        found.append(line.format(LEFT, y, WIDTH - RIGHT, y, LEFT - 6, _short(y + 4), _number(value)))
    return found


def _lines(places: Sequence[tuple[float, float | None]]) -> list[Markup]:
    """The line, broken where nothing is known."""
    runs: list[list[str]] = [[]]
    for x, y in places:
        if y is None:
            runs.append([])
        else:
            runs[-1].append(f"{x},{y}")
    return [Markup('<polyline class="line" points="{}"/>').format(" ".join(run)) for run in runs if len(run) > 1]


def _dots(points: Sequence[Point], places: Sequence[tuple[float, float | None]]) -> list[Markup]:
    """A dot for each point, and its number at the last."""
    known = [(each, x, y) for each, (x, y) in zip(points, places, strict=True) if y is not None]
    dots = [Markup('<circle class="dot" cx="{}" cy="{}" r="3.5"/>').format(x, y) for _, x, y in known]
    if known:
        last, x, y = known[-1]
        above = y - 8 if y > TOP + 14 else y + 18
        text = Markup('<text class="value" x="{}" y="{}" text-anchor="{}">{}</text>')
        dots.append(text.format(x, _short(above), "end" if x > WIDTH / 2 else "start", _number(last.value or 0)))
    return dots


def _feet(points: Sequence[Point]) -> list[Markup]:
    """The labels below: as many as fit, the last always."""
    every = max(1, -(-len(points) // MOST_LABELS))
    text = Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>')
    found = []
    for number, each in enumerate(points):
        if (len(points) - 1 - number) % every == 0:
            ends = number == len(points) - 1 and len(points) > 1  # the last of several would stand out to the right
            x = WIDTH - RIGHT if ends else _x(number, len(points))
            found.append(text.format(x, HEIGHT - 6, "end" if ends else "middle", each.label))
    return found


def _figure(body: Markup, width: float, height: float, title: str, said: str, table: Markup) -> Markup:
    name = "chart-" + hashlib.sha256(f"{title}{said}".encode()).hexdigest()[:10]
    return Markup(
        '<figure><svg class="chart" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-title {}-said">'
        '<title id="{}-title">{}</title><desc id="{}-said">{}</desc>{}</svg>'
        "<details><summary>The numbers as a table</summary>{}</details></figure>"
    ).format(width, height, name, name, name, title, name, said, body, table)


def _said(points: Sequence[Point] | Sequence[Bar]) -> str:
    return "; ".join(f"{each.label}: {_number(each.value)}" for each in points)


def _table(points: Sequence[Point] | Sequence[Bar], title: str, heads: Sequence[str]) -> Markup:
    cells = [(each.label, _number(each.value), each.note)[: len(heads)] for each in points]
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(each) for each in heads)
    row = Markup("<tr>{}</tr>")
    rows = Markup("").join(
        row.format(
            Markup('<th scope="row">{}</th>').format(label)
            + Markup("").join(Markup("<td>{}</td>").format(cell) for cell in rest)
        )
        for label, *rest in cells
    )
    return Markup("<table><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(
        title, head, rows
    )


def _x(number: int, of: int) -> float:
    if of == 1:
        return (LEFT + WIDTH - RIGHT) / 2
    return _short(LEFT + 8 + (WIDTH - LEFT - RIGHT - 16) * number / (of - 1))


def _y(value: float, lowest: float, top: float) -> float:
    share = (min(max(value, lowest), top) - lowest) / ((top - lowest) or 1)
    return _short(HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP))


def _short(value: float) -> float:
    return round(value, 1)


def _number(value: float | None) -> str:
    if value is None:
        return "not shown"
    return f"{value:.1f}".removesuffix(".0")
