"""The demonstration council, in a database of its own."""

import os
from urllib.parse import urlsplit, urlunsplit

from bench.databases import make_database, run_python

DATABASE = "bench_demonstration"
PASSWORD = "townhall-demo"  # noqa: S105 (the sign-in page of every demonstration shows it)


def make_council() -> dict[str, str]:
    """Make the council anew and send what is due; returns what its site must be told."""
    server_url = os.environ["DATABASE_URL"]
    url = urlunsplit(urlsplit(server_url)._replace(path=f"/{DATABASE}"))
    environment = {"DATABASE_URL": url, "TOWNHALL_DEMO": "1"}
    make_database(server_url, DATABASE)
    for step in ("migrate", "collectstatic --no-input", "demo", "send_due"):
        run_python(["manage.py", *step.split(), "--verbosity=0"], environment, is_quiet=True)
    return environment
