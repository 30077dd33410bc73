"""Run the benchmark: ./dev bench [--json FILE]; SIZE=small or large, else both in turn."""

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, median
from typing import Any

from bench.browser import Browser
from bench.cast import EMAILS, PASSWORD
from bench.databases import postmaster, prepare, run_python
from bench.lighthouse.measure import ROUNDS as ROUNDS_OF_LIGHTHOUSE
from bench.lighthouse.measure import measure as judge_pages
from bench.mails import Job, Morning, measure_background, measure_digests
from bench.measure import Reading, Weight, read, weigh
from bench.pages import Page, pages_of
from bench.postcodes import measure_postcodes
from bench.processes import pss_megabytes, pss_of_each
from bench.progress import say, watched
from bench.report import Row, as_json, print_table, write_json
from bench.server import Failure, Server, serving, working
from bench.sizes import SIZES, Size

ROUNDS = 3
REQUESTS_SERVED = 10_000
REQUESTS_AT_ONCE = 400
FLOOR = Page("floor", "visitor", ["/"], "<li>")


@dataclass
class Site:
    """One size: its servers, its people's browsers, and what was read of each page."""

    size: Size
    url: str
    web: Server
    fresh: Server
    floor: Server
    worker: Server
    postgres: int
    browsers: dict[str, Browser]
    pages: list[Page]
    weights: dict[str, Weight] = field(default_factory=dict)
    readings: dict[str, list[Reading]] = field(default_factory=dict)
    floors: dict[str, list[float]] = field(default_factory=dict)


def main(arguments: Sequence[str]) -> None:
    """Measure what was asked for."""
    options = parse(arguments)
    if options.crawl is not None:
        crawl(options.crawl)
        return
    if options.lighthouse:
        found = judge_pages(options.rounds or ROUNDS_OF_LIGHTHOUSE)
    else:
        found = measure_server(options)
    if options.json:
        write_json(found, options.json)


def crawl(viewers: list[str]) -> None:
    """Ask for all there is, at the large size unless another is named."""
    run_python(["manage.py", "collectstatic", "--no-input", "--verbosity=0"], {})
    url = prepare(SIZES[os.environ.get("SIZE", "large")], os.environ["DATABASE_URL"])
    command = ["-m", "bench.crawl", *(["--as", *viewers] if viewers else [])]
    run_python(command, {"DATABASE_URL": url})


def measure_server(options: argparse.Namespace) -> list[dict[str, Any]]:
    """Prepare, measure in rounds, print; returns the rows that others read."""
    sizes = [SIZES[os.environ["SIZE"]]] if os.environ.get("SIZE") else list(SIZES.values())
    run_python(["manage.py", "collectstatic", "--no-input", "--verbosity=0"], {})
    server_url = os.environ["DATABASE_URL"]
    postgres = postmaster(server_url)
    urls = {size.name: prepare(size, server_url) for size in sizes}
    mornings = {}
    if not options.pages or "digest" in options.pages:
        mornings = {
            size.name: measure_digests(size.name, urls[size.name], postgres) for size in sizes
        }
    with contextlib.ExitStack() as stack:
        sites = [open_site(stack, size, urls[size.name], postgres, options.pages) for size in sizes]
        for number in range(1, (options.rounds or ROUNDS) + 1):
            for site in sites:
                read_round(site, options.requests, f"round {number}, {site.size.name}")
        rows = [row for site in sites for row in rows_of(site)]
        memory = memory_of(sites[-1])
        if options.plans:
            explain(sites[-1])
    print_table(rows)
    print(memory)
    found = [as_json(row) for row in rows] + print_mornings(sites, mornings)
    if not options.pages or "background" in options.pages:
        found += print_jobs(sites)
    if options.postcodes:
        print(measure_postcodes(urls[sizes[-1].name], postgres, options.postcodes))
    return found


