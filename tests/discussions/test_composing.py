"""Writing in a real browser, with and without its scripts."""

import pytest
from playwright.sync_api import expect

from discussions.models import Draft, Mention, Post, Thread
from discussions.services import draft_for
from tests.factories import PASSWORD, make_membership, make_post, make_thread, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 900}


@pytest.fixture
def thread(cast):
    kay = make_user(public_name="Kay Tan")
    make_membership(kay, cast.community)
    thread = make_thread(cast.community, author=kay, title="A bench at the weir")
    make_post(thread, author=cast.neighbour, body="The heron stands there each morning.")
    return thread


@pytest.fixture
def device(cast, browser, live_server):
    """Open a browser of its own, where the resident signs in."""
    contexts, problems = [], []

    def open_one(scripts=True, viewport=DESK):
        context = browser.new_context(
            base_url=live_server.url, viewport=viewport, java_script_enabled=scripts
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console", lambda line: "Content Security" in line.text and problems.append(line.text)
        )
        page.goto("/accounts/login/")
        page.get_by_label("E-mail address").fill(cast.resident.email)
        page.get_by_label("Password").first.fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/mine/")
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert problems == []


def field(page):
    return page.get_by_label("Your words")


def press(page, name):
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def told(page, words):
    page.locator("[data-composing], [data-keeping]").get_by_text(words).wait_for()


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_preview_without_scripts_leads_to_the_words_and_back(device, thread, viewport):
    page = device(scripts=False, viewport=viewport)
    page.goto(thread.get_absolute_url())
    field(page).fill("*So* it is.")

    press(page, "Look it over")

    assert page.locator("#preview em").inner_text() == "So"
    assert field(page).input_value() == "*So* it is."
    assert fits(page)
    press(page, "Reply")
    assert page.locator("#post-3 em").inner_text() == "So"


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_preview_with_scripts_comes_in_place_and_is_announced(device, thread, viewport):
    page = device(viewport=viewport)
    page.goto(thread.get_absolute_url())
    address = page.url
    field(page).fill("*So* it is, @Kay Tan.")

    press(page, "Look it over")

    told(page, "How it will look is shown above your words.")
    assert page.locator("#preview em").inner_text() == "So"
    assert page.locator("#preview").get_by_role("link", name="@Kay Tan").count() == 1
    assert page.url == address
    assert fits(page)
    assert Post.objects.count() == 2


def select(page, words):
    page.evaluate(
        """words => {
            for (const body of document.querySelectorAll(".post .body p")) {
                const at = body.textContent.indexOf(words);
                if (at < 0) continue;
                const text = body.firstChild;
                getSelection().setBaseAndExtent(text, at, text, at + words.length);
            }
        }""",
        words,
    )


def test_selected_words_are_quoted_into_the_reply_in_place(device, thread):
    page = device()
    page.goto(thread.get_absolute_url())
    field(page).fill("I saw it.")
    select(page, "heron stands there")

    page.locator("#post-2").get_by_role("link", name="Quote").click()

    post = thread.posts.get(number=2)
    assert field(page).input_value() == (
        f"I saw it.\n\n> [Neighbour](/posts/{post.pk}/) wrote:\n>\n> heron stands there\n\n"
    )
    assert page.evaluate("document.activeElement.name") == "body"
    told(page, "The words are quoted in your reply.")
    page.keyboard.type("So did I.")
    press(page, "Reply")
    page.wait_for_url("**#post-3")
    assert page.locator("#post-3 blockquote").get_by_text("heron stands there").count() == 1


def test_selected_words_are_quoted_by_keyboard(device, thread):
    page = device()
    page.goto(thread.get_absolute_url())
    select(page, "each morning")

    page.locator("#post-2").get_by_role("link", name="Quote").focus()
    page.keyboard.press("Enter")

    assert field(page).input_value().endswith("> each morning\n\n")


@pytest.mark.parametrize("scripts", [True, False])
def test_quote_without_a_selection_leads_to_all_the_words(device, thread, scripts):
    page = device(scripts=scripts)
    page.goto(thread.get_absolute_url())

    page.locator("#post-2").get_by_role("link", name="Quote").click()

    page.wait_for_url("**/reply/?to=2&quote=1")
    assert "> The heron stands there each morning." in field(page).input_value()


def test_words_begun_are_not_lost_by_quoting(device, thread):
    page = device()
    page.goto(thread.get_absolute_url())
    field(page).fill("I saw it.")

    page.locator("#post-2").get_by_role("link", name="Quote").click()

    page.wait_for_url("**/reply/?to=2&quote=1")
    assert field(page).input_value().startswith("I saw it.\n\n> [Neighbour](")


def test_member_is_named_by_keyboard(device, cast, thread):
    page = device()
    page.goto(thread.get_absolute_url())
    field(page).press_sequentially("Thank you @ka")
    names = page.get_by_role("listbox", name="People to name")
    names.get_by_role("option", name="Kay Tan").wait_for()
    told(page, "People found: 1.")

    page.keyboard.press("ArrowDown")
    active = field(page).get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").inner_text() == "Kay Tan"
    assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    page.keyboard.press("Enter")

    assert field(page).input_value() == "Thank you @Kay Tan "
    assert names.count() == 0
    page.keyboard.type("for the bench.")
    press(page, "Reply")
    page.wait_for_url("**#post-3")
    assert Mention.objects.get().user.public_name == "Kay Tan"


