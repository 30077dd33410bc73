"""Take pictures of the demonstration council, and make a contact sheet: ./dev look."""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser

from bench.browser import Browser as Caller
from bench.chromium import chromium
from bench.demonstration import PASSWORD, make_council, sights_of
from bench.look.camera import Camera
from bench.look.report import print_report
from bench.look.sheet import draw_sheets, remove_old, write_index, write_list
from bench.look.sight import VISITOR, Sight, Visit
from bench.progress import say, watched
from bench.server import ROOT, Failure, serving

WIDTHS = [320, 768, 1280]
SCHEMES = ["light", "dark"]
OURS = ROOT / ".state"


def main(arguments: Sequence[str]) -> int:
    """Make the council, look at it, and say whether all is well."""
    options = parse(arguments)
    began = time.monotonic()
    folder = ready_folder(options.out)
    environment = make_council()
    wanted = chosen(sights_of(environment), options.pages, options.role)
    with serving("townhall.wsgi:application", environment) as server, chromium() as browser:
        site = f"http://localhost:{server.port}"
        camera = Camera(site, folder, options.widths, options.schemes)
        total = sum(len(sight.roles) for sight in wanted)
        visits = list(watched(look(camera, browser, server.port, wanted), total, "pages"))
        visits.sort(key=lambda visit: wanted.index(visit.sight))
        write_list(folder, visits)
        write_index(folder, visits)
        sheets = draw_sheets(folder, visits, browser)
    print_report(visits, options.widths)
    seconds = time.monotonic() - began
    pictures = sum(len(visit.pictures) for visit in visits)
    print(f"\n{pictures} pictures on {len(sheets)} sheets in {seconds:.0f} s: {folder}/index.html")
    return 0 if all(visit.is_well for visit in visits) else 1


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="./dev look", description=__doc__)
    add = parser.add_argument
    add("--out", type=Path, default=OURS / "look", metavar="FOLDER", help="where pictures go")
    add("--pages", type=_names, metavar="NAME,...", help="only these pages")
    add("--widths", type=_numbers, default=WIDTHS, metavar="N,...", help="in pixels")
    add("--schemes", type=_schemes, default=SCHEMES, metavar="light,dark")
    add("--as", dest="role", metavar="ROLE", help="only what this person sees, such as visitor")
    return parser.parse_args(arguments)


def ready_folder(folder: Path) -> Path:
    """Make the folder, and remove what an earlier run has left there."""
    OURS.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    remove_old(folder)
    return folder


def chosen(sights: list[Sight], pages: list[str] | None, role: str | None) -> list[Sight]:
    """Keep what was asked for; a name that nothing has is a mistake."""
    names = {sight.name for sight in sights}
    if unknown := set(pages or []) - names:
        raise Failure(f"no page is called {', '.join(sorted(unknown))}; there are {sorted(names)}")
    roles = {each for sight in sights for each in sight.roles}
    if role and role not in roles:
        raise Failure(f"nobody is called {role}; there are {', '.join(sorted(roles))}")
    kept = [sight for sight in sights if not pages or sight.name in pages]
    if role:
        kept = [replace(sight, roles=(role,)) for sight in kept if role in sight.roles]
    return kept


def look(camera: Camera, browser: Browser, port: int, sights: list[Sight]) -> Iterator[Visit]:
    """Visit everything, one person after the other."""
    for role in dict.fromkeys(role for sight in sights for role in sight.roles):
        caller = Caller(port)
        if role != VISITOR:
            caller.sign_in(f"{role}@example.org", PASSWORD)
            caller.get("/")  # takes the message that says so
        seen = [sight for sight in sights if role in sight.roles]
        yield from camera.visit_all(browser, role, caller.cookies, seen)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _numbers(text: str) -> list[int]:
    return [int(number) for number in _names(text)]


def _schemes(text: str) -> list[str]:
    if unknown := set(_names(text)) - set(SCHEMES):
        raise ValueError(unknown)
    return _names(text)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        say(str(failure))
        sys.exit(1)
