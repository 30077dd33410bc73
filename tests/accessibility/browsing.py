"""Tabs of a real browser in which somebody looks at the pages of a world."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from axe_playwright_python.base import AXE_FILE_PATH
from django.conf import settings
from django.test import Client

from tests.pages.catalogue import Page
from tests.pages.visits import open_in_browser

PROBES = Path(__file__).with_name("probes.js").read_text()
AXE = Path(AXE_FILE_PATH).read_text()
AXE_VERSION = AXE[:80].split("axe v", 1)[1].split()[0]
AXE_OPTIONS = {
    "preload": False,
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}


RUN_AXE = "options => axe.run(options).then(answer => answer.violations)"


@contextmanager
def tab_of(browser: Any, live_server: Any, user: Any, **options: Any) -> Iterator[Any]:
    """Open a tab for somebody who is signed in (None is a visitor); it notes refused scripts."""
    # Without motion: what fades from one colour to another has none that could be measured.
    options = {"base_url": live_server.url, "reduced_motion": "reduce", **options}
    context = browser.new_context(**options)
    if user is not None:
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    tab = context.new_page()
    tab.set_default_timeout(10_000)
    tab.refused = []
    tab.on("console", lambda line: _note_refusal(tab, line.text))
    yield tab
    context.close()


def look_at(
    tab: Any, pages: Iterable[Page], world: str, things: dict[str, Any], role: str
) -> Iterator[Page]:
    """Open the pages that somebody of a role sees in a world, one after the other."""
    for page in pages:
        if page.world == world and role in page.roles:
            open_in_browser(tab, page, things)
            tab.evaluate(PROBES)
            yield page


def person(cast: SimpleNamespace, role: str) -> Any:
    return getattr(cast, role)


def violations(tab: Any) -> list[str]:
    """Return what axe finds on the page as it is now."""
    if not tab.evaluate("'axe' in window"):
        tab.evaluate(AXE)
    found = tab.evaluate(RUN_AXE, AXE_OPTIONS)
    return [
        f"{each['id']}: {node['html'][:160]} {node['failureSummary'].splitlines()[1].strip()}"
        for each in found
        for node in each["nodes"][:3]
    ]


def _note_refusal(tab: Any, words: str) -> None:
    if "Content Security" in words:
        tab.refused.append(words)
