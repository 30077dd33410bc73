"""What has been made of the demonstration council so far, by the keys of the content."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from accounts.models import User
from communities.importers.report import Progress
from communities.models import Area, Community
from councillors.models import Body, Capacity, Councillor
from discussions.models import Post, Thread
from questions.models import Question
from townhall.demo.content import Content, Entry
from townhall.demo.moments import Moments


@dataclass
class Town:
    """The rows of the demonstration council, and when its posts were written."""

    content: Content
    moments: Moments
    users: dict[str, User] = field(default_factory=dict)
    areas: dict[str, Area] = field(default_factory=dict)
    bodies: dict[str, Body] = field(default_factory=dict)
    seats: dict[str, Councillor] = field(default_factory=dict)
    capacities: dict[str, Capacity] = field(default_factory=dict)
    communities: dict[str, Community] = field(default_factory=dict)
    threads: dict[str, Thread] = field(default_factory=dict)
    posts: dict[tuple[str, int], Post] = field(default_factory=dict)
    questions: dict[str, Question] = field(default_factory=dict)
    written_at: dict[int, datetime] = field(default_factory=dict)


class Written(NamedTuple):
    """A post as the content has it: when it was written, and where it is found."""

    at: datetime
    title: str
    place: int
    entry: Entry


def first_posts(town: Town) -> dict[tuple[str, str], Written]:
    """Find the first post of each person in each community."""
    first: dict[tuple[str, str], Written] = {}
    for thread in town.content.threads:
        for place, post in enumerate(thread["post"], start=1):
            at = town.moments.at(post["days_ago"], post["time"])
            key = (post["author"], thread["community"])
            if key not in first or at < first[key].at:
                first[key] = Written(at, thread["title"], place, post)
    return first


class Story:
    """What happened, to be told in the order of its moments.

    So newer rows have higher keys, as they would had the town really lived.
    """

    def __init__(self) -> None:
        self.steps: list[tuple[datetime, Callable[[datetime], None]]] = []

    def add(self, at: datetime, step: Callable[[datetime], None]) -> None:
        self.steps.append((at, step))

    def tell(self, progress: Progress) -> None:
        """Take every step; those of one moment in the order in which they were added."""
        self.steps.sort(key=lambda entry: entry[0])
        for done, (at, step) in enumerate(self.steps, start=1):
            step(at)
            progress(f"{done} of {len(self.steps)} events")
