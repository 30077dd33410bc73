from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.services import change_profile
from communities.models import Area, Community, LocalLink, Membership
from communities.services import change_rules
from discussions.models import Thread
from discussions.services import Writing, reply, set_locked, set_status, thank
from questions.services import open_question
from tests.factories import (
    make_community,
    make_decision,
    make_outcome,
    make_post,
    make_question,
    make_thread,
)

pytestmark = pytest.mark.django_db(transaction=True)  # versions move when a transaction ends


@pytest.fixture
def thread(cast):
    return make_thread(cast.community, author=cast.neighbour, title="A heron", tags=["weir"])


@pytest.fixture
def pages(cast, thread):
    question = make_question(seat=cast.seat, author=cast.resident, community=cast.community)
    question = open_question(question, by=cast.moderator)
    return {
        "home": "/",
        "welsh": "/cy/",
        "place": cast.ward.get_absolute_url(),
        "communities": "/communities/",
        "community": cast.community.get_absolute_url(),
        "feed": f"/communities/{cast.community.slug}/feed.atom",
        "tags": f"/communities/{cast.community.slug}/tags/",
        "thread-feed": f"/discussions/{thread.pk}/feed.atom",
        "tag-feed": "/tags/weir/feed.atom",
        "thread": thread.get_absolute_url(),
        "question": question.get_absolute_url(),
        "questions": "/questions/",
        "councillors": "/councillors/",
        "councillor": cast.seat.person.get_absolute_url(),
        "tag": "/tags/weir/",
        "person": cast.neighbour.get_absolute_url(),
        "log": "/moderation/log/",
        "about": "/about/",
    }


def tags(client, pages):
    return {name: client.get(address).headers.get("ETag") for name, address in pages.items()}


def changed(client, pages, act):
    """Name the pages that are new after an act, to somebody who has them all."""
    before = tags(client, pages)
    act()
    return {
        name
        for name, address in pages.items()
        if client.get(address, headers={"If-None-Match": before[name]}).status_code != 304
    }


def test_unchanged_page_costs_one_query_and_has_no_body(client, pages, django_assert_num_queries):
    before = tags(client, pages)

    for name, address in pages.items():
        with django_assert_num_queries(1):
            answer = client.get(address, headers={"If-None-Match": f'"other", {before[name]}'})
        assert (name, answer.status_code, answer.content) == (name, 304, b"")
        assert answer["ETag"] == before[name]
        assert answer["Cache-Control"] == "public, max-age=0, s-maxage=30"
        assert "Cookie" in answer["Vary"]


def test_public_page_sets_no_cookie_and_holds_no_token(client, pages):
    for address in pages.values():
        answer = client.get(address)
        assert not answer.cookies
        assert b"csrfmiddlewaretoken" not in answer.content


def test_visitor_who_was_at_the_sign_in_page_still_gets_public_pages(client, pages):
    client.get("/accounts/login/")

    assert "csrftoken" in client.cookies
    assert changed(client, pages, lambda: None) == set()


@pytest.mark.parametrize("name", ["resident", "moderator"])
def test_page_of_somebody_signed_in_is_never_public(cast, client, client_of, pages, name):
    known = tags(client, pages)
    member = client_of(getattr(cast, name))

    for page, address in pages.items():
        answer = member.get(address, headers={"If-None-Match": known[page]})
        assert answer.status_code == 200
        assert "public" not in answer.get("Cache-Control", "")
        assert "ETag" not in answer.headers


@pytest.mark.parametrize(
    "address",
    ["/search/?q=heron", "/accounts/login/", "/mine/", "/healthz", "/moderation/report/1/"],
)
def test_other_page_has_no_tag(client, thread, address):
    answer = client.get(address, follow=True)

    assert "ETag" not in answer.headers


EVERYWHERE = {
    "home", "welsh", "place", "communities", "community", "feed", "thread", "question",
    "questions", "councillors", "councillor", "tag", "person", "log", "about", "tags",
    "thread-feed", "tag-feed",
}  # fmt: skip
# Pages that gather from everywhere are new after any change in a community.
ONE_THREAD = EVERYWHERE - {"question"}


def test_reply_changes_its_thread_and_what_gathers_but_no_other_thread(cast, client, pages, thread):
    def act():
        reply(thread, by=cast.neighbour, writing=Writing("At the weir."))

    assert changed(client, pages, act) == ONE_THREAD


def test_change_elsewhere_leaves_the_thread_and_community_as_they_are(cast, client, pages):
    elsewhere = make_community()
    here = {"thread", "thread-feed", "question", "community", "tags", "feed"}

    assert changed(client, pages, lambda: make_thread(elsewhere)) == EVERYWHERE - here


