from datetime import timedelta

import pytest
from django.utils import timezone

from communities.models import Community, Membership
from discussions import listing
from discussions.models import Draft, Follow, Thread, Visit
from discussions.services import follow_thread, keep_post, mark_read, set_locked, set_status
from tests.factories import (
    age,
    make_community,
    make_decision,
    make_membership,
    make_post,
    make_thread,
)
from townhall import reading


def show(client, which, **query):
    return client.get("/mine/", {"show": which, **query})


def titles(response):
    return [thread.title for thread in response.context["page"].rows]


def hide(post, by):
    make_decision(post, verb="hide", rule="abuse", reason="Unkind.")
    set_status(post, "hidden", by=by)


@pytest.mark.parametrize("which", ["zebra", "UNREAD", "'", "1"])
def test_view_that_is_none_is_not_found(cast, client_of, which):
    assert show(client_of(cast.resident), which).status_code == 404


@pytest.mark.parametrize("which", ["", "unread", "followed", "bookmarked", "drafts", "mine"])
def test_empty_view_says_what_to_do(cast, client_of, which):
    page = show(client_of(cast.outsider), which).content.decode()

    assert page.count('class="empty"') == 1


def test_unread_lists_threads_of_ones_communities_of_the_last_thirty_days(cast, client_of):
    elsewhere = make_community()
    make_membership(cast.resident, elsewhere)
    for title in ("Read", "Muted", "Old", "Followed", "Never opened", "Gone on"):
        make_thread(cast.community, author=cast.neighbour, title=title)
    make_thread(elsewhere, title="In another community")
    make_thread(make_community(), title="In none of mine")
    threads = {thread.title: thread for thread in Thread.objects.all()}
    mark_read(threads["Read"], by=cast.resident, number=1)
    mark_read(threads["Gone on"], by=cast.resident, number=1)
    make_post(threads["Gone on"], author=cast.neighbour)
    follow_thread(threads["Muted"], by=cast.resident, mode=Follow.Mode.MUTE)
    follow_thread(threads["Followed"], by=cast.resident, mode=Follow.Mode.FOLLOW)
    age(threads["Old"], 31)

    response = show(client_of(cast.resident), "unread")

    assert titles(response) == ["Gone on", "In another community", "Never opened", "Followed"]
    page = response.content.decode()
    assert 'Unread <span class="new">4</span>' in page
    counts = {m.community_id: m.unread for m in response.context["memberships"]}
    assert counts == {cast.community.pk: 3, elsewhere.pk: 1}


def test_unread_is_counted_up_to_ninety_nine(cast, client_of):
    Thread.objects.bulk_create(
        Thread(
            community=cast.community,
            author=cast.neighbour,
            title=f"T{number}",
            status="published",
            published_at=cast.community.created_at,
            last_number=1,
        )
        for number in range(105)
    )

    page = show(client_of(cast.resident), "").content.decode()

    assert 'Unread <span class="new">99+</span>' in page
    assert "99+ unread" in page


def test_unread_has_pages(cast, client_of):
    for number in range(23):
        make_thread(cast.community, author=cast.neighbour, title=f"T{number:02}")
    client = client_of(cast.resident)

    first = show(client, "unread")
    second = show(client, "unread", after=first.context["page"].next)

    assert titles(first) + titles(second) == [f"T{number:02}" for number in range(22, -1, -1)]
    assert len(titles(first)) == 20
    assert "?show=unread&amp;after=" in first.content.decode()


def test_followed_lists_what_one_follows_and_may_still_read(cast, client_of):
    closed = make_community(visibility="members")
    followed = make_thread(cast.community, author=cast.neighbour, title="Followed")
    muted = make_thread(cast.community, author=cast.neighbour, title="Muted")
    locked_out = make_thread(closed, title="Locked out")
    make_thread(cast.community, author=cast.neighbour, title="Neither")
    for thread in (followed, locked_out):
        follow_thread(thread, by=cast.resident, mode="follow")
    follow_thread(muted, by=cast.resident, mode="mute")
    make_membership(cast.resident, closed)
    client = client_of(cast.resident)
    assert titles(show(client, "followed")) == ["Locked out", "Followed"]

    closed.memberships.all().delete()

    assert titles(show(client, "followed")) == ["Followed"]


