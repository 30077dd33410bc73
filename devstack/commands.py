"""Run one command beside the services: tests, management commands, the benchmark."""

import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from devstack.browser import chromium
from devstack.catalogues import compile_catalogues
from devstack.console import ROOT, Trouble, say
from devstack.environment import for_child, site_for_run, site_for_test, without_switches
from devstack.pooler import pgbouncer
from devstack.services import migration, start_services
from devstack.state import (
    State,
    kept,
    kept_folder,
    open_lock,
    read_holder,
    read_site,
    take,
    thrown_away,
)
from devstack.supervisor import Interrupted, Program, Supervisor, stop_left_overs

INTERRUPTED = 130
ON_EVERY_CORE = "--numprocesses=auto"
# What docs/deploy.md sets on a server, as far as it bears on what is measured.
AS_ON_A_SERVER = {"shared_buffers": "1GB", "fsync": "on"}


def test(arguments: Sequence[str]) -> int:
    """Run pytest beside throw-away services; what takes long on every core."""
    found = chromium() | pgbouncer()
    compile_catalogues()
    options = [*arguments] or [ON_EVERY_CORE]
    if options == ["-m", "accessibility"]:
        options.append(ON_EVERY_CORE)
    return run_beside_throw_away_services([sys.executable, "-m", "pytest", *options], ROOT, found)


def bench(arguments: Sequence[str]) -> int:
    """Hand over to the benchmark."""
    browser = needed_chromium() if "--lighthouse" in arguments else {}
    command = [sys.executable, "-m", "bench", *arguments]
    return run_beside_throw_away_services(
        command, called_from(), browser, AS_ON_A_SERVER, as_administrator=True
    )


def look(arguments: Sequence[str]) -> int:
    """Hand over to what takes pictures of every page."""
    browser = needed_chromium()
    compile_catalogues()
    command = [sys.executable, "-m", "bench.look", *arguments]
    return run_beside_throw_away_services(command, called_from(), browser, as_administrator=True)


def needed_chromium() -> dict[str, str]:
    """Return CHROMIUM for what cannot do without."""
    browser = chromium()
    if not browser:
        raise Trouble("this needs a Chromium: please install the package chromium")
    return browser


def run_beside_throw_away_services(
    command: Sequence[str],
    folder: Path,
    extra: dict[str, str],
    postgres_settings: Mapping[str, str] | None = None,
    *,
    as_administrator: bool = False,
) -> int:
    """Run a command beside services that are deleted afterwards.

    What makes databases and fills them in bulk does so as their administrator.
    """
    with thrown_away() as state, Supervisor(state.pids) as supervisor:
        try:
            services = start_services(state, supervisor, postgres_settings)
        except Interrupted:
            return INTERRUPTED
        site = site_for_test(state, services) | extra
        if as_administrator and services.admin_url:
            site |= {"DATABASE_URL": services.admin_url, "DATABASE_OWNER_URL": ""}
        environment = for_child(site, services.postgres_programs, without_switches())
        program = Program("test", command, environment, folder, stop_signal=signal.SIGINT)
        return supervisor.run_in_foreground(program)


def manage(arguments: Sequence[str]) -> int:
    """Run a management command on the data of ./dev run, whether that is up or not."""
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    with open_lock(kept_folder()) as lock:
        site = wait_for_turn(lock)
        if site:
            os.chdir(called_from())
            os.execve(sys.executable, command, for_child(site["environment"], site["programs"]))
        stop_left_overs(kept_folder() / "pids.json")
        with kept(lock) as state, Supervisor(state.pids) as supervisor:
            try:
                environment = start_beneath(state, supervisor)
            except Interrupted:
                return INTERRUPTED
            program = Program(
                "manage", command, environment, called_from(), stop_signal=signal.SIGINT
            )
            return supervisor.run_in_foreground(program)


def wait_for_turn(lock: IO[str]) -> dict[str, Any] | None:
    """Return what is noted of the running site; where none runs, take the lock."""
    waits_since = time.monotonic()
    has_said = False
    while not take(lock, {"command": "manage"}):
        site = read_site(kept_folder(), read_holder(lock).get("pid"))
        if site:
            return site
        if not has_said and time.monotonic() - waits_since > 1:
            has_said = True
            say("waiting for another ./dev in this checkout")
        time.sleep(0.1)
    return None


def start_beneath(state: State, supervisor: Supervisor) -> dict[str, str]:
    """Start the services for a management command; a database just made gets its tables."""
    services = start_services(state, supervisor)
    environment = for_child(site_for_run(state, services), services.postgres_programs)
    if services.has_new_database and supervisor.run(migration(environment)):
        raise Trouble("the new database could not be given its tables")
    return environment


def called_from() -> Path:
    """Return the folder in which ./dev was called: paths on its command line start there."""
    return Path(os.environ.get("TOWNHALL_CALLED_FROM", ROOT))
