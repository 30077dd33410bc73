"""What a finger meets: the rules for coarse pointers, which no mouse shows."""

import pytest

from tests.factories import PASSWORD, make_thread

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
END_OF_FIRST_WORDS = """element => {
    const range = document.createRange();
    range.selectNodeContents(element.firstChild);
    return range.getBoundingClientRect().right;
}"""


@pytest.fixture
def phone(browser, live_server, cast):
    """Open the page of a resident under a finger."""
    make_thread(cast.community, author=cast.neighbour)
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 360, "height": 720}, has_touch=True
    )
    page = context.new_page()
    page.goto("/accounts/login/?next=/mine/")
    page.get_by_label("E-mail address").fill(cast.resident.email)
    page.get_by_label("Password").first.fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/mine/")
    yield page
    context.close()


def test_count_keeps_its_space_from_the_word_before_it(phone):
    count = phone.locator(".tabs .new")

    ends = count.locator("xpath=..").evaluate(END_OF_FIRST_WORDS)

    assert count.bounding_box()["x"] - ends > 2


def test_name_in_the_header_is_a_tall_target_without_a_line(phone):
    name = phone.locator(".account summary")

    line, height = name.evaluate(
        "element => [getComputedStyle(element).borderBottomColor, element.offsetHeight]"
    )

    assert line == "rgba(0, 0, 0, 0)"
    assert height >= 44


def test_title_in_a_list_is_a_tall_target_and_leaves_the_link_below_it(phone):
    title = phone.locator(".list a.t").first
    community = phone.locator(".list .meta a").first

    height = title.evaluate("element => element.offsetHeight")
    box = community.bounding_box()
    hit = community.evaluate(
        "(element, [x, y]) => document.elementFromPoint(x, y) === element",
        [box["x"] + 8, box["y"] + box["height"] / 2],
    )

    assert height >= 44
    assert hit
