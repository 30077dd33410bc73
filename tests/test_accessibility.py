"""Pages in a real browser: no axe violation, no refused script or style, no sideways scroll."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from questions.services import open_question
from tests.factories import PASSWORD, make_post, make_question, make_thread

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def addresses(cast):
    thread = make_thread(cast.community, author=cast.neighbour, title="A crossing", tags=["roads"])
    make_post(thread, author=cast.resident, reply_to=thread.posts.get())
    question = open_question(make_question(seat=cast.seat), by=cast.moderator)
    public = [
        "/",
        "/?postcode=nowhere",
        cast.ward.get_absolute_url(),
        "/communities/",
        cast.community.get_absolute_url(),
        thread.get_absolute_url(),
        "/councillors/",
        "/councillors/anne-reed/",
        "/questions/",
        question.get_absolute_url(),
        "/search/?q=crossing",
        "/moderation/log/",
        "/about/",
        "/about/rules/",
        "/about/promises/",
        "/about/accessibility/",
        "/about/barrier/",
        "/offline/",
        reverse("moderation:report-create", args=[thread.posts.get(number=2).pk]),
        "/no-such-page/",
    ]
    entrance = ["/accounts/signup/", "/accounts/login/", "/accounts/password/reset/"]
    own = [
        "/mine/",
        f"/communities/{cast.community.slug}/new/",
        "/councillors/anne-reed/ask/",
        "/notifications/",
        "/notifications/settings/",
        "/accounts/profile/",
        "/mine/data/",
    ]
    return [*public, *entrance], [*public, *own]


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("role", ["visitor", "resident"])
def test_pages_are_accessible(cast, browser, live_server, role, width):
    of_visitor, of_member = addresses(cast)
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": width, "height": 800}, reduced_motion="reduce"
    )
    page = context.new_page()
    problems = []
    page.on("console", lambda line: "Content Security" in line.text and problems.append(line.text))
    if role == "resident":
        page.goto("/accounts/login/")
        page.locator("input[name=login]").fill(cast.resident.email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/mine/")

    for address in of_visitor if role == "visitor" else of_member:
        page.goto(address)
        found = Axe().run(page, options=RULES).response["violations"]
        problems += [(address, v["id"], v["nodes"][0]["html"][:200]) for v in found]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            problems.append((address, "scrolls sideways"))

    context.close()
    assert problems == []