def test_list_of_names_closes_by_escape_and_leaves_enter_alone(device, thread):
    page = device()
    page.goto(thread.get_absolute_url())
    field(page).press_sequentially("@ka")
    names = page.get_by_role("listbox", name="People to name")
    names.wait_for()

    page.keyboard.press("Enter")
    assert field(page).input_value() == "@ka\n"
    page.keyboard.press("Backspace")
    names.wait_for()
    page.keyboard.press("Escape")

    names.wait_for(state="hidden")
    assert field(page).input_value() == "@ka"


def test_name_is_taken_by_pointer(device, thread):
    page = device(viewport=PHONE)
    page.goto(thread.get_absolute_url())
    field(page).press_sequentially("@")

    page.get_by_role("option", name="Kay Tan").click()

    assert field(page).input_value() == "@Kay Tan "
    assert fits(page)


def test_words_are_kept_as_one_types_and_found_on_another_device(device, cast, thread):
    first = device()
    first.goto(thread.get_absolute_url())
    field(first).press_sequentially("So far")
    told(first, "Kept as a draft.")

    second = device(viewport=PHONE)
    second.goto(thread.get_absolute_url())
    assert field(second).input_value() == "So far"
    assert second.get_by_text("You began to write here on").count() == 1
    assert fits(second)
    field(second).fill("So far, so good.")
    told(second, "Kept as a draft.")

    first.reload()
    assert field(first).input_value() == "So far, so good."
    press(first, "Reply")
    first.wait_for_url("**#post-3")
    second.reload()
    assert field(second).input_value() == ""
    assert not Draft.objects.exists()


def test_words_that_the_site_has_not_got_are_found_in_the_browser(device, cast, thread):
    page = device()
    page.goto(thread.get_absolute_url())
    field(page).fill("So far")
    told(page, "Kept as a draft.")
    page.route("**/reply/", lambda route: route.abort())
    field(page).fill("So far, so good.")
    told(page, "We cannot keep your words at the moment.")

    page.unroute("**/reply/")
    page.reload()

    assert field(page).input_value() == "So far, so good."
    page.get_by_text("It was kept in this browser.").wait_for()
    assert page.get_by_text("You began to write here on").count() == 0


def test_words_are_kept_once_the_network_is_back(device, cast, thread):
    page = device()
    page.goto(thread.get_absolute_url())
    page.context.set_offline(True)
    field(page).fill("So far")
    told(page, "We cannot keep your words at the moment.")

    page.context.set_offline(False)

    told(page, "Kept as a draft.")
    assert draft_for(thread, by=cast.resident).body == "So far"


@pytest.mark.parametrize("scripts", [True, False])
def test_draft_is_thrown_away_here_and_on_the_site(device, cast, thread, scripts):
    page = device(scripts=scripts)
    page.goto(thread.get_absolute_url())
    field(page).fill("So far")
    press(page, "Keep as a draft")
    if scripts:
        told(page, "Kept as a draft.")
    page.goto(thread.get_absolute_url())

    press(page, "Throw it away")

    if scripts:
        page.get_by_text("You began to write here on").wait_for(state="detached")
    assert field(page).input_value() == ""
    assert not Draft.objects.exists()
    page.goto(thread.get_absolute_url())
    assert field(page).input_value() == ""


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_similar_threads_appear_while_one_types_a_title(device, cast, thread, viewport):
    page = device(viewport=viewport)
    page.goto(f"/communities/{cast.community.slug}/new/")

    page.get_by_label("Title").press_sequentially("A bench")

    told(page, "Threads that may be the same: 1.")
    field(page).fill("We need one.")
    assert fits(page)
    page.get_by_role("button", name="Go there, keep my words").click()
    page.wait_for_url(f"**{thread.get_absolute_url()}")
    assert draft_for(cast.community, by=cast.resident).body == "We need one."
    page.get_by_role("link", name="Use them in a reply here").click()
    assert field(page).input_value() == "We need one."
    press(page, "Reply")
    page.wait_for_url("**#post-3")
    assert not Draft.objects.exists()


def test_enter_in_the_title_starts_the_thread_and_goes_nowhere_else(device, cast, thread):
    page = device()
    page.goto(f"/communities/{cast.community.slug}/new/")
    field(page).fill("We need one.")
    page.get_by_label("Title").press_sequentially("A bench")
    told(page, "Threads that may be the same: 1.")

    page.get_by_label("Title").press("Enter")

    page.wait_for_url("**/a-bench/")
    assert Thread.objects.get(title="A bench").posts.get().body == "We need one."


def test_similar_threads_are_offered_without_scripts(device, cast, thread):
    page = device(scripts=False, viewport=PHONE)
    page.goto(f"/communities/{cast.community.slug}/new/")
    page.get_by_label("Title").fill("A bench")
    field(page).fill("We need one.")
    press(page, "Start the thread")

    expect(page.get_by_role("heading", name="Is it one of these?")).to_have_count(1)
    assert fits(page)
    press(page, "None of these: start the thread")

    page.wait_for_url("**/a-bench/")
    assert Thread.objects.get(title="A bench").posts.get().body == "We need one."
