"""What the checks found, counted over all of them, printed, and kept for the statement."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.utils import timezone

from tests.accessibility.browsing import AXE_VERSION
from tests.accessibility.checks import SCHEMES, WIDTHS
from tests.accessibility.gaps import FOUND_BY_PEOPLE, GAPS

FILE = Path("townhall/accessibility.json")
NAME = "accessibility"  # of the property by which a test hands over what it counted


class Tally:
    """What one test looked at: pages in their states, how often, and how many faults by check.

    It is kept in plain pieces, which one process can hand to another.
    """

    def __init__(self) -> None:
        self.handed: dict[str, Any] = {"seen": [], "counts": {}, "known": []}

    def see(self, page: str, state: str, role: str) -> None:
        self.handed["seen"].append((page, state, role))

    def note(self, check: str, faults: Iterable[Any], looks: int = 1) -> None:
        counts = self.handed["counts"]
        for name, number in ((f"{check}: looks", looks), (f"{check}: faults", len(list(faults)))):
            counts[name] = counts.get(name, 0) + number

    def know(self, gaps: Iterable[str]) -> None:
        self.handed["known"] = sorted({*self.handed["known"], *gaps})


def gather(properties: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Add up what all tests handed over."""
    seen: set[tuple[str, str, str]] = set()
    counts: Counter[str] = Counter()
    known: set[str] = set()
    for handed in properties:
        seen |= {(route, state, role) for route, state, role in handed["seen"]}
        counts.update(handed["counts"])
        known |= set(handed["known"])
    return {
        "known": known,
        "pages": len({route for route, _state, _role in seen}),
        "states": len({(route, state) for route, state, _role in seen}),
        "roles": sorted({role for _route, _state, role in seen}),
        "counts": counts,
    }


def sentence(found: dict[str, Any]) -> str:
    counts = found["counts"]
    faults = sum(number for name, number in counts.items() if name.endswith(": faults"))
    return (
        f"accessibility: {found['pages']} pages in {found['states']} states as"
        f" {len(found['roles'])} roles, {counts['axe: looks']} views; {faults} faults"
    )


def write(found: dict[str, Any], html_checker: str) -> None:
    """Keep the results of a whole run."""
    counts = found["counts"]

    def of(check: str) -> dict[str, int]:
        return {"pages": counts[f"{check}: looks"], "failures": counts[f"{check}: faults"]}

    results = {
        "tested_on": timezone.localdate().isoformat(),
        "pages": found["pages"],
        "states": found["states"],
        "roles": found["roles"],
        "widths": list(WIDTHS),
        "schemes": list(SCHEMES),
        "views": counts["axe: looks"],
        "axe": {"version": AXE_VERSION, "violations": counts["axe: faults"]},
        "html": {
            "checker": html_checker,
            "documents": counts["html: looks"],
            "errors": counts["html: faults"],
        },
        "keyboard": of("keyboard"),
        "zoom": of("zoom to 400 %"),
        "text": of("text at 200 %"),
        "text_spacing": of("text spacing"),
        "reduced_motion": of("reduced motion"),
        "forced_colours": of("forced colours"),
        "touch": of("touch"),
        "without_script": of("without script"),
        "forms": of("forms"),
        "mails": of("mails"),
        "known_gaps": [*(gap.words for gap in GAPS), *FOUND_BY_PEOPLE],
    }
    FILE.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")
