import pytest

from discussions.models import Visit
from discussions.services import follow_thread, ignore_person, set_status, thank
from tests.factories import (
    age,
    make_capacity,
    make_community,
    make_decision,
    make_membership,
    make_outcome,
    make_post,
    make_thread,
    make_user,
)

FRAGMENT = {"X-Fragment": "yes"}
UNKIND = "very unkind words"


def read(client, address, query=""):
    return client.get(f"{address}{query}").content.decode()


def hide(post, by):
    make_decision(post, verb="hide", rule="abuse", reason="Unkind.")
    set_status(post, "hidden", by=by)


@pytest.fixture
def long_thread(cast):
    thread = make_thread(cast.community, author=cast.neighbour)
    for number in range(2, 46):
        make_post(thread, author=cast.neighbour, body=f"Day {number}.")
    thread.refresh_from_db()
    return thread


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [
        ("1", "#post-1"),
        ("20", "#post-20"),
        ("21", "?page=2#post-21"),
        (" 45 ", "?page=3#post-45"),
        ("46", "?page=3#post-45"),
        ("9" * 40, "?page=3#post-45"),
        ("0", "#post-1"),
    ],
)
def test_number_leads_to_the_post_or_the_nearest(client, long_thread, typed, leads_to):
    address = long_thread.get_absolute_url()

    response = client.get(address, {"to": typed})

    assert response.url == f"{address}{leads_to}"


@pytest.mark.parametrize("typed", ["", "x", "-1", "1.5", "²", "1e3", "' OR 1"])
def test_what_is_no_number_is_not_found(client, long_thread, typed):
    assert client.get(long_thread.get_absolute_url(), {"to": typed}).status_code == 404


def test_form_for_a_number_is_only_where_there_are_pages(cast, client, long_thread):
    short = make_thread(cast.community)

    assert 'name="to"' in read(client, long_thread.get_absolute_url())
    assert 'name="to"' not in read(client, short.get_absolute_url())


def test_first_unread_is_one_link_away_on_any_page(cast, client_of, long_thread):
    address = long_thread.get_absolute_url()
    client = client_of(cast.resident)
    Visit.objects.create(user=cast.resident, thread=long_thread, last_number=27)

    first, second = read(client, address), read(client, address, "?page=2")

    assert '<a href="?page=2#post-28">First unread</a>' in first
    assert "New since your last visit" not in first
    assert '<a href="#post-28">First unread</a>' in second
    before, _line, after = second.partition("New since your last visit")
    assert 'id="post-27"' in before
    assert 'id="post-28"' in after


def test_line_stands_at_the_top_of_the_next_page_and_not_after_that(cast, client_of, long_thread):
    address = long_thread.get_absolute_url()
    client = client_of(cast.resident)
    Visit.objects.create(user=cast.resident, thread=long_thread, last_number=20)

    seen = [read(client, address, "?page=2") for _time in range(2)]

    assert [page.count("New since your last visit") for page in seen] == [1, 0]
    assert '<a href="?page=3#post-41">First unread</a>' in seen[1]


def test_visitor_has_no_first_unread(client, long_thread):
    assert "First unread" not in read(client, long_thread.get_absolute_url())


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("hidden", "Staff have hidden this post."),
        ("withdrawn", "Its author took this post back."),
        ("moved", "This post was moved to another thread."),
    ],
)
def test_answer_to_a_post_that_is_gone_says_so(cast, client, status, words):
    thread = make_thread(cast.community)
    gone = make_post(thread, author=cast.neighbour, body=UNKIND)
    make_post(thread, author=cast.resident, reply_to=gone, body="Please be kind.")
    make_decision(gone, verb="hide", rule="abuse", reason="Unkind.")
    set_status(gone, status, by=cast.moderator)

    page = read(client, thread.get_absolute_url())

    quote = page.partition('<p class="quote">')[2].partition("</p>")[0]
    assert quote.endswith(f">post 2</a>. {words}")
    assert UNKIND not in page


def test_words_of_a_post_come_as_a_piece(cast, client):
    post = make_post(make_thread(cast.community), body="Two *mornings*.")

    piece = client.get(f"{post.get_absolute_url()}words/", headers=FRAGMENT).content.decode()

    assert "<p>Two <em>mornings</em>.</p>" in piece
    assert "<main" not in piece


def test_words_asked_for_by_hand_lead_to_the_post(cast, client):
    post = make_post(make_thread(cast.community))

    response = client.get(f"{post.get_absolute_url()}words/")

    assert response.url == post.get_absolute_url()


@pytest.mark.parametrize("name", ["visitor", "neighbour"])
def test_words_of_a_hidden_post_are_not_told(cast, client_of, name):
    post = make_post(make_thread(cast.community), author=cast.resident, body=UNKIND)
    address = f"{post.get_absolute_url()}words/"
    client = client_of(getattr(cast, name))
    assert UNKIND in client.get(address, headers=FRAGMENT).content.decode()
    hide(post, cast.moderator)

    piece = client.get(address, headers=FRAGMENT).content.decode()

    assert UNKIND not in piece
    assert "Staff have hidden this post." in piece


