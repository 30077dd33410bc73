"""What the services and the form of pictures refuse, leave out and remember."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from discussions import services
from discussions.models import Image
from tests.factories import make_image, make_post, make_thread, picture_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread(cast):
    return make_thread(cast.community, author=cast.neighbour)


def send(client, thread, **fields):
    address = reverse("discussions:post-create", args=[thread.pk])
    return client.post(address, {"body": "Look.", **fields})


def test_picture_of_one_post_is_put_into_no_other(cast, thread):
    image = make_image(cast.resident)
    post = make_post(thread, author=cast.resident, pictures=[image])

    with pytest.raises(ValidationError, match="no longer there"):
        make_post(thread, author=cast.resident, pictures=[image])

    image.refresh_from_db()
    assert (image.post, thread.posts.count()) == (post, 2)


def test_picture_without_words_is_put_into_no_post(cast, thread):
    with pytest.raises(ValidationError, match="what it shows"):
        make_post(thread, author=cast.resident, pictures=[make_image(cast.resident, alt="")])

    assert thread.posts.count() == 1


def test_picture_that_an_edit_takes_out_stands_in_no_post(cast, thread):
    kept, gone = make_image(cast.resident), make_image(cast.resident)
    post = make_post(thread, author=cast.resident, pictures=[kept, gone])

    services.edit_post(post, by=cast.resident, body="Look.", edition=1, pictures=[kept])

    assert list(post.images.all()) == [kept]
    assert Image.objects.get(pk=gone.pk).post is None


def test_words_for_a_picture_are_cut_where_they_are_too_long(cast, client_of, thread):
    send(client_of(cast.resident), thread, pictures=[picture_file()], new_words=["x" * 400])

    assert thread.posts.get(number=2).images.get().alt == "x" * 300


def test_five_pictures_that_were_kept_are_given_back(cast, client_of, thread):
    images = [make_image(cast.resident) for _n in range(5)]
    keys = {f"words-{image.pk}": "A heron" for image in images}

    page = send(client_of(cast.resident), thread, picture=[image.pk for image in images], **keys)

    assert "A post has at most 4 pictures." in page.content.decode()
    assert thread.posts.count() == 1


def test_form_that_is_given_back_remembers_which_picture_is_left_out(cast, client_of, thread):
    left_out, kept = make_image(cast.resident, alt=""), make_image(cast.resident, alt="")
    given = {"picture": [left_out.pk, kept.pk], f"leave-{left_out.pk}": "on"}

    page = send(client_of(cast.resident), thread, **given).content.decode()

    assert re.findall(r'name="leave-([-\w]+)"[^>]* checked', page) == [str(left_out.pk)]
    wrong = re.findall(r'name="words-([-\w]+)"[^>]*aria-invalid="true"', page)
    assert wrong == [str(kept.pk)]
