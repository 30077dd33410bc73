"""How much there is of everything, at each size."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """A made-up county; the longest thread and the deepest community are there at every size."""

    name: str
    posts: int
    threads: int
    communities: int
    members: int
    questions: int
    reports: int
    longest_thread: int = 5_000
    deepest_community: int = 2_100  # threads: enough for a hundredth page of 20


SMALL = Size("small", 10_000, 2_500, 20, 1_000, 40, 50)
LARGE = Size("large", 1_000_000, 50_000, 200, 100_000, 2_000, 54_000)
SIZES = {size.name: size for size in (SMALL, LARGE)}
