"""Stories from the first visit to the digest, in a real browser."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.utils import timezone

from communities.models import Membership
from notifications.models import Digest, Mail
from questions.models import Question
from questions.services import open_question
from tests.factories import PASSWORD, make_post, make_postcode, make_thread

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
NEWCOMER = "ines@example.org"


@pytest.fixture(params=["phone without JavaScript", "desk with JavaScript"])
def screen(request, browser, live_server):
    is_phone = request.param.startswith("phone")
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": 320, "height": 640} if is_phone else {"width": 1280, "height": 900},
        java_script_enabled=not is_phone,
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.problems = []
    page.on("console", lambda line: page.problems.append(line.text) if line.type == "error" else 0)
    page.on(
        "response", lambda answer: page.problems.append(answer.url) if answer.status >= 500 else 0
    )
    yield page
    context.close()


def link_in_mail(to):
    text = Mail.objects.filter(to=to).latest("pk").text
    return urlsplit(re.search(r"https?://\S+", text).group()).path


def sign_in(page, email):
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").first.fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()


def test_newcomer_finds_place_joins_asks_and_is_told(cast, screen, settings, tmp_path):
    settings.EMAIL_URL = f"file://{tmp_path}"
    make_postcode("NM4 2AB", cast.ward)
    thread = make_thread(cast.community, author=cast.neighbour, title="A safe crossing")

    find_place(screen)
    join_the_town_hall(screen)
    join_and_reply(screen, cast.community)
    question = ask_and_have_it_opened(screen, by_staff=cast.moderator)
    answer_as(screen, cast.councillor, question)
    make_post(thread, author=cast.neighbour, body="Thursday it is.")
    call_command("send_due", "--now", tomorrow_at_ten())

    told = Mail.objects.filter(user__email=NEWCOMER, state="sent")
    assert {mail.queue for mail in told} >= {"account", "alert", "digest"}
    assert Digest.objects.filter(user__email=NEWCOMER, mail__isnull=False).count() == 1
    assert Membership.objects.get(user__email=NEWCOMER).digest == "daily"
    assert screen.problems == []


def find_place(page):
    page.goto("/")
    page.get_by_label("Your postcode").fill("nm4 2ab")
    page.get_by_role("button", name="Find my place").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Millbrook"


def join_the_town_hall(page):
    page.goto("/accounts/signup/")
    page.get_by_label("Name that others see").fill("Ines Duarte")
    page.get_by_label("E-mail address").fill(NEWCOMER)
    page.get_by_label("Password").first.fill(PASSWORD)
    page.locator("main form button").first.click()
    page.goto(link_in_mail(NEWCOMER))
    page.locator("main form button").first.click()
    sign_in(page, NEWCOMER)
    page.wait_for_url("**/mine/")


def join_and_reply(page, community):
    page.goto(community.get_absolute_url())
    page.get_by_role("link", name="Join this community").click()
    page.get_by_label("Every day").check()
    page.get_by_label("I have read the rules").check()
    page.locator("main").get_by_role("button", name="Join").click()
    page.get_by_role("link", name="A safe crossing").first.click()
    page.get_by_label("Your words").fill("I can *count* cars on Thursday.")
    page.locator("main").get_by_role("button", name="Reply").click()
    page.wait_for_url("**#post-2")
    assert page.locator("#post-2 em").inner_text() == "count"


def ask_and_have_it_opened(page, by_staff):
    page.goto("/councillors/anne-reed/")
    page.locator("main").get_by_role("link", name=re.compile("^Ask ")).first.click()
    page.get_by_label(re.compile("question", re.I)).first.fill("When will Mill Lane be gritted?")
    page.locator("main textarea").fill("It is the way to school, and it freezes early.")
    for radio in page.locator("main form input[type=radio]").all()[:1]:
        radio.check()
    page.get_by_role("button", name="Look it over").click()
    page.get_by_role("button", name="Send your question").click()
    page.wait_for_url("**/questions/sent/**")
    return open_question(Question.objects.get(), by=by_staff)


def answer_as(page, councillor, question):
    sign_out(page)
    sign_in(page, councillor.email)
    page.wait_for_url("**/mine/")
    page.goto(question.get_absolute_url())
    page.locator("form[action*=answer] textarea").fill(
        "The gritter comes at five on frost nights; Mill Lane is on the route since Monday."
    )
    page.get_by_role("button", name="Publish the answer").click()
    page.get_by_text("on the route since Monday").first.wait_for()


def sign_out(page):
    page.goto("/accounts/logout/")
    page.locator("main form button").first.click()


def tomorrow_at_ten():
    tomorrow = timezone.localtime() + timedelta(days=1)
    return tomorrow.replace(hour=10, minute=0).isoformat()
