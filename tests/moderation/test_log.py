from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from moderation import services
from moderation.models import Decision
from moderation.views.reporting import DECISIONS_PER_PAGE
from tests.factories import make_community, make_decision, make_post, make_report, make_thread

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


@pytest.fixture
def post(cast):
    thread = make_thread(cast.community, author=cast.neighbour, title="Kestrel")
    return make_post(thread, author=cast.resident, body="Heron.")


def read(client, **query):
    response = client.get(reverse("moderation:log"), query)
    assert response.status_code == 200
    return response.content.decode()


def hide(post, by):
    return services.decide(post, by=by, verb="hide", rule="abuse", reason="Cormorant.")


@pytest.mark.parametrize("name", CAST)
def test_log_says_what_where_when_and_under_which_rule(cast, client_of, post, name):
    hide(post, cast.moderator)

    html = read(client_of(getattr(cast, name)))

    assert "hidden" in html
    assert "Millbrook neighbours" in html
    assert "Abuse or harassment" in html
    assert f"{timezone.localdate():%Y}" in html


def test_log_names_nobody_and_quotes_nothing(cast, client, post):
    make_report(post, reporter=cast.outsider, text="Bittern.")
    hide(post, cast.moderator)

    html = read(client)

    secrets = ["Heron", "Kestrel", "Cormorant", "Bittern", "Resident", "Outsider", "Whitlock"]
    assert "Millbrook neighbours" in html
    assert [secret for secret in secrets if secret in html] == []


@pytest.mark.parametrize("name", CAST)
def test_log_leaves_out_communities_one_may_not_see(cast, client_of, name):
    hide(make_post(make_thread(cast.community)), cast.moderator)
    closed = make_community(name="Herons only", visibility="members")
    hide(make_post(make_thread(closed)), cast.moderator)

    html = read(client_of(getattr(cast, name)))

    assert "Millbrook neighbours" in html
    assert ("Herons only" in html) == (name in {"moderator", "admin"})


def test_log_leaves_out_what_was_left_as_it_is(cast, client, post):
    make_report(post)
    services.decide(post, by=cast.moderator, verb="leave", rule="", reason="Fine.")

    assert "Nothing yet." in read(client)


def test_log_without_decisions_says_what_it_will_be(client, db):
    assert "Nothing yet." in read(client)


def test_log_pages_through_everything_once(cast, client, post):
    now = timezone.now()
    for minutes in range(DECISIONS_PER_PAGE + 1):
        make_decision(post, verb="restore", at=now - timedelta(minutes=minutes // 2))
    first = client.get(reverse("moderation:log")).context["page"]

    second = client.get(reverse("moderation:log"), {"after": first.next}).context["page"]

    shown = [decision.pk for decision in [*first.rows, *second.rows]]
    assert (len(first.rows), len(second.rows), second.next) == (DECISIONS_PER_PAGE, 1, "")
    assert sorted(shown) == sorted(Decision.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("after", ["nonsense", "2026-01-01T00:00:00+00:00_", "_1", "9" * 400])
def test_log_with_a_token_nobody_made_starts_at_the_top(cast, client, post, after):
    hide(post, cast.moderator)

    assert "Abuse or harassment" in read(client, after=after)


@pytest.mark.parametrize("decisions", [1, 3])
def test_log_costs_the_same_for_one_and_three(
    cast, client, post, decisions, django_assert_num_queries
):
    for _ in range(decisions):
        make_decision(post, verb="restore")

    # versions, decisions
    with django_assert_num_queries(2):
        read(client)