def test_words_in_a_closed_community_are_not_found(cast, client_of):
    closed = make_community(visibility="members")
    post = make_thread(closed, author=cast.neighbour).posts.get()
    make_membership(cast.resident, closed)
    address = f"{post.get_absolute_url()}words/"

    statuses = [
        client_of(getattr(cast, name)).get(address, headers=FRAGMENT).status_code
        for name in ("resident", "outsider", "visitor")
    ]

    assert statuses == [200, 404, 404]


@pytest.mark.parametrize("has_office", [True, False])
def test_outcome_is_told_above_the_posts_with_who_and_when(cast, client, has_office):
    thread = make_thread(cast.community)
    capacity = cast.councillor.capacities.get() if has_office else None
    author = cast.councillor if has_office else cast.ambassador
    make_outcome(thread, author=author, capacity=capacity, body="A survey is ordered.")

    page = read(client, thread.get_absolute_url())

    before, _posts, _after = page.partition('id="post-1"')
    note = before.partition('class="note outcome"')[2]
    badge = "Ward councillor, Northmoor" if has_office else "Looks after this community"
    assert "<p>A survey is ordered.</p>" in note
    assert author.public_name in note
    assert f'<span class="cap">{badge}' in note
    assert "<time" in note


def test_thread_without_outcome_has_no_note(cast, client):
    assert "note outcome" not in read(client, make_thread(cast.community).get_absolute_url())


def related(client, thread):
    page = read(client, thread.get_absolute_url())
    section = page.partition("<h2>Related threads</h2>")[2].partition("</section>")[0]
    return [piece.partition("<")[0] for piece in section.split('/">')[1:]]


def test_related_threads_share_most_tags_and_are_newest_first(cast, client):
    thread = make_thread(cast.community, title="The weir", tags=["weir", "heron"])
    for title, tags, days in (
        ("One shared", ["weir"], 1),
        ("Both shared", ["weir", "heron"], 9),
        ("One shared, older", ["heron", "otter"], 5),
        ("None shared", ["bins"], 0),
        ("No tags", [], 0),
    ):
        age(make_thread(cast.community, title=title, tags=tags), days)

    assert related(client, thread) == ["Both shared", "One shared", "One shared, older"]


def test_related_threads_are_four_at_most_and_of_the_same_community(cast, client):
    thread = make_thread(cast.community, tags=["weir"])
    make_thread(make_community(), title="Elsewhere", tags=["weir"])
    for number in range(5):
        make_thread(cast.community, title=f"Near {number}", tags=["weir"])

    assert related(client, thread) == [f"Near {number}" for number in (4, 3, 2, 1)]


def test_related_threads_are_none_that_the_reader_may_not_see(cast, client_of):
    thread = make_thread(cast.community, tags=["weir"])
    other = make_thread(cast.community, title="Secret", author=cast.resident, tags=["weir"])
    assert related(client_of(None), thread) == ["Secret"]
    hide(other.posts.get(), cast.moderator)

    assert related(client_of(None), thread) == []
    assert related(client_of(cast.neighbour), thread) == []


def test_related_threads_are_none_that_others_may_not_see(cast, client_of):
    thread = make_thread(cast.community, tags=["weir"])
    other = make_thread(cast.community, title="Mine", author=cast.resident, tags=["weir"])
    hide(other.posts.get(), cast.moderator)

    assert related(client_of(cast.resident), thread) == []


def test_posts_of_somebody_ignored_are_folded_for_one_reader(cast, client_of):
    thread = make_thread(cast.community, author=cast.neighbour)
    make_post(thread, author=cast.outsider, body="long-winded words")
    ignore_person(cast.outsider, by=cast.resident)

    own = read(client_of(cast.resident), thread.get_absolute_url())
    others = read(client_of(cast.neighbour), thread.get_absolute_url())

    folded = own.partition('<article class="post ignored" id="post-2">')[2]
    assert "You ignore Outsider." in folded
    assert "long-winded words" in folded.partition("<summary>Show it</summary>")[2]
    assert own.count('id="post-2"') == 1
    assert "post ignored" not in others
    assert "long-winded words" in others


def test_posts_in_office_are_never_folded(cast, client_of):
    thread = make_thread(cast.community, author=cast.neighbour)
    make_post(thread, author=cast.councillor, body="As a neighbour.")
    capacity = cast.councillor.capacities.get()
    make_post(thread, author=cast.councillor, body="In office.", capacity=capacity)
    ignore_person(cast.councillor, by=cast.resident)

    page = read(client_of(cast.resident), thread.get_absolute_url())

    assert page.count("post ignored") == 1
    assert 'class="post ignored" id="post-2"' in page


