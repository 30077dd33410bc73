from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from discussions.models import Post
from moderation import services
from moderation.models import Appeal, BarrierReport, Report
from notifications.models import Mail
from questions.models import Question
from tests.factories import (
    make_decision,
    make_post,
    make_question,
    make_report,
    make_thread,
    make_user,
)

OTHERS = ["resident", "neighbour", "outsider", "councillor", "ambassador"]
AGES = {"fresh": timedelta(hours=1), "nearly": timedelta(hours=30), "over": timedelta(hours=60)}


def fill(cast, age):
    """Let one thing of each kind wait for as long."""
    at = timezone.now() - age
    thread = make_thread(cast.community)
    report = make_report(make_post(thread))
    Report.objects.filter(pk=report.pk).update(created_at=at)
    held = make_post(thread)
    Post.objects.filter(pk=held.pk).update(
        status="pending", number=None, hold_reason="newcomer", created_at=at
    )
    question = make_question(seat=cast.seat)
    Question.objects.filter(pk=question.pk).update(asked_at=at)
    decision = make_decision(make_post(thread))
    Appeal.objects.create(decision=decision, by=decision.post.author, text="No.", created_at=at)
    BarrierReport.objects.create(where="/", problem="Lost.", created_at=at)
    Mail.objects.create(
        to="a@example.org", queue="alert", subject="Hello", state="failed", created_at=at
    )


def waiting(client):
    rows = client.get(reverse("admin:index")).context["waiting"]
    return {
        str(row["work"].title): (
            row["ages"].fresh,
            row["ages"].nearly_due,
            row["ages"].overdue,
        )
        for row in rows
    }


def test_desk_counts_what_waits_by_age(cast, client_of):
    for age in ("fresh", "nearly", "nearly", "over"):
        fill(cast, AGES[age])

    counted = waiting(client_of(cast.admin))

    assert counted == {
        "Reports": (1, 2, 1),
        "Held first posts": (1, 2, 1),
        "Appeals": (1, 2, 1),
        "Questions to read": (1, 2, 1),
        "Proposed communities": (0, 0, 0),
        "Barriers": (1, 2, 1),
        "Namesakes of people in office": (0, 0, 0),
        "Mail failing": (1, 2, 1),
    }


def test_desk_shows_moderators_their_own_work(cast, client_of):
    counted = waiting(client_of(cast.moderator))

    assert counted == {
        "Reports": (0, 0, 0),
        "Held first posts": (0, 0, 0),
        "Appeals": (0, 0, 0),
        "Questions to read": (0, 0, 0),
        "Proposed communities": (0, 0, 0),
        "Barriers": (0, 0, 0),
        "Namesakes of people in office": (0, 0, 0),
    }


def test_desk_counts_a_post_once_however_often_it_is_reported(cast, client_of):
    post = make_post(make_thread(cast.community))
    for _ in range(3):
        make_report(post)

    assert waiting(client_of(cast.moderator))["Reports"] == (1, 0, 0)


def test_desk_no_longer_counts_what_is_done(cast, client_of):
    post = make_post(make_thread(cast.community))
    make_report(post)
    services.decide(post, by=cast.admin, verb="leave", rule="", reason="Fine.")
    Mail.objects.create(
        to="a@example.org",
        queue="alert",
        subject="Hello",
        state="failed",
        created_at=timezone.now() - timedelta(days=8),
    )

    assert set(waiting(client_of(cast.admin)).values()) == {(0, 0, 0)}


def test_desk_links_to_the_lists(cast, client_of):
    html = client_of(cast.admin).get(reverse("admin:index")).content.decode()

    for name in (
        "report_changelist",
        "report_held",
        "appeal_changelist",
        "barrierreport_changelist",
    ):
        assert reverse(f"admin:moderation_{name}") in html


def test_desk_leads_to_the_next_of_what_waits(cast, client_of):
    client = client_of(cast.moderator)
    empty = client.get(reverse("admin:index")).content.decode()
    later, graver = (make_post(make_thread(cast.community)) for _ in range(2))
    make_report(later, rule="spam")
    make_report(graver, rule="unlawful")

    page = client.get(reverse("admin:index")).content.decode()
    next_one = client.get(reverse("admin:moderation_report_next"))

    assert "Nothing waits for you." in empty
    assert "Decide the next report" not in empty
    assert "Nothing waits for you." not in page
    assert f'href="{reverse("admin:moderation_report_next")}">Decide the next report' in page
    assert "Read the next held post" not in page
    assert next_one.url == reverse("admin:moderation_report_decide", args=[graver.pk])


