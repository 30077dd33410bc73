"""What an import says: what it added, changed, left and refused, and why."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from django.db.models import Model

PROBLEMS_SHOWN = 20

Progress = Callable[[str], None]


class Refused(Exception):
    """A file that cannot be taken; its text has a line for each thing that is wrong."""


class Problems:
    """What is wrong with a file; it is refused once there is enough to show."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: list[str] = []
        self.empty_rows = 0

    def add(self, where: str, why: object) -> None:
        self.lines.append(f"{where}: {why}")
        if len(self.lines) == PROBLEMS_SHOWN:
            self.lines.append("The rest of the file was not looked at.")
            self.refuse()

    def refuse(self) -> None:
        """Refuse the file if anything is wrong with it."""
        if self.lines:
            head = f"{self.path}: refused, nothing was imported."
            raise Refused("\n  ".join([head, *self.lines]))


class Report:
    """How many rows of each sort were added, changed and left, and what else to know."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.counts: dict[str, Counter[str]] = {}
        self.notes: list[str] = []

    def count(self, what: str, outcome: str, number: int = 1) -> None:
        self.counts.setdefault(what, Counter())[outcome] += number

    def note(self, line: str) -> None:
        self.notes.append(line)

    def note_empty_rows(self, problems: Problems) -> None:
        """Say how many rows had nothing in them, if any."""
        if problems.empty_rows:
            rows = "row" if problems.empty_rows == 1 else "rows"
            self.note(f"{problems.empty_rows} empty {rows} passed over")

    def lines(self) -> list[str]:
        """Say it all, one sort of row a line, then the notes."""
        return [
            f"{self.path}:",
            *(f"  {what}: {_in_words(counts)}" for what, counts in self.counts.items()),
            *(f"  {note}" for note in self.notes),
        ]


def save_row(report: Report, what: str, row: Model, **values: object) -> None:
    """Save a row if it is new or differs, and count which it was."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if row._state.adding:
        row.save()
        report.count(what, "added")
    elif changed:
        row.save(update_fields=changed)
        report.count(what, "changed")
    else:
        report.count(what, "left")


def _in_words(counts: Counter[str]) -> str:
    usual = ["added", "changed", "left", "refused"]
    others = [outcome for outcome in counts if outcome not in usual]
    return ", ".join(f"{counts[outcome]} {outcome}" for outcome in [*usual, *others])
