"""Give bodies and people an address of their own."""

from collections.abc import Iterable
from itertools import chain, count

from django.utils.text import slugify


class Slugs:
    """The addresses that are taken; a new one is the first free of those proposed."""

    def __init__(self, taken: Iterable[str], most: int) -> None:
        self.taken = set(taken)
        self.most = most

    def take(self, *proposed: str) -> str:
        """Take the first that is free, or else the last with a number."""
        slugs = [slugify(text)[: self.most].strip("-") for text in proposed]
        slugs = [slug for slug in slugs if slug] or ["unnamed"]
        numbered = (f"{slugs[-1][: self.most - 5]}-{number}" for number in count(2))
        free = next(slug for slug in chain(slugs, numbered) if slug not in self.taken)
        self.taken.add(free)
        return free