def test_posts_of_somebody_who_became_staff_are_not_folded(cast, client_of):
    thread = make_thread(cast.community, author=cast.neighbour)
    later_staff = make_user(public_name="Kay")
    make_post(thread, author=later_staff)
    ignore_person(later_staff, by=cast.resident)
    address = thread.get_absolute_url()
    assert "post ignored" in read(client_of(cast.resident), address)
    later_staff.is_staff = True
    later_staff.save()

    assert "post ignored" not in read(client_of(cast.resident), address)


def test_thread_of_somebody_ignored_stays_in_the_list(cast, client_of):
    make_thread(cast.community, author=cast.outsider, title="Of the ignored")
    ignore_person(cast.outsider, by=cast.resident)

    assert "Of the ignored" in read(client_of(cast.resident), cast.community.get_absolute_url())


def test_more_stands_beside_posts_for_whoever_is_signed_in(cast, client_of):
    thread = make_thread(cast.community)
    post = thread.posts.get()
    thank(post, by=cast.resident)
    link = f'href="/posts/{post.pk}/more/"'

    assert link in read(client_of(cast.outsider), thread.get_absolute_url())
    assert link not in read(client_of(None), thread.get_absolute_url())


def test_office_of_an_outcome_is_the_one_it_was_written_in(cast, client):
    thread = make_thread(cast.community)
    officer = make_user(public_name="Jo Officer")
    make_outcome(thread, author=officer, capacity=make_capacity(officer, title="Bridge engineer"))

    assert "Bridge engineer, Council" in read(client, thread.get_absolute_url())


@pytest.mark.parametrize(
    "typed", ["0", "4", "-1", "1.0", "x", "", "٢", "9" * 30, "0000000012", "000000001" + "0" * 5000]
)
def test_page_that_a_thread_does_not_have_is_not_found(client, long_thread, typed):
    response = client.get(f"{long_thread.get_absolute_url()}?page={typed}")

    assert response.status_code == 404


def test_moment_far_off_utc_starts_where_it_is(cast, client, long_thread):
    author = long_thread.posts.get(number=1).author_id

    response = client.get(f"/people/{author}/", {"after": "2999-12-31T23:59:59-23:59_1"})

    assert response.status_code == 200
    assert response.context["page"].rows


@pytest.mark.parametrize("mode", ["follow", "mute"])
def test_thread_says_what_one_chose_oneself(cast, client_of, mode):
    thread = make_thread(cast.community)
    words = {"follow": "You follow this thread", "mute": "You muted this thread"}[mode]
    follow_thread(thread, by=cast.neighbour, mode=mode)

    assert words in read(client_of(cast.neighbour), thread.get_absolute_url())
    assert words not in read(client_of(cast.resident), thread.get_absolute_url())


def test_ambassadors_alone_are_named_as_such(cast, client):
    make_membership(make_user(public_name="Elsewhere Ellis"), make_community(), role="ambassador")
    thread = make_thread(cast.community, author=cast.moderator)

    for address in (thread.get_absolute_url(), cast.community.get_absolute_url()):
        page = read(client, address)
        assert cast.ambassador.public_name in page
        assert cast.neighbour.public_name not in page
        assert "Elsewhere Ellis" not in page


def test_address_of_a_held_post_leads_others_nowhere(cast, client_of):
    thread = make_thread(cast.community)
    cast.community.hold_first_posts = True
    cast.community.save()
    held = make_post(thread, author=cast.resident)

    statuses = [
        client_of(viewer).get(f"/posts/{held.pk}/").status_code
        for viewer in (None, cast.neighbour, cast.resident)
    ]

    assert statuses == [404, 404, 302]


def test_thanks_are_not_offered_for_ones_own_post(cast, client_of):
    thread = make_thread(cast.community, author=cast.resident)
    address = f"/posts/{thread.posts.get().pk}/thank/"

    assert address not in read(client_of(cast.resident), thread.get_absolute_url())
    assert address in read(client_of(cast.neighbour), thread.get_absolute_url())


def test_office_of_somebody_is_offered_to_nobody_else(cast, client_of):
    thread = make_thread(cast.community)
    address = thread.get_absolute_url()

    assert 'name="capacity"' in read(client_of(cast.councillor), address)
    assert 'name="capacity"' not in read(client_of(cast.resident), address)


def test_quote_of_somebody_ignored_shows_none_of_their_words(cast, client_of):
    thread = make_thread(cast.community)
    rude = make_post(thread, author=cast.outsider, body="Long-winded words.")
    make_post(thread, author=cast.neighbour, reply_to=rude, body="I see.")
    ignore_person(cast.outsider, by=cast.resident)

    own = client_of(cast.resident).get(thread.get_absolute_url()).content.decode()
    others = client_of(cast.neighbour).get(thread.get_absolute_url()).content.decode()

    answer = own.partition('id="post-3"')[2]
    assert "Long-winded" not in answer
    assert "You ignore Outsider." in answer
    assert "Long-winded" in others.partition('id="post-3"')[2]
