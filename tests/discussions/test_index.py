"""What the database keeps to find a post by, beside its words."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from discussions.models import Post, Thread
from discussions.narrowing import Narrowing
from discussions.search import LONGEST_INDEXED, find_posts
from discussions.stretches import SIZES
from tests.factories import make_post, make_thread

pytestmark = pytest.mark.django_db


def found(words, **narrowing):
    return find_posts(AnonymousUser(), words, narrowing=Narrowing(**narrowing))


def ask(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]


@pytest.mark.parametrize("pk", [1, 2**14, 2**25 - 1, 987_654_321_012])
def test_post_is_indexed_with_the_stretches_that_it_lies_in(pk):
    kept = ask("SELECT tsvector_to_array(discussions_search_words(%s, '', '', ''))", pk)

    assert set(kept) == {f"{bits} {pk >> bits}" for bits in SIZES}


def test_words_of_a_long_text_are_found_as_far_as_it_is_indexed():
    filling = "so it goes on " * (LONGEST_INDEXED // 14 - 10)
    post = make_thread(body="Short.").posts.get()

    post.body = f"{filling} heron {filling} kestrel"
    post.save(update_fields=["body"])

    assert found("heron") == [post]
    assert found("kestrel") == []


def test_text_with_more_words_than_an_index_holds_is_kept():
    post = make_thread(body="Short.").posts.get()
    post.body = " ".join(f"word{number}" for number in range(150_000))

    post.save(update_fields=["body"])

    assert found("word7") == [post]


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_month_of_a_post_is_that_of_utc_wherever_the_server_stands(zone):
    first, last = make_thread(body="heron").posts.get(), make_thread(body="heron").posts.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('timezone', %s, true)", [zone])
    for post, moment in (
        (first, datetime(2024, 1, 1, tzinfo=UTC)),
        (last, datetime(2024, 1, 31, 23, 59, tzinfo=UTC)),
    ):
        Post.objects.filter(pk=post.pk).update(published_at=moment)

    january, february = (datetime(2024, month, 1, tzinfo=UTC) for month in (1, 2))

    assert set(found("heron", since=january, before=february)) == {first, last}


def test_post_in_another_thread_has_the_marks_of_that_one(cast):
    here, there = make_thread(tags=["weir"], body="heron"), make_thread()
    post = make_post(there, body="heron", author=cast.resident)
    assert found("heron", communities=(there.community_id,)) == [post]

    Post.objects.filter(pk=post.pk).update(thread=here, number=2)

    assert found("heron", communities=(there.community_id,)) == []
    assert post in found("heron", tags=(here.tags.get().pk,))


def test_post_is_found_by_the_title_that_its_thread_has_now():
    thread = make_thread(title="Heron", body="Seen at dawn.")
    reply = make_post(thread, body="And at noon.")

    Thread.objects.filter(pk=thread.pk).update(title="Kestrel")

    assert found("heron") == []
    assert found("kestrel") == [thread.posts.get(number=1)]
    assert found("noon") == [reply]
