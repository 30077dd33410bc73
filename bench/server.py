"""Start the web server as production does, and stop it."""

import contextlib
import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.processes import tree
from townhall.default_limits import DEFAULT_LIMITS

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 30
ROOT_IS_KNOWN = "ignore:You're running the worker with superuser"
CELERY = [sys.executable, "-W", ROOT_IS_KNOWN, "-m", "celery", "--quiet", "-A", "townhall"]
# The limits are counted as on a site, and never reached: one person asks for what thousands would.
WIDE_LIMITS = {
    f"LIMIT_{kind.upper()}": re.sub(r"\d+(?=/)", "99999", rates)
    for kind, rates in DEFAULT_LIMITS.items()
}


class Failure(Exception):
    """What ends the benchmark; its text says what went wrong."""


@dataclass(frozen=True)
class Server:
    """A running server, and how long it took until it was there."""

    pid: int
    port: int
    start_seconds: float


@contextlib.contextmanager
def serving(application: str, environment: Mapping[str, str], path: str = "/") -> Iterator[Server]:
    """Run a WSGI application under gunicorn, set as the site is, until the block ends."""
    with socket.create_server(("127.0.0.1", 0), backlog=256) as door:
        port: int = door.getsockname()[1]
        command = [sys.executable, "-m", "gunicorn", "--config", "python:townhall.gunicorn"]
        command += ["--bind", f"fd://{door.fileno()}", "--log-level", "warning", application]
        began = time.monotonic()
        environment = {"SITE_URL": f"http://localhost:{port}", **WIDE_LIMITS, **environment}
        with running(command, environment, pass_fds=(door.fileno(),)) as process:
            wait_for(port, path, process)
            yield Server(process.pid, port, time.monotonic() - began)


@contextlib.contextmanager
def working(environment: Mapping[str, str]) -> Iterator[Server]:
    """Run the worker until the block ends; it is there once it has made the process that works."""
    began = time.monotonic()
    with running([*CELERY, "worker", "-c", "1"], environment) as process:
        while len(tree(process.pid)) == 1 and process.poll() is None:
            time.sleep(0.02)
        yield Server(process.pid, 0, time.monotonic() - began)


@contextlib.contextmanager
def running(
    command: list[str], environment: Mapping[str, str], pass_fds: tuple[int, ...] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program until the block ends."""
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, pass_fds=pass_fds
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=START_SECONDS)


def wait_for(port: int, path: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == http.client.OK:
                return
        except OSError:
            pass
        finally:
            connection.close()
        if process.poll() is not None:
            break
        time.sleep(0.02)
    raise Failure("the web server did not start")
