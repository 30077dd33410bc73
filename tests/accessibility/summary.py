"""Prints what the checks counted; loaded by name, since it speaks for all processes of a run."""

from typing import Any

import pytest

from tests.accessibility import nu, results
from tests.accessibility.gaps import GAPS

MARK = "accessibility"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what takes long, unless it is asked for by its mark."""
    if MARK not in config.option.markexpr:
        long = [item for item in items if item.get_closest_marker(MARK)]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail where a gap is still said to be there although nothing shows it any more."""
    found = _found(session.config)
    if found and _is_whole(session.config) and {gap.words for gap in GAPS} - found["known"]:
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the count, and keep it where everything was looked at."""
    found = _found(config)
    if not found or not found["pages"]:
        return
    terminalreporter.write_line(results.sentence(found))
    if not _is_whole(config):
        return
    for gap in GAPS:
        if gap.words not in found["known"]:
            terminalreporter.write_line(f"no gap any more, take it out of gaps.py: {gap.words}")
    if not terminalreporter.getreports("error") and not terminalreporter.getreports("skipped"):
        results.write(found, nu.NAME)
        terminalreporter.write_line(f"kept in {results.FILE}")


def _found(config: pytest.Config) -> dict[str, Any] | None:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:  # a process that runs some of the tests for another
        return None
    reports = [each for kind in ("passed", "failed") for each in reporter.getreports(kind)]
    properties = [pair for each in reports for pair in each.user_properties]
    handed = [value for name, value in properties if name == results.NAME]
    return results.gather(handed) if handed else None


def _is_whole(config: pytest.Config) -> bool:
    """Say whether every test of accessibility was asked for, and no other."""
    is_marked = config.option.markexpr == MARK and not config.option.keyword
    return is_marked and config.args_source is pytest.Config.ArgsSource.TESTPATHS
