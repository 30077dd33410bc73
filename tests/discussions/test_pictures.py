from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from communities.models import Community
from discussions import services
from discussions.models import Image, Post, Thread
from discussions.services import Writing, delete_loose_pictures
from notifications import emails as letters
from records.services import close_account
from tests.factories import (
    make_community,
    make_decision,
    make_image,
    make_membership,
    make_post,
    make_thread,
    picture_file,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread(cast):
    return make_thread(cast.community, author=cast.neighbour)


@pytest.fixture
def post(cast, thread):
    pictures = [make_image(cast.resident, alt='A "heron" & <b>more</b>', size=(2000, 1000))]
    return make_post(thread, author=cast.resident, body="Look.", pictures=pictures)


def reply_address(thread):
    return reverse("discussions:post-create", args=[thread.pk])


def send(client, thread, **fields):
    return client.post(reply_address(thread), {"body": "Look at this.", **fields})


def test_picture_without_words_is_kept_and_asked_about(cast, client_of, thread):
    response = send(client_of(cast.resident), thread, pictures=[picture_file()])

    page = response.content.decode()
    image = Image.objects.get()
    assert response.status_code == 200
    assert (image.author, image.post, image.alt) == (cast.resident, None, "")
    assert "Say what the picture shows, for those who cannot see it." in page
    assert f'name="words-{image.pk}"' in page
    assert f'src="/images/{image.pk}/small/"' in page
    assert "Look at this.</textarea>" in page
    assert thread.posts.count() == 1


def test_kept_picture_is_put_into_the_post_once_it_has_words(cast, client_of, thread):
    client = client_of(cast.resident)
    key = str(make_image(cast.resident, alt="").pk)

    send(client, thread, **{"picture": [key], f"words-{key}": "  A heron\non one leg "})

    post = thread.posts.get(number=2)
    assert [(str(image.pk), image.alt) for image in post.images.all()] == [
        (key, "A heron on one leg")
    ]
    assert post.html == (
        "<p>Look at this.</p>\n"
        f'<figure class="picture"><a href="/images/{key}/"><img src="/images/{key}/small/"'
        ' width="64" height="48" alt="A heron on one leg" loading="lazy"></a></figure>\n'
    )


def test_pictures_and_words_sent_together_make_a_post_at_once(cast, client_of, thread):
    response = send(
        client_of(cast.resident),
        thread,
        pictures=[picture_file(), picture_file(format="PNG")],
        new_words=["A heron", "The weir"],
    )

    assert response.status_code == 302
    alts = thread.posts.get(number=2).images.order_by("position").values_list("alt", flat=True)
    assert list(alts) == ["A heron", "The weir"]


def test_picture_left_out_needs_no_words(cast, client_of, thread):
    key = str(make_image(cast.resident, alt="").pk)

    send(client_of(cast.resident), thread, **{"picture": [key], f"leave-{key}": "on"})

    assert thread.posts.get(number=2).images.count() == 0


def test_refused_form_keeps_pictures_and_their_words(cast, client_of, thread):
    client = client_of(cast.resident)
    response = send(client, thread, body="", pictures=[picture_file()], new_words=["A heron"])

    image = Image.objects.get()
    assert f'value="{image.pk}"' in response.content.decode()
    assert 'value="A heron"' in response.content.decode()


def test_new_thread_takes_pictures(cast, client_of):
    client_of(cast.resident).post(
        reverse("discussions:thread-create", args=[cast.community.slug]),
        {"title": "Heron", "body": "Look.", "pictures": [picture_file()], "new_words": ["A heron"]},
    )

    assert Thread.objects.get().posts.get().images.get().alt == "A heron"


def test_file_that_is_no_picture_is_named_and_the_words_stay(cast, client_of, thread):
    file = picture_file()
    file.seek(0)
    file.truncate()
    file.write(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    file.seek(0)
    file.name = "heron.jpg"

    response = send(client_of(cast.resident), thread, pictures=[file], new_words=["A heron"])

    page = response.content.decode()
    assert "“heron.jpg” is left out. It is no picture that we can show." in page
    assert "Look at this.</textarea>" in page
    assert Image.objects.count() == 0


def test_fifth_picture_is_refused_and_four_are_kept(cast, client_of, thread):
    response = send(
        client_of(cast.resident),
        thread,
        pictures=[picture_file() for _number in range(5)],
        new_words=["Words"] * 5,
    )

    assert "at most 4 pictures" in response.content.decode()
    assert Image.objects.count() == 4
    assert thread.posts.count() == 1


def test_five_kept_pictures_are_refused_too(cast, client_of, thread):
    keys = [str(make_image(cast.resident).pk) for _number in range(5)]
    words = {f"words-{key}": "Words" for key in keys}

    response = send(client_of(cast.resident), thread, picture=keys, **words)

    assert response.status_code == 200
    assert thread.posts.count() == 1


def test_pictures_of_others_cannot_be_taken(cast, client_of, thread, post):
    foreign = [make_image(cast.neighbour), post.images.get()]
    keys = [str(image.pk) for image in foreign]
    words = {f"words-{key}": "Mine" for key in keys}

    send(client_of(cast.neighbour), thread, picture=keys[1:], **words)
    send(client_of(cast.resident), thread, picture=keys, **words)

    assert [each.images.count() for each in thread.posts.order_by("number")] == [0, 1, 0, 0]


@pytest.mark.parametrize("key", ["x", "", "\x00", "0" * 40, "9" * 32])
def test_made_up_keys_of_pictures_are_passed_over(cast, client_of, thread, key):
    response = send(client_of(cast.resident), thread, picture=[key])

    assert response.status_code == 302


def test_form_sent_twice_puts_the_picture_into_one_post(cast, client_of, thread):
    client, key = client_of(cast.resident), str(make_image(cast.resident).pk)
    fields = {"picture": [key], f"words-{key}": "A heron", "submit_key": str(uuid4())}

    for _time in range(2):
        assert send(client, thread, **fields).status_code == 302

    assert thread.posts.count() == 2
    assert thread.posts.get(number=2).images.count() == 1


def test_picture_in_a_post_has_words(cast, post):
    with pytest.raises(IntegrityError, match="has_words"), transaction.atomic():
        Image.objects.update(alt="")


def test_reply_with_a_picture_that_is_gone_is_refused(cast, thread):
    image = make_image(cast.resident)
    Image.objects.all().delete()

    with pytest.raises(ValidationError, match="no longer there"):
        services.reply(thread, by=cast.resident, writing=Writing("Look.", pictures=[image]))

    assert thread.posts.count() == 1


def test_words_of_a_picture_are_escaped_in_the_page(cast, client, post):
    page = client.get(post.thread.get_absolute_url()).content.decode()

    assert 'alt="A &quot;heron&quot; &amp; &lt;b&gt;more&lt;/b&gt;"' in page
    assert 'width="480" height="240"' in page


@pytest.mark.parametrize("path", ["", "small/"])
def test_picture_is_served_as_what_we_made_it(client, post, path):
    response = client.get(f"/images/{post.images.get().pk}/{path}")

    content = b"".join(response.streaming_content)
    assert content[:3] == b"\xff\xd8\xff"
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Content-Disposition"].startswith('inline; filename="picture')
    assert response["Cache-Control"] == "public, max-age=30"


def test_picture_that_was_fetched_is_not_sent_again(client, post):
    address = f"/images/{post.images.get().pk}/"
    tag = client.get(address)["ETag"]

    response = client.get(address, headers={"If-None-Match": tag})

    assert (response.status_code, response.content) == (304, b"")


def test_picture_whose_file_is_lost_is_not_found(client, post):
    default_storage.delete(post.images.get().file.name)

    assert client.get(f"/images/{post.images.get().pk}/").status_code == 404


WHO = ["visitor", "neighbour", "resident", "moderator"]


def seen_by(cast, client_of, image):
    address = f"/images/{image.pk}/"
    answers = {name: client_of(getattr(cast, name)).get(address) for name in WHO}
    return [answers[name].status_code for name in WHO]


@pytest.mark.parametrize("status", ["hidden", "withdrawn"])
def test_picture_of_a_post_that_is_gone_is_for_its_author_and_staff(cast, client_of, post, status):
    make_decision(post, verb="hide", rule="abuse", reason="Unkind.")
    services.set_status(post, status, by=cast.moderator)

    assert seen_by(cast, client_of, post.images.get()) == [404, 404, 200, 200]


def test_tag_of_a_picture_opens_nothing_that_is_hidden(cast, client, post):
    address = f"/images/{post.images.get().pk}/"
    tag = client.get(address)["ETag"]
    make_decision(post, verb="hide", rule="abuse", reason="Unkind.")
    services.set_status(post, Post.Status.HIDDEN, by=cast.moderator)

    assert client.get(address, headers={"If-None-Match": tag}).status_code == 404


def test_picture_beside_a_form_is_its_authors_alone(cast, client_of):
    assert seen_by(cast, client_of, make_image(cast.resident)) == [404, 404, 200, 404]


def test_picture_of_a_closed_community_is_for_its_members(cast, client_of):
    closed = make_community(visibility="members")
    make_membership(cast.neighbour, closed)
    make_membership(cast.resident, closed)
    image = make_image(cast.resident)
    make_post(make_thread(closed), author=cast.resident, pictures=[image])

    assert seen_by(cast, client_of, image) == [404, 200, 200, 200]
    response = client_of(cast.neighbour).get(f"/images/{image.pk}/")
    assert response["Cache-Control"] == "no-store, private"


def test_feed_names_pictures_by_their_whole_address(client, post, settings):
    feed = client.get(f"/communities/{post.thread.community.slug}/feed.atom").content.decode()

    assert f'src="{settings.SITE_URL}/images/'.replace('"', "&quot;") in feed.replace('"', "&quot;")
    assert "=&quot;/images/" not in feed.replace('"', "&quot;")


@pytest.mark.parametrize("kind", [letters.reply, letters.mention])
def test_mail_says_what_the_pictures_show(cast, post, kind):
    letter = kind(cast.neighbour, post.thread, [post])

    assert '> Look.\n> Picture: A "heron" & <b>more</b>\n' in letter.text
    assert "<figure" not in letter.html
    assert "Picture: A &quot;heron&quot; &amp; &lt;b&gt;more&lt;/b&gt;" in letter.html


def test_loose_pictures_go_after_a_day_with_their_files(
    cast, post, django_capture_on_commit_callbacks
):
    old, young = make_image(cast.resident), make_image(cast.resident)
    Image.objects.exclude(pk=young.pk).update(created_at=timezone.now() - timedelta(hours=25))

    with django_capture_on_commit_callbacks() as callbacks:
        delete_loose_pictures()
    still_there = default_storage.exists(old.file.name)
    for callback in callbacks:
        callback()

    assert set(Image.objects.all()) == {young, post.images.get()}
    assert still_there
    assert not default_storage.exists(old.file.name)
    assert not default_storage.exists(old.thumbnail.name)
    assert default_storage.exists(young.file.name)


def test_closing_an_account_forgets_loose_pictures(cast, post):
    make_image(cast.resident)
    other = make_image(cast.neighbour)

    close_account(cast.resident, by=cast.resident)

    assert set(Image.objects.all()) == {other, post.images.get()}


def test_moderators_see_the_pictures_of_what_they_decide_about(cast, client_of, post):
    Community.objects.update(hold_first_posts=False)

    page = client_of(cast.moderator).get(f"/admin/moderation/report/post/{post.pk}/")

    assert f'src="/images/{post.images.get().pk}/small/"' in page.content.decode()