def print_mornings(sites: list[Site], mornings: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Print what the digests took at each size; returns the rows that others read."""
    found = []
    for site in sites:
        if figures := mornings.get(site.size.name):
            morning = Morning(site.size.name, figures, median(site.floors["floor"]))
            print(morning.as_text())
            found.append(morning.as_json())
    return found


def print_jobs(sites: list[Site]) -> list[dict[str, Any]]:
    """Measure and print a heavy day of the worker at each size; returns the rows."""
    found = []
    for site in sites:
        floor = median(site.floors["floor"])
        for figures in measure_background(site.size.name, site.url, site.postgres):
            job = Job(site.size.name, figures, floor)
            print(job.as_text())
            found.append(job.as_json())
    return found


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there")
    parser.add_argument("--rounds", type=int, metavar="N", help="3, or 5 with --lighthouse")
    parser.add_argument("--requests", type=int, default=80, metavar="N", help="a page and round")
    parser.add_argument(
        "--postcodes", type=int, default=0, metavar="N", help="also import so many (2600000)"
    )
    parser.add_argument(
        "--plans", action="store_true", help="also explain the five heaviest statements"
    )
    parser.add_argument(
        "--lighthouse", action="store_true", help="only let Lighthouse judge four pages (needs npm)"
    )
    parser.add_argument(
        "--crawl",
        nargs="*",
        metavar="VIEWER",
        help="only ask for every page and act, as these or as everybody, and print what is over",
    )
    parser.add_argument("--pages", nargs="*", metavar="NAME", help="measure only these")
    return parser.parse_args(arguments)


def open_site(
    stack: contextlib.ExitStack, size: Size, url: str, postgres: int, wanted: list[str] | None
) -> Site:
    """Start web, floor and worker on a database, sign people in, and weigh each page once."""
    environment = {"DATABASE_URL": url}
    web = stack.enter_context(serving("townhall.wsgi:application", environment))
    fresh = stack.enter_context(serving("bench.fresh:application", environment))
    floor = stack.enter_context(serving("bench.floor.wsgi:application", environment))
    worker = stack.enter_context(working(environment))
    browsers = {"visitor": Browser(web.port)}
    for viewer, email in EMAILS.items():
        browsers[viewer] = Browser(web.port)
        browsers[viewer].sign_in(email, PASSWORD)
    pages = [
        page
        for page in pages_of(size, url, browsers["visitor"])
        if not wanted or page.name in wanted
    ]
    site = Site(size, url, web, fresh, floor, worker, postgres, browsers, pages)
    with serving("bench.counting:application", environment) as counting:
        for page in pages:
            browser = Browser(counting.port, dict(browsers[page.viewer].cookies))
            site.weights[page.name] = weigh(page, browser)
    return site


def read_round(site: Site, requests: int, title: str) -> None:
    """Read every page once, with the floor before and after each handful."""
    floor = read_floor(site, requests)
    for page in watched(site.pages, len(site.pages), title):
        server, browser = site.web, site.browsers[page.viewer]
        if page.fresh:
            server, browser = site.fresh, Browser(site.fresh.port, dict(browser.cookies))
        reading = read(page, server, site.postgres, browser, requests)
        before, floor = floor, read_floor(site, requests)
        site.readings.setdefault(page.name, []).append(reading)
        site.floors.setdefault(page.name, []).append(mean([before.cpu_ms, floor.cpu_ms]))


def read_floor(site: Site, requests: int) -> Reading:
    reading = read(FLOOR, site.floor, site.postgres, Browser(site.floor.port), requests)
    site.readings.setdefault("floor", []).append(reading)
    site.floors.setdefault("floor", []).append(reading.cpu_ms)
    return reading


def memory_of(site: Site) -> str:
    """Ask on until ten thousand pages were served, and say what the web server takes then."""
    early = pss_megabytes(site.web.pid)
    asked = sum(len(reading.waits_ms) for name in site.readings for reading in site.readings[name])
    thread = next((page for page in site.pages if page.name == "thread"), site.pages[0])
    while asked < REQUESTS_SERVED:
        read(thread, site.web, site.postgres, site.browsers[thread.viewer], REQUESTS_AT_ONCE)
        asked += REQUESTS_AT_ONCE
    return (
        f"memory at {site.size.name} (PSS): master and web workers {early:.0f} MB,"
        f" {pss_megabytes(site.web.pid):.0f} MB after {asked:,} requests"
        f" ({_each(site.web)}); worker {_each(site.worker)}\n"
        f"start: web answered after {site.web.start_seconds:.1f} s,"
        f" the worker was there after {site.worker.start_seconds:.1f} s"
    )


def _each(server: Server) -> str:
    return " + ".join(f"{megabytes:.0f}" for megabytes in pss_of_each(server.pid)) + " MB"


def explain(site: Site) -> None:
    """Show how the database answers what takes it longest."""
    pages = [(page.name, page.viewer, page.paths[0]) for page in site.pages if not page.act]
    run_python(["-m", "bench.plans", json.dumps(pages)], {"DATABASE_URL": site.url})


def rows_of(site: Site) -> list[Row]:
    """Put together what was read, the floor first."""
    site.weights["floor"] = weigh(FLOOR, Browser(site.floor.port))
    return [
        Row(
            page,
            site.size.name,
            site.readings[page.name],
            site.floors[page.name],
            site.weights[page.name],
        )
        for page in [FLOOR, *site.pages]
    ]


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Failure as failure:
        say(str(failure))
        sys.exit(1)
