"""Run the whole site: services, set-up, web, worker and beat."""

import http.client
import json
import os
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from devstack.catalogues import compile_catalogues
from devstack.console import Trouble, say
from devstack.environment import FIRST_PORT, for_child, site_for_run
from devstack.services import Services, migration, start_services
from devstack.state import (
    State,
    kept,
    kept_folder,
    open_lock,
    read_holder,
    read_site,
    take,
    write_private,
)
from devstack.supervisor import Interrupted, Program, Supervisor, stop_left_overs

PORTS_TO_TRY = 100
READY_SECONDS = 90
ROOT_IS_KNOWN = "ignore:You're running the worker with superuser"
MANAGE = (sys.executable, "manage.py")


def run_site(*, fresh: bool) -> int:
    """Run the site until somebody stops it."""
    if fresh and os.environ.get("DATABASE_URL"):
        raise Trouble("--fresh empties the embedded database only, and DATABASE_URL is set")
    with open_lock(kept_folder()) as lock:
        if not take(lock, {"command": "run"}):
            refuse(read_holder(lock))
        folder = Path(lock.name).parent
        stop_left_overs(folder / "pids.json")
        with kept(lock) as state, Supervisor(state.pids) as supervisor:
            if fresh:
                state.empty()
            try:
                serve(state, supervisor)
            except Interrupted:
                say("stopping")
            state.site.unlink(missing_ok=True)
    say("stopped")
    return 0


def refuse(holder: Mapping[str, object]) -> None:
    """Say who is at work in this checkout."""
    pid = holder.get("pid", "not known yet")
    if holder.get("command") == "run":
        raise Trouble(f"the site of this checkout runs already{address_of(pid)} (pid {pid})")
    raise Trouble(f"./dev {holder.get('command', '')} is at work in this checkout (pid {pid})")


def address_of(pid: object) -> str:
    """Say where a running site answers, as far as it is up."""
    site = read_site(kept_folder(), pid)
    return f" at {site['environment']['SITE_URL']}" if site else ", and is starting or stopping"


def serve(state: State, supervisor: Supervisor) -> None:
    """Start everything in order, say where the site is, and watch over it."""
    began = time.monotonic()
    with listen(os.environ.get("PORT", "")) as door:
        port: int = door.getsockname()[1]
        services = start_services(state, supervisor)
        site = site_for_run(state, services, port)
        note_site(state, site, services.postgres_programs)
        environment = for_child(site, services.postgres_programs)
        set_up(supervisor, services, environment)
        for program in programs(state, environment, door):
            supervisor.start(program)
    wait_until_ready(supervisor, port)
    say(f"the site is ready at {site['SITE_URL']} ({time.monotonic() - began:.1f} s)")
    say("Ctrl-C stops everything; the data is kept for the next start")
    supervisor.watch()


def note_site(state: State, site: Mapping[str, str], programs: Path | None) -> None:
    """Write down how to reach the running site, for ./dev manage."""
    note = {"pid": os.getpid(), "environment": site, "programs": str(programs or "")}
    write_private(state.site, json.dumps(note))


def listen(wanted: str) -> socket.socket:
    """Open the door for web: at the wanted port, else at the first free one."""
    ports = ports_to_try(wanted)
    for port in ports:
        try:
            door = socket.create_server(("127.0.0.1", port), backlog=256)
        except OSError as error:
            reason = os.strerror(error.errno or 0)
            continue
        if port != ports[0]:
            say(f"port {ports[0]} is taken; using {port}")
        return door
    if wanted:
        raise Trouble(f"port {wanted} cannot be used: {reason}")
    raise Trouble(f"no port from {ports[0]} to {ports[-1]} is free; choose one with PORT=")


def ports_to_try(wanted: str) -> range:
    """Return the wanted port alone, else those from the first on."""
    if not wanted:
        return range(FIRST_PORT, FIRST_PORT + PORTS_TO_TRY)
    if not wanted.isdecimal() or not 0 < int(wanted) < 65536:
        raise Trouble(f"PORT must be a number from 1 to 65535, not {wanted!r}")
    return range(int(wanted), int(wanted) + 1)


def set_up(supervisor: Supervisor, services: Services, environment: dict[str, str]) -> None:
    """Bring database, message catalogues, static files and demonstration up to date."""
    collect = [*MANAGE, "collectstatic", "--no-input", "--verbosity=0"]
    collecting = supervisor.start(Program("static", collect, environment))
    if supervisor.run(migration(environment)):
        raise Trouble(f"the database could not be brought up to date{offer(services)}")
    compile_catalogues()
    if supervisor.finish(collecting):
        raise Trouble("the static files could not be collected")
    if not services.has_embedded_database:
        return
    if services.has_new_database:
        say("making the demonstration council; only the first start takes so long")
    if supervisor.run(Program("demo", [*MANAGE, "demo"], environment)):
        raise Trouble(f"the demonstration could not be made{offer(services)}")


def offer(services: Services) -> str:
    """Say how to begin anew, where that is ours to offer."""
    if services.has_embedded_database:
        return "; `./dev run --fresh` deletes the embedded data and begins with an empty database"
    return "; it is the one that DATABASE_URL names, so nothing was changed"


def programs(
    state: State, environment: dict[str, str], door: socket.socket
) -> tuple[Program, Program, Program]:
    """Describe web, worker and beat."""
    web = [sys.executable, "-m", "gunicorn", "townhall.wsgi:application"]
    web += ["--config", "python:townhall.gunicorn", "--log-level=warning"]
    web += ["--bind", f"fd://{door.fileno()}"]
    celery = [sys.executable, "-W", ROOT_IS_KNOWN, "-m", "celery", "--quiet", "-A", "townhall"]
    worker = [*celery, "worker", "-c", "2", "--without-gossip", "--without-mingle"]
    schedule = state.folder / "beat-schedule"
    beat = [*celery, "beat", "--schedule", str(schedule), "--pidfile="]
    return (
        Program("web", web, environment, descriptors=(door.fileno(),)),
        Program("worker", worker, environment, grace=25),
        Program("beat", beat, environment),
    )


def wait_until_ready(supervisor: Supervisor, port: int) -> None:
    """Wait until the home page answers, showing what the children say meanwhile."""
    deadline = time.monotonic() + READY_SECONDS
    answer = ""
    while time.monotonic() < deadline:
        supervisor.wait(0.05)
        supervisor.check()
        answer = ask_home_page(port)
        if answer == "200":
            return
    raise Trouble(f"the home page is not ready after {READY_SECONDS} s; it answers: {answer}")


def ask_home_page(port: int) -> str:
    """Return the status of the home page, or why there is none."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/", headers={"Host": f"localhost:{port}"})
        return str(connection.getresponse().status)
    except (OSError, http.client.HTTPException) as error:
        return str(error) or type(error).__name__
    finally:
        connection.close()
