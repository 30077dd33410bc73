"""Ask for a page many times over and see what it cost."""

import gzip
import statistics
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle, islice

from bench.browser import Answer, Browser
from bench.pages import Page, form_of
from bench.processes import cpu_seconds
from bench.server import Failure, Server

CONNECTIONS = 4
WARM_UP = 24  # requests: each thread of each worker has its own connection to the database


@dataclass(frozen=True)
class Reading:
    """What one round of requests for a page cost, by request."""

    web_cpu_ms: float
    db_cpu_ms: float
    waits_ms: list[float]
    requests_per_second: float

    @property
    def cpu_ms(self) -> float:
        return self.web_cpu_ms + self.db_cpu_ms


@dataclass(frozen=True)
class Weight:
    """What one answer holds, and how many statements it took."""

    bytes: int
    gzip_bytes: int
    statements: int | None


def read(page: Page, server: Server, postgres: int, browser: Browser, requests: int) -> Reading:
    """Ask for a page over a few connections at once; every answer is checked."""
    asks = [_asking(page, browser.copy()) for _connection in range(CONNECTIONS)]
    each = requests // CONNECTIONS
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(lambda ask: ask(WARM_UP // CONNECTIONS), asks))
        before = cpu_seconds(server.pid), cpu_seconds(postgres)
        began = time.monotonic()
        waits = [wait for waits in pool.map(lambda ask: ask(each), asks) for wait in waits]
        seconds = time.monotonic() - began
        after = cpu_seconds(server.pid), cpu_seconds(postgres)
    spent = [new - old for old, new in zip(before, after, strict=True)]
    web, database = (used / len(waits) * 1000 for used in spent)
    return Reading(web, database, waits, len(waits) / seconds)


def weigh(page: Page, browser: Browser) -> Weight:
    """Ask twice, so that marks are set and connections open, and look at the second answer."""
    ask = _opener(page, browser)
    ask(page.paths[0])
    answer = ask(page.paths[0])
    body = answer.text.encode()
    statements = answer.headers.get("X-Statements")
    return Weight(len(body), len(gzip.compress(body, 6)), int(statements) if statements else None)


def percentile(waits: list[float], share: int) -> float:
    """Return the wait that so many percent of the requests stayed within, in ms."""
    return statistics.quantiles(waits, n=100, method="inclusive")[share - 1]


def _asking(page: Page, browser: Browser) -> Callable[[int], list[float]]:
    ask = _opener(page, browser)
    paths = cycle(page.paths)

    def run(count: int) -> list[float]:
        waits = []
        for path in islice(paths, count):
            began = time.monotonic()
            ask(path)
            waits.append((time.monotonic() - began) * 1000)
        return waits

    return run


def _opener(page: Page, browser: Browser) -> Callable[[str], Answer]:
    """Return a function that asks for a path of the page and refuses a wrong answer."""
    token = browser.token_of(page.paths[0]) if page.act else ""
    tags: Mapping[str, str] = {}
    if page.unchanged:
        tags = {path: browser.get(path).headers.get("ETag", "") for path in page.paths}

    def ask(path: str) -> Answer:
        if page.act:
            answer = browser.post(path, form_of(page, token))
        elif page.unchanged:
            answer = browser.get(path, **{"If-None-Match": tags[path]})
        else:
            answer = browser.get(path)
        _check(page, path, answer)
        return answer

    return ask


def _check(page: Page, path: str, answer: Answer) -> None:
    found = answer.headers.get("Location", "") if page.act else answer.text
    if answer.status != page.status or page.expects not in found:
        raise Failure(f"{page.name}: {path} answered {answer.status} without {page.expects!r}")
