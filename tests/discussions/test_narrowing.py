from datetime import UTC, datetime, timedelta, timezone
from itertools import product

import pytest
from django.contrib.auth.models import AnonymousUser

from discussions.models import Post, Thread
from discussions.narrowing import Narrowing
from discussions.search import find_posts
from discussions.services import move_thread
from tests.factories import make_community, make_membership, make_post, make_thread, make_user

VISITOR = AnonymousUser()
NEW_YEAR = datetime(2024, 1, 1, tzinfo=UTC)
OF_2023 = [f"month 2023-{month:02}" for month in range(1, 13)]
LOOKUPS = {
    "communities": "thread__community__in",
    "tags": "thread__thread_tags__tag__in",
    "people": "author__in",
    "kind": "thread__kind",
    "since": "published_at__gte",
    "before": "published_at__lt",
}

pytestmark = pytest.mark.django_db


def found(**narrowing):
    return {post.pk for post in find_posts(VISITOR, "heron", narrowing=Narrowing(**narrowing))}


def all_of(thread):
    return set(thread.posts.values_list("pk", flat=True))


@pytest.fixture
def talk(cast):
    """A thread of two posts and one of three, in two communities and by two people."""
    here, there = make_community(), make_community()
    short = make_thread(here, author=cast.resident, body="heron", tags=["weir"])
    long = make_thread(there, author=cast.neighbour, body="heron", kind=Thread.Kind.QUESTION)
    for thread, author in ((short, cast.neighbour), (long, cast.resident), (long, cast.outsider)):
        make_post(thread, author=author, body="heron")
    return short, long


def test_each_mark_finds_what_the_rows_say(talk, cast):
    short, long = talk
    moments = [datetime(2023, 12, 31, 23, 59, 59, tzinfo=UTC), NEW_YEAR, NEW_YEAR]
    for pk, moment in zip(all_of(long), moments, strict=True):
        Post.objects.filter(pk=pk).update(published_at=moment)
    tag = short.tags.get().pk
    choices = {
        "communities": [(), (short.community_id,), (short.community_id, long.community_id)],
        "tags": [(), (tag,)],
        "people": [None, (cast.resident.pk,), (cast.resident.pk, cast.outsider.pk)],
        "kind": ["", "question", "discussion"],
        "since": [None, NEW_YEAR, datetime(2021, 3, 9, tzinfo=UTC)],
        "before": [None, NEW_YEAR, datetime(2099, 3, 9, tzinfo=UTC)],
    }

    for values in product(*choices.values()):
        asked = dict(zip(choices, values, strict=True))
        given = {LOOKUPS[name]: value for name, value in asked.items() if value}
        posts = Post.objects.filter(**given)
        assert found(**asked) == set(posts.values_list("pk", flat=True)), asked


def test_a_thread_that_moves_takes_its_posts_along(cast):
    here, there = make_community(), make_community()
    keeper = make_user()
    for community in (here, there):
        make_membership(keeper, community, role="ambassador")
    thread = make_thread(here, body="heron")
    make_post(thread, body="heron")

    move_thread(thread, there, by=keeper)

    assert found(communities=(here.pk,)) == set()
    assert found(communities=(there.pk,)) == all_of(thread)


def test_a_thread_that_becomes_a_question_takes_its_posts_along():
    thread = make_thread(body="heron")
    make_post(thread, body="heron")

    Thread.objects.filter(pk=thread.pk).update(kind=Thread.Kind.QUESTION)

    assert found(kind="question") == all_of(thread)
    assert found(kind="discussion") == set()


def test_days_begin_by_the_clock_of_whoever_asks():
    post = make_thread(body="heron").posts.get()
    summer = timezone(timedelta(hours=1))
    half_past_midnight = datetime(2023, 7, 1, 0, 30, tzinfo=summer)  # still June in UTC
    Post.objects.filter(pk=post.pk).update(published_at=half_past_midnight)

    july, august = (datetime(2023, month, 1, tzinfo=summer) for month in (7, 8))

    assert found(since=july, before=august) == {post.pk}
    assert found(before=july) == set()


def test_tags_that_are_put_and_taken_count_for_each_post(talk):
    short, long = talk
    weir = short.tags.get().pk

    long.tags.add("weir", "otter")
    assert found(tags=(weir,)) == all_of(short) | all_of(long)
    long.tags.remove("weir")
    assert found(tags=(weir,)) == all_of(short)
    assert found(tags=(long.tags.get().pk,)) == all_of(long)


def test_posts_of_somebody_else_are_found_by_the_new_author(talk, cast):
    short, _long = talk
    short.posts.update(author=cast.outsider)

    assert all_of(short) <= found(people=(cast.outsider.pk,))
    assert found(communities=(short.community_id,), people=(cast.resident.pk,)) == set()


@pytest.mark.parametrize(
    ("since", "before", "marks"),
    [
        ((2023, 11, 5), (2024, 2, 1), "month 2023-11|month 2023-12|month 2024-01"),
        ((2023, 1, 1), (2024, 2, 1), "|".join([*OF_2023, "month 2024-01"])),
        ((2022, 12, 31), (2024, 1, 2), ""),
        ((2024, 2, 1), (2024, 1, 1), ""),
        ((2999, 1, 1), None, ""),
        (None, (2024, 2, 1), ""),
    ],
)
def test_days_of_one_year_are_named_by_their_months(since, before, marks):
    days = {"since": since, "before": before}
    narrowing = Narrowing(
        **{name: datetime(*day, tzinfo=UTC) for name, day in days.items() if day is not None}
    )

    written = narrowing.values().get("marks", "()")

    assert written == "(" + " | ".join(f"'{mark}'" for mark in marks.split("|") if mark) + ")"
