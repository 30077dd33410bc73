import re
from datetime import date
from uuid import uuid4

import pytest

from discussions.models import Draft, Post, Thread
from discussions.services import draft_for, save_draft, set_status
from discussions.views.composing import quotation
from tests.factories import (
    make_capacity,
    make_decision,
    make_membership,
    make_post,
    make_thread,
    make_user,
)
from tests.pages.visits import form_of

FRAGMENT = {"X-Fragment": "yes"}


@pytest.fixture
def thread(cast):
    return make_thread(cast.community, author=cast.neighbour, title="A bench at the weir")


@pytest.fixture
def member(cast, client_of):
    return client_of(cast.resident)


def reply_to(thread):
    return f"/discussions/{thread.pk}/reply/"


def start_in(cast):
    return f"/communities/{cast.community.slug}/new/"


def value_of(response, name="body"):
    return response.context["form"][name].value()


def test_preview_shows_the_words_and_loses_nothing(member, thread):
    key = str(uuid4())
    given = {"body": "*So* it is, @Neighbour.", "submit_key": key, "act": "preview"}

    response = member.post(reply_to(thread), given)

    page = response.content.decode()
    assert "<em>So</em> it is, <a href=" in page
    assert value_of(response) == given["body"]
    assert f'value="{key}"' in page
    assert Post.objects.count() == 1


def test_preview_offers_nothing_that_is_for_posts(member, thread):
    form = {"body": "So it is.", "act": "preview"}

    preview = member.post(f"/discussions/{thread.pk}/reply/", form, headers={"X-Fragment": "yes"})

    assert "So it is." in preview.content.decode()
    assert "/posts/" not in preview.content.decode()


def test_preview_of_a_new_thread_keeps_title_and_tags(member, cast):
    make_thread(cast.community, tags=["weir"])
    given = {"title": "Otters", "body": "Seen *two*.", "tags": ["weir"], "act": "preview"}

    response = member.post(start_in(cast), given)

    assert "Seen <em>two</em>." in response.content.decode()
    assert [value_of(response, name) for name in ("title", "body", "tags")] == [
        "Otters",
        "Seen *two*.",
        ["weir"],
    ]
    assert not Thread.objects.filter(title="Otters").exists()


def test_preview_for_a_script_is_the_piece_alone(member, thread):
    response = member.post(reply_to(thread), {"body": "*So*", "act": "preview"}, headers=FRAGMENT)

    assert "<em>So</em>" in response.content.decode()
    assert "<html" not in response.content.decode()


@pytest.mark.parametrize("headers", [{}, FRAGMENT])
def test_preview_without_words_says_what_is_wrong(member, thread, headers):
    response = member.post(reply_to(thread), {"body": " ", "act": "preview"}, headers=headers)

    assert response.status_code == 200
    assert "This field is required" in response.content.decode()


def test_preview_shows_the_badge_of_the_chosen_capacity(cast, client_of, thread):
    client = client_of(cast.councillor)
    capacity = cast.councillor.capacities.get()
    badge = "Ward councillor, Northmoor District Council"

    def preview(**chosen):
        given = {"body": "So.", "act": "preview", **chosen}
        return client.post(reply_to(thread), given, headers=FRAGMENT).content.decode()

    assert badge in preview(capacity=capacity.pk)
    assert badge not in preview()


def test_badge_stays_after_the_role_has_ended(cast, client_of, thread):
    officer = make_user()
    make_membership(officer, cast.community)
    capacity = make_capacity(officer, body=cast.body)
    make_post(thread, author=officer, capacity=capacity)

    capacity.end_on = date(2024, 1, 1)
    capacity.save()

    client = client_of(officer)
    page = client.get(thread.get_absolute_url()).content.decode()
    assert "Highways officer, Northmoor District Council" in page
    assert 'name="capacity"' not in page


def test_form_sent_twice_after_a_preview_is_one_post(member, thread):
    blank = member.get(reply_to(thread)).content.decode()
    _action, fields = form_of(blank, {"body": "So."})
    preview = member.post(reply_to(thread), fields | {"body": "So.", "act": "preview"})
    _action, fields = form_of(preview.content.decode(), {"body": "So."})

    for _time in range(2):
        member.post(reply_to(thread), fields | {"body": "So."})

    assert Post.objects.filter(body="So.").count() == 1


