from datetime import timedelta

import pytest
from django.utils import timezone

from communities.models import Membership
from discussions.figures import forget_figures
from discussions.models import Follow, Thread, Visit
from discussions.services import (
    follow_thread,
    mark_read,
    set_answer,
    set_locked,
    set_pinned,
    set_status,
)
from questions.services import open_question
from tests.factories import (
    age,
    make_community,
    make_decision,
    make_membership,
    make_post,
    make_question,
    make_thread,
    make_user,
)


def titles(response):
    return [thread.title for thread in response.context["page"].rows]


def follow_pages(client, address):
    """Return the titles of each page of a list, by its links to older ones."""
    pages = []
    query = ""
    while query is not None:
        response = client.get(f"{address}{query}")
        pages.append(titles(response))
        link = response.content.decode().partition('rel="next" href="')[2].partition('"')[0]
        query = link.replace("&amp;", "&") or None
    return pages


@pytest.fixture
def forum(cast):
    """A community with a thread of each kind that one can choose."""
    asked = make_question(seat=cast.seat, author=cast.resident, title="Asked")
    settled = make_question(seat=cast.seat, author=cast.resident, title="Settled")
    for question in (asked, settled):
        question.community = cast.community
        question.save()
        open_question(question, by=cast.moderator)
    settled.refresh_from_db()
    set_answer(settled.thread, make_post(settled.thread, author=cast.neighbour))
    make_thread(cast.community, title="Alone", tags=["weir"])
    make_post(make_thread(cast.community, title="Replied to", tags=["weir", "bins"]))
    return cast.community


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Asked", "Settled", "Alone", "Replied to"}),
        ("?show=discussions", {"Alone", "Replied to"}),
        ("?show=questions", {"Asked", "Settled"}),
        ("?show=unanswered", {"Asked", "Alone"}),
        ("?tag=weir", {"Alone", "Replied to"}),
        ("?tag=bins", {"Replied to"}),
        ("?show=unanswered&tag=weir", {"Alone"}),
        ("?show=questions&tag=weir", set()),
    ],
)
def test_threads_are_chosen_by_kind_tag_and_answer(client, forum, query, found):
    response = client.get(f"{forum.get_absolute_url()}{query}")

    assert set(titles(response)) == found


@pytest.mark.parametrize("query", ["?show=zebra", "?tag=zebra", "?show=questions&tag=%F0%9F%A6"])
def test_choice_that_nobody_has_is_not_found(client, forum, query):
    assert client.get(f"{forum.get_absolute_url()}{query}").status_code == 404


def test_chosen_threads_are_those_of_one_community_that_the_reader_sees(cast, client, forum):
    make_thread(make_community(), title="Elsewhere", tags=["weir"])
    hidden = make_thread(cast.community, title="Secret", author=cast.neighbour, tags=["weir"])
    address = f"{forum.get_absolute_url()}?tag=weir"
    assert "Secret" in titles(client.get(address))
    post = hidden.posts.get()
    make_decision(post, verb="hide", rule="abuse", reason="Unkind.")
    set_status(post, "hidden", by=cast.moderator)

    assert set(titles(client.get(address))) == {"Alone", "Replied to"}


def test_chosen_threads_have_pages(cast, client):
    for number in range(25):
        make_thread(cast.community, title=f"T{number}", tags=["weir"])
        make_thread(cast.community, title=f"Other {number}")

    pages = follow_pages(client, f"{cast.community.get_absolute_url()}?show=unanswered&tag=weir")

    assert [len(page) for page in pages] == [20, 5]
    assert pages[0] + pages[1] == [f"T{number}" for number in reversed(range(25))]


@pytest.fixture
def busy(cast):
    """Threads of one community, the newest last; the resident has read every other one."""
    threads = [
        make_thread(cast.community, author=cast.neighbour, title=f"T{n:02}") for n in range(50)
    ]
    for thread in threads[::2]:
        mark_read(thread, by=cast.resident, number=1)
    return threads


def prefer(user, order):
    Membership.objects.filter(user=user).update(thread_order=order)


def test_unread_threads_come_first_and_every_thread_once(cast, client_of, busy):
    prefer(cast.resident, "unread")

    pages = follow_pages(client_of(cast.resident), cast.community.get_absolute_url())

    unread = [f"T{n:02}" for n in range(49, 0, -2)]
    read = [f"T{n:02}" for n in range(48, -1, -2)]
    assert [title for page in pages for title in page] == unread + read
    assert [len(page) for page in pages] == [20, 20, 10]


def test_unread_threads_that_fill_a_page_are_followed_by_the_rest(cast, client_of, busy):
    for thread in busy[:10]:
        mark_read(thread, by=cast.resident, number=1)
    prefer(cast.resident, "unread")

    pages = follow_pages(client_of(cast.resident), cast.community.get_absolute_url())

    assert [len(page) for page in pages] == [20, 20, 10]
    assert sorted(title for page in pages for title in page) == [f"T{n:02}" for n in range(50)]
    assert pages[0] == [f"T{n:02}" for n in range(49, 9, -2)]


