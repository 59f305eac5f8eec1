"""Charts for who sees them, and the same as words and as a table for who does not."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from bot.console.charts import MOST_LABELS, Bar, Point, bar_chart, line_chart

NASTY = '<script>alert(1)</script>"'


def parsed(chart: str) -> ElementTree.Element:
    return ElementTree.fromstring(chart)


def test_a_line_has_a_title_a_description_and_a_table_with_the_same_numbers():
    chart = line_chart([Point("2 Mar", 3.25, "6"), Point("9 Mar", 4, "5")], "How it is", ("Week", "Mean", "People"))
    figure = parsed(chart)
    svg = figure.find("svg")
    title, said = svg.find("title"), svg.find("desc")
    assert svg.get("aria-labelledby") == f"{title.get('id')} {said.get('id')}"
    assert (title.text, said.text) == ("How it is", "2 Mar: 3.2; 9 Mar: 4")
    cells = [[cell.text for cell in row] for row in figure.iter("tr")]
    assert cells == [["Week", "Mean", "People"], ["2 Mar", "3.2", "6"], ["9 Mar", "4", "5"]]
    assert figure.find(".//caption").text == "How it is"


def test_a_line_has_a_gap_where_nothing_is_known():
    points = [Point(str(n), value) for n, value in enumerate([1, 2, None, 3, 4, None, 5])]
    figure = parsed(line_chart(points, "x", ("a", "b")))
    assert [len(line.get("points").split()) for line in figure.iter("polyline")] == [2, 2]
    assert len(list(figure.iter("circle"))) == 5
    assert "not shown" in [cell.text for cell in figure.iter("td")]


def test_what_lies_higher_is_more_and_nothing_leaves_the_picture():
    figure = parsed(line_chart([Point("a", 1), Point("b", 5), Point("c", 9)], "x", ("a", "b"), lowest=1, highest=5))
    low, high, beyond = [float(dot.get("cy")) for dot in figure.iter("circle")]
    assert low > high == beyond > 0


def test_the_feet_hold_as_many_labels_as_a_phone_has_room_for_and_the_last():
    points = [Point(f"{n} Mar", 3) for n in range(12)]
    labels = re.findall(r">(\d+ Mar)</text>", line_chart(points, "x", ("a", "b")))
    assert 2 <= len(labels) <= MOST_LABELS
    assert labels[-1] == "11 Mar"


def test_the_label_of_a_single_point_stands_below_it_and_is_not_cut():
    figure = parsed(line_chart([Point("Mar 2026", 3)], "x", ("a", "b")))
    (foot,) = [text for text in figure.iter("text") if text.text == "Mar 2026"]
    (dot,) = figure.iter("circle")
    assert (foot.get("x"), foot.get("text-anchor")) == (dot.get("cx"), "middle")


def test_bars_are_as_long_as_what_they_count():
    figure = parsed(bar_chart([Bar("taken up", 4), Bar("not now", 1), Bar("waiting", 0)], "Ideas", ("Answer", "Ideas")))
    four, one, none = [float(bar.get("width")) for bar in figure.iter("rect")]
    assert four == 4 * one > none == 0


def test_nothing_that_somebody_wrote_is_markup_and_nothing_has_a_style():
    for chart in (
        line_chart([Point(NASTY, 1, NASTY)], NASTY, (NASTY, "b", "c")),
        bar_chart([Bar(NASTY, 1)], NASTY, (NASTY, "b")),
    ):
        parsed(chart)
        assert "<script" not in chart
        assert " style=" not in chart


def test_of_nothing_a_chart_can_be_drawn_too():
    parsed(line_chart([], "x", ("a", "b")))
    parsed(line_chart([Point("a", 0)], "x", ("a", "b")))
    parsed(bar_chart([], "x", ("a", "b")))
