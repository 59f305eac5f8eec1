"""A table on the terminal: what was measured, the figure, and the ratio where there is something to hold it against."""

from __future__ import annotations


def heading(text: str) -> None:
    print(f"\n{text}\n{'-' * len(text)}", flush=True)


def line(what: str, figure: str, ratio: float | None = None, goal: str = "") -> None:
    said = f"{what:<62} {figure:>14}   "
    if ratio is not None:
        said += f"ratio {ratio:10,.2f}   "
    print(said + goal, flush=True)