def test_old_and_muted_threads_are_not_unread(cast, client_of):
    for title in ("Old", "Muted", "Followed", "New"):
        make_thread(cast.community, author=cast.neighbour, title=title)
    age(Thread.objects.get(title="Old"), 31)
    follow_thread(Thread.objects.get(title="Muted"), by=cast.resident, mode=Follow.Mode.MUTE)
    follow_thread(Thread.objects.get(title="Followed"), by=cast.resident, mode=Follow.Mode.FOLLOW)
    follow_thread(Thread.objects.get(title="New"), by=cast.neighbour, mode=Follow.Mode.MUTE)
    latest = make_thread(cast.community, author=cast.neighbour, title="Read")
    mark_read(latest, by=cast.resident, number=1)
    prefer(cast.resident, "unread")

    response = client_of(cast.resident).get(cast.community.get_absolute_url())

    assert titles(response) == ["New", "Followed", "Read", "Muted", "Old"]


@pytest.mark.parametrize("order", ["latest", "unread"])
def test_order_is_kept_for_one_member_of_one_community(cast, client_of, order):
    elsewhere = make_community()
    make_membership(cast.resident, elsewhere)
    other = {"latest": "unread", "unread": "latest"}[order]
    Membership.objects.update(thread_order=other)

    response = client_of(cast.resident).post(
        f"{cast.community.get_absolute_url()}order/", {"order": order}
    )

    assert response.url == cast.community.get_absolute_url()
    kept = Membership.objects.filter(thread_order=order)
    assert [(each.user, each.community) for each in kept] == [(cast.resident, cast.community)]


@pytest.mark.parametrize(
    ("name", "order", "status"),
    [("outsider", "unread", 403), ("resident", "zebra", 404), ("resident", "", 404)],
)
def test_order_that_is_none_or_of_no_member_is_refused(cast, client_of, name, order, status):
    client = client_of(getattr(cast, name))

    response = client.post(f"{cast.community.get_absolute_url()}order/", {"order": order})

    assert response.status_code == status
    assert not Membership.objects.filter(thread_order="unread").exists()


@pytest.mark.parametrize(
    ("posts", "read", "words"),
    [(1, 0, "1 new"), (4, 1, "3 new"), (3, 3, None), (120, 0, "99+ new"), (100, 1, "99 new")],
)
def test_row_tells_a_member_how_much_is_unread(cast, client_of, posts, read, words):
    thread = make_thread(cast.community, author=cast.neighbour)
    Thread.objects.filter(pk=thread.pk).update(last_number=posts, post_count=posts)
    if read:
        Visit.objects.create(user=cast.resident, thread=thread, last_number=read)

    page = client_of(cast.resident).get(cast.community.get_absolute_url()).content.decode()

    chip = page.partition('<span class="new">')[2].partition("</span>")[0]
    assert chip == (words or "")


def test_row_counts_nothing_of_old_threads_or_for_others(cast, client_of):
    thread = make_thread(cast.community, author=cast.neighbour)
    address = cast.community.get_absolute_url()
    new = 'class="new"'
    assert new in client_of(cast.resident).get(address).content.decode()

    assert new not in client_of(cast.outsider).get(address).content.decode()
    assert new not in client_of(None).get(address).content.decode()
    age(thread, 31)
    assert new not in client_of(cast.resident).get(address).content.decode()


def test_row_tells_others_what_is_new_in_what_they_have_read(cast, client_of):
    thread = make_thread(cast.community, author=cast.neighbour)
    mark_read(thread, by=cast.outsider, number=1)
    make_post(thread, author=cast.neighbour)

    page = client_of(cast.outsider).get(cast.community.get_absolute_url()).content.decode()

    assert '<span class="new">1 new</span>' in page


def numbers(response):
    found = response.content.decode().partition('<dl class="numbers">')[2].partition("</dl>")[0]
    return [int(part.partition("<")[0]) for part in found.split("<dd>")[1:]]


def test_numbers_tell_what_is_going_on(cast, client):
    thread = make_thread(cast.community, author=cast.neighbour)
    old = make_thread(cast.community, author=make_user())
    age(old, 31)
    make_post(old, author=cast.neighbour)
    make_post(thread, author=cast.resident)
    gone = make_post(thread, author=cast.councillor)
    set_status(gone, "withdrawn", by=cast.councillor)
    make_thread(make_community())

    response = client.get(cast.community.get_absolute_url())

    # members, threads, posts in 30 days, people who wrote them
    assert numbers(response) == [4, 2, 3, 2]


def test_numbers_are_counted_once_in_a_few_minutes(cast, client, django_assert_num_queries):
    address = cast.community.get_absolute_url()
    client.get(address)
    make_thread(cast.community)

    with django_assert_num_queries(4):
        stands = client.get(address)
    forget_figures()

    assert numbers(stands)[2] == 0
    assert numbers(client.get(address))[2] == 1


