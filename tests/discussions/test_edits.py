from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from communities.models import Community
from discussions import services
from discussions.models import Post, PostRevision, Thread
from discussions.search import find_posts
from discussions.templatetags.wording import difference
from tests.factories import make_capacity, make_decision, make_image, make_post, make_thread

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(cast):
    thread = make_thread(cast.community, author=cast.neighbour, title="The market")
    return make_post(thread, author=cast.resident, body="The market is on Friday.")


def edit(post, by, body="The market is on Saturday.", edition=1, **more):
    return services.edit_post(post, by=by, body=body, edition=edition, **more)


def edit_address(post):
    return reverse("discussions:post-edit", args=[post.pk])


def test_edit_keeps_the_old_wording_and_shows_the_new(cast, post):
    edit(post, cast.resident)

    post.refresh_from_db()
    assert (post.body, post.edition) == ("The market is on Saturday.", 2)
    assert post.html == "<p>The market is on Saturday.</p>\n"
    assert post.edited_at is not None
    old = PostRevision.objects.get()
    assert (old.edition, old.body, old.by) == (1, "The market is on Friday.", cast.resident)
    assert old.written_at == post.created_at


def test_edit_moves_search_to_the_new_words(cast, post):
    edit(post, cast.resident)

    assert find_posts(cast.neighbour, "saturday") == [post]
    assert find_posts(cast.neighbour, "friday") == []


def test_edit_twice_with_the_same_words_is_one_edition(cast, post):
    for _time in range(2):
        edit(post, cast.resident)

    assert PostRevision.objects.count() == 1


def test_edit_without_a_change_keeps_no_wording(cast, post):
    edit(post, cast.resident, body=post.body)

    assert PostRevision.objects.count() == 0
    assert Post.objects.get(pk=post.pk).edited_at is None


def test_edit_never_changes_the_capacity(cast):
    capacity = make_capacity(cast.resident)
    thread = make_thread(cast.community)
    post = make_post(thread, author=cast.resident, capacity=capacity)

    edit(post, cast.resident)

    assert Post.objects.get(pk=post.pk).capacity == capacity


def test_edit_of_another_edition_is_a_conflict(cast, post):
    edit(post, cast.resident)

    with pytest.raises(services.EditedMeanwhileError):
        edit(post, cast.resident, body="The market is on Sunday.", edition=1)

    assert Post.objects.get(pk=post.pk).body == "The market is on Saturday."


def test_edit_of_the_first_post_changes_the_title_and_its_search(cast):
    thread = make_thread(cast.community, author=cast.resident, title="Markt")

    edit(thread.posts.get(), cast.resident, body="Words.", title=" Market  day ")

    thread.refresh_from_db()
    assert thread.title == "Market day"
    assert PostRevision.objects.get().title == "Markt"
    assert [post.thread_id for post in find_posts(None or cast.resident, "market")] == [thread.pk]


def test_edit_of_a_held_first_post_is_found_by_its_new_title(cast):
    Community.objects.update(hold_first_posts=True)
    thread = make_thread(
        Community.objects.get(pk=cast.community.pk), author=cast.resident, title="Markt"
    )
    post = thread.posts.get()

    edit(post, cast.resident, body="Words.", title="Market day")
    services.set_status(post, Post.Status.PUBLISHED, by=cast.moderator)

    assert find_posts(cast.neighbour, "market") == [post]


def test_edit_of_a_later_post_leaves_the_title(cast, post):
    edit(post, cast.resident, title="Mine now")

    assert Thread.objects.get(pk=post.thread_id).title == "The market"


@pytest.mark.parametrize(
    "state",
    ["late", "never", "locked", "hidden", "withdrawn", "suspended", "silenced", "archived"],
)
def test_edit_refuses(cast, post, settings, state):
    soon = timezone.now() + timedelta(days=1)
    if state == "late":
        Post.objects.update(created_at=timezone.now() - timedelta(minutes=31))
    elif state == "never":
        settings.EDIT_MINUTES = 0
    elif state == "locked":
        services.set_locked(post.thread, True, by=cast.moderator)
    elif state == "hidden":
        make_decision(post, verb="hide", rule="abuse", reason="Unkind.")
        services.set_status(post, Post.Status.HIDDEN, by=cast.moderator)
    elif state == "withdrawn":
        services.withdraw_post(post, by=cast.resident)
    elif state == "suspended":
        cast.resident.suspended_until = soon
        cast.resident.save()
    elif state == "silenced":
        cast.resident.memberships.update(silenced_until=soon)
    else:
        Community.objects.update(archived_at=timezone.now())

    with pytest.raises(ValidationError):
        edit(post, cast.resident)

    assert PostRevision.objects.count() == 0


