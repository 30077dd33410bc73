"""Pictures and other wordings in a real browser, on a phone without scripts and at a desk."""

import re

import pytest
from playwright.sync_api import expect

from discussions.models import Draft, Post, Thread
from discussions.services import Beside, edit_post, save_draft
from tests.accessibility.browsing import tab_of
from tests.factories import make_capacity, make_image, make_post, make_thread, picture_file

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 320, "height": 640}, "java_script_enabled": False}
DESK = {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture(params=[PHONE, DESK], ids=["phone without JavaScript", "desk with JavaScript"])
def tab(request, cast, browser, live_server):
    with tab_of(browser, live_server, cast.resident, **request.param) as tab:
        tab.has_scripts = request.param is DESK
        yield tab


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "heron.jpg"
    path.write_bytes(picture_file(size=(1200, 800)).getvalue())
    return path


def send(tab, name):
    tab.locator("main").get_by_role("button", name=name).click()


def test_picture_is_chosen_described_and_seen(cast, tab, photo):
    thread = make_thread(cast.community, author=cast.neighbour)
    tab.goto(f"/discussions/{thread.pk}/reply/")
    tab.get_by_label("Your words").fill("Look who is here.")
    tab.get_by_label("Pictures").set_input_files(photo)

    if tab.has_scripts:
        tab.get_by_label("What does “heron.jpg” show?").fill("A heron on one leg")
    else:
        send(tab, "Reply")
        assert "Say what the picture shows" in tab.locator(".summary").inner_text()
        assert tab.get_by_label("Your words").input_value() == "Look who is here."
        tab.get_by_label("What does this picture show?").fill("A heron on one leg")
    send(tab, "Reply")
    tab.wait_for_url("**#post-2")

    seen = tab.get_by_role("img", name="A heron on one leg")
    seen.scroll_into_view_if_needed()
    if tab.has_scripts:
        expect(seen).to_have_js_property("naturalWidth", 480)
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert tab.refused == []
    whole = tab.context.request.get(seen.locator("xpath=..").get_attribute("href"))
    assert whole.headers["content-type"] == "image/jpeg"


def test_draft_brings_back_all_that_was_composed(cast, tab, photo):
    officer = make_capacity(cast.resident, body=cast.body)
    make_thread(cast.community, author=cast.neighbour, tags=["river", "weir"])
    address = f"/communities/{cast.community.slug}/new/"
    tab.goto(address)
    tab.get_by_label("Title").fill("Heron")
    tab.get_by_label("Your words").fill("Look who is here.")
    tab.get_by_label("weir").check()
    tab.get_by_label("You write as").select_option(str(officer.pk))
    tab.get_by_label("Pictures").set_input_files(photo)
    if tab.has_scripts:
        tab.get_by_text("To keep the pictures too, press “Keep as a draft”.").wait_for()
        tab.get_by_label("What does “heron.jpg” show?").fill("A heron on one leg")
    send(tab, "Keep as a draft")
    tab.get_by_text("You began to write here on").wait_for()

    tab.goto(address)

    assert tab.get_by_label("Title").input_value() == "Heron"
    assert [tab.get_by_label(name).is_checked() for name in ("river", "weir")] == [False, True]
    assert tab.get_by_label("You write as").input_value() == str(officer.pk)
    words = tab.get_by_label("What does this picture show?")
    assert words.input_value() == ("A heron on one leg" if tab.has_scripts else "")
    words.fill("A heron")
    send(tab, "Start the thread")
    tab.wait_for_url("**/heron/")
    started = Thread.objects.get(title="Heron")
    assert list(started.tags.names()) == ["weir"]
    assert started.posts.get().capacity == officer
    assert started.posts.get().images.get().alt == "A heron"


def test_draft_thrown_away_leaves_an_empty_form(cast, tab, photo):
    officer = make_capacity(cast.resident, body=cast.body)
    thread = make_thread(cast.community, author=cast.neighbour, tags=["weir"])
    beside = Beside(
        tags=["weir"],
        capacity=officer,
        answers=1,
        pictures=[make_image(cast.resident)],
    )
    new, page = f"/communities/{cast.community.slug}/new/", thread.get_absolute_url()
    save_draft(cast.community, by=cast.resident, title="Heron", body="Look.", beside=beside)
    save_draft(thread, by=cast.resident, body="Look.", beside=beside)

    for address in (new, page):
        tab.goto(address)
        send(tab, "Throw it away")
        tab.get_by_text("You began to write here on").wait_for(state="detached")
        if address == new:
            assert tab.get_by_label("Title").input_value() == ""
            assert not tab.get_by_label("weir").is_checked()
        assert tab.get_by_label("Your words").input_value() == ""
        assert tab.get_by_label("You write as").input_value() == ""
        assert tab.get_by_label("What does this picture show?").count() == 0
        assert tab.locator("input[name=reply_to]").count() == 0
        assert tab.get_by_text("What you began answers").count() == 0
    assert not Draft.objects.exists()


def test_second_window_is_told_of_the_first_and_loses_nothing(cast, tab):
    thread = make_thread(cast.community, author=cast.neighbour)
    post = make_post(thread, author=cast.resident, body="The market is on Friday.")
    tab.goto(thread.get_absolute_url())
    tab.get_by_role("link", name=re.compile("^Edit")).click()
    edit_post(post, by=cast.resident, body="The market is on Saturday.", edition=1)

    tab.get_by_label("Your words").fill("The market is on Sunday.")
    send(tab, "Save the new words")
    assert "changed in another window" in tab.locator("main").inner_text()
    assert "Saturday" in tab.locator("del").inner_text()
    assert tab.get_by_label("Your words").input_value() == "The market is on Sunday."
    send(tab, "Keep mine")
    tab.wait_for_url("**#post-2")
    tab.locator("#post-2").get_by_role("link", name=re.compile("^edited")).click()

    expect(tab.locator(".wording")).to_have_count(3)
    words = tab.locator(".wording").all_inner_texts()
    assert Post.objects.get(pk=post.pk).edition == 3
    assert words[-1] == "The market is on Friday."


def test_post_is_taken_back_after_a_question(cast, tab):
    thread = make_thread(cast.community, author=cast.neighbour)
    make_post(thread, author=cast.resident, body="The market is on Friday.")
    tab.goto(thread.get_absolute_url())

    tab.get_by_role("link", name=re.compile("^Take back")).click()
    send(tab, "Take it back")

    assert "You took your post back." in tab.locator("main").inner_text()
    assert Post.objects.get(number=2).status == "withdrawn"
