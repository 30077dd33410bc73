import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from councillors.models import Councillor
from discussions.services import set_status
from questions import reading, services
from questions.models import Question
from tests.factories import (
    make_body,
    make_community,
    make_decision,
    make_person,
    make_seat,
    make_user,
)

pytestmark = pytest.mark.django_db

CAST = [
    "visitor",
    "resident",
    "neighbour",
    "outsider",
    "councillor",
    "ambassador",
    "moderator",
    "admin",
]
ASK = reverse("questions:question-ask", args=["anne-reed"])

NEWEST_OF_ALIKE = """
SELECT statement FROM pg_prepared_statements WHERE name LIKE 'alike_%'
ORDER BY prepare_time DESC LIMIT 1
"""


def text(response):
    return " ".join(response.content.decode().split())


def typed(cast, **fields):
    return {
        "to": f"seat-{cast.seat.pk}",
        "title": "When is Mill Lane gritted?",
        "text": "It is steep, and the way to school.",
        "submit_key": str(uuid4()),
        "send": "1",
        **fields,
    }


@pytest.mark.parametrize("name", CAST)
def test_ask_page_is_for_everybody_signed_in(cast, client_of, name):
    response = client_of(getattr(cast, name)).get(ASK)

    if name == "visitor":
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login"))
    else:
        assert response.status_code == 200


@pytest.mark.parametrize("name", CAST)
def test_ask_sends_the_question_and_leads_to_the_receipt(cast, client_of, name):
    response = client_of(getattr(cast, name)).post(ASK, typed(cast))

    asked = Question.objects.filter(author=getattr(cast, name) or 0)
    if name == "visitor":
        assert not Question.objects.exists()
    else:
        assert response["Location"] == reverse("questions:question-receipt", args=[asked.get().pk])


@time_machine.travel(datetime(2026, 12, 18, 12, tzinfo=UTC))
def test_ask_page_says_by_when_before_anything_is_typed(cast, client_of):
    page = text(client_of(cast.resident).get(ASK))

    assert '<time datetime="2027-01-06">Wednesday 6 January 2027</time>' in page
    assert "Friday 25 December</time> (Christmas Day)" in page
    assert page.index("2027-01-06") < page.index('<form method="post" novalidate>')


def test_ask_page_offers_the_councillor_alone_where_there_is_one(cast, client_of):
    form = client_of(cast.resident).get(ASK).context["form"]

    assert form.fields["to"].choices == [
        (
            f"seat-{cast.seat.pk}",
            "Anne Reed, Councillor for Millbrook (Northmoor District Council)",
        )
    ]


def test_ask_page_offers_the_whole_ward_where_there_are_several(cast, client_of, colleague):
    make_seat(person=None, body=cast.body, area=cast.ward)
    make_seat(body=make_body(), area=cast.ward)

    form = client_of(cast.resident).get(ASK).context["form"]

    assert form.fields["to"].choices[1] == (
        f"ward-{cast.seat.pk}",
        "All councillors for Millbrook, 2 people (Northmoor District Council)",
    )


def test_ask_page_offers_every_seat_of_a_person_and_no_ended_one(cast, client_of):
    person = cast.seat.person
    county = make_seat(
        person=person, body=make_body(name="Dale County"), area=None, area_name="Moor"
    )
    make_seat(person=person, end_on=date(2024, 5, 2))

    choices = dict(client_of(cast.resident).get(ASK).context["form"].fields["to"].choices)

    assert set(choices) == {f"seat-{cast.seat.pk}", f"seat-{county.pk}"}
    assert choices[f"seat-{county.pk}"] == "Anne Reed, Councillor for Moor (Dale County)"


def test_ask_the_whole_ward(cast, client_of, colleague):
    client_of(cast.resident).post(ASK, typed(cast, to=f"ward-{cast.seat.pk}"))

    question = Question.objects.get()
    assert (question.seat, question.area, question.body) == (None, cast.ward, cast.body)


def test_ask_from_a_community_opens_there(cast, client_of):
    client_of(cast.resident).post(f"{ASK}?community={cast.community.slug}", typed(cast))

    assert Question.objects.get().community == cast.community


