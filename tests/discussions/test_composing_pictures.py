"""Pictures and other wordings in a real browser, on a phone without scripts and at a desk."""

import re

import pytest

from discussions.models import Post
from discussions.services import edit_post
from tests.accessibility.browsing import tab_of
from tests.factories import make_post, make_thread, picture_file

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
        tab.wait_for_function("document.querySelector('.picture img').naturalWidth > 0")
        assert seen.evaluate("image => image.naturalWidth") == 480
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert tab.refused == []
    whole = tab.context.request.get(seen.locator("xpath=..").get_attribute("href"))
    assert whole.headers["content-type"] == "image/jpeg"


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

    words = tab.locator(".wording").all_inner_texts()
    assert Post.objects.get(pk=post.pk).edition == 3
    assert len(words) == 3
    assert words[-1] == "The market is on Friday."


def test_post_is_taken_back_after_a_question(cast, tab):
    thread = make_thread(cast.community, author=cast.neighbour)
    make_post(thread, author=cast.resident, body="The market is on Friday.")
    tab.goto(thread.get_absolute_url())

    tab.get_by_role("link", name=re.compile("^Take back")).click()
    send(tab, "Take it back")

    assert "You took your post back." in tab.locator("main").inner_text()
    assert Post.objects.get(number=2).status == "withdrawn"
