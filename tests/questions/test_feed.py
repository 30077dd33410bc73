from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
import time_machine
from django.urls import reverse

from discussions.services import Writing
from questions import services
from tests.factories import make_body, make_community, make_seat, make_user
from tests.questions.conftest import ANSWER

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
FEED = reverse("questions:councillor-feed", args=["anne-reed"])


def entries(response):
    root = ElementTree.fromstring(response.content)  # noqa: S314 (our own feed)
    return [
        {child.tag.removeprefix(ATOM): child.text for child in entry}
        for entry in root.findall(f"{ATOM}entry")
    ]


def titles(client):
    return [entry["title"] for entry in entries(client.get(FEED))]


@pytest.mark.parametrize("name", ["visitor", "resident", "admin"])
def test_feed_holds_what_everybody_may_read(cast, client_of, opened, submitted, name):
    submitted(title="Unread?")
    services.keep_private(submitted(title="Private?"), by=cast.moderator)
    members = opened(title="For members?")
    members.thread.community = make_community(visibility="members")
    members.thread.save()
    merged = opened(title="Joined?")
    opened(title="To somebody else?", seat=make_seat())
    to_ward = opened(title="To the ward?", area=cast.ward)
    opened(title="To her?")
    services.merge_question(merged, by=cast.moderator, into=to_ward)

    assert titles(client_of(getattr(cast, name))) == ["To her?", "To the ward?"]


def test_feed_says_when_the_answer_is_due_and_when_it_came(cast, client, opened):
    with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=UTC)):
        opened()
        question = opened()
    with time_machine.travel(datetime(2026, 3, 6, 12, tzinfo=UTC)):
        services.answer_question(question, by=cast.councillor, writing=Writing(ANSWER))

    found = entries(client.get(FEED))

    assert [entry["summary"] for entry in found] == [
        "Answered on Friday 6 March 2026.",
        "Waiting for an answer, due Monday 16 March 2026.",
    ]
    assert found[0]["updated"].startswith("2026-03-06")


def test_feed_survives_letters_that_xml_cannot_hold(client, opened):
    opened(title="Grit\x01 & <salt>\x1f?", author=make_user(public_name="Mo\x02"))

    assert titles(client) == ["Grit & <salt>?"]


def test_feed_without_questions_is_empty(cast, client):
    assert titles(client) == []


def test_feed_of_nobody_is_not_found(client):
    address = reverse("questions:councillor-feed", args=["no-such-person"])

    assert client.get(address).status_code == 404


def test_feed_costs_the_same_for_one_and_three(client, cast, opened, django_assert_num_queries):
    opened()
    # versions, the person, the questions
    with django_assert_num_queries(3):
        client.get(FEED)
    for _ in range(2):
        opened(author=make_user(), area=cast.ward, body=make_body())

    with django_assert_num_queries(3):
        client.get(FEED)
