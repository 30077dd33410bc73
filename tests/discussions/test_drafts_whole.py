"""A draft keeps all that was composed: tags, capacity, the answered post, pictures."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from discussions.models import Draft, Image, Post, Thread
from discussions.services import (
    Beside,
    delete_loose_pictures,
    draft_for,
    edit_post,
    prune_drafts,
    save_draft,
)
from records.exports import export_for
from tests.factories import (
    make_capacity,
    make_image,
    make_membership,
    make_post,
    make_thread,
    make_user,
    picture_file,
)
from tests.pages.visits import form_of

pytestmark = pytest.mark.django_db
KEEP = {"act": "keep"}


@pytest.fixture
def thread(cast):
    return make_thread(cast.community, author=cast.neighbour, tags=["river", "weir"])


@pytest.fixture
def officer(cast):
    person = make_user()
    make_membership(person, cast.community, digest="never")
    make_capacity(person, body=cast.body)
    return person


def reply_to(thread):
    return f"/discussions/{thread.pk}/reply/"


def start_in(cast):
    return f"/communities/{cast.community.slug}/new/"


def value_of(response, name):
    return response.context["form"][name].value()


def begun_at(client, address, typed="body"):
    """What the form of a page holds, and where it leads, as a browser without scripts sends it."""
    action, fields = form_of(client.get(address).content.decode(), {typed: ""})
    return action or address, fields


def test_draft_of_a_thread_keeps_tags_and_capacity(cast, client_of, thread, officer):
    capacity = officer.capacities.get()
    officer.memberships.update(role="ambassador")
    given = {"title": "Otters", "body": "Two.", "tags": ["weir"], "new_tags": " Wild  life "}

    client_of(officer).post(start_in(cast), {**given, "capacity": capacity.pk, **KEEP})

    page = client_of(officer).get(start_in(cast))
    names = ("title", "body", "tags", "new_tags", "capacity")
    assert [value_of(page, name) for name in names] == [
        "Otters",
        "Two.",
        ["weir"],
        "Wild life",
        capacity.pk,
    ]
    html = page.content.decode()
    assert f'<option value="{capacity.pk}" selected>' in html
    assert html.count("checked") == 1


def test_draft_sent_from_another_device_has_its_tags_and_capacity(cast, client_of, thread, officer):
    capacity = officer.capacities.get()
    given = {"title": "Otters", "body": "Two.", "tags": "weir", "capacity": capacity.pk}
    client_of(officer).post(start_in(cast), given | KEEP)

    address, fields = begun_at(client_of(officer), start_in(cast))
    client_of(officer).post(address, fields | {"seen_similar": "yes"})

    started = Thread.objects.get(title="Otters")
    assert list(started.tags.names()) == ["weir"]
    assert started.posts.get().capacity == capacity
    assert not Draft.objects.exists()


def test_going_to_a_similar_thread_keeps_the_tags(cast, client_of, thread):
    client = client_of(cast.resident)
    given = {"title": "Otters", "body": "Two.", "tags": ["river"], "go": thread.pk}

    client.post(start_in(cast), given)

    assert value_of(client.get(start_in(cast)), "tags") == ["river"]


def test_draft_keeps_no_tag_or_capacity_that_was_not_offered(cast, client_of, thread, officer):
    given = {"title": "Otters", "body": "Two.", "tags": ["zebra"], "new_tags": "zebra"}
    capacity = officer.capacities.get().pk

    client_of(cast.resident).post(start_in(cast), {**given, "capacity": capacity, **KEEP})
    client_of(officer).post(start_in(cast), {**given, "capacity": "zebra", **KEEP})

    for draft in Draft.objects.all():
        assert (draft.tags, draft.new_tags, draft.capacity) == ([], "", None)
    assert Draft.objects.count() == 2


def test_draft_with_too_long_new_tags_is_refused(thread):
    with pytest.raises(ValidationError, match="too long"):
        save_draft(thread, by=make_user(), body="So.", beside=Beside(new_tags="x" * 121))


@pytest.mark.parametrize("page", ["reply", "thread"])
def test_draft_of_a_reply_keeps_which_post_it_answers(cast, client_of, thread, officer, page):
    make_post(thread)
    capacity = officer.capacities.get()
    given = {"body": "So far", "reply_to": "2", "capacity": capacity.pk}
    client_of(officer).post(reply_to(thread), given | KEEP)

    address = reply_to(thread) if page == "reply" else thread.get_absolute_url()
    address, fields = begun_at(client_of(officer), address)
    client_of(officer).post(address, fields)

    post = Post.objects.get(number=3)
    assert (post.body, post.reply_to.number, post.capacity) == ("So far", 2, capacity)


def test_post_that_is_asked_for_is_answered_and_not_the_one_of_the_draft(cast, client_of, thread):
    make_post(thread)
    client = client_of(cast.resident)
    client.post(reply_to(thread), {"body": "So far", "reply_to": "2", **KEEP})

    page = client.get(f"{reply_to(thread)}?to=1")

    assert (page.context["answered"].number, value_of(page, "body")) == (1, "So far")


def test_thread_page_says_which_post_a_draft_answers_and_only_then(cast, client_of, thread):
    client = client_of(cast.resident)
    client.post(reply_to(thread), {"body": "So far", "reply_to": "1", **KEEP})
    assert "answers post 1" in client.get(thread.get_absolute_url()).content.decode()

    client.post(reply_to(thread), {"body": "So far", **KEEP})

    page = client.get(thread.get_absolute_url()).content.decode()
    assert "answers post" not in page
    assert 'name="reply_to"' not in page


@pytest.mark.parametrize("typed", ["zebra", "0", "9" * 30, "-1", "٣"])
def test_draft_answers_nothing_where_nonsense_was_sent(cast, client_of, thread, typed):
    client = client_of(cast.resident)

    client.post(reply_to(thread), {"body": "So far", "reply_to": typed, **KEEP})

    assert draft_for(thread, by=cast.resident).body == "So far"
    for address in (reply_to(thread), thread.get_absolute_url()):
        assert client.get(address).status_code == 200


def test_form_leads_back_to_no_address_that_somebody_made_up(cast, client_of, thread):
    given = {"body": "So far", "reply_to": "1&quote=1", **KEEP}

    response = client_of(cast.resident).post(reply_to(thread), given)

    assert response.url == reply_to(thread)


def test_draft_of_a_new_thread_is_its_writers_alone(cast, client_of):
    save_draft(cast.community, by=cast.neighbour, title="Otters", body="Private words")

    page = client_of(cast.resident).get(start_in(cast))

    assert "Private words" not in page.content.decode()


@pytest.mark.parametrize("page", ["reply", "thread"])
def test_draft_keeps_pictures_with_their_words(cast, client_of, thread, page):
    client = client_of(cast.resident)
    given = {"body": "Look.", "pictures": [picture_file(), picture_file()]}
    client.post(reply_to(thread), {**given, "new_words": ["A heron", ""], **KEEP})
    first, _second = draft_for(thread, by=cast.resident).pictures

    address = reply_to(thread) if page == "reply" else thread.get_absolute_url()
    action, fields = begun_at(client, address)
    shown = client.get(address).content.decode()

    assert shown.index('value="A heron"') < shown.index(f'name="picture" value="{_second}"')
    key = fields.pop("picture")
    client.post(action, {**fields, "picture": [first, key], f"words-{key}": "Another"})
    post = Post.objects.get(number=2)
    assert [image.alt for image in post.images.order_by("position")] == ["A heron", "Another"]


def test_draft_of_pictures_alone_is_kept_and_shown(cast, client_of, thread):
    client = client_of(cast.resident)
    client.get(reply_to(thread))  # whose fields are drawn once for all

    client.post(reply_to(thread), {"body": "", "pictures": [picture_file()], **KEEP})

    image = Image.objects.get()
    for address in (reply_to(thread), thread.get_absolute_url()):
        assert f'name="picture" value="{image.pk}"' in client.get(address).content.decode()


def test_draft_kept_by_a_script_keeps_the_pictures_beside_it(cast, client_of, thread):
    client = client_of(cast.resident)
    image = make_image(cast.resident, alt="")
    given = {"body": "Look.", "picture": [image.pk], f"words-{image.pk}": "A heron"}

    client.post(reply_to(thread), given | KEEP, headers={"X-Fragment": "yes"})
    client.post(reply_to(thread), given | KEEP, headers={"X-Fragment": "yes"})

    draft = Draft.objects.get()
    assert (draft.pictures, draft.picture_words) == ([image.pk], ["A heron"])


def test_picture_that_is_left_out_is_not_kept_with_the_draft(cast, client_of, thread):
    image = make_image(cast.resident)
    given = {"body": "Look.", "picture": [image.pk], f"leave-{image.pk}": "on"}

    client_of(cast.resident).post(reply_to(thread), given | KEEP)

    assert draft_for(thread, by=cast.resident).pictures == []


def test_draft_says_which_file_was_left_out(cast, client_of, thread):
    file = picture_file()
    file.truncate(20)
    file.name = "heron.jpg"

    page = client_of(cast.resident).post(
        reply_to(thread), {"body": "Look.", "pictures": [file], **KEEP}, follow=True
    )

    assert "“heron.jpg” is left out." in page.content.decode()
    assert value_of(page, "body") == "Look."


def test_draft_shows_no_picture_of_somebody_else_or_of_another_post(cast, client_of, thread):
    other, placed, own = make_image(cast.neighbour), *(make_image(cast.resident) for _n in "12")
    make_post(thread, author=cast.resident, pictures=[placed])
    beside = Beside(pictures=[other, placed, own])
    save_draft(thread, by=cast.resident, body="Look.", beside=beside)

    page = client_of(cast.resident).get(reply_to(thread)).content.decode()

    shown = [image for image in (other, placed, own) if f'value="{image.pk}"' in page]
    assert shown == [own]


def test_pictures_go_along_to_a_similar_thread(cast, client_of, thread):
    client = client_of(cast.resident)
    given = {"title": "Heron", "body": "Look.", "pictures": [picture_file()], "go": thread.pk}
    client.post(start_in(cast), {**given, "new_words": ["A heron"]})
    assert 'value="A heron"' in client.get(start_in(cast)).content.decode()

    address, fields = begun_at(client, f"{reply_to(thread)}?words=new")
    client.post(address, fields)

    assert Post.objects.get(number=2).images.get().alt == "A heron"
    assert not Draft.objects.exists()


def test_pictures_of_a_draft_stay_as_long_as_the_draft(cast, thread):
    kept, loose, others = (make_image(cast.resident) for _n in range(3))
    Image.objects.update(created_at=timezone.now() - timedelta(days=2))
    save_draft(thread, by=cast.resident, body="Look.", beside=Beside(pictures=[kept]))
    save_draft(thread, by=cast.neighbour, body="Look.", beside=Beside(pictures=[others]))

    delete_loose_pictures()
    assert list(Image.objects.all()) == [kept]
    assert sum(prune_drafts(timezone.now() + timedelta(days=1))) == 2
    delete_loose_pictures()

    assert (loose.pk, Image.objects.count()) == (loose.pk, 0)


def test_draft_of_an_edit_keeps_the_pictures_as_they_were_chosen(cast, client_of, thread):
    old, gone = make_image(cast.resident, "Old"), make_image(cast.resident, "Gone")
    post = make_post(thread, author=cast.resident, pictures=[old, gone])
    address = f"/posts/{post.pk}/edit/"
    client = client_of(cast.resident)
    given = {"body": "New.", "edition": "1", "picture": [old.pk, gone.pk]}
    words = {f"words-{old.pk}": "Other", f"leave-{gone.pk}": "on"}
    client.post(address, {**given, **words, "pictures": [picture_file()], **KEEP})

    page = client.get(address).content.decode()

    assert 'value="Other"' in page
    assert f'value="{gone.pk}"' not in page
    assert page.count('name="picture"') == 2
    assert Image.objects.get(pk=old.pk).alt == "Old"


def test_edit_begun_without_a_word_of_pictures_shows_those_of_the_post(cast, client_of, thread):
    image = make_image(cast.resident)
    post = make_post(thread, author=cast.resident, pictures=[image])
    Draft.objects.create(user=cast.resident, post=post, body="New.")

    page = client_of(cast.resident).get(f"/posts/{post.pk}/edit/")

    assert f'value="{image.pk}"' in page.content.decode()
    assert value_of(page, "body") == "New."


def test_edit_begun_before_another_edit_is_a_conflict_that_loses_nothing(cast, client_of, thread):
    post = make_post(thread, author=cast.resident, body="Friday.")
    address = f"/posts/{post.pk}/edit/"
    client = client_of(cast.resident)
    edit_post(post, by=cast.resident, body="Saturday.", edition=1)
    client.post(address, {"body": "Sunday.", "edition": "1", **KEEP})

    action, fields = begun_at(client, address)
    page = client.post(action, fields)

    assert "changed in another window" in page.content.decode()
    assert value_of(page, "body") == "Sunday."
    assert Post.objects.get(pk=post.pk).body == "Saturday."


@pytest.mark.parametrize("typed", ["", "zebra", "99999999", "0"])
def test_edition_that_is_none_is_not_kept(cast, client_of, thread, typed):
    post = make_post(thread, author=cast.resident, body="Friday.")
    address = f"/posts/{post.pk}/edit/"

    client_of(cast.resident).post(address, {"body": "Sunday.", "edition": typed, **KEEP})

    assert draft_for(post, by=cast.resident).edition is None
    assert value_of(client_of(cast.resident).get(address), "edition") == 1


def test_thread_page_reads_pictures_only_for_a_draft_that_has_some(
    cast, client_of, thread, django_assert_num_queries
):
    client = client_of(cast.resident)
    save_draft(thread, by=cast.resident, body="Look.")
    client.get(thread.get_absolute_url())
    with django_assert_num_queries(7):
        client.get(thread.get_absolute_url())
    beside = Beside(pictures=[make_image(cast.resident) for _n in range(3)])
    save_draft(thread, by=cast.resident, body="Look.", beside=beside)

    with django_assert_num_queries(8):
        client.get(thread.get_absolute_url())


def test_download_of_ones_data_has_all_of_a_draft(cast, thread, officer):
    image = make_image(officer, "A heron")
    beside = Beside(["weir"], "wild", officer.capacities.get(), 1, 2, [image])
    save_draft(thread, by=officer, title="Otters", body="Two.", beside=beside)

    (draft,) = export_for(officer)["drafts"]

    assert draft.pop("updated_at")
    assert draft == {
        "title": "Otters",
        "body": "Two.",
        "tags": ["weir"],
        "new_tags": "wild",
        "capacity__title": "Highways officer",
        "answers": 1,
        "edition": 2,
        "pictures": [image.pk],
        "picture_words": ["A heron"],
    }


@pytest.mark.parametrize("number", [2**31, 2**63, "9" * 5_000])
def test_draft_is_kept_where_no_post_can_have_the_number_that_it_answers(
    cast, client_of, thread, number
):
    given = {"body": "So far", "reply_to": number}

    answer = client_of(cast.resident).post(reply_to(thread), given | KEEP)

    assert answer.status_code == 302
    assert Draft.objects.get(user=cast.resident).body == "So far"
