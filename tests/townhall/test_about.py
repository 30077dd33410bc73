import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape

from moderation.models import Appeal, Rule
from questions.models import Question
from questions.services import open_question
from tests.factories import (
    PASSWORD,
    make_decision,
    make_post,
    make_question,
    make_report,
    make_thread,
)
from townhall.about.figures import figures, last_months
from townhall.about.pages import GROUPS
from townhall.about.rules import EXPLAINED

NOON = datetime(2026, 5, 12, 12, tzinfo=UTC)
PAGES = [page for group in GROUPS for page in group.pages]
with translation.override("en-gb"):
    ADDRESSES = {page.url_name: reverse(page.url_name) for page in PAGES}
NO_REDIS = {
    "redis": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "unix:///nowhere/redis.sock",
    }
}


def read(client, name):
    response = client.get(ADDRESSES[name])
    assert response.status_code == 200
    return response.content.decode()


def words(html):
    """The words of a page's main part, with single spaces."""
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def facts(html):
    pairs = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", html, re.S)
    return {words(f"<main>{name}</main>"): words(f"<main>{what}</main>") for name, what in pairs}


def age_question(question, opened, due, answered=None, by=None):
    values = {"opened_on": opened, "due_on": due}
    if answered:
        values |= {"state": "answered", "answered_at": answered, "answered_by": by}
    Question.objects.filter(pk=question.pk).update(**values)


@pytest.fixture
def asked(cast):
    """Return a function that opens questions, of which some are answered in time, some late."""

    def ask(in_time=0, late=0, waiting=0):
        for place in range(in_time + late + waiting):
            question = make_question(seat=cast.seat)
            question = open_question(question, by=cast.moderator)
            answered = None
            if place < in_time + late:
                answered = datetime(2026, 4, 14 if place < in_time else 20, 9, tzinfo=UTC)
            due = date(2026, 4, 16) if answered else date(2026, 5, 20)
            age_question(question, date(2026, 4, 1), due, answered, cast.seat)

    with time_machine.travel(NOON):
        yield ask


@pytest.fixture
def reported(cast):
    """Return a function that has posts reported and decided about after some hours each."""
    with time_machine.travel(NOON):
        thread = make_thread(cast.community)

        def report(*hours, verb="leave"):
            for each in hours:
                post = make_post(thread)
                rule = "abuse" if verb == "hide" else ""
                decision = make_decision(post, verb=verb, rule=rule)
                before = NOON - timedelta(hours=each)
                make_report(post, decision=decision, created_at=before)
            return decision

        yield report


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.url_name)
@pytest.mark.parametrize("language", ["", "/cy"])
def test_about_page_has_its_heading_and_is_marked_in_the_list(client, db, page, language):
    address = language + ADDRESSES[page.url_name]
    html = client.get(address).content.decode()

    with translation.override("cy" if language else "en-gb"):
        assert re.findall(r"<h1[^>]*>(.*?)</h1>", html) == [str(page.title)]
        assert f'<meta name="description" content="{escape(page.summary)}">' in html
    assert re.findall(r'<a href="([^"]+)" aria-current="page">', html) == [address]


def test_each_about_page_leads_to_all_others(client, db):
    for page in PAGES:
        html = read(client, page.url_name)
        assert [other.url_name for other in PAGES if ADDRESSES[other.url_name] not in html] == []


def test_rules_are_those_that_reports_and_decisions_use(client, db):
    html = read(client, "about-rules")

    assert [each.rule for each in EXPLAINED] == list(Rule)
    assert re.findall(r"<h3>(.*?)</h3>", html) == [str(rule.label) for rule in Rule]


def test_promises_show_what_became_of_questions(client, asked):
    asked(in_time=4, late=2, waiting=3)

    html = read(client, "about-promises")

    shown = facts(html)
    assert shown["Opened"] == "9"
    assert shown["Answered in time"] == "4 of the 6 that were due or are answered"
    assert shown["Answered late"] == "2"
    assert shown["Waiting, date not reached"] == "3"
    assert shown["A typical answer took"].startswith("7 working days")
    assert (
        '<tr><th scope="row">April 2026</th><td class="n">4</td><td class="n">2</td></tr>' in html
    )


def test_promises_are_those_of_the_code(client, db, monkeypatch):
    monkeypatch.setattr("townhall.about.views.WORKING_DAYS_TO_ANSWER", 8)
    monkeypatch.setattr("townhall.about.views.OVERDUE", timedelta(hours=60))

    html = read(client, "about-promises")

    assert "answer within 8 working days" in html
    assert "decide about a report within 60 hours" in html


@pytest.mark.parametrize(("count", "share"), [(19, False), (20, True)])
def test_share_in_a_hundred_is_told_only_of_many(client, asked, count, share):
    asked(in_time=count)

    assert ("(100 in 100)" in facts(read(client, "about-promises"))["Answered in time"]) is share


