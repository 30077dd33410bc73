"""A database for each size: made once, filled in bulk, and used again where it is kept."""

import hashlib
import os
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from bench.progress import say
from bench.server import ROOT, Failure
from bench.sizes import Size


def prepare(size: Size, server_url: str) -> str:
    """Return the address of the filled database of a size, making what is missing."""
    name = f"bench_{size.name}"
    url = urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
    environment = {"DATABASE_URL": url}
    if _kept_stamp(server_url, name) != stamp():
        say(f"making {size.posts:,} posts of {size.members:,} people in {name}")
        make_database(server_url, name)
        run_python(["manage.py", "migrate", "--verbosity=0"], environment)
        run_python(["-m", "bench.data", size.name], environment)
        _run(server_url, f"COMMENT ON DATABASE {name} IS '{stamp()}'")
    run_python(["manage.py", "migrate", "--verbosity=0"], environment)
    return url


def stamp() -> str:
    """Name what the data was made by: another maker makes it anew."""
    made_by = ["bench/data/*.py", "bench/sizes.py", "bench/cast.py", "discussions/migrations/*.py"]
    makers = sorted(path for pattern in made_by for path in ROOT.glob(pattern))
    return hashlib.sha256(b"".join(path.read_bytes() for path in makers)).hexdigest()[:16]


def postmaster(server_url: str) -> int:
    """Return the pid of the PostgreSQL server, whose processor time is read from this machine."""
    with psycopg2.connect(server_url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone() or (0,)
        try:
            with open(f"/proc/{backend}/stat") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError as error:
            raise Failure("PostgreSQL must run on this machine: its time is read here") from error
    return int(fields[1])


def make_database(server_url: str, name: str) -> None:
    """Make an empty database, in the place of one of that name."""
    _run(server_url, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")


def run_python(
    arguments: list[str], environment: dict[str, str], *, is_quiet: bool = False
) -> None:
    """Run a step of the preparation in its own process."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL if is_quiet else None,
        check=False,
    )
    if done.returncode:
        raise Failure(f"{' '.join(arguments)} failed")


def _kept_stamp(server_url: str, name: str) -> str | None:
    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    with psycopg2.connect(server_url) as connection, connection.cursor() as cursor:
        cursor.execute(query, [name])
        found = cursor.fetchone()
    return found[0] if found else None


def _run(server_url: str, *statements: str) -> None:
    connection = psycopg2.connect(server_url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    connection.close()
