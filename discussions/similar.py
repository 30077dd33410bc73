"""Threads about the same thing, for somebody who is about to start one."""

import re

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import QuerySet

from communities.models import Viewer
from communities.prepared import prepared
from discussions.models import Thread
from discussions.search import CONFIGURATION

MOST_SIMILAR = 3
MOST_WORDS = 30


def similar_threads(viewer: Viewer, *, community: int, title: str, body: str = "") -> list[Thread]:
    """Find at most three threads of a community that say much the same, best first."""
    words = re.findall(r"\w+", f"{title} {body}")[:MOST_WORDS]
    if not words:
        return []
    return _sharing_words(viewer, community=community, words=" or ".join(words))


@prepared
def _sharing_words(viewer: Viewer, *, community: int, words: str) -> QuerySet[Thread]:
    query = SearchQuery(words, config=CONFIGURATION, search_type="websearch")
    threads = Thread.objects.visible_to(viewer).published().for_list()
    found = threads.filter(community=community, posts__number=1, posts__search=query)
    ranked = found.filter(posts__status="published")
    return ranked.annotate(rank=SearchRank("posts__search", query)).order_by("-rank", "-pk")[
        :MOST_SIMILAR
    ]