def test_tags_of_a_community_count_what_the_reader_sees(cast, client_of):
    for author, tags in ((cast.neighbour, ["weir", "bins"]), (cast.resident, ["weir"])):
        make_thread(cast.community, author=author, tags=tags)
    make_thread(make_community(), tags=["weir", "elsewhere"])
    gone = make_thread(cast.community, author=cast.resident, tags=["weir", "otter"])
    address = f"{cast.community.get_absolute_url()}tags/"

    def counted(viewer):
        found = client_of(viewer).get(address).context["tags"]
        return [(tag.name, tag.threads) for tag in found]

    assert counted(None) == [("weir", 3), ("bins", 1), ("otter", 1)]
    set_status(gone.posts.get(), "withdrawn", by=cast.resident)
    for viewer in (None, cast.neighbour, cast.resident, cast.moderator):
        assert counted(viewer) == [("weir", 2), ("bins", 1)]


@pytest.mark.parametrize("show", ["", "discussions", "unanswered"])
@pytest.mark.parametrize("name", ["visitor", "neighbour", "resident", "moderator"])
def test_hidden_thread_stands_in_no_list_of_its_community(cast, client_of, name, show):
    make_thread(cast.community, title="Kind", tags=["weir"])
    hidden = make_thread(cast.community, title="Unkind", author=cast.resident, tags=["weir"])
    make_decision(hidden.posts.get(), verb="hide", rule="abuse", reason="Unkind.")
    set_status(hidden.posts.get(), "hidden", by=cast.moderator)
    client = client_of(getattr(cast, name))

    for address in (cast.community.get_absolute_url(), "/tags/weir/"):
        assert titles(client.get(address, {"show": show})) == ["Kind"]


def test_local_links_stand_in_their_order(cast, client):
    for position, title in ((2, "Second"), (1, "First"), (3, "Third")):
        cast.community.links.create(title=title, url="https://example.org/", position=position)

    page = client.get(cast.community.get_absolute_url()).content.decode()

    assert page.index("First") < page.index("Second") < page.index("Third")


def test_pinned_threads_stand_apart_until_one_chooses(cast, client):
    pinned = make_thread(cast.community, title="Pinned", tags=["weir"])
    set_pinned(pinned, True, by=cast.moderator)
    set_locked(pinned, True, by=cast.moderator)
    address = cast.community.get_absolute_url()

    whole, chosen = client.get(address), client.get(f"{address}?tag=weir")

    assert [thread.title for thread in whole.context["pinned"]] == ["Pinned"]
    assert titles(whole) == []
    assert titles(chosen) == ["Pinned"]
    assert chosen.context["pinned"] == []


def test_pinned_threads_stand_on_the_first_page_alone(cast, client):
    set_pinned(make_thread(cast.community, title="Pinned"), True, by=cast.moderator)
    for number in range(21):
        make_thread(cast.community, title=f"T{number}")
    first = client.get(cast.community.get_absolute_url())

    second = client.get(
        cast.community.get_absolute_url(), {"after": first.context["page"].next}
    ).content.decode()

    assert "Pinned" in first.content.decode()
    assert "T0" in second
    assert "Pinned" not in second


@pytest.mark.parametrize(
    "after",
    [
        "r",
        "rubbish",
        "r_1",
        "2020-01-01T00:00:00_1",
        "_",
        "x" * 300,
        "0001-01-01T00:00:00+23:59_1",
        "9999-12-31T23:59:59-23:59_1",
    ],
)
def test_token_nobody_made_starts_at_the_top(cast, client_of, busy, after):
    prefer(cast.resident, "unread")

    response = client_of(cast.resident).get(cast.community.get_absolute_url(), {"after": after})

    assert response.status_code == 200
    assert titles(response)


def test_tag_of_another_community_leads_to_a_page_that_says_there_is_none(cast, client):
    make_thread(tags=["otter"])

    page = client.get(f"{cast.community.get_absolute_url()}?tag=otter").content.decode()

    assert "No thread here is like that." in page


def test_unread_threads_are_sought_among_the_latest_alone(cast, client_of, busy):
    # the newest 300 are searched; an older one comes with the rest, and only once
    since = timezone.now() - timedelta(days=29)
    Thread.objects.bulk_create(
        Thread(
            community=cast.community,
            author=cast.neighbour,
            title=f"B{n:03}",
            status="published",
            published_at=since,
            last_number=1,
            post_count=1,
            last_post_at=since + timedelta(minutes=n),
        )
        for n in range(300)
    )
    prefer(cast.resident, "unread")

    pages = follow_pages(client_of(cast.resident), cast.community.get_absolute_url())

    listed = [title for page in pages for title in page]
    assert len(listed) == len(set(listed)) == 350
    assert listed[0] == "T49"
    assert listed.index("B299") < listed.index("T48") < listed.index("B000")