@pytest.mark.parametrize("name", ["neighbour", "moderator", "admin", "ambassador"])
def test_edit_refuses_everybody_but_the_author(cast, post, name):
    with pytest.raises(ValidationError):
        edit(post, getattr(cast, name))


def test_edit_within_the_window_of_the_site_is_taken(cast, post, settings):
    settings.EDIT_MINUTES = 60
    Post.objects.update(created_at=timezone.now() - timedelta(minutes=31))

    edit(post, cast.resident)

    assert Post.objects.get(pk=post.pk).edition == 2


def test_edit_page_offers_the_words_and_saves_them(cast, client_of, post):
    client = client_of(cast.resident)

    page = client.get(edit_address(post)).content.decode()
    response = client.post(edit_address(post), {"body": "On Saturday.", "edition": "1"})

    assert "The market is on Friday." in page
    assert response.url == post.get_absolute_url()
    assert Post.objects.get(pk=post.pk).body == "On Saturday."


def test_edit_page_shows_a_conflict_and_keeps_both(cast, client_of, post):
    edit(post, cast.resident)
    client = client_of(cast.resident)

    response = client.post(edit_address(post), {"body": "The market is on Sunday.", "edition": "1"})
    page = response.content.decode()
    kept = client.post(edit_address(post), {"body": "The market is on Sunday.", "edition": "2"})

    assert "changed in another window" in page
    assert "<del>" in page
    assert ">Saturday<" in page.replace("</span>", ">").replace("<span", "<")
    assert 'value="2"' in page
    assert "The market is on Sunday.</textarea>" in page
    assert kept.status_code == 302
    assert [each.body for each in PostRevision.objects.order_by("edition")] == [
        "The market is on Friday.",
        "The market is on Saturday.",
    ]


def test_ends_of_lines_as_a_form_sends_them_are_no_conflict_in_words():
    drawn = difference("One.\n\nTwo.", "One.\r\n\r\nTwo.")

    assert drawn == "One.\n\nTwo."


def test_edit_page_after_the_window_keeps_what_was_typed(cast, client_of, post):
    Post.objects.update(created_at=timezone.now() - timedelta(hours=1))
    client = client_of(cast.resident)

    response = client.post(edit_address(post), {"body": "My longer words.", "edition": "1"})

    assert response.status_code == 200
    assert "My longer words.</textarea>" in response.content.decode()
    assert "no longer change" in response.content.decode()


@pytest.mark.parametrize("edition", ["", "0", "x", "9" * 40, "-1"])
def test_edit_page_refuses_editions_that_nobody_was_given(cast, client_of, post, edition):
    response = client_of(cast.resident).post(
        edit_address(post), {"body": "Other words.", "edition": edition}
    )

    assert response.status_code == 200
    assert Post.objects.get(pk=post.pk).edition == 1


def test_thread_tells_of_an_edit_and_offers_it_to_the_author_alone(cast, client_of, post):
    edit(post, cast.resident)
    mark = f'href="/posts/{post.pk}/history/">edited'
    address = post.thread.get_absolute_url()

    pages = {
        name: client_of(getattr(cast, name, None)).get(address).content.decode()
        for name in ("visitor", "resident", "neighbour")
    }

    assert all(page.count(mark) == 1 for page in pages.values())
    assert [edit_address(post) in pages[name] for name in pages] == [False, True, False]


def test_history_shows_what_changed_word_by_word(cast, client, post):
    edit(post, cast.resident)

    page = client.get(f"/posts/{post.pk}/history/").content.decode()

    assert "<del>" in page
    assert "removed: </span>Friday<" in page
    assert "added: </span>Saturday<" in page
    assert "The market is on Friday." in page


def test_history_pages_reach_the_first_wording(cast, client, post):
    for number in range(10):
        edit(post, cast.resident, body=f"Day {number}.", edition=number + 1)

    first = client.get(f"/posts/{post.pk}/history/")
    older = client.get(f"/posts/{post.pk}/history/?before={first.context['next']}")

    assert [new.edition for new, _old in first.context["changes"]] == list(range(11, 3, -1))
    assert [new.edition for new, _old in older.context["changes"]] == [3, 2]
    assert older.context["original"].body == "The market is on Friday."


