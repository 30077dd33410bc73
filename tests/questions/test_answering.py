"""The form for an answer is the one for posts, with what the room of questions adds."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from discussions.models import Draft, Image, Mention, Post
from discussions.services import Beside, draft_for, save_draft
from notifications.models import Delivery
from notifications.services import queue_deliveries
from tests.accessibility.browsing import tab_of
from tests.factories import make_image, make_membership, make_post, make_user, picture_file
from tests.pages.visits import form_of
from tests.questions.conftest import ANSWER

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Fragment": "yes"}


def answer_to(question):
    return reverse("questions:question-answer", args=[question.thread_id])


def written(**fields):
    return {"body": ANSWER, "submit_key": str(uuid4()), **fields}


@pytest.mark.parametrize("headers", [{}, FRAGMENT])
def test_preview_shows_the_answer_in_its_capacity_and_publishes_nothing(
    cast, client_of, opened, headers
):
    question = opened()
    given = written(body=f"*So* it is. {ANSWER}", act="preview")

    response = client_of(cast.councillor).post(answer_to(question), given, headers=headers)

    page = response.content.decode()
    assert "<em>So</em> it is." in page
    assert "Ward councillor, Northmoor District Council" in page
    assert ("<html" in page) is (not headers)
    assert question.thread.posts.count() == 1
    if not headers:
        assert response.context["answer_form"]["body"].value() == given["body"]


def test_draft_of_an_answer_is_kept_and_brought_back(cast, client_of, opened):
    question, client = opened(), client_of(cast.councillor)
    given = {"body": "So far", "pictures": [picture_file()], "new_words": ["The grit bin"]}

    kept = client.post(answer_to(question), {**given, "act": "keep"}, follow=True)

    for page in (kept, client.get(question.get_absolute_url())):
        html = page.content.decode()
        assert page.context["answer_form"]["body"].value() == "So far"
        assert 'value="The grit bin"' in html
        assert "You began to write here on" in html
    assert kept.request["PATH_INFO"] == question.get_absolute_url()
    assert question.thread.posts.count() == 1


def test_draft_of_an_answer_is_kept_for_a_script_and_thrown_away(cast, client_of, opened):
    question, client = opened(), client_of(cast.councillor)

    kept = client.post(answer_to(question), {"body": "So", "act": "keep"}, headers=FRAGMENT)
    assert (kept.status_code, draft_for(question.thread, by=cast.councillor).body) == (204, "So")
    client.post(answer_to(question), {"act": "discard"}, headers=FRAGMENT)

    assert not Draft.objects.exists()


def test_answer_sent_from_a_draft_has_its_pictures_and_ends_the_draft(cast, client_of, opened):
    question, client = opened(), client_of(cast.councillor)
    beside = Beside(pictures=[make_image(cast.councillor, "The grit bin")])
    save_draft(question.thread, by=cast.councillor, body=ANSWER, beside=beside)
    page = client.get(question.get_absolute_url()).content.decode()
    action, fields = form_of(page, {"body": "", "picture": ""})

    client.post(action, fields)

    question.refresh_from_db()
    assert question.state == "answered"
    assert question.thread.answer.images.get().alt == "The grit bin"
    assert question.thread.answer.capacity == cast.councillor.capacities.get()
    assert not Draft.objects.exists()


def test_answer_whose_picture_has_no_words_is_given_back(cast, client_of, opened):
    question = opened()

    response = client_of(cast.councillor).post(
        answer_to(question), written(pictures=[picture_file()])
    )

    page = response.content.decode()
    assert list(response.context["answer_form"].errors) == ["pictures"]
    assert 'aria-describedby="answer_pictures_error"' in page
    assert 'id="answer_pictures_error"' in page
    assert question.thread.posts.count() == 1


def test_answer_that_would_take_too_long_to_draw_is_given_back(cast, client_of, opened):
    response = client_of(cast.councillor).post(answer_to(opened()), written(body="[" * 9_000))

    assert list(response.context["answer_form"].errors) == ["body"]


def test_answer_names_who_asked_and_tells_them_once(cast, client_of, opened):
    asker = make_user(public_name="Kay Tan")
    question = opened(author=asker)
    queue_deliveries()

    client_of(cast.councillor).post(
        answer_to(question), written(body=f"@Kay Tan, here it is. {ANSWER}")
    )
    queue_deliveries()

    assert Mention.objects.get().user == asker
    told = Delivery.objects.filter(user=asker).exclude(kind="question")
    assert [delivery.kind for delivery in told] == ["answer"]


@pytest.mark.parametrize("act", ["preview", "keep", "discard", ""])
def test_who_may_not_answer_leaves_nothing(cast, client_of, opened, act):
    question = opened(community=cast.community)
    save_draft(question.thread, by=cast.neighbour, body="A reply")
    given = written(act=act, pictures=[picture_file()])

    response = client_of(cast.neighbour).post(answer_to(question), given)

    assert response.status_code == 403
    assert Draft.objects.get().body == "A reply"
    assert not Image.objects.exists()


def test_names_are_suggested_to_a_councillor_who_is_no_member(cast, client_of, opened):
    question = opened()
    cast.councillor.memberships.all().delete()
    address = reverse("questions:question-people", args=[question.thread_id])
    make_membership(make_user(public_name="Kay Tan"), question.thread.community)
    client = client_of(cast.councillor)

    page = client.get(question.get_absolute_url()).content.decode()

    assert f'data-people="{address}"' in page
    assert client.get(address, {"q": "kay"}).json() == {"names": ["Kay Tan"]}
    client.post(answer_to(question), written())
    assert client.get(address, {"q": "kay"}).status_code == 403


@pytest.mark.parametrize("name", ["resident", "moderator"])
def test_names_are_suggested_to_nobody_who_may_not_answer(cast, client_of, opened, name):
    address = reverse("questions:question-people", args=[opened().thread_id])

    assert client_of(getattr(cast, name)).get(address, {"q": "n"}).status_code == 403


def test_question_page_asks_for_new_posts_and_shows_them(cast, client_of, opened):
    question = opened(community=cast.community)
    client = client_of(cast.neighbour)
    page = client.get(question.get_absolute_url()).content.decode()
    ((fresh, after),) = re.findall('data-fresh="([^"]+)" data-after="([^"]+)"', page)
    make_post(question.thread, body="Second post.")

    told = client.get(fresh, {"after": after}, headers=FRAGMENT).content.decode()
    shown = client.get(fresh, {"after": after, "show": "1"}, headers=FRAGMENT).content.decode()

    assert "1 new post – show" in told
    assert "Second post." in shown
    assert "js/fresh" in page


def test_resident_replies_on_the_question_page_with_the_whole_composer(cast, client_of, opened):
    question = opened(community=cast.community)
    client = client_of(cast.neighbour)
    page = client.get(question.get_absolute_url()).content.decode()
    action, fields = form_of(page, {"body": ""})
    assert re.findall('name="act" value="([a-z]+)"', page) == ["preview", "keep"]

    given = {**fields, "body": "Thank you.", "pictures": [picture_file()], "new_words": ["A bin"]}
    client.post(action, given)

    assert Post.objects.get(number=2).images.get().alt == "A bin"


@pytest.mark.parametrize("who", ["councillor", "neighbour"])
def test_begun_words_lead_back_to_the_question(cast, client_of, opened, who):
    question = opened(community=cast.community)
    person = getattr(cast, who)
    save_draft(question.thread, by=person, body="So far")
    page = client_of(person).get("/mine/", {"show": "drafts"}).content.decode()

    (address,) = re.findall('<a class="t" href="([^"]+)">A reply in', page)

    begun = client_of(person).get(address, follow=True)
    form = begun.context["answer_form" if who == "councillor" else "form"]
    assert form["body"].value() == "So far"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [320, 1280])
def test_councillor_looks_an_answer_over_and_finds_it_again_in_a_browser(
    cast, opened, browser, live_server, width
):
    question = opened(community=cast.community)
    viewport = {"width": width, "height": 900}
    with tab_of(browser, live_server, cast.councillor, viewport=viewport) as tab:
        tab.goto(question.get_absolute_url())
        words = tab.get_by_label("Your answer")
        words.fill(f"*So* it is. {ANSWER}")
        tab.get_by_text("Kept as a draft.").wait_for()
        tab.get_by_role("button", name="Look it over").click()
        tab.locator("#preview em", has_text="So").wait_for()
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        tab.reload()
        assert words.input_value().startswith("*So* it is.")
        tab.get_by_role("button", name="Publish the answer").click()
        tab.wait_for_url("**#post-2")
        assert tab.refused == []

    assert "<em>So</em>" in Post.objects.get(number=2).html
    assert not Draft.objects.exists()
