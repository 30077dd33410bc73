"""A PostgreSQL of one's own, to be frozen and killed, and the web server on top of it."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from django.db import connection

from bench.processes import tree
from devstack.postgres import Postgres
from devstack.roles import NAME
from devstack.state import thrown_away
from devstack.supervisor import Supervisor

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    text: str
    seconds: float


class Web(NamedTuple):
    port: int

    def get(self, path: str) -> Answer:
        """Ask for a page over a connection of its own."""
        began = time.monotonic()
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        asking.request("GET", path, headers={"Host": "localhost"})
        response = asking.getresponse()
        text = response.read().decode()
        asking.close()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, text, time.monotonic() - began)

    @contextlib.contextmanager
    def busy_with(self, path: str, times: int) -> Iterator[list[Answer]]:
        """Ask for a page often at once; all answers are there when the block has ended."""
        answers: list[Answer] = []
        with ThreadPoolExecutor(times) as pool:
            waiting = [pool.submit(self.get, path) for _ in range(times)]
            time.sleep(0.3)
            yield answers
            answers += [each.result() for each in waiting]


class OwnServer(NamedTuple):
    postgres: Postgres
    supervisor: Supervisor

    @property
    def url(self) -> str:
        return self.postgres.url_of(NAME)

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def wake(self) -> None:
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        self._signal(signal.SIGKILL)
        self.supervisor.children[0].process.wait()

    def _signal(self, number: signal.Signals) -> None:
        for pid in reversed(tree(self.supervisor.children[0].process.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)


@contextlib.contextmanager
def own_server() -> Iterator[OwnServer]:
    """Run a server that has the tables of the test database, and no rows."""
    with thrown_away() as state:
        supervisor = Supervisor(state.pids)
        server = OwnServer(Postgres(state, supervisor, {}), supervisor)
        try:
            server.postgres.start()
            copy_tables(server.postgres)
            yield server
        finally:
            if supervisor.children:
                server.wake()
            supervisor.stop()


def copy_tables(postgres: Postgres) -> None:
    """Make all tables of the test database there."""
    told = connection.get_connection_params()
    source = {"PGHOST": told["host"], "PGUSER": told["user"], "PGDATABASE": told["dbname"]}
    source |= {"PGPASSWORD": told.get("password", ""), "PGPORT": str(told.get("port", ""))}
    dump = [postgres.binaries / "pg_dump", "--schema-only", "--no-owner", "--no-privileges"]
    script = subprocess.run(dump, env={**os.environ, **source}, capture_output=True, check=True)
    psql = [postgres.binaries / "psql", "--quiet", "--no-psqlrc", "-v", "ON_ERROR_STOP=1"]
    psql += [f"--host={postgres.state.sockets}", f"--username={NAME}", f"--dbname={NAME}"]
    subprocess.run(psql, input=script.stdout, capture_output=True, check=True)


@contextlib.contextmanager
def web_on(url: str, told: Mapping[str, str]) -> Iterator[Web]:
    """Run the web server as a council does, on the database of that address."""
    # A folder of its own: another process of the tests reads theirs meanwhile.
    with (
        tempfile.TemporaryDirectory() as static,
        socket.create_server(("127.0.0.1", 0), backlog=256) as door,
    ):
        environment = {**os.environ, "DATABASE_URL": url, "STATIC_ROOT": static, **told}
        collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
        subprocess.run(collect, cwd=ROOT, env=environment, check=True)
        command = [sys.executable, "-m", "gunicorn", "--config", "python:townhall.gunicorn"]
        command += ["--bind", f"fd://{door.fileno()}", "--log-level=warning"]
        process = subprocess.Popen(
            [*command, "townhall.wsgi:application"],
            cwd=ROOT,
            env=environment,
            pass_fds=(door.fileno(),),
        )
        web = Web(door.getsockname()[1])
        door.close()
        try:
            wait_for(web, process)
            yield web
        finally:
            process.terminate()
            process.wait(START_SECONDS)


def wait_for(web: Web, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            if web.get("/healthz").status == http.client.OK:
                return
        time.sleep(0.1)
    raise AssertionError("the web server did not start")
