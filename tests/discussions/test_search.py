import pytest
from django.contrib.auth.models import AnonymousUser

from discussions.models import Post
from discussions.search import find_posts, update_search
from discussions.services import set_status
from tests.factories import (
    make_community,
    make_decision,
    make_membership,
    make_post,
    make_thread,
    make_user,
)

pytestmark = pytest.mark.django_db


def found(words, viewer=None):
    return [post.pk for post in find_posts(viewer or AnonymousUser(), words)]


@pytest.mark.parametrize(
    "words", ["crossing", "crossings", "cafe", '"parked vans"', "vans -library", "CROSSING vans"]
)
def test_find_posts_by(words):
    thread = make_thread(title="A safe crossing", body="By the café, between parked vans.")
    make_thread(title="Library", body="vans of the library, parked")

    assert found(words) == [thread.posts.get().pk]


def test_find_posts_ranks_titles_first():
    in_text = make_thread(title="Something else", body="A word about allotments.")
    in_title = make_thread(title="Allotments", body="Who would share?")

    assert found("allotment") == [in_title.posts.get().pk, in_text.posts.get().pk]


def test_find_posts_finds_a_reply_at_once():
    reply = make_post(make_thread(), body="The heron is back.")

    assert found("heron") == [reply.pk]


def test_find_posts_looks_through_every_stretch_newest_first():
    pks = [5, 20_000_000, 35_000_000, 38_500_000, 39_600_000, 39_900_000, 40_000_001]
    for pk in pks:
        post = make_thread(body="The heron is back.").posts.get()
        Post.objects.filter(pk=post.pk).update(id=pk)
    update_search(Post.objects.filter(pk__in=pks))

    assert found("heron") == pks[::-1]


def test_find_posts_finds_the_title_of_a_thread_that_was_held(cast):
    community = make_community(hold_first_posts=True)
    thread = make_thread(community, title="Allotments")
    post = thread.posts.get()
    assert (post.status, found("allotments")) == ("pending", [])

    set_status(post, "published", by=cast.moderator)

    assert found("allotments") == [post.pk]


def test_update_search_writes_what_a_new_post_has_already():
    thread = make_thread(title="Allotments", body="Who would share?")
    make_post(thread, body="The heron is back.")
    written = list(thread.posts.order_by("pk").values_list("search", flat=True))

    update_search(thread.posts.all())

    assert list(thread.posts.order_by("pk").values_list("search", flat=True)) == written


def test_find_posts_takes_what_nobody_meant_for_a_stretch_as_words():
    make_thread(body="Bus 14 at 0.")

    assert len(found("14")) == 1
    assert found('"14 0"') == []


def test_find_posts_leaves_out_what_the_reader_may_not_see():
    community = make_community(visibility="members")
    member = make_user()
    make_membership(member, community)
    closed = make_thread(community, body="The heron is back.").posts.get()
    hidden = make_post(make_thread(), body="A heron again.")
    make_decision(hidden, verb="hide", rule="other", reason="Test.")
    set_status(hidden, "hidden", by=member)

    assert found("heron") == []
    assert found("heron", member) == [closed.pk]


@pytest.mark.parametrize("words", ["'", '"', "&|!()", ":*", "-", "\\", "the", "a" * 5000, "😀"])
def test_find_posts_survives(words):
    make_thread()

    assert found(words) == []


def test_highlight_marks_the_hit():
    make_thread(body="The heron is back at the weir.")

    (post,) = find_posts(AnonymousUser(), "heron")

    assert post.headline == "The \x02heron\x03 is back at the weir."
