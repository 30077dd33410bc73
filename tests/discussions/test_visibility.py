import pytest
from django.contrib.auth.models import AnonymousUser

from communities.models import Community
from discussions.models import Post, Thread
from discussions.services import Writing, reply, set_status, start_thread
from tests.factories import (
    make_community,
    make_decision,
    make_membership,
    make_post,
    make_thread,
    make_user,
)

CAST = ["visitor", "resident", "neighbour", "outsider", "ambassador", "moderator", "admin"]


def viewer(cast, name):
    return getattr(cast, name) or AnonymousUser()


@pytest.fixture
def said(cast):
    """What the resident said: in public, among members, and hidden since; what a newcomer said."""
    members = make_community(visibility="members")
    make_membership(cast.resident, members)
    make_membership(cast.neighbour, members)
    public = make_thread(cast.community, author=cast.resident, body="public words")
    closed = make_thread(members, author=cast.resident, body="members words")
    hidden = make_post(public, author=cast.resident, body="hidden words")
    make_decision(hidden, verb="hide", rule="abuse", reason="Unkind.")
    set_status(hidden, "hidden", by=cast.moderator)
    Community.objects.filter(pk=cast.community.pk).update(hold_first_posts=True)
    newcomer = make_user()
    make_membership(newcomer, cast.community)
    public = Thread.objects.get(pk=public.pk)
    held = reply(public, by=newcomer, writing=Writing("held words"))
    posts = {"public": public.posts.get(number=1), "closed": closed.posts.get()}
    return {**posts, "hidden": hidden, "held": held}


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("visitor", {"public"}),
        ("resident", {"public", "closed", "hidden"}),
        ("neighbour", {"public", "closed"}),
        ("outsider", {"public"}),
        ("ambassador", {"public"}),
        ("moderator", {"public", "closed", "hidden", "held"}),
        ("admin", {"public", "closed", "hidden", "held"}),
    ],
)
def test_posts_visible_to_each_of_the_cast(cast, said, name, sees):
    visible = set(Post.objects.visible_to(viewer(cast, name)))

    assert {key for key, post in said.items() if post in visible} == sees


@pytest.mark.parametrize("name", CAST)
def test_held_thread_is_visible_to_its_author_and_moderators(cast, name):
    Community.objects.filter(pk=cast.community.pk).update(hold_first_posts=True)
    community = Community.objects.get(pk=cast.community.pk)
    thread = start_thread(community, by=cast.resident, title="New here", writing=Writing("Hi."))

    visible = Thread.objects.visible_to(viewer(cast, name))

    assert (thread in visible) is (name in {"resident", "moderator", "admin"})


def test_held_post_is_visible_to_its_author(said):
    assert said["held"] in Post.objects.visible_to(said["held"].author)


@pytest.mark.parametrize("name", CAST)
def test_page_of_posts_shows_text_only_to_those_who_may_read_it(cast, said, name):
    thread = said["public"].thread
    Post.objects.filter(pk=said["public"].pk).update(status="withdrawn")

    (post,) = thread.posts.for_page(viewer(cast, name), 1, 1)

    assert post.shows_text is (name in {"resident", "moderator", "admin"})
