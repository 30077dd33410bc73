"""What the browser makes of the times on a page."""

import re

import pytest

from tests.factories import age, make_thread

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RELATIVE = re.compile(r"ago|now|yn ôl|nawr")
DATE = re.compile(r"\d+ \w+ \d{4}")


def first_time(page, address):
    page.goto(address)
    page.wait_for_load_state()
    return page.locator("time.ago").first.inner_text()


def test_times_are_words_only_in_a_language_that_the_browser_knows(cast, page, live_server):
    make_thread(cast.community)
    address = f"/communities/{cast.community.slug}/"

    english = first_time(page, live_server.url + address)
    knows_welsh = page.evaluate("Intl.RelativeTimeFormat.supportedLocalesOf('cy').length > 0")
    welsh = first_time(page, f"{live_server.url}/cy{address}")

    assert RELATIVE.search(english)
    assert bool(DATE.fullmatch(welsh)) is not knows_welsh
    assert "ago" not in welsh
    assert "now" not in welsh.replace("nawr", "")


def test_what_is_older_than_a_month_keeps_its_date(cast, page, live_server):
    old = make_thread(cast.community)
    age(old, 400)

    page.goto(live_server.url + old.get_absolute_url())
    page.wait_for_load_state()

    assert DATE.match(page.locator(".post time").inner_text())
