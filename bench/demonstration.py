"""The demonstration council in a database of its own, and what there is to see of it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

from bench.databases import make_database, run_python
from bench.look.sight import Sight
from bench.server import ROOT, Failure

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


def sights_of(environment: Mapping[str, str]) -> list[Sight]:
    """Ask a process that knows the site and its data what there is to see."""
    command = [sys.executable, "-m", "bench.look.sights"]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.PIPE, check=False
    )
    if done.returncode:
        raise Failure("the list of pages could not be made")
    return [Sight(**each) for each in json.loads(done.stdout)]
