"""Which version of a public page a reader gets, told without drawing the page."""

import hashlib
import re
import time
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from communities.prepared import row_of

# What a page shows besides the site itself: one thread, one community, or any of them.
THREAD = re.compile(
    r"/(?:cy/)?(?:discussions|questions)/(\d{1,18})/(?:[-\w]+/|feed\.atom)", re.ASCII
)
COMMUNITY = re.compile(r"/(?:cy/)?communities/([-\w]+)/(?:feed\.atom|tags/|acts/)?", re.ASCII)
GATHERING = re.compile(
    r"/(?:cy/)?(?:(?:places|councillors|tags|people|about(?!/barrier/))/.*|communities/|questions/"
    r"|moderation/(?:log/|decisions/\d+/)|sitemap\.xml|sitemaps/.*)?"
)
# Figures also change where no version does: time passes, and a report is seen by staff alone.
FIGURES = re.compile(r"/(?:cy/)?about/(?:moderation|promises)/")
FIGURES_STAND = 300  # seconds
VERSIONS = """
SELECT md5(string_agg(kind || subject_id || ':' || number, ',' ORDER BY kind, subject_id))
FROM accounts_version WHERE kind = 'site' OR kind = $1 AND ($2::boolean OR subject_id = {})
"""
OF_THREAD = "versions_of_thread", VERSIONS.format("$3::bigint")
OF_COMMUNITY = (
    "versions_of_community",
    VERSIONS.format("(SELECT id FROM communities_community WHERE slug = $3)"),
)
MADE_OF = ("*/**/*.py", "templates/**/*", "locale/**/*.mo", "static/**/*", "townhall/*.json")


def tag_of(path: str, address: str) -> str:
    """Return the ETag of a public page for somebody who is not signed in; "" of any other.

    Asks the database once. `path` is the path alone, `address` has its query too. The day is part
    of it, because chips count working days.
    """
    depends = _versions_of(path)
    if depends is None:
        return ""
    statement, values = depends
    (versions,) = row_of(*statement, values)
    moment = str(moment_of_figures()) if FIGURES.fullmatch(path) else ""
    parts = (release(), address, timezone.localdate().isoformat(), moment, versions or "")
    return f'W/"{hashlib.sha256("|".join(parts).encode(errors="replace")).hexdigest()[:32]}"'


def moment_of_figures() -> int:
    """Number the few minutes in which the live figures stay as they were counted first."""
    return int(time.time()) // FIGURES_STAND


@cache
def release() -> str:
    """Name what pages are made of: code, templates, words, and the settings they show."""
    base = Path(settings.BASE_DIR)
    files = sorted(path for pattern in MADE_OF for path in base.glob(pattern) if path.is_file())
    made_of = [f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files]
    shown = [
        settings.COUNCIL_NAME,
        settings.COUNCIL_NAME_CY,
        settings.COUNCIL_COLOUR,
        settings.COUNCIL_LOGO,
        str(settings.DEMONSTRATION),
    ]
    return hashlib.sha256("\n".join([*made_of, *shown]).encode()).hexdigest()[:16]


def _versions_of(path: str) -> tuple[tuple[str, str], list[str | bool]] | None:
    """Return the statement that tells the versions a page depends on, and what it asks for."""
    if thread := THREAD.fullmatch(path):
        return OF_THREAD, ["thread", False, thread[1]]
    if community := COMMUNITY.fullmatch(path):
        return OF_COMMUNITY, ["community", False, community[1]]
    if GATHERING.fullmatch(path):
        return OF_THREAD, ["community", True, "0"]
    return None
