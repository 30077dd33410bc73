import sys

import pytest

from devstack import check
from devstack.catalogues import Difference, Standing
from devstack.console import ROOT


@pytest.mark.parametrize(
    ("passed", "goes_on", "line"),
    [
        (True, True, "types                ok"),
        (False, False, "types                FAILED"),
        (None, True, "types                skipped"),
    ],
)
def test_step_shows_its_verdict_and_its_words_unless_it_passed(capfd, passed, goes_on, line):
    step = check.Step("types", lambda: check.Outcome(passed, "line 3 is wrong\n"))

    assert check.perform(step) is goes_on

    said = capfd.readouterr().out
    assert said.startswith(line)
    assert ("    line 3 is wrong\n" in said) is not passed


def test_step_shows_its_note_whatever_its_verdict(capfd):
    assert check.perform(check.Step("words", lambda: check.Outcome(passed=True, note="12 of them")))

    assert capfd.readouterr().out.endswith(" s  12 of them\n")


def test_every_step_is_done_and_all_failures_are_summed_up(capfd, monkeypatch):
    done = []

    def step(name, passed):
        return check.Step(name, lambda: done.append(name) or check.Outcome(passed))

    outcomes = {"one": False, "two": True, "three": False}
    monkeypatch.setattr(check, "steps", lambda: [step(*item) for item in outcomes.items()])

    assert check.check() == 1
    assert done == ["one", "two", "three"]
    assert "failed: one, three (" in capfd.readouterr().out


def test_tool_sees_a_council_and_no_switch(monkeypatch):
    monkeypatch.setenv("INSECURE_COOKIES", "1")
    code = "import os; print(os.environ['SITE_URL'], 'INSECURE_COOKIES' in os.environ); exit(1)"

    outcome = check.run_tool([sys.executable, "-c", code])

    assert outcome == check.Outcome(False, "https://townhall.example False\n")


def test_translations_are_not_checked_without_xgettext_but_must_be_in_ci(monkeypatch):
    monkeypatch.setattr(check.catalogues, "has_gettext", lambda: False)
    monkeypatch.setattr(check, "install_packages", lambda *names: False)
    monkeypatch.delenv("CI", raising=False)

    assert check.compare_catalogues().passed is None
    monkeypatch.setenv("CI", "true")
    assert check.compare_catalogues().passed is False


def test_translations_fail_for_a_fault_and_say_how_many_nobody_signed(monkeypatch):
    path = ROOT / "locale" / "cy" / "LC_MESSAGES" / "django.po"
    unsound = Standing(messages=7, unreviewed=5, faults=["untranslated: 'Reply'"])
    monkeypatch.setattr(check.catalogues, "committed", lambda: [path])
    monkeypatch.setattr(check.catalogues, "standing", lambda _path: unsound)
    monkeypatch.setattr(check.catalogues, "differences", dict)

    outcome = check.check_catalogues()

    assert outcome.passed is False
    assert outcome.note == "cy: 7 messages, 5 unreviewed"
    assert outcome.words.splitlines() == [
        "locale/cy/LC_MESSAGES/django.po",
        "  fault: untranslated: 'Reply'",
    ]


def test_long_lists_of_words_are_cut():
    difference = Difference(missing=[f"'{n}'" for n in range(25)], obsolete=["'gone'"])

    lines = check.describe(ROOT / "locale" / "cy.po", difference)

    assert lines[0].startswith("locale/cy.po")
    assert len(lines) == 1 + check.LONGEST_LIST + 1 + 1
    assert lines[-2:] == ["  and 5 more missing", "  obsolete: 'gone'"]