def test_draft_is_kept_by_a_button_and_shown_again(member, cast, thread):
    kept = member.post(reply_to(thread), {"body": "So far", "act": "keep"}, follow=True)

    assert draft_for(thread, by=cast.resident).body == "So far"
    assert kept.redirect_chain == [(reply_to(thread), 302)]
    for page in (kept, member.get(thread.get_absolute_url())):
        assert value_of(page) == "So far"
        assert "You began to write here on" in page.content.decode()
    assert Post.objects.count() == 1


def test_draft_of_a_new_thread_is_kept_with_its_title(member, cast):
    member.post(start_in(cast), {"title": "Otters", "body": "", "act": "keep"})

    page = member.get(start_in(cast))

    assert (value_of(page, "title"), value_of(page)) == ("Otters", "")
    assert "You began to write here on" in page.content.decode()


def test_draft_remembers_which_post_it_answers(member, thread):
    given = {"body": "So far", "act": "keep", "reply_to": "1"}

    response = member.post(f"{reply_to(thread)}?to=1&quote=1", given)

    assert response.url == f"{reply_to(thread)}?to=1"


def test_reply_answers_no_post_of_another_thread(member, cast, thread):
    other = make_thread(cast.community, author=cast.neighbour)
    make_post(other, author=cast.neighbour, body="Said elsewhere.")

    page = member.get(f"{reply_to(thread)}?to=2&quote=1")
    member.post(reply_to(thread), {"body": "So.", "reply_to": "2"})
    member.post(reply_to(thread), {"body": "And so.", "reply_to": "1"})

    answered = [post.reply_to for post in thread.posts.order_by("number")]
    assert answered == [None, None, thread.posts.get(number=1)]
    assert value_of(page) == ""


def test_draft_is_kept_for_a_script_without_a_page(member, cast, thread):
    response = member.post(reply_to(thread), {"body": "So", "act": "keep"}, headers=FRAGMENT)

    assert (response.status_code, response.content) == (204, b"")
    assert draft_for(thread, by=cast.resident).body == "So"


def test_draft_too_long_is_refused_with_the_words_still_there(member, cast, thread):
    words = "x" * 20_001

    page = member.post(reply_to(thread), {"body": words, "act": "keep"})
    piece = member.post(reply_to(thread), {"body": words, "act": "keep"}, headers=FRAGMENT)

    assert "too long to keep" in page.content.decode()
    assert value_of(page) == words
    assert (piece.status_code, "too long to keep" in piece.content.decode()) == (422, True)
    assert draft_for(thread, by=cast.resident) is None


def test_draft_is_thrown_away_by_its_button(member, cast, thread):
    save_draft(thread, by=cast.resident, body="So far")

    page = member.post(reply_to(thread), {"act": "discard"}, follow=True)

    assert value_of(page) == ""
    assert not Draft.objects.exists()


def test_draft_of_somebody_else_is_not_shown(member, cast, thread):
    save_draft(thread, by=cast.neighbour, body="Private words")
    save_draft(thread, by=cast.resident, body="My own")

    for address in (thread.get_absolute_url(), reply_to(thread)):
        assert value_of(member.get(address)) == "My own"


def test_sending_deletes_the_draft(member, cast, thread):
    save_draft(thread, by=cast.resident, body="So far")

    member.post(reply_to(thread), {"body": "So far, so good."})

    assert not Draft.objects.exists()


@pytest.mark.parametrize("act", ["preview", "keep", "discard"])
def test_who_has_to_join_first_keeps_a_draft_and_publishes_nothing(cast, client_of, thread, act):
    for person in (cast.outsider, cast.moderator):
        for address in (reply_to(thread), start_in(cast)):
            response = client_of(person).post(address, {"title": "So", "body": "So", "act": act})
            assert response.status_code == 302
    assert Draft.objects.count() == (0 if act == "discard" else 4)
    assert Post.objects.count() == 1


def test_unknown_act_sends_nothing(member, thread):
    response = member.post(reply_to(thread), {"body": "So.", "act": "zebra"})

    assert (response.status_code, value_of(response)) == (200, "So.")
    assert Post.objects.count() == 1


