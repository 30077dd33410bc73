"""Judge the pages that most people see first, several times each, and print the middle."""

from statistics import median
from typing import Any

from bench.browser import Browser
from bench.demonstration import make_council, sights_of
from bench.lighthouse.tool import CATEGORIES, HOME, install, judge
from bench.progress import watched
from bench.server import serving

PAGES = ("home", "place", "community", "thread")
ROUNDS = 5
WARM_UP = 16  # requests for each page: they fall on any thread of any worker
METRICS = {
    "fcp_ms": "first-contentful-paint",
    "lcp_ms": "largest-contentful-paint",
    "tbt_ms": "total-blocking-time",
    "cls": "cumulative-layout-shift",
    "bytes": "total-byte-weight",
}
SCORED = {"binary", "numeric", "metricSavings"}
HEAD = (
    f"{'page':<12}{'perf':>6}{'access':>8}{'best':>6}{'SEO':>5}"
    f"{'FCP ms':>8}{'LCP ms':>8}{'TBT ms':>8}{'CLS':>7}{'kB':>7}{'requests':>10}"
)
Report = dict[str, Any]


def measure(rounds: int) -> list[dict[str, Any]]:
    """Measure everything and print it; returns a row for each page."""
    install()
    council = make_council()
    paths = {sight.name: sight.path for sight in sights_of(council) if sight.name in PAGES}
    folder = HOME / "reports"
    folder.mkdir(exist_ok=True)
    reports: dict[str, list[Report]] = {name: [] for name in PAGES}
    # A demonstration asks not to be found; a council's own site does not.
    with serving("bench.packing:application", council | {"TOWNHALL_DEMO": "0"}) as server:
        warm_up(server.port, list(paths.values()))
        turns = [(number, name) for number in range(1, rounds + 1) for name in PAGES]
        for number, name in watched(turns, len(turns), "lighthouse"):
            url = f"http://localhost:{server.port}{paths[name]}"
            reports[name].append(judge(url, folder / f"{name}-{number}.json"))
    rows = [row_of(name, reports[name]) for name in PAGES]
    version = reports[PAGES[0]][0]["lighthouseVersion"]
    print(f"Lighthouse {version} as on a phone, the middle of {rounds}")
    print_table(rows)
    print_shortfalls(reports)
    return rows


def warm_up(port: int, paths: list[str]) -> None:
    """Let every worker draw every page: only the first visitor after a start waits for that."""
    for path in paths * WARM_UP:
        Browser(port).get(path)


def row_of(name: str, reports: list[Report]) -> dict[str, Any]:
    """Return the middle of what was read of a page."""
    marks = {key: median(mark_of(report, key) for report in reports) for key in CATEGORIES}
    figures = {
        key: round(median(report["audits"][audit]["numericValue"] for report in reports), 3)
        for key, audit in METRICS.items()
    }
    requests = median(
        len(report["audits"]["network-requests"]["details"]["items"]) for report in reports
    )
    return {"page": name, **marks, **figures, "requests": requests}


def mark_of(report: Report, category: str) -> int:
    return round(100 * report["categories"][category]["score"])


def print_table(rows: list[dict[str, Any]]) -> None:
    print(HEAD)
    for row in rows:
        marks = "".join(
            f"{row[key]:>{width}.0f}" for key, width in zip(CATEGORIES, (6, 8, 6, 5), strict=True)
        )
        times = "".join(f"{row[key]:>8.0f}" for key in ("fcp_ms", "lcp_ms", "tbt_ms"))
        size = row["bytes"] / 1000
        line = f"{row['page']:<12}{marks}{times}{row['cls']:>7.3f}{size:>7.1f}"
        print(f"{line}{row['requests']:>10.0f}")


def print_shortfalls(reports: dict[str, list[Report]]) -> None:
    """Say which audits gave less than everything, in how many rounds, and what they point at."""
    for name, found in reports.items():
        short: dict[str, list[Report]] = {}
        for report in found:
            for key, audit in report["audits"].items():
                is_scored = audit["scoreDisplayMode"] in SCORED and audit["score"] is not None
                if is_scored and audit["score"] < 1:
                    short.setdefault(key, []).append(audit)
        for key, audits in sorted(short.items()):
            scores = "/".join(f"{audit['score']:.2f}" for audit in audits)
            print(f"{name}: {key}, {len(audits)} of {len(found)} ({scores}): {reason(audits[0])}")


def reason(audit: Report) -> str:
    """Return what an audit says, and what it points at first."""
    items = audit.get("details", {}).get("items", [])
    first = items[0] if items else {}
    where = first.get("node", {}).get("snippet") or first.get("url", "")
    return " | ".join(filter(None, [audit["title"], audit.get("displayValue"), where]))