def test_kept_lists_posts_with_notes_and_hides_what_is_hidden(cast, client_of):
    thread = make_thread(cast.community, title="By the weir")
    seen = make_post(thread, author=cast.neighbour, body="seen words")
    gone = make_post(thread, author=cast.neighbour, body="unkind words")
    keep_post(gone, by=cast.resident, note="For the meeting")
    keep_post(seen, by=cast.resident)
    keep_post(seen, by=cast.councillor, note="Of somebody else")
    client = client_of(cast.resident)
    assert "unkind words" in show(client, "bookmarked").content.decode()
    hide(gone, cast.moderator)

    page = show(client, "bookmarked").content.decode()

    assert "unkind words" not in page
    assert "A post that cannot be read any more" in page
    assert "For the meeting" in page
    assert page.index("A post that") > page.index("seen words")
    assert "Of somebody else" not in page


@pytest.mark.parametrize("which", ["bookmarked", "drafts"])
def test_own_lists_have_pages(cast, client_of, which):
    for number in range(23):
        thread = make_thread(cast.community, author=cast.neighbour)
        keep_post(thread.posts.get(), by=cast.resident, note=f"N{number:02}")
        Draft.objects.create(user=cast.resident, thread=thread, body=f"N{number:02}")
    client = client_of(cast.resident)

    first = show(client, which)
    second = show(client, which, after=first.context["page"].next)

    rows = [*first.context["page"].rows, *second.context["page"].rows]
    words = [row.note if which == "bookmarked" else row.body for row in rows]
    assert words == [f"N{number:02}" for number in range(22, -1, -1)]
    assert second.context["page"].next == ""


def test_drafts_lead_back_to_where_they_were_begun(cast, client_of):
    thread = make_thread(cast.community, author=cast.neighbour, title="The weir")
    post = make_post(thread, author=cast.resident)
    places = {"community": cast.community}, {"thread": thread}, {"post": post}
    for place in places:
        Draft.objects.create(user=cast.resident, title="Half", body="<b>begun</b>", **place)
    Draft.objects.create(user=cast.neighbour, thread=thread, body="Of somebody else")

    page = show(client_of(cast.resident), "drafts").content.decode()

    for address in (
        f"{cast.community.get_absolute_url()}new/",
        f"/discussions/{thread.pk}/reply/",
        post.get_absolute_url(),
    ):
        assert f'<a class="t" href="{address}">' in page
    assert page.count("&lt;b&gt;begun&lt;/b&gt;") == 3
    assert "Of somebody else" not in page


@pytest.mark.parametrize(("length", "is_cut"), [(160, False), (161, True)])
def test_long_draft_can_be_read_whole_where_it_can_no_longer_be_sent(
    cast, client_of, length, is_cut
):
    thread = make_thread(cast.community, author=cast.neighbour)
    words = "<" * (length - 3) + "end"
    Draft.objects.create(user=cast.resident, thread=thread, body=words)
    set_locked(thread, True, by=cast.ambassador, reason="Over.")

    page = show(client_of(cast.resident), "drafts").content.decode()

    assert ("All that you wrote" in page) is is_cut
    assert page.count(words.replace("<", "&lt;")) == 1


def test_draft_for_a_place_that_is_closed_does_not_name_it(cast, client_of):
    closed = make_community(visibility="members", name="Secret garden")
    make_membership(cast.resident, closed)
    Draft.objects.create(user=cast.resident, community=closed, body="My own words")
    client = client_of(cast.resident)
    assert "A new thread in Secret garden" in show(client, "drafts").content.decode()
    closed.memberships.all().delete()

    page = show(client, "drafts").content.decode()

    assert "Secret garden" not in page
    assert "My own words" in page


