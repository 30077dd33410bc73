"""A PgBouncer before the database of the tests: each transaction gets whichever session is free."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from devstack.processes import as_service_user, hand_over
from devstack.state import SOCKET_HOME
from townhall.database.base import session_parameters

SESSIONS = 2
START_SECONDS = 20
CONFIGURATION = """
[databases]
{name} = {server} connect_query='{web}'
{name}_worker = {server} connect_query='{worker}'
[pgbouncer]
listen_addr =
unix_socket_dir = {folder}
unix_socket_mode = 0777
auth_type = trust
auth_file = {folder}/users
pool_mode = transaction
default_pool_size = {sessions}
max_client_conn = 200
"""


def connect_query(kind: str) -> str:
    """Write what a pooler tells each session that it opens, as its configuration quotes it."""
    told = session_parameters(kind)
    return "; ".join(f"SET {name} = ''{value}''" for name, value in told.items())


@contextlib.contextmanager
def pooler() -> Iterator[Path]:
    """Run a pooler in transaction mode; returns the folder of its socket."""
    program = os.environ.get("PGBOUNCER")
    if not program:
        pytest.skip("no PgBouncer found: install the package pgbouncer, or set PGBOUNCER")
    folder = Path(tempfile.mkdtemp(prefix="townhall-pooler-", dir=SOCKET_HOME))
    told = connection.settings_dict
    server = f"host={told['HOST']} dbname={told['NAME']}"
    server += f" port={told['PORT']}" if told["PORT"] else ""
    (folder / "users").write_text(f'"{told["USER"]}" "{told["PASSWORD"]}"\n')
    (folder / "ini").write_text(
        CONFIGURATION.format(
            name=told["NAME"],
            server=server,
            folder=folder,
            web=connect_query("web"),
            worker=connect_query("worker"),
            sessions=SESSIONS,
        )
    )
    for path in (folder, *folder.iterdir()):
        hand_over(path)
    process = subprocess.Popen([program, "--quiet", folder / "ini"], **as_service_user())
    try:
        _wait_for(folder / ".s.PGSQL.6432", process)
        yield folder
    finally:
        process.terminate()
        process.wait(START_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(socket: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not socket.exists():
        assert process.poll() is None, "PgBouncer did not start"
        assert time.monotonic() < deadline, "PgBouncer took too long to start"
        time.sleep(0.05)
