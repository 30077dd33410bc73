"""PostgreSQL's own programs, which dump a database and restore it."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile

from django.db import connection, transaction

from townhall.backups.files import BackupError

PACKAGE = "the package postgresql-client has it"
TABLES = """
SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
WHERE schemaname <> 'information_schema' AND schemaname NOT LIKE 'pg\\_%' ORDER BY 1
"""
BLOCK_OF_ROWS = re.compile(rb"COPY (\S+) (?:\(.*\) )?FROM stdin;\n")
END_OF_ROWS = b"\\.\n"


@dataclass(frozen=True)
class Dumped:
    """The moment that a dump shows, the server it is of, and the rows of each table."""

    as_of: datetime
    server: str
    rows: dict[str, int]


@transaction.atomic(durable=True)
def dump(target: Path) -> Dumped:
    """Dump the database, and count the rows of the very state that the dump shows."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        # However long it takes: the limits on the site's statements are for pages.
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot(), now(), current_setting('server_version')")
        snapshot, as_of, server = cursor.fetchone()
        run("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={target}")
        rows = {}
        for table in tables():
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - a name it gave itself
            rows[table] = cursor.fetchone()[0]
    return Dumped(as_of, server, rows)


def tables() -> list[str]:
    """List the tables of the database, each as PostgreSQL writes its name."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        return [name for (name,) in cursor.fetchall()]


def check_dump(path: Path, rows: Mapping[str, int]) -> None:
    """Read a whole dump; raise BackupError unless it has each table with all of its rows."""
    command = [program("pg_restore"), "--data-only", "--file=-", str(path)]
    with TemporaryFile() as words:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=words) as reading:
            found = rows_in(reading.stdout or ())
        words.seek(0)
        if reading.returncode:
            reason = words.read().decode(errors="replace").strip()
            raise BackupError(f"The dump cannot be read: {reason}")
    for table in sorted(rows.keys() | found.keys()):
        if rows.get(table) != found.get(table):
            raise BackupError(
                f"The dump has {found.get(table, 'no')} rows of {table}, not {rows.get(table, 0)}."
            )


def rows_in(script: Iterable[bytes]) -> dict[str, int]:
    """Count the rows of each table in a script that pg_restore wrote."""
    counts: dict[str, int] = {}
    table = ""
    for line in script:
        if table and line == END_OF_ROWS:
            table = ""
        elif table:
            counts[table] += 1
        elif block := BLOCK_OF_ROWS.fullmatch(line):
            table = block[1].decode()
            counts[table] = 0
    return counts


def load(path: Path) -> None:
    """Restore a dump into the database, as whoever is connected: all of it or nothing.

    What the site may do with each table is for migrate to say: its role may have another name here.
    """
    options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    run("pg_restore", *options, str(path), into_database=True)


def run(name: str, *options: str, into_database: bool = False) -> None:
    """Run one of PostgreSQL's programs on the site's database; no password is in its arguments."""
    arguments, environment = connection.client.settings_to_cmd_args_env(
        connection.settings_dict, []
    )
    words = arguments[1:]
    if into_database:
        words = [*words[:-1], f"--dbname={words[-1]}"]
    done = subprocess.run(
        [program(name), *options, *words],
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupError(f"{name} failed: {done.stderr.strip()}")


def program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs."""
    path = shutil.which(name)
    if path is None:
        raise BackupError(f"{name} was not found: {PACKAGE}.")
    return path
