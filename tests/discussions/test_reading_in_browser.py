"""What scripts add to a thread page, and that it works without them."""

import pytest
from playwright.sync_api import expect

from communities.services import change_rules
from discussions.models import Visit
from discussions.services import ignore_person
from tests.factories import PASSWORD, make_post, make_thread

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def open_page(browser, live_server):
    """Return a function that opens a window of some width, with or without JavaScript."""
    contexts = []

    def open_window(width=1280, scripts=True):
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        return page

    yield open_window
    for context in contexts:
        context.close()


@pytest.fixture
def thread(cast):
    thread = make_thread(cast.community, author=cast.neighbour, body="Two mornings, *please*.")
    make_post(thread, author=cast.resident, reply_to=thread.posts.get(), body="I can count.")
    return thread


def sign_in(page, person):
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password").first.fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("width", [320, 1280])
def test_quote_opens_and_closes_in_place(open_page, thread, width):
    page = open_page(width)
    page.goto(thread.get_absolute_url())
    link = page.locator("#post-2 .quote a").first

    link.focus()
    page.keyboard.press("Enter")
    words = page.locator("#post-2 .opened .body")
    words.wait_for()

    assert words.inner_text() == "Two mornings, please."
    assert link.get_attribute("aria-expanded") == "true"
    link.click()
    words.wait_for(state="hidden")
    assert link.get_attribute("aria-expanded") == "false"
    link.click()
    words.wait_for()
    assert link.get_attribute("aria-expanded") == "true"
    assert page.locator("#post-2 .opened").count() == 1
    assert page.url.endswith(thread.get_absolute_url())


def test_quote_leads_to_the_post_without_scripts(open_page, thread):
    page = open_page(320, scripts=False)
    page.goto(thread.get_absolute_url())

    page.locator("#post-2 .quote a").click()

    assert page.url.endswith("#post-1")


def test_new_posts_are_told_and_shown_in_place(cast, open_page, thread):
    page = open_page()
    sign_in(page, cast.councillor)
    page.clock.install()
    page.goto(thread.get_absolute_url())
    place = page.locator(".fresh")
    assert place.inner_text() == ""
    make_post(thread, author=cast.neighbour, body="It was red.")
    make_post(thread, author=cast.neighbour, body="Then it was gone.")

    page.clock.fast_forward(25_000)
    button = page.get_by_role("button", name="2 new posts – show")
    button.wait_for()
    assert page.locator("#post-3").count() == 0
    button.click()
    page.locator("#post-4").wait_for()

    assert page.evaluate("document.activeElement.id") == "post-3"
    assert place.inner_text() == ""
    assert Visit.objects.get(user=cast.councillor, thread=thread).last_number == 4
    make_post(thread, author=cast.neighbour, body="And back.")
    told = page.get_by_role("button", name="1 new post – show")
    for _look in range(10):  # the page may still be asking for the time before
        page.clock.fast_forward(25_000)
        page.wait_for_timeout(200)
        if told.is_visible():
            break
    assert told.is_visible()


def test_nothing_is_asked_for_while_the_page_is_hidden(open_page, thread):
    page = open_page()
    page.clock.install()
    page.goto(thread.get_absolute_url())
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    page.evaluate(
        "Object.defineProperty(document, 'hidden', {value: true, configurable: true});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    page.clock.fast_forward(600_000)
    assert [url for url in asked if "/fresh/" in url] == []
    with page.expect_request("**/fresh/*"):
        page.evaluate(
            "Object.defineProperty(document, 'hidden', {value: false, configurable: true});"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )


def test_page_asks_only_for_what_it_does_not_know(open_page, thread):
    page = open_page()
    page.clock.install()
    page.goto(thread.get_absolute_url())

    with page.expect_response("**/fresh/*") as first:
        page.clock.fast_forward(25_000)
    tag = first.value.header_value("ETag")
    with page.expect_response("**/fresh/*") as second:
        look_again(page)

    assert first.value.status == 204
    assert first.value.request.header_value("If-None-Match") is None
    assert tag
    assert second.value.request.header_value("If-None-Match") == tag
    assert second.value.status == 304


def look_again(page):
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


@pytest.mark.parametrize(("status", "goes_on"), [(404, False), (403, False), (204, True)])
def test_page_of_a_thread_that_is_gone_asks_no_more(open_page, thread, status, goes_on):
    page = open_page()
    page.clock.install()
    asked = []

    def answer(route):
        asked.append(route.request.url)
        route.fulfill(status=status)

    page.route("**/fresh/*", answer)
    page.goto(thread.get_absolute_url())
    with page.expect_response("**/fresh/*") as first:
        page.clock.fast_forward(25_000)
    assert first.value.status == status

    for _time in range(5):
        page.clock.fast_forward(300_000)
        page.wait_for_timeout(100)

    assert (len(asked) > 1) is goes_on


def test_post_of_somebody_ignored_is_opened_without_scripts(cast, open_page, thread):
    ignore_person(cast.neighbour, by=cast.resident)
    page = open_page(320, scripts=False)
    sign_in(page, cast.resident)
    page.goto(thread.get_absolute_url())
    words = page.locator("#post-1").get_by_text("Two mornings")
    assert not words.is_visible()

    page.locator("#post-1").get_by_text("Show it").click()

    assert words.is_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_what_was_done_is_said_beside_the_post(cast, open_page, thread, scripts):
    for _number in range(8):
        post = make_post(thread, author=cast.neighbour, body="Long.\n\n" * 20)
    page = open_page(320, scripts)
    sign_in(page, cast.resident)
    page.goto(f"/posts/{post.pk}/more/")

    page.get_by_role("button", name="Keep this post").click()

    said = page.get_by_role("status").filter(has_text="You keep this post.")
    said.wait_for()
    assert page.url.endswith(f"#post-{post.number}")
    if scripts:
        expect(said).to_be_in_viewport()
    else:
        expect(said).not_to_be_in_viewport()


def test_new_rules_are_read_in_place_and_typed_words_stay(cast, open_page, thread):
    change_rules(cast.community, by=cast.admin, rules="Be *kind*.")
    page = open_page(320)
    sign_in(page, cast.resident)
    page.goto(thread.get_absolute_url())
    page.locator("#reply textarea").fill("I can count.")
    notice = page.locator("form.note", has_text="have changed")

    notice.get_by_text("The new rules").click()
    expect(notice.get_by_text("kind", exact=True)).to_be_visible()
    notice.get_by_role("button", name="I have read them").click()

    expect(page.get_by_text("Thank you for reading the rules.")).to_be_focused()
    expect(notice).to_have_count(0)
    assert page.locator("#reply textarea").input_value() == "I can count."
    assert page.url.endswith(thread.get_absolute_url())


def test_new_rules_are_read_without_scripts(cast, open_page, thread):
    change_rules(cast.community, by=cast.admin, rules="Be *kind*.")
    page = open_page(320, scripts=False)
    sign_in(page, cast.resident)
    page.goto(f"{thread.get_absolute_url()}?page=1")
    page.locator("#reply textarea").fill("I can count.")

    page.get_by_role("button", name="I have read them").click()

    expect(page.locator(".messages")).to_contain_text("Thank you for reading the rules.")
    expect(page.locator("#reply textarea")).to_have_value("I can count.")
    expect(page.locator("form.note", has_text="have changed")).to_have_count(0)
    assert page.url.endswith(f"{thread.get_absolute_url()}?page=1")
