"""Crawl the database that DATABASE_URL names: python -m bench.crawl [--all] [--only PART].

Every page is asked for as every kind of person, and what it leads to, and every act is sent; what
takes the database longer than it may, asks it too often or is too heavy is printed.
"""

import argparse
import re
import sys
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import parse_qsl, urljoin, urlsplit

import django

django.setup()

from django.db import connection  # noqa: E402 (the apps are ready from here on)
from django.test import Client  # noqa: E402
from django.urls import Resolver404, resolve  # noqa: E402

from accounts.models import User  # noqa: E402
from bench.cast import PEOPLE  # noqa: E402
from bench.crawl.acts import all_acts  # noqa: E402
from bench.crawl.addresses import seeds  # noqa: E402
from bench.crawl.asking import Cost, cost_of  # noqa: E402
from bench.progress import say  # noqa: E402

MAX_MS = 50.0
MAX_STATEMENTS = {"page": 20, "act": 60}
MAX_BYTES = 100_000
MAX_ALIKE = 2  # addresses of the same route with the same parameters
MAX_PAGES = 5_000  # of one person
LINK = re.compile(r'<a\b[^>]*\bhref="([^"#]+)')
NO_PAGE = ("/static/", "/admin/jsi18n/")
WIDTH = 400  # letters of a statement


@dataclass(frozen=True)
class Found:
    """A page or an act, as whom, and what it cost."""

    kind: str
    viewer: str
    address: str
    cost: Cost

    @property
    def is_over(self) -> bool:
        cost = self.cost
        is_heavy = self.kind == "page" and bool(cost.text) and cost.bytes > MAX_BYTES
        is_asking = cost.statements > MAX_STATEMENTS[self.kind]
        return cost.database_ms > MAX_MS or is_asking or is_heavy or cost.status >= 500

    def as_text(self) -> str:
        cost = self.cost
        return (
            f"{cost.database_ms:8.1f} {cost.statements:5} {cost.bytes / 1000:7.1f} {cost.status}"
            f" {self.viewer:<11}{'POST ' if self.kind == 'act' else ''}{self.address[:150]}"
        )


def main(arguments: list[str]) -> None:
    """Crawl, and print what is over, the dearest first."""
    parser = argparse.ArgumentParser(prog="./dev bench --crawl", description=__doc__)
    parser.add_argument("--all", action="store_true", help="print what is not over too")
    parser.add_argument("--only", metavar="PART", default="", help="addresses that hold this")
    parser.add_argument("--as", dest="viewers", nargs="*", default=["visitor", *PEOPLE])
    options = parser.parse_args(arguments)
    found = [one for viewer in options.viewers for one in crawl(viewer, options.only)]
    found += [one for one in act(options.only) if one.viewer in options.viewers]
    print_found(found, print_all=options.all)


def print_found(found: list[Found], *, print_all: bool = False) -> None:
    """Print a line for each that is over, with its slowest statement, and how many there are."""
    print(f"{'db ms':>8} {'SQL':>5} {'kB':>7} code viewer     address")
    over = [one for one in found if one.is_over]
    for one in sorted(found if print_all else over, key=lambda one: -one.cost.database_ms):
        print(one.as_text())
        if one.cost.database_ms > MAX_MS:
            slowest = one.cost.slowest
            print(f"{1000 * slowest.seconds:14.1f} ms: {as_line(slowest.sql)[:WIDTH]}")
    counts = Counter((one.kind, one.viewer) for one in found)
    each = ", ".join(f"{viewer} {count} {kind}s" for (kind, viewer), count in counts.items())
    print(f"{len(found)} asked for ({each}); {len(over)} over {MAX_MS:.0f} ms of the database,")
    print(f"{MAX_STATEMENTS['page']} statements a page or {MAX_BYTES / 1000:.0f} kB of HTML")


def as_line(sql: str) -> str:
    """Return a statement on one line; of a prepared one its words, not its name."""
    name = sql.removeprefix("EXECUTE ").partition(" ")[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE name = %s", [name])
        written = cursor.fetchone()
    return " ".join((written[0] if written else sql).split())


def crawl(viewer: str, only: str = "") -> Iterator[Found]:
    """Ask for every page that somebody is led to, a few of each kind."""
    client = client_of(viewer)
    waiting = deque(seeds(viewer))
    alike: Counter[object] = Counter()
    known = set(waiting)
    count = 0
    while waiting and count < MAX_PAGES:
        address = waiting.popleft()
        if only not in address:
            continue
        count += 1
        cost = cost_of(lambda path=address: client.get(path), MAX_MS)  # type: ignore[misc]
        found = Found("page", viewer, address, cost)
        if found.is_over:
            say(found.as_text())
        yield found
        for link in links_of(address, cost.text):
            kind = kind_of(link)
            if link not in known and kind and alike[kind] < MAX_ALIKE:
                alike[kind] += 1
                known.add(link)
                waiting.append(link)
    say(f"{viewer:<12} {count:>6,} pages")


def act(only: str = "") -> Iterator[Found]:
    """Send every form."""
    clients: dict[str, Client] = {}
    for one in all_acts():
        if only in one.path:
            client = clients.setdefault(one.viewer, client_of(one.viewer))
            cost = cost_of(lambda one=one: client.post(one.path, one.fields), MAX_MS)  # type: ignore[misc]  # noqa: B023 (asked at once)
            yield Found("act", one.viewer, one.path, cost)


def client_of(viewer: str) -> Client:
    client = Client(headers={"host": "localhost"}, raise_request_exception=False)
    if viewer in PEOPLE:
        client.force_login(User.objects.get(pk=PEOPLE[viewer]))
    return client


def links_of(address: str, text: str) -> Iterable[str]:
    """Return the pages of the site that a page leads to, in the order in which they stand there."""
    for link in map(unescape, LINK.findall(text)):
        parts = urlsplit(urljoin(f"http://localhost{address}", link))
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if parts.hostname == "localhost" and not path.startswith(NO_PAGE):
            yield path


def kind_of(address: str) -> object:
    """Return what pages have in common that cost alike: the route and what is asked of it."""
    parts = urlsplit(address)
    try:
        match = resolve(parts.path)
    except Resolver404:
        return None
    asked = parse_qsl(parts.query)
    names = {name for name, _value in asked}
    # At the desk each value is another filter or order.
    if parts.path.startswith("/admin/") and not names & {"q", "p"}:
        return match.view_name, tuple(asked)
    return match.view_name, tuple(sorted(names))


if __name__ == "__main__":
    main(sys.argv[1:])