def test_next_of_an_empty_list_is_the_desk(cast, client_of):
    address = reverse("admin:moderation_report_next")

    answer = client_of(cast.moderator).get(f"{address}?queue=held", follow=True)

    assert answer.redirect_chain == [(reverse("admin:index"), 302)]
    assert "Nothing more waits in this list." in answer.content.decode()
    assert client_of(make_user(is_staff=True)).get(address).status_code == 403


def test_desk_names_its_rooms_in_the_order_of_the_work(cast, client_of):
    rooms = client_of(cast.admin).get(reverse("admin:index")).context["app_list"]

    assert [str(room["name"]) for room in rooms][:3] == ["Moderation", "Questions", "Discussions"]
    assert [model["name"] for model in rooms[2]["models"]] == ["Posts", "Threads", "Tags"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("moderation_report", "No report waits."),
        ("moderation_appeal", "No appeal waits."),
        ("taggit_tag", "There is no tag yet."),
        ("records_accessrequest", "There is nothing here yet."),
    ],
)
def test_empty_list_says_what_comes_here(cast, client_of, name, words):
    client, address = client_of(cast.admin), reverse(f"admin:{name}_changelist")

    page = client.get(address).content.decode()

    assert words in page
    assert "Nothing here matches." not in page


def test_empty_search_says_how_to_see_all(cast, client_of):
    address = reverse("admin:taggit_tag_changelist")

    page = client_of(cast.admin).get(address, {"q": "weir"}).content.decode()

    assert 'Nothing here matches. <a href="?">Show the whole list</a>' in page


@pytest.mark.parametrize("name", ["moderator", "admin"])
def test_desk_costs_the_same_however_much_waits(cast, client_of, name):
    client = client_of(getattr(cast, name))
    counts = []
    for times in (1, 2):
        for _ in range(times):
            fill(cast, AGES["over"])
        with CaptureQueriesContext(connection) as context:
            client.get(reverse("admin:index"))
        counts.append(len(context))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", OTHERS)
def test_desk_is_closed_to_others(cast, client_of, name):
    response = client_of(getattr(cast, name)).get(reverse("admin:index"), follow=True)

    assert response.status_code == 403


def test_visitors_sign_in_by_the_sites_own_page(client, db):
    wanted = reverse("admin:moderation_report_changelist")

    answers = [
        client.get(wanted),
        client.get(reverse("admin:login"), {"next": wanted}),
    ]

    assert [answer.url.partition("?")[0] for answer in answers] == [reverse("account_login")] * 2
    assert all("moderation" in answer.url for answer in answers)


def test_signing_in_leads_back_to_the_desk(client, db):
    person = make_user(is_staff=True)
    address = client.get(reverse("admin:index"), follow=True).redirect_chain[-1][0]

    response = client.post(
        address, {"login": person.email, "password": "correct horse battery"}, follow=True
    )

    assert response.redirect_chain[-1][0] == reverse("admin:index")


def test_admin_takes_no_password_itself(cast, client):
    response = client.post(
        reverse("admin:login"),
        {"username": cast.admin.email, "password": "correct horse battery"},
    )

    assert response.status_code == 302
    assert "_auth_user_id" not in client.session


def test_admin_login_page_of_staff_leads_to_the_desk(cast, client_of):
    response = client_of(cast.moderator).get(reverse("admin:login"))

    assert response.url == reverse("admin:index")


def test_history_of_what_is_only_read_is_the_trail(cast, client_of):
    decision = make_decision(make_post(make_thread(cast.community)))
    address = reverse("admin:moderation_decision_history", args=[decision.pk])

    answer = client_of(cast.admin).get(address)
    pages = [
        client_of(person)
        .get(reverse("admin:moderation_decision_change", args=[decision.pk]))
        .content.decode()
        for person in (cast.admin, cast.moderator)
    ]

    assert answer.url.startswith(reverse("admin:accounts_auditentry_changelist"))
    assert [address in page for page in pages] == [True, False]


def test_leaving_the_desk_is_leaving_the_site(cast, client_of):
    client = client_of(cast.moderator)

    page = client.get(reverse("admin:index")).content.decode()

    assert f'action="{reverse("account_logout")}"' in page
    assert client.post(reverse("admin:logout")).url == reverse("account_logout")


def test_passwords_are_changed_on_the_sites_own_page(cast, client_of):
    response = client_of(cast.moderator).get(reverse("admin:password_change"))

    assert response.url == reverse("account_change_password")
