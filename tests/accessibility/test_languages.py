"""What somebody wrote in another language than the page is marked, wherever it is shown."""

import re

import pytest
from django.urls import reverse

from discussions.models import Post
from discussions.services import Writing, reply
from notifications.emails import Story, answer, digest, question
from notifications.emails import reply as reply_mail
from notifications.services import queue_deliveries
from questions.services import answer_question, open_question
from tests.accessibility.markup import Document, text_of
from tests.factories import make_question, make_thread

pytestmark = pytest.mark.django_db
SAID = {
    "cy": "Mae'r crëyr yn sefyll yma bob bore, wrth y gored.",
    "en": "The heron stands here each morning, by the weir.",
}
WORDS = {"cy": "crëyr", "en": "heron"}


@pytest.fixture
def talk(cast):
    """A thread with a post in each language, by the councillor in office, and one that is held."""
    thread = make_thread(cast.community, author=cast.resident, title="Heron")
    capacity = cast.councillor.capacities.get()
    for language, words in SAID.items():
        writing = Writing(words, capacity=capacity, language=language)
        reply(thread, by=cast.councillor, writing=writing)
    queue_deliveries()
    return thread


def language_at(html, words):
    """Return the language in which a screen reader reads some words."""
    document = Document(html)
    found = [each for each in document.elements if words in text_of(each)]
    spoken = [found[-1], *document.around(found[-1])]
    return next(each.get("lang") for each in spoken if each.get("lang")).partition("-")[0]


def pages(cast, thread):
    post = thread.posts.get(number=2)
    return {
        "thread": ("visitor", thread.get_absolute_url()),
        "person": ("visitor", cast.councillor.get_absolute_url()),
        "councillor": ("visitor", cast.seat.person.get_absolute_url()),
        "notifications": ("resident", reverse("notifications:notification-list")),
        "report": ("visitor", reverse("moderation:report-create", args=[post.pk])),
        "decide": ("moderator", reverse("admin:moderation_report_decide", args=[post.pk])),
    }


@pytest.mark.parametrize("prefix", ["", "/cy"])
@pytest.mark.parametrize("written_in", ["cy", "en"])
@pytest.mark.parametrize(
    "page", ["thread", "person", "councillor", "notifications", "report", "decide"]
)
def test_words_of_a_post_are_read_in_their_language(
    cast, talk, client_of, page, prefix, written_in
):
    role, address = pages(cast, talk)[page]
    if page in {"report", "decide"}:
        number = {"cy": 2, "en": 3}[written_in]
        post = talk.posts.get(number=number)
        address = address.replace(str(talk.posts.get(number=2).pk), str(post.pk))
    prefix = "" if page == "decide" else prefix

    html = client_of(getattr(cast, role)).get(prefix + address).content.decode()

    assert language_at(html, SAID[written_in][:30]) == written_in


@pytest.mark.parametrize("prefix", ["", "/cy"])
@pytest.mark.parametrize("written_in", ["cy", "en"])
def test_hits_of_a_search_are_read_in_their_language(client, talk, prefix, written_in):
    html = client.get(f"{prefix}/search/", {"q": WORDS[written_in]}).content.decode()

    assert language_at(html, SAID[written_in][12:30]) == written_in


def test_entries_of_the_feed_say_their_language(cast, client, talk):
    feed = client.get(f"{cast.community.get_absolute_url()}feed.atom").content.decode()

    languages = re.findall(r'<entry xml:lang="(\w+)">', feed)
    assert languages == ["en", "cy", "en"]


@pytest.mark.parametrize("reads", ["cy", "en-gb"])
@pytest.mark.parametrize("written_in", ["cy", "en"])
def test_words_in_mails_are_read_in_their_language(cast, talk, reads, written_in):
    cast.resident.language = reads
    posts = Post.objects.select_related("author", "thread__community", "capacity__body")
    post = posts.get(language=written_in, author=cast.councillor)
    story = Story(post=post, new_count=1, is_answer=False, is_new_question=False, weekday=1)

    mails = [
        reply_mail(cast.resident, talk, [post]),
        digest(cast.resident, post.created_at.date(), [story], {}),
        answer(cast.resident, asked_and_answered(cast), post),
    ]

    said = SAID[written_in][:30]
    assert [language_at(mail.html, said) for mail in mails] == [written_in] * 3
    assert all(Document(mail.html).root.get("lang").startswith(reads[:2]) for mail in mails)


def test_question_in_a_mail_is_read_in_the_language_of_its_author(cast):
    cast.neighbour.language = "cy"
    cast.neighbour.save()
    asked = make_question(seat=cast.seat, author=cast.neighbour, text=SAID["cy"])
    open_question(asked, by=cast.moderator)

    html = question(cast.councillor, asked).html

    assert language_at(html, SAID["cy"][:30]) == "cy"


@pytest.mark.parametrize(("address", "other"), [("/", "cy"), ("/cy/", "en")])
def test_switch_says_which_language_it_leads_to(client, address, other):
    document = Document(client.get(address).content.decode())

    switches = [link for link in document.all("a") if link.get("hreflang")]

    assert switches
    for link in switches:
        assert link.get("hreflang").partition("-")[0] == other
        assert link.get("lang") == link.get("hreflang")


def asked_and_answered(cast):
    asked = make_question(seat=cast.seat, author=cast.resident)
    open_question(asked, by=cast.moderator)
    asked.refresh_from_db()
    answer_question(asked, by=cast.councillor, writing=Writing("It will be gritted. " * 3))
    asked.refresh_from_db()
    return asked


def test_title_is_read_in_the_language_of_its_first_post(cast, client):
    cast.neighbour.language = "cy"
    cast.neighbour.save()
    thread = make_thread(cast.community, author=cast.neighbour, title="Crëyr wrth y gored")
    asked = make_question(seat=cast.seat, author=cast.neighbour, title="Ble mae'r allwedd?")
    open_question(asked, by=cast.moderator)
    asked.refresh_from_db()

    for page in (thread, asked):
        html = client.get(page.get_absolute_url(), follow=True).content.decode()
        (heading,) = Document(html).all("h1")
        assert heading.get("lang") == "cy"
