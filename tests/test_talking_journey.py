"""One resident's talk, from the first words to finding them again: small and wide, with and without
scripts.
"""

import re

import pytest

from discussions.models import Follow, Mention, Post, Thanks, Thread
from tests.accessibility.browsing import tab_of
from tests.factories import make_post, make_thread, picture_file

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SCREENS = {
    f"{width} px, {'with' if has_scripts else 'without'} scripts": (width, has_scripts)
    for width in (320, 1280)
    for has_scripts in (True, False)
}


@pytest.fixture(params=SCREENS.values(), ids=SCREENS)
def tab(request, cast, browser, live_server):
    width, has_scripts = request.param
    options = {"viewport": {"width": width, "height": 740}, "java_script_enabled": has_scripts}
    with tab_of(browser, live_server, cast.resident, **options) as tab:
        tab.has_scripts = has_scripts
        yield tab


def press(place, name):
    place.get_by_role("button", name=name, exact=isinstance(name, str)).click()


def test_resident_talks_and_finds_it_again(cast, tab, tmp_path):
    similar = make_thread(cast.community, author=cast.neighbour, title="Sluice gate is stuck")
    main = tab.locator("main")

    start_a_thread_with_a_picture(cast, tab, tmp_path)
    thread = Thread.objects.exclude(pk=similar.pk).get()
    make_post(thread, author=cast.neighbour, body="It was shut on Monday.")
    reply_with_a_quote_and_a_name(tab, thread)
    reword_and_look_at_the_history(tab, thread)
    tab.goto(thread.get_absolute_url())
    press(tab.locator("#post-2"), re.compile("^Thank"))
    tab.locator("#post-2").get_by_text("You said thanks").wait_for()
    press(main, "Stop following")
    press(main, "Mute")
    main.get_by_text("muted").first.wait_for()
    tab.goto("/search/?q=sluise+footbridge")

    found = tab.locator("main ol.list").get_by_role("link", name=thread.title)
    assert found.count() == 1
    assert "sluice" in main.inner_text().lower()
    last = Post.objects.get(thread=thread, number=3)
    assert (last.edition, last.body.splitlines()[-1]) == (2, "@Neighbour it is open today.")
    assert Mention.objects.get(post=last).user == cast.neighbour
    assert Thanks.objects.filter(post__number=2, user=cast.resident).count() == 1
    assert Follow.objects.get(thread=thread, user=cast.resident).mode == "mute"
    assert tab.refused == []


def start_a_thread_with_a_picture(cast, tab, tmp_path):
    photo, main = tmp_path / "gate.jpg", tab.locator("main")
    photo.write_bytes(picture_file(size=(900, 600)).getvalue())
    tab.goto(cast.community.get_absolute_url())
    main.get_by_role("link", name="Start a thread").first.click()
    tab.get_by_label("Title").fill("Sluice gate stands open by the footbridge")
    tab.get_by_label("Your words").fill("The water is low already.")
    tab.get_by_label("Pictures").set_input_files(photo)
    if tab.has_scripts:
        tab.get_by_label("What does “gate.jpg” show?").fill("An open gate")
    else:
        press(main, "Start the thread")
        tab.get_by_label("What does this picture show?").fill("An open gate")
    press(main, re.compile("^(None of these: start|Start) the thread$"))
    if not tab.url.endswith("footbridge/"):
        main.get_by_role("heading", name="Is it one of these?").wait_for()
        press(main, "None of these: start the thread")
    tab.wait_for_url("**/discussions/**")
    assert tab.get_by_role("img", name="An open gate").count() == 1


def reply_with_a_quote_and_a_name(tab, thread):
    tab.goto(thread.get_absolute_url())
    tab.locator("#post-2").get_by_role("link", name=re.compile("^Quote")).click()
    words = tab.get_by_label("Your words")
    tab.wait_for_url("**/reply/**")
    assert "> It was shut on Monday." in words.input_value()
    words.fill(f"{words.input_value()}\n\n@Neighbour it is open again.")
    press(tab.locator("main"), "Reply")
    tab.wait_for_url("**#post-3")
    said = tab.locator("#post-3 .body")
    assert "It was shut on Monday." in said.locator("blockquote").inner_text()
    assert said.get_by_role("link", name="@Neighbour").count() == 1


def reword_and_look_at_the_history(tab, thread):
    tab.locator("#post-3").get_by_role("link", name=re.compile("^Edit")).click()
    words = tab.get_by_label("Your words")
    words.fill(words.input_value().replace("open again", "open today"))
    press(tab.locator("main"), "Save the new words")
    tab.wait_for_url("**#post-3")
    tab.locator("#post-3").get_by_role("link", name=re.compile("^edited")).click()
    assert "today" in tab.locator("ins").first.inner_text()
    assert "again" in tab.locator("del").first.inner_text()