def test_thanks_and_lock_change_the_thread(cast, client, pages, thread):
    only = {"thread": pages["thread"]}

    assert changed(client, only, lambda: thank(thread.posts.get(), by=cast.resident))
    assert changed(client, only, lambda: set_locked(thread, True, by=cast.moderator))
    assert changed(client, only, lambda: thread.tags.add("otter"))
    assert not changed(client, only, lambda: None)


@pytest.mark.parametrize("status", ["hidden", "withdrawn"])
def test_post_that_is_taken_away_is_gone_at_once(cast, client, pages, thread, status):
    post = make_post(thread, author=cast.resident, body="Something bad.")

    def act():
        make_decision(post, verb="hide", rule="other", reason="Test.")
        set_status(post, status, by=cast.moderator)

    assert "thread" in changed(client, pages, act)
    assert "Something bad" not in client.get(pages["thread"]).content.decode()


def test_thread_that_goes_or_is_renamed_is_named_by_no_other_page(cast, client, pages, thread):
    other = make_thread(cast.community, author=cast.resident, title="An otter", tags=["weir"])
    only = {"thread": pages["thread"]}
    assert "An otter" in client.get(pages["thread"]).content.decode()

    def rename():
        Thread.objects.filter(pk=other.pk).update(title="A mink")

    assert changed(client, only, rename) == {"thread"}
    assert "A mink" in client.get(pages["thread"]).content.decode()

    def take_away():
        set_status(other.posts.get(), "withdrawn", by=cast.resident)

    assert changed(client, only, take_away) == {"thread"}
    assert "A mink" not in client.get(pages["thread"]).content.decode()


def test_outcome_changes_its_thread(client, pages, thread):
    assert "thread" in changed(client, pages, lambda: make_outcome(thread))


def test_new_name_of_an_author_changes_every_page(cast, client, pages):
    def act():
        change_profile(cast.neighbour, by=cast.neighbour, public_name="Wren", language="en-gb")

    assert changed(client, pages, act) == EVERYWHERE


def test_signing_in_and_reading_changes_nothing(cast, client, pages):
    def act():
        reader = Client()
        reader.force_login(cast.neighbour)
        reader.get(pages["thread"])

    assert changed(client, pages, act) == set()


@pytest.mark.parametrize(
    "act",
    [
        lambda cast: Community.objects.filter(pk=cast.community.pk).update(name="Weirside"),
        lambda cast: Area.objects.filter(pk=cast.ward.pk).update(name="Weirside"),
        lambda cast: Membership.objects.filter(user=cast.resident).update(role="ambassador"),
        lambda cast: Membership.objects.filter(role="ambassador").delete(),
        lambda cast: LocalLink.objects.create(community=cast.community, title="a", url="https://a"),
        lambda cast: change_rules(cast.community, by=cast.ambassador, rules="Be kind."),
        lambda cast: cast.seat.__class__.objects.filter(pk=cast.seat.pk).update(party="Other"),
    ],
)
def test_change_of_the_place_or_its_people_changes_every_page(cast, client, pages, act):
    assert changed(client, pages, lambda: act(cast)) == EVERYWHERE


def test_page_of_a_community_that_was_closed_to_the_public_is_gone(cast, client, pages):
    known = tags(client, pages)
    Community.objects.filter(pk=cast.community.pk).update(visibility="members")

    for name in ("community", "tags", "feed", "thread", "thread-feed", "question"):
        answer = client.get(pages[name], headers={"If-None-Match": known[name]})
        assert (name, answer.status_code) == (name, 404)
        assert "ETag" not in answer.headers


def test_page_of_a_community_that_never_was_public_has_no_tag(cast, client):
    closed = make_thread(cast.community)
    Community.objects.filter(pk=cast.community.pk).update(visibility="members")

    answer = client.get(closed.get_absolute_url(), headers={"If-None-Match": "*"})

    assert answer.status_code == 404


def test_pages_are_new_at_midnight(client, pages):
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        tomorrow = tags(client, pages)

    assert all(tag != tomorrow[name] for name, tag in tags(client, pages).items())


def test_each_page_of_a_thread_has_its_own_tag(cast, client, thread):
    for _number in range(21):
        make_post(thread, author=cast.neighbour)
    address = thread.get_absolute_url()

    first, second = client.get(address), client.get(f"{address}?page=2")

    assert first["ETag"] != second["ETag"]


def test_reading_survives_redis_being_away(client, pages, settings):
    settings.CACHES = {
        **settings.CACHES,
        "redis": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "unix:///nowhere/redis.sock",
        },
    }

    assert changed(client, pages, lambda: None) == set()
    assert {client.get(address).status_code for address in pages.values()} == {200}


@pytest.mark.parametrize(
    "address",
    ["/discussions/\u0663/heron/", "/communities/\u0107/", "/communities/a%00b/", "/?q=%ED%A0%80"],
)
def test_address_that_no_page_has_is_no_fault(client, db, address):
    assert client.get(address).status_code in {200, 400, 404}
