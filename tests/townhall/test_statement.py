import json
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.checks import run_checks
from django.utils import translation

from townhall.about.statement import read_results

RESULTS = {
    "tested_on": "2026-03-03",
    "pages": 61,
    "views": 1464,
    "axe": {"version": "4.10", "violations": 0},
    "html": {"checker": "the Nu checker", "errors": 0},
    "keyboard": {"pages": 60, "failures": 0},
    "zoom": {"pages": 59, "failures": 0},
    "known_gaps": [],
}


@pytest.fixture
def results(settings, tmp_path):
    """Return a function that writes what a run found, with some of it changed."""
    settings.ACCESSIBILITY_RESULTS = tmp_path / "accessibility.json"

    def write(**changes):
        settings.ACCESSIBILITY_RESULTS.write_text(json.dumps({**RESULTS, **changes}))

    with time_machine.travel(datetime(2026, 5, 12, 12, tzinfo=UTC)):
        yield write


def statement(client, language=""):
    html = client.get(f"{language}/about/accessibility/").content.decode()
    return " ".join(html.split())


def checks():
    return {each.id for each in run_checks(include_deployment_checks=True)}


def test_statement_without_results_says_so(client, db, results):
    html = statement(client)

    assert "no test results are there" in html
    assert "compliant" not in html.lower().replace("compliance", "")
    assert not checks() & {"townhall.W1", "townhall.E5"}


def test_statement_shows_what_the_last_run_found(client, db, results):
    results()

    html = statement(client)

    assert "Last tested on 3 March 2026" in html
    assert "fully compliant" in html
    for name, value in {
        "Pages": "61",
        "Views of them": "1464",
        "Faults found by axe 4.10": "0",
        "Errors of HTML found by the Nu checker": "0",
        "By keyboard alone": "60 pages, 0 faults",
        "Large text and zoom": "59 pages, 0 faults",
    }.items():
        assert f"<dt>{name}</dt><dd>{value}</dd>" in html


@pytest.mark.parametrize(
    "fault",
    [
        {"axe": {"version": "4.10", "violations": 1}},
        {"html": {"checker": "Nu", "errors": 1}},
        {"keyboard": {"pages": 60, "failures": 1}},
        {"zoom": {"pages": 59, "failures": 1}},
        {"known_gaps": ["The map has no list."]},
    ],
)
def test_statement_is_partial_where_anything_is_wrong(client, db, results, fault):
    results(**fault)

    html = statement(client)

    assert "partially compliant" in html
    assert "fully compliant" not in html


def test_statement_lists_what_is_known_in_its_own_language(client, db, results):
    results(known_gaps=["The <map> has no list."])

    with translation.override("cy"):
        html = statement(client, "/cy")

    assert '<ul lang="en"><li>The &lt;map&gt; has no list.</li></ul>' in html


@pytest.mark.parametrize(("tested_on", "is_old"), [("2025-05-12", False), ("2025-05-11", True)])
def test_results_of_over_a_year_ago_are_marked_and_reminded_of(
    client, db, results, tested_on, is_old
):
    results(tested_on=tested_on)

    assert ("New tests are due" in statement(client)) is is_old
    assert ("townhall.W1" in checks()) is is_old


@pytest.mark.parametrize("broken", ["", "[]", "{}", '{"tested_on": "yesterday"}'])
def test_results_that_cannot_be_read_stop_a_deployment(results, settings, broken):
    settings.ACCESSIBILITY_RESULTS.write_text(broken)

    with pytest.raises(ValueError):  # noqa: PT011 (whatever is wrong with it)
        read_results()
    assert "townhall.E5" in checks()