def test_quote_is_written_with_its_author_and_a_link(member, thread):
    post = make_post(thread, author=make_user(public_name="Kay [T]*"), body="One\n\n> Two\n\nThree")

    page = member.get(f"{reply_to(thread)}?to=2&quote=1")

    assert value_of(page) == (
        f"> [Kay \\[T\\]\\*](/posts/{post.pk}/) wrote:\n>\n> One\n>\n>\n> Three\n\n"
    )


def test_quote_follows_what_was_begun_once(member, cast, thread):
    save_draft(thread, by=cast.resident, body="So far")
    address = f"{reply_to(thread)}?to=1&quote=1"

    body = value_of(member.get(address))
    save_draft(thread, by=cast.resident, body=body)

    assert body.startswith("So far\n\n> [Neighbour](")
    assert value_of(member.get(address)) == body


def test_long_words_are_quoted_in_part(thread):
    quote = quotation(make_post(thread, body="word " * 1_000))

    assert len(quote) < 1_200
    assert quote.endswith("word…\n\n")


def test_hidden_words_cannot_be_quoted(member, cast, thread):
    post = make_post(thread, body="A secret.")
    make_decision(post, verb="hide", rule="abuse")
    set_status(post, Post.Status.HIDDEN, by=cast.admin)

    page = member.get(f"{reply_to(thread)}?to=2&quote=1")

    assert (page.status_code, value_of(page)) == (200, "")


@pytest.mark.parametrize("number", ["", "0", "99", "-1", "x", "²", "9" * 40])
def test_quote_of_any_number_is_a_page(member, thread, number):
    assert member.get(reply_to(thread), {"to": number, "quote": "1"}).status_code == 200


def test_each_post_leads_to_its_quote(member, thread):
    page = member.get(thread.get_absolute_url()).content.decode()

    assert f'href="{reply_to(thread)}?to=1&amp;quote=1"' in page


@pytest.fixture
def own(cast, thread):
    return make_post(thread, author=cast.resident, body="As it was.")


def edit_of(post):
    return f"/posts/{post.pk}/edit/"


def test_other_words_are_looked_over_and_kept_like_new_ones(member, cast, own):
    given = {"body": "*Other* words.", "edition": "1"}

    preview = member.post(edit_of(own), given | {"act": "preview"}, headers=FRAGMENT)
    member.post(edit_of(own), given | {"act": "keep"})

    own.refresh_from_db()
    assert "<em>Other</em>" in preview.content.decode()
    assert own.body == "As it was."
    page = member.get(edit_of(own))
    assert value_of(page) == "*Other* words."
    assert "You began to write here on" in page.content.decode()


def test_rewording_deletes_the_draft_and_names_anew(member, cast, own):
    save_draft(own, by=cast.resident, body="So far")

    member.post(edit_of(own), {"body": "Ask @Neighbour.", "edition": "1"})
    assert [mention.user for mention in own.mentions.all()] == [cast.neighbour]
    member.post(edit_of(own), {"body": "Ask nobody.", "edition": "2"})

    assert not Draft.objects.exists()
    assert not own.mentions.exists()


def test_preview_of_other_words_shows_the_badge_of_the_post(cast, client_of, thread):
    capacity = cast.councillor.capacities.get()
    post = make_post(thread, author=cast.councillor, body="So.", capacity=capacity)

    given = {"body": "So.", "edition": "1", "act": "preview"}
    preview = client_of(cast.councillor).post(edit_of(post), given, headers=FRAGMENT)

    assert "Ward councillor, Northmoor District Council" in preview.content.decode()


def test_each_reply_form_is_in_its_language_and_has_a_key_of_its_own(member, thread):
    address = thread.get_absolute_url()

    pages = [member.get(address).content.decode() for _time in range(2)]
    pages += [member.get(f"/cy{address}").content.decode() for _time in range(2)]

    keys = [re.search(r'name="submit_key" value="([-0-9a-f]{36})"', page)[1] for page in pages]
    labels = [re.search(r'<label for="id_body">([^<]*)</label>', page)[1] for page in pages]
    assert len(set(keys)) == 4
    assert labels[0] == labels[1] == "Your words"
    assert labels[2] == labels[3] != "Your words"
