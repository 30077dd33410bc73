"""Threads with few posts and with many, interleaved in time as people write them."""

import random
from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import NamedTuple

from django.db import connection
from taggit.models import Tag

from bench.cast import COLLECTOR, MEMBER
from bench.data.copying import copy_rows
from bench.data.people import account_of, community_weights
from bench.data.places import SEATS_A_WARD
from bench.data.words import Writer
from bench.progress import watched
from bench.sizes import Size
from discussions.models import Follow, Post, Thread, ThreadTag, Visit

YEARS = timedelta(days=3 * 365)
TAGS = 40
BATCH = 20_000
WITHDRAWN, REPLIES, THANKED, IN_CAPACITY = 0.01, 0.4, 0.1, 0.01
READ_BY_EACH, READ_BY_MEMBER = 3, 600
FOLLOWED_BY_COLLECTOR = 3  # one thread in so many
MOVE = """
INSERT INTO discussions_post ({columns}, search)
SELECT {posts}, discussions_marks_of(
        bench_post.id, thread_id, bench_post.author_id, bench_post.published_at)
    || CASE WHEN number > 1 THEN discussions_search_words(bench_post.id, '', '', body)
    ELSE discussions_search_words(bench_post.id, title, discussions_tags_of(thread_id), body) END
FROM bench_post JOIN discussions_thread ON discussions_thread.id = thread_id
ORDER BY bench_post.id
"""
KEEP_WORDS = (
    "SELECT discussions_keep_words(array_agg(id)) FROM discussions_thread GROUP BY id / 1000"
)
THREAD_COLUMNS = ["id", "community_id", "kind", "title", "author_id", "status", "created_at"]
THREAD_COLUMNS += ["published_at", "post_count", "last_number", "last_post_at"]
COLUMNS = [
    "id",
    "thread_id",
    "number",
    "author_id",
    "capacity_id",
    "reply_to_id",
    "language",
    "body",
    "html",
]
COLUMNS += ["status", "created_at", "published_at", "thanks_count"]


class Plan(NamedTuple):
    """What is said when: for each thread (by pk) its community, author and moments."""

    community: list[int]
    author: list[int]
    moments: list[list[float]]


def first_question(size: Size) -> int:
    """Return the pk of the first thread that is a question; all later ones are too."""
    return size.threads - size.questions + 1


def seat_asked(thread: int, size: Size) -> int:
    """Return the pk of the seat that a question is put to."""
    return 1 + thread * 7 % (size.communities * SEATS_A_WARD)


def make_plan(size: Size, chance: random.Random, now: datetime) -> Plan:
    """Deal the posts to the threads: most get few, some get many, one gets thousands."""
    counts = _count_posts(size, chance)
    weights = community_weights(size)
    begin, end = (now - YEARS).timestamp(), now.timestamp() - 60
    plan = Plan([0], [0], [[]])
    for thread in range(1, size.threads + 1):
        start = begin + (end - begin) * chance.random() ** 0.7
        life = min(end - start, 86_400 * (30 + counts[thread]))
        moments = sorted(start + life * chance.random() ** 3 for _post in range(counts[thread]))
        plan.community.append(_community_of(thread, size, chance, weights))
        plan.author.append(_somebody(size, chance))
        plan.moments.append(moments)
    return plan


def make_talk(size: Size, plan: Plan, chance: random.Random) -> None:
    """Fill threads, posts, tags, thanks, follows and reading marks."""
    writer = Writer(size.posts)
    copy_rows(
        Thread,
        THREAD_COLUMNS,
        (_thread(thread, size, plan, writer) for thread in range(1, size.threads + 1)),
    )
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bench_post (LIKE discussions_post INCLUDING DEFAULTS)")
    _make_tags(size, chance)
    _make_posts(size, plan, chance, writer)
    _make_marks(size, plan, chance)
    with connection.cursor() as cursor:
        cursor.execute(KEEP_WORDS)
        cursor.execute(
            "UPDATE communities_community SET thread_count = threads.count FROM (SELECT"
            " community_id, count(*) FROM discussions_thread GROUP BY 1) threads"
            " WHERE threads.community_id = communities_community.id"
        )


def _count_posts(size: Size, chance: random.Random) -> list[int]:
    answered = first_question(size)  # from here on each has at least its answer
    counts = [0, *[1] * (answered - 1), *[2] * size.questions]
    counts[1] = size.longest_thread
    popularity = list(accumulate(chance.paretovariate(1.1) for _thread in range(2, size.threads)))
    rest = size.posts - sum(counts)
    for point in (chance.random() * popularity[-1] for _post in range(rest)):
        counts[2 + bisect_left(popularity, point)] += 1
    return counts


