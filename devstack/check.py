"""Check everything that needs no test run, and tidy what a tool can tidy."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from devstack import catalogues
from devstack.browser import install_packages
from devstack.console import ROOT, Trouble, write
from devstack.environment import for_child, site_for_check, without_switches

BIN = Path(sys.executable).parent
LONGEST_LIST = 20
# makemigrations would like to compare with a database as well; it needs none.
NO_DATABASE = "ignore:Got an error checking a consistent migration history:RuntimeWarning"


@dataclass(frozen=True)
class Outcome:
    """How a step ended; no verdict where it could not be done. A note is shown in any case."""

    passed: bool | None
    words: str = ""
    note: str = ""


@dataclass(frozen=True)
class Step:
    """A named check."""

    name: str
    do: Callable[[], Outcome]


def check() -> int:
    """Do every step, whatever the others say, and sum up."""
    began = time.monotonic()
    failed = [step.name for step in steps() if not perform(step)]
    seconds = time.monotonic() - began
    if failed:
        write(f"\nfailed: {', '.join(failed)} ({seconds:.1f} s)\n")
        return 1
    write(f"\nall is well ({seconds:.1f} s)\n")
    return 0


def steps() -> list[Step]:
    """List the checks in their order."""
    python = sys.executable
    concise = ["--output-format=concise"]
    manage = [python, "-W", NO_DATABASE, "manage.py"]
    deploy = [*manage, "check", "--deploy", "--fail-level=WARNING"]
    return [
        tool("ruff format", [python, "-m", "ruff", "format", "--check", "--quiet", *concise]),
        tool("ruff check", [python, "-m", "ruff", "check", "--quiet", *concise]),
        Step("djade", lambda: run_djade("--check")),
        tool("lint-imports", [python, BIN / "lint-imports", "--no-logo"]),
        tool("mypy", [python, "-m", "mypy", "--no-error-summary", "--show-traceback"]),
        tool("deploy check", deploy),
        tool("missing migrations", [*manage, "makemigrations", "--check", "--dry-run"]),
        Step("translations", check_catalogues),
    ]


def tool(name: str, command: Sequence[str | Path]) -> Step:
    """Make a step of a command."""
    return Step(name, lambda: run_tool(command))


def run_tool(command: Sequence[str | Path]) -> Outcome:
    """Run a command as on a council's server and keep its words."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=for_child(site_for_check(), inherited=without_switches()),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Outcome(done.returncode == 0, done.stdout)


def run_djade(*options: str) -> Outcome:
    """Run djade over the pages; in a plain text every line break counts, so those stay as typed."""
    paths = sorted((ROOT / "templates").rglob("*.html"))
    if not paths:
        return Outcome(passed=True)
    return run_tool([BIN / "djade", "--target-version=5.2", *options, *paths])


def check_catalogues() -> Outcome:
    """Look for translations that are missing or unsound, and for words that are not listed."""
    standings = {path: catalogues.standing(path) for path in catalogues.committed()}
    note = "; ".join(describe_standing(*item) for item in standings.items())
    faults = [
        line
        for path, standing in standings.items()
        for line in listed(path, [("fault", standing.faults)])
    ]
    compared = compare_catalogues()
    words = "\n".join(faults + compared.words.splitlines())
    return Outcome(False if faults else compared.passed, words, note)


def describe_standing(path: Path, standing: catalogues.Standing) -> str:
    """Say how many messages a catalogue has, and how many nobody has signed yet."""
    counts = f"{standing.messages} messages, {standing.unreviewed} unreviewed"
    return f"{path.parts[-3]}: {counts}"


def compare_catalogues() -> Outcome:
    """Compare the committed catalogues with the words in the code."""
    in_ci = os.environ.get("CI") == "true"
    if not catalogues.has_gettext() and in_ci and os.geteuid() == 0:
        install_packages("gettext")
    if not catalogues.has_gettext():
        return Outcome(False if in_ci else None, "xgettext is missing: please install gettext\n")
    try:
        words = [
            line
            for path, difference in catalogues.differences().items()
            for line in describe(path, difference)
        ]
    except Trouble as trouble:
        return Outcome(passed=False, words=f"{trouble}\n")
    return Outcome(passed=not words, words="\n".join(words))


def describe(path: Path, difference: catalogues.Difference) -> list[str]:
    """List what differs; `./dev messages` puts it right."""
    if not difference:
        return []
    return listed(
        path,
        [("missing", difference.missing), ("obsolete", difference.obsolete)],
        " (./dev messages brings it up to date)",
    )


def listed(path: Path, groups: Sequence[tuple[str, Sequence[str]]], hint: str = "") -> list[str]:
    """List the words of each group under a catalogue's name, each list cut where it is long."""
    lines = []
    for title, texts in groups:
        lines += [f"  {title}: {text}" for text in texts[:LONGEST_LIST]]
        if len(texts) > LONGEST_LIST:
            lines.append(f"  and {len(texts) - LONGEST_LIST} more {title}")
    return [f"{path.relative_to(ROOT)}{hint}", *lines] if lines else []


def perform(step: Step) -> bool:
    """Do one step; show its name, verdict, seconds, note and, unless it passed, its words."""
    began = time.monotonic()
    outcome = step.do()
    verdict = {True: "ok", False: "FAILED", None: "skipped"}[outcome.passed]
    note = f"  {outcome.note}" if outcome.note else ""
    write(f"{step.name:<20} {verdict:<8} {time.monotonic() - began:5.1f} s{note}\n")
    if not outcome.passed and outcome.words.strip():
        write("".join(f"    {line}\n" for line in outcome.words.rstrip().splitlines()))
    return outcome.passed is not False


def tidy() -> int:
    """Format and repair in place what tools can, and show what they cannot."""
    python = sys.executable
    outcomes = [
        run_tool([python, "-m", "ruff", "check", "--fix", "--quiet", "--output-format=concise"]),
        run_tool([python, "-m", "ruff", "format", "--quiet"]),
    ]
    run_djade()  # fails where it changed something, so its verdict is asked for afterwards
    outcomes.append(run_djade("--check"))
    for outcome in outcomes:
        write("" if outcome.passed else outcome.words)
    return 0 if all(outcome.passed for outcome in outcomes) else 1
