import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as site
from playwright.sync_api import expect

from discussions.models import Post
from questions.models import Question
from tests.factories import PASSWORD, make_thread

WORDS = "The heron is back at the weir."
REPLY = "main form[action$='/reply/'] textarea"


def in_browser(test):
    return pytest.mark.browser(pytest.mark.django_db(transaction=True)(test))


@pytest.mark.parametrize(("language", "start"), [("", "/"), ("/cy", "/cy/")])
def test_manifest_describes_the_site_in_its_language(client, db, settings, language, start):
    settings.COUNCIL_NAME = settings.COUNCIL_NAME_CY = "Dale & Fell"

    response = client.get(f"{language}/manifest.webmanifest")

    described = json.loads(response.content)
    assert response["Content-Type"] == "application/manifest+json"
    assert (described["id"], described["scope"], described["start_url"]) == ("/", "/", start)
    assert "Dale & Fell" in described["name"]
    assert described["short_name"] == "Dale & Fell"
    assert described["lang"] == ("cy" if language else "en-GB")
    assert described["display"] == "standalone"
    assert {icon["purpose"] for icon in described["icons"]} == {"any", "maskable"}
    assert {icon["sizes"] for icon in described["icons"]} == {"any", "192x192", "512x512"}


def test_icons_are_as_large_as_the_manifest_says_and_small_files(client, db):
    for icon in client.get("/manifest.webmanifest").json()["icons"]:
        path = Path(site.BASE_DIR) / icon["src"].lstrip("/")
        file = path.read_bytes()
        assert len(file) < 12_000
        if icon["type"] == "image/png":
            assert file.startswith(b"\x89PNG")
            width, height = (int.from_bytes(file[at : at + 4]) for at in (16, 20))
            assert f"{width}x{height}" == icon["sizes"]


def test_worker_is_a_script_of_this_release_that_no_cache_keeps(client, db, monkeypatch):
    monkeypatch.setattr("townhall.installing.release", lambda: "one-release")

    response = client.get("/sw.js")

    assert response["Content-Type"].startswith("text/javascript")
    assert response["Cache-Control"] == "no-cache"
    assert 'const RELEASE = "one-release";' in response.content.decode()
    assert "worker-src 'self'" in response["Content-Security-Policy"]


def test_offline_page_is_for_everybody_alike(client, db):
    response = client.get("/offline/")

    assert "You are offline" in response.content.decode()
    assert not response.cookies
    assert b"csrfmiddlewaretoken" not in response.content


@pytest.fixture
def page(cast, browser, live_server):
    """A page of somebody signed in, after the worker has taken over."""
    context = browser.new_context(base_url=live_server.url)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.problems = []
    page.on(
        "console", lambda line: "Content Security" in line.text and page.problems.append(line.text)
    )
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    sign_in(page, cast.resident)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # a page that was on its way when the worker began has none
    until(page, "navigator.serviceWorker.controller !== null")
    yield page
    context.close()
    assert page.problems == []


def until(page, holds):
    """Wait in the manner of wait_for_function, which the page's own policy refuses."""
    for _ in range(200):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never: {holds}")


def sign_in(page, person):
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password").first.fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/mine/")


def sign_out(page):
    page.goto("/accounts/logout/")
    page.locator("main form button").first.click()
    page.wait_for_url("**/")


def kept(page):
    return page.evaluate(
        "Object.entries(localStorage).filter(([key]) => key.startsWith('draft:'))"
        ".map(([, draft]) => JSON.parse(draft).values)"
    )


def write(page, words=WORDS, field=REPLY):
    page.locator(field).fill(words)
    until(page, "Object.keys(localStorage).some((key) => key.startsWith('draft:'))")


@pytest.fixture
def thread(cast):
    return make_thread(cast.community, author=cast.neighbour, title="Heron")


@in_browser
def test_page_without_a_network_says_so_and_lists_what_was_written(page, thread):
    page.goto(thread.get_absolute_url())
    write(page)

    page.context.set_offline(True)
    page.goto("/communities/")

    assert page.get_by_role("heading", level=1).inner_text() == "You are offline"
    assert page.locator("[data-words]").inner_text() == WORDS
    assert page.locator("[data-drafts] a").get_attribute("href") == thread.get_absolute_url()
    colour = page.evaluate("getComputedStyle(document.querySelector('.btn')).backgroundColor")
    assert colour == "rgb(11, 85, 99)"


@in_browser
def test_offline_page_is_in_welsh_under_welsh_addresses(page):
    page.context.set_offline(True)

    page.goto("/cy/communities/")

    assert page.locator("html").get_attribute("lang") == "cy"
    assert page.locator("[data-drafts]").is_hidden()


@in_browser
def test_reply_sent_without_a_network_is_kept_and_published_once(page, thread):
    page.goto(thread.get_absolute_url())
    write(page)
    page.context.set_offline(True)
    page.locator("main").get_by_role("button", name="Reply").click()
    page.get_by_role("heading", name="You are offline").wait_for()
    page.context.set_offline(False)

    page.locator("[data-drafts] a").click()

    expect(page.locator(REPLY)).to_have_value(WORDS)
    # By whichever of the two kept it: the site may have been quicker than the network was gone.
    page.get_by_text(re.compile("You wrote this on|You began to write here on")).wait_for()
    page.locator("main").get_by_role("button", name="Reply").click()
    page.wait_for_url("**#post-2")
    assert kept(page) == []
    assert page.locator(REPLY).input_value() == ""
    assert Post.objects.filter(body=WORDS).count() == 1


