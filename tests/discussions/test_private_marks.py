import pytest
from django.core.exceptions import ValidationError

from discussions.models import Bookmark, Draft, Follow, Ignore
from discussions.services import ignore_person, keep_post, set_status
from tests.factories import make_community, make_decision, make_post, make_thread


@pytest.fixture
def post(cast):
    return make_post(make_thread(cast.community), author=cast.neighbour, body="A heron.")


def test_post_is_kept_with_a_note_that_can_be_changed(cast, client_of, post):
    client = client_of(cast.resident)
    address = f"/posts/{post.pk}/keep/"

    responses = [client.post(address, {"note": note}) for note in ("For Sunday", "For Monday")]

    assert [response.url for response in responses] == [post.get_absolute_url()] * 2
    assert Bookmark.objects.get(user=cast.resident, post=post).note == "For Monday"
    assert 'value="For Monday"' in client.get(f"/posts/{post.pk}/more/").content.decode()


def test_note_that_is_too_long_is_refused_and_not_lost(cast, client_of, post):
    words = "a" * 201

    response = client_of(cast.resident).post(f"/posts/{post.pk}/keep/", {"note": words})

    assert words in response.content.decode()
    assert 'aria-invalid="true"' in response.content.decode()
    assert not Bookmark.objects.exists()


def test_bookmark_of_a_post_that_is_gone_can_be_removed(cast, client_of, post):
    keep_post(post, by=cast.resident, note="Mine")
    keep_post(post, by=cast.councillor)
    set_status(post, "withdrawn", by=cast.neighbour)
    client = client_of(cast.resident)

    response = client.post(f"/posts/{post.pk}/keep/", {"remove": "yes"})

    assert response.url == "/mine/?show=bookmarked"
    assert [mark.user for mark in Bookmark.objects.all()] == [cast.councillor]


@pytest.mark.parametrize("path", ["more", "keep"])
def test_post_that_one_may_not_read_cannot_be_kept(cast, client_of, path):
    post = make_thread(make_community(visibility="members")).posts.get()
    client = client_of(cast.resident)

    response = client.get(f"/posts/{post.pk}/more/")
    kept = client.post(f"/posts/{post.pk}/keep/", {"note": ""})

    assert (response.status_code, kept.status_code) == (404, 404)
    assert not Bookmark.objects.exists()


def test_post_that_is_not_on_show_is_kept_by_its_author_alone(cast, client_of, post):
    make_decision(post, verb="hide", rule="abuse", by=cast.moderator)
    post = set_status(post, "hidden", by=cast.moderator)

    answers = {}
    for person in (cast.moderator, cast.neighbour):
        client = client_of(person)
        offers = "Keep this post" in client.get(f"/posts/{post.pk}/more/").content.decode()
        answers[person] = (offers, client.post(f"/posts/{post.pk}/keep/").status_code)

    assert answers == {cast.moderator: (False, 403), cast.neighbour: (True, 302)}
    with pytest.raises(ValidationError):
        keep_post(post, by=cast.moderator)
    assert [mark.user for mark in Bookmark.objects.all()] == [cast.neighbour]


def test_somebody_is_ignored_and_read_again(cast, client_of):
    client = client_of(cast.resident)
    address = f"/people/{cast.neighbour.pk}/ignore/"

    client.post(address, {"ignore": "yes"})
    listed = client.get("/mine/ignored/").content.decode()
    assert Ignore.objects.get().ignored == cast.neighbour
    client.post(address, {"ignore": "no"})

    assert cast.neighbour.get_absolute_url() in listed
    assert not Ignore.objects.exists()
    assert "You ignore nobody" in client.get("/mine/ignored/").content.decode()


@pytest.mark.parametrize("which", ["yes", "no"])
def test_reader_comes_back_to_the_post_beside_which_somebody_was_ignored(cast, client_of, which):
    post = make_thread(cast.community, author=cast.neighbour).posts.get()
    client = client_of(cast.resident)
    address = f"/people/{cast.neighbour.pk}/ignore/"

    offered = client.get(f"/posts/{post.pk}/more/").content.decode()
    response = client.post(address, {"ignore": which, "post": str(post.pk)})

    assert f'<input type="hidden" name="post" value="{post.pk}">' in offered
    assert response.url == f"/posts/{post.pk}/"


@pytest.mark.parametrize("post", ["", "x", "-1", "²", "9" * 40])
def test_reader_comes_to_the_list_where_no_post_is_named(cast, client_of, post):
    client = client_of(cast.resident)

    response = client.post(f"/people/{cast.neighbour.pk}/ignore/", {"ignore": "yes", "post": post})

    assert response.url == "/mine/ignored/"


@pytest.mark.parametrize("name", ["resident", "moderator", "admin"])
def test_oneself_and_staff_cannot_be_ignored(cast, client_of, name):
    person = getattr(cast, name)

    response = client_of(cast.resident).post(f"/people/{person.pk}/ignore/", {"ignore": "yes"})

    assert response.status_code == 403
    assert not Ignore.objects.exists()


def test_list_of_the_ignored_is_ones_own(cast, client_of):
    ignore_person(cast.neighbour, by=cast.resident)
    ignore_person(cast.resident, by=cast.outsider)

    page = client_of(cast.outsider).get("/mine/ignored/").content.decode()

    assert cast.resident.get_absolute_url() in page
    assert cast.neighbour.get_absolute_url() not in page


def test_reader_is_told_only_whom_they_ignore_themselves(cast, client_of, post):
    ignore_person(cast.neighbour, by=cast.resident)

    for address in (f"/posts/{post.pk}/more/", cast.neighbour.get_absolute_url()):
        told = {
            name: "Read Neighbour again" in client_of(person).get(address).content.decode()
            for name, person in (("resident", cast.resident), ("outsider", cast.outsider))
        }
        assert told == {"resident": True, "outsider": False}, address


@pytest.mark.parametrize("mode", ["zebra", "FOLLOW", " follow", "follow\n"])
def test_way_to_follow_that_nobody_has_is_not_found(cast, client_of, post, mode):
    response = client_of(cast.resident).post(
        f"/discussions/{post.thread_id}/follow/", {"mode": mode}
    )

    assert response.status_code == 404
    assert not Follow.objects.filter(user=cast.resident).exists()


def test_draft_is_thrown_away_by_its_writer_alone(cast, client_of):
    draft = Draft.objects.create(user=cast.resident, community=cast.community, body="Begun")
    other = Draft.objects.create(user=cast.resident, thread=make_thread(), body="Another")
    address = f"/mine/drafts/{draft.pk}/throw-away/"

    client_of(cast.neighbour).post(address)
    assert Draft.objects.count() == 2
    client_of(cast.resident).get(address)
    assert Draft.objects.count() == 2
    response = client_of(cast.resident).post(address)

    assert response.url == "/mine/?show=drafts"
    assert list(Draft.objects.all()) == [other]
