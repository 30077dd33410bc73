"""The staff desk in a real browser: no axe violation, no sideways scroll, light and dark."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.urls import reverse

from discussions.models import Post
from moderation import services
from notifications.models import Suppression
from tests.factories import (
    PASSWORD,
    make_decision,
    make_post,
    make_question,
    make_report,
    make_thread,
    make_user,
)

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Hands over what is wrong alone: the whole result of axe takes longer to carry than to find.
VIOLATIONS = """rules => axe.run(document, {runOnly: rules, resultTypes: ["violations"]})
    .then(found => found.violations.map(v => [v.id, v.nodes[0].html.slice(0, 200)]))"""
SCREENS = [(320, "dark"), (1280, "light")]


@pytest.fixture
def desk(cast):
    """Put something on every list; return the addresses, by name."""
    thread = make_thread(cast.community, author=cast.neighbour, tags=["weir"])
    reported = make_post(thread, author=cast.resident, body="A [heron](https://example.org/).")
    make_report(reported, text="Look at this.")
    make_decision(reported, reason="Read before.")
    held = make_post(thread, author=cast.neighbour)
    Post.objects.filter(pk=held.pk).update(status="pending", number=None, hold_reason="newcomer")
    hidden = make_post(thread, author=cast.resident)
    decision = services.decide(
        hidden,
        by=make_user(is_staff=True, is_superuser=True),
        verb="hide",
        rule="abuse",
        reason=".",
    )
    appeal = services.appeal(decision, by=cast.resident, text="No, look again.")
    question = make_question(seat=cast.seat)
    Suppression.objects.create(email="a@example.org", reason="550 no such user")
    return {
        "desk": reverse("admin:index"),
        "reports": reverse("admin:moderation_report_changelist"),
        "held": reverse("admin:moderation_report_held"),
        "decide": reverse("admin:moderation_report_decide", args=[reported.pk]),
        "appeals": reverse("admin:moderation_appeal_changelist"),
        "appeal": reverse("admin:moderation_appeal_change", args=[appeal.pk]),
        "questions": reverse("admin:questions_question_changelist"),
        "question": reverse("admin:questions_question_change", args=[question.pk]),
        "act": reverse("admin:questions_question_act", args=[question.pk, "merge"]),
        "threads": reverse("admin:discussions_thread_changelist"),
        "post": reverse("admin:discussions_post_change", args=[reported.pk]),
        "nobody": reverse("admin:accounts_user_changelist") + "?q=nobody+at+all",
        "person": reverse("admin:accounts_user_change", args=[cast.resident.pk]),
        "community": reverse("admin:communities_community_change", args=[cast.community.pk]),
        "seat": reverse("admin:councillors_councillor_add"),
        "state": reverse("admin:state"),
        "mails": reverse("admin:notifications_mail_changelist"),
        "delete": reverse(
            "admin:notifications_suppression_delete", args=[Suppression.objects.get().pk]
        ),
    }


@pytest.fixture
def page(cast, browser, live_server):
    context = browser.new_context(base_url=live_server.url, reduced_motion="reduce")
    page = context.new_page()
    page.goto("/accounts/login/?next=/admin/")
    page.locator("input[name=login]").fill(cast.admin.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/admin/")
    yield page
    context.close()


def problems_on(page, width, scheme):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    problems = [(width, scheme, *found) for found in page.evaluate(VIOLATIONS, RULES)]
    if page.evaluate("document.documentElement.scrollWidth") > width:
        problems.append((width, scheme, "scrolls sideways"))
    return problems


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_desk_pages_are_accessible(desk, page):
    problems = []

    for name, address in desk.items():
        answer = page.goto(address)
        problems += [(name, answer.status)] if answer.status != 200 else []
        page.evaluate(AXE_SCRIPT)
        for width, scheme in SCREENS:
            problems += [(name, *problem) for problem in problems_on(page, width, scheme)]

    assert problems == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_decision_is_taken_by_keyboard_alone(desk, page):
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(desk["decide"])

    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Abuse")
    page.keyboard.press("Tab")
    page.keyboard.type("It calls a neighbour names.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.get_by_text("Your decision is recorded: hidden.").wait_for()
    assert Post.objects.get(body__contains="heron").status == "hidden"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_post_is_what_a_narrow_screen_shows_first(desk, page):
    page.set_viewport_size({"width": 320, "height": 900})

    page.goto(desk["decide"])

    assert page.evaluate("[scrollY, document.activeElement.tagName]") == [0, "BODY"]
    page.get_by_role("link", name="Go to your decision").click()
    assert page.evaluate("document.activeElement.id") == "decision"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_targets_at_the_desk_are_large_enough(desk, page):
    page.set_viewport_size({"width": 320, "height": 900})
    small = """() => [...document.querySelectorAll("a, button, input, select, summary")]
        .filter(e => e.checkVisibility() && e.type != "hidden")
        .filter(e => !e.closest("p, .meta, .skip-to-content-link"))
        .map(e => [e.outerHTML.slice(0, 120), e.getBoundingClientRect()])
        .filter(([, box]) => box.width < 24 || box.height < 24).map(([html]) => html)"""
    problems = []

    for name in ("desk", "reports", "threads", "community", "seat"):
        page.goto(desk[name])
        problems += [(name, html) for html in page.evaluate(small)]

    assert problems == []


def tokens(name):
    """Read the plain colours that a stylesheet gives names to: in light, then in dark."""
    text = (Path(settings.BASE_DIR) / "static/css" / name).read_text()
    blocks = re.findall(r":root {(.*?)}", text, flags=re.S)[:2]
    return [dict(re.findall(r"(--[\w-]+): (#\w+);", block)) for block in blocks]


def test_desk_has_the_colours_of_the_site():
    of_site, of_desk = tokens("site.css"), tokens("admin.css")

    for site, desk in zip(of_site, of_desk, strict=True):
        assert len(desk) > 12
        assert desk.items() <= site.items()