def _community_of(thread: int, size: Size, chance: random.Random, weights: list[float]) -> int:
    if thread >= first_question(size):
        return 1 + (seat_asked(thread, size) - 1) // SEATS_A_WARD
    if thread <= size.deepest_community:
        return 1
    return chance.choices(range(1, size.communities + 1), cum_weights=weights)[0]


def _somebody(size: Size, chance: random.Random) -> int:
    return 1 + int(size.members * chance.random() ** 2)


def _thread(thread: int, size: Size, plan: Plan, writer: Writer) -> tuple[object, ...]:
    moments = plan.moments[thread]
    first, last = moment(moments[0]), moment(moments[-1])
    kind = Thread.Kind.QUESTION if thread >= first_question(size) else Thread.Kind.DISCUSSION
    return (
        *(thread, plan.community[thread], kind.value, writer.title(), plan.author[thread]),
        *("published", first, first, len(moments), len(moments), last),
    )


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _make_posts(size: Size, plan: Plan, chance: random.Random, writer: Writer) -> None:
    order = sorted((at, thread) for thread, moments in enumerate(plan.moments) for at in moments)
    posts = watched(_posts(order, size, plan, chance, writer), len(order), "posts")
    names = [field.column for field in Post._meta.concrete_fields if field.column != "search"]
    move = MOVE.format(
        columns=", ".join(names),
        posts=", ".join(f"bench_post.{name}" for name in names),
    )
    while batch := [post for post, _number in zip(posts, range(BATCH), strict=False)]:
        copy_rows(Post, COLUMNS, batch, table="bench_post")
        with connection.cursor() as cursor:
            cursor.execute(move)
            cursor.execute("TRUNCATE bench_post")


def _posts(
    order: list[tuple[float, int]], size: Size, plan: Plan, chance: random.Random, writer: Writer
) -> Iterator[tuple[object, ...]]:
    said: dict[int, int] = {}  # posts of each thread so far
    latest: dict[int, int] = {}  # the last one's pk
    for pk, (at, thread) in enumerate(order, 1):
        number = said[thread] = said.get(thread, 0) + 1
        body, html = writer.post()
        answers = latest.get(thread) if chance.random() < REPLIES else None
        latest[thread] = pk
        is_first = number == 1
        author = plan.author[thread] if is_first else _somebody(size, chance)
        capacity = None
        if not is_first and chance.random() < IN_CAPACITY:
            capacity = chance.randint(1, size.communities * SEATS_A_WARD)
            author = account_of(capacity)
        status = "withdrawn" if number > 2 and chance.random() < WITHDRAWN else "published"
        thanks = int(chance.random() < THANKED)
        written = moment(at)
        yield (
            *(pk, thread, number, author, capacity, answers, "en", body, html),
            *(status, written, written, thanks),
        )


def _make_tags(size: Size, chance: random.Random) -> None:
    Tag.objects.bulk_create(Tag(name=f"tag {n}", slug=f"tag-{n}") for n in range(TAGS))
    threads = range(1, size.threads + 1)
    tags = list(Tag.objects.values_list("pk", flat=True))
    copy_rows(
        ThreadTag,
        ["content_object_id", "tag_id"],
        ((thread, tag) for thread in threads for tag in set(chance.choices(tags, k=thread % 3))),
    )


def _make_marks(size: Size, plan: Plan, chance: random.Random) -> None:
    threads = range(1, size.threads + 1)
    copy_rows(
        Follow,
        ["user_id", "thread_id", "mode"],
        ((plan.author[thread], thread, "follow") for thread in threads),
    )
    copy_rows(Visit, ["user_id", "thread_id", "last_number"], _visits(size, plan, chance))
    copy_rows(
        Follow,
        ["user_id", "thread_id", "mode"],
        (
            (COLLECTOR, thread, "follow")
            for thread in threads
            if thread % FOLLOWED_BY_COLLECTOR == 0 and plan.author[thread] != COLLECTOR
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO discussions_thanks (post_id, user_id, at)"
            " SELECT id, 1 + (author_id + 7) %% %s, created_at FROM discussions_post"
            " WHERE thanks_count > 0",
            [size.members],
        )


def _visits(size: Size, plan: Plan, chance: random.Random) -> Iterator[tuple[int, int, int]]:
    for member in range(1, size.members + 1):
        count = READ_BY_MEMBER if member == MEMBER else READ_BY_EACH
        for thread in set(chance.choices(range(1, size.threads + 1), k=count)):
            yield member, thread, chance.randint(1, len(plan.moments[thread]))
