"""What the tests of accessibility found, as their last full run wrote it down."""

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

GOOD_FOR = timedelta(days=365)
WORKING_DAYS_TO_REPLY = 5  # to whoever reports a barrier and leaves an address


@dataclass(frozen=True)
class Results:
    """Numbers of one run of the tests, over every page in every state."""

    tested_on: date
    pages: int
    views: int
    axe_version: str
    axe_violations: int
    html_checker: str
    html_errors: int
    keyboard_pages: int
    keyboard_failures: int
    zoom_pages: int
    zoom_failures: int
    known_gaps: list[str] = field(default_factory=list)

    @property
    def is_old(self) -> bool:
        return timezone.localdate() - self.tested_on > GOOD_FOR

    @property
    def faults(self) -> int:
        automatic = self.axe_violations + self.html_errors
        return automatic + self.keyboard_failures + self.zoom_failures

    @property
    def is_compliant(self) -> bool:
        """Whether the tests found nothing and nobody knows of anything else."""
        return not self.faults and not self.known_gaps


def read_results() -> Results | None:
    """Read the results, or nothing where no run has written any.

    Raises ValueError where the file does not hold what it should.
    """
    path = Path(settings.ACCESSIBILITY_RESULTS)
    if not path.exists():
        return None
    try:
        found = json.loads(path.read_text())
        return Results(
            tested_on=date.fromisoformat(found["tested_on"]),
            pages=int(found["pages"]),
            views=int(found["views"]),
            axe_version=str(found["axe"]["version"]),
            axe_violations=int(found["axe"]["violations"]),
            html_checker=str(found["html"]["checker"]),
            html_errors=int(found["html"]["errors"]),
            keyboard_pages=int(found["keyboard"]["pages"]),
            keyboard_failures=int(found["keyboard"]["failures"]),
            zoom_pages=int(found["zoom"]["pages"]),
            zoom_failures=int(found["zoom"]["failures"]),
            known_gaps=[str(gap) for gap in found["known_gaps"]],
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path.name} lacks {error}") from error