@in_browser
def test_reply_whose_answer_was_lost_is_not_published_twice(page, thread):
    page.goto(thread.get_absolute_url())
    write(page)
    # It arrives, and only the network on the way back is gone.
    page.evaluate(
        "() => { const form = document.querySelector('form.compose');"
        " return fetch(form.action, {method: 'POST', body: new FormData(form)}) }"
    )
    assert Post.objects.filter(body=WORDS).count() == 1
    page.context.set_offline(True)
    page.locator("main").get_by_role("button", name="Reply").click()
    page.get_by_role("heading", name="You are offline").wait_for()
    page.context.set_offline(False)

    page.goto(thread.get_absolute_url())
    assert page.locator(REPLY).input_value() == WORDS
    page.locator("main").get_by_role("button", name="Reply").click()
    page.wait_for_url("**#post-2")

    assert Post.objects.filter(body=WORDS).count() == 1
    assert kept(page) == []


@in_browser
def test_reply_that_the_browser_sends_again_by_itself_is_published(page, thread):
    page.goto(thread.get_absolute_url())
    write(page)
    page.context.set_offline(True)
    page.locator("main").get_by_role("button", name="Reply").click()
    page.get_by_role("heading", name="You are offline").wait_for()
    page.context.set_offline(False)

    page.reload()

    page.wait_for_url("**#post-2")
    assert kept(page) == []


@in_browser
def test_words_of_a_thread_that_is_refused_stay_kept(page, cast):
    page.goto(f"/communities/{cast.community.slug}/new/")
    write(page, field="main textarea")
    page.locator("main").get_by_role("button", name="Start the thread").click()
    page.get_by_text("There is a problem").wait_for()
    assert kept(page) == [{"body": WORDS}]
    assert page.locator(".kept").count() == 0

    page.get_by_label("Title").fill("Heron")
    page.locator("main").get_by_role("button", name="Start the thread").click()
    page.wait_for_url("**/discussions/**")

    assert kept(page) == []


@in_browser
def test_question_is_kept_with_its_title_until_it_is_sent(page, cast):
    page.goto("/councillors/anne-reed/ask/")
    page.locator("main input[type=text]").first.fill("Where is the heron?")
    write(page, field="main textarea")

    page.goto("/councillors/anne-reed/ask/")
    assert page.locator("main input[type=text]").first.input_value() == "Where is the heron?"
    assert page.locator("main textarea").input_value() == WORDS
    for radio in page.locator("main form input[type=radio]").all()[:1]:
        radio.check()
    page.get_by_role("button", name="Look it over").click()
    page.get_by_role("heading", name="What others will read").wait_for()
    assert kept(page) != []
    page.get_by_role("button", name="Send your question").click()
    page.wait_for_url("**/questions/sent/**")

    assert kept(page) == []
    assert Question.objects.get().text == WORDS


@in_browser
def test_words_can_be_thrown_away(page, thread):
    page.goto(thread.get_absolute_url())
    write(page)
    page.goto(thread.get_absolute_url())

    page.get_by_role("button", name="Throw it away").click()

    assert page.locator(REPLY).input_value() == ""
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    page.goto(thread.get_absolute_url())
    assert (kept(page), page.locator(REPLY).input_value()) == ([], "")


@in_browser
def test_session_that_ended_loses_no_words(page, cast, thread):
    page.goto(thread.get_absolute_url())
    write(page)
    page.context.clear_cookies(name="sessionid")
    page.locator("main").get_by_role("button", name="Reply").click()
    page.wait_for_load_state()

    sign_in(page, cast.resident)
    page.goto(thread.get_absolute_url())

    assert page.locator(REPLY).input_value() == WORDS


@in_browser
def test_signing_out_throws_everything_away(page, thread):
    page.goto(thread.get_absolute_url())
    write(page)

    sign_out(page)

    assert kept(page) == []


@in_browser
def test_somebody_else_on_the_same_device_finds_nothing(page, cast, thread):
    page.goto(thread.get_absolute_url())
    write(page)
    page.context.clear_cookies()

    sign_in(page, cast.councillor)

    assert kept(page) == []
    page.goto(thread.get_absolute_url())
    assert page.locator(REPLY).input_value() == ""


@in_browser
def test_old_words_are_forgotten(page, thread):
    page.goto(thread.get_absolute_url())
    write(page)
    page.evaluate(
        "for (const key of Object.keys(localStorage)) localStorage.setItem(key, JSON.stringify("
        "{...JSON.parse(localStorage.getItem(key)), at: Date.now() - 31 * 24 * 3600 * 1000}))"
    )

    page.goto(thread.get_absolute_url())

    assert (kept(page), page.locator(REPLY).input_value()) == ([], "")


@in_browser
def test_worker_keeps_no_page_of_anybody(page, thread):
    # Begun anew while somebody is signed in.
    page.evaluate(
        "async () => { await (await navigator.serviceWorker.ready).unregister();"
        " for (const name of await caches.keys()) await caches.delete(name) }"
    )
    page.reload()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    for address in (thread.get_absolute_url(), "/mine/", "/notifications/"):
        page.goto(address)

    (name,) = page.evaluate("caches.keys()")
    held = page.evaluate(
        "async (name) => (await (await caches.open(name)).keys()).map((kept) => kept.url)", name
    )
    paths = {urlsplit(url).path for url in held}
    assert {path for path in paths if not path.startswith("/static/")} == {
        "/offline/",
        "/cy/offline/",
    }
    assert {"/static/css/site.css", "/static/js/offline.js"} <= paths
    offline = page.evaluate("caches.match('/offline/').then((answer) => answer.text())")
    assert "Sign in" in offline


@in_browser
def test_writing_works_where_nothing_can_be_kept(page, thread):
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('forbidden'); }})"
    )
    page.goto(thread.get_absolute_url())
    page.locator(REPLY).fill(WORDS)
    page.locator("main").get_by_role("button", name="Reply").click()

    page.wait_for_url("**#post-2")