def test_started_lists_own_threads_those_that_wait_too(cast, client_of):
    make_thread(cast.community, author=cast.neighbour, title="Of the neighbour")
    make_thread(cast.community, author=cast.resident, title="Mine")
    gone = make_thread(cast.community, author=cast.resident, title="Taken back")
    set_status(gone.posts.get(), "withdrawn", by=cast.resident)
    holding = make_community(hold_first_posts=True)
    make_membership(cast.resident, holding)
    make_thread(holding, author=cast.resident, title="Waiting")

    assert titles(show(client_of(cast.resident), "mine")) == ["Waiting", "Mine"]


def test_latest_counts_unread_posts_of_each_thread(cast, client_of):
    thread = make_thread(cast.community, author=cast.neighbour)
    for _number in range(3):
        make_post(thread, author=cast.neighbour)
    Visit.objects.create(user=cast.resident, thread=thread, last_number=2)

    (row,) = show(client_of(cast.resident), "").context["page"].rows

    assert row.unread == 2


def test_latest_has_pages(cast, client_of):
    elsewhere = make_community()
    make_membership(cast.resident, elsewhere)
    for number in range(25):
        make_thread(cast.community, author=cast.neighbour, title=f"Here {number}")
    make_thread(elsewhere, author=cast.neighbour, title="There")
    make_thread(make_community(), title="In none of mine")
    client = client_of(cast.resident)

    first = show(client, "")
    second = show(client, "", after=first.context["page"].next)

    expected = ["There", *(f"Here {number}" for number in range(24, -1, -1))]
    assert titles(first) == expected[:20]
    assert titles(second) == expected[20:]
    assert second.context["page"].next == ""


@pytest.mark.parametrize("which", ["", "unread", "followed", "mine"])
@pytest.mark.parametrize("name", ["resident", "neighbour", "moderator"])
def test_hidden_thread_stands_in_no_list_of_ones_own(cast, client_of, name, which):
    viewer = getattr(cast, name)
    if name == "moderator":
        make_membership(viewer, cast.community)
    hidden = make_thread(cast.community, title="Unkind", author=cast.resident)
    follow_thread(hidden, by=viewer, mode=Follow.Mode.FOLLOW)
    hide(hidden.posts.get(), cast.admin)

    assert titles(show(client_of(viewer), which)) == []


def test_unread_is_looked_for_among_the_latest_few_of_each_community(cast, monkeypatch):
    monkeypatch.setattr(listing, "MOST_SEARCHED_FOR_UNREAD", 2)
    elsewhere = make_community()
    make_membership(cast.resident, elsewhere)
    for number in range(3):
        for community in (cast.community, elsewhere):
            make_thread(community, author=cast.neighbour, title=f"T{number}")
    long_ago = timezone.now() - timedelta(days=30)

    asked = reading.unread_of.__wrapped__(cast.resident, user=cast.resident.pk, since=long_ago)

    assert [thread.title for thread in asked] == ["T2", "T2", "T1", "T1"]


def test_my_communities_are_listed_with_what_is_unread_there(cast, client):
    community = cast.community
    Community.objects.filter(pk=community.pk).update(name="Dale & <Ford>")
    Membership.objects.filter(user=cast.ambassador, community=community).update(digest="never")
    make_thread(community)
    client.force_login(cast.ambassador)

    html = client.get("/mine/").content.decode()

    row = html.partition("My communities</h2>")[2].partition("</ul>")[0]
    assert f'<a class="t" href="{community.get_absolute_url()}">Dale &amp; &lt;Ford&gt;</a>' in row
    about = '<span class="new">1 unread</span> · Digest: Never · you look after it'
    assert f'<div class="meta">{about}</div></div></li>' in row
