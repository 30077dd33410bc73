"""Find a PgBouncer for the tests behind a pooler, installing one where that is possible."""

import os
import shutil
from collections.abc import Mapping

from devstack.browser import install_packages
from devstack.console import Trouble, say

NAMES = ("pgbouncer", "/usr/sbin/pgbouncer")


def pgbouncer(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return PGBOUNCER for the environment of the tests, or nothing where there is none."""
    path = environment.get("PGBOUNCER") or find() or (install() and find())
    if path:
        return {"PGBOUNCER": path}
    if environment.get("REQUIRE_POOLER") == "1" or environment.get("CI") == "true":
        raise Trouble("no PgBouncer was found and none could be installed, and CI requires one")
    say("no PgBouncer was found: the tests behind a pooler will be skipped")
    return {}


def find() -> str:
    """Return the path of the system's PgBouncer."""
    return next((path for path in map(shutil.which, NAMES) if path), "")


def install() -> bool:
    """Install PgBouncer, where we are root and have apt-get."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    say("installing PgBouncer with apt-get for the tests behind a pooler")
    return install_packages("pgbouncer")
