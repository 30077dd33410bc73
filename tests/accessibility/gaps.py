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


NAMES = "Resident|Neighbour|Outsider|Councillor|Ambassador|Keyless|Sam Whitlock|Alex Stone"
GAPS: tuple[Gap, ...] = (
    Gap(
        re.compile(rf"words are cut off: <span> ({NAMES})$"),
        "Your own name at the top of a page is shortened with dots when letters are enlarged.",
    ),
    Gap(
        re.compile(r"too small for a finger: <(summary|button|a)>"),
        "Some buttons and links between words are lower than 44 pixels on a touch screen.",
    ),
    Gap(
        re.compile(
            r"spaced out at 320 px it scrolls sideways: <(select#id_body|label|div)> (All c|C)"
        ),
        "The list of councillors scrolls sideways on a telephone if letters are set far apart.",
    ),
    Gap(
        re.compile(r"spaced out at 320 px it scrolls sideways: <body>"),
        "A long tag makes a thread scroll sideways on a telephone if letters are set far apart.",
    ),
    Gap(
        re.compile(r"at 320 px it scrolls sideways: <(time|span)> \[!!"),
        "In a language with longer words, a label with a date can be wider than a telephone.",
    ),
)


def without_known(faults: list[str]) -> list[str]:
    return [fault for fault in faults if not any(gap.pattern.search(fault) for gap in GAPS)]


def known_among(faults: list[str]) -> list[str]:
    """Name the gaps that make one of the faults."""
    return [gap.words for gap in GAPS if any(gap.pattern.search(fault) for fault in faults)]