@pytest.mark.parametrize(("count", "told"), [(4, False), (5, True)])
def test_typical_time_is_told_only_of_some(client, asked, reported, count, told):
    asked(in_time=count)
    reported(*[30] * count)

    answer = facts(read(client, "about-promises"))["A typical answer took"]
    decision = facts(read(client, "about-moderation"))["A typical decision took"]

    assert ("working days" in answer) is told
    assert decision.startswith("1 day, 6 hours" if told else "Fewer than 5 reports")


def test_promises_show_how_fast_reports_were_decided(client, reported):
    reported(3, 23, 40, 50)

    html = read(client, "about-promises")

    shown = facts(html)
    assert (shown["Within 24 hours"], shown["Within 48 hours"]) == ("2", "3")
    assert '<tr><th scope="row">May 2026</th><td class="n">3</td><td class="n">1</td></tr>' in html


def test_promises_name_nobody(cast, client, asked, reported):
    asked(in_time=3)
    reported(5)

    html = read(client, "about-promises") + read(client, "about-moderation")

    names = [cast.seat.person.name, cast.moderator.public_name]
    assert [name for name in names if name in html] == []


def test_moderation_shows_its_figures(cast, client, reported):
    reported(5, 6)
    hidden = reported(7, verb="hide")
    Appeal.objects.create(decision=hidden, by=hidden.post.author, text="No.")
    for hours in (1, 50):
        make_report(make_post(hidden.post.thread), created_at=NOON - timedelta(hours=hours))

    shown = facts(read(client, "about-moderation"))

    assert shown["Reports decided"] == "3"
    assert shown["Decisions"].startswith("3 1 to hide, 2 to leave")
    assert shown["Appeals"] == "1 in 0 the decision stands, in 0 it was wrong, 1 wait"
    assert shown["Reports waiting now"] == "2 1 of them longer than 48 hours"


def test_counting_that_stopped_early_says_so(cast, client, monkeypatch):
    for place in ("moderation.figures", "townhall.about.views"):
        monkeypatch.setattr(f"{place}.MOST_COUNTED", 2)
    post = make_post(make_thread(cast.community))
    for _ in range(3):
        make_report(post)

    assert facts(read(client, "about-moderation"))["Reports waiting now"].startswith("2 or more")


def test_pages_without_figures_say_so(client, db):
    assert "Nothing was reported or decided" in read(client, "about-moderation")
    html = read(client, "about-promises")
    assert "No question was opened" in html
    assert "No report was decided" in html
    assert 'class="bars"' not in html


def test_months_of_figures_end_with_this_one():
    months = last_months(date(2026, 1, 31))

    assert (months[0], months[-1], len(months)) == (date(2025, 2, 1), date(2026, 1, 1), 12)


def test_figures_are_counted_once_in_five_minutes(db, django_assert_num_queries):
    with time_machine.travel(NOON, tick=False) as clock:
        first = figures()
        with django_assert_num_queries(0):
            assert figures() == first
        clock.shift(timedelta(minutes=5))
        with django_assert_num_queries(8):
            figures()


def test_figures_survive_redis_being_away(client, asked, settings):
    asked(in_time=2)
    settings.CACHES = {**settings.CACHES, **NO_REDIS}

    assert facts(read(client, "about-promises"))["Opened"] == "2"


def test_new_figures_are_hidden_no_longer_than_five_minutes(cast, client):
    # A report bumps no version, since only staff see it.
    with time_machine.travel(NOON, tick=False) as clock:
        thread = make_thread(cast.community)
        address = ADDRESSES["about-moderation"]
        known = client.get(address)["ETag"]
        make_report(make_post(thread, author=cast.neighbour))
        clock.shift(timedelta(minutes=5))

        answer = client.get(address, headers={"If-None-Match": known})

    assert answer.status_code == 200
    assert facts(answer.content.decode())["Reports waiting now"].startswith("1 ")
    assert "public" in answer["Cache-Control"]


def test_page_without_figures_keeps_its_tag(client, db):
    with time_machine.travel(NOON, tick=False) as clock:
        tag = client.get(ADDRESSES["about-rules"])["ETag"]
        clock.shift(timedelta(minutes=5))

        assert client.get(ADDRESSES["about-rules"])["ETag"] == tag


def test_cookies_page_names_each_cookie_that_is_set(cast, client, db):
    client.get(reverse("account_login"))
    seen = set(client.cookies)
    client.post(reverse("account_login"), {"login": cast.resident.email, "password": PASSWORD})
    client.post(reverse("accounts:profile-edit"), {"public_name": "Wren", "language": "en-gb"})
    seen |= set(client.cookies)
    client.logout()

    named = set(re.findall(r"<h3><code>(.*?)</code>", read(client, "about-cookies")))

    assert seen == named == {"sessionid", "csrftoken", "device", "messages"}


def test_cookies_page_tells_lives_and_names_from_the_settings(client, db, settings):
    settings.SESSION_COOKIE_NAME = "__Host-sessionid"
    settings.SESSION_COOKIE_AGE = 60 * 60 * 24 * 9

    html = read(client, "about-cookies")

    assert "<code>__Host-sessionid</code>" in html
    assert "9 days" in html
    assert "9 days" in read(client, "about-privacy")