@pytest.mark.parametrize("slug", ["members-only", "gone", "no-such"])
def test_ask_from_where_not_all_can_read_opens_with_the_body(cast, client_of, slug):
    make_community(slug="members-only", visibility="members")
    make_community(slug="gone", archived_at=timezone.now())

    client_of(cast.resident).post(f"{ASK}?community={slug}", typed(cast))

    assert Question.objects.get().community is None


def test_ask_twice_with_one_form_asks_once(cast, client_of):
    client, form = client_of(cast.resident), typed(cast)

    first, second = client.post(ASK, form), client.post(ASK, form)

    assert first["Location"] == second["Location"]
    assert Question.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 151),
        ("text", ""),
        ("text", "x" * 5001),
        ("to", "seat-0"),
        ("to", ""),
        ("submit_key", "x"),
        ("submit_key", ""),
    ],
)
def test_ask_with_something_missing_or_too_long_says_so(cast, client_of, field, value):
    response = client_of(cast.resident).post(ASK, typed(cast, **{field: value}))

    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert not Question.objects.exists()


def test_ask_page_is_refused_to_who_is_suspended(cast, client_of):
    cast.resident.suspended_until = timezone.now() + timedelta(days=1)
    cast.resident.save()
    client = client_of(cast.resident)

    assert client.get(ASK).status_code == 403
    assert client.post(ASK, typed(cast)).status_code == 403
    assert not Question.objects.exists()


def test_ask_page_of_who_holds_no_seat_leads_to_the_directory(cast, client_of):
    Councillor.objects.update(end_on=date(2024, 5, 2))

    response = client_of(cast.resident).get(ASK)

    assert response.status_code == 404
    assert reverse("councillors:councillor-list") in text(response)


def test_ask_page_of_nobody_is_not_found(cast, client_of):
    page = reverse("questions:question-ask", args=["no-such-person"])

    assert client_of(cast.resident).get(page).status_code == 404


def look_over(client, cast, **fields):
    form = typed(cast, title="When will they be gritting Mill Lane?", **fields)
    del form["send"]
    return client.post(ASK, form)


def test_question_is_looked_over_before_it_is_sent(cast, client_of):
    client = client_of(cast.resident)

    page = look_over(client, cast)

    assert not Question.objects.exists()
    assert "When will they be gritting Mill Lane?" in text(page)
    assert "To Anne Reed, Councillor for Millbrook (Northmoor District Council)" in text(page)
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text(page))
    client.post(ASK, {**dict(fields), "send": "1"})
    assert Question.objects.get().text == "It is steep, and the way to school."


def test_question_that_was_looked_over_can_be_changed(cast, client_of):
    form = typed(cast, title="When is Mill Lane grited?", change="1")
    del form["send"]

    page = client_of(cast.resident).post(ASK, form)

    assert not Question.objects.exists()
    assert page.templates[0].name == "questions/question_ask.html"
    assert 'value="When is Mill Lane grited?"' in text(page)


def test_looking_over_shows_what_was_asked_in_other_words(
    cast, client_of, opened, answered, submitted
):
    alike = opened(title="Is Mill Lane gritted this winter?")
    to_ward = opened(title="Who grits the hill?", area=cast.ward)
    done, closed = answered(title="A lane too narrow"), opened(title="Grit?")
    services.close_question(closed, by=cast.moderator, reason="Asked before.")
    submitted(title="Grit in secret?")
    elsewhere = make_seat(body=make_body())
    opened(title="Grit elsewhere?", seat=elsewhere, body=elsewhere.body)
    opened(title="Bins?")

    similar = look_over(client_of(cast.resident), cast).context["similar"]

    assert similar[0] == alike
    assert {question.pk for question in similar} == {alike.pk, to_ward.pk, done.pk}


