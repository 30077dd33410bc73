"""How checks say what they found."""

from collections.abc import Iterable

import pytest

MOST_SHOWN = 60


def fail_if_any(faults: Iterable[str]) -> None:
    """Fail with every fault in a line of its own, each once."""
    found = list(dict.fromkeys(faults))
    if found:
        lines = [*found[:MOST_SHOWN], *["..."] * (len(found) > MOST_SHOWN)]
        pytest.fail(f"{len(found)} faults:\n" + "\n".join(lines), pytrace=False)
