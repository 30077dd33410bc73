"""Say how far long work has come, on stderr, so that the table can be piped away."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")
WIDTH = 30
EVERY = 0.2  # seconds


def say(text: str) -> None:
    """Write one line."""
    print(text, file=sys.stderr, flush=True)


def watched(items: Iterable[Item], total: int, title: str) -> Iterator[Item]:
    """Yield the items, drawing a bar meanwhile; where nobody watches, one line at the end."""
    began = drawn = time.monotonic()
    for count, item in enumerate(items, 1):
        yield item
        now = time.monotonic()
        if sys.stderr.isatty() and now - drawn > EVERY:
            drawn = now
            full = WIDTH * count // total
            bar = "█" * full + "·" * (WIDTH - full)
            print(f"\r{title:<28} {bar} {100 * count // total:3} %", end="", file=sys.stderr)
    print(
        "\r" * sys.stderr.isatty()
        + f"{title:<28} {total:>9,} in {time.monotonic() - began:5.1f} s".ljust(WIDTH + 40),
        file=sys.stderr,
        flush=True,
    )
