"""What the site does not do yet: said in the results, and taken out when it is put right.

Each gap is a pattern of the faults that it makes and a sentence for people. The whole run fails
where a gap that stands here makes no fault any more.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Gap:
    """Faults that are known, and what they mean to somebody."""

    pattern: re.Pattern[str]
    words: str


GAPS: tuple[Gap, ...] = ()
# What no check sees, and somebody has found.
FOUND_BY_PEOPLE = (
    "In lists, titles of threads and questions do not say which language they are in.",
)


def without_known(faults: list[str]) -> list[str]:
    return [fault for fault in faults if not any(gap.pattern.search(fault) for gap in GAPS)]


def known_among(faults: list[str]) -> list[str]:
    """Name the gaps that make one of the faults."""
    return [gap.words for gap in GAPS if any(gap.pattern.search(fault) for fault in faults)]