def test_looking_over_compares_the_newest_questions_alone(cast, opened):
    for number in range(3):
        opened(title=f"Is Mill Lane {number} gritted?")
    bodies = list(Question.objects.values_list("body", flat=True))
    asked = {"words": "mill or lane", "bodies": bodies}

    assert len(reading.alike(cast.resident, **asked)) == 3

    with connection.cursor() as cursor:
        cursor.execute(NEWEST_OF_ALIKE)
        (sql,) = cursor.fetchone()
    assert f"LIMIT {reading.MAX_COMPARED}" in sql
    assert "@@" not in sql  # an index of words would find all posts that have them first


def test_looking_over_shows_nobody_what_staff_hid(cast, client_of, opened):
    hidden, kept = opened(title="Grit hidden?"), opened(title="Grit kept?")
    post = hidden.thread.posts.get()
    make_decision(post, verb="hide", rule="abuse")
    set_status(post, "hidden", by=cast.moderator)

    similar = look_over(client_of(cast.moderator), cast).context["similar"]

    assert similar == [kept]


def test_looking_over_a_title_without_words_finds_nothing(cast, client_of, opened):
    opened(title="Grit?")
    form = typed(cast, title="???")
    del form["send"]

    page = client_of(cast.resident).post(ASK, form)

    assert page.templates[0].name == "questions/question_check.html"
    assert page.context["similar"] == []


def test_ask_page_costs_the_same_for_one_and_three(
    cast, client_of, opened, django_assert_num_queries
):
    client = client_of(cast.resident)
    opened(area=cast.ward)
    # session, user, person, seats, colleagues
    with django_assert_num_queries(5):
        client.get(ASK)
    for _ in range(2):
        opened(author=make_user(), area=cast.ward)
        make_seat(person=cast.seat.person, body=make_body())

    with django_assert_num_queries(5):
        client.get(ASK)


def receipt(question):
    return reverse("questions:question-receipt", args=[question.pk])


@pytest.mark.parametrize("state", ["submitted", "private"])
@pytest.mark.parametrize("name", CAST)
def test_receipt_of_an_unread_question_is_for_its_author_and_staff(
    cast, client_of, submitted, name, state
):
    question = submitted(author=cast.resident, state=state)

    response = client_of(getattr(cast, name)).get(receipt(question))

    status = {"visitor": 302, "resident": 200, "moderator": 200, "admin": 200}
    assert response.status_code == status.get(name, 404)


@pytest.mark.parametrize("name", CAST)
def test_receipt_of_an_open_question_is_for_its_author_and_staff(cast, client_of, opened, name):
    question = opened(author=cast.resident)

    response = client_of(getattr(cast, name)).get(receipt(question))

    status = {"visitor": 302, "resident": 200, "moderator": 200, "admin": 200}
    assert response.status_code == status.get(name, 403)


def test_receipt_says_how_the_question_stands(cast, client_of, submitted, opened, answered):
    client, into = client_of(cast.resident), opened(title="Grit and salt?")
    private, closed, merged = submitted(), submitted(), submitted()
    services.keep_private(private, by=cast.moderator)
    services.close_question(closed, by=cast.moderator, reason="The shop has gone.")
    services.merge_question(merged, by=cast.moderator, into=into)

    assert "Thank you. We have it." in text(client.get(receipt(submitted())))
    assert "does not appear on this site" in text(client.get(receipt(private)))
    assert "The shop has gone." in text(client.get(receipt(closed)))
    assert into.get_absolute_url() in text(client.get(receipt(merged)))
    assert into.get_absolute_url() in text(client.get(receipt(into)))
    assert "Answered the same day" in text(client.get(receipt(answered())))


def test_receipt_escapes_what_was_written(cast, client_of, submitted):
    question = submitted(title="<b>Grit</b>?", text="<script>alert(1)</script>")

    page = text(client_of(cast.resident).get(receipt(question)))

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_ask_page_of_a_person_with_a_markup_name_escapes_it(cast, client_of):
    person = make_person(name="<i>Ann</i>", slug="ann")
    make_seat(person=person)

    page = text(client_of(cast.resident).get(reverse("questions:question-ask", args=["ann"])))

    assert "<i>Ann" not in page
    assert "&lt;i&gt;Ann" in page