@pytest.mark.parametrize("before", ["x", "0", "1", "-1", "²", "9" * 30])
def test_history_of_made_up_pages_is_a_page_or_not_found(cast, client, post, before):
    assert client.get(f"/posts/{post.pk}/history/?before={before}").status_code == 404


def test_history_escapes_what_was_typed(cast, client, post):
    edit(post, cast.resident, body="<script>alert(1)</script>")

    page = client.get(f"/posts/{post.pk}/history/").content.decode()

    assert "<script>alert" not in page
    assert "script" in page


@pytest.mark.parametrize("status", ["hidden", "withdrawn"])
def test_history_of_what_is_gone_is_for_its_author_and_staff(cast, client_of, post, status):
    edit(post, cast.resident)
    make_decision(post, verb="hide", rule="abuse", reason="Unkind.")
    services.set_status(post, status, by=cast.moderator)

    codes = {
        name: client_of(getattr(cast, name)).get(f"/posts/{post.pk}/history/").status_code
        for name in ("visitor", "neighbour", "resident", "moderator")
    }

    assert codes == {"visitor": 404, "neighbour": 404, "resident": 200, "moderator": 200}


def test_edit_keeps_the_pictures_that_stay_and_drops_the_others(cast, client_of):
    heron, weir = make_image(cast.resident), make_image(cast.resident, alt="The weir")
    thread = make_thread(cast.community)
    post = make_post(thread, author=cast.resident, body="Look.", pictures=[heron, weir])

    client_of(cast.resident).post(
        edit_address(post),
        {
            "body": "Look here.",
            "edition": "1",
            "picture": [str(heron.pk), str(weir.pk)],
            f"words-{heron.pk}": "A grey heron",
            f"words-{weir.pk}": "The weir",
            f"leave-{weir.pk}": "on",
        },
    )

    post.refresh_from_db()
    assert [image.alt for image in post.images.all()] == ["A grey heron"]
    assert 'alt="A grey heron"' in post.html
    assert "The weir" not in post.html
    weir.refresh_from_db()
    assert weir.post is None


def test_post_of_fifty_editions_stays_as_it_is(cast, post):
    Post.objects.filter(pk=post.pk).update(edition=49)
    edit(post, cast.resident, edition=49)

    with pytest.raises(ValidationError, match="so often"):
        edit(post, cast.resident, body="The market is on Sunday.", edition=50)

    post.refresh_from_db()
    assert (post.edition, post.body) == (50, "The market is on Saturday.")


def test_wording_is_dated_by_when_it_was_written(cast, post):
    edit(post, cast.resident)
    second = Post.objects.get(pk=post.pk).edited_at
    edit(post, cast.resident, body="The market is on Sunday.", edition=2)

    dates = PostRevision.objects.order_by("edition").values_list("written_at", flat=True)
    assert list(dates) == [post.created_at, second]


@pytest.mark.parametrize("method", ["get", "post"])
def test_edit_page_is_for_the_author_alone(cast, client_of, post, method):
    given = {"body": "Mine now.", "edition": "1", "act": "preview"}

    responses = [
        getattr(client_of(person), method)(edit_address(post), given)
        for person in (cast.neighbour, cast.moderator)
    ]

    assert [response.status_code for response in responses] == [403, 403]


def test_history_tells_what_was_said_of_a_picture_that_was_taken_out(cast, client_of):
    thread = make_thread(cast.community)
    heron, weir = (make_image(cast.resident, alt=f"A <{name}>") for name in ("heron", "weir"))
    post = make_post(thread, author=cast.resident, body="Look.", pictures=[heron])
    edit(post, cast.resident, body="Look.", pictures=[weir])

    html = client_of(None).get(f"/posts/{post.pk}/history/").content.decode()

    newest, original = html.split("Wording 1")
    assert "A &lt;heron&gt;" not in newest.partition("</del>")[2]
    assert "heron" in newest.partition("<del>")[2].partition("</del>")[0]
    assert "weir" in newest.partition("<ins>")[2].partition("</ins>")[0]
    assert "Picture: A &lt;heron&gt;" in original


def test_history_tells_of_another_picture_of_which_the_same_is_said(cast, client_of):
    one, other = (make_image(cast.resident, alt="The bridge") for _time in range(2))
    post = make_post(make_thread(cast.community), author=cast.resident, pictures=[one])
    edit(post, cast.resident, body=post.body, pictures=[other])

    html = client_of(None).get(f"/posts/{post.pk}/history/").content.decode()

    assert "there is another picture, of which the same is said." in html
