"""What a first visit costs in a real browser, with everything served as on a server."""

import gzip
import os
import time
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings as real_settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from bench.look.sights import all_sights
from bench.progress import say
from bench.server import serving
from townhall.demo.build import make_demonstration

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REAL_STORAGES = real_settings.STORAGES
PAGES = ["home", "place", "community", "thread"]
MOST_BYTES = 60_000  # packed, of everything but pictures
MOST_REQUESTS = 12
SLOW = {"css": 0.1, "js": 0.3}  # seconds: the page is painted before its script comes
SETTLING = 250  # milliseconds
NOTE_SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifts.push(
    [entry.value, ...entry.sources.map((source) => source.node?.outerHTML?.slice(0, 90) ?? "text")]
  );
}).observe({ type: "layout-shift", buffered: true });
"""
BLOCKING = """
[...document.scripts]
  .filter((each) => ["", "text/javascript"].includes(each.type) && !each.defer && !each.async)
  .map((each) => each.outerHTML.slice(0, 90))
"""


@dataclass
class FirstView:
    """What a browser that was never here before asked for, and what became of it."""

    requests: int
    strangers: list
    weights: dict
    shifts: list
    blocking: list
    complaints: list

    @property
    def bytes(self):
        return sum(self.weights.values())

    @property
    def problems(self):
        found = [("too heavy", self.weights)] * (self.bytes > MOST_BYTES)
        found += [("too many requests", self.requests)] * (self.requests > MOST_REQUESTS)
        faults = {
            "asks others": self.strangers,
            "moves": self.shifts,
            "waits for a script": self.blocking,
            "complains": self.complaints,
        }
        return found + [(name, what) for name, what in faults.items() if what]


@pytest.fixture
def site(transactional_db, settings, tmp_path):
    """Serve the demonstration council from the database of the tests; returns its address."""
    make_demonstration(lambda text: None)
    environment = {"DATABASE_URL": url_of_database(), "STATIC_ROOT": str(tmp_path / "static")}
    settings.STATIC_ROOT = environment["STATIC_ROOT"]
    settings.STORAGES = REAL_STORAGES
    call_command("collectstatic", "--no-input", verbosity=0)
    with serving("townhall.wsgi:application", environment) as server:
        yield f"http://localhost:{server.port}"


def url_of_database():
    name = connection.settings_dict["NAME"]
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def view(browser, site, path, width, cookies):
    """Open a page in a new browser, over a line on which style and script come late."""
    context = browser.new_context(base_url=site, viewport={"width": width, "height": 780})
    context.add_cookies([{"name": name, "value": cookies[name], "url": site} for name in cookies])
    page = context.new_page()
    answers, complaints, strangers = [], [], []
    page.on("response", lambda answer: answers.append(answer))
    page.on("request", lambda asked: strangers.append(asked.url) if is_stranger(asked, site) else 0)
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else 0)
    page.on("pageerror", lambda error: complaints.append(error.message))
    page.add_init_script(NOTE_SHIFTS)
    for kind in SLOW:
        page.route(f"**/*.{kind}", send_late)
    page.goto(path)
    page.wait_for_timeout(SETTLING)
    found = FirstView(
        requests=len(answers),
        strangers=strangers,
        weights={urlsplit(each.url).path: weight(each) for each in answers if not is_picture(each)},
        shifts=page.evaluate("window.shifts"),
        blocking=page.evaluate(BLOCKING),
        complaints=complaints,
    )
    context.close()
    return found


def send_late(route):
    time.sleep(SLOW[route.request.url.rpartition(".")[2]])
    route.continue_()


def weight(answer):
    """Return the bytes that travel: pages are packed by what stands before the site."""
    if "content-encoding" in answer.headers:
        return int(answer.headers["content-length"])
    return len(gzip.compress(answer.body(), 6))


def is_stranger(asked, site):
    return not asked.url.startswith((f"{site}/", "data:"))


def is_picture(answer):
    return answer.headers.get("content-type", "").startswith("image/")


def test_date_becomes_time_ago_only_where_nothing_moves(live_server, browser):
    moment = timezone.now() - timedelta(hours=30)
    time = f'<time class="ago" datetime="{moment.isoformat()}">24 November 2026, 10:00</time>'
    narrow = f'<p style="width: 120px">{time}</p>'
    script = '<script type="module" src="/static/js/enhance.js"></script>'
    page = browser.new_page(base_url=live_server.url)
    body = f"<html lang=en-GB>{script}<p>14 posts · {time}</p><p>{time} · I agree.</p>{narrow}"
    page.route("**/made-up/", lambda route: route.fulfill(body=body, content_type="text/html"))

    page.goto("/made-up/")
    alone, among_words, broken = page.locator("time").all()
    words, room = alone.inner_text(), alone.bounding_box()["width"]
    alone.evaluate("(time) => { time.textContent = time.title; time.style.minInlineSize = 0 }")
    room_of_date = alone.bounding_box()["width"]

    assert words == "yesterday"
    assert abs(room - room_of_date) < 2
    assert [each.inner_text() for each in (among_words, broken)] == ["24 November 2026, 10:00"] * 2
    page.close()


def test_first_view_is_light_and_still(site, browser):
    paths = {sight.name: sight.path for sight in all_sights() if sight.name in PAGES}
    client = Client()
    client.force_login(User.objects.get(email="resident@example.org"))
    cookies = {
        "visitor": {},
        "resident": {name: morsel.value for name, morsel in client.cookies.items()},
    }
    problems = []
    say(f"\n{'page':<12}{'who':<10}{'width':>6}{'requests':>10}{'kB packed':>10}{'shift':>8}")

    for name, path in sorted(paths.items(), key=lambda each: PAGES.index(each[0])):
        for who, width in (("visitor", 320), ("visitor", 1280), ("resident", 320)):
            found = view(browser, site, path, width, cookies[who])
            shift = sum(value for value, *_nodes in found.shifts)
            weight = found.bytes / 1000
            say(f"{name:<12}{who:<10}{width:>6}{found.requests:>10}{weight:>10.1f}{shift:>8.3f}")
            problems += [(name, who, width, *problem) for problem in found.problems]

    assert set(paths) == set(PAGES)
    assert problems == []
