"""A Chromium that reaches nothing but this machine."""

import contextlib
import os
from collections.abc import Iterator

from playwright.sync_api import Browser, sync_playwright

from bench.server import Failure

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


def path_of_chromium() -> str:
    """Return where ./dev has found it."""
    path = os.environ.get("CHROMIUM", "")
    if not path:
        raise Failure("this needs a Chromium: set CHROMIUM to its path")
    return path


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Start it, and stop it when the block ends."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path_of_chromium(), args=FLAGS)
        yield browser
        browser.close()
