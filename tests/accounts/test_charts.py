from datetime import date
from xml.etree import ElementTree

import pytest
from django.template import engines
from django.utils import translation

from accounts.templatetags.charts import Chart, Series, months

SVG = "{http://www.w3.org/2000/svg}"
QUARTER = months([date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)])


def draw(shown):
    html = engines["django"].from_string("{% load charts %}{% chart shown %}")
    return html.render({"shown": shown})


def drawing(shown):
    html = draw(shown)
    start = html.index('<svg class="bars"')
    svg = html[start : html.index("</svg>", start) + 6]
    return ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" '))  # noqa: S314 (our own)


def bars(shown):
    return [(bar.get("class"), bar.get("height")) for bar in drawing(shown).iter(f"{SVG}rect")]


def make_chart(*values, periods=QUARTER, kinds=("done", "wait")):
    names = ("On time", "Late")
    series = [
        Series(name, each, kind) for name, each, kind in zip(names, values, kinds, strict=False)
    ]
    return Chart("answers", "Answers in each month", periods, series)


def test_chart_draws_each_number_against_the_highest():
    assert bars(make_chart([1, 4, 2])) == [
        ("first done", "18.25%"),
        ("first done", "73%"),
        ("first done", "36.5%"),
    ]


def test_chart_stacks_a_second_series_on_the_first():
    (first, second) = list(drawing(make_chart([3, 0, 0], [1, 0, 0])).iter(f"{SVG}rect"))

    assert (first.get("class"), second.get("class")) == ("first done", "second wait")
    assert (first.get("y"), first.get("height")) == ("30.25%", "54.75%")
    assert (second.get("y"), second.get("height")) == ("12%", "18.25%")


def test_chart_puts_totals_on_bars_and_names_beneath():
    words = [text.text for text in drawing(make_chart([3, 0, 1], [1, 0, 1])).iter(f"{SVG}text")]

    assert words == ["4", "Jan", "Feb", "2", "Mar"]


def test_chart_of_a_year_names_every_third_month_and_the_last():
    year = months(date(2025 + (8 + n) // 12, (8 + n) % 12 + 1, 1) for n in range(12))
    texts = drawing(make_chart([0] * 11 + [1], periods=year)).iter(f"{SVG}text")

    assert [text.text for text in texts] == ["Nov", "Feb", "May", "1", "Aug"]


def test_chart_of_long_numbers_writes_only_the_highest():
    texts = drawing(make_chart([1200, 900, 3])).iter(f"{SVG}text")

    assert [text.text for text in texts if text.get("class") == "number"] == ["1200"]


def test_chart_is_told_in_words():
    svg = drawing(make_chart([1, 4, 2]))
    title, summary = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")

    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == f"{title.get('id')} {summary.get('id')}"
    assert title.text == "Answers in each month"
    assert summary.text == (
        "3 bars, from January 2026 to March 2026. The highest is 4, in February 2026. "
        "The table below has every number."
    )


def test_chart_has_every_number_in_a_table():
    html = draw(make_chart([1, 4, 2], [0, 1, 0]))
    table = ElementTree.fromstring(html[html.index("<table>") : html.index("</table>") + 8])  # noqa: S314 (our own)

    rows = [[cell.text for cell in row] for row in table.iter("tr")]
    assert rows == [
        ["When", "On time", "Late"],
        ["January 2026", "1", "0"],
        ["February 2026", "4", "1"],
        ["March 2026", "2", "0"],
    ]
    assert {cell.get("scope") for cell in table.iter("th")} == {"col", "row"}
    assert table.find("caption").text == "Answers in each month"


@pytest.mark.parametrize("values", [([0, 0, 0],), ([0, 0, 0], [0, 0, 0])])
def test_chart_of_nothing_but_zeros_says_so_and_keeps_its_table(values):
    html = draw(make_chart(*values))

    assert "every number is 0" in html
    assert 'class="bars"' not in html
    assert "March 2026" in html


def test_chart_without_periods_says_so():
    html = draw(make_chart([], periods=[]))

    assert "There are no numbers yet." in html
    assert "<table" not in html
    assert "<svg" not in html


def test_chart_writes_lengths_the_same_in_every_language():
    with translation.override("de"):
        assert bars(make_chart([1, 3, 2]))[0] == ("first done", "24.33%")


def test_chart_has_no_inline_style_and_escapes_words():
    shown = Chart("a", "<b>Title</b>", QUARTER, [Series("<i>", [1, 2, 3])])

    html = draw(shown)

    assert "style=" not in html
    assert "<b>" not in html
    assert "<i>" not in html
